/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A vendor's answers as a table: which code, with which words, means what, and what a
 * person should do about it; where in an answer the words stand, where the id, and where
 * the time to wait. What no row matches means what HTTP says of it.
 */
#ifndef BUDKAVLE_CHANNEL_REPLY_RULE_H
#define BUDKAVLE_CHANNEL_REPLY_RULE_H

#include "model/request.h"

struct reply_rule {
    /* 0: any, but 2xx. A row with a 2xx is for answers that say no in a body under a code
     * that says yes; without words it stands for those of ok_member. */
    int64_t code;
    const char *says; /* somewhere in the words, letter case aside; NULL: anything */
    enum outcome_kind kind; /* UNDELIVERABLE: REFUSED unless it was one of several */
    const char *hint;       /* what would be right, without a full stop; NULL */
};

/* How a vendor says when to come back, besides Retry-After. */
struct wait_rule {
    enum wait_form {
        WAIT_HEADER_MOMENT,  /* RFC 3339, or seconds since 1970 */
        WAIT_HEADER_SECONDS, /* from now, perhaps with decimals */
        WAIT_BODY_SECONDS,   /* a number in the JSON body */
        WAIT_BODY_MILLISECONDS
    } form;
    const char *name; /* of the header; the number's JSON pointer */
};

enum {
    REPLY_WAITS = 4
};

/* Valid when zeroed: then all is as HTTP says, and there is no id. Pointers are JSON
 * pointers (RFC 6901) into the body. */
struct reply_table {
    const struct reply_rule *rules;
    size_t n_rules;
    const char *words; /* pointer to what the vendor says; NULL: the first line */
    /* A function instead of words, for what a pointer cannot find; caller frees. */
    char *(*read_words)(const struct reply *reply);
    /* Pointer to what is false or 0 in a 2xx answer that says no, such as "/ok"; an answer
     * without it is as good as its code. NULL: the code alone decides. */
    const char *ok_member;
    const char *remote_id; /* pointer to the channel's own id; NULL: it tells none */
    /* A function instead of remote_id; caller frees; NULL: there is none. */
    char *(*read_remote_id)(const struct reply *reply);
    /* Is the id one that may stand in an address? NULL: any is. */
    bool (*is_remote_id)(const char *id);
    /* Looked at in this order when the peer asks to wait and has no Retry-After. */
    struct wait_rule waits[REPLY_WAITS];
    size_t n_waits;
};

/*
 * The outcome by the first rule that matches, else by http_outcome. Its detail is code,
 * name, words and hint; numbers as long as a telephone's are left out, for details are
 * logged. retry_after_ms is that of Retry-After, else by the waits. one_of_several: it was
 * one of several recipients.
 */
void reply_table_outcome(const struct reply_table *table, const struct reply *reply,
                         bool one_of_several, int64_t now_ms, struct outcome *outcome);

#endif
