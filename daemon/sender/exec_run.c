/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A program that runs. Nobody knows whether one that was ended had done its work, so
 * that is an unknown outcome; an exit code is the program's own word.
 */
#include "sender/exec_run.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "sender/exec_start.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    DEFAULT_LIMIT_MS = 30000, /* when the request names none */
    GRACE_MS = 1000,          /* between being asked to end and being ended */
    KEPT_BYTES = 4096,        /* of what it writes */
    DETAIL_BYTES = 200
};

/* What it writes: the beginning is kept, the rest read and dropped. */
struct exec_stream {
    struct exec_run *run;
    int fd; /* -1: ended */
    struct loop_watch *watch;
    struct buffer text;
};

struct exec_run {
    struct request request;
    const struct exec_guard *guard; /* borrowed */
    pid_t pid;                      /* 0: none */
    int input;                      /* -1: all is given */
    struct loop_watch *input_watch;
    size_t n_given; /* of the body */
    struct exec_stream output, error;
    struct loop_timer *timer; /* of its time, its grace, or its failed start */
    bool is_late;             /* it was asked to end */
    int64_t start_ms;
    struct reply reply;
    void (*on_done)(void *context, struct exec_run *run, const struct reply *reply);
    void *context;
};

static void
close_input(struct exec_run *run)
{
    if (run->input >= 0) {
        loop_watch_free(run->input_watch);
        (void)close(run->input);
        run->input = -1;
    }
}

static void
on_input_ready(void *context, int what)
{
    (void)what;
    struct exec_run *run = context;
    const struct buffer *body = &run->request.body;
    while (run->n_given < body->len) {
        const ssize_t n =
            write(run->input, body->data + run->n_given, body->len - run->n_given);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return;
        }
        if (n < 0) {
            break; /* it does not read; its exit code tells the rest */
        }
        run->n_given += (size_t)n;
    }
    close_input(run);
}

static void
close_stream(struct exec_stream *stream)
{
    if (stream->fd >= 0) {
        loop_watch_free(stream->watch);
        (void)close(stream->fd);
        stream->fd = -1;
    }
}

static void
on_stream_ready(void *context, int what)
{
    (void)what;
    struct exec_stream *stream = context;
    char bytes[4096];
    /* Once: whoever writes without end must not keep others, and its own time limit, from
     * their turn. */
    const ssize_t n = read(stream->fd, bytes, sizeof(bytes));
    if (n > 0) {
        const size_t room = KEPT_BYTES - stream->text.len;
        buffer_append(&stream->text, bytes, (size_t)n < room ? (size_t)n : room);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_stream(stream);
    }
}

static void
open_stream(struct loop *loop, struct exec_run *run, struct exec_stream *stream, int fd)
{
    stream->run = run;
    stream->fd = fd;
    stream->watch = loop_watch_new(loop, fd, LOOP_READ, on_stream_ready, stream);
}

/* What is still in the pipe. */
static void
drain(struct exec_stream *stream)
{
    size_t len = SIZE_MAX;
    while (stream->fd >= 0 && stream->text.len < KEPT_BYTES &&
           stream->text.len != len) {
        len = stream->text.len;
        on_stream_ready(stream, LOOP_READ);
    }
    close_stream(stream);
}

static void
signal_group(const struct exec_run *run, int number)
{
    (void)kill(-run->pid, number);
}

static void
tell_end(struct exec_run *run, int status)
{
    struct reply *reply = &run->reply;
    if (run->is_late) {
        reply->result = REPLY_UNKNOWN;
        reply->detail = string_format("the program did not end within %lld ms",
                                      (long long)run->request.timeout_ms);
        return;
    }
    if (WIFSIGNALED(status)) {
        reply->result = REPLY_UNKNOWN;
        reply->detail = string_format("the program was ended by signal %d (%s)",
                                      WTERMSIG(status), strsignal(WTERMSIG(status)));
        return;
    }
    const struct buffer *error = &run->error.text;
    reply->result = REPLY_ANSWERED;
    reply->code = WEXITSTATUS(status);
    if (run->output.text.len > 0) {
        buffer_append(&reply->body, run->output.text.data, run->output.text.len);
    }
    if (error->len > 0) {
        const size_t line = strcspn(error->data, "\r\n");
        reply->detail = utf8_printable(error->data, line, DETAIL_BYTES);
    }
}

static void
finish(struct exec_run *run)
{
    run->reply.id = run->request.id;
    run->reply.duration_ms = clock_mono_ms() - run->start_ms;
    run->on_done(run->context, run, &run->reply);
}

void
exec_run_look(struct exec_run *run)
{
    siginfo_t info = { 0 };
    if (run->pid == 0 ||
        waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid == 0) {
        return;
    }
    int status = 0;
    signal_group(run, SIGKILL); /* while its number is still its own */
    while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR) {
    }
    exec_guard_end(run->guard, run->pid);
    run->pid = 0;
    loop_timer_stop(run->timer);
    drain(&run->output);
    drain(&run->error);
    tell_end(run, status);
    finish(run);
}

static void
on_time(void *context)
{
    struct exec_run *run = context;
    if (run->pid == 0) {
        finish(run); /* it was never started */
        return;
    }
    signal_group(run, run->is_late ? SIGKILL : SIGTERM);
    if (!run->is_late) {
        run->is_late = true;
        loop_timer_set(run->timer, GRACE_MS);
    }
}

/* The core's word is checked again here: the program is an absolute path. */
static bool
start(struct exec_run *run, struct loop *loop)
{
    const struct strings *arguments = &run->request.arguments;
    struct exec_started started = { 0 };
    bool is_of_program = true;
    int reason = 0;
    if (arguments->count == 0 || arguments->items[0][0] != '/') {
        run->reply.result = REPLY_BAD_REQUEST;
        run->reply.detail = string_copy("the command is not an absolute path");
        return false;
    }
    reason = exec_start(&run->request, run->guard, &started, &is_of_program);
    if (reason != 0) {
        char *shown =
            utf8_printable(arguments->items[0], strlen(arguments->items[0]), 120);
        run->reply.result = is_of_program ? REPLY_BAD_REQUEST : REPLY_NOT_SENT;
        run->reply.detail =
            string_format("%s cannot be started: %s", shown, strerror(reason));
        free(shown);
        return false;
    }
    run->pid = started.pid;
    run->input = started.input;
    run->input_watch =
        loop_watch_new(loop, run->input, LOOP_WRITE, on_input_ready, run);
    open_stream(loop, run, &run->output, started.output);
    open_stream(loop, run, &run->error, started.error);
    return true;
}

struct exec_run *
exec_run_new(struct loop *loop, const struct exec_guard *guard,
             struct request *request_take,
             void (*on_done)(void *context, struct exec_run *run,
                             const struct reply *reply),
             void *context)
{
    struct exec_run *run = memory_alloc(sizeof(*run));
    run->request = *request_take;
    *request_take = (struct request){ 0 };
    if (run->request.timeout_ms <= 0) {
        run->request.timeout_ms = DEFAULT_LIMIT_MS;
    }
    run->guard = guard;
    run->input = run->output.fd = run->error.fd = -1;
    run->start_ms = clock_mono_ms();
    run->on_done = on_done;
    run->context = context;
    run->timer = loop_timer_new(loop, on_time, run);
    loop_timer_set(run->timer, start(run, loop) ? run->request.timeout_ms : 0);
    return run;
}

void
exec_run_free(struct exec_run *run)
{
    if (run->pid != 0) {
        signal_group(run, SIGKILL);
    }
    close_input(run);
    close_stream(&run->output);
    close_stream(&run->error);
    buffer_clear(&run->output.text);
    buffer_clear(&run->error.text);
    loop_timer_free(run->timer);
    request_clear(&run->request);
    reply_clear(&run->reply);
    free(run);
}
