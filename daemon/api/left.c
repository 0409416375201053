/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients who left a channel: the list, and a person's word. The addresses are
 * personal data, so that all of it needs the role of an operator. */
#include "store/left.h"

#include "api/internal.h"
#include "api/rows.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "codec/shape.h"

#include <stdlib.h>
#include <string.h>

enum {
    RECIPIENT_MAX_BYTES = 4096,
    REASON_MAX_BYTES = 500
};

/* --- The list --------------------------------------------------------------------- */

static bool
on_left(void *context, const struct left *left)
{
    struct page *page = context;
    json_t *shape;

    if (!page_has_room(page)) {
        return false;
    }
    shape = json_object();
    json_object_set_new(shape, "number", json_integer(left->number));
    json_object_set_new(shape, "recipient", rows_text(left->recipient));
    json_object_set_new(shape, "reason",
                        json_string(name_of(&left_reason_names, (int)left->reason)));
    json_object_set_new(shape, "since", time_shape(left->since_ms));
    if (left->detail != NULL) {
        json_object_set_new(shape, "detail", rows_text(left->detail));
    }
    answer_page_add(page, left->number, shape);
    return true;
}

static bool
is_channel(const struct call *call, const char *name)
{
    const struct api_ports *ports = call_ports(call);
    struct daemon_report report = { 0 };
    bool found = false;

    ports->report(ports->context, &report);
    for (size_t i = 0; i < report.n_channels; i++) {
        found = found || strcmp(report.channels[i].name, name) == 0;
    }
    daemon_report_clear(&report);
    return found;
}

void
handle_left(struct call *call)
{
    const char *channel = call->parameters[0];
    json_t *answer;
    struct page page;
    int64_t after, limit;

    if (!is_channel(call, channel)) {
        answer_problemf(call, 404, "there is no channel \"%s\"", channel);
        return;
    }
    if (!call_page(call, &after, &limit)) {
        return;
    }
    answer = json_object();
    answer_page_begin(&page, limit);
    store_left_list(call_store(call), channel, after, limit + 1, on_left, &page);
    answer_page_end(&page, "left", answer);
    answer_read(call, answer);
}

/* --- A person's word -------------------------------------------------------------- */

/* A member of the body that is a text; NULL with a fault, or when it is not there. */
static const char *
read_text(const json_t *body, const char *field, bool needed, size_t most,
          struct faults *faults)
{
    const json_t *value = json_object_get(body, field);
    const char *text = json_string_value(value);

    if (value == NULL && !needed) {
        return NULL;
    }
    if (text == NULL || text[0] == '\0') {
        faults_add(faults, 0, 0, field, "it is a text that is not empty");
    } else if (utf8_has_control(text, strlen(text), "")) {
        faults_add(faults, 0, 0, field, "it has control characters");
    } else if (strlen(text) > most) {
        faults_add(faults, 0, 0, field, "it is longer than %zu bytes", most);
    } else {
        return text;
    }
    return NULL;
}

static void
check_members(json_t *body, struct faults *faults)
{
    const char *name;
    json_t *value;

    json_object_foreach(body, name, value)
    {
        if (strcmp(name, "recipient") != 0 && strcmp(name, "reason") != 0) {
            faults_add(faults, 0, 0, name,
                       "it is not known here; known: recipient, reason");
        }
    }
}

/* False after the faults were answered. */
static bool
has_no_faults(struct call *call, const struct faults *faults)
{
    if (faults->count == 0) {
        return true;
    }
    answer_problem(call, 422, title_of(422), "nothing was done: see faults", faults);
    return false;
}

static void
leave(struct call *call, const char *recipient, enum left_reason reason)
{
    const struct api_ports *ports = call_ports(call);
    const char *channel = call->parameters[0];
    struct error error = { "" };
    int64_t number = 0;
    enum status status = ports->leave(ports->context, channel, recipient, reason,
                                      call->uid, &number, &error);

    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(
            call, 200,
            json_pack("{s:s, s:I}", "channel", channel, "number", (json_int_t)number));
    } else {
        answer_error(call, status, &error);
    }
}

void
handle_leave(struct call *call)
{
    json_t *body = call_json(call);
    struct faults faults = { 0 };
    struct buffer names = { 0 };
    const char *recipient;
    int reason;

    if (body == NULL) {
        return;
    }
    check_members(body, &faults);
    recipient = read_text(body, "recipient", true, RECIPIENT_MAX_BYTES, &faults);
    reason = name_find(&left_reason_names,
                       json_string_value(json_object_get(body, "reason")));
    if (reason < 0) {
        names_list(&left_reason_names, &names);
        faults_add(&faults, 0, 0, "reason", "it is %s", names.data);
        buffer_clear(&names);
    }
    if (has_no_faults(call, &faults)) {
        leave(call, recipient, (enum left_reason)reason);
    }
    faults_clear(&faults);
    json_decref(body);
}

static void
take_back(struct call *call, const char *recipient, const char *reason)
{
    const struct api_ports *ports = call_ports(call);
    const char *channel = call->parameters[0];
    struct error error = { "" };
    enum status status =
        ports->take_back(ports->context, channel, recipient, reason, call->uid, &error);

    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 200, json_pack("{s:s}", "channel", channel));
    } else {
        answer_error(call, status, &error);
    }
}

void
handle_take_back(struct call *call)
{
    json_t *body = call_json(call);
    struct faults faults = { 0 };
    const char *recipient, *reason;

    if (body == NULL) {
        return;
    }
    check_members(body, &faults);
    recipient = read_text(body, "recipient", true, RECIPIENT_MAX_BYTES, &faults);
    reason = read_text(body, "reason", false, REASON_MAX_BYTES, &faults);
    if (has_no_faults(call, &faults)) {
        take_back(call, recipient, reason);
    }
    faults_clear(&faults);
    json_decref(body);
}
