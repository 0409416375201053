/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A vendor's answers as a table: which code, with which words, means what, and what a
 * person should do about it. What no row matches means what HTTP says of it.
 */
#ifndef BUDKAVLE_CHANNEL_REPLY_RULE_H
#define BUDKAVLE_CHANNEL_REPLY_RULE_H

#include "model/request.h"

struct reply_rule {
    int64_t code;     /* 0: any, but 2xx */
    const char *says; /* somewhere in the words, letter case aside; NULL: anything */
    enum outcome_kind kind; /* UNDELIVERABLE: REFUSED unless it was one of several */
    const char *hint;       /* what would be right, without a full stop; NULL */
};

/* What the table has in common with the reply. */
struct reply_view {
    const struct reply *reply;
    char *
        words; /* what the vendor says in the answer; taken, and freed; NULL: nothing */
    bool one_of_several; /* recipients */
};

/*
 * The outcome by the first rule that matches, else by http_outcome. Its detail is code,
 * name, words and hint; numbers as long as a telephone's are left out, for details are
 * logged. retry_after_ms is that of Retry-After.
 */
void reply_rule_outcome(const struct reply_rule *rules, size_t n_rules,
                        struct reply_view *view, int64_t now_ms,
                        struct outcome *outcome);

#endif
