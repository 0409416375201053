/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The order of deliveries (D5). Those of one (incident, channel, recipient) are an
 * order; at most one of its waiting rows is `ready`: the oldest unfinished one, and
 * only while none is in flight or unknown. One that another is to cover is passed over:
 * it waits for what becomes of that one. For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_ORDER_H
#define BUDKAVLE_STORE_ORDER_H

#include "base/timestamp.h"
#include "model/names.h"
#include "store/store.h"

/* What is urgent, and what it must wait for, is put off by no more (D7). */
#define ORDER_URGENT_WAIT_MS (15 * MINUTES_MS)

/* Where a row stands. Valid when zeroed. */
struct position {
    int64_t row, incident, channel;
    char *recipient; /* "" for the channel itself */
    enum delivery_state state;
};

bool position_find(struct store *store, int64_t row, struct position *position);
void position_clear(struct position *position);

/* Makes the right row of the order ready, after something in it has changed. */
void order_settle(struct store *store, const struct position *position);

#endif
