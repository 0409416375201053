/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which call is to fail, and how: counts the calls of each kind and says of each
 * whether it passes. Used by the layers that stand between a program and libc
 * (shim.c, shim_memory.c, memory_wrap.c). It allocates nothing.
 *
 * A fault is written "call=fsync,n=17,error=EIO,mode=once,path=/state/":
 *   call   write, fsync, rename, open, ftruncate, unlink, mkdir, memory, or any (all
 *          but memory, counted together)
 *   n      the first call that fails, counted from 1
 *   error  ENOSPC, EIO, EMFILE or EINTR; SHORT writes half of what was asked
 *   mode   once, or forever: from then on. EINTR comes at most FAULT_SIGNALS times in
 *          a row, as signals do: who tries again gets through.
 *   path   only calls on a path that contains this, or ends with it when it is followed
 *          by $; without it, all
 */
#ifndef BUDKAVLE_LAB_FAULT_H
#define BUDKAVLE_LAB_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum call {
    CALL_WRITE,
    CALL_SYNC,
    CALL_RENAME,
    CALL_OPEN,
    CALL_TRUNCATE,
    CALL_UNLINK,
    CALL_MKDIR,
    CALL_MEMORY,
    CALL_COUNT
};

enum {
    FAULT_NONE = 0,
    FAULT_SHORT = -1,
    FAULT_SIGNALS = 50
};

/* Kept where others can read it after the process has died (a shared mapping): eight
 * byte integers in this order, read by tests/faults/lab.py too. */
struct fault_counts {
    int64_t calls[CALL_COUNT];
    int64_t any; /* all but memory */
    int64_t failed;
    int64_t syncs_after_failure; /* syncs asked for after a sync had failed */
};

/* Prepares this process, not those it forks. counts may be NULL. Without a text nothing
 * fails and everything is counted; a text that cannot be read ends the process. */
void fault_arm(const char *text, struct fault_counts *counts);
/* Nothing fails and nothing is counted any more. */
void fault_disarm(void);
/* True while calls are counted, in the process that was prepared. */
bool fault_is_armed(void);
/* Whether `path` must be known to decide. */
bool fault_asks_path(void);

/* What the call is to do: FAULT_NONE, FAULT_SHORT or an errno. path may be NULL. */
int fault_next(enum call call, const char *path);

/* From SHIM_FAULT and SHIM_COUNTS (a file that exists) of the environment, if set. */
void fault_arm_from_environment(void);

#endif
