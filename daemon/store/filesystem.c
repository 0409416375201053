/* SPDX-License-Identifier: EUPL-1.2 */
/* The file under the database: local, and nobody else's; and the files beside it. */
#include "store/filesystem.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* linux/magic.h and statfs(2); some are not in the former. Locks and syncs of these
 * cannot be relied on (sqlite.org/lockingv3.html, "How To Corrupt"). */
static const struct {
    unsigned long number;
    const char *name;
} remote[] = {
    { 0x6969, "NFS" },        { 0xff534d42, "CIFS" },   { 0xfe534d42, "SMB2" },
    { 0x517b, "SMB" },        { 0x01021997, "9P" },     { 0x5346414f, "AFS" },
    { 0x6b414653, "AFS" },    { 0x00c36400, "Ceph" },   { 0x73757245, "Coda" },
    { 0x564c, "NCP" },        { 0x01161970, "GFS2" },   { 0x7461636f, "OCFS2" },
    { 0x0bd00bd0, "Lustre" }, { 0x19830326, "BeeGFS" },
};

const char *
filesystem_remote_name(unsigned long number)
{
    for (size_t i = 0; i < ARRAY_COUNT(remote); i++) {
        if (remote[i].number == (number & 0xffffffffUL)) {
            return remote[i].name;
        }
    }
    return NULL;
}

enum status
filesystem_prepare(const char *path, struct error *error)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct statfs system;
    const char *name;

    if (file >= 0) {
        close(file);
    } else if (errno != EEXIST) {
        return error_set(
            error, STATUS_IO,
            "the database %s cannot be made: %s; its folder must exist and "
            "be writable",
            path, strerror(errno));
    }
    if (statfs(path, &system) != 0) {
        return error_set(error, STATUS_IO, "the database %s cannot be examined: %s",
                         path, strerror(errno));
    }
    name = filesystem_remote_name((unsigned long)system.f_type);
    if (name != NULL) {
        return error_set(
            error, STATUS_REFUSED,
            "the database %s lies on a network file system (%s), which can "
            "lose what was acknowledged; name a folder on a local disk",
            path, name);
    }
    if (chmod(path, S_IRUSR | S_IWUSR) != 0) {
        return error_set(
            error, STATUS_IO,
            "the database %s cannot be made private: %s; it must belong to "
            "the user the daemon runs as",
            path, strerror(errno));
    }
    return STATUS_OK;
}

/* --- Files beside it -------------------------------------------------------------- */

static bool
sync_path(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    bool done;

    if (file < 0) {
        return false;
    }
    done = fsync(file) == 0;
    close(file);
    return done;
}

bool
filesystem_sync_file(const char *path)
{
    return sync_path(path, O_RDONLY);
}

bool
filesystem_sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? string_copy(".")
                                 : string_copy_n(path, (size_t)(slash - path) + 1);
    bool done = sync_path(folder, O_RDONLY | O_DIRECTORY);

    free(folder);
    return done;
}

static bool
write_all(int file, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(file, text, len);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        }
    }
    return fsync(file) == 0;
}

bool
filesystem_write_whole(const char *path, const char *text, size_t len)
{
    char *unfinished = string_format("%s.part", path);
    int file =
        open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool done = false;

    if (file >= 0) {
        done = write_all(file, text, len);
        close(file);
        done = done && rename(unfinished, path) == 0 && filesystem_sync_folder_of(path);
    }
    free(unfinished);
    return done;
}

bool
filesystem_rename_new(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
}

bool
filesystem_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
