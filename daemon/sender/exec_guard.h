/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A process beside the exec sender that outlives it by a moment, and ends what the
 * sender's programs have started: a death signal reaches the programs themselves, but not
 * their children.
 */
#ifndef BUDKAVLE_SENDER_EXEC_GUARD_H
#define BUDKAVLE_SENDER_EXEC_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

struct exec_guard {
    pid_t pid;
    int fd; /* notes go here; its end of file is the sender's end */
};

/* Forks it; it gives up own_fd, the sender's socket. Call before there is a thread or a
 * loop. False when there is no process or pipe to be had. */
bool exec_guard_start(struct exec_guard *guard, int own_fd);

/* The process group is to be ended with the sender, or not any more. Safe after fork. */
void exec_guard_begin(const struct exec_guard *guard, pid_t group);
void exec_guard_end(const struct exec_guard *guard, pid_t group);

#endif
