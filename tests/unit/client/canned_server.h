/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A daemon that is none: on a socket in a folder of its own it gives one prepared
 * answer to one connection and keeps what it was asked.
 */
#ifndef BUDKAVLE_TEST_CANNED_SERVER_H
#define BUDKAVLE_TEST_CANNED_SERVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/bytes.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct canned_server {
    char folder[64];
    char path[96];
    int socket;
    const char *answer;
    struct bytes request;
    pthread_t thread;
};

static inline size_t
canned_wanted(const struct bytes *request)
{
    const char *end = strstr(bytes_text(request), "\r\n\r\n");
    const char *length = strstr(bytes_text(request), "Content-Length: ");

    if (end == NULL)
        return SIZE_MAX;
    return (size_t)(end - request->data) + 4 +
           (length == NULL ? 0 : strtoul(length + 16, NULL, 10));
}

static inline void *
canned_serve(void *context)
{
    struct canned_server *server = context;
    int peer = accept(server->socket, NULL, NULL);
    const char *answer = server->answer;
    char piece[4096];
    ssize_t n = 1;

    while (n > 0 && server->request.len < canned_wanted(&server->request)) {
        n = read(peer, piece, sizeof(piece));
        if (n > 0)
            (void)bytes_add(&server->request, piece, (size_t)n);
    }
    for (n = 1; n > 0 && *answer != '\0'; answer += n)
        n = send(peer, answer, strlen(answer), MSG_NOSIGNAL);
    close(peer);
    return NULL;
}

static inline void
canned_listen(struct canned_server *server)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    memset(server, 0, sizeof(*server));
    (void)snprintf(server->folder, sizeof(server->folder),
                   "/tmp/budkavle-client-XXXXXX");
    assert_non_null(mkdtemp(server->folder));
    (void)snprintf(server->path, sizeof(server->path), "%.63s/socket", server->folder);
    memcpy(address.sun_path, server->path, strlen(server->path) + 1);
    server->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->socket >= 0);
    assert_int_equal(
        bind(server->socket, (const struct sockaddr *)&address, sizeof(address)), 0);
}

static inline void
canned_start(struct canned_server *server, const char *answer)
{
    canned_listen(server);
    server->answer = answer;
    assert_int_equal(listen(server->socket, 4), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, canned_serve, server), 0);
}

static inline void
canned_remove(struct canned_server *server)
{
    close(server->socket);
    unlink(server->path);
    rmdir(server->folder);
    bytes_clear(&server->request);
}

/* Waits for the one connection to be served; the request stays until canned_remove. */
static inline void
canned_join(struct canned_server *server)
{
    assert_int_equal(pthread_join(server->thread, NULL), 0);
}

#endif
