/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists of what the store holds: incidents, messages, deliveries. */
#include "api/answers.h"
#include "api/internal.h"
#include "api/rows.h"
#include "base/utf8.h"
#include "codec/shape.h"
#include "store/reports.h"

#include <stdlib.h>
#include <string.h>

/* Rows on their way into a page. */
struct listing {
    struct store *store;
    struct page page;
    bool recipients;
};

static json_t *
listing_end(struct listing *listing, const char *name)
{
    json_t *answer = json_object();

    answer_page_end(&listing->page, name, answer);
    return answer;
}

/* --- Incidents -------------------------------------------------------------------- */

json_t *
incident_answer(struct store *store, const struct incident_row *row)
{
    struct incident_row other = { 0 };
    struct incident incident = { 0 };
    json_t *shape;

    rows_incident(row, &incident);
    if (incident.merged_into_row != 0) {
        store_incident_get(store, incident.merged_into_row, &other);
    }
    shape = incident_shape(&incident, other.id);
    incident_row_clear(&other);
    incident_clear(&incident);
    return shape;
}

static bool
on_incident(void *context, const struct incident_row *row)
{
    struct listing *listing = context;

    if (!page_has_room(&listing->page)) {
        return false;
    }
    answer_page_add(&listing->page, row->row, incident_answer(listing->store, row));
    return true;
}

json_t *
incidents_answer(struct store *store, const struct incident_filter *filter)
{
    struct listing listing = { .store = store };
    struct incident_filter one_more = *filter;

    answer_page_begin(&listing.page, filter->limit);
    one_more.limit = filter->limit + 1;
    store_incidents_list(store, &one_more, on_incident, &listing);
    return listing_end(&listing, "incidents");
}

void
handle_incidents(struct call *call)
{
    struct incident_filter filter = { .open_only = call_flag(call, "open"),
                                      .waiting_only = call_flag(call, "waiting"),
                                      .number = call_query(call, "number"),
                                      .closed_since_ms = TIME_NONE };
    struct error error = { 0 };
    json_t *answer;

    if (filter.open_only && filter.waiting_only) {
        error_set(&error, STATUS_INVALID,
                  "open=1 and waiting=1 exclude each other: an incident of which too "
                  "little is known is not open yet. Give one of them.");
        answer_error(call, STATUS_INVALID, &error);
        return;
    }
    if (!call_page(call, &filter.after, &filter.limit)) {
        return;
    }
    answer = incidents_answer(call_store(call), &filter);
    /* Who asks for a number wants to see the incident in whatever state it is. */
    if (filter.number != NULL && !filter.open_only &&
        json_array_size(json_object_get(answer, "incidents")) == 0) {
        json_decref(answer);
        filter.waiting_only = true;
        answer = incidents_answer(call_store(call), &filter);
    }
    answer_read(call, answer);
}

void
handle_incident(struct call *call)
{
    struct incident_row row = { 0 };

    if (rows_find_incident(call, call->parameters[0], &row)) {
        answer_read(call, incident_answer(call_store(call), &row));
    }
    incident_row_clear(&row);
}

/* --- Messages --------------------------------------------------------------------- */

static bool
on_message(void *context, const struct message_row *row)
{
    struct listing *listing = context;
    struct message message = { 0 };
    json_t *shape;

    if (!page_has_room(&listing->page)) {
        return false;
    }
    rows_message(row, &message);
    shape = message_shape(&message);
    json_object_set_new(shape, "source", rows_text(row->source));
    json_object_set_new(shape, "number", rows_text(row->incident));
    json_object_set_new(shape, "priority",
                        json_string(name_of(&priority_names, (int)row->priority)));
    answer_page_add(&listing->page, row->row, shape);
    message_clear(&message);
    return true;
}

json_t *
messages_answer(struct store *store, const struct message_filter *filter)
{
    struct listing listing = { .store = store };
    struct message_filter one_more = *filter;

    answer_page_begin(&listing.page, filter->limit);
    one_more.limit = filter->limit + 1;
    store_messages_list(store, &one_more, on_message, &listing);
    return listing_end(&listing, "messages");
}

/* --- Deliveries ------------------------------------------------------------------- */

json_t *
report_shape(const struct outbound_row *row)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "state",
                        json_string(name_of(&report_state_names, (int)row->reported)));
    json_object_set_new(shape, "at", time_shape(row->reported_at_ms));
    json_object_set_new(shape, "reason", rows_text(row->report_reason));
    return shape;
}

static json_t *
delivery_shape(const struct outbound_row *row, bool recipients)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "id", json_integer(row->row));
    json_object_set_new(shape, "incident", json_string(row->incident_id));
    json_object_set_new(shape, "message", json_string(row->message_id));
    json_object_set_new(shape, "sequence", json_integer(row->sequence));
    json_object_set_new(shape, "notice",
                        json_string(name_of(&notice_names, (int)row->notice)));
    json_object_set_new(shape, "channel", rows_text(row->channel));
    if (recipients) {
        json_object_set_new(shape, "recipient", rows_text(row->recipient));
    }
    json_object_set_new(shape, "state",
                        json_string(name_of(&delivery_state_names, (int)row->state)));
    json_object_set_new(shape, "late", json_boolean(row->late));
    json_object_set_new(shape, "attempts", json_integer(row->attempts));
    json_object_set_new(shape, "created_at", time_shape(row->created_at_ms));
    if (!delivery_is_final(row->state)) {
        json_object_set_new(shape, "due_at", time_shape(row->due_at_ms));
    }
    json_object_set_new(shape, "concluded_at", time_shape(row->concluded_at_ms));
    json_object_set_new(shape, "last_error", rows_text(row->last_error));
    json_object_set_new(shape, "remote_id", rows_text(row->remote_id));
    if (row->covered_by != 0) {
        json_object_set_new(shape, "covered_by", json_integer(row->covered_by));
    }
    if (row->reported != REPORT_NONE) {
        json_object_set_new(shape, "report", report_shape(row));
    }
    return shape;
}

static bool
on_delivery(void *context, const struct outbound_row *row)
{
    struct listing *listing = context;

    if (!page_has_room(&listing->page)) {
        return false;
    }
    answer_page_add(&listing->page, row->row, delivery_shape(row, listing->recipients));
    return true;
}

json_t *
deliveries_answer(struct store *store, const struct outbound_filter *filter,
                  bool recipients)
{
    struct listing listing = { .store = store, .recipients = recipients };
    struct outbound_filter one_more = *filter;

    answer_page_begin(&listing.page, filter->limit);
    one_more.limit = filter->limit + 1;
    if (filter->reported_failed) {
        store_report_failed_list(store, &one_more, on_delivery, &listing);
    } else {
        store_outbound_list(store, &one_more, on_delivery, &listing);
    }
    return listing_end(&listing, "deliveries");
}

/* --- The filters of messages and deliveries --------------------------------------- */

struct search {
    const char *name;
    bool found;
};

static void
on_channel(void *context, const char *channel)
{
    struct search *search = context;

    search->found = search->found || strcmp(channel, search->name) == 0;
}

static void
find_configured(const struct daemon_report *report, struct search *search,
                struct buffer *names)
{
    for (size_t i = 0; i < report->n_channels; i++) {
        on_channel(search, report->channels[i].name);
        buffer_addf(names, "%s%s", i > 0 ? ", " : "", report->channels[i].name);
    }
}

/* A mistyped channel must not look like one on which nothing waits. */
static bool
check_channel(struct call *call, const char *name)
{
    const struct api_ports *ports = call_ports(call);
    struct search search = { .name = name };
    struct daemon_report report = { 0 };
    struct buffer names = { 0 };
    struct error error = { 0 };
    char *printable;

    store_outbound_channels(call_store(call), on_channel, &search);
    if (!search.found) {
        ports->report(ports->context, &report);
        find_configured(&report, &search, &names);
    }
    if (!search.found) {
        printable = utf8_printable(name, strlen(name), 80);
        error_set(&error, STATUS_INVALID,
                  "channel=%s: there is no such channel; there are: %s", printable,
                  names.len > 0 ? names.data : "none");
        free(printable);
        answer_error(call, STATUS_INVALID, &error);
    }
    buffer_clear(&names);
    daemon_report_clear(&report);
    return search.found;
}

/* -1 without one; false after 400 was answered. */
static bool
read_state(struct call *call, int *state)
{
    /* Without "expanded", which is not shown. */
    const struct names shown = { delivery_state_names.items, DELIVERY_EXPANDED };
    const char *text = call_query(call, "state");
    struct buffer allowed = { 0 };
    struct error error = { 0 };
    char *printable;

    *state = name_find(&shown, text);
    if (text == NULL || *state >= 0) {
        return true;
    }
    names_list(&shown, &allowed);
    printable = utf8_printable(text, strlen(text), 80);
    error_set(&error, STATUS_INVALID, "state=%s is no state of a delivery; it is %s",
              printable, allowed.data);
    free(printable);
    buffer_clear(&allowed);
    answer_error(call, STATUS_INVALID, &error);
    return false;
}

/* `unfinished` alone stays unset. False after the fault was answered. */
static bool
read_filter(struct call *call, struct outbound_filter *filter)
{
    const char *incident_id = call_query(call, "incident");
    struct incident_row incident = { 0 };

    filter->channel = call_query(call, "channel");
    if (!call_page(call, &filter->after, &filter->limit) ||
        !read_state(call, &filter->state) ||
        (filter->channel != NULL && !check_channel(call, filter->channel))) {
        return false;
    }
    if (incident_id != NULL) {
        if (!rows_find_incident(call, incident_id, &incident)) {
            return false;
        }
        filter->incident_row = incident.row;
        incident_row_clear(&incident);
    }
    return true;
}

/* `report=failed` is the only one there is a list of. False after 400 was answered. */
static bool
read_report(struct call *call, struct outbound_filter *filter)
{
    const char *wanted = call_query(call, "report");

    filter->reported_failed = wanted != NULL;
    if (wanted == NULL || strcmp(wanted, "failed") == 0) {
        return true;
    }
    answer_problemf(call, 400,
                    "report= is failed: what gateways reported as failed later; every "
                    "other delivery says in \"report\" what was reported of it");
    return false;
}

void
handle_messages(struct call *call)
{
    struct outbound_filter given = { 0 };
    struct message_filter filter;

    if (!read_filter(call, &given)) {
        return;
    }
    filter = (struct message_filter){ .incident_row = given.incident_row,
                                      .channel = given.channel,
                                      .state = given.state,
                                      .after = given.after,
                                      .limit = given.limit };
    answer_read(call, messages_answer(call_store(call), &filter));
}

void
handle_deliveries(struct call *call)
{
    struct outbound_filter filter = { 0 };

    if (!read_filter(call, &filter)) {
        return;
    }
    if (!read_report(call, &filter)) {
        return;
    }
    filter.unfinished_only = call_flag(call, "unfinished");
    answer_read(call, deliveries_answer(call_store(call), &filter,
                                        call_allowed(call, API_OPERATE)));
}
