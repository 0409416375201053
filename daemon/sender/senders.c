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
#include "sender/frames.h"
#include "sender/main.h"
#include "sender/outbox.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    BACK_OFF_FIRST_MS = 1000,
    BACK_OFF_CAP_MS = 30000,
    /* A sender that lived as long as this died of something new. */
    LONG_LIFE_MS = 60000
};

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
    char *trouble;              /* of the last confinement; NULL */
    struct parcel_list refused; /* too large for a frame */
    size_t n_busy;
    void (*on_reply)(void *context, const struct reply *reply);
    void *context;
};

static void
kick(struct senders *senders)
{
    loop_timer_set(senders->kick, 0);
}

static void
tell_reply(struct senders *senders, const struct reply *reply)
{
    senders->n_busy--;
    senders->on_reply(senders->context, reply);
}

/* Answers every request of the list, which is empty then. */
static void
tell_all(struct senders *senders, struct parcel_list *list, enum reply_result result,
         const char *detail)
{
    struct parcel_list told = *list;
    *list = (struct parcel_list){ 0 }; /* the callback may submit more */
    struct parcel *parcel;
    while ((parcel = parcel_list_take_first(&told)) != NULL) {
        struct reply reply = { .id = parcel->id,
                               .result = result,
                               .detail = string_copy(detail) };
        tell_reply(senders, &reply);
        reply_clear(&reply);
        parcel_free(parcel);
    }
}

static void
unlink_connection(struct connection *connection)
{
    struct pool *pool = connection->pool;
    struct connection **link = &pool->connections;
    while (*link != connection) {
        link = &(*link)->next;
    }
    *link = connection->next;
    pool->n_connections -= connection->is_retired ? 0 : 1;
}

static void
free_connection(struct connection *connection)
{
    loop_watch_free(connection->watch);
    (void)close(connection->fd);
    parcel_list_clear(&connection->outbox.unwritten);
    parcel_list_clear(&connection->outbox.written);
    frames_clear(&connection->frames);
    free(connection);
}

/* The first restart comes at once, those after quick deaths later and later. */
static void
back_off(struct pool *pool, int64_t started_ms)
{
    const int64_t now_ms = clock_mono_ms();
    if (now_ms - started_ms >= LONG_LIFE_MS) {
        pool->back_off_ms = 0;
    }
    pool->not_before_ms = now_ms + pool->back_off_ms;
    pool->back_off_ms =
        pool->back_off_ms == 0 ? BACK_OFF_FIRST_MS : pool->back_off_ms * 2;
    if (pool->back_off_ms > BACK_OFF_CAP_MS) {
        pool->back_off_ms = BACK_OFF_CAP_MS;
    }
}

/* A request that was not written to its end cannot have been carried out: it waits for
 * the next process. */
static void
bury(struct connection *connection)
{
    struct pool *pool = connection->pool;
    struct senders *senders = pool->senders;
    struct parcel_list lost = connection->outbox.written;
    connection->outbox.written = (struct parcel_list){ 0 };
    parcel_list_prepend(&pool->queue, &connection->outbox.unwritten);
    if (!senders->is_launcher_dead) {
        log_warning("sender: a %s process ended with %zu requests unanswered",
                    sender_kind_name(pool->kind), lost.count);
    }
    back_off(pool, connection->started_ms);
    unlink_connection(connection);
    free_connection(connection);
    kick(senders);
    tell_all(senders, &lost, REPLY_UNKNOWN, "the sender process ended");
}

static size_t
outstanding(const struct connection *connection)
{
    return connection->outbox.unwritten.count + connection->outbox.written.count;
}

/* It gets no more requests, and another may be started in its place. */
static void
set_aside(struct connection *connection)
{
    if (!connection->is_retired) {
        connection->is_retired = true;
        connection->pool->n_connections--;
        kick(connection->pool->senders);
    }
}

/* The first words of a process: how it was confined. */
static void
take_report(struct connection *connection, const struct reply *reply)
{
    struct senders *senders = connection->pool->senders;
    const char *trouble = reply->result == REPLY_ANSWERED ? NULL : reply->detail;
    if (trouble != NULL && !string_equal(trouble, senders->trouble)) {
        log_warning("sender: a %s process is less confined than it should be: %s",
                    sender_kind_name(connection->pool->kind), trouble);
    }
    if (!connection->is_retired) {
        string_replace(&senders->trouble, trouble);
    }
}

/* False when the frame is no reply to anything. */
static bool
take_reply(struct connection *connection, const char *frame, size_t len)
{
    struct senders *senders = connection->pool->senders;
    struct reply reply = { 0 };
    struct error error = { 0 };
    if (wire_get_reply(frame, len, &reply, &error) != STATUS_OK) {
        log_error("sender: a reply of a %s process cannot be read: %s",
                  sender_kind_name(connection->pool->kind), error.text);
        reply_clear(&reply);
        return false;
    }
    if (reply.id == SENDER_REPORT_ID || reply.id == SENDER_REPLACE_ID) {
        if (reply.id == SENDER_REPLACE_ID) {
            set_aside(connection);
        } else {
            take_report(connection, &reply);
        }
        reply_clear(&reply);
        return true;
    }
    struct parcel *parcel = parcel_list_take(&connection->outbox.written, reply.id);
    const bool is_known = parcel != NULL;
    if (is_known) {
        parcel_free(parcel);
        tell_reply(senders, &reply);
    } else {
        log_error("sender: a %s process answered what it was not asked",
                  sender_kind_name(connection->pool->kind));
    }
    reply_clear(&reply);
    return is_known;
}

static void
read_replies(struct connection *connection)
{
    const enum frames_fill filled = frames_fill(&connection->frames, connection->fd);
    const char *frame = NULL;
    size_t len = 0;
    enum frames_take taken;
    while ((taken = frames_take(&connection->frames, &frame, &len)) == FRAMES_WHOLE) {
        if (!take_reply(connection, frame, len)) {
            taken = FRAMES_BROKEN;
            break;
        }
    }
    if (filled == FRAMES_END || taken == FRAMES_BROKEN) {
        bury(connection);
    } else if (connection->is_retired && outstanding(connection) == 0) {
        unlink_connection(connection);
        free_connection(connection); /* it sees the end of file */
    } else if (connection->pool->queue.first != NULL) {
        kick(connection->pool->senders); /* the process may be free for the next */
    }
}

static void
write_requests(struct connection *connection)
{
    if (connection->is_deaf) {
        return;
    }
    const enum outbox_write state = outbox_write(&connection->outbox, connection->fd);
    connection->is_deaf = state == OUTBOX_BROKEN;
    loop_watch_set(connection->watch,
                   state == OUTBOX_WAIT ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void
on_connection_ready(void *context, int what)
{
    struct connection *connection = context;
    if ((what & LOOP_WRITE) != 0) {
        write_requests(connection);
    }
    if ((what & LOOP_READ) != 0) {
        read_replies(connection); /* may free the connection */
    }
}

/* A connection that takes another request, or NULL. */
static struct connection *
find_free(const struct pool *pool)
{
    for (struct connection *connection = pool->connections; connection != NULL;
         connection = connection->next) {
        if (!connection->is_deaf && !connection->is_retired &&
            outstanding(connection) < pool->max_outstanding) {
            return connection;
        }
    }
    return NULL;
}

static void
open_connection(struct pool *pool, int fd)
{
    struct connection *connection = memory_alloc(sizeof(*connection));
    connection->pool = pool;
    connection->fd = fd;
    connection->started_ms = clock_mono_ms();
    connection->watch = loop_watch_new(pool->senders->loop, fd, LOOP_READ,
                                       on_connection_ready, connection);
    connection->next = pool->connections;
    pool->connections = connection;
    pool->n_connections++;
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
        open_connection(pool, fd);
        return true;
    }
    if (!senders->is_launcher_dead) {
        log_error("%s", error.text);
    }
    tell_all(senders, &pool->queue, REPLY_NOT_SENT, error.text);
    return false;
}

static bool
may_start(const struct pool *pool, int64_t now_ms)
{
    return pool->n_connections < pool->max_connections && now_ms >= pool->not_before_ms;
}

/* Gives what waits to processes, and starts those that are needed. */
static void
advance(struct pool *pool, int64_t now_ms)
{
    while (pool->queue.first != NULL) {
        struct connection *connection = find_free(pool);
        if (connection == NULL) {
            if (!may_start(pool, now_ms) || !start_process(pool)) {
                return;
            }
            continue;
        }
        while (pool->queue.first != NULL &&
               outstanding(connection) < pool->max_outstanding) {
            struct parcel *parcel = parcel_list_take_first(&pool->queue);
            parcel->answer_by_ms = now_ms + parcel->timeout_ms;
            parcel_list_add(&connection->outbox.unwritten, parcel);
        }
        write_requests(connection);
    }
}

/* How long until a process may be started for what waits; -1: nothing waits for that. */
static int64_t
wake_in_ms(const struct pool *pool, int64_t now_ms)
{
    if (pool->queue.first == NULL || pool->n_connections == pool->max_connections ||
        find_free(pool) != NULL) {
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
    tell_all(senders, &senders->refused, REPLY_BAD_REQUEST,
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
            struct connection *connection = pool->connections;
            pool->connections = connection->next;
            free_connection(connection);
        }
        parcel_list_clear(&pool->queue);
    }
    parcel_list_clear(&senders->refused);
    strings_clear(&senders->places);
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
    kick(senders);
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
            set_aside(connection);
            if (outstanding(connection) == 0) {
                unlink_connection(connection);
                free_connection(connection);
            }
            connection = next;
        }
    }
    kick(senders);
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
    kick(senders);
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

static int64_t
list_overdue_ms(const struct parcel_list *list, int64_t now_ms)
{
    int64_t longest_ms = 0;
    for (const struct parcel *parcel = list->first; parcel != NULL;
         parcel = parcel->next) {
        if (now_ms - parcel->answer_by_ms > longest_ms) {
            longest_ms = now_ms - parcel->answer_by_ms;
        }
    }
    return longest_ms;
}

static int64_t
connection_overdue_ms(const struct connection *connection, int64_t now_ms)
{
    const int64_t unwritten_ms = list_overdue_ms(&connection->outbox.unwritten, now_ms);
    const int64_t written_ms = list_overdue_ms(&connection->outbox.written, now_ms);
    return unwritten_ms > written_ms ? unwritten_ms : written_ms;
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
