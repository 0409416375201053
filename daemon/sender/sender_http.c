/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTTP sender: one process, many transfers at once. Guarded and unguarded
 * transfers have a multi handle each, so that they never share a connection.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "base/memory.h"
#include "loop/loop.h"
#include "sender/http_exchange.h"
#include "sender/multi_glue.h"
#include "sender/serve_loop.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <sys/resource.h>

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
    struct serve_loop *serve;
    struct multi_glue *guarded, *unguarded;
    CURL *pool[POOLED_HANDLES];
    size_t n_pooled;
    struct http_job *running;
    size_t n_running, max_running;
    struct http_job *waiting_first, *waiting_last; /* by next */
};

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
    serve_loop_answer(sender->serve, reply);
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
start_waiting(void *context)
{
    struct http_sender *sender = context;
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
enqueue_request(void *context, struct request *request_take)
{
    struct http_sender *sender = context;
    struct http_job *job = memory_alloc(sizeof(*job));
    job->sender = sender;
    job->exchange.request = *request_take;
    if (sender->waiting_first == NULL) {
        sender->waiting_first = job;
    } else {
        sender->waiting_last->next = job;
    }
    sender->waiting_last = job;
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
    serve_loop_free(sender->serve);
    loop_free(sender->loop);
}

int
sender_http_run(int fd)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        log_error("sender: libcurl cannot be started");
        return 1;
    }
    struct http_sender sender = { .max_running = raise_limit() };
    int exit_code = 1;
    sender.loop = loop_new();
    sender.guarded = multi_glue_new(sender.loop, on_transfer_done, &sender);
    sender.unguarded = multi_glue_new(sender.loop, on_transfer_done, &sender);
    sender.serve =
        serve_loop_new(sender.loop, fd, enqueue_request, start_waiting, &sender);
    if (sender.serve != NULL && loop_run(sender.loop) == 0) {
        exit_code = serve_loop_exit_code(sender.serve);
    }
    clear_sender(&sender);
    curl_global_cleanup();
    return exit_code;
}
