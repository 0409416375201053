/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two clocks of the queue. Waits in memory go by the monotonic one and never notice
 * that the wall clock is set. Due times in the store are of the wall clock: forward, they
 * come early, which the peers' wishes in memory still hold back; back, they would come
 * late, so rows that an earlier clock put off are found and wait anew.
 */
#include "outbound/internal.h"

#include "base/log.h"

#include <stdlib.h>

struct moment
outbound_moment(const struct outbound *outbound, int64_t now_ms)
{
    const struct outbound_ports *ports = &outbound->ports;

    return (struct moment){ .mono_ms = ports->mono_ms(ports->clock_context),
                            .wall_ms = now_ms };
}

static void
on_step(struct outbound *outbound, int64_t step_ms)
{
    log_warning("outbound: the clock was set %s by %lld s",
                step_ms < 0 ? "back" : "forward",
                (long long)(llabs(step_ms) / SECONDS_MS));
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        outbound->lanes[i]->next_day_ms = 0;
    }
    outbound->rewinding = outbound->rewinding || step_ms < 0;
}

/* A batch a channel and turn; nothing but what a wrong clock wrote is found. */
static void
rewind_rows(struct outbound *outbound, int64_t now_ms)
{
    int64_t changed = 0;

    for (size_t i = 0; i < outbound->n_lanes; i++) {
        changed += store_outbound_rewind(outbound->store, outbound->lanes[i]->name,
                                         now_ms, WAKE_BATCH);
    }
    if (changed > 0) {
        log_warning("outbound: %lld deliveries had been put off by a clock that was "
                    "ahead; they wait by this one now",
                    (long long)changed);
        outbound->more = true;
    } else {
        outbound->rewinding = false;
    }
}

static int64_t
ahead_now(const struct outbound *outbound, int64_t now_ms)
{
    return now_ms - outbound_moment(outbound, now_ms).mono_ms;
}

bool
outbound_clock_was_set(const struct outbound *outbound, int64_t now_ms)
{
    int64_t step = ahead_now(outbound, now_ms) - outbound->ahead_ms;

    return outbound->clock_known && (step > CLOCK_STEP_MS || step < -CLOCK_STEP_MS);
}

void
outbound_notice_clock(struct outbound *outbound, int64_t now_ms)
{
    int64_t ahead = ahead_now(outbound, now_ms);

    if (!outbound->clock_known) {
        /* An earlier life may have had another clock. */
        outbound->clock_known = true;
        outbound->rewinding = true;
        outbound->ahead_ms = ahead;
    } else if (outbound_clock_was_set(outbound, now_ms)) {
        on_step(outbound, ahead - outbound->ahead_ms);
        outbound->ahead_ms = ahead;
    }
    if (outbound->rewinding) {
        rewind_rows(outbound, now_ms);
    }
}
