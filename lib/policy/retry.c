/* SPDX-License-Identifier: EUPL-1.2 */
/* When to try again. */
#include "policy/retry.h"

#include "base/timestamp.h"

#define RETRY_AFTER_MAX_MS (24 * HOURS_MS)
#define RETRY_AFTER_MAX_URGENT_MS (15 * MINUTES_MS)
#define DUE_MAX_MS (24 * HOURS_MS)

static const struct retry_limits limits_by_priority[PRIORITY_COUNT] = {
    [PRIORITY_URGENT] = { 2 * SECONDS_MS, 5 * MINUTES_MS },
    [PRIORITY_NORMAL] = { 15 * SECONDS_MS, 15 * MINUTES_MS },
    [PRIORITY_BULK] = { 15 * SECONDS_MS, 15 * MINUTES_MS },
};

struct retry_limits
retry_limits_for(enum priority priority)
{
    return limits_by_priority[priority];
}

/* min(cap, base * 2^attempts), and never below base. */
static int64_t
window_ms(int64_t base_ms, int64_t cap_ms, int64_t attempts)
{
    int64_t window = base_ms;

    for (int64_t i = 0; i < attempts && window < cap_ms; i++)
        window = window > cap_ms / 2 ? cap_ms : window * 2;
    return window;
}

int64_t
retry_after_clamp(enum priority priority, int64_t retry_after_ms)
{
    int64_t longest =
        priority == PRIORITY_URGENT ? RETRY_AFTER_MAX_URGENT_MS : RETRY_AFTER_MAX_MS;

    return retry_after_ms > longest ? longest : retry_after_ms;
}

int64_t
retry_delay_ms(const struct retry_limits *limits, enum priority priority,
               int64_t attempts, int64_t retry_after_ms, uint64_t random)
{
    int64_t wish = retry_after_clamp(priority, retry_after_ms);
    int64_t floor_ms = limits->floor_ms > 0 ? limits->floor_ms : 1;
    int64_t span = window_ms(floor_ms, limits->cap_ms, attempts) - floor_ms;
    int64_t delay = floor_ms + (int64_t)(random % ((uint64_t)span + 1));

    return delay > wish ? delay : wish;
}

int64_t
retry_clamp_due(int64_t due_at_ms, int64_t now_ms)
{
    return due_at_ms > now_ms + DUE_MAX_MS ? now_ms + DUE_MAX_MS : due_at_ms;
}
