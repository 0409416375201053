/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing the journal, with system calls of its own so that it does not watch itself. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    DESCRIPTOR_LEAST = 500, /* out of the way of the program's own */
    FOLDERS_OPEN = 8
};

static struct {
    int fd;
    pid_t process;
    char folder[PATH_MAX];
    size_t folder_len;
} journal = { .fd = -1 };

static void
give_up(const char *what)
{
    fprintf(stderr, "journal: %s: %s\n", what, strerror(errno));
    _exit(2);
}

bool
journal_is_open(void)
{
    return journal.fd >= 0 && journal.process == getpid();
}

/* The path below the folder, or NULL. */
static const char *
below(const char *path)
{
    if (strncmp(path, journal.folder, journal.folder_len) != 0 ||
        path[journal.folder_len] != '/') {
        return NULL;
    }
    return path + journal.folder_len + 1;
}

static const char *
path_of(int fd, char buffer[PATH_MAX])
{
    char link[64];
    ssize_t len;

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    len = readlink(link, buffer, PATH_MAX - 1);
    if (len < 0) {
        return NULL;
    }
    buffer[len] = '\0';
    return below(buffer);
}

static void
put(struct journal_record *record, const char *path, const char *path2,
    const void *data)
{
    struct iovec parts[4];
    size_t total = sizeof(*record);
    int n = 0;

    record->path_len = path == NULL ? 0 : (uint32_t)strlen(path);
    record->path2_len = path2 == NULL ? 0 : (uint32_t)strlen(path2);
    parts[n++] = (struct iovec){ record, sizeof(*record) };
    const struct {
        const void *start;
        size_t len;
    } rest[] = {
        { path, record->path_len },
        { path2, record->path2_len },
        { data, record->data_len },
    };
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
        if (rest[i].len > 0) {
            memcpy(&parts[n].iov_base, &rest[i].start, sizeof(void *));
            parts[n++].iov_len = rest[i].len;
            total += rest[i].len;
        }
    }
    if (syscall(SYS_writev, journal.fd, parts, n) != (long)total) {
        give_up("a record was not written whole");
    }
}

static uint64_t
inode_of(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 ? (uint64_t)info.st_ino : 0;
}

static void
put_about(enum journal_kind kind, int fd, int64_t offset, const void *data, size_t len)
{
    struct journal_record record = { .kind = (uint32_t)kind,
                                     .inode = inode_of(fd),
                                     .offset = offset,
                                     .data_len = (uint32_t)len };
    char buffer[PATH_MAX];
    const char *path = path_of(fd, buffer);
    int problem = errno;

    if (path != NULL) {
        put(&record, path, NULL, data);
    }
    errno = problem;
}

void
journal_created(int fd)
{
    put_about(JOURNAL_CREATE, fd, 0, NULL, 0);
}

void
journal_written(int fd, int64_t offset, const void *data, size_t len)
{
    put_about(JOURNAL_WRITE, fd, offset, data, len);
}

void
journal_truncated(int fd, int64_t size)
{
    put_about(JOURNAL_TRUNCATE, fd, size, NULL, 0);
}

void
journal_synced(int fd)
{
    struct stat info;
    bool folder = fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);

    put_about(folder ? JOURNAL_SYNC_FOLDER : JOURNAL_SYNC, fd, 0, NULL, 0);
}

static void
put_paths(enum journal_kind kind, const char *path, const char *path2)
{
    struct journal_record record = { .kind = (uint32_t)kind };
    const char *from = below(path);
    const char *to = path2 == NULL ? NULL : below(path2);

    if (from != NULL && (path2 == NULL || to != NULL)) {
        put(&record, from, to, NULL);
    }
}

void
journal_renamed(const char *from, const char *to)
{
    put_paths(JOURNAL_RENAME, from, to);
}

void
journal_unlinked(const char *path)
{
    put_paths(JOURNAL_UNLINK, path, NULL);
}

void
journal_made_folder(const char *path)
{
    put_paths(JOURNAL_MKDIR, path, NULL);
}

static void
put_data(enum journal_kind kind, const void *data, size_t len)
{
    struct journal_record record = { .kind = (uint32_t)kind,
                                     .data_len = (uint32_t)len };

    put(&record, NULL, NULL, data);
}

void
journal_answered(const void *data, size_t len)
{
    put_data(JOURNAL_ANSWER, data, len);
}

void
journal_mark(const char *text)
{
    if (journal_is_open()) {
        put_data(JOURNAL_MARK, text, strlen(text));
    }
}

/* --- The beginning ---------------------------------------------------------------- */

static void
put_file(const char *path, const struct stat *info)
{
    struct journal_record record = { .kind = JOURNAL_THERE,
                                     .inode = (uint64_t)info->st_ino,
                                     .data_len = (uint32_t)info->st_size };
    char *content = malloc((size_t)info->st_size + 1);
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);

    if (content == NULL || fd < 0 ||
        read((int)fd, content, (size_t)info->st_size) != info->st_size) {
        give_up(path);
    }
    (void)syscall(SYS_close, fd);
    put(&record, below(path), NULL, content);
    free(content);
}

static int
on_found(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    struct journal_record record = { .kind = JOURNAL_FOLDER_THERE };

    (void)walk;
    if (below(path) == NULL) {
        return 0; /* the folder itself */
    }
    if (type == FTW_D) {
        put(&record, below(path), NULL, NULL);
    } else if (type == FTW_F && S_ISREG(info->st_mode)) {
        put_file(path, info);
    }
    return 0;
}

void
journal_begin(const char *file, const char *folder)
{
    long fd = syscall(SYS_openat, AT_FDCWD, file,
                      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    journal.fd = fd < 0 ? -1 : fcntl((int)fd, F_DUPFD_CLOEXEC, DESCRIPTOR_LEAST);
    if (journal.fd < 0) {
        give_up(file);
    }
    (void)syscall(SYS_close, fd);
    journal.process = getpid();
    journal.folder_len = strlen(folder);
    (void)snprintf(journal.folder, sizeof(journal.folder), "%s", folder);
    if (nftw(folder, on_found, FOLDERS_OPEN, FTW_PHYS) != 0) {
        give_up(folder);
    }
}

void
journal_end(void)
{
    if (journal.fd >= 0) {
        (void)syscall(SYS_close, journal.fd);
        journal.fd = -1;
    }
}

void
journal_begin_from_environment(void)
{
    const char *file = getenv("SHIM_JOURNAL");
    const char *folder = getenv("SHIM_FOLDER");

    if (file != NULL && folder != NULL) {
        journal_begin(file, folder);
    }
}
