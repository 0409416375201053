/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Making, opening and checking the folders of a spool section.
 */
#include "sources/folders.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    FOLDER_MODE = 02770,
    PARENT_MODE = 0755
};

static const char *const names[FOLDER_COUNT] = {
    [FOLDER_NEW] = "new",
    [FOLDER_DROP] = "drop",
    [FOLDER_DONE] = "done",
    [FOLDER_REJECTED] = "rejected",
};

/* File systems that other machines write to (statfs(2)); not all have a name in
 * linux/magic.h. FUSE is among them because sshfs and the like are. */
static const unsigned long network_types[] = {
    NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,       CIFS_SUPER_MAGIC,       SMB2_SUPER_MAGIC,
    CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC,      AFS_SUPER_MAGIC,        V9FS_MAGIC,
    FUSE_SUPER_MAGIC, 0x01161970 /* GFS2 */, 0x7461636F /* OCFS2 */,
};

const char *
folder_name(enum folder folder)
{
    return names[folder];
}

int
folders_open_file(int folder_fd, const char *name, int flags)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_NOFOLLOW | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    long fd = syscall(SYS_openat2, folder_fd, name, &how, sizeof(how));

    /* Kernels before 5.6 and some containers have no openat2. A single name that is not
     * followed cannot leave its folder either. */
    if (fd < 0 && (errno == ENOSYS || errno == EPERM) && strchr(name, '/') == NULL &&
        strcmp(name, "..") != 0) {
        fd = openat(folder_fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
    }
    return (int)fd;
}

/*
 * mkdir(2) with exactly this mode. The set-group-id bit is asked for afterwards and may
 * be refused (systemd's RestrictSUIDSGID): then the folder has what its parent gave it.
 */
static int
make_folder(int at_fd, const char *path, mode_t mode)
{
    mode_t umask_before = umask(0);
    int result = mkdirat(at_fd, path, mode & 0777);

    (void)umask(umask_before);
    if (result < 0) {
        return errno == EEXIST ? 0 : -1;
    }
    if ((mode & S_ISGID) != 0 && fchmodat(at_fd, path, mode, 0) < 0 && errno != EPERM) {
        return -1;
    }
    return 0;
}

static enum status
make_or_say(const char *path, mode_t mode, struct error *error)
{
    if (make_folder(AT_FDCWD, path, mode) == 0) {
        return STATUS_OK;
    }
    return error_set(error, STATUS_IO, "the folder %s cannot be made: %s", path,
                     strerror(errno));
}

static enum status
make_path(const char *path, struct error *error)
{
    char *copy = string_copy(path);
    enum status status = STATUS_OK;
    size_t len = strlen(copy);

    while (len > 1 && copy[len - 1] == '/') {
        copy[--len] = '\0';
    }
    for (char *at = strchr(copy + 1, '/'); at != NULL && status == STATUS_OK;
         at = strchr(at + 1, '/')) {
        *at = '\0';
        status = make_or_say(copy, PARENT_MODE, error);
        *at = '/';
    }
    if (status == STATUS_OK) {
        status = make_or_say(copy, FOLDER_MODE, error);
    }
    free(copy);
    return status;
}

static bool
is_on_network(int fd)
{
    struct statfs info;

    if (fstatfs(fd, &info) < 0) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_COUNT(network_types); i++) {
        if (((unsigned long)info.f_type & 0xFFFFFFFFUL) == network_types[i]) {
            return true;
        }
    }
    return false;
}

static enum status
open_sub_folder(struct folders *folders, const char *path, enum folder folder,
                struct error *error)
{
    if (make_folder(folders->root, names[folder], FOLDER_MODE) < 0) {
        return error_set(error, STATUS_IO, "the folder %s/%s cannot be made: %s", path,
                         names[folder], strerror(errno));
    }
    int fd = folders_open_file(folders->root, names[folder], O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return error_set(error, STATUS_IO,
                         "%s/%s cannot be opened: %s; it must be a folder, not a link",
                         path, names[folder], strerror(errno));
    }
    folders->fds[folder] = fd;
    folders->on_network |= is_on_network(fd);
    return STATUS_OK;
}

enum status
folders_open(struct folders *folders, const char *path, bool make_root,
             struct error *error)
{
    enum status status = STATUS_OK;

    *folders = (struct folders){ .root = -1, .fds = { -1, -1, -1, -1 } };
    if (make_root) {
        status = make_path(path, error);
    }
    if (status == STATUS_OK) {
        folders->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folders->root < 0) {
            status = error_set(error, STATUS_IO, "the folder %s cannot be opened: %s",
                               path, strerror(errno));
        }
    }
    for (int i = 0; i < FOLDER_COUNT && status == STATUS_OK; i++) {
        status = open_sub_folder(folders, path, (enum folder)i, error);
    }
    folders->open = true;
    if (status != STATUS_OK) {
        folders_close(folders);
    }
    return status;
}

void
folders_close(struct folders *folders)
{
    if (!folders->open) {
        return;
    }
    for (int i = 0; i < FOLDER_COUNT; i++) {
        if (folders->fds[i] >= 0) {
            close(folders->fds[i]);
        }
    }
    if (folders->root >= 0) {
        close(folders->root);
    }
    *folders = (struct folders){ 0 };
}

static bool
is_same(int fd, int at_fd, const char *path, int flags)
{
    struct stat held;
    struct stat found;

    return fstat(fd, &held) == 0 && fstatat(at_fd, path, &found, flags) == 0 &&
           held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

enum status
folders_check(const struct folders *folders, const char *path, struct error *error)
{
    if (!is_same(folders->root, AT_FDCWD, path, 0)) {
        return error_set(error, STATUS_NOT_FOUND,
                         "the folder %s was removed, moved or mounted anew", path);
    }
    for (int i = 0; i < FOLDER_COUNT; i++) {
        if (!is_same(folders->fds[i], folders->root, names[i], AT_SYMLINK_NOFOLLOW)) {
            return error_set(error, STATUS_NOT_FOUND,
                             "the folder %s/%s was removed, moved or mounted anew",
                             path, names[i]);
        }
    }
    return STATUS_OK;
}
