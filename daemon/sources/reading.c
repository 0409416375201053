/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opening and reading a file that a stranger may exchange at any moment.
 */
#include "sources/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static enum read_result
open_failed(struct error *error)
{
    int problem = errno;

    (void)error_set(error, STATUS_IO, "it cannot be opened: %s", strerror(problem));
    if (problem == ENOENT) {
        return READ_GONE;
    }
    /* A link, or a pipe or socket that nobody serves: exchanged since the look. */
    if (problem == ELOOP || problem == ENXIO) {
        return READ_CHANGED;
    }
    return problem == EACCES || problem == EPERM ? READ_UNREADABLE : READ_FAILED;
}

static bool
is_expected(int fd, const struct file_mark *expected)
{
    struct stat info;

    if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1) {
        return false;
    }
    struct file_mark mark = scan_mark(&info);
    return scan_mark_equal(&mark, expected);
}

static enum read_result
read_open_file(int fd, const struct file_mark *expected, struct buffer *content,
               struct error *error)
{
    size_t size = (size_t)expected->size;

    if (!is_expected(fd, expected)) {
        return READ_CHANGED;
    }
    buffer_reserve(content, size + 1);
    while (content->len <= size) {
        /* One byte more than there should be shows a file that grew. */
        ssize_t got = read(fd, content->data + content->len, size + 1 - content->len);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            (void)error_set(error, STATUS_IO, "it cannot be read: %s", strerror(errno));
            return READ_FAILED;
        }
        if (got == 0) {
            break;
        }
        content->len += (size_t)got;
        content->data[content->len] = '\0';
    }
    return content->len == size && is_expected(fd, expected) ? READ_WHOLE
                                                             : READ_CHANGED;
}

enum read_result
read_file(int folder_fd, const char *name, const struct file_mark *expected,
          struct buffer *content, struct error *error)
{
    /* O_NONBLOCK: a pipe put in the file's place must not hold up the daemon. */
    int fd = folders_open_file(folder_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        return open_failed(error);
    }
    enum read_result result = read_open_file(fd, expected, content, error);
    close(fd);
    return result;
}
