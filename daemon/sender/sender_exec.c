/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The exec sender: the one process that may start programs, each for one request, as
 * many at once as the channels ask for.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/exec_run.h"
#include "sender/serve_loop.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct exec_sender {
    struct loop *loop;
    struct serve_loop *serve;
    struct exec_guard guard;
    bool is_unguarded; /* the guard ended */
    struct exec_run **runs;
    size_t n_runs;
};

static void
on_run_done(void *context, struct exec_run *run, const struct reply *reply)
{
    struct exec_sender *sender = context;
    size_t i = 0;
    serve_loop_answer(sender->serve, reply);
    while (sender->runs[i] != run) {
        i++;
    }
    sender->runs[i] = sender->runs[--sender->n_runs];
    exec_run_free(run);
}

static void
on_request(void *context, struct request *request_take)
{
    struct exec_sender *sender = context;
    sender->runs = memory_grow(sender->runs, sender->n_runs, sizeof(struct exec_run *));
    sender->runs[sender->n_runs++] =
        exec_run_new(sender->loop, &sender->guard, request_take, on_run_done, sender);
}

/* Each that has ended leaves the list, and the last one takes its place. */
static void
on_child(void *context)
{
    struct exec_sender *sender = context;
    for (size_t i = sender->n_runs; i > 0; i--) {
        exec_run_look(sender->runs[i - 1]);
    }
    if (waitpid(sender->guard.pid, NULL, WNOHANG) == sender->guard.pid) {
        log_error("sender: the guard of its programs ended, so the exec sender does");
        sender->is_unguarded = true;
        loop_stop(sender->loop);
    }
}

int
sender_exec_run(int fd)
{
    struct exec_sender sender = { 0 };
    int exit_code = 1;
    if (!exec_guard_start(&sender.guard, fd)) {
        log_error("sender: there is no process to be had for the guard of programs");
        return 1;
    }
    sender.loop = loop_new();
    loop_on_signal(sender.loop, SIGCHLD, on_child, &sender);
    sender.serve = serve_loop_new(sender.loop, fd, on_request, NULL, &sender);
    if (sender.serve != NULL && loop_run(sender.loop) == 0 && !sender.is_unguarded) {
        exit_code = serve_loop_exit_code(sender.serve);
    }
    while (sender.n_runs > 0) {
        exec_run_free(sender.runs[--sender.n_runs]);
    }
    free(sender.runs);
    serve_loop_free(sender.serve);
    loop_free(sender.loop);
    (void)close(sender.guard.fd);
    return exit_code;
}
