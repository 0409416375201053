/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of the core's side share: the connections to sender processes, the
 * pool of one kind, and all of them. Internal to senders.c and sender_connection.c.
 */
#ifndef BUDKAVLE_SENDER_SENDER_CONNECTION_H
#define BUDKAVLE_SENDER_SENDER_CONNECTION_H

#include "sender/frames.h"
#include "sender/outbox.h"
#include "sender/senders.h"
#include "sender/standing.h"

/* A process, as long as it lives. */
struct connection {
    struct connection *next;
    struct pool *pool;
    int fd;
    int64_t started_ms;
    struct loop_watch *watch;
    struct outbox outbox;
    struct frames frames;
    bool is_deaf;    /* cannot be written to any more; its end of file will come */
    bool is_retired; /* gets no more requests, and ends after its answers */
};

/* The processes of one kind, and what waits for them. */
struct pool {
    struct senders *senders;
    enum sender_kind kind;
    size_t max_connections;
    size_t max_outstanding; /* requests that one process is given at a time */
    struct connection *connections;
    size_t n_connections;
    struct parcel_list queue; /* not given to any process */
    int64_t back_off_ms;      /* before the next start after a death */
    int64_t not_before_ms;    /* no start before this, monotonic */
};

struct senders {
    struct loop *loop;
    struct launcher *launcher; /* borrowed */
    bool is_launcher_dead;
    struct loop_watch *launcher_watch;
    struct loop_timer *kick;
    struct pool pools[SENDER_KIND_COUNT];
    struct strings places;
    struct standing standing;
    char *trouble;              /* of the last confinement; NULL */
    struct parcel_list refused; /* too large for a frame */
    size_t n_busy;
    void (*on_reply)(void *context, const struct reply *reply);
    void *context;
};

/* In the next round: starts what is to be started, gives out what waits. */
void senders_kick(struct senders *senders);
void senders_tell(struct senders *senders, const struct reply *reply);
/* Answers every request of the list, which is empty then. */
void senders_tell_all(struct senders *senders, struct parcel_list *list,
                      enum reply_result result, const char *detail);

void connection_open(struct pool *pool, int fd);
/* Requests that it was given and has not answered. */
size_t connection_outstanding(const struct connection *connection);
/* It gets no more requests, and another may be started in its place. */
void connection_set_aside(struct connection *connection);
/* Writes what it was given, as far as it takes it now. */
void connection_write(struct connection *connection);
/* Of its pool no more, and closed; the process sees the end of file. */
void connection_end(struct connection *connection);
/* How long the answer missing longest is overdue; 0: none is. */
int64_t connection_overdue_ms(const struct connection *connection, int64_t now_ms);

#endif
