/* SPDX-License-Identifier: EUPL-1.2 */
/* libc's functions that change what is in a file, or sync it. */
#include "shim.h"

#include "journal.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

typedef int descriptor_function(int);
typedef ssize_t pwrite_function(int, const void *, size_t, off_t);
typedef int truncate_function(int, off_t);
typedef ssize_t write_function(int, const void *, size_t);
typedef ssize_t writev_function(int, const struct iovec *, int);

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
    int error = shim_verdict(CALL_WRITE, fd);
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
    int error = shim_verdict(CALL_WRITE, fd);
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
    int error = shim_verdict(CALL_WRITE, fd);
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

    if (shim_fails_on_fd(CALL_SYNC, fd)) {
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
    if (shim_fails_on_fd(CALL_TRUNCATE, fd)) {
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
