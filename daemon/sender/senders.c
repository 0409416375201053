/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The core's side of the sender processes. Each kind is a pool of connections and a
 * queue; submit only queues, and a timer of the next round starts processes, writes,
 * and tells of failures, so that no reply comes from inside submit.
 */
#include "sender/senders.h"

#include "base/log.h"
#include "base/memory.h"
#include "codec/wire.h"
#include "sender/sender_connection.h"

#include <stdlib.h>

void
senders_kick(struct senders *senders)
{
    loop_timer_set(senders->kick, 0);
}

void
senders_tell(struct senders *senders, const struct reply *reply)
{
    senders->n_busy--;
    senders->on_reply(senders->context, reply);
}

void
senders_tell_all(struct senders *senders, struct parcel_list *list,
                 enum reply_result result, const char *detail)
{
    struct parcel_list told = *list;
    *list = (struct parcel_list){ 0 }; /* the callback may submit more */
    struct parcel *parcel;
    while ((parcel = parcel_list_take_first(&told)) != NULL) {
        struct reply reply = { .id = parcel->id,
                               .result = result,
                               .detail = string_copy(detail) };
        senders_tell(senders, &reply);
        reply_clear(&reply);
        parcel_free(parcel);
    }
}

/* A connection that takes another request, or NULL. */
static struct connection *
find_free(const struct pool *pool)
{
    for (struct connection *connection = pool->connections; connection != NULL;
         connection = connection->next) {
        if (!connection->is_deaf && !connection->is_retired &&
            connection_outstanding(connection) < pool->max_outstanding) {
            return connection;
        }
    }
    return NULL;
}

/* Starts one more process if there may be one. False when that failed: then everything
 * that waits was answered. */
static bool
start_process(struct pool *pool)
{
    struct senders *senders = pool->senders;
    int fd = -1;
    struct error error = { 0 };
    if (launcher_spawn(senders->launcher, pool->kind, &senders->places, &fd, &error) ==
        STATUS_OK) {
        connection_open(pool, fd);
        return true;
    }
    if (!senders->is_launcher_dead) {
        log_error("%s", error.text);
    }
    senders_tell_all(senders, &pool->queue, REPLY_NOT_SENT, error.text);
    return false;
}

static bool
may_start(const struct pool *pool, int64_t now_ms)
{
    return pool->n_connections < pool->max_connections && now_ms >= pool->not_before_ms;
}

enum {
    START_AGAIN_MS = 1000 /* after no process could be made */
};

/* Connections are to be kept, and there is no process that does. */
static bool
lacks_process(const struct pool *pool)
{
    return pool->n_connections == 0 &&
           standing_has(&pool->senders->standing, pool->kind);
}

static void
start_standing(struct pool *pool, int64_t now_ms)
{
    if (!lacks_process(pool) || !may_start(pool, now_ms)) {
        return;
    }
    if (start_process(pool)) {
        connection_write(pool->connections);
    } else {
        pool->not_before_ms = now_ms + START_AGAIN_MS;
    }
}

/* Gives what waits to processes, and starts those that are needed. */
static void
advance(struct pool *pool, int64_t now_ms)
{
    start_standing(pool, now_ms);
    while (pool->queue.first != NULL) {
        struct connection *connection = find_free(pool);
        if (connection == NULL) {
            if (!may_start(pool, now_ms) || !start_process(pool)) {
                return;
            }
            continue;
        }
        while (pool->queue.first != NULL &&
               connection_outstanding(connection) < pool->max_outstanding) {
            struct parcel *parcel = parcel_list_take_first(&pool->queue);
            parcel->answer_by_ms = now_ms + parcel->timeout_ms;
            parcel_list_add(&connection->outbox.unwritten, parcel);
        }
        connection_write(connection);
    }
}

/* How long until a process may be started for what waits; -1: nothing waits for that. */
static int64_t
wake_in_ms(const struct pool *pool, int64_t now_ms)
{
    const bool is_wanted =
        lacks_process(pool) || (pool->queue.first != NULL && find_free(pool) == NULL);
    if (!is_wanted || pool->n_connections == pool->max_connections) {
        return -1;
    }
    return pool->not_before_ms > now_ms ? pool->not_before_ms - now_ms : 0;
}

static void
on_kick(void *context)
{
    struct senders *senders = context;
    const int64_t now_ms = clock_mono_ms();
    int64_t next_ms = -1;
    senders_tell_all(senders, &senders->refused, REPLY_BAD_REQUEST,
                     "the request is larger than what a sender takes (64 MiB)");
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        advance(&senders->pools[i], now_ms);
    }
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        const int64_t wait_ms = wake_in_ms(&senders->pools[i], now_ms);
        if (wait_ms >= 0 && (next_ms < 0 || wait_ms < next_ms)) {
            next_ms = wait_ms;
        }
    }
    if (next_ms >= 0 || senders->refused.first != NULL) {
        loop_timer_set(senders->kick, senders->refused.first != NULL ? 0 : next_ms);
    }
}

static void
on_launcher_ready(void *context, int what)
{
    (void)what;
    struct senders *senders = context;
    if (!launcher_is_alive(senders->launcher)) {
        log_error("sender: the launcher ended; nothing can be sent until a restart");
        senders->is_launcher_dead = true;
        loop_watch_set(senders->launcher_watch, 0);
    }
}

struct senders *
senders_new(struct loop *loop, struct launcher *launcher, size_t n_smtp,
            void (*on_reply)(void *context, const struct reply *reply), void *context)
{
    struct senders *senders = memory_alloc(sizeof(*senders));
    senders->loop = loop;
    senders->launcher = launcher;
    senders->on_reply = on_reply;
    senders->context = context;
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        senders->pools[i] = (struct pool){ .senders = senders,
                                           .kind = (enum sender_kind)i,
                                           .max_connections = 1,
                                           .max_outstanding = SIZE_MAX };
    }
    senders->pools[SENDER_SMTP].max_connections = n_smtp == 0 ? 1 : n_smtp;
    senders->pools[SENDER_SMTP].max_outstanding = 1;
    senders->kick = loop_timer_new(loop, on_kick, senders);
    senders->launcher_watch = loop_watch_new(loop, launcher_fd(launcher), LOOP_READ,
                                             on_launcher_ready, senders);
    return senders;
}

void
senders_free(struct senders *senders)
{
    if (senders == NULL) {
        return;
    }
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        struct pool *pool = &senders->pools[i];
        while (pool->connections != NULL) {
            connection_end(pool->connections);
        }
        parcel_list_clear(&pool->queue);
    }
    parcel_list_clear(&senders->refused);
    strings_clear(&senders->places);
    standing_clear(&senders->standing);
    free(senders->trouble);
    loop_timer_free(senders->kick);
    loop_watch_free(senders->launcher_watch);
    free(senders);
}

static void
submit(void *context, struct request *request)
{
    struct senders *senders = context;
    struct parcel *parcel = memory_alloc(sizeof(*parcel));
    parcel->id = request->id;
    parcel->timeout_ms = request->timeout_ms;
    const bool fits = wire_put_request(&parcel->frame, request);
    parcel_list_add(fits ? &senders->pools[request->sender].queue : &senders->refused,
                    parcel);
    senders->n_busy++;
    request_clear(request);
    senders_kick(senders);
}

void
senders_confine(struct senders *senders, const struct strings *places)
{
    if (strings_equal(&senders->places, places)) {
        return;
    }
    strings_copy(&senders->places, places);
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        struct connection *connection = senders->pools[i].connections;
        while (connection != NULL) {
            struct connection *next = connection->next;
            connection_set_aside(connection);
            if (connection_outstanding(connection) == 0) {
                connection_end(connection);
            }
            connection = next;
        }
    }
    senders_kick(senders);
}

void
senders_stand(struct senders *senders, const struct request *requests, size_t n)
{
    struct parcel_list news[SENDER_KIND_COUNT] = { { 0 } };
    standing_replace(&senders->standing, requests, n, news);
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        struct connection *connection = senders->pools[i].connections;
        while (connection != NULL && connection->is_retired) {
            connection = connection->next;
        }
        struct parcel *parcel;
        while ((parcel = parcel_list_take_first(&news[i])) != NULL) {
            if (connection == NULL) {
                parcel_free(parcel); /* a new process is told of what stands then */
            } else {
                parcel_list_add(&connection->outbox.unwritten, parcel);
            }
        }
        if (connection != NULL) {
            connection_write(connection);
        }
    }
    senders_kick(senders);
}

const char *
senders_trouble(const struct senders *senders)
{
    return senders->trouble;
}

void
senders_resize(struct senders *senders, size_t n_smtp)
{
    senders->pools[SENDER_SMTP].max_connections = n_smtp == 0 ? 1 : n_smtp;
    senders_kick(senders);
}

struct transport
senders_transport(struct senders *senders)
{
    return (struct transport){ .context = senders, .submit = submit };
}

size_t
senders_busy(const struct senders *senders)
{
    return senders->n_busy;
}

int64_t
senders_overdue_ms(const struct senders *senders)
{
    const int64_t now_ms = clock_mono_ms();
    int64_t longest_ms = 0;
    for (size_t i = 0; i < SENDER_KIND_COUNT; i++) {
        for (const struct connection *connection = senders->pools[i].connections;
             connection != NULL; connection = connection->next) {
            const int64_t overdue_ms = connection_overdue_ms(connection, now_ms);
            longest_ms = overdue_ms > longest_ms ? overdue_ms : longest_ms;
        }
    }
    return longest_ms;
}
