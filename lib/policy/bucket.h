/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A token bucket: how many may start now under a rate such as "300/5min". The bucket
 * holds at most one period's worth, and fills evenly.
 */
#ifndef BUDKAVLE_POLICY_BUCKET_H
#define BUDKAVLE_POLICY_BUCKET_H

#include "base/quantity.h"

#include <stdbool.h>
#include <stdint.h>

/* Valid when zeroed: a full bucket. */
struct bucket {
    bool used;
    double tokens;
    int64_t filled_at_ms;
};

/* Whole tokens there are now; INT64_MAX without a limit. A clock that went back adds
 * nothing. */
int64_t bucket_available(struct bucket *bucket, const struct rate *rate,
                         int64_t now_ms);
void bucket_take(struct bucket *bucket, const struct rate *rate, int64_t n);
/* Milliseconds until there are n whole tokens; 0 when there are now. */
int64_t bucket_wait_ms(struct bucket *bucket, const struct rate *rate, int64_t n,
                       int64_t now_ms);

#endif
