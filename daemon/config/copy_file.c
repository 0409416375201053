/* SPDX-License-Identifier: EUPL-1.2 */
/* The copy as a file that is always whole. */
#include "config/copy.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a crash in the middle of writing leaves; the next writing takes it away. */
static const char unfinished[] = CONFIG_COPY_NAME ".part";

enum {
    MAX_BYTES = 64 * 1024 * 1024,
    READ_BYTES = 64 * 1024
};

static enum status
failed(struct error *error, const char *folder, const char *what)
{
    bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;

    return error_set(error, is_full ? STATUS_FULL : STATUS_IO, "%s/%s cannot be %s: %s",
                     folder, CONFIG_COPY_NAME, what, strerror(errno));
}

static bool
write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool
write_beside(int folder, const struct buffer *text)
{
    int fd = -1;
    bool done = false;
    int saved = 0;

    (void)unlinkat(folder, unfinished, 0);
    fd =
        openat(folder, unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return false;
    }
    done = write_all(fd, text->data, text->len) && fsync(fd) == 0;
    saved = errno;
    if (close(fd) != 0 && done) {
        done = false;
        saved = errno;
    }
    errno = saved;
    return done;
}

enum status
copy_save(const struct config_copy *copy, const char *path, struct error *error)
{
    enum status status = STATUS_OK;
    struct buffer text = { 0 };
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0) {
        return failed(error, path, "written");
    }
    copy_format(copy, &text);
    if (text.len > MAX_BYTES) {
        status = error_set(error, STATUS_LIMIT,
                           "the configuration and its catalogues are more than the %d "
                           "bytes that %s/%s takes",
                           (int)MAX_BYTES, path, CONFIG_COPY_NAME);
    } else if (!write_beside(folder, &text) ||
               renameat(folder, unfinished, folder, CONFIG_COPY_NAME) != 0 ||
               fsync(folder) != 0) {
        status = failed(error, path, "written");
        (void)unlinkat(folder, unfinished, 0);
    }
    close(folder);
    buffer_clear(&text);
    return status;
}

static enum status
read_all(int fd, struct buffer *text, const char *folder, struct error *error)
{
    ssize_t n = 0;

    do {
        buffer_reserve(text, READ_BYTES);
        n = read(fd, text->data + text->len, READ_BYTES - 1);
        text->len += n > 0 ? (size_t)n : 0;
    } while ((n > 0 || (n < 0 && errno == EINTR)) && text->len <= MAX_BYTES);
    return n < 0 ? failed(error, folder, "read") : STATUS_OK;
}

/* It says which programs are started and who may do what: it counts only when no other
 * user can have written it. */
static bool
is_own(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

enum status
copy_load(struct config_copy *copy, const char *folder, struct error *error)
{
    char *path = string_format("%s/%s", folder, CONFIG_COPY_NAME);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    enum status status = STATUS_OK;
    struct buffer text = { 0 };

    *copy = (struct config_copy){ 0 };
    if (fd < 0) {
        status = errno == ENOENT || errno == ENOTDIR
                     ? error_set(error, STATUS_NOT_FOUND, "there is no %s", path)
                     : failed(error, folder, "read");
        free(path);
        return status;
    }
    if (!is_own(fd)) {
        status =
            error_set(error, STATUS_INVALID,
                      "%s is not a file that only this user can have written", path);
    } else {
        status = read_all(fd, &text, folder, error);
    }
    if (status == STATUS_OK) {
        status = copy_parse(text.data, text.len, copy, error);
        if (status != STATUS_OK) {
            error_prefix(error, "%s", path);
        }
    }
    close(fd);
    buffer_clear(&text);
    free(path);
    return status;
}

void
copy_remove(const char *folder)
{
    char *path = string_format("%s/%s", folder, CONFIG_COPY_NAME);

    (void)unlink(path);
    free(path);
}
