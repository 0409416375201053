/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When to try again: full jitter, delay = random between floor and
 * min(cap, base * 2^attempt) ("Exponential Backoff And Jitter", AWS Architecture Blog,
 * 2015), never before the peer's Retry-After.
 */
#ifndef BUDKAVLE_POLICY_RETRY_H
#define BUDKAVLE_POLICY_RETRY_H

#include "model/names.h"

#include <stdint.h>

struct retry_limits {
    int64_t floor_ms; /* also the base that doubles */
    int64_t cap_ms;
};

/* Urgent 2 s … 5 min; the others 15 s … 15 min. */
struct retry_limits retry_limits_for(enum priority priority);

/*
 * The delay before attempt number attempts + 1, after `attempts` (>= 1) that failed.
 * random is uniform over all 64-bit values. retry_after_ms: the peer's wish, -1 for
 * none, clamped to 24 h (urgent: 15 min); the result is never less than it.
 */
int64_t retry_delay_ms(const struct retry_limits *limits, enum priority priority,
                       int64_t attempts, int64_t retry_after_ms, uint64_t random);

/* The peer's wish as far as it is heeded: at most 24 h, urgent ones 15 min. */
int64_t retry_after_clamp(enum priority priority, int64_t retry_after_ms);

/*
 * A due time read from the store, made safe against clock steps: never later than
 * now + 24 h.
 */
int64_t retry_clamp_due(int64_t due_at_ms, int64_t now_ms);

#endif
