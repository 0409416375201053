/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For tests of the senders: a launcher, a loop and the senders of this very program, a
 * memory of the replies, and servers on 127.0.0.1 that run in threads. A test program's
 * main() must begin with rig_become_sender(). Include after cmocka.h.
 */
#ifndef BUDKAVLE_TESTS_SENDER_RIG_H
#define BUDKAVLE_TESTS_SENDER_RIG_H

#include "base/memory.h"
#include "sender/main.h"
#include "sender/senders.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    RIG_MAX_REPLIES = 512,
    RIG_PATIENCE_MS = 20000,
    PEER_MAX_CONNECTIONS = 128
};

struct rig {
    struct launcher *launcher;
    struct loop *loop;
    struct senders *senders;
    struct transport transport;
    struct loop_timer *patience;
    struct reply replies[RIG_MAX_REPLIES]; /* in the order of their arrival */
    size_t n_replies, n_awaited;
    bool is_submitting, is_out_of_patience;
};

static inline void
rig_become_sender(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "--sender") == 0) {
        exit(sender_main((enum sender_kind)sender_kind_find(argv[2]), argv + 3,
                         (size_t)argc - 3));
    }
}

static inline void
rig_on_reply(void *context, const struct reply *reply)
{
    struct rig *rig = context;
    assert_false(rig->is_submitting);
    assert_true(rig->n_replies < RIG_MAX_REPLIES);
    struct reply *kept = &rig->replies[rig->n_replies++];
    *kept = *reply;
    kept->headers = (struct strings){ 0 };
    strings_copy(&kept->headers, &reply->headers);
    kept->body = (struct buffer){ 0 };
    buffer_append(&kept->body, reply->body.data, reply->body.len);
    kept->detail = string_copy(reply->detail);
    if (rig->n_replies >= rig->n_awaited) {
        loop_stop(rig->loop);
    }
}

static inline void
rig_on_patience(void *context)
{
    struct rig *rig = context;
    rig->is_out_of_patience = true;
    loop_stop(rig->loop);
}

static inline struct rig *
rig_open_program(const char *program, size_t n_smtp)
{
    struct rig *rig = memory_alloc(sizeof(*rig));
    struct error error = { 0 };
    assert_int_equal(launcher_start(program, -1, &rig->launcher, &error), STATUS_OK);
    rig->loop = loop_new();
    rig->senders = senders_new(rig->loop, rig->launcher, n_smtp, rig_on_reply, rig);
    rig->transport = senders_transport(rig->senders);
    rig->patience = loop_timer_new(rig->loop, rig_on_patience, rig);
    return rig;
}

static inline struct rig *
rig_open(size_t n_smtp)
{
    return rig_open_program("/proc/self/exe", n_smtp);
}

static inline void
rig_close(struct rig *rig)
{
    senders_free(rig->senders);
    launcher_stop(rig->launcher);
    loop_timer_free(rig->patience);
    loop_free(rig->loop);
    for (size_t i = 0; i < rig->n_replies; i++) {
        reply_clear(&rig->replies[i]);
    }
    free(rig);
}

static inline void
rig_submit(struct rig *rig, struct request *request)
{
    const struct request empty = { 0 };
    rig->is_submitting = true;
    rig->transport.submit(rig->transport.context, request);
    rig->is_submitting = false;
    assert_memory_equal(request, &empty, sizeof(empty));
}

/* Runs the loop until so many replies have come in all. */
static inline void
rig_await(struct rig *rig, size_t n_replies)
{
    rig->n_awaited = n_replies;
    loop_timer_set(rig->patience, RIG_PATIENCE_MS);
    while (rig->n_replies < n_replies && !rig->is_out_of_patience) {
        assert_int_equal(loop_run(rig->loop), 0);
    }
    loop_timer_stop(rig->patience);
    assert_int_equal(rig->n_replies, n_replies);
}

static inline const struct reply *
rig_reply(const struct rig *rig, uint64_t id)
{
    for (size_t i = 0; i < rig->n_replies; i++) {
        if (rig->replies[i].id == id) {
            return &rig->replies[i];
        }
    }
    static const struct reply
        none; /* for the compiler: a failed test does not return */
    fail_msg("no reply to request %llu", (unsigned long long)id);
    return &none;
}

static inline const struct reply *
rig_exchange(struct rig *rig, struct request *request)
{
    const uint64_t id = request->id;
    rig_submit(rig, request);
    rig_await(rig, rig->n_replies + 1);
    return rig_reply(rig, id);
}

/* The first child of a process; -1 when it has none. */
static inline pid_t
rig_child_of(pid_t parent)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent,
                   (int)parent);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    char line[32] = "";
    const bool has_child = fgets(line, sizeof(line), file) != NULL;
    (void)fclose(file);
    return has_child ? (pid_t)strtol(line, NULL, 10) : -1;
}

static inline void
rig_kill_first_sender(void)
{
    const pid_t sender = rig_child_of(rig_child_of(getpid()));
    assert_true(sender > 1);
    assert_int_equal(kill(sender, SIGKILL), 0);
}

/* A server that runs serve in a thread for each connection. */
struct peer {
    void (*serve)(struct peer *peer, int fd);
    void *context;
    int fd;
    int port;
    pthread_t acceptor;
    pthread_mutex_t lock; /* for what serve shares */
    struct {
        pthread_t thread;
        int fd;
    } connections[PEER_MAX_CONNECTIONS];
    size_t n_connections;
    size_t n_requests; /* counted by serve, under the lock */
    struct buffer seen;
};

struct peer_connection_start {
    struct peer *peer;
    int fd;
};

static inline void *
peer_run_connection(void *context)
{
    struct peer_connection_start start = *(struct peer_connection_start *)context;
    free(context);
    start.peer->serve(start.peer, start.fd);
    (void)shutdown(start.fd, SHUT_RDWR);
    return NULL;
}

static inline void *
peer_accept(void *context)
{
    struct peer *peer = context;
    int fd;
    while ((fd = accept4(peer->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0 &&
           peer->n_connections < PEER_MAX_CONNECTIONS) {
        struct peer_connection_start *start = memory_alloc(sizeof(*start));
        *start = (struct peer_connection_start){ .peer = peer, .fd = fd };
        (void)pthread_mutex_lock(&peer->lock);
        const size_t i = peer->n_connections++;
        peer->connections[i].fd = fd;
        (void)pthread_mutex_unlock(&peer->lock);
        (void)pthread_create(&peer->connections[i].thread, NULL, peer_run_connection,
                             start);
    }
    return NULL;
}

static inline struct peer *
peer_start(void (*serve)(struct peer *peer, int fd), void *context)
{
    struct peer *peer = memory_alloc(sizeof(*peer));
    peer->serve = serve;
    peer->context = context;
    (void)pthread_mutex_init(&peer->lock, NULL);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    assert_int_equal(bind(peer->fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(peer->fd, 64), 0);
    assert_int_equal(getsockname(peer->fd, (struct sockaddr *)&address, &len), 0);
    peer->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&peer->acceptor, NULL, peer_accept, peer), 0);
    return peer;
}

/* From here on nobody listens there. Connections go on. */
static inline void
peer_stop_listening(struct peer *peer)
{
    if (peer->fd >= 0) {
        (void)shutdown(peer->fd, SHUT_RDWR);
        (void)pthread_join(peer->acceptor, NULL);
        (void)close(peer->fd);
        peer->fd = -1;
    }
}

static inline void
peer_stop(struct peer *peer)
{
    peer_stop_listening(peer);
    for (size_t i = 0; i < peer->n_connections; i++) {
        (void)shutdown(peer->connections[i].fd, SHUT_RDWR);
        (void)pthread_join(peer->connections[i].thread, NULL);
        (void)close(peer->connections[i].fd);
    }
    (void)pthread_mutex_destroy(&peer->lock);
    buffer_clear(&peer->seen);
    free(peer);
}

static inline void
peer_count_request(struct peer *peer)
{
    (void)pthread_mutex_lock(&peer->lock);
    peer->n_requests++;
    (void)pthread_mutex_unlock(&peer->lock);
}

static inline size_t
peer_requests(struct peer *peer)
{
    (void)pthread_mutex_lock(&peer->lock);
    const size_t n = peer->n_requests;
    (void)pthread_mutex_unlock(&peer->lock);
    return n;
}

/* False when the other side is gone. */
static inline bool
peer_send(int fd, const char *data, size_t len)
{
    while (len > 0) {
        const ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static inline bool
peer_say(int fd, const char *text)
{
    return peer_send(fd, text, strlen(text));
}

/* The connection ends with a reset instead of an orderly close. */
static inline void
peer_reset(int fd)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    const int nothing = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)dup3(nothing, fd, O_CLOEXEC); /* keeps the number for peer_stop */
    (void)close(nothing);
}

/* Reads until nothing more comes. */
static inline void
peer_wait_for_end(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof(bytes), 0) > 0) {
    }
}

#endif
