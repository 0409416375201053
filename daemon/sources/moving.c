/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Renaming spool files into done/ and rejected/.
 */
#include "sources/moving.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "sources/file_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    REASON_MODE = 0660,
    MAX_NUMBER = 1 << 30,
    MOVE_TRIES = 100 /* names that others take between our look and our move */
};

static const char reason_ending[] = ".reason.txt";

/* "name", "name.1" … with an ending; caller frees. */
static char *
numbered(const char *base, unsigned number, const char *ending)
{
    return number == 0 ? string_format("%s%s", base, ending)
                       : string_format("%s.%u%s", base, number, ending);
}

static bool
exists(int fd, const char *base, unsigned number, const char *ending)
{
    struct stat info;
    char *name = numbered(base, number, ending);
    bool found = fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;

    free(name);
    return found;
}

static bool
is_taken(int fd, const char *base, unsigned number, bool with_reason)
{
    return exists(fd, base, number, "") ||
           (with_reason && exists(fd, base, number, reason_ending));
}

/* A free number, found in few looks even where thousands have the same name. */
static unsigned
free_number(int fd, const char *base, bool with_reason)
{
    unsigned taken = 0;
    unsigned open = 1;

    if (!is_taken(fd, base, 0, with_reason)) {
        return 0;
    }
    while (open < MAX_NUMBER && is_taken(fd, base, open, with_reason)) {
        taken = open;
        open *= 2;
    }
    while (open - taken > 1) {
        unsigned middle = taken + (open - taken) / 2;

        if (is_taken(fd, base, middle, with_reason)) {
            taken = middle;
        } else {
            open = middle;
        }
    }
    return open;
}

/* 0, or -1 and errno; EEXIST when the name was taken meanwhile. */
static int
rename_without_replacing(int from_fd, const char *name, int to_fd, const char *target)
{
    struct stat info;

    if (renameat2(from_fd, name, to_fd, target, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    /* Network file systems do not know the flag. Nobody but us writes there. */
    if (fstatat(to_fd, target, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return renameat(from_fd, name, to_fd, target);
}

static enum status
move_failed(const char *from, const char *name, const char *to, struct error *error)
{
    int problem = errno;

    if (problem == ENOENT) {
        return STATUS_NOT_FOUND;
    }
    char *shown = file_name_escape(name);
    enum status status = error_set(error, STATUS_IO, "%s/%s cannot be moved to %s/: %s",
                                   from, shown, to, strerror(problem));
    free(shown);
    return status;
}

enum status
move_to_done(const struct folders *folders, enum folder from, const char *name,
             char **final, struct error *error)
{
    int to_fd = folders->fds[FOLDER_DONE];
    int result = -1;

    errno = EEXIST;
    for (int tries = 0; tries < MOVE_TRIES && result < 0 && errno == EEXIST; tries++) {
        char *target = numbered(name, free_number(to_fd, name, false), "");

        result = rename_without_replacing(folders->fds[from], name, to_fd, target);
        if (result == 0 && final != NULL) {
            *final = target;
        } else {
            int problem = errno;
            free(target);
            errno = problem;
        }
    }
    return result == 0
               ? STATUS_OK
               : move_failed(folder_name(from), name, folder_name(FOLDER_DONE), error);
}

static int
write_whole(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, data, len);

        if (written < 0 && errno != EINTR) {
            return -1;
        }
        data += written > 0 ? written : 0;
        len -= written > 0 ? (size_t)written : 0;
    }
    return 0;
}

/* 0, or -1 and errno, and nothing is left of it. */
static int
write_reason(int fd, const char *name, const struct faults *faults)
{
    struct buffer text = { 0 };
    int reason = openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        REASON_MODE);

    if (reason < 0) {
        return -1;
    }
    faults_format(faults, &text);
    /* The mode whatever the umask, so that a sender of the group can read it. */
    int result = fchmod(reason, REASON_MODE);
    if (result == 0) {
        result = write_whole(reason, text.data == NULL ? "" : text.data, text.len);
    }
    int problem = errno;
    if (close(reason) < 0 && result == 0) {
        problem = errno;
        result = -1;
    }
    if (result < 0) {
        (void)unlinkat(fd, name, 0);
    }
    buffer_clear(&text);
    errno = problem;
    return result;
}

static int
reject_as(int from_fd, const char *name, int to_fd, const char *target,
          const char *reason, const struct faults *faults)
{
    if (write_reason(to_fd, reason, faults) < 0) {
        return -1;
    }
    int result = rename_without_replacing(from_fd, name, to_fd, target);
    if (result < 0) {
        int problem = errno;
        (void)unlinkat(to_fd, reason, 0);
        errno = problem;
    }
    return result;
}

enum status
move_to_rejected(const struct folders *folders, enum folder from, const char *name,
                 const struct faults *faults, struct error *error)
{
    int to_fd = folders->fds[FOLDER_REJECTED];
    char *base =
        file_name_problem(name) == NULL ? string_copy(name) : file_name_escape(name);
    int result = -1;

    errno = EEXIST;
    for (int tries = 0; tries < MOVE_TRIES && result < 0 && errno == EEXIST; tries++) {
        unsigned number = free_number(to_fd, base, true);
        char *target = numbered(base, number, "");
        char *reason = numbered(base, number, reason_ending);

        result = reject_as(folders->fds[from], name, to_fd, target, reason, faults);
        int problem = errno;
        free(target);
        free(reason);
        errno = problem;
    }
    enum status status = result == 0 ? STATUS_OK
                                     : move_failed(folder_name(from), name,
                                                   folder_name(FOLDER_REJECTED), error);
    free(base);
    return status;
}

static bool
is_older(int fd, const char *name, int64_t before_wall_ms)
{
    struct stat info;

    return fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           !S_ISDIR(info.st_mode) &&
           (int64_t)info.st_ctim.tv_sec * 1000 + info.st_ctim.tv_nsec / 1000000 <
               before_wall_ms;
}

size_t
remove_older(int folder_fd, int64_t before_wall_ms)
{
    int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    size_t removed = 0;

    if (directory == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return 0;
    }
    while ((entry = readdir(directory)) != NULL) {
        if (is_older(folder_fd, entry->d_name, before_wall_ms) &&
            unlinkat(folder_fd, entry->d_name, 0) == 0) {
            removed++;
        }
    }
    closedir(directory);
    return removed;
}
