/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit: has every message reached every channel, and if not, which has not? */
#include "api/answers.h"
#include "api/internal.h"
#include "api/rows.h"
#include "base/memory.h"
#include "codec/shape.h"
#include "store/reports.h"
#include "store/rescue.h"

static void
add_counts(struct channel_counts *sum, const struct channel_counts *counts)
{
    for (int state = 0; state < DELIVERY_STATE_COUNT; state++) {
        sum->states[state] += counts->states[state];
    }
}

struct sum {
    struct store *store;
    struct channel_counts counts;
};

static void
on_channel(void *context, const char *channel)
{
    struct sum *sum = context;
    struct channel_counts counts;

    store_outbound_counts(sum->store, channel, &counts);
    add_counts(&sum->counts, &counts);
}

static void
count_all(struct store *store, struct channel_counts *counts)
{
    struct sum sum = { .store = store };

    store_outbound_channels(store, on_channel, &sum);
    *counts = sum.counts;
}

/* How many are not concluded; *shape gets every state's count. */
static int64_t
shape_counts(const struct channel_counts *counts, json_t *shape)
{
    int64_t unfinished = 0;

    for (int state = 0; state < DELIVERY_EXPANDED; state++) {
        if (!delivery_is_final((enum delivery_state)state)) {
            unfinished += counts->states[state];
        }
        json_object_set_new(shape, name_of(&delivery_state_names, state),
                            json_integer(counts->states[state]));
    }
    return unfinished;
}

static int64_t
pending_events(struct store *store, const struct incident_row *incident)
{
    int64_t statuses[INCIDENT_STATUS_COUNT];
    int64_t waiting = 0;
    int64_t oldest_ms;

    if (incident != NULL) {
        return incident->exists ? 0 : 1;
    }
    store_incident_counts(store, statuses, &waiting, &oldest_ms);
    return waiting;
}

/* --- Rows ------------------------------------------------------------------------- */

static json_t *
identity_shape(const struct outbound_row *row)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "delivery", json_integer(row->row));
    json_object_set_new(shape, "incident", json_string(row->incident_id));
    json_object_set_new(shape, "message", json_string(row->message_id));
    json_object_set_new(shape, "sequence", json_integer(row->sequence));
    json_object_set_new(shape, "channel", rows_text(row->channel));
    json_object_set_new(shape, "state",
                        json_string(name_of(&delivery_state_names, (int)row->state)));
    json_object_set_new(shape, "attempts", json_integer(row->attempts));
    if (row->covered_by != 0) {
        json_object_set_new(shape, "covered_by", json_integer(row->covered_by));
    }
    return shape;
}

static bool
on_missing(void *context, const struct outbound_row *row)
{
    struct page *page = context;
    json_t *shape;

    if (!page_has_room(page)) {
        return false;
    }
    shape = identity_shape(row);
    json_object_set_new(shape, "due_at", time_shape(row->due_at_ms));
    json_object_set_new(shape, "last_error", rows_text(row->last_error));
    answer_page_add(page, row->row, shape);
    return true;
}

static bool
on_given_up(void *context, const struct outbound_row *row)
{
    json_t *rows = context;
    json_t *shape = identity_shape(row);

    json_object_set_new(shape, "concluded_at", time_shape(row->concluded_at_ms));
    json_object_set_new(shape, "why", rows_text(row->last_error));
    json_array_append_new(rows, shape);
    return true;
}

/* Delivered, by the word of the gateway that took it; and by its later word it was not. */
static bool
on_reported_failed(void *context, const struct outbound_row *row)
{
    json_t *shape = identity_shape(row);

    json_object_set_new(shape, "report", report_shape(row));
    json_array_append_new(context, shape);
    return true;
}

static void
add_reported_failed(struct store *store, int64_t incident_row, int64_t limit,
                    json_t *answer)
{
    const struct outbound_filter filter = { .state = -1,
                                            .incident_row = incident_row,
                                            .limit = limit };
    json_t *rows = json_array();

    store_report_failed_list(store, &filter, on_reported_failed, rows);
    json_object_set_new(answer, "failed_later", rows);
}

static bool
on_entry(void *context, const struct timeline_entry *entry)
{
    json_t *actions = context;

    if (entry->kind == TIMELINE_ACTION) {
        json_array_append_new(actions, timeline_entry_shape(entry));
    }
    return true;
}

/*
 * What was concluded without being said, with who and why. Of one incident only: over
 * all, it takes a walk through every delivery there ever was, and the list of deliveries
 * by state pages through them.
 */
static void
add_given_up(struct store *store, int64_t incident_row, int64_t limit, json_t *answer)
{
    static const enum delivery_state states[] = { DELIVERY_CANCELLED,
                                                  DELIVERY_UNDELIVERABLE };
    json_t *rows = json_array();
    json_t *actions = json_array();

    for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
        const struct outbound_filter filter = { .state = (int)states[i],
                                                .incident_row = incident_row,
                                                .limit = limit };

        store_outbound_list(store, &filter, on_given_up, rows);
    }
    store_timeline(store, incident_row, on_entry, actions);
    json_object_set_new(answer, "given_up", rows);
    json_object_set_new(answer, "actions", actions);
}

/* --- The answer ------------------------------------------------------------------- */

json_t *
audit_answer(struct store *store, const struct incident_row *incident, int64_t after,
             int64_t limit)
{
    int64_t incident_row = incident == NULL ? 0 : incident->row;
    const struct outbound_filter filter = { .state = -1,
                                            .unfinished_only = true,
                                            .incident_row = incident_row,
                                            .after = after,
                                            .limit = limit + 1 };
    struct channel_counts counts;
    char *lost = store_safe_mode(store);
    json_t *answer = json_object();
    json_t *deliveries = json_object();
    struct page page;

    if (incident == NULL) {
        count_all(store, &counts);
    } else {
        store_outbound_incident_counts(store, incident_row, &counts);
    }
    /* An empty store that took the place of a damaged one knows of nothing missing. */
    json_object_set_new(
        answer, "complete",
        json_boolean(shape_counts(&counts, deliveries) == 0 && lost == NULL));
    if (lost != NULL) {
        json_object_set_new(answer, "why",
                            json_sprintf("safe mode: %s; what was known is not", lost));
        free(lost);
    }
    json_object_set_new(answer, "messages",
                        json_integer(store_message_count(store, incident_row)));
    json_object_set_new(answer, "deliveries", deliveries);
    json_object_set_new(answer, "reported_failed",
                        json_integer(store_report_failed(store, incident_row)));
    json_object_set_new(answer, "pending_events",
                        json_integer(pending_events(store, incident)));
    if (incident != NULL) {
        add_given_up(store, incident_row, limit, answer);
        add_reported_failed(store, incident_row, limit, answer);
    }
    answer_page_begin(&page, limit);
    store_outbound_list(store, &filter, on_missing, &page);
    answer_page_end(&page, "missing", answer);
    return answer;
}

void
handle_audit(struct call *call)
{
    const char *id = call_query(call, "incident");
    struct incident_row incident = { 0 };
    int64_t after, limit;

    if (call_page(call, &after, &limit) &&
        (id == NULL || rows_find_incident(call, id, &incident))) {
        answer_read(call, audit_answer(call_store(call), id == NULL ? NULL : &incident,
                                       after, limit));
    }
    incident_row_clear(&incident);
}
