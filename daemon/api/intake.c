/* SPDX-License-Identifier: EUPL-1.2 */
/* Events in: to be kept, to be tried out, or to be shown as texts. */
#include "api/instance.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "codec/event_json.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    REASON_MOST = 500
};

/* What is to be done about words of a person's own that break a rule. */
struct words_wish {
    bool stops;           /* they stop the batch */
    const char *override; /* the reason why they do not; NULL */
};

/* What is answered to types that people send by mistake; the others get the first. */
static const struct {
    const char *type;
    const char *why;
} refused_types[] = {
    { "", "" },
    { "application/x-www-form-urlencoded",
      "; with curl say -H 'Content-Type: application/json'" },
    { "application/xml", "; an alert of CAP 1.2 is application/cap+xml" },
    { "text/xml", "; an alert of CAP 1.2 is application/cap+xml" },
};

static void
answer_type(struct call *call, const char *given)
{
    const char *why = refused_types[0].why;
    char *shown = utf8_printable(given, strlen(given), 100);

    for (size_t i = 1; i < ARRAY_COUNT(refused_types); i++) {
        if (call_is_type(call, refused_types[i].type)) {
            why = refused_types[i].why;
        }
    }
    if (given[0] == '\0') {
        why = refused_types[1].why;
    }
    answer_problemf(call, 415,
                    "the Content-Type is %s%s%s; application/json, "
                    "application/x-ndjson and application/cap+xml are taken%s",
                    given[0] == '\0' ? "missing" : "\"", shown,
                    given[0] == '\0' ? "" : "\"", why);
    free(shown);
}

/* What is sent is told by its content; its type says that it is meant for us. */
static const char *const taken_types[] = { "application/json", "application/x-ndjson",
                                           "application/cap+xml" };

static bool
check_type(struct call *call)
{
    const char *given = evhttp_find_header(
        evhttp_request_get_input_headers(call->request), "Content-Type");

    for (size_t i = 0; i < ARRAY_COUNT(taken_types); i++) {
        if (call_is_type(call, taken_types[i])) {
            return true;
        }
    }
    answer_type(call, given == NULL ? "" : given);
    return false;
}

bool
call_check_flag(struct call *call, bool *check)
{
    static const char *const values[] = { "0", "1", "false", "true" };
    const char *given = call_query(call, "check");

    *check = call_flag(call, "check");
    for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
        if (given == NULL || strcmp(given, values[i]) == 0) {
            return true;
        }
    }
    answer_problem(call, 400, title_of(400),
                   "check is 1 to try it out or 0 to do it; nothing was "
                   "done",
                   NULL);
    return false;
}

/* How the words of persons are judged; false after 400 was answered. */
static bool
check_wish(struct call *call, struct words_wish *wish)
{
    const char *plain = call_query(call, "plain");
    const char *reason = call_query(call, "override");

    *wish = (struct words_wish){ .stops = plain != NULL && reason == NULL,
                                 .override = reason };
    if (plain != NULL && strcmp(plain, "stop") != 0) {
        answer_problem(call, 400, title_of(400),
                       "plain is \"stop\", or left out; nothing was done", NULL);
        return false;
    }
    if (reason != NULL &&
        (reason[strspn(reason, " ")] == '\0' || strlen(reason) > REASON_MOST ||
         !utf8_is_valid(reason, strlen(reason)) ||
         utf8_has_control(reason, strlen(reason), ""))) {
        answer_problemf(
            call, 400,
            "override is the reason why the words are taken as they are, in "
            "1 to %d bytes of UTF-8 on one line; nothing was done",
            REASON_MOST);
        return false;
    }
    return true;
}

/* What the words of persons stop is not submitted; what was taken in spite of them is
 * noted. */
static enum status
submit(struct call *call, const struct words_wish *wish, bool check,
       struct events *events, struct submit_results *results, struct faults *faults)
{
    const struct api_ports *ports = call_ports(call);
    enum status status = STATUS_OK;

    if (wish->stops && ports->judge != NULL) {
        status = ports->judge(ports->context, events, faults);
    }
    if (status == STATUS_OK) {
        status = ports->submit(ports->context, events, check, results, faults);
    }
    if (status == STATUS_OK && !check && wish->override != NULL &&
        ports->override != NULL) {
        ports->override(ports->context, events, results, wish->override, call->uid);
    }
    call_join(call);
    return status;
}

static json_t *
accepted_json(const struct submit_results *results)
{
    json_t *list = json_array();

    for (size_t i = 0; i < results->count; i++) {
        const struct submit_result *result = &results->items[i];
        json_t *row = json_object();

        json_object_set_new(row, "event_id", json_string(result->event_id));
        json_object_set_new(row, "incident", json_string(result->incident));
        json_object_set_new(row, "id", json_string(result->incident_id));
        json_object_set_new(row, "result",
                            json_string(name_of(&result_names, (int)result->result)));
        json_object_set_new(row, "messages", json_integer(result->messages));
        if (result->held_id[0] != '\0') {
            json_object_set_new(row, "held", json_string(result->held_id));
        }
        if (result->why != NULL) {
            json_object_set_new(row, "why", json_string(result->why));
        }
        if (result->warning != NULL) {
            json_object_set_new(row, "warning", json_string(result->warning));
        }
        json_array_append_new(list, row);
    }
    return json_pack("{s:o}", "accepted", list);
}

/* Who sends is asked of the kernel: a second person is told by it from the first. */
static void
sign(const struct call *call, struct events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        events->items[i].has_uid = true;
        events->items[i].uid = (int64_t)call->uid;
    }
}

static void
tell_refused(const struct call *call, const struct faults *faults)
{
    const struct api_ports *ports = call_ports(call);
    const struct log_field fields[] = {
        { "SOURCE", call_source(call) },
        { "RESULT", "refused" },
    };
    struct buffer why = { 0 };

    faults_format(faults, &why);
    while (why.len > 0 && why.data[why.len - 1] == '\n') {
        why.data[--why.len] = '\0';
    }
    log_fields(LOG_LEVEL_WARNING, LOG_KIND_EVENT_REFUSED, fields, ARRAY_COUNT(fields),
               "api: events from uid %lu refused: %.300s", (unsigned long)call->uid,
               why.len > 0 ? why.data : "");
    buffer_clear(&why);
    if (ports->refused != NULL) {
        ports->refused(ports->context, call_source(call));
    }
}

/* What every refusal of a batch has in common: nothing of it was taken. */
static void
answer_refused(struct call *call, enum status status, const struct faults *faults)
{
    int code = code_of(status);
    char *detail;

    if (code == 503) {
        detail = string_format("the events cannot be kept now; nothing was taken%s%s",
                               faults->count > 0 ? ": " : "",
                               faults->count > 0 ? faults->items[0].problem : "");
        answer_retry_later(call, detail, RETRY_AFTER_S);
        free(detail);
        return;
    }
    detail = string_format(
        "nothing of the batch was taken; it has %zu fault%s, the first: %s%s%s",
        faults->count + faults->dropped,
        faults->count + faults->dropped == 1 ? "" : "s",
        faults->count > 0 ? faults->items[0].field : "",
        faults->count > 0 && faults->items[0].field[0] != '\0' ? ": " : "",
        faults->count > 0 ? faults->items[0].problem : "");
    answer_problem(call, code, title_of(code), detail, faults);
    free(detail);
}

/* Who sent which event; a repeat changes nothing. */
static void
note_submitted(struct call *call, const struct submit_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct submit_result *result = &results->items[i];

        if (result->result != RESULT_REPEAT) {
            api_act(call->api, call->uid, "submit", result->incident_id, NULL,
                    result->event_id);
        }
    }
}

void
handle_events(struct call *call)
{
    struct events events = { 0 };
    struct submit_results results = { 0 };
    struct faults faults = { 0 };
    struct words_wish wish;
    enum status status;
    bool check;

    if (!check_type(call) || !call_check_flag(call, &check) ||
        !check_wish(call, &wish)) {
        return;
    }
    status =
        events_parse_with(call->body.data, call->body.len, call_source(call),
                          &call->api->cap_kinds, clock_wall_ms(), &events, &faults);
    if (status == STATUS_OK) {
        sign(call, &events);
        status = submit(call, &wish, check, &events, &results, &faults);
    }
    if (status == STATUS_OK) {
        if (!check) {
            note_submitted(call, &results);
        }
        answer_after_commit(call, 200, accepted_json(&results));
    } else {
        if (!check && code_of(status) != 503) {
            tell_refused(call, &faults);
        }
        answer_refused(call, status, &faults);
    }
    submit_results_clear(&results);
    events_clear(&events);
    faults_clear(&faults);
}

void
handle_preview(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    struct events events = { 0 };
    struct faults faults = { 0 };
    json_t *answer = NULL;
    enum status status;

    if (!check_type(call)) {
        return;
    }
    status =
        events_parse_with(call->body.data, call->body.len, call_source(call),
                          &call->api->cap_kinds, clock_wall_ms(), &events, &faults);
    if (status == STATUS_OK) {
        status = ports->preview(ports->context, &events, &answer, &faults);
        call_join(call);
    }
    if (status == STATUS_OK) {
        answer_after_commit(call, 200, answer);
    } else {
        answer_refused(call, status, &faults);
    }
    events_clear(&events);
    faults_clear(&faults);
}
