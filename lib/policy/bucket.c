/* SPDX-License-Identifier: EUPL-1.2 */
/* The bucket of tokens: a ring of slots that remember what was taken when. */
#include "policy/bucket.h"

#include <stddef.h>
#include <string.h>

enum {
    RING = BUCKET_SLOTS + 2
};

static int64_t
slot_ms(const struct rate *rate)
{
    int64_t length = (rate->period_ms + BUCKET_SLOTS - 1) / BUCKET_SLOTS;

    return length > 0 ? length : 1;
}

/* Whole slots that cover a period. */
static int64_t
span(const struct rate *rate)
{
    return (rate->period_ms + slot_ms(rate) - 1) / slot_ms(rate);
}

static int64_t *
slot_of(struct bucket *bucket, int64_t number)
{
    return &bucket->taken[(number % RING + RING) % RING];
}

static int64_t
sum(const struct bucket *bucket)
{
    int64_t total = 0;

    for (size_t i = 0; i < RING; i++) {
        total += bucket->taken[i];
    }
    return total;
}

/* Brings the ring to the slot of now: what was taken more than a period ago is back. */
static void
turn_to(struct bucket *bucket, const struct rate *rate, int64_t now_ms)
{
    int64_t number = now_ms / slot_ms(rate);

    if (bucket->period_ms != rate->period_ms) {
        int64_t before = sum(bucket);

        memset(bucket, 0, sizeof(*bucket));
        bucket->period_ms = rate->period_ms;
        bucket->newest = number;
        *slot_of(bucket, number) = before;
    }
    if (number - bucket->newest > RING) {
        bucket->newest = number - RING;
    }
    while (bucket->newest < number) {
        *slot_of(bucket, ++bucket->newest) = 0;
        *slot_of(bucket, bucket->newest - span(rate) - 1) = 0;
    }
}

int64_t
bucket_available(struct bucket *bucket, const struct rate *rate, int64_t now_ms)
{
    int64_t left;

    if (rate->count <= 0) {
        return INT64_MAX;
    }
    turn_to(bucket, rate, now_ms);
    left = rate->count - sum(bucket);
    return left > 0 ? left : 0;
}

void
bucket_take(struct bucket *bucket, const struct rate *rate, int64_t n, int64_t now_ms)
{
    if (rate->count > 0) {
        turn_to(bucket, rate, now_ms);
        *slot_of(bucket, bucket->newest) += n;
    }
}

int64_t
bucket_wait_ms(struct bucket *bucket, const struct rate *rate, int64_t n,
               int64_t now_ms)
{
    int64_t missing, number;

    if (rate->count <= 0) {
        return 0;
    }
    turn_to(bucket, rate, now_ms);
    missing = (n < rate->count ? n : rate->count) - (rate->count - sum(bucket));
    if (missing <= 0) {
        return 0;
    }
    number = bucket->newest - span(rate);
    for (; number < bucket->newest; number++) {
        missing -= *slot_of(bucket, number);
        if (missing <= 0) {
            break;
        }
    }
    return (number + span(rate) + 1) * slot_ms(rate) - now_ms;
}
