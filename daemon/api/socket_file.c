/* SPDX-License-Identifier: EUPL-1.2 */
/* The socket's file: folder, stale sockets, owner, mode. */
#include "api/socket_file.h"

#include "base/memory.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    FOLDER_MODE = 0755,
    GROUP_BUFFER_SIZE = 1 << 16
};

static enum status
set_address(const char *path, struct sockaddr_un *address, struct error *error)
{
    size_t len = strlen(path);

    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (len == 0 || len >= sizeof(address->sun_path)) {
        return error_set(error, STATUS_INVALID,
                         "socket path \"%s\" has %zu bytes; 1 to %zu are possible",
                         path, len, sizeof(address->sun_path) - 1);
    }
    memcpy(address->sun_path, path, len + 1);
    return STATUS_OK;
}

/* A folder made here is open to be passed through, whatever the umask. */
static enum status
make_folders(const char *path, struct error *error)
{
    char *folder = string_copy(path);
    enum status status = STATUS_OK;

    for (char *slash = strchr(folder + 1, '/'); slash != NULL && status == STATUS_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, FOLDER_MODE) == 0) {
            (void)chmod(folder, FOLDER_MODE);
        } else if (errno != EEXIST) {
            status =
                error_set(error, STATUS_IO, "the socket's folder %s cannot be made: %s",
                          folder, strerror(errno));
        }
        *slash = '/';
    }
    free(folder);
    return status;
}

/* Says whether somebody answers: 0, or the errno of connect. */
static int
try_connect(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = 0;

    if (fd < 0) {
        return errno;
    }
    if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0) {
        result = errno;
    }
    close(fd);
    return result;
}

static enum status
clear_way(const struct sockaddr_un *address, struct error *error)
{
    const char *path = address->sun_path;
    struct stat found;
    int result;

    if (lstat(path, &found) != 0) {
        return STATUS_OK; /* bind says what is wrong, if anything is */
    }
    if (!S_ISSOCK(found.st_mode)) {
        return error_set(error, STATUS_INVALID,
                         "%s exists and is no socket; it is left as it is: remove it, "
                         "or choose another socket path",
                         path);
    }
    result = try_connect(address);
    if (result == 0 || result == EAGAIN) {
        return error_set(error, STATUS_BUSY,
                         "somebody answers on the socket %s already", path);
    }
    if (result != ECONNREFUSED && result != ENOENT) {
        return error_set(error, STATUS_IO,
                         "it cannot be told whether somebody answers on the socket %s: "
                         "%s",
                         path, strerror(result));
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        return error_set(error, STATUS_IO,
                         "nobody answers on the socket %s, and it cannot be removed: "
                         "%s",
                         path, strerror(errno));
    }
    return STATUS_OK;
}

static enum status
find_group(const char *name, gid_t *gid, struct error *error)
{
    char *space = memory_alloc(GROUP_BUFFER_SIZE);
    struct group group;
    struct group *found = NULL;
    int failure = getgrnam_r(name, &group, space, GROUP_BUFFER_SIZE, &found);
    enum status status = STATUS_OK;

    if (found != NULL) {
        *gid = group.gr_gid;
    } else {
        status = error_set(
            error, STATUS_INVALID,
            "the socket's group \"%s\" %s; make it with groupadd --system, or "
            "name another one",
            name, failure == 0 ? "does not exist" : strerror(failure));
    }
    free(space);
    return status;
}

enum status
socket_file_dress(const char *path, unsigned mode, const char *group,
                  struct error *error)
{
    gid_t gid = 0;

    if (group != NULL && group[0] != '\0') {
        enum status status = find_group(group, &gid, error);

        if (status != STATUS_OK) {
            return status;
        }
        /* Closed first: the wider mode is for the new group only. */
        if (chmod(path, 0600) != 0 || lchown(path, (uid_t)-1, gid) != 0) {
            return error_set(error, STATUS_IO,
                             "the socket %s cannot be given to the group \"%s\": %s",
                             path, group, strerror(errno));
        }
    }
    if (chmod(path, (mode_t)mode & 0777) != 0) {
        return error_set(error, STATUS_IO,
                         "the socket %s cannot have the mode %04o: %s", path, mode,
                         strerror(errno));
    }
    return STATUS_OK;
}

/* Bound for nobody but ourselves, dressed, and only then open for connections. */
static enum status
bind_and_listen(int fd, const struct sockaddr_un *address, unsigned mode,
                const char *group, struct socket_file *file, struct error *error)
{
    mode_t umask_before = umask(0177);
    int result = bind(fd, (const struct sockaddr *)address, sizeof(*address));
    int failure = errno;
    enum status status;
    struct stat made;

    umask(umask_before);
    if (result != 0) {
        return error_set(error, STATUS_IO, "the socket %s cannot be made: %s",
                         address->sun_path, strerror(failure));
    }
    file->path = string_copy(address->sun_path);
    if (lstat(file->path, &made) == 0) {
        file->device = made.st_dev;
        file->inode = made.st_ino;
    }
    status = socket_file_dress(file->path, mode, group, error);
    if (status == STATUS_OK && listen(fd, SOMAXCONN) != 0) {
        status = error_set(error, STATUS_IO, "the socket %s cannot be listened on: %s",
                           file->path, strerror(errno));
    }
    return status;
}

enum status
socket_file_open(const char *path, unsigned mode, const char *group,
                 struct socket_file *file, int *fd, struct error *error)
{
    struct sockaddr_un address;
    enum status status = set_address(path, &address, error);

    *fd = -1;
    if (status == STATUS_OK) {
        status = make_folders(path, error);
    }
    if (status == STATUS_OK) {
        status = clear_way(&address, error);
    }
    if (status != STATUS_OK) {
        return status;
    }
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) {
        return error_set(error, STATUS_IO, "a socket cannot be had: %s",
                         strerror(errno));
    }
    status = bind_and_listen(*fd, &address, mode, group, file, error);
    if (status != STATUS_OK) {
        close(*fd);
        *fd = -1;
        socket_file_remove(file);
    }
    return status;
}

void
socket_file_remove(struct socket_file *file)
{
    struct stat found;

    if (file->path != NULL && lstat(file->path, &found) == 0 &&
        found.st_dev == file->device && found.st_ino == file->inode) {
        (void)unlink(file->path);
    }
    free(file->path);
    *file = (struct socket_file){ 0 };
}
