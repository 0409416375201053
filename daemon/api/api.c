/* SPDX-License-Identifier: EUPL-1.2 */
/* The socket's life: opening, accepting, stopping, closing. */
#include "api/instance.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "codec/event_json.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ACCEPT_AGAIN_MS = 1000,
    TURNED_AWAY_MOST = 256, /* in one such pause */
    TELL_EVERY_MS = 60 * 1000,
    ALL_METHODS = 0xffff /* a method that a path lacks is 405, not evhttp's 501 */
};

/* evhttp gives the listener its own context: its error callback finds ours here. */
static struct api *all;

static void
on_request(struct evhttp_request *request, void *context)
{
    struct api *api = context;
    struct peer *peer = peers_find(api->peers, request);

    if (peer == NULL || peer->cut) {
        evhttp_send_error(request, 503, NULL);
        return;
    }
    peer_set_state(peer, PEER_WAITING);
    call_dispatch(call_new(api, peer, request));
}

/* Who may put things right. */
static bool
on_trusted(void *context, uid_t uid, const gid_t *gids, size_t n_gids)
{
    const struct api *api = context;
    const struct api_ports *ports = &api->ports;

    return ports->allowed(ports->context, API_OPERATE, uid, gids, n_gids) ||
           ports->allowed(ports->context, API_APPROVE, uid, gids, n_gids);
}

/* --- When file descriptors run out ------------------------------------------------ */

static int
open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* The spare descriptor is given up to tell those who wait why they are not served, one
 * after the other: many may have left already, and would hold up the rest. */
static void
turn_away(struct api *api, int listen_fd)
{
    struct buffer answer = { 0 };

    if (api->spare_fd >= 0) {
        close(api->spare_fd);
    }
    problem_write(&answer, 503, "the daemon has no file descriptor left", 1);
    for (int i = 0; i < TURNED_AWAY_MOST; i++) {
        int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0) {
            break;
        }
        (void)send(fd, answer.data, answer.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        close(fd);
    }
    buffer_clear(&answer);
    api->spare_fd = open_spare();
}

static struct api *
find_by_listener(const struct evconnlistener *listener)
{
    struct api *api = all;

    while (api != NULL && api->listener != listener) {
        api = api->next;
    }
    return api;
}

/* libevent would try again at once, and for ever. */
static void
on_accept_failed(struct evconnlistener *listener, void *context)
{
    struct api *api = find_by_listener(listener);
    int failure = EVUTIL_SOCKET_ERROR();
    int64_t now_ms = clock_mono_ms();

    (void)context;
    evconnlistener_disable(listener);
    if (api == NULL) {
        return;
    }
    turn_away(api, evconnlistener_get_fd(listener));
    loop_timer_set(api->accept_again, ACCEPT_AGAIN_MS);
    if (api->told_at_ms == 0 || now_ms - api->told_at_ms > TELL_EVERY_MS) {
        api->told_at_ms = now_ms;
        log_warning("api: a connection cannot be taken: %s; connections wait for 1 s",
                    strerror(failure));
    }
}

static void
on_accept_again(void *context)
{
    struct api *api = context;

    if (api->bound != NULL) {
        evconnlistener_enable(api->listener);
    }
}

/* --- Opening ---------------------------------------------------------------------- */

static enum status
start_http(struct api *api, int fd, struct error *error)
{
    struct event_base *base = loop_base(api->loop);

    api->http = evhttp_new(base);
    api->listener = evconnlistener_new(
        base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (api->http == NULL || api->listener == NULL) {
        close(fd);
        return error_set(error, STATUS_IO, "the socket cannot be watched: %s",
                         strerror(errno));
    }
    evconnlistener_set_error_cb(api->listener, on_accept_failed);
    evhttp_set_bevcb(api->http, peers_connect, api->peers);
    evhttp_set_gencb(api->http, on_request, api);
    evhttp_set_allowed_methods(api->http, ALL_METHODS);
    evhttp_set_max_headers_size(api->http, HEADER_MAX_BYTES);
    evhttp_set_max_body_size(api->http, EVENT_BATCH_MAX_BYTES);
    evhttp_set_default_content_type(api->http, NULL);
    (void)evhttp_set_flags(api->http, EVHTTP_SERVER_LINGERING_CLOSE);
    /* Its own timeout would cut listeners off; peers.c has the deadlines. */
    evhttp_set_timeout(api->http, INT_MAX);
    api->bound = evhttp_bind_listener(api->http, api->listener);
    if (api->bound == NULL) {
        evconnlistener_free(api->listener);
        return error_set(error, STATUS_IO, "the socket cannot be bound");
    }
    return STATUS_OK;
}

static enum status
open_fd(struct api *api, const struct api_settings *settings, int *fd,
        struct error *error)
{
    *fd = settings->listen_fd;
    if (*fd < 0) {
        return socket_file_open(settings->path, settings->mode, settings->group,
                                &api->file, fd, error);
    }
    if (evutil_make_socket_nonblocking(*fd) != 0) {
        return error_set(error, STATUS_IO,
                         "the socket that was handed over cannot be used: %s",
                         strerror(errno));
    }
    return STATUS_OK;
}

/* What is known of events that come this way. */
static void
set_source(struct api *api, const struct api_settings *settings)
{
    static const struct cap_kinds no_words = { .otherwise = KIND_OTHER };

    string_replace(&api->source, settings->source);
    cap_kinds_copy(&api->cap_kinds,
                   settings->cap_kinds == NULL ? &no_words : settings->cap_kinds);
}

enum status
api_open(struct loop *loop, struct turn *turn, struct store *store,
         const struct api_settings *settings, const struct api_ports *ports,
         struct api **api, struct error *error)
{
    struct api *made = memory_alloc(sizeof(*made));
    enum status status;
    int fd = -1;

    made->next = all;
    all = made;
    made->loop = loop;
    made->turn = turn;
    made->store = store;
    made->ports = *ports;
    set_source(made, settings);
    made->peers = peers_new(loop);
    peers_limit(made->peers, settings->max, settings->max_per_uid);
    peers_trust(made->peers, on_trusted, made);
    made->stream = stream_new(loop);
    made->accept_again = loop_timer_new(loop, on_accept_again, made);
    made->spare_fd = open_spare();
    status = open_fd(made, settings, &fd, error);
    if (status == STATUS_OK) {
        status = start_http(made, fd, error);
    }
    if (status != STATUS_OK) {
        api_close(made);
        return status;
    }
    *api = made;
    return STATUS_OK;
}

void
api_configure(struct api *api, const struct api_settings *settings)
{
    struct error error = { "" };

    set_source(api, settings);
    peers_limit(api->peers, settings->max, settings->max_per_uid);
    if (api->file.path != NULL &&
        socket_file_dress(api->file.path, settings->mode, settings->group, &error) !=
            STATUS_OK) {
        log_error("api: %s; it is closed to others until that is mended", error.text);
    }
}

/* --- Stopping --------------------------------------------------------------------- */

static void
stop_accepting(struct api *api)
{
    if (api->bound != NULL) {
        evhttp_del_accept_socket(api->http, api->bound);
        api->bound = NULL;
        api->listener = NULL;
    }
    loop_timer_stop(api->accept_again);
    socket_file_remove(&api->file);
}

void
api_stop(struct api *api)
{
    api->stopping = true;
    stop_accepting(api);
    stream_end(api->stream);
    peers_stop(api->peers);
}

static void
leave_list(const struct api *api)
{
    struct api **link = &all;

    while (*link != api) {
        link = &(*link)->next;
    }
    *link = api->next;
}

void
api_close(struct api *api)
{
    if (api == NULL) {
        return;
    }
    leave_list(api);
    stop_accepting(api);
    peers_flush(api->peers);
    if (api->http != NULL) {
        evhttp_free(api->http);
    }
    while (api->calls != NULL) {
        call_free(api->calls);
    }
    peers_free(api->peers);
    stream_free(api->stream);
    loop_timer_free(api->accept_again);
    if (api->spare_fd >= 0) {
        close(api->spare_fd);
    }
    free(api->source);
    cap_kinds_clear(&api->cap_kinds);
    free(api);
}

void
api_publish(struct api *api, const char *name, json_t *data)
{
    char *line;

    if (stream_has_listeners(api->stream)) {
        line = json_dumps(data, JSON_COMPACT);
        if (line == NULL) {
            fatal("api: what is published cannot be written as JSON");
        }
        stream_publish(api->stream, name, line);
        free(line);
    }
    json_decref(data);
}
