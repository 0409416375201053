/* SPDX-License-Identifier: EUPL-1.2 */
/* What happened around one incident, one entry after the other. */
#include "api/answers.h"
#include "api/internal.h"
#include "api/rows.h"
#include "codec/shape.h"

static void
shape_event(const struct timeline_entry *entry, json_t *shape)
{
    json_object_set_new(shape, "event_id", rows_text(entry->event_id));
    json_object_set_new(shape, "result",
                        json_string(name_of(&result_names, entry->result)));
    json_object_set_new(shape, "why", rows_text(entry->why));
}

static void
shape_message(const struct timeline_entry *entry, json_t *shape)
{
    json_object_set_new(shape, "notice",
                        json_string(name_of(&notice_names, entry->notice)));
    json_object_set_new(shape, "sequence", json_integer(entry->sequence));
}

static void
shape_delivery(const struct timeline_entry *entry, json_t *shape)
{
    json_object_set_new(shape, "channel", rows_text(entry->channel));
    json_object_set_new(shape, "sequence", json_integer(entry->sequence));
    json_object_set_new(shape, "state",
                        json_string(name_of(&delivery_state_names, entry->result)));
    json_object_set_new(shape, "error", rows_text(entry->why));
    if (entry->covered_by != 0) {
        json_object_set_new(shape, "covered_by", json_integer(entry->covered_by));
        json_object_set_new(
            shape, "why",
            json_sprintf("message %lld says it as well", (long long)entry->covered_by));
    }
    if (entry->reported != REPORT_NONE) {
        json_object_set_new(
            shape, "reported",
            json_string(name_of(&report_state_names, (int)entry->reported)));
        json_object_set_new(shape, "report_reason", rows_text(entry->report_reason));
    }
    if (entry->recipients > 1) {
        json_object_set_new(shape, "recipients", json_integer(entry->recipients));
    }
}

static void
shape_action(const struct timeline_entry *entry, json_t *shape)
{
    json_object_set_new(shape, "action", rows_text(entry->action));
    if (entry->uid >= 0) {
        json_object_set_new(shape, "uid", json_integer(entry->uid));
    }
    json_object_set_new(shape, "channel", rows_text(entry->channel));
    json_object_set_new(shape, "reason", rows_text(entry->why));
}

json_t *
timeline_entry_shape(const struct timeline_entry *entry)
{
    static const struct {
        const char *what;
        void (*add)(const struct timeline_entry *entry, json_t *shape);
    } kinds[] = {
        [TIMELINE_EVENT] = { "event", shape_event },
        [TIMELINE_MESSAGE] = { "message", shape_message },
        [TIMELINE_DELIVERY] = { "delivery", shape_delivery },
        [TIMELINE_ACTION] = { "action", shape_action },
    };
    json_t *shape = json_object();

    json_object_set_new(shape, "at", time_shape(entry->at_ms));
    json_object_set_new(shape, "what", json_string(kinds[entry->kind].what));
    kinds[entry->kind].add(entry, shape);
    return shape;
}

struct listing {
    json_t *rows;
    int64_t etr_at_ms; /* received last */
};

static bool
on_entry(void *context, const struct timeline_entry *entry)
{
    struct listing *listing = context;
    json_t *shape = timeline_entry_shape(entry);

    if (entry->kind == TIMELINE_EVENT) {
        timeline_estimate(entry->body, &listing->etr_at_ms, shape);
    }
    json_array_append_new(listing->rows, shape);
    return true;
}

json_t *
timeline_answer(struct store *store, int64_t incident_row)
{
    json_t *answer = json_object();
    struct listing listing = { json_array(), TIME_NONE };

    store_timeline(store, incident_row, on_entry, &listing);
    json_object_set_new(answer, "timeline", listing.rows);
    return answer;
}

void
handle_timeline(struct call *call)
{
    struct incident_row row = { 0 };

    if (rows_find_incident(call, call->parameters[0], &row)) {
        answer_read(call, timeline_answer(call_store(call), row.row));
    }
    incident_row_clear(&row);
}
