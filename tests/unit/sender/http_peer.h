/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An HTTP server for tests whose behaviour the path of the request chooses. Include
 * after cmocka.h.
 */
#ifndef BUDKAVLE_TESTS_SENDER_HTTP_PEER_H
#define BUDKAVLE_TESTS_SENDER_HTTP_PEER_H

#include "rig.h"

#include <time.h>

struct http_page {
    const char *path;
    const char *answer;
    enum {
        THEN_KEEP,
        THEN_CLOSE,
        THEN_RESET,
        THEN_SILENCE,
        THEN_ENDLESS_BODY,
        THEN_ENDLESS_HEADERS,
        THEN_DRIP
    } then;
};

static const struct http_page http_pages[] = {
    { "/ok", "HTTP/1.1 200 OK\r\nX-Number:  17 \r\nContent-Length: 5\r\n\r\nhello",
      THEN_KEEP },
    { "/later",
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\n"
      "Content-Length: 4\r\n\r\nbusy",
      THEN_KEEP },
    { "/moved", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n",
      THEN_KEEP },
    { "/interim",
      "HTTP/1.1 103 Early Hints\r\nX-Hint: no\r\n\r\n"
      "HTTP/1.1 204 No Content\r\nX-Number: 3\r\n\r\n",
      THEN_KEEP },
    { "/gzip",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b!!",
      THEN_KEEP },
    { "/ok-then-close", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE },
    { "/cut", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", THEN_CLOSE },
    { "/close", "", THEN_CLOSE },
    { "/reset", "", THEN_RESET },
    { "/silence", "", THEN_SILENCE },
    { "/endless", "HTTP/1.1 200 OK\r\nX-Number: 1\r\n\r\n", THEN_ENDLESS_BODY },
    { "/headers", "HTTP/1.1 200 OK\r\n", THEN_ENDLESS_HEADERS },
    { "/drip", "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n", THEN_DRIP },
    { "/drip-header", "HTTP/1.1 200 OK\r\nX-Slow: ", THEN_DRIP },
    { "/garbage", "220 mail.example ESMTP\r\n", THEN_CLOSE },
};

/* Reads one request, whole, into request. False at the end of the connection. */
static inline bool
http_peer_read(int fd, struct buffer *request)
{
    size_t whole = SIZE_MAX;
    buffer_reset(request);
    while (request->len < whole) {
        char bytes[4096];
        const ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
        if (n <= 0) {
            return false;
        }
        buffer_append(request, bytes, (size_t)n);
        const char *end = strstr(request->data, "\r\n\r\n");
        if (end != NULL) {
            const char *length = strcasestr(request->data, "\r\nContent-Length:");
            whole = (size_t)(end - request->data) + 4;
            whole += length != NULL ? strtoul(length + 17, NULL, 10) : 0;
        }
    }
    return true;
}

static inline void
http_peer_flood(int fd, const char *line)
{
    while (peer_say(fd, line)) {
    }
}

/* A byte now and then, so that no timeout of inactivity ends it. */
static inline void
http_peer_drip(int fd)
{
    const struct timespec pause = { .tv_nsec = 20 * 1000000L };
    while (peer_say(fd, "x")) {
        (void)nanosleep(&pause, NULL);
    }
}

/* False when the connection is to be closed. */
static inline bool
http_peer_answer(int fd, const struct http_page *page)
{
    (void)peer_say(fd, page->answer);
    switch (page->then) {
    case THEN_KEEP:
        return true;
    case THEN_CLOSE:
        break;
    case THEN_RESET:
        peer_reset(fd);
        break;
    case THEN_SILENCE:
        peer_wait_for_end(fd);
        break;
    case THEN_ENDLESS_BODY:
        http_peer_flood(fd, "0123456789012345678901234567890123456789");
        break;
    case THEN_ENDLESS_HEADERS:
        http_peer_flood(fd, "X-Flood: 0123456789012345678901234567890\r\n");
        break;
    case THEN_DRIP:
        http_peer_drip(fd);
        break;
    }
    return false;
}

static inline const struct http_page *
http_peer_find(const char *request)
{
    for (size_t i = 0; i < ARRAY_COUNT(http_pages); i++) {
        const char *path = strchr(request, ' ');
        const size_t len = strlen(http_pages[i].path);
        if (path != NULL && strncmp(path + 1, http_pages[i].path, len) == 0 &&
            path[1 + len] == ' ') {
            return &http_pages[i];
        }
    }
    return NULL;
}

static inline void
http_peer_echo(int fd, const struct buffer *request)
{
    char head[64];
    (void)snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                   request->len);
    (void)peer_say(fd, head);
    (void)peer_send(fd, request->data, request->len);
}

/* A path that is no page's is answered with the request itself. */
static inline void
http_peer_serve(struct peer *peer, int fd)
{
    struct buffer request = { 0 };
    while (http_peer_read(fd, &request)) {
        peer_count_request(peer);
        const struct http_page *page = http_peer_find(request.data);
        if (page == NULL) {
            http_peer_echo(fd, &request);
        } else if (!http_peer_answer(fd, page)) {
            break;
        }
    }
    buffer_clear(&request);
}

static inline struct request
http_peer_request(const struct peer *peer, uint64_t id, const char *path)
{
    struct request request = { .id = id,
                               .sender = SENDER_HTTP,
                               .timeout_ms = 10000,
                               .allow_private = true,
                               .allow_http = true };
    request.method = string_copy("POST");
    request.url = string_format("http://127.0.0.1:%d%s", peer->port, path);
    buffer_add(&request.body, "{}");
    return request;
}

#endif
