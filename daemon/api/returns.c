/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What comes back of deliveries, through a web server or a mail server that may do
 * nothing else: readers who leave a list (RFC 8058), and mails that were not delivered.
 */
#include "api/internal.h"

#include "base/memory.h"
#include "codec/mail_report.h"

#include <stdlib.h>
#include <string.h>

enum {
    FORM_MAX_BYTES = 4096
};

/* --- Leaving a list --------------------------------------------------------------- */

/* To a person who pressed the button, or a mail program, which reads nothing of it. */
static void
answer_form(struct call *call, enum status status, json_t *answer,
            const struct error *error)
{
    const struct api_ports *ports = call_ports(call);
    enum api_page which = status == STATUS_OK ? API_PAGE_DONE : API_PAGE_UNKNOWN;
    char *page = ports->unsubscribe_page(ports->context, which);

    json_decref(answer);
    if (status == STATUS_OK) {
        answer_page_after_commit(call, 200, page);
    } else if (status == STATUS_NOT_FOUND) {
        answer_page(call, 404, page);
    } else {
        answer_error(call, status, error);
    }
    free(page);
}

static void
unsubscribe(struct call *call, const char *token, bool is_form)
{
    const struct api_ports *ports = call_ports(call);
    struct error error = { "" };
    json_t *answer = NULL;
    enum status status =
        ports->unsubscribe(ports->context, token, call->uid, &answer, &error);

    call_join(call);
    if (is_form) {
        answer_form(call, status, answer, &error);
    } else if (status == STATUS_OK) {
        answer_after_commit(call, 200, answer);
    } else {
        answer_error(call, status, &error);
    }
}

/* RFC 8058, 3.2: List-Unsubscribe=One-Click, as either kind of form. */
static bool
is_one_click(const struct call *call)
{
    const char *body = call->body.data;
    const char *name = strstr(body, "List-Unsubscribe");

    if (call->body.len > FORM_MAX_BYTES || name == NULL) {
        return false;
    }
    return call_is_type(call, "multipart/form-data")
               ? strstr(name, "One-Click") != NULL
               : strncmp(name, "List-Unsubscribe=One-Click", 26) == 0;
}

static void
unsubscribe_by_form(struct call *call)
{
    const char *token = call_query(call, "token");

    if (!is_one_click(call)) {
        answer_problem(call, 400, title_of(400),
                       "the body is not the form List-Unsubscribe=One-Click; nobody "
                       "was unsubscribed",
                       NULL);
    } else {
        unsubscribe(call, token == NULL ? "" : token, true);
    }
}

static void
unsubscribe_by_json(struct call *call)
{
    json_t *body = call_json(call);
    const char *token;

    if (body == NULL) {
        return;
    }
    token = json_string_value(json_object_get(body, "token"));
    if (token == NULL || json_object_size(body) != 1) {
        answer_problem(call, 422, title_of(422),
                       "the body is not {\"token\": \"…\"}; nobody was unsubscribed",
                       NULL);
    } else {
        unsubscribe(call, token, false);
    }
    json_decref(body);
}

static const struct {
    const char *type;
    void (*handle)(struct call *call);
} forms[] = {
    { "application/x-www-form-urlencoded", unsubscribe_by_form },
    { "multipart/form-data", unsubscribe_by_form },
    { "application/json", unsubscribe_by_json },
};

void
handle_unsubscribe(struct call *call)
{
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        if (call_is_type(call, forms[i].type)) {
            forms[i].handle(call);
            return;
        }
    }
    answer_problem(call, 415, title_of(415),
                   "the Content-Type is none of application/x-www-form-urlencoded, "
                   "multipart/form-data and application/json; nobody was unsubscribed",
                   NULL);
}

/* Whoever opens a link has asked for nothing yet: scanners of mail open them all. */
void
handle_unsubscribe_page(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    char *page = ports->unsubscribe_page(ports->context, API_PAGE_ASK);

    answer_page(call, 200, page);
    free(page);
}

/* --- Mails that came back --------------------------------------------------------- */

static const struct {
    const char *type;
    void (*read)(const char *data, size_t len, struct mail_report *report);
} reports[] = {
    { "message/rfc822", mail_report_read },
    { "message/delivery-status", mail_report_read_status },
};

/* Of a longer mail the beginning. */
static bool
read_report(const struct call *call, struct mail_report *report)
{
    size_t len =
        call->body.len < MAIL_REPORT_MAX_BYTES ? call->body.len : MAIL_REPORT_MAX_BYTES;

    for (size_t i = 0; i < ARRAY_COUNT(reports); i++) {
        if (call_is_type(call, reports[i].type)) {
            reports[i].read(call->body.data, len, report);
            return true;
        }
    }
    return false;
}

void
handle_bounce(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    const char *address = call_query(call, "recipient");
    struct mail_report report;
    json_t *answer;

    if (address == NULL) {
        answer_problem(call, 400, title_of(400),
                       "recipient is missing: the address that the mail came to, with "
                       "the token in it, as in ?recipient=b%2B4711-…%40example.se",
                       NULL);
    } else if (!read_report(call, &report)) {
        answer_problem(call, 415, title_of(415),
                       "the Content-Type is neither message/rfc822, which is the mail "
                       "that came back, nor message/delivery-status, which is its "
                       "machine-readable part",
                       NULL);
    } else {
        answer = ports->bounce(ports->context, &report, address, call->uid);
        call_join(call);
        answer_after_commit(call, 200, answer);
    }
}
