/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Stands between a program and libc where files are changed: makes a chosen call fail
 * (fault.h) and writes down what was done (journal.h). Preloaded as a library, or linked
 * into a program, whose definitions then come before those of libc for its libraries
 * too. Only what is called through libc's symbols is seen; stdio's own calls are not.
 *
 * This is what its files share: shim_open.c, shim_write.c and shim_names.c define the
 * functions of libc.
 */
#ifndef BUDKAVLE_LAB_SHIM_H
#define BUDKAVLE_LAB_SHIM_H

#include "fault.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>

/* The next definition of a function, found once. */
#define REAL(type, name)                                                               \
    static type real;                                                                  \
    if (real == NULL) {                                                                \
        *(void **)(&real) = dlsym(RTLD_NEXT, name);                                    \
    }

/* What `path` is when it is looked up from `at`; in buffer, or path itself. */
const char *shim_absolute(int at, const char *path, char buffer[PATH_MAX]);

/* What the call on the descriptor is to do, as fault_next says. Leaves errno alone. */
int shim_verdict(enum call call, int fd);
/* True when the call on the descriptor or path is to fail; errno is set. */
bool shim_fails_on_fd(enum call call, int fd);
bool shim_fails_on_path(enum call call, const char *path);

#endif
