/* SPDX-License-Identifier: EUPL-1.2 */
/* One name, one thread; who asked may have gone when the answer comes. */
#include "sender/resolve.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PORT_TEXT = 8
};

/* Belongs to whoever is the last to let go: the thread or the one who asked. */
struct question {
    atomic_int n_holders;
    char *host;
    char port[PORT_TEXT];
    int pipe[2];
    struct addrinfo *found;
    int code;   /* of getaddrinfo */
    int reason; /* errno with EAI_SYSTEM */
};

struct resolve {
    struct question *question;
    struct loop_watch *watch;
    void (*on_done)(void *context, struct addrinfo *found_take, const char *reason);
    void *context;
};

static void
let_go(struct question *question)
{
    if (atomic_fetch_sub(&question->n_holders, 1) > 1) {
        return;
    }
    if (question->found != NULL) {
        freeaddrinfo(question->found);
    }
    (void)close(question->pipe[0]);
    (void)close(question->pipe[1]);
    free(question->host);
    free(question);
}

static void *
ask(void *context)
{
    struct question *question = context;
    const struct addrinfo wanted = { .ai_family = AF_UNSPEC,
                                     .ai_socktype = SOCK_STREAM };
    question->code =
        getaddrinfo(question->host, question->port, &wanted, &question->found);
    question->reason = errno;
    (void)!write(question->pipe[1], "", 1);
    let_go(question);
    return NULL;
}

static void
on_answer(void *context, int what)
{
    (void)what;
    struct resolve *resolve = context;
    struct question *question = resolve->question;
    struct addrinfo *found = question->found;
    char byte;
    if (read(question->pipe[0], &byte, 1) != 1) {
        return;
    }
    loop_watch_set(resolve->watch, 0);
    question->found = NULL;
    const char *reason = question->code == EAI_SYSTEM ? strerror(question->reason)
                                                      : gai_strerror(question->code);
    if (question->code != 0) {
        found = NULL;
    }
    resolve->on_done(resolve->context, found, found == NULL ? reason : NULL);
}

static bool
start_thread(struct question *question)
{
    pthread_attr_t attributes;
    pthread_t thread;
    bool is_started = false;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    is_started =
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
        pthread_create(&thread, &attributes, ask, question) == 0;
    (void)pthread_attr_destroy(&attributes);
    return is_started;
}

struct resolve *
resolve_start(struct loop *loop, const char *host, int port,
              void (*on_done)(void *context, struct addrinfo *found_take,
                              const char *reason),
              void *context)
{
    struct resolve *resolve = memory_alloc(sizeof(*resolve));
    struct question *question = memory_alloc(sizeof(*question));
    atomic_init(&question->n_holders, 2);
    question->host = string_copy(host);
    (void)snprintf(question->port, sizeof(question->port), "%d", port);
    if (pipe2(question->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        fatal("sender: no pipe is to be had: %s", strerror(errno));
    }
    resolve->question = question;
    resolve->on_done = on_done;
    resolve->context = context;
    resolve->watch =
        loop_watch_new(loop, question->pipe[0], LOOP_READ, on_answer, resolve);
    if (!start_thread(question)) {
        question->code = EAI_AGAIN; /* no thread now: try again later */
        (void)!write(question->pipe[1], "", 1);
        let_go(question);
    }
    return resolve;
}

void
resolve_free(struct resolve *resolve)
{
    if (resolve == NULL) {
        return;
    }
    loop_watch_free(resolve->watch);
    let_go(resolve->question);
    free(resolve);
}
