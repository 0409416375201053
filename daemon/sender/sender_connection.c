/* SPDX-License-Identifier: EUPL-1.2 */
/* The connection to one sender process: what it was given, what it answers, its end. */
#include "sender/sender_connection.h"

#include "base/log.h"
#include "base/memory.h"
#include "codec/wire.h"
#include "sender/main.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    BACK_OFF_FIRST_MS = 1000,
    BACK_OFF_CAP_MS = 30000,
    /* A sender that lived as long as this died of something new. */
    LONG_LIFE_MS = 60000
};

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

void
connection_end(struct connection *connection)
{
    unlink_connection(connection);
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
    standing_drop(&lost);
    standing_drop(&connection->outbox.unwritten);
    parcel_list_prepend(&pool->queue, &connection->outbox.unwritten);
    if (!senders->is_launcher_dead) {
        log_warning("sender: a %s process ended with %zu requests unanswered",
                    sender_kind_name(pool->kind), lost.count);
    }
    back_off(pool, connection->started_ms);
    connection_end(connection);
    senders_kick(senders);
    senders_tell_all(senders, &lost, REPLY_UNKNOWN, "the sender process ended");
}

size_t
connection_outstanding(const struct connection *connection)
{
    return connection->outbox.unwritten.count + connection->outbox.written.count;
}

void
connection_set_aside(struct connection *connection)
{
    if (!connection->is_retired) {
        connection->is_retired = true;
        connection->pool->n_connections--;
        senders_kick(connection->pool->senders);
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
            connection_set_aside(connection);
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
        if (reply.id != STANDING_ID) {
            senders_tell(senders, &reply);
        }
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
    } else if (connection->is_retired && connection_outstanding(connection) == 0) {
        connection_end(connection);
    } else if (connection->pool->queue.first != NULL) {
        senders_kick(
            connection->pool->senders); /* the process may be free for the next */
    }
}

void
connection_write(struct connection *connection)
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
        connection_write(connection);
    }
    if ((what & LOOP_READ) != 0) {
        read_replies(connection); /* may free the connection */
    }
}

void
connection_open(struct pool *pool, int fd)
{
    struct connection *connection = memory_alloc(sizeof(*connection));
    connection->pool = pool;
    connection->fd = fd;
    connection->started_ms = clock_mono_ms();
    connection->watch = loop_watch_new(pool->senders->loop, fd, LOOP_READ,
                                       on_connection_ready, connection);
    standing_add(&pool->senders->standing, pool->kind, &connection->outbox.unwritten);
    connection->next = pool->connections;
    pool->connections = connection;
    pool->n_connections++;
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

int64_t
connection_overdue_ms(const struct connection *connection, int64_t now_ms)
{
    const int64_t unwritten_ms = list_overdue_ms(&connection->outbox.unwritten, now_ms);
    const int64_t written_ms = list_overdue_ms(&connection->outbox.written, now_ms);
    return unwritten_ms > written_ms ? unwritten_ms : written_ms;
}
