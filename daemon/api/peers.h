/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The connections of the socket: who is at the other end, how many there may be, and
 * how long each may take. evhttp knows none of this: its timeout is per inactivity, its
 * number of connections unlimited, its error pages HTML. Internal to api/.
 */
#ifndef BUDKAVLE_API_PEERS_H
#define BUDKAVLE_API_PEERS_H

#include "loop/loop.h"

#include <stddef.h>
#include <sys/types.h>

struct bufferevent;
struct call;
struct event;
struct evhttp_connection;
struct evhttp_request;
struct peers;

enum peer_state {
    PEER_NEW,     /* nothing has come yet */
    PEER_HEADER,  /* a request has begun */
    PEER_BODY,    /* its header is there */
    PEER_WAITING, /* for our answer */
    PEER_SENDING, /* our answer is on its way */
    PEER_STREAM,  /* listens */
    PEER_IDLE,    /* was answered, and may ask again */
    PEER_STATE_COUNT
};

enum {
    PEER_LINE_BYTES = 48
};

#define PEER_BODY_TOO_LARGE                                                            \
    "the body is larger than 8 MiB; send the events in several batches"

struct peer {
    struct peers *peers;
    struct peer *next, *previous;
    struct bufferevent *bufferevent;
    struct evhttp_connection *connection; /* NULL until it was admitted */
    struct event *soon; /* what must not happen inside evhttp's calls */
    struct loop_timer *deadline;
    struct call *call; /* being answered; NULL */
    enum peer_state state;
    int64_t begun_ms; /* first byte of the request */
    size_t line_bytes;
    char line[PEER_LINE_BYTES]; /* the first bytes of the header's current line */
    int fd;
    uid_t uid;
    gid_t *gids;
    size_t n_gids;
    bool cut;    /* is to be closed soon */
    bool spoken; /* evhttp has written something by itself */
    bool has_large_body;
    bool is_refused; /* was told 413; what still comes is thrown away */
};

/* How long each state may last; request is header and body together. Tests shorten
 * them. */
struct peer_deadlines {
    int64_t header_ms, request_ms, answer_ms, idle_ms;
};
extern struct peer_deadlines peer_deadlines;

struct peers *peers_new(struct loop *loop);
void peers_free(struct peers *peers); /* after evhttp_free */
/* max is lowered to what the limit of file descriptors leaves room for. An eighth of it
 * is kept for those whom peers_trust names: a flood of others cannot keep them from
 * getting in. */
void peers_limit(struct peers *peers, int64_t max, int64_t max_per_uid);
void peers_trust(struct peers *peers,
                 bool (*is_trusted)(void *context, uid_t uid, const gid_t *gids,
                                    size_t n_gids),
                 void *context);
/* Closes connections that ask nothing, and the others after their answer. */
void peers_stop(struct peers *peers);
/* Writes what the kernel takes at once, at the end of the process. */
void peers_flush(struct peers *peers);

struct event_base;
/* For evhttp_set_bevcb; context is the peers. */
struct bufferevent *peers_connect(struct event_base *base, void *context);
struct peer *peers_find(struct peers *peers, struct evhttp_request *request);

void peer_set_state(struct peer *peer, enum peer_state state);
/* The answer is out: another request may come. */
void peer_answered(struct peer *peer);
/* Closes the connection as soon as nothing of evhttp is running. */
void peer_cut(struct peer *peer);
/* Bytes written and not yet taken by the other end. */
size_t peer_backlog(const struct peer *peer);

/* The first byte of a request is there. */
void peer_begin(struct peer *peer);

/* peer_wire.c: follow what goes over the wire, and no longer. */
void peer_watch(struct peer *peer);
void peer_unwatch(struct peer *peer);
/* Answers 413 before the body has come. */
void peer_refuse_body(struct peer *peer);
/* Puts problem+json in the place of an error page that evhttp wrote in this round; no
 * byte of it was sent yet. */
void peer_replace_page(struct peer *peer);

#endif
