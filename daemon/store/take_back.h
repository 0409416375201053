/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Taking back what was said wrong, in the rows: what waits is stopped, and who has heard
 * is told. A retraction takes back every message before it; a correction those from the
 * first that said what was wrong (message.wrong_from). For the files of this folder; what
 * others call stands in store/outbound.h.
 */
#ifndef BUDKAVLE_STORE_TAKE_BACK_H
#define BUDKAVLE_STORE_TAKE_BACK_H

#include "store/outbound.h"

/* Why such a row is cancelled, when it certainly had not arrived. */
#define TAKEN_BACK "taken back before it was sent"

/* Cancels a row that is not said any more, and appends it. The order is the caller's to
 * settle. */
void take_back_row(struct store *store, int64_t row, enum delivery_state from,
                   int64_t channel, int64_t now_ms, struct outbound_rows *taken_back);

/* Recipients of a channel, by the order of their addresses, behind one up to another. */
struct take_back_batch {
    int64_t incident, channel, sequence, from;
    const char *behind, *end;
};
/* What waits for them is stopped. */
void take_back_recipients(struct store *store, const struct take_back_batch *batch,
                          int64_t now_ms);

/* Incidents of which recipients of the channel are yet to be looked at; how many. */
size_t take_back_under_way(struct store *store, int64_t channel, int64_t *incidents,
                           size_t max);

#endif
