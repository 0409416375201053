/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When what is old is removed: a pass an hour, a small piece a turn with a rest between,
 * so that events and deliveries never wait for it.
 */
#include "pipeline_internal.h"

#include "base/log.h"

enum {
    ROWS_A_TURN = 250,
    REST_MS = 20,
    SPARED_MS = 60 * 1000
};

static struct retention_limits
limits_of(const struct config *config, int64_t now_ms)
{
    return (struct retention_limits){
        .bodies_ms = now_ms - config->keep_events_ms,
        .deliveries_ms = now_ms - config->keep_deliveries_ms,
        .incidents_ms = now_ms - config->keep_ms,
    };
}

void
pipeline_retain(struct pipeline *pipeline, int64_t now_ms)
{
    struct retention_limits limits = limits_of(pipeline->config, now_ms);
    int64_t n_removed;

    if (pipeline->least == PRIORITY_URGENT) {
        /* What room there is on the disk is for what is urgent. */
        pipeline->next_retention_ms = now_ms + SPARED_MS;
        return;
    }
    if (now_ms < pipeline->next_retention_ms &&
        pipeline->next_retention_ms - now_ms <= HOURS_MS) {
        return;
    }
    n_removed = pipeline->retention.n_removed;
    if (store_retain(pipeline->store, &pipeline->retention, &limits, ROWS_A_TURN)) {
        pipeline->next_retention_ms = now_ms + REST_MS;
        return;
    }
    pipeline->next_retention_ms = now_ms + HOURS_MS;
    if (n_removed > 0) {
        log_info("pipeline: %lld incidents that were over for long were removed",
                 (long long)n_removed);
    }
}

/* A sender's clock may be ahead by a day. */
bool
pipeline_is_forgotten(const struct pipeline *pipeline, const struct event *event)
{
    int64_t forgotten_ms = store_forgotten_ms(pipeline->store);

    return forgotten_ms != TIME_NONE && event->at_ms <= forgotten_ms + DAYS_MS;
}
