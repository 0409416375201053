/* SPDX-License-Identifier: EUPL-1.2 */
/* What becomes of the deliveries that a storm holds: said with a summary that arrives,
 * or let go where storm mode is not wanted any more. And how the storms are. */
#include "pipeline_storm.h"

#include "base/memory.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

static int64_t
held_on(struct pipeline *pipeline, const char *channel)
{
    struct channel_counts counts;

    store_outbound_counts(pipeline->store, channel, &counts);
    return counts.states[DELIVERY_HELD];
}

static void
tell(struct pipeline *pipeline, struct outbound_rows *rows, int64_t now_ms)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct outcome outcome = { .kind = OUTCOME_KIND_COUNT,
                                         .retry_after_ms = -1 };

        pipeline_on_concluded(pipeline, &rows->items[i], &outcome, rows->items[i].state,
                              now_ms);
    }
    outbound_rows_clear(rows);
}

/* --- A delivery was concluded ----------------------------------------------------- */

/* When a reader has it, or may have it, it counts in the rate from now on; what never
 * left does not count. */
static void
note_departure(struct pipeline *pipeline, const struct outbound_row *row,
               enum delivery_state state, int64_t now_ms)
{
    bool has_left = state == DELIVERY_DELIVERED || state == DELIVERY_UNKNOWN;
    bool never_leaves = (state == DELIVERY_COVERED || state == DELIVERY_CANCELLED ||
                         state == DELIVERY_UNDELIVERABLE) &&
                        row->recipient == NULL;

    if ((has_left || never_leaves) && storm_is_for(pipeline, row->channel)) {
        store_storm_word_left(pipeline->store, row->channel, row->message_row,
                              never_leaves, now_ms);
    }
}

static void
conclude_held(struct pipeline *pipeline, const struct outbound_row *row,
              enum delivery_state state, int64_t now_ms)
{
    struct outbound_rows concluded = { 0 };
    bool is_said = state == DELIVERY_DELIVERED || state == DELIVERY_COVERED;

    if (!is_said && state != DELIVERY_UNDELIVERABLE) {
        return;
    }
    store_storm_conclude(pipeline->store, row->channel, row->row,
                         is_said ? DELIVERY_COVERED : DELIVERY_UNDELIVERABLE,
                         state == DELIVERY_COVERED ? row->covered_by : row->row, now_ms,
                         &concluded);
    if (row->recipient != NULL && !strings_has(&pipeline->storm_lists, row->channel)) {
        strings_add(&pipeline->storm_lists, row->channel);
    }
    tell(pipeline, &concluded, now_ms);
}

void
pipeline_storm_concluded(struct pipeline *pipeline, const struct outbound_row *row,
                         enum delivery_state state, int64_t now_ms)
{
    if (pipeline->config->storm.is_on) {
        note_departure(pipeline, row, state, now_ms);
    }
    if (held_on(pipeline, row->channel) > 0) {
        conclude_held(pipeline, row, state, now_ms);
    }
}

void
storm_settle_lists(struct pipeline *pipeline, int64_t now_ms)
{
    for (size_t i = 0; i < pipeline->storm_lists.count; i++) {
        struct outbound_rows concluded = { 0 };

        store_storm_conclude_lists(pipeline->store, pipeline->storm_lists.items[i],
                                   now_ms, &concluded);
        tell(pipeline, &concluded, now_ms);
    }
    strings_clear(&pipeline->storm_lists);
}

/* --- Channels where it is not wanted any more ------------------------------------- */

static void
add_channel(void *context, const char *channel)
{
    strings_add(context, channel);
}

/* Its thread is over; nothing is said of that, for what follows is the notices. */
static void
end_storm(struct pipeline *pipeline, const struct storm_row *storm, int64_t now_ms)
{
    struct incident_row row = { 0 };

    if (storm->incident_row != 0 &&
        store_incident_get(pipeline->store, storm->incident_row, &row)) {
        row.closed_at_ms = now_ms;
        store_incident_save(pipeline->store, &row);
    }
    store_storm_end(pipeline->store, storm->channel);
    incident_row_clear(&row);
}

static void
end_storms(struct pipeline *pipeline, int64_t now_ms)
{
    struct storm_rows storms = { 0 };

    store_storms(pipeline->store, &storms);
    for (size_t i = 0; i < storms.count; i++) {
        if (!storm_is_for(pipeline, storms.items[i].channel)) {
            end_storm(pipeline, &storms.items[i], now_ms);
        }
    }
    storm_rows_clear(&storms);
}

/* Nothing is going to say it: no storm is on, and no decision is pending. */
static bool
is_abandoned(struct pipeline *pipeline, const char *channel,
             const struct strings *waiting)
{
    struct storm_row storm = { 0 };
    bool is_on = store_storm_find(pipeline->store, channel, &storm);

    storm_row_clear(&storm);
    return !storm_is_for(pipeline, channel) ||
           (!is_on && !strings_has(waiting, channel));
}

void
storm_sweep(struct pipeline *pipeline, int64_t now_ms)
{
    struct strings channels = { 0 };
    struct strings waiting = { 0 };

    if (pipeline->storm_sweep) {
        end_storms(pipeline, now_ms);
        pipeline->storm_sweep = false;
    }
    store_outbound_channels(pipeline->store, add_channel, &channels);
    for (size_t i = 0; i < channels.count; i++) {
        const char *channel = channels.items[i];

        if (held_on(pipeline, channel) == 0) {
            continue;
        }
        if (waiting.count == 0) {
            store_storm_waiting_channels(pipeline->store, add_channel, &waiting);
        }
        if (is_abandoned(pipeline, channel, &waiting)) {
            store_storm_waits_drop(pipeline->store, channel, -1);
            store_storm_waits_drop(pipeline->store, channel, STORM_PLANNED);
            store_storm_let_go(pipeline->store, channel);
        }
    }
    strings_clear(&channels);
    strings_clear(&waiting);
}

/* --- Report ----------------------------------------------------------------------- */

static void
report_storm(struct pipeline *pipeline, const struct storm_row *storm,
             struct daemon_report *report)
{
    char since[TIMESTAMP_SIZE];

    for (size_t i = 0; i < report->n_channels; i++) {
        if (strcmp(report->channels[i].name, storm->channel) == 0) {
            report->channels[i].is_storm = true;
        }
    }
    strings_take(
        &report->notes,
        string_format("channel %s is in storm mode since %s: one running "
                      "summary; %lld deliveries are held for it",
                      storm->channel, timestamp_format_seconds(storm->since_ms, since),
                      (long long)store_storm_held(pipeline->store, storm->channel)));
}

void
pipeline_report_storms(struct pipeline *pipeline, struct daemon_report *report,
                       int64_t now_ms)
{
    struct storm_rows storms = { 0 };

    (void)now_ms;
    store_storms(pipeline->store, &storms);
    for (size_t i = 0; i < storms.count; i++) {
        report_storm(pipeline, &storms.items[i], report);
    }
    storm_rows_clear(&storms);
}
