/* SPDX-License-Identifier: EUPL-1.2 */
/* A call: what was asked, by whom, and what its handler needs to know of it. */
#include "api/instance.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <errno.h>
#include <event2/buffer.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

enum {
    SHOWN_MAX_BYTES = 80 /* of what a client sent, in a sentence */
};

/* --- Life ------------------------------------------------------------------------- */

static void
read_body(struct call *call)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(call->request);
    size_t len = evbuffer_get_length(input);

    buffer_reserve(&call->body, len + 1);
    if (len > 0) {
        evbuffer_remove(input, call->body.data, len);
    }
    call->body.len = len;
    call->body.data[len] = '\0';
}

struct call *
call_new(struct api *api, struct peer *peer, struct evhttp_request *request)
{
    struct call *call = memory_alloc(sizeof(*call));

    call->api = api;
    call->request = request;
    call->peer = peer;
    call->uid = peer->uid;
    call->gids = memory_copy(peer->gids, peer->n_gids * sizeof(*peer->gids));
    call->n_gids = peer->n_gids;
    TAILQ_INIT(&call->query);
    read_body(call);
    call->next = api->calls;
    if (call->next != NULL) {
        call->next->previous = call;
    }
    api->calls = call;
    peer->call = call;
    return call;
}

static void
leave_list(struct call *call)
{
    if (call->previous != NULL) {
        call->previous->next = call->next;
    } else {
        call->api->calls = call->next;
    }
    if (call->next != NULL) {
        call->next->previous = call->previous;
    }
}

void
call_free(struct call *call)
{
    leave_list(call);
    if (call->peer != NULL) {
        call->peer->call = NULL;
    }
    if (call->held != NULL && call->free_held != NULL) {
        call->free_held(call->held);
    }
    for (size_t i = 0; i < CALL_PARAMETERS_MAX; i++) {
        free(call->parameters[i]);
    }
    evhttp_clear_headers(&call->query);
    buffer_clear(&call->body);
    json_decref(call->answer);
    free(call->gids);
    free(call);
}

/* A request that evhttp has let go of has no connection any more and is ours to free;
 * one that still has it goes with the connection. */
void
call_left(struct call *call)
{
    if (evhttp_request_get_connection(call->request) == NULL) {
        evhttp_request_free(call->request);
    }
    call->request = NULL;
    call->peer->call = NULL;
    call->peer = NULL;
    if (call->on_left != NULL) {
        call->on_left(call);
    }
}

/* --- What is behind it ------------------------------------------------------------ */

const struct api_ports *
call_ports(const struct call *call)
{
    return &call->api->ports;
}

struct store *
call_store(const struct call *call)
{
    return call->api->store;
}

const char *
call_source(const struct call *call)
{
    return call->api->source;
}

struct stream *
call_stream(const struct call *call)
{
    return call->api->stream;
}

bool
call_allowed(const struct call *call, enum api_role role)
{
    const struct api_ports *ports = call_ports(call);

    return ports->allowed(ports->context, role, call->uid, call->gids, call->n_gids);
}

void
call_join(const struct call *call)
{
    turn_join(call->api->turn, NULL, NULL);
}

/* --- Parameters ------------------------------------------------------------------- */

bool
call_is_type(const struct call *call, const char *type)
{
    const char *given = evhttp_find_header(
        evhttp_request_get_input_headers(call->request), "Content-Type");
    size_t len = given == NULL ? 0 : strcspn(given, "; \t");

    return given != NULL && len == strlen(type) && strncasecmp(given, type, len) == 0;
}

const char *
call_query(const struct call *call, const char *name)
{
    return evhttp_find_header(&call->query, name);
}

bool
call_flag(const struct call *call, const char *name)
{
    const char *value = call_query(call, name);

    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static char *
shown(const char *text)
{
    return utf8_printable(text, strlen(text), SHOWN_MAX_BYTES);
}

/* Digits only, from least to most. */
static bool
parse_number(const char *text, int64_t least, int64_t most, int64_t *number)
{
    char *end = NULL;
    int64_t value;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    value = strtoimax(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < least || value > most) {
        return false;
    }
    *number = value;
    return true;
}

bool
call_page(struct call *call, int64_t *after, int64_t *limit)
{
    const char *given_limit = call_query(call, "limit");
    const char *given_after = call_query(call, "after");
    char *text;

    *limit = PAGE_LIMIT_DEFAULT;
    *after = 0;
    if (given_limit != NULL && !parse_number(given_limit, 1, PAGE_LIMIT_MOST, limit)) {
        text = shown(given_limit);
        answer_problemf(call, 400, "limit=%s: it is a number from 1 to %d (default %d)",
                        text, (int)PAGE_LIMIT_MOST, (int)PAGE_LIMIT_DEFAULT);
        free(text);
        return false;
    }
    if (given_after != NULL && !parse_number(given_after, 0, INT64_MAX, after)) {
        text = shown(given_after);
        answer_problemf(call, 400,
                        "after=%s: it is the value of next in the page before; leave "
                        "it out for the first page",
                        text);
        free(text);
        return false;
    }
    return true;
}

json_t *
page_cursor(int64_t key)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%" PRId64, key);
    return json_string(text);
}

int64_t
call_number(struct call *call, size_t parameter, const char *what)
{
    int64_t number = -1;

    if (!parse_number(call->parameters[parameter], 1, INT64_MAX, &number)) {
        char *text = shown(call->parameters[parameter]);

        answer_problemf(call, 404, "there is no %s \"%s\"; its id is a number", what,
                        text);
        free(text);
        return -1;
    }
    return number;
}

json_t *
call_json(struct call *call)
{
    json_error_t error;
    json_t *body;

    if (strspn(call->body.data, " \t\r\n") == call->body.len) {
        return json_object();
    }
    body = json_loadb(call->body.data, call->body.len, JSON_REJECT_DUPLICATES, &error);
    if (body == NULL) {
        char *text = shown(error.text);

        answer_problemf(call, 400, "the body is not JSON: line %d, column %d: %s",
                        error.line, error.column, text);
        free(text);
        return NULL;
    }
    if (!json_is_object(body)) {
        json_decref(body);
        answer_problem(call, 400, title_of(400),
                       "the body is not a JSON object, such as {\"reason\": \"…\"}",
                       NULL);
        return NULL;
    }
    return body;
}
