/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Stands between a program and libc where files are changed: makes a chosen call fail
 * (fault.h) and writes down what was done (journal.h). Preloaded as a library, or linked
 * into a program, whose definitions then come before those of libc for its libraries
 * too. Only what is called through libc's symbols is seen; stdio's own calls are not.
 */
#include "fault.h"
#include "journal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

/* glibc's checked forms, which its headers declare only for themselves. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

/* The next definition of a function, found once. */
#define REAL(type, name)                                                               \
    static type real;                                                                  \
    if (real == NULL) {                                                                \
        *(void **)(&real) = dlsym(RTLD_NEXT, name);                                    \
    }

typedef ssize_t write_function(int, const void *, size_t);
typedef ssize_t pwrite_function(int, const void *, size_t, off_t);
typedef ssize_t writev_function(int, const struct iovec *, int);
typedef int descriptor_function(int);
typedef int truncate_function(int, off_t);
typedef int openat_function(int, const char *, int, ...);
typedef int renameat2_function(int, const char *, int, const char *, unsigned int);
typedef int unlinkat_function(int, const char *, int);
typedef int mkdirat_function(int, const char *, mode_t);
typedef long syscall_function(long, ...);

__attribute__((constructor)) static void
begin(void)
{
    fault_arm_from_environment();
    journal_begin_from_environment();
}

/* --- Paths ------------------------------------------------------------------------ */

static const char *
path_of(int fd, char buffer[PATH_MAX])
{
    char link[64];
    ssize_t len;

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    len = readlink(link, buffer, PATH_MAX - 1);
    buffer[len < 0 ? 0 : len] = '\0';
    return buffer;
}

/* What `path` is when it is looked up from `at`. */
static const char *
absolute(int at, const char *path, char buffer[PATH_MAX])
{
    size_t len;

    if (path[0] == '/') {
        return path;
    }
    if (at == AT_FDCWD) {
        if (getcwd(buffer, PATH_MAX) == NULL) {
            buffer[0] = '\0';
        }
    } else {
        (void)path_of(at, buffer);
    }
    len = strlen(buffer);
    (void)snprintf(buffer + len, PATH_MAX - len, "/%s", path);
    return buffer;
}

static int
verdict(enum call call, int fd)
{
    char buffer[PATH_MAX];
    int problem = errno;
    const char *path =
        fault_is_armed() && fault_asks_path() ? path_of(fd, buffer) : NULL;

    errno = problem;
    return fault_next(call, path);
}

/* True when the call on the path is to fail; errno is set. */
static bool
fails_on_path(enum call call, const char *path)
{
    int error = fault_next(call, path);

    if (error > 0) {
        errno = error;
    }
    return error > 0;
}

static bool
fails_on_fd(enum call call, int fd)
{
    int error = verdict(call, fd);

    if (error > 0) {
        errno = error;
    }
    return error > 0;
}

/* --- Writing ---------------------------------------------------------------------- */

/* A connection to the program's own socket, as against those between its processes. */
static bool
is_own_socket(int fd)
{
    struct sockaddr_un name = { .sun_family = AF_UNSPEC };
    socklen_t len = sizeof(name);
    int problem = errno;
    bool own = getsockname(fd, (struct sockaddr *)&name, &len) == 0 &&
               name.sun_family == AF_UNIX && len > sizeof(sa_family_t);

    errno = problem;
    return own;
}

static void
note_written(int fd, const void *data, ssize_t len)
{
    struct stat info;
    int problem = errno;

    if (len > 0 && journal_is_open() && fstat(fd, &info) == 0) {
        if (S_ISREG(info.st_mode)) {
            journal_written(fd, lseek(fd, 0, SEEK_CUR) - len, data, (size_t)len);
        } else if (S_ISSOCK(info.st_mode) && is_own_socket(fd)) {
            journal_answered(data, (size_t)len);
        }
    }
    errno = problem;
}

ssize_t
write(int fd, const void *data, size_t len)
{
    int error = verdict(CALL_WRITE, fd);
    ssize_t written;

    REAL(write_function *, "write")
    if (error > 0) {
        errno = error;
        return -1;
    }
    written = real(fd, data, error == FAULT_SHORT && len > 1 ? len / 2 : len);
    note_written(fd, data, written);
    return written;
}

static ssize_t
pwrite_any(int fd, const void *data, size_t len, off_t offset)
{
    int error = verdict(CALL_WRITE, fd);
    ssize_t written;

    REAL(pwrite_function *, "pwrite64")
    if (error > 0) {
        errno = error;
        return -1;
    }
    written = real(fd, data, error == FAULT_SHORT && len > 1 ? len / 2 : len, offset);
    if (written > 0 && journal_is_open()) {
        journal_written(fd, offset, data, (size_t)written);
    }
    return written;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
    return pwrite_any(fd, data, len, offset);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
    return pwrite_any(fd, data, len, offset);
}

ssize_t
writev(int fd, const struct iovec *parts, int n)
{
    int error = verdict(CALL_WRITE, fd);
    ssize_t written, left;

    REAL(writev_function *, "writev")
    if (error > 0) {
        errno = error;
        return -1;
    }
    if (error == FAULT_SHORT && n > 0) {
        const struct iovec half = { parts[0].iov_base, (parts[0].iov_len + 1) / 2 };

        written = real(fd, &half, 1);
    } else {
        written = real(fd, parts, n);
    }
    left = journal_is_open() ? written : 0;
    for (int i = 0; i < n && left > 0; i++) {
        ssize_t len =
            (size_t)left < parts[i].iov_len ? left : (ssize_t)parts[i].iov_len;

        note_written(fd, parts[i].iov_base, len);
        left -= len;
    }
    return written;
}

static int
sync_any(int fd, const char *name)
{
    descriptor_function *real;
    int result;

    if (fails_on_fd(CALL_SYNC, fd)) {
        return -1;
    }
    *(void **)(&real) = dlsym(RTLD_NEXT, name);
    result = real(fd);
    if (result == 0 && journal_is_open()) {
        journal_synced(fd);
    }
    return result;
}

int
fsync(int fd)
{
    return sync_any(fd, "fsync");
}

int
fdatasync(int fd)
{
    return sync_any(fd, "fdatasync");
}

static int
truncate_any(int fd, off_t size)
{
    int result;

    REAL(truncate_function *, "ftruncate64")
    if (fails_on_fd(CALL_TRUNCATE, fd)) {
        return -1;
    }
    result = real(fd, size);
    if (result == 0 && journal_is_open()) {
        journal_truncated(fd, size);
    }
    return result;
}

int
ftruncate(int fd, off_t size)
{
    return truncate_any(fd, size);
}

int
ftruncate64(int fd, off64_t size)
{
    return truncate_any(fd, size);
}

/* --- Opening ---------------------------------------------------------------------- */

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
    if (fails_on_path(CALL_OPEN, absolute(at, path, buffer))) {
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
        if (fails_on_path(CALL_OPEN, absolute((int)a[0], path, buffer))) {
            return -1;
        }
    }
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* --- Names ------------------------------------------------------------------------ */

int
renameat2(int from_at, const char *from, int to_at, const char *to, unsigned int flags)
{
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    const char *from_path = absolute(from_at, from, from_buffer);
    const char *to_path = absolute(to_at, to, to_buffer);
    int result;

    REAL(renameat2_function *, "renameat2")
    if (fails_on_path(CALL_RENAME, from_path)) {
        return -1;
    }
    result = real(from_at, from, to_at, to, flags);
    if (result == 0 && journal_is_open()) {
        journal_renamed(from_path, to_path);
    }
    return result;
}

int
renameat(int from_at, const char *from, int to_at, const char *to)
{
    return renameat2(from_at, from, to_at, to, 0);
}

int
rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlinkat(int at, const char *path, int flags)
{
    char buffer[PATH_MAX];
    const char *whole = absolute(at, path, buffer);
    int result;

    REAL(unlinkat_function *, "unlinkat")
    if (fails_on_path(CALL_UNLINK, whole)) {
        return -1;
    }
    result = real(at, path, flags);
    if (result == 0 && journal_is_open()) {
        journal_unlinked(whole);
    }
    return result;
}

int
unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *whole = absolute(at, path, buffer);
    int result;

    REAL(mkdirat_function *, "mkdirat")
    if (fails_on_path(CALL_MKDIR, whole)) {
        return -1;
    }
    result = real(at, path, mode);
    if (result == 0 && journal_is_open()) {
        journal_made_folder(whole);
    }
    return result;
}

int
mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}
