/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a gateway reports of a delivery. A good answer has no body: some gateways send
 * one on as a text message.
 */
#include "api/internal.h"

#include "base/buffer.h"

#include <strings.h>
#include <sys/queue.h>

enum {
    BODY_MAX_BYTES = 64 * 1024
};

static void
read_headers(struct call *call, struct strings *headers)
{
    const struct evkeyvalq *all = evhttp_request_get_input_headers(call->request);
    const struct evkeyval *header;
    struct buffer line = { 0 };

    TAILQ_FOREACH(header, all, next)
    {
        buffer_reset(&line);
        buffer_addf(&line, "%s: %s", header->key, header->value);
        strings_add(headers, line.data);
    }
    buffer_clear(&line);
}

/* Without a word about it, what looks like one is one. */
static bool
is_form(struct call *call)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = evhttp_find_header(
        evhttp_request_get_input_headers(call->request), "Content-Type");

    return type == NULL || strncasecmp(type, form, sizeof(form) - 1) == 0;
}

static void
answer_refused(struct call *call, enum status status, const struct error *error)
{
    if (status == STATUS_REFUSED) {
        answer_problem(call, 403, title_of(403), error->text, NULL);
    } else {
        answer_error(call, status, error);
    }
}

void
handle_channel_report(struct call *call)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(call->request);
    const char *query = evhttp_uri_get_query(uri);
    const struct api_ports *ports = call_ports(call);
    struct strings headers = { 0 };
    struct error error = { "" };
    const struct api_delivery_report report = { .query = query == NULL ? "" : query,
                                                .headers = &headers,
                                                .body = &call->body,
                                                .body_is_form = is_form(call) };
    enum status status;

    if (call->body.len > BODY_MAX_BYTES) {
        answer_problem(call, 413, title_of(413),
                       "the body is larger than 64 KiB; a delivery report is some "
                       "fields",
                       NULL);
        return;
    }
    read_headers(call, &headers);
    status =
        ports->delivery_report(ports->context, call->parameters[0], &report, &error);
    strings_clear(&headers);
    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 204, NULL);
    } else {
        answer_refused(call, status, &error);
    }
}
