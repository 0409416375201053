/* SPDX-License-Identifier: EUPL-1.2 */
/* What operators do to channels, and what the queue tells of itself. */
#include "outbound/internal.h"

#include "base/memory.h"
#include "store/left.h"

#include <stdlib.h>
#include <string.h>

enum status
outbound_pause(struct outbound *outbound, const char *channel, bool paused,
               int64_t now_ms, struct error *error)
{
    struct lane *lane = outbound_lane(outbound, channel);
    char *note;

    if (lane == NULL || lane->channel == NULL) {
        return error_set(error, STATUS_NOT_FOUND, "there is no channel \"%s\"",
                         channel);
    }
    outbound_pause_note(outbound, lane, paused);
    if (paused) {
        lane_pause(lane, "paused by an operator", false, now_ms);
    } else {
        if (lane->paused_by_fault) {
            lane_mended(lane, outbound->store, now_ms);
        }
        lane_resume(lane);
        lane_acted(lane, now_ms);
        outbound_hasten(outbound, channel);
    }
    /* An operator's pause outlives a restart; a fault is found again by trying. */
    note = string_format("paused:%s", channel);
    store_note_save(outbound->store, note, paused ? "paused by an operator" : "");
    free(note);
    return STATUS_OK;
}

void
outbound_hasten(struct outbound *outbound, const char *channel)
{
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        struct lane *lane = outbound->lanes[i];

        if (channel == NULL || strcmp(lane->name, channel) == 0) {
            lane_hasten(lane, outbound_moment(outbound, 0).mono_ms);
        }
    }
}

static void
report_lane(struct outbound *outbound, const struct lane *lane,
            struct channel_report *report)
{
    struct channel_counts counts;

    store_outbound_counts(outbound->store, lane->name, &counts);
    report->name = string_copy(lane->name);
    report->driver = string_copy(lane->channel != NULL ? lane->channel->driver : "");
    report->live = lane->channel == NULL || lane->channel->live;
    report->state = lane_state(lane, &report->since_ms);
    report->waiting = counts.states[DELIVERY_HELD] + counts.states[DELIVERY_PENDING] +
                      counts.states[DELIVERY_IN_FLIGHT] +
                      counts.states[DELIVERY_UNKNOWN];
    report->parked = counts.states[DELIVERY_PARKED];
    report->left = store_left_count(outbound->store, lane->name);
    report->oldest_ms = report->waiting > 0
                            ? store_outbound_oldest(outbound->store, lane->name, false)
                            : TIME_NONE;
    report->next_due_ms = store_outbound_next_due(outbound->store, lane->name);
    report->redirects = lane->redirects_in_row;
    report->last_success_ms = lane->last_success_ms;
    report->last_error =
        string_copy(lane->paused && lane->pause_reason != NULL ? lane->pause_reason
                                                               : lane->last_error);
    if (lane->channel == NULL) {
        report->state = CHANNEL_PAUSED;
        string_replace(&report->last_error, "no longer in the configuration");
    }
}

void
outbound_report(struct outbound *outbound, struct daemon_report *report)
{
    report->channels =
        memory_array(outbound->n_lanes + 1, sizeof(struct channel_report));
    report->oldest_ms = TIME_NONE;
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        const struct lane *lane = outbound->lanes[i];
        struct channel_report *channel = &report->channels[report->n_channels];

        report_lane(outbound, lane, channel);
        if (lane->channel == NULL && channel->waiting + channel->parked == 0) {
            /* Left the configuration, and owes nobody anything. */
            free(channel->name);
            free(channel->driver);
            free(channel->last_error);
            memset(channel, 0, sizeof(*channel));
            continue;
        }
        report->waiting += channel->waiting;
        report->parked += channel->parked;
        if (channel->oldest_ms != TIME_NONE &&
            (report->oldest_ms == TIME_NONE ||
             channel->oldest_ms < report->oldest_ms)) {
            report->oldest_ms = channel->oldest_ms;
        }
        report->n_channels++;
    }
}
