/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Each connection is a plain bufferevent that evhttp drives. What closes a connection
 * runs in an event of its own, never inside a call of evhttp.
 */
#include "api/peers.h"

#include "api/internal.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
    /* Descriptors that no connection may take: for spool files, pipes and the store. */
    SPARE_DESCRIPTORS = 16
};

struct peers {
    struct loop *loop;
    struct peer *first;
    int64_t max, max_per_uid;
    bool (*is_trusted)(void *context, uid_t uid, const gid_t *gids, size_t n_gids);
    void *trust_context;
    bool stopping;
};

enum {
    RESERVED_PART = 8, /* one in so many connections is kept for the trusted */
    /* File descriptors that connections leave to spools, senders and the store. */
    KEPT_DESCRIPTORS = 64,
    LEAST_CONNECTIONS = 8
};

struct peer_deadlines peer_deadlines = {
    .header_ms = 5000, .request_ms = 10000, .answer_ms = 60000, .idle_ms = 60000
};

struct peers *
peers_new(struct loop *loop)
{
    struct peers *peers = memory_alloc(sizeof(*peers));

    peers->loop = loop;
    return peers;
}

static void
release(struct peer *peer)
{
    event_free(peer->soon);
    loop_timer_free(peer->deadline);
    free(peer->gids);
    free(peer);
}

static void
peer_free(struct peer *peer)
{
    if (peer->previous != NULL) {
        peer->previous->next = peer->next;
    } else {
        peer->peers->first = peer->next;
    }
    if (peer->next != NULL) {
        peer->next->previous = peer->previous;
    }
    release(peer);
}

void
peers_free(struct peers *peers)
{
    if (peers == NULL) {
        return;
    }
    for (struct peer *peer = peers->first, *next; peer != NULL; peer = next) {
        next = peer->next;
        release(peer);
    }
    free(peers);
}

/* A flood must not take from deliveries what the configuration lets connections have. */
static int64_t
limit_by_descriptors(int64_t max)
{
    struct rlimit files;
    int64_t room = INT64_MAX;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
        room = (int64_t)files.rlim_cur - KEPT_DESCRIPTORS;
    }
    room = room > LEAST_CONNECTIONS ? room : LEAST_CONNECTIONS;
    return max < room ? max : room;
}

void
peers_limit(struct peers *peers, int64_t max, int64_t max_per_uid)
{
    peers->max = limit_by_descriptors(max);
    peers->max_per_uid = max_per_uid;
}

void
peers_trust(struct peers *peers,
            bool (*is_trusted)(void *context, uid_t uid, const gid_t *gids,
                               size_t n_gids),
            void *context)
{
    peers->is_trusted = is_trusted;
    peers->trust_context = context;
}

/* --- States and deadlines --------------------------------------------------------- */

/* -1: none. */
static int64_t
state_lasts_ms(const struct peer *peer)
{
    switch (peer->state) {
    case PEER_NEW:
    case PEER_HEADER:
        return peer_deadlines.header_ms;
    case PEER_BODY:
        return peer->begun_ms + peer_deadlines.request_ms - clock_mono_ms();
    case PEER_SENDING:
        return peer_deadlines.answer_ms;
    case PEER_IDLE:
        return peer_deadlines.idle_ms;
    case PEER_WAITING:
    case PEER_STREAM:
    case PEER_STATE_COUNT:
        break;
    }
    return -1;
}

void
peer_set_state(struct peer *peer, enum peer_state state)
{
    int64_t lasts_ms;

    peer->state = state;
    lasts_ms = state_lasts_ms(peer);
    if (state == PEER_WAITING || state == PEER_STREAM) {
        loop_timer_stop(peer->deadline);
    } else {
        loop_timer_set(peer->deadline, lasts_ms > 0 ? lasts_ms : 0);
    }
}

void
peer_cut(struct peer *peer)
{
    peer->cut = true;
    event_active(peer->soon, EV_TIMEOUT, 0);
}

/* Nothing else was written, so it goes out whole or not at all. */
static void
send_problem(const struct peer *peer, int code, const char *detail, int retry_after_s)
{
    struct buffer answer = { 0 };

    problem_write(&answer, code, detail, retry_after_s);
    (void)send(peer->fd, answer.data, answer.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    buffer_clear(&answer);
}

/* The same before the connection is closed. */
static void
say_problem(const struct peer *peer, int code, const char *detail, int retry_after_s)
{
    char scratch[4096];

    /* What lies unread when a socket is closed turns the answer into a reset. */
    for (int i = 0; i < 16; i++) {
        if (recv(peer->fd, scratch, sizeof(scratch), MSG_DONTWAIT) <= 0) {
            break;
        }
    }
    send_problem(peer, code, detail, retry_after_s);
}

/* A client that sends on is heard to the end of its time, so that it can read the
 * answer; one that has read it leaves. */
void
peer_refuse_body(struct peer *peer)
{
    peer->is_refused = true;
    send_problem(peer, 413, PEER_BODY_TOO_LARGE, -1);
}

static void
on_deadline(void *context)
{
    struct peer *peer = context;

    if (peer->is_refused) {
        peer_cut(peer);
        return;
    }
    if (peer->state == PEER_HEADER && peer_backlog(peer) == 0) {
        say_problem(peer, 408, "the header of the request was not whole in time", -1);
    } else if (peer->state == PEER_BODY && peer_backlog(peer) == 0) {
        say_problem(peer, 408, "the body of the request was not whole in time", -1);
    }
    peer_cut(peer);
}

void
peer_begin(struct peer *peer)
{
    peer->begun_ms = clock_mono_ms();
    peer->line_bytes = 0;
    peer->has_large_body = false;
    peer_set_state(peer, PEER_HEADER);
}

void
peer_answered(struct peer *peer)
{
    if (peer->peers->stopping) {
        peer_cut(peer);
    } else if (evbuffer_get_length(bufferevent_get_input(peer->bufferevent)) > 0) {
        /* The next request came ahead; how much of it is there is not known here. */
        peer_begin(peer);
        peer_set_state(peer, PEER_BODY);
    } else {
        peer_set_state(peer, PEER_IDLE);
    }
}

size_t
peer_backlog(const struct peer *peer)
{
    return evbuffer_get_length(bufferevent_get_output(peer->bufferevent));
}

/* --- Coming and going ------------------------------------------------------------- */

static bool
read_credentials(struct peer *peer)
{
    struct ucred credentials;
    socklen_t len = sizeof(credentials);
    gid_t *gids = NULL;

    if (getsockopt(peer->fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0) {
        return false;
    }
    peer->uid = credentials.uid;
    len = 0;
    (void)getsockopt(peer->fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &len);
    gids = memory_array(len / sizeof(*gids) + 1, sizeof(*gids));
    if (len > 0 &&
        getsockopt(peer->fd, SOL_SOCKET, SO_PEERGROUPS, gids + 1, &len) != 0) {
        len = 0;
    }
    gids[0] = credentials.gid;
    peer->gids = gids;
    peer->n_gids = len / sizeof(*gids) + 1;
    return true;
}

/* Operators and approvers have to get in when all others call at once. */
static int64_t
reserved_for_others(const struct peer *peer)
{
    const struct peers *peers = peer->peers;
    bool is_trusted =
        peers->is_trusted == NULL ||
        peers->is_trusted(peers->trust_context, peer->uid, peer->gids, peer->n_gids);

    return is_trusted ? 0 : peers->max / RESERVED_PART;
}

/* The lowest free descriptor is the next one given, so a connection above this says that
 * only the spare ones are left. Of very few a quarter is kept. */
static int64_t
descriptor_limit(void)
{
    struct rlimit limit;
    int64_t all;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT32_MAX) {
        return INT32_MAX;
    }
    all = (int64_t)limit.rlim_cur;
    return all - (all / 4 < SPARE_DESCRIPTORS ? all / 4 : SPARE_DESCRIPTORS);
}

static bool
is_within_limits(const struct peer *peer)
{
    const struct peers *peers = peer->peers;
    int64_t n = 0, n_uid = 0;

    for (const struct peer *other = peers->first; other != NULL; other = other->next) {
        if (other->connection != NULL && !other->cut) {
            n++;
            n_uid += other->uid == peer->uid;
        }
    }
    return n <= peers->max - reserved_for_others(peer) && n_uid <= peers->max_per_uid;
}

static void
on_closed(struct evhttp_connection *connection, void *context)
{
    struct peer *peer = context;

    (void)connection;
    peer_unwatch(peer);
    if (peer->call != NULL) {
        call_left(peer->call);
    }
    peer_free(peer);
}

/* evhttp has made its connection and told the bufferevent the file descriptor; no byte
 * was read yet. */
static void
admit(struct peer *peer)
{
    bufferevent_data_cb on_read, on_write;
    bufferevent_event_cb on_event;
    void *connection = NULL;

    bufferevent_getcb(peer->bufferevent, &on_read, &on_write, &on_event, &connection);
    peer->connection = connection;
    peer->fd = bufferevent_getfd(peer->bufferevent);
    evhttp_connection_set_closecb(peer->connection, on_closed, peer);
    if (!read_credentials(peer)) {
        peer->cut = true;
    } else if (peer->fd >= descriptor_limit()) {
        peer->cut = true;
        say_problem(peer, 503,
                    "the daemon has only its spare file descriptors left; it runs with "
                    "too low a limit (LimitNOFILE=) for so many connections",
                    1);
    } else if (!is_within_limits(peer)) {
        peer->cut = true;
        say_problem(peer, 503,
                    "there are too many connections at once; see max and max_per_uid "
                    "in the socket section",
                    1);
    } else {
        peer_set_state(peer, PEER_NEW);
    }
}

static void
on_soon(int fd, short what, void *context)
{
    struct peer *peer = context;

    (void)fd;
    (void)what;
    if (peer->connection == NULL) {
        admit(peer);
    }
    if (peer->cut) {
        /* evhttp takes a timeout as the end of the connection, and frees the peer. */
        bufferevent_trigger_event(peer->bufferevent,
                                  BEV_EVENT_READING | BEV_EVENT_TIMEOUT, 0);
    } else if (peer->spoken) {
        peer_replace_page(peer);
    }
}

struct bufferevent *
peers_connect(struct event_base *base, void *context)
{
    struct peers *peers = context;
    struct bufferevent *bufferevent = bufferevent_socket_new(base, -1, 0);
    struct peer *peer = memory_alloc(sizeof(*peer));

    if (bufferevent == NULL) {
        fatal("api: libevent refuses a connection");
    }
    peer->peers = peers;
    peer->fd = -1;
    peer->bufferevent = bufferevent;
    peer->soon = event_new(base, -1, 0, on_soon, peer);
    if (peer->soon == NULL) {
        fatal("api: libevent refuses an event");
    }
    peer->deadline = loop_timer_new(peers->loop, on_deadline, peer);
    peer->next = peers->first;
    if (peer->next != NULL) {
        peer->next->previous = peer;
    }
    peers->first = peer;
    peer_watch(peer);
    event_active(peer->soon, EV_TIMEOUT, 0);
    return bufferevent;
}

struct peer *
peers_find(struct peers *peers, struct evhttp_request *request)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    struct peer *peer = peers->first;

    while (peer != NULL && peer->connection != connection) {
        peer = peer->next;
    }
    return peer;
}

void
peers_stop(struct peers *peers)
{
    peers->stopping = true;
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next) {
        if (peer->state == PEER_NEW || peer->state == PEER_IDLE) {
            peer_cut(peer);
        }
    }
}

void
peers_flush(struct peers *peers)
{
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next) {
        if (peer->connection != NULL && peer->state == PEER_SENDING) {
            struct evbuffer *output = bufferevent_get_output(peer->bufferevent);

            evbuffer_unfreeze(output, 1);
            (void)evbuffer_write(output, peer->fd);
            evbuffer_freeze(output, 1);
        }
    }
}
