/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Preloaded into the real daemon: the n-th allocation (fault.h, call=memory) of the
 * program or of any library it uses fails. Not together with the sanitizers, which have
 * an allocator of their own.
 */
#include "fault.h"

#include <errno.h>
#include <stddef.h>

/* glibc's own names of what is replaced here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *pointer, size_t size);

__attribute__((constructor)) static void
begin(void)
{
    fault_arm_from_environment();
}

static bool
fails(void)
{
    if (fault_next(CALL_MEMORY, NULL) == FAULT_NONE) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *
malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *pointer, size_t size)
{
    return fails() ? NULL : __libc_realloc(pointer, size);
}
