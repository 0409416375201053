/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTTP sender: one process, many transfers at once. Guarded and unguarded
 * transfers have a multi handle each, so that they never share a connection.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "base/memory.h"
#include "codec/wire.h"
#include "loop/loop.h"
#include "sender/frames.h"
#include "sender/http_exchange.h"
#include "sender/multi_glue.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_FILES = 4096,
    RESERVED_FILES = 64,  /* for everything but connections */
    FILES_A_TRANSFER = 3, /* its connection, and the resolver's socketpair */
    POOLED_HANDLES = 64
};

struct http_job {
    struct http_sender *sender;
    struct http_job *previous, *next; /* among those that run */
    CURL *easy;
    int64_t start_ms;
    struct http_exchange exchange;
};

struct http_sender {
    struct loop *loop;
    struct loop_watch *watch;
    int fd;
    int exit_code;
    struct frames frames;
    struct buffer out;
    size_t n_written; /* of out */
    struct loop_timer *flush;
    struct multi_glue *guarded, *unguarded;
    CURL *pool[POOLED_HANDLES];
    size_t n_pooled;
    struct http_job *running;
    size_t n_running, max_running;
    struct http_job *waiting_first, *waiting_last; /* by next */
};

static void
flush_replies(struct http_sender *sender)
{
    while (sender->n_written < sender->out.len) {
        const ssize_t n =
            send(sender->fd, sender->out.data + sender->n_written,
                 sender->out.len - sender->n_written, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            loop_watch_set(sender->watch, LOOP_READ | LOOP_WRITE);
            return;
        }
        if (n < 0) {
            loop_stop(sender->loop); /* the core is gone */
            return;
        }
        sender->n_written += (size_t)n;
    }
    sender->n_written = 0;
    buffer_reset(&sender->out);
    loop_watch_set(sender->watch, LOOP_READ);
}

static void
on_flush(void *context)
{
    flush_replies(context);
}

/* Replies of one round are written together. */
static void
queue_reply(struct http_sender *sender, const struct reply *reply)
{
    (void)wire_put_reply(&sender->out, reply); /* replies are small */
    if (!loop_timer_is_set(sender->flush)) {
        loop_timer_set(sender->flush, 0);
    }
}

static CURL *
take_handle(struct http_sender *sender)
{
    if (sender->n_pooled > 0) {
        return sender->pool[--sender->n_pooled];
    }
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        fatal("sender: libcurl gives no handle");
    }
    return easy;
}

static void
give_handle_back(struct http_sender *sender, CURL *easy)
{
    if (sender->n_pooled == POOLED_HANDLES) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    sender->pool[sender->n_pooled++] = easy;
}

static struct multi_glue *
glue_of(const struct http_job *job)
{
    return job->exchange.transfer.is_guarded ? job->sender->guarded
                                             : job->sender->unguarded;
}

static void
finish_job(struct http_job *job)
{
    struct http_sender *sender = job->sender;
    struct reply *reply = &job->exchange.reply;
    reply->id = job->exchange.request.id;
    reply->duration_ms = clock_mono_ms() - job->start_ms;
    queue_reply(sender, reply);
    give_handle_back(sender, job->easy);
    http_exchange_clear(&job->exchange);
    free(job);
}

static void
start_job(struct http_sender *sender, struct http_job *job)
{
    job->easy = take_handle(sender);
    job->start_ms = clock_mono_ms();
    if (!http_exchange_prepare(&job->exchange, job->easy)) {
        finish_job(job);
        return;
    }
    (void)curl_easy_setopt(job->easy, CURLOPT_PRIVATE, job);
    job->previous = NULL;
    job->next = sender->running;
    if (job->next != NULL) {
        job->next->previous = job;
    }
    sender->running = job;
    sender->n_running++;
    multi_glue_add(glue_of(job), job->easy);
}

static void
unlink_running(struct http_sender *sender, struct http_job *job)
{
    if (job->previous != NULL) {
        job->previous->next = job->next;
    } else {
        sender->running = job->next;
    }
    if (job->next != NULL) {
        job->next->previous = job->previous;
    }
    sender->n_running--;
}

static void
start_waiting(struct http_sender *sender)
{
    while (sender->waiting_first != NULL && sender->n_running < sender->max_running) {
        struct http_job *job = sender->waiting_first;
        sender->waiting_first = job->next;
        start_job(sender, job);
    }
}

static void
on_transfer_done(void *context, CURL *easy, CURLcode code)
{
    struct http_sender *sender = context;
    char *private = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    struct http_job *job = (struct http_job *)(void *)private;
    http_exchange_conclude(&job->exchange, easy, code);
    unlink_running(sender, job);
    finish_job(job);
    start_waiting(sender);
}

static void
enqueue_job(struct http_sender *sender, struct http_job *job)
{
    job->next = NULL;
    if (sender->waiting_first == NULL) {
        sender->waiting_first = job;
    } else {
        sender->waiting_last->next = job;
    }
    sender->waiting_last = job;
}

static bool
take_request(struct http_sender *sender, const char *frame, size_t len)
{
    struct http_job *job = memory_alloc(sizeof(*job));
    struct error error = { 0 };
    job->sender = sender;
    if (wire_get_request(frame, len, &job->exchange.request, &error) != STATUS_OK) {
        log_error("sender: a request from the core cannot be read: %s", error.text);
        http_exchange_clear(&job->exchange);
        free(job);
        return false;
    }
    enqueue_job(sender, job);
    return true;
}

static void
read_requests(struct http_sender *sender)
{
    const enum frames_fill filled = frames_fill(&sender->frames, sender->fd);
    if (filled == FRAMES_END) {
        loop_stop(sender->loop);
        return;
    }
    const char *frame = NULL;
    size_t len = 0;
    enum frames_take taken;
    while ((taken = frames_take(&sender->frames, &frame, &len)) == FRAMES_WHOLE) {
        if (!take_request(sender, frame, len)) {
            taken = FRAMES_BROKEN;
            break;
        }
    }
    if (taken == FRAMES_BROKEN) {
        log_error("sender: the core wrote what is no request");
        sender->exit_code = 1;
        loop_stop(sender->loop);
        return;
    }
    start_waiting(sender);
}

static void
on_core_ready(void *context, int what)
{
    struct http_sender *sender = context;
    if ((what & LOOP_WRITE) != 0) {
        flush_replies(sender);
    }
    if ((what & LOOP_READ) != 0) {
        read_requests(sender);
    }
}

/* How many transfers may run: as many as there are file descriptors for, because a slow
 * peer must not hold up another one's. */
static size_t
raise_limit(void)
{
    struct rlimit files = { 0 };
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return 64;
    }
    if (files.rlim_cur < MAX_FILES) {
        files.rlim_cur = files.rlim_max < MAX_FILES ? files.rlim_max : MAX_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    const rlim_t n = files.rlim_cur < MAX_FILES ? files.rlim_cur : MAX_FILES;
    return n <= RESERVED_FILES + FILES_A_TRANSFER
               ? 1
               : (size_t)(n - RESERVED_FILES) / FILES_A_TRANSFER;
}

static void
free_job(struct http_job *job)
{
    if (job->easy != NULL) {
        multi_glue_remove(glue_of(job), job->easy);
        curl_easy_cleanup(job->easy);
    }
    http_exchange_clear(&job->exchange);
    free(job);
}

/* Nothing lingers: what runs is dropped, and the core calls it unknown. */
static void
clear_sender(struct http_sender *sender)
{
    while (sender->running != NULL) {
        struct http_job *job = sender->running;
        sender->running = job->next;
        free_job(job);
    }
    while (sender->waiting_first != NULL) {
        struct http_job *job = sender->waiting_first;
        sender->waiting_first = job->next;
        free_job(job);
    }
    while (sender->n_pooled > 0) {
        curl_easy_cleanup(sender->pool[--sender->n_pooled]);
    }
    multi_glue_free(sender->guarded);
    multi_glue_free(sender->unguarded);
    loop_timer_free(sender->flush);
    loop_watch_free(sender->watch);
    frames_clear(&sender->frames);
    buffer_clear(&sender->out);
    loop_free(sender->loop);
}

int
sender_http_run(int fd)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        log_error("sender: libcurl or the socket to the core cannot be used");
        return 1;
    }
    struct http_sender sender = { .fd = fd, .max_running = raise_limit() };
    sender.loop = loop_new();
    sender.watch = loop_watch_new(sender.loop, fd, LOOP_READ, on_core_ready, &sender);
    sender.flush = loop_timer_new(sender.loop, on_flush, &sender);
    sender.guarded = multi_glue_new(sender.loop, on_transfer_done, &sender);
    sender.unguarded = multi_glue_new(sender.loop, on_transfer_done, &sender);
    if (loop_run(sender.loop) != 0) {
        sender.exit_code = 1;
    }
    clear_sender(&sender);
    curl_global_cleanup();
    return sender.exit_code;
}
