/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a channel is not told though the event is news elsewhere, and why: an estimate
 * that hardly moved, an interruption that was short.
 */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "base/quantity.h"
#include "policy/estimate.h"
#include "policy/rest.h"
#include "store/told.h"

#include <stdlib.h>

/* Another reason, in a row of them. */
static struct buffer *
next_reason(struct speech *speech)
{
    if (speech->unsaid.len > 0) {
        buffer_add(&speech->unsaid, "; ");
    }
    return &speech->unsaid;
}

/* --- Estimates -------------------------------------------------------------------- */

/* How the estimate moved for one channel. */
struct move {
    int64_t told_ms; /* what the channel was told; TIME_NONE: none, or it hears anew */
    int64_t tolerance_ms;
};

static struct move
move_for(const struct speech *speech, const struct incident *incident, const char *name)
{
    const struct pipeline *pipeline = speech->pipeline;
    const struct channel *channel = config_channel(pipeline->config, name);
    const struct driver *driver = channel == NULL ? NULL : driver_find(channel->driver);
    struct move move = { .told_ms = TIME_NONE };
    struct channel_told told;

    if (driver == NULL ||
        !store_told_get(pipeline->store, incident->row, name, &told)) {
        return move;
    }
    move.tolerance_ms = driver_etr_tolerance_ms(driver, channel);
    /* What an earlier version told is the same everywhere. */
    move.told_ms =
        told.etr_at_ms != TIME_NONE ? told.etr_at_ms : incident->said.etr_at_ms;
    return move;
}

/* False also where nothing was told that could have moved. */
static bool
is_unmoved(const struct move *move, const struct facts *facts)
{
    return facts_has(facts, FIELD_ETR) && move->told_ms != TIME_NONE &&
           !estimate_moved(move->told_ms, facts->etr.at_ms, move->tolerance_ms);
}

static bool
has_told_estimate(const struct incident *incident)
{
    return facts_has(&incident->facts, FIELD_ETR) && incident->said.anything &&
           incident->said.etr_at_ms != TIME_NONE;
}

int64_t
pipeline_etr_tolerance(const struct speech *speech, const struct incident *incident,
                       const struct strings *channels)
{
    if (!has_told_estimate(incident)) {
        return 0;
    }
    for (size_t i = 0; i < channels->count; i++) {
        struct move move = move_for(speech, incident, channels->items[i]);

        if (move.told_ms != TIME_NONE && !is_unmoved(&move, &incident->facts)) {
            return ESTIMATE_IS_NEWS;
        }
    }
    return INT64_MAX;
}

static void
add_unmoved(struct speech *speech, const struct incident *incident, const char *channel,
            const struct move *move)
{
    int64_t at_ms = incident->facts.etr.at_ms;
    char moved[DURATION_SIZE];
    char tolerance[DURATION_SIZE];

    if (at_ms == move->told_ms) {
        return;
    }
    duration_format_exact(
        at_ms > move->told_ms ? at_ms - move->told_ms : move->told_ms - at_ms, moved);
    duration_format_exact(move->tolerance_ms, tolerance);
    buffer_addf(next_reason(speech),
                "the estimate moved by %s: %s hears of more than %s (etr_tolerance)",
                moved, channel, tolerance);
}

/* Would the event be news to somebody for whom the estimate did not move? */
static bool
is_news_besides(const struct speech *speech, const struct incident *incident,
                const struct change *change)
{
    return notice_decide(incident, change, INT64_MAX, speech->now_ms).notice !=
           NOTICE_NONE;
}

void
pipeline_leave_out_unmoved(struct speech *speech, const struct incident *incident,
                           const struct change *change, enum notice notice,
                           struct strings *channels)
{
    struct strings kept = { 0 };

    if (!has_told_estimate(incident) || !status_is_open(incident->facts.status) ||
        (notice != NOTICE_ETR_CHANGED && notice != NOTICE_NONE) ||
        is_news_besides(speech, incident, change)) {
        return;
    }
    for (size_t i = 0; i < channels->count; i++) {
        struct move move = move_for(speech, incident, channels->items[i]);

        if (!is_unmoved(&move, &incident->facts)) {
            strings_add(&kept, channels->items[i]);
        } else if ((change->changed & FIELD_BIT(FIELD_ETR)) != 0) {
            add_unmoved(speech, incident, channels->items[i], &move);
        }
    }
    if (notice == NOTICE_ETR_CHANGED) {
        strings_copy(channels, &kept);
    }
    strings_clear(&kept);
}

/* --- Short interruptions ---------------------------------------------------------- */

bool
pipeline_was_short(struct speech *speech, const struct incident *incident,
                   const char *channel_name)
{
    struct pipeline *pipeline = speech->pipeline;
    const struct channel *channel = config_channel(pipeline->config, channel_name);
    const struct driver *driver = channel == NULL ? NULL : driver_find(channel->driver);
    char lasted[DURATION_SIZE];
    char limit[DURATION_SIZE];
    int64_t limit_ms;
    int64_t lasted_ms;
    char *reason;

    limit_ms = driver == NULL ? 0 : driver_short_interruption_ms(driver, channel);
    if (limit_ms == 0 ||
        !rest_was_short(incident, limit_ms, speech->now_ms, &lasted_ms) ||
        pipeline_has_heard(pipeline, incident->row, channel_name)) {
        return false;
    }
    reason = string_format("it ended after %s: short_interruption is %s",
                           duration_format_exact(lasted_ms, lasted),
                           duration_format_exact(limit_ms, limit));
    outbound_cancel_rest(pipeline->outbound, incident->row, channel_name, reason,
                         speech->now_ms);
    buffer_addf(next_reason(speech), "%s: %s was told nothing of it", reason,
                channel_name);
    free(reason);
    return true;
}
