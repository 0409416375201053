/* SPDX-License-Identifier: EUPL-1.2 */
/* How the daemon and its channels are. */
#include "api/answers.h"
#include "api/internal.h"
#include "api/rows.h"
#include "codec/shape.h"

/* 0 when nothing waits. */
static json_t *
age_shape(int64_t since_ms, int64_t now_ms)
{
    bool none = since_ms == TIME_NONE || since_ms >= now_ms;

    return json_integer(none ? 0 : (now_ms - since_ms) / SECONDS_MS);
}

static json_t *
channel_shape(const struct channel_report *channel, int64_t now_ms)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "name", rows_text(channel->name));
    json_object_set_new(shape, "driver", rows_text(channel->driver));
    json_object_set_new(
        shape, "state",
        json_string(name_of(&channel_state_names, (int)channel->state)));
    json_object_set_new(shape, "since", time_shape(channel->since_ms));
    json_object_set_new(shape, "live", json_boolean(channel->live));
    if (channel->is_storm) {
        json_object_set_new(shape, "storm", json_true());
    }
    json_object_set_new(shape, "waiting", json_integer(channel->waiting));
    json_object_set_new(shape, "parked", json_integer(channel->parked));
    json_object_set_new(shape, "left", json_integer(channel->left));
    json_object_set_new(shape, "oldest_seconds", age_shape(channel->oldest_ms, now_ms));
    json_object_set_new(shape, "next_due_at", time_shape(channel->next_due_ms));
    json_object_set_new(shape, "last_success_at", time_shape(channel->last_success_ms));
    json_object_set_new(shape, "last_error", rows_text(channel->last_error));
    return shape;
}

static json_t *
channel_shapes(const struct daemon_report *report, int64_t now_ms)
{
    json_t *shapes = json_array();

    for (size_t i = 0; i < report->n_channels; i++) {
        json_array_append_new(shapes, channel_shape(&report->channels[i], now_ms));
    }
    return shapes;
}

json_t *
channels_answer(const struct daemon_report *report, int64_t now_ms)
{
    json_t *answer = json_object();

    json_object_set_new(answer, "channels", channel_shapes(report, now_ms));
    json_object_set_new(answer, "next", json_null());
    return answer;
}

static json_t *
alarm_shapes(const struct daemon_report *report)
{
    json_t *shapes = json_array();

    for (size_t i = 0; i < report->alarms.count; i++) {
        json_array_append_new(shapes, alarm_shape(&report->alarms.items[i]));
    }
    return shapes;
}

static json_t *
configuration_shape(const struct daemon_report *report)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "since", time_shape(report->configuration_ms));
    json_object_set_new(shape, "last_good",
                        json_boolean(report->configuration_why != NULL));
    json_object_set_new(shape, "why", rows_text(report->configuration_why));
    return shape;
}

json_t *
status_answer(const struct daemon_report *report, int64_t now_ms)
{
    json_t *answer = json_object();
    json_t *notes = json_array();

    for (size_t i = 0; i < report->notes.count; i++) {
        json_array_append_new(notes, rows_text(report->notes.items[i]));
    }
    json_object_set_new(answer, "line", rows_text(report->line));
    json_object_set_new(answer, "ok", json_boolean(report->ok));
    json_object_set_new(answer, "version", json_string(BUDKAVLE_VERSION));
    json_object_set_new(answer, "started_at", time_shape(report->started_at_ms));
    json_object_set_new(answer, "incidents", json_integer(report->incidents));
    json_object_set_new(answer, "waiting", json_integer(report->waiting));
    json_object_set_new(answer, "parked", json_integer(report->parked));
    json_object_set_new(answer, "oldest_seconds", age_shape(report->oldest_ms, now_ms));
    json_object_set_new(answer, "waiting_events", json_integer(report->waiting_events));
    json_object_set_new(answer, "unrouted", json_integer(report->unrouted));
    json_object_set_new(answer, "log",
                        json_pack("{s:I, s:s}", "row", (json_int_t)report->log_row,
                                  "hash", report->log_hash));
    json_object_set_new(answer, "configuration", configuration_shape(report));
    json_object_set_new(answer, "notes", notes);
    json_object_set_new(answer, "alarms", alarm_shapes(report));
    json_object_set_new(answer, "channels", channel_shapes(report, now_ms));
    return answer;
}

/* --- Handlers --------------------------------------------------------------------- */

static void
answer_report(struct call *call,
              json_t *(*shape)(const struct daemon_report *report, int64_t now_ms))
{
    const struct api_ports *ports = call_ports(call);
    struct daemon_report report = { 0 };
    json_t *body;

    ports->report(ports->context, &report);
    body = shape(&report, clock_wall_ms());
    daemon_report_clear(&report);
    answer_read(call, body);
}

void
handle_status(struct call *call)
{
    answer_report(call, status_answer);
}

void
handle_channels(struct call *call)
{
    answer_report(call, channels_answer);
}
