/* SPDX-License-Identifier: EUPL-1.2 */
/* What an operator does: deliveries, channels, the configuration. */
#include "api/instance.h"
#include "api/rows.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "model/names.h"

#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX_BYTES = 64 * 1024,
    REASON_MAX_CHARACTERS = 500
};

/* What the body of an operator's request says; strings are borrowed from body. */
struct order {
    json_t *body;
    struct outbound_selector which;
    const char *reason;
};

/* --- The body --------------------------------------------------------------------- */

static void
order_clear(struct order *order)
{
    json_decref(order->body);
    *order = (struct order){ 0 };
}

/* A string that may stand in a log and a timeline. */
static const char *
read_text(json_t *value, const char *field, struct faults *faults)
{
    const char *text = json_string_value(value);

    if (text == NULL || text[0] == '\0') {
        faults_add(faults, 0, 0, field, "it is a text that is not empty");
    } else if (utf8_has_control(text, strlen(text), "\n")) {
        faults_add(faults, 0, 0, field, "it has control characters");
    } else if (utf8_count_code_points(text) > REASON_MAX_CHARACTERS) {
        faults_add(faults, 0, 0, field, "it has more than %d characters",
                   (int)REASON_MAX_CHARACTERS);
    } else {
        return text;
    }
    return NULL;
}

static void
read_channel(json_t *value, struct order *order, struct faults *faults)
{
    order->which.channel = read_text(value, "channel", faults);
}

static void
read_incident(json_t *value, struct order *order, struct faults *faults)
{
    order->which.incident_id = read_text(value, "incident", faults);
}

static void
read_reason(json_t *value, struct order *order, struct faults *faults)
{
    order->reason = read_text(value, "reason", faults);
}

static void
read_state(json_t *value, struct order *order, struct faults *faults)
{
    static const enum delivery_state states[] = { DELIVERY_HELD, DELIVERY_PENDING,
                                                  DELIVERY_UNKNOWN, DELIVERY_PARKED };
    const char *text = json_string_value(value);
    struct buffer list = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
        const char *name = name_of(&delivery_state_names, (int)states[i]);

        if (text != NULL && strcmp(text, name) == 0) {
            order->which.state = (int)states[i];
            buffer_clear(&list);
            return;
        }
        buffer_addf(&list, "%s%s", i > 0 ? ", " : "", name);
    }
    faults_add(faults, 0, 0, "state", "it is one of %s", list.data);
    buffer_clear(&list);
}

enum member {
    MEMBER_CHANNEL = 1,
    MEMBER_STATE = 2,
    MEMBER_INCIDENT = 4,
    MEMBER_REASON = 8,
    MEMBERS_SELECTING = MEMBER_CHANNEL | MEMBER_STATE | MEMBER_INCIDENT
};

static const struct {
    enum member member;
    const char *name;
    void (*read)(json_t *value, struct order *order, struct faults *faults);
} members[] = {
    { MEMBER_CHANNEL, "channel", read_channel },
    { MEMBER_STATE, "state", read_state },
    { MEMBER_INCIDENT, "incident", read_incident },
    { MEMBER_REASON, "reason", read_reason },
};

/* A member that is misspelt must not make "all" out of "some". */
static void
read_member(const char *name, json_t *value, unsigned known, struct order *order,
            struct faults *faults)
{
    struct buffer list = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        if ((known & members[i].member) == 0) {
            continue;
        }
        if (strcmp(members[i].name, name) == 0) {
            members[i].read(value, order, faults);
            buffer_clear(&list);
            return;
        }
        buffer_addf(&list, "%s%s", list.len > 0 ? ", " : "", members[i].name);
    }
    faults_add(faults, 0, 0, name, "it is not known here; known: %s", list.data);
    buffer_clear(&list);
}

/* False after 400, 413 or 422 was answered. */
static bool
order_read(struct call *call, unsigned known, bool needs_reason, struct order *order)
{
    struct faults faults = { 0 };
    const char *name;
    json_t *value;
    bool ok;

    *order = (struct order){ .which = { .state = -1 } };
    if (call->body.len > BODY_MAX_BYTES) {
        answer_problem(call, 413, title_of(413),
                       "the body is larger than 64 KiB; it holds a few names only",
                       NULL);
        return false;
    }
    order->body = call_json(call);
    if (order->body == NULL) {
        return false;
    }
    json_object_foreach(order->body, name, value)
    {
        read_member(name, value, known, order, &faults);
    }
    if (needs_reason && json_object_get(order->body, "reason") == NULL) {
        faults_add(&faults, 0, 0, "reason",
                   "it is missing; it stands in the timeline: {\"reason\": \"…\"}");
    }
    ok = faults.count == 0;
    if (!ok) {
        answer_problem(call, 422, title_of(422), "nothing was done: see faults",
                       &faults);
        order_clear(order);
    }
    faults_clear(&faults);
    return ok;
}

/* --- Deliveries ------------------------------------------------------------------- */

static void
answer_count(struct call *call, enum status status, int64_t count,
             const struct error *error)
{
    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 200, json_pack("{s:I}", "count", (json_int_t)count));
    } else {
        answer_error(call, status, error);
    }
}

static void
do_retry(struct call *call, const struct order *order)
{
    const struct api_ports *ports = call_ports(call);
    struct error error = { "" };
    int64_t count = 0;
    enum status status =
        ports->retry(ports->context, &order->which, call->uid, &count, &error);

    answer_count(call, status, count, &error);
}

static void
do_cancel(struct call *call, const struct order *order)
{
    const struct api_ports *ports = call_ports(call);
    struct error error = { "" };
    int64_t count = 0;
    enum status status = ports->cancel(ports->context, &order->which, order->reason,
                                       call->uid, &count, &error);

    answer_count(call, status, count, &error);
}

static void
operate_on_one(struct call *call, bool needs_reason,
               void (*operate)(struct call *call, const struct order *order))
{
    int64_t row = call_number(call, 0, "delivery");
    struct order order;

    if (row > 0 && order_read(call, MEMBER_REASON, needs_reason, &order)) {
        order.which.row = row;
        operate(call, &order);
        order_clear(&order);
    }
}

static bool
has_incident(struct call *call, const struct order *order)
{
    struct incident_row row = { 0 };
    bool found = order->which.incident_id == NULL ||
                 rows_find_incident(call, order->which.incident_id, &row);

    incident_row_clear(&row);
    return found;
}

static void
operate_on_many(struct call *call, bool needs_reason,
                void (*operate)(struct call *call, const struct order *order))
{
    struct order order;

    if (!order_read(call, MEMBERS_SELECTING | MEMBER_REASON, needs_reason, &order)) {
        return;
    }
    if (has_incident(call, &order)) {
        operate(call, &order);
    }
    order_clear(&order);
}

void
handle_delivery_retry(struct call *call)
{
    operate_on_one(call, false, do_retry);
}

void
handle_delivery_cancel(struct call *call)
{
    operate_on_one(call, true, do_cancel);
}

void
handle_deliveries_retry(struct call *call)
{
    operate_on_many(call, false, do_retry);
}

void
handle_deliveries_cancel(struct call *call)
{
    operate_on_many(call, true, do_cancel);
}

/* --- Channels --------------------------------------------------------------------- */

static void
pause_or_resume(struct call *call, bool paused, enum channel_state state)
{
    const struct api_ports *ports = call_ports(call);
    const char *channel = call->parameters[0];
    struct error error = { "" };
    struct order order;
    enum status status;

    if (!order_read(call, MEMBER_REASON, false, &order)) {
        return;
    }
    order_clear(&order);
    status = ports->pause(ports->context, channel, paused, call->uid, &error);
    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 200,
                            json_pack("{s:s, s:s}", "channel", channel, "state",
                                      name_of(&channel_state_names, (int)state)));
    } else {
        answer_error(call, status, &error);
    }
}

void
handle_channel_pause(struct call *call)
{
    pause_or_resume(call, true, CHANNEL_PAUSED);
}

void
handle_channel_resume(struct call *call)
{
    pause_or_resume(call, false, CHANNEL_UP);
}

void
handle_channel_retry(struct call *call)
{
    struct order order;

    if (order_read(call, MEMBER_REASON | MEMBER_STATE, false, &order)) {
        order.which.channel = call->parameters[0];
        do_retry(call, &order);
        order_clear(&order);
    }
}

static void
on_tested(void *context, const struct outcome *outcome)
{
    static const char *const names[OUTCOME_KIND_COUNT] = {
        [OUTCOME_DELIVERED] = "delivered",
        [OUTCOME_RETRY] = "refused for now",
        [OUTCOME_TRANSPORT] = "not reached",
        [OUTCOME_UNKNOWN] = "unknown",
        [OUTCOME_REFUSED] = "refused",
        [OUTCOME_UNDELIVERABLE] = "undeliverable",
        [OUTCOME_CREDENTIALS] = "credentials",
    };
    struct call *call = context;
    json_t *answer = json_object();

    json_object_set_new(answer, "channel", json_string(call->parameters[0]));
    json_object_set_new(answer, "outcome", json_string(names[outcome->kind]));
    if (outcome->detail != NULL) {
        json_object_set_new(answer, "detail", rows_text(outcome->detail));
    }
    if (outcome->remote_id != NULL) {
        json_object_set_new(answer, "remote_id", rows_text(outcome->remote_id));
    }
    answer_json(call, 200, answer);
}

/* Answered when the channel's reply has come. */
void
handle_channel_test(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    struct api *api = call->api;
    uid_t uid = call->uid;
    struct error error = { "" };
    struct order order;
    enum status status;
    char *channel;

    if (!order_read(call, MEMBER_REASON, false, &order)) {
        return;
    }
    order_clear(&order);
    /* The answer may be given, and the call be gone, before the port returns. */
    channel = string_copy(call->parameters[0]);
    status = ports->test(ports->context, channel, on_tested, call, &error);
    if (status == STATUS_OK) {
        api_act(api, uid, "test", NULL, channel, NULL);
    } else {
        answer_error(call, status, &error);
    }
    free(channel);
}

/* --- Safe mode -------------------------------------------------------------------- */

void
handle_begin_anew(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    struct error error = { "" };
    struct order order;
    enum status status;

    if (!order_read(call, MEMBER_REASON, true, &order)) {
        return;
    }
    status = ports->begin_anew(ports->context, order.reason, call->uid, &error);
    order_clear(&order);
    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 200, json_pack("{s:b}", "begun", 1));
    } else {
        answer_error(call, status, &error);
    }
}

/* --- Configuration ---------------------------------------------------------------- */

void
handle_reload(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    struct faults faults = { 0 };
    enum status status = ports->reload(ports->context, &faults);

    call_join(call);
    if (status == STATUS_OK) {
        api_act(call->api, call->uid, "reload", NULL, NULL, NULL);
        answer_after_commit(call, 200, json_pack("{s:b}", "reloaded", 1));
    } else {
        answer_problem(call, 422, title_of(422),
                       "the configuration has faults; the earlier one stays in force",
                       &faults);
    }
    faults_clear(&faults);
}

void
handle_config(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    char *text = ports->config_text(ports->context);

    answer_text(call, 200, "text/plain; charset=utf-8", text, strlen(text));
    free(text);
}
