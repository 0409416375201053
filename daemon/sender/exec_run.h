/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One run of a program, from its start to its reply: it is given the request's body, its
 * first lines are kept, and what it leaves behind in its process group is ended.
 */
#ifndef BUDKAVLE_SENDER_EXEC_RUN_H
#define BUDKAVLE_SENDER_EXEC_RUN_H

#include "loop/loop.h"
#include "model/request.h"
#include "sender/exec_guard.h"

struct exec_run;

/* Takes the request. on_done is given the run's reply, to borrow, from the loop; the run
 * is to be freed then. */
struct exec_run *exec_run_new(struct loop *loop, const struct exec_guard *guard,
                              struct request *request_take,
                              void (*on_done)(void *context, struct exec_run *run,
                                              const struct reply *reply),
                              void *context);
/* What runs is ended. */
void exec_run_free(struct exec_run *run);

/* After SIGCHLD: has it ended? */
void exec_run_look(struct exec_run *run);

#endif
