/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one place that reads a clock.
 */
#include "loop/loop.h"

#include "base/memory.h"

#include <time.h>

static int64_t
clock_read_us(clockid_t id)
{
    struct timespec now;
    if (clock_gettime(id, &now) != 0) {
        fatal("loop: clock %d cannot be read", (int)id);
    }
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_wall_ms(void)
{
    return clock_read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_ms(void)
{
    return clock_read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}
