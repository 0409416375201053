/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Storm mode: when a channel that people read gets one running summary instead of a
 * notice for each incident. Values in, decisions out; who hears, what is counted and how
 * it is written is decided elsewhere.
 *
 * A channel is given at most `count` messages in any span of `period`. Summaries come
 * every `every`; what the rate leaves beside them is the share of the notices of single
 * incidents. More of those than the share, of several different incidents, is a storm.
 * It is over when less than half of the share would have been said for `quiet`.
 *
 * The limit holds by projection, not by adding up: a notice may go only if every summary
 * on the schedule of the coming period still finds room behind it.
 */
#ifndef BUDKAVLE_POLICY_STORM_H
#define BUDKAVLE_POLICY_STORM_H

#include "model/storm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct storm_rule {
    int64_t count, period_ms; /* the most that a channel is given, in any such span */
    int64_t every_ms;         /* between two summaries */
    int64_t quiet_ms;
    int64_t large;           /* customers: such an incident is named */
    int64_t least_incidents; /* with fewer of them it is no storm */
};

enum {
    /* From the first notice too many to the first summary: a batch of events comes in
     * more than one turn. */
    STORM_GATHER_MS = 60 * 1000
};

/* How the channel is. */
struct storm_state {
    bool is_storm;
    int64_t next_ms; /* the next summary, while is_storm */
    bool is_short; /* a summary may lack room for all that is to be named: room is kept
                        for further ones */
};

/* The messages of single incidents in a period; less than 1: the rule cannot be kept. */
int64_t storm_share(const struct storm_rule *rule);

/* How many messages may leave now beside the summaries at next_ms and every_ms after. */
int64_t storm_room(const struct storm_rule *rule, const struct storm_word *words,
                   size_t n_words, int64_t next_ms, int64_t now_ms);

/* When the first summary of a storm that begins now comes: in STORM_GATHER_MS, later
 * when the rate has no room for it and those after it, or one came less than every_ms
 * before (last_ms; TIME_NONE: none); by no more than every_ms. */
int64_t storm_first_summary(const struct storm_rule *rule,
                            const struct storm_word *words, size_t n_words,
                            int64_t last_ms, int64_t now_ms);

struct storm_decision {
    bool enters;
    size_t n_go; /* of the waits, from the first on; the others wait */
};

/* At the end of a turn, of everything that it made for the channel. Sorts the waits into
 * the order in which they go. */
struct storm_decision storm_decide(const struct storm_rule *rule,
                                   const struct storm_state *state,
                                   const struct storm_word *words, size_t n_words,
                                   struct storm_wait *waits, size_t n_waits,
                                   int64_t now_ms);

/* How many messages ago decides whether it is quiet: half of the share. */
int64_t storm_busy_count(const struct storm_rule *rule);
/* busy_ms: when so many messages ago was; TIME_NONE: there were not so many. */
bool storm_is_over(const struct storm_rule *rule, int64_t busy_ms, int64_t now_ms);

#endif
