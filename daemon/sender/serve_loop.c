/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests and replies of a sender that carries out many at once. */
#include "sender/serve_loop.h"

#include "base/log.h"
#include "base/memory.h"
#include "codec/wire.h"
#include "sender/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

struct serve_loop {
    struct loop *loop; /* borrowed */
    struct loop_watch *watch;
    struct loop_timer *flush;
    int fd;
    int exit_code;
    struct frames frames;
    struct buffer out;
    size_t n_written; /* of out */
    void (*on_request)(void *context, struct request *request_take);
    void (*on_turn)(void *context);
    void *context;
};

static void
flush_replies(struct serve_loop *serve)
{
    while (serve->n_written < serve->out.len) {
        const ssize_t n =
            send(serve->fd, serve->out.data + serve->n_written,
                 serve->out.len - serve->n_written, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            loop_watch_set(serve->watch, LOOP_READ | LOOP_WRITE);
            return;
        }
        if (n < 0) {
            loop_stop(serve->loop); /* the core is gone */
            return;
        }
        serve->n_written += (size_t)n;
    }
    serve->n_written = 0;
    buffer_reset(&serve->out);
    loop_watch_set(serve->watch, LOOP_READ);
}

static void
on_flush(void *context)
{
    flush_replies(context);
}

void
serve_loop_answer(struct serve_loop *serve, const struct reply *reply)
{
    (void)wire_put_reply(&serve->out, reply); /* replies are small */
    if (!loop_timer_is_set(serve->flush)) {
        loop_timer_set(serve->flush, 0);
    }
}

static bool
take_request(struct serve_loop *serve, const char *frame, size_t len)
{
    struct request request = { 0 };
    struct error error = { 0 };
    if (wire_get_request(frame, len, &request, &error) != STATUS_OK) {
        log_error("sender: a request from the core cannot be read: %s", error.text);
        return false;
    }
    serve->on_request(serve->context, &request);
    return true;
}

static void
read_requests(struct serve_loop *serve)
{
    const enum frames_fill filled = frames_fill(&serve->frames, serve->fd);
    if (filled == FRAMES_END) {
        loop_stop(serve->loop);
        return;
    }
    const char *frame = NULL;
    size_t len = 0;
    enum frames_take taken;
    while ((taken = frames_take(&serve->frames, &frame, &len)) == FRAMES_WHOLE) {
        if (!take_request(serve, frame, len)) {
            taken = FRAMES_BROKEN;
            break;
        }
    }
    if (taken == FRAMES_BROKEN) {
        log_error("sender: the core wrote what is no request");
        serve->exit_code = 1;
        loop_stop(serve->loop);
        return;
    }
    if (serve->on_turn != NULL) {
        serve->on_turn(serve->context);
    }
}

static void
on_core_ready(void *context, int what)
{
    struct serve_loop *serve = context;
    if ((what & LOOP_WRITE) != 0) {
        flush_replies(serve);
    }
    if ((what & LOOP_READ) != 0) {
        read_requests(serve);
    }
}

struct serve_loop *
serve_loop_new(struct loop *loop, int fd,
               void (*on_request)(void *context, struct request *request_take),
               void (*on_turn)(void *context), void *context)
{
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        log_error("sender: the socket to the core cannot be used");
        return NULL;
    }
    struct serve_loop *serve = memory_alloc(sizeof(*serve));
    serve->loop = loop;
    serve->fd = fd;
    serve->on_request = on_request;
    serve->on_turn = on_turn;
    serve->context = context;
    serve->watch = loop_watch_new(loop, fd, LOOP_READ, on_core_ready, serve);
    serve->flush = loop_timer_new(loop, on_flush, serve);
    return serve;
}

void
serve_loop_free(struct serve_loop *serve)
{
    if (serve == NULL) {
        return;
    }
    loop_timer_free(serve->flush);
    loop_watch_free(serve->watch);
    frames_clear(&serve->frames);
    buffer_clear(&serve->out);
    free(serve);
}

int
serve_loop_exit_code(const struct serve_loop *serve)
{
    return serve->exit_code;
}
