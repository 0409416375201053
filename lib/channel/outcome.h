/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Helpers for classify, the same for every kind of sender: writing an outcome, and what
 * it means when no whole answer came.
 */
#ifndef BUDKAVLE_CHANNEL_OUTCOME_H
#define BUDKAVLE_CHANNEL_OUTCOME_H

#include "model/request.h"

enum {
    OUTCOME_DETAIL_BYTES = 200
};

/*
 * Clears *outcome and sets its kind, no wish about when to try again, and the detail,
 * made printable and cut to OUTCOME_DETAIL_BYTES. format may be NULL: no detail.
 */
void outcome_set(struct outcome *outcome, enum outcome_kind kind, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

/* True when the reply is no answer of the peer; *outcome is then set. */
bool outcome_without_answer(const struct reply *reply, struct outcome *outcome);

#endif
