/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A bucket of tokens: how many may start now under a rate such as "300/5min". The bucket
 * holds one period's worth; a token that was taken comes back one period later, so no
 * span of one period sees more than the rate, wherever it begins. (A bucket that fills
 * evenly lets twice the rate through in the period after a pause, which is when a peer
 * that was down is least able to bear it.) Times are of a monotonic clock.
 */
#ifndef BUDKAVLE_POLICY_BUCKET_H
#define BUDKAVLE_POLICY_BUCKET_H

#include "base/quantity.h"

#include <stdint.h>

enum {
    BUCKET_SLOTS = 64 /* a token comes back at most two slots later than it could */
};

/* Valid when zeroed: a full bucket. */
struct bucket {
    int64_t period_ms; /* what the slots were made for */
    int64_t newest;    /* number of the newest slot since the clock's zero */
    int64_t taken[BUCKET_SLOTS + 2];
};

/* Whole tokens there are now; INT64_MAX without a limit. After a change of the rate what
 * was taken under the old one counts for one new period. */
int64_t bucket_available(struct bucket *bucket, const struct rate *rate,
                         int64_t now_ms);
void bucket_take(struct bucket *bucket, const struct rate *rate, int64_t n,
                 int64_t now_ms);
/* Milliseconds until there are n tokens (at most the whole rate); 0 when there are. */
int64_t bucket_wait_ms(struct bucket *bucket, const struct rate *rate, int64_t n,
                       int64_t now_ms);

#endif
