/* SPDX-License-Identifier: EUPL-1.2 */
/* Answers: JSON, text and problem+json (RFC 9457), now or after the commit. */
#include "api/instance.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "codec/shape.h"

#include <event2/buffer.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char problem_type[] = "application/problem+json";

static const struct {
    int code;
    const char *title;
} titles[] = {
    { 204, "No content" },
    { 400, "Malformed request" },
    { 403, "Not allowed" },
    { 404, "Not found" },
    { 405, "Method not allowed" },
    { 408, "Too slow" },
    { 409, "Conflict with what is known" },
    { 413, "Too large" },
    { 415, "Type of content not taken" },
    { 417, "Expectation not met" },
    { 422, "Refused" },
    { 429, "Too many requests" },
    { 501, "Not implemented" },
    { 503, "Try again later" },
};

const char *
title_of(int code)
{
    for (size_t i = 0; i < ARRAY_COUNT(titles); i++) {
        if (titles[i].code == code) {
            return titles[i].title;
        }
    }
    return "Failed";
}

int
code_of(enum status status)
{
    static const int codes[STATUS_COUNT] = {
        [STATUS_OK] = 200,       [STATUS_INVALID] = 400, [STATUS_NOT_FOUND] = 404,
        [STATUS_CONFLICT] = 409, [STATUS_REFUSED] = 422, [STATUS_LIMIT] = 413,
        [STATUS_BUSY] = 503,     [STATUS_FULL] = 503,    [STATUS_IO] = 503,
    };

    return codes[status];
}

static json_t *
problem_json(int code, const char *title, const char *detail,
             const struct faults *faults)
{
    json_t *problem = json_object();
    char *printable = utf8_printable(detail, strlen(detail), 2000);

    json_object_set_new(problem, "title", json_string(title));
    json_object_set_new(problem, "status", json_integer(code));
    json_object_set_new(problem, "detail", json_string(printable));
    if (faults != NULL && faults->count > 0) {
        json_object_set_new(problem, "faults", faults_shape(faults));
    }
    free(printable);
    return problem;
}

/* --- For a call ------------------------------------------------------------------- */

static void
add_header(const struct call *call, const char *name, const char *value)
{
    evhttp_add_header(evhttp_request_get_output_headers(call->request), name, value);
}

static void
on_sent(struct evhttp_request *request, void *context)
{
    (void)request;
    peer_answered(context);
}

/* Frees the call; a client that has left hears nothing. */
static void
send_answer(struct call *call, int code, const char *type, const char *data, size_t len)
{
    struct evhttp_request *request = call->request;
    struct peer *peer = call->peer;

    if (request != NULL) {
        /* evhttp would send what is there, even to HEAD. */
        if (evhttp_request_get_command(request) != EVHTTP_REQ_HEAD) {
            evbuffer_add(evhttp_request_get_output_buffer(request), data, len);
        }
        if (type != NULL) {
            add_header(call, "Content-Type", type);
        }
        add_header(call, "Cache-Control", "no-store");
        if (call->api->stopping) {
            add_header(call, "Connection", "close");
        }
        evhttp_request_set_on_complete_cb(request, on_sent, peer);
    }
    call_free(call);
    if (request != NULL) {
        peer_set_state(peer, PEER_SENDING);
        evhttp_send_reply(request, code, code == 200 ? "OK" : title_of(code), NULL);
    }
}

static void
send_json(struct call *call, int code, const char *type, json_t *body)
{
    char *text = json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);

    if (text == NULL) {
        fatal("api: an answer cannot be written as JSON");
    }
    json_decref(body);
    send_answer(call, code, type, text, strlen(text));
    free(text);
}

void
answer_json(struct call *call, int code, json_t *body)
{
    send_json(call, code, "application/json", body);
}

void
answer_text(struct call *call, int code, const char *type, const char *text, size_t len)
{
    send_answer(call, code, type, text, len);
}

void
answer_page(struct call *call, int code, const char *page)
{
    answer_text(call, code, "text/html; charset=utf-8", page, strlen(page));
}

void
answer_problem(struct call *call, int code, const char *title, const char *detail,
               const struct faults *faults)
{
    send_json(call, code, problem_type, problem_json(code, title, detail, faults));
}

void
answer_problemf(struct call *call, int code, const char *format, ...)
{
    struct buffer detail = { 0 };
    va_list arguments;

    va_start(arguments, format);
    buffer_addv(&detail, format, arguments);
    va_end(arguments);
    answer_problem(call, code, title_of(code), detail.data, NULL);
    buffer_clear(&detail);
}

void
answer_retry_later(struct call *call, const char *detail, int retry_after_s)
{
    char seconds[16];

    if (call->request != NULL) {
        (void)snprintf(seconds, sizeof(seconds), "%d", retry_after_s);
        add_header(call, "Retry-After", seconds);
    }
    answer_problem(call, 503, title_of(503), detail, NULL);
}

void
answer_error(struct call *call, enum status status, const struct error *error)
{
    int code = code_of(status);

    if (code == 503) {
        answer_retry_later(call, error->text, RETRY_AFTER_S);
    } else {
        answer_problem(call, code, title_of(code), error->text, NULL);
    }
}

static void
on_committed(void *context, enum status status, const struct error *error)
{
    struct call *call = context;
    json_t *answer = call->answer;
    char *detail;

    call->answer = NULL;
    if (status == STATUS_OK && answer == NULL) {
        send_answer(call, call->answer_code, NULL, "", 0);
        return;
    }
    if (status == STATUS_OK && call->answer_is_page) {
        answer_page(call, call->answer_code, json_string_value(answer));
        json_decref(answer);
        return;
    }
    if (status == STATUS_OK) {
        answer_json(call, call->answer_code, answer);
        return;
    }
    json_decref(answer);
    detail =
        string_format("nothing of this was kept: %s; send it again later", error->text);
    answer_retry_later(call, detail, RETRY_AFTER_S);
    free(detail);
}

void
answer_after_commit(struct call *call, int code, json_t *body)
{
    call->answer_code = code;
    call->answer = body;
    turn_join(call->api->turn, on_committed, call);
}

void
answer_page_after_commit(struct call *call, int code, const char *page)
{
    call->answer_is_page = true;
    answer_after_commit(call, code, json_string(page));
}

/* --- Without a call --------------------------------------------------------------- */

void
problem_write(struct buffer *out, int code, const char *detail, int retry_after_s)
{
    const char *title = title_of(code);
    json_t *problem = problem_json(code, title, detail, NULL);
    char *text = json_dumps(problem, JSON_COMPACT);

    if (text == NULL) {
        fatal("api: a problem cannot be written as JSON");
    }
    buffer_addf(out,
                "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                "Connection: close\r\n",
                code, title, problem_type, strlen(text));
    if (retry_after_s >= 0) {
        buffer_addf(out, "Retry-After: %d\r\n", retry_after_s);
    }
    buffer_addf(out, "\r\n%s", text);
    free(text);
    json_decref(problem);
}
