/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What one channel was told of one incident, where channels are not told the same: the
 * estimate it knows, what rests there still, whether anybody can have heard anything,
 * and the message that a reader was given before another.
 */
#ifndef BUDKAVLE_STORE_TOLD_H
#define BUDKAVLE_STORE_TOLD_H

#include "store/outbound.h"

struct channel_told {
    int64_t etr_at_ms;      /* in the newest message it was given; TIME_NONE: none */
    int64_t rests_until_ms; /* when the oldest that rests is due; TIME_NONE */
};
/* False when the channel was given nothing of the incident; *told is "none" then. */
bool store_told_get(struct store *store, int64_t incident_row, const char *channel,
                    struct channel_told *told);
/* The channel was given a message of it. */
void store_told_set(struct store *store, int64_t incident_row, const char *channel,
                    const struct channel_told *told);

/* Something of the incident was delivered on the channel, or said by another message
 * there, or may have been, or a person has to deal with it, or it is urgent. */
bool store_told_may_have(struct store *store, int64_t incident_row,
                         const char *channel);

/* What waits there and was never tried is due now; how many rows. */
int64_t store_rest_end(struct store *store, int64_t incident_row, const char *channel,
                       int64_t now_ms);
/* What waits there or is held is cancelled for this reason, and appended to *rows. */
void store_rest_cancel(struct store *store, int64_t incident_row, const char *channel,
                       const char *reason, int64_t now_ms, struct outbound_rows *rows);

/* The newest message before the row's that was delivered in its order; 0: none. -1: none
 * is known, but deliveries of the incident there were removed. */
int64_t store_told_before(struct store *store, const struct outbound_row *row);

#endif
