/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What takes two persons: dangerous advice, the sender's own words, and a word to very
 * many. The facts of an incident never wait for it: what must not be said yet is
 * withheld from them, and everything else is said at once. Who the second person may be
 * is not decided here.
 */
#ifndef BUDKAVLE_POLICY_HOLD_H
#define BUDKAVLE_POLICY_HOLD_H

#include "base/buffer.h"
#include "model/incident.h"
#include "model/message.h"

/* Why a message waits: a set of these. */
enum hold_rule {
    HOLD_RULE_DANGER = 1,     /* it gives advice on which life and health depend */
    HOLD_RULE_FREE_TEXT = 2,  /* it carries the sender's own words */
    HOLD_RULE_RECIPIENTS = 4, /* it goes to a list that is larger than the limit */
    HOLD_RULE_UNREAD = 8      /* it goes to a list whose length is not known yet */
};

/* As the configuration has them. */
struct hold_rules {
    bool in_force;                   /* somebody may approve */
    bool danger;                     /* dangerous advice takes two persons */
    bool note;                       /* and so does a note, but of these sources: */
    int64_t recipients;              /* as many persons of one list do not */
    const struct strings *free_text; /* sources whose own words go out by themselves */
};

/*
 * An event has changed the incident, whose facts were `before`: withholds what is new
 * and takes two persons, and ends withholding what is gone. What goes to staff only is
 * not published, so nothing of it is withheld. True when something is withheld that was
 * not before, for which nobody was asked then.
 */
bool hold_take_in(const struct hold_rules *rules, const struct facts *before,
                  struct incident *incident);

bool hold_withholds(const struct withheld *withheld);
void hold_copy(struct withheld *to, const struct withheld *from);
void hold_end(struct withheld *withheld);
/* The rules by which it is withheld: a set of enum hold_rule. */
unsigned hold_rules_of(const struct withheld *withheld);

/* Takes what is withheld out of the facts. */
void hold_leave_out(struct facts *facts, const struct withheld *withheld);

/* A list of so many persons (negative: not known yet) takes two persons; 0, or the rule.
 * What takes back what was said takes one, and what the daemon says of its own promise
 * none. */
unsigned hold_rule_of_list(const struct hold_rules *rules, enum notice notice,
                           int64_t persons);

/* Adds "danger, free text": the rules of the set. */
void hold_rules_format(unsigned rules, struct buffer *out);

/* What readers would find to be the same in both: all that texts are made of. */
bool hold_same_words(const struct facts *a, const struct facts *b);

#endif
