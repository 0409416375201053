/* SPDX-License-Identifier: EUPL-1.2 */
/* The token bucket. */
#include "policy/bucket.h"

#include <math.h>

static void
fill(struct bucket *bucket, const struct rate *rate, int64_t now_ms)
{
    double full = (double)rate->count;

    if (!bucket->used) {
        bucket->used = true;
        bucket->tokens = full;
    } else if (now_ms > bucket->filled_at_ms) {
        bucket->tokens +=
            full * (double)(now_ms - bucket->filled_at_ms) / (double)rate->period_ms;
    }
    if (bucket->tokens > full) {
        bucket->tokens = full;
    }
    bucket->filled_at_ms = now_ms;
}

int64_t
bucket_available(struct bucket *bucket, const struct rate *rate, int64_t now_ms)
{
    if (rate->count <= 0) {
        return INT64_MAX;
    }
    fill(bucket, rate, now_ms);
    return (int64_t)bucket->tokens;
}

void
bucket_take(struct bucket *bucket, const struct rate *rate, int64_t n)
{
    if (rate->count > 0) {
        bucket->tokens -= (double)n;
    }
}

int64_t
bucket_wait_ms(struct bucket *bucket, const struct rate *rate, int64_t n,
               int64_t now_ms)
{
    double missing;

    if (bucket_available(bucket, rate, now_ms) >= n) {
        return 0;
    }
    missing = (double)n - bucket->tokens;
    return (int64_t)ceil(missing * (double)rate->period_ms / (double)rate->count);
}
