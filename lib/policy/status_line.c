/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one line that says whether all is well: "ok: 3 incidents, 0 waiting, 5/5 channels
 * up" or "degraded: mail down 14 min (connection refused), 212 waiting, oldest 13 min;
 * 4/5 channels up".
 */
#include "policy/status_line.h"

#include "base/memory.h"
#include "base/quantity.h"

#include <stdlib.h>

enum {
    CHANNELS_NAMED = 3,
    OLDEST_IS_TROUBLE_MS = 5 * 60 * 1000
};

static void
add_separator(struct buffer *line)
{
    if (line->len > 0) {
        buffer_add(line, ", ");
    }
}

static void
add_channel(struct buffer *line, const struct channel_report *channel, int64_t now_ms)
{
    char age[DURATION_SIZE];

    add_separator(line);
    buffer_addf(line, "%s %s", channel->name,
                name_of(&channel_state_names, (int)channel->state));
    if (channel->since_ms != TIME_NONE && now_ms > channel->since_ms) {
        buffer_addf(line, " %s", duration_format(now_ms - channel->since_ms, age));
    }
    if (channel->last_error != NULL) {
        buffer_addf(line, " (%s)", channel->last_error);
    }
}

/* The channels that are not up; returns how many are. */
static size_t
add_channels(struct buffer *line, const struct daemon_report *report, int64_t now_ms)
{
    size_t up = 0, named = 0;

    for (size_t i = 0; i < report->n_channels; i++) {
        const struct channel_report *channel = &report->channels[i];

        if (channel->state == CHANNEL_UP) {
            up++;
        } else if (named++ < CHANNELS_NAMED) {
            add_channel(line, channel, now_ms);
        }
    }
    if (named > CHANNELS_NAMED) {
        buffer_addf(line, " and %zu more", named - CHANNELS_NAMED);
    }
    return up;
}

/* Not dead addresses, which are somebody else's to mend; and not what is gone and only
 * waits for its end to be told. */
static bool
is_trouble(const struct alarm *alarm)
{
    return alarm->kind != ALARM_UNDELIVERABLE && alarm->ended_at_ms == TIME_NONE;
}

/* Alarms that nothing else in the line is about; dead addresses are no fault of ours. */
static size_t
count_alarms(const struct daemon_report *report)
{
    size_t n = 0;

    for (size_t i = 0; i < report->alarms.count; i++) {
        n += is_trouble(&report->alarms.items[i]) ? 1 : 0;
    }
    return n;
}

static void
add_alarms(struct buffer *line, const struct daemon_report *report)
{
    for (size_t i = 0; i < report->alarms.count; i++) {
        const struct alarm *alarm = &report->alarms.items[i];

        if (!is_trouble(alarm)) {
            continue;
        }
        add_separator(line);
        buffer_addf(line, "alarm %s", name_of(&alarm_kind_names, (int)alarm->kind));
        if (alarm->subject[0] != '\0') {
            buffer_addf(line, " %s", alarm->subject);
        }
        if (alarm->cause[0] != '\0') {
            buffer_addf(line, " (%s)", alarm->cause);
        }
    }
}

void
status_line(struct daemon_report *report, int64_t now_ms)
{
    struct buffer line = { 0 };
    struct buffer whole = { 0 };
    char age[DURATION_SIZE];
    size_t up = add_channels(&line, report, now_ms);
    int64_t oldest = report->oldest_ms == TIME_NONE ? 0 : now_ms - report->oldest_ms;

    report->ok = line.len == 0 && report->parked == 0 && report->notes.count == 0 &&
                 count_alarms(report) == 0 && oldest < OLDEST_IS_TROUBLE_MS;
    if (report->ok) {
        buffer_addf(&whole, "ok: %lld incidents, %lld waiting, %zu/%zu channels up",
                    (long long)report->incidents, (long long)report->waiting, up,
                    report->n_channels);
    } else {
        for (size_t i = 0; i < report->notes.count; i++) {
            add_separator(&line);
            buffer_add(&line, report->notes.items[i]);
        }
        if (line.len == 0 && report->parked == 0) {
            add_alarms(&line, report);
        }
        if (report->parked > 0) {
            add_separator(&line);
            buffer_addf(&line, "%lld parked", (long long)report->parked);
        }
        add_separator(&line);
        buffer_addf(&line, "%lld waiting", (long long)report->waiting);
        if (report->waiting > 0) {
            buffer_addf(&line, ", oldest %s", duration_format(oldest, age));
        }
        buffer_addf(&whole, "degraded: %s; %zu/%zu channels up", line.data, up,
                    report->n_channels);
    }
    buffer_clear(&line);
    free(report->line);
    report->line = buffer_take(&whole);
}
