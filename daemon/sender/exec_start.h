/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Starts one program of a request in a process group of its own, with nothing of the
 * sender's but three pipes.
 */
#ifndef BUDKAVLE_SENDER_EXEC_START_H
#define BUDKAVLE_SENDER_EXEC_START_H

#include "model/request.h"
#include "sender/exec_guard.h"

struct exec_started {
    pid_t pid;                /* and process group */
    int input, output, error; /* our ends, non-blocking */
};

/*
 * 0, or an errno: of what the pipes, the process or the program itself failed by;
 * *is_of_program tells which. Blocks for the moment that fork and exec take.
 */
int exec_start(const struct request *request, const struct exec_guard *guard,
               struct exec_started *started, bool *is_of_program);

#endif
