/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An HTTP receiver that is never the limit: one epoll loop, keep-alive, and the same short
 * answer to every request, whatever it asks. It takes a free port of loopback, prints it,
 * and runs until its standard input ends; then it prints how many requests it answered
 * and the seconds between the first and the last of them.
 *
 * usage: bench_sink < /dev/null-like pipe
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_DESCRIPTORS = 4096,
    HEAD_MAX = 65536,
    EVENTS_A_TURN = 256
};

static const char answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nOK 17ab";

/* What has been read of a request and not answered yet. */
struct connection {
    char *data;
    size_t length, size;
};

static struct connection connections[MAX_DESCRIPTORS];
static long long n_answered;
static double first_s, last_s;

static double
now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
fail(const char *what)
{
    perror(what);
    exit(1);
}

static void
hang_up(int fd)
{
    free(connections[fd].data);
    memset(&connections[fd], 0, sizeof(connections[fd]));
    close(fd);
}

/* The length of the first whole request in the text; 0: it is not whole. */
static size_t
request_length(const char *text, size_t length)
{
    const char *end = memmem(text, length, "\r\n\r\n", 4);
    size_t head, body = 0;

    if (end == NULL) {
        return 0;
    }
    head = (size_t)(end - text) + 4;
    for (const char *line = text; line < end;) {
        const char *next = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);

        if (strncasecmp(line, "content-length:", 15) == 0) {
            body = strtoul(line + 15, NULL, 10);
        }
        line = next + 2;
    }
    return length >= head + body ? head + body : 0;
}

/* Answers every whole request there is; false: the connection is to be closed. */
static int
answer_all(int fd, struct connection *connection)
{
    char out[sizeof(answer) * 64];
    size_t at = 0, length, n_out = 0;

    while ((length = request_length(connection->data + at, connection->length - at)) >
           0) {
        if (n_out + sizeof(answer) > sizeof(out)) {
            if (write(fd, out, n_out) != (ssize_t)n_out) {
                return 0;
            }
            n_out = 0;
        }
        memcpy(out + n_out, answer, sizeof(answer) - 1);
        n_out += sizeof(answer) - 1;
        at += length;
        n_answered++;
        last_s = now_s();
        first_s = first_s == 0 ? last_s : first_s;
    }
    memmove(connection->data, connection->data + at, connection->length - at);
    connection->length -= at;
    return n_out == 0 || write(fd, out, n_out) == (ssize_t)n_out;
}

static int
read_more(int fd)
{
    struct connection *connection = &connections[fd];
    ssize_t n;

    if (connection->size - connection->length < HEAD_MAX / 2) {
        connection->size += HEAD_MAX;
        connection->data = realloc(connection->data, connection->size);
        if (connection->data == NULL) {
            fail("sink: memory");
        }
    }
    n = read(fd, connection->data + connection->length,
             connection->size - connection->length);
    if (n < 0 && errno == EAGAIN) {
        return 1;
    }
    if (n <= 0) {
        return 0;
    }
    connection->length += (size_t)n;
    return answer_all(fd, connection);
}

static int
listen_on_loopback(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 ||
        listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) < 0) {
        fail("sink: listening on 127.0.0.1");
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void
watch(int epoll, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        fail("sink: epoll");
    }
}

static void
take_connection(int epoll, int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int on = 1;

    if (fd < 0) {
        return;
    }
    if (fd >= MAX_DESCRIPTORS) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    watch(epoll, fd);
}

int
main(void)
{
    struct epoll_event events[EVENTS_A_TURN];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on_loopback();

    watch(epoll, listener);
    watch(epoll, STDIN_FILENO);
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS_A_TURN, -1);

        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;

            if (fd == STDIN_FILENO) {
                printf("%lld %.6f\n", n_answered, last_s - first_s);
                return 0;
            }
            if (fd == listener) {
                take_connection(epoll, listener);
            } else if (!read_more(fd)) {
                hang_up(fd);
            }
        }
    }
}
