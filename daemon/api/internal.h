/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of api/ share: one call is one request with its peer, its route and
 * its answer. Internal to api/.
 */
#ifndef BUDKAVLE_API_INTERNAL_H
#define BUDKAVLE_API_INTERNAL_H

#include "api/api.h"

#include "base/buffer.h"

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <jansson.h>

enum {
    CALL_PARAMETERS_MAX = 2,
    PAGE_LIMIT_DEFAULT = 100,
    PAGE_LIMIT_MOST = 1000,
    HEADER_MAX_BYTES = 16 * 1024,
    RETRY_AFTER_S = 5
};

struct call;

/* A route: the handler answers now (answer_*), or later through call_after_commit or by
 * keeping the call. */
struct api_route {
    struct api_route_row row;
    void (*handle)(struct call *call);
};
extern const struct api_route api_route_table[];
extern const size_t api_route_count;

struct peer;

struct call {
    struct api *api;
    struct call *next, *previous;   /* of the api's list */
    struct peer *peer;              /* NULL once the client has left */
    struct evhttp_request *request; /* NULL once the client has left */
    const struct api_route *route;
    char *parameters[CALL_PARAMETERS_MAX]; /* of the {…} in the path, unescaped */
    struct evkeyvalq query;                /* parsed, unescaped */
    struct buffer body;
    uid_t uid;
    gid_t *gids;
    size_t n_gids;
    void *held; /* what an answer after the commit needs; freed with free_held */
    void (*free_held)(void *held);
    void (*on_left)(struct call *call); /* the client has left a stream; NULL */
    int answer_code;                    /* of answer_after_commit */
    bool answer_is_page;                /* the answer is a string, and that is HTML */
    json_t *answer;
};

/* --- request.c: what was asked ---------------------------------------------------- */

/* Takes over the request; the call is in the api's list until it is answered. */
struct call *call_new(struct api *api, struct peer *peer,
                      struct evhttp_request *request);
void call_free(struct call *call);
/* The connection ends before the answer was given. */
void call_left(struct call *call);

/* Ports, store and settings behind a call. */
const struct api_ports *call_ports(const struct call *call);
struct store *call_store(const struct call *call);
const char *call_source(const struct call *call);
bool call_allowed(const struct call *call, enum api_role role);

/* The Content-Type without its parameters is this one. */
bool call_is_type(const struct call *call, const char *type);

/* A query parameter, or NULL. Borrowed. */
const char *call_query(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name); /* =1 or =true */
/* The query parameter `check`: one that is misspelt must not be taken for the real thing.
 * False after 400 was answered. */
bool call_check_flag(struct call *call, bool *check);

/* parameters.c: whether the route knows all parameters; false after 400 was answered. */
bool call_check_query(struct call *call);

/*
 * Cursor and limit of a list. False after the fault was answered (400). `after` is the
 * key of the last row seen, 0 at the beginning.
 */
bool call_page(struct call *call, int64_t *after, int64_t *limit);
/* The cursor to the page behind this key; a new reference. */
json_t *page_cursor(int64_t key);
/* A path parameter that is a row's number; -1 after 404 was answered. */
int64_t call_number(struct call *call, size_t parameter, const char *what);

/* The body as a JSON object, {} when empty; NULL after 400 was answered. */
json_t *call_json(struct call *call);

/* Makes sure that what a port has begun in the store is committed. */
void call_join(const struct call *call);

/* --- answer.c: what is answered --------------------------------------------------- */

/* Each answers once and frees the call. */
void answer_json(struct call *call, int code, json_t *body); /* steals */
void answer_text(struct call *call, int code, const char *type, const char *text,
                 size_t len);
void answer_page(struct call *call, int code, const char *page);
/* problem+json. faults may be NULL. */
void answer_problem(struct call *call, int code, const char *title, const char *detail,
                    const struct faults *faults);
/* The title that goes with a code. */
const char *title_of(int code);
void answer_problemf(struct call *call, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void answer_retry_later(struct call *call, const char *detail, int retry_after_s);
/* The HTTP code that a status means: 404, 409, 422, 413, 400, 503. */
int code_of(enum status status);
void answer_error(struct call *call, enum status status, const struct error *error);

/*
 * Joins the running turn and answers `code` with body (stolen; NULL: an empty one) when it
 * is committed, or 503 when the commit failed.
 */
void answer_after_commit(struct call *call, int code, json_t *body);
/* The same with a page of HTML. */
void answer_page_after_commit(struct call *call, int code, const char *page);

/* A whole answer with problem+json for a connection that has no call. */
void problem_write(struct buffer *out, int code, const char *detail, int retry_after_s);

/* --- routes.c --------------------------------------------------------------------- */

const char *api_role_name(enum api_role role);
/* Finds the route, checks the role, and lets the handler answer. */
void call_dispatch(struct call *call);

/* --- The handlers, each in the file of its topic ----------------------------------- */

void handle_events(struct call *call);
void handle_preview(struct call *call);

void handle_incidents(struct call *call);
void handle_incident(struct call *call);
void handle_timeline(struct call *call);
void handle_messages(struct call *call);
void handle_deliveries(struct call *call);
void handle_audit(struct call *call);

void handle_status(struct call *call);
void handle_channels(struct call *call);
void handle_metrics(struct call *call);

void handle_delivery_retry(struct call *call);
void handle_delivery_cancel(struct call *call);
void handle_deliveries_retry(struct call *call);
void handle_deliveries_cancel(struct call *call);
void handle_held(struct call *call);
void handle_release(struct call *call);
void handle_channel_pause(struct call *call);
void handle_channel_resume(struct call *call);
void handle_channel_test(struct call *call);
void handle_channel_retry(struct call *call);
void handle_left(struct call *call);
void handle_leave(struct call *call);
void handle_take_back(struct call *call);
/* report.c */
void handle_channel_report(struct call *call);
void handle_reload(struct call *call);
void handle_config(struct call *call);

void handle_incident_correct(struct call *call);
void handle_incident_retract(struct call *call);

/* log.c: what the peer did, unless a port notes it itself. NULL: about none. */
void api_act(struct api *api, uid_t uid, const char *action, const char *incident_id,
             const char *channel, const char *reason);
void handle_log(struct call *call);

void handle_unsubscribe_page(struct call *call);
void handle_unsubscribe(struct call *call);
void handle_bounce(struct call *call);

void handle_backup(struct call *call);
void handle_begin_anew(struct call *call);

void handle_stream(struct call *call);
/* Of the api: its listeners. */
struct stream;
struct stream *stream_new(struct loop *loop);
void stream_free(struct stream *stream);
/* Ends the answer to each listener. */
void stream_end(struct stream *stream);
void stream_publish(struct stream *stream, const char *name, const char *line);
bool stream_has_listeners(const struct stream *stream);
struct stream *call_stream(const struct call *call);
/* How often a listener is shown that the connection lives; tests shorten it. */
extern int64_t stream_comment_ms;

#endif
