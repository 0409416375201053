/* SPDX-License-Identifier: EUPL-1.2 */
/* libc's functions that open files. */
#include "shim.h"

#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's checked forms, which its headers declare only for themselves. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

typedef int openat_function(int, const char *, int, ...);
typedef long syscall_function(long, ...);

static void
note_opened(int fd, int flags, bool existed)
{
    if (fd < 0 || !journal_is_open()) {
        return;
    }
    if ((flags & O_CREAT) != 0 && !existed) {
        journal_created(fd);
    } else if ((flags & O_TRUNC) != 0) {
        journal_truncated(fd, 0);
    }
}

static bool
exists(int at, const char *path)
{
    struct stat info;
    int problem = errno;
    bool found = fstatat(at, path, &info, AT_SYMLINK_NOFOLLOW) == 0;

    errno = problem;
    return found;
}

static int
open_any(int at, const char *path, int flags, mode_t mode)
{
    char buffer[PATH_MAX];
    bool existed = (flags & O_CREAT) == 0 || exists(at, path);
    int fd;

    REAL(openat_function *, "openat64")
    if (shim_fails_on_path(CALL_OPEN, shim_absolute(at, path, buffer))) {
        return -1;
    }
    fd = real(at, path, flags, mode);
    note_opened(fd, flags, existed);
    return fd;
}

#define MODE_OF(flags)                                                                 \
    mode_t mode = 0;                                                                   \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                      \
        va_list arguments;                                                             \
        va_start(arguments, flags);                                                    \
        mode = va_arg(arguments, mode_t);                                              \
        va_end(arguments);                                                             \
    }

int
open(const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_any(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_any(AT_FDCWD, path, flags, mode);
}

int
openat(int at, const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_any(at, path, flags, mode);
}

int
openat64(int at, const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_any(at, path, flags, mode);
}

int
__open_2(const char *path, int flags)
{
    return open_any(AT_FDCWD, path, flags, 0);
}

int
__open64_2(const char *path, int flags)
{
    return open_any(AT_FDCWD, path, flags, 0);
}

int
__openat_2(int at, const char *path, int flags)
{
    return open_any(at, path, flags, 0);
}

int
__openat64_2(int at, const char *path, int flags)
{
    return open_any(at, path, flags, 0);
}

int
creat(const char *path, mode_t mode)
{
    return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* openat2(2) has no function of its own. */
long
syscall(long number, ...)
{
    char buffer[PATH_MAX];
    long a[6];
    va_list arguments;

    REAL(syscall_function *, "syscall")
    va_start(arguments, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(arguments, long);
    }
    va_end(arguments);
    if (number == SYS_openat2 && fault_is_armed()) {
        const char *path;

        memcpy(&path, &a[1], sizeof(path));
        if (shim_fails_on_path(CALL_OPEN, shim_absolute((int)a[0], path, buffer))) {
            return -1;
        }
    }
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
