/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Deliveries by channel and state, kept in memory and written with the transaction that
 * changed them, so that neither a start nor a metric reads the queue. Also the numbers
 * that stand for the names of channels in the queue.
 */
#ifndef BUDKAVLE_STORE_COUNTS_H
#define BUDKAVLE_STORE_COUNTS_H

#include "store/outbound.h"

struct channel_slot {
    int64_t number;
    char *name;
    struct channel_counts now;
    struct channel_counts committed; /* what the database says */
    struct channel_counts tried;     /* before the inner transaction */
};

/* Valid when zeroed. */
struct counts {
    struct channel_slot *slots;
    size_t n, n_committed, n_tried;
};

void counts_load(struct store *store);
void counts_clear(struct counts *counts);

/* The slot's number of the channel, 0 when it never had rows. */
int64_t channel_number(struct store *store, const char *name);
int64_t channel_number_new(struct store *store, const char *name); /* makes one */
const char *channel_name(const struct store *store, int64_t number);

/* Adds `change` rows of the state. */
void counts_add(struct store *store, int64_t channel, enum delivery_state state,
                int64_t change);
static inline void
counts_move(struct store *store, int64_t channel, enum delivery_state from,
            enum delivery_state to, int64_t n)
{
    counts_add(store, channel, from, -n);
    counts_add(store, channel, to, n);
}

/* Writes what changed; before COMMIT. */
void counts_write(struct store *store);
void counts_committed(struct counts *counts);
void counts_rolled_back(struct counts *counts);
void counts_try_begin(struct counts *counts);
void counts_try_undo(struct counts *counts);

#endif
