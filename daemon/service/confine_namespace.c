/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sender's wall where the kernel has no Landlock: a mount namespace of its own, in
 * which empty folders that nobody can write in lie over the hidden ones. Who is not root
 * makes a user namespace for it first.
 */
#include "service/confine.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_KEPT = 64,
    COVER_FLAGS = MS_NODEV | MS_NOSUID | MS_NOEXEC
};

static bool
write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t len = strlen(text);
    bool is_written = fd >= 0 && write(fd, text, len) == (ssize_t)len;

    if (fd >= 0) {
        (void)close(fd);
    }
    return is_written;
}

/* Inside, the user keeps its number; others have none. */
static bool
map_user(uid_t uid, gid_t gid)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%lu %lu 1", (unsigned long)uid,
                   (unsigned long)uid);
    if (!write_file("/proc/self/uid_map", text) ||
        !write_file("/proc/self/setgroups", "deny")) {
        return false;
    }
    (void)snprintf(text, sizeof(text), "%lu %lu 1", (unsigned long)gid,
                   (unsigned long)gid);
    return write_file("/proc/self/gid_map", text);
}

static bool
enter_namespace(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    bool is_inside;

    if (unshare(CLONE_NEWNS) == 0) {
        return true;
    }
    if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        return false;
    }
    /* The files of a process that nobody may look into belong to root. */
    (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    is_inside = map_user(uid, gid);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return is_inside;
}

bool
confine_is_beneath(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    while (len > 0 && folder[len - 1] == '/') {
        len--;
    }
    return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* mkdir -p below a folder that exists. */
static bool
make_folders(const char *path, size_t from)
{
    char *copy = string_copy(path);
    bool is_made = true;

    for (char *c = copy + from; is_made && *c != '\0'; c++) {
        if (*c == '/' && c[1] != '\0' && c > copy + from) {
            *c = '\0';
            is_made = mkdir(copy, 0755) == 0 || errno == EEXIST;
            *c = '/';
        }
    }
    is_made = is_made && (mkdir(copy, 0755) == 0 || errno == EEXIST);
    free(copy);
    return is_made;
}

/* The folder that was opened before the cover lay over it is put where it was. */
static bool
put_back(const char *path, const char *cover, int fd)
{
    char source[64];

    (void)snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
    return make_folders(path, strlen(cover)) &&
           mount(source, path, NULL, MS_BIND | MS_REC, NULL) == 0;
}

static bool
put_all_back(const char *hidden, const struct confine_places *places, const int *kept)
{
    for (size_t i = 0; i < places->writable.count && i < MAX_KEPT; i++) {
        const char *path = places->writable.items[i];

        if (kept[i] >= 0 && confine_is_beneath(path, hidden) &&
            !put_back(path, hidden, kept[i])) {
            return false;
        }
    }
    return true;
}

/* The same over a file. */
static bool
cover_file(const char *hidden)
{
    return mount("/dev/null", hidden, NULL, MS_BIND, NULL) == 0 || errno == ENOENT ||
           errno == ENOTDIR;
}

static bool
cover(const char *hidden, const struct confine_places *places, const int *kept)
{
    if (mount("none", hidden, "tmpfs", COVER_FLAGS, "size=64k,mode=0755") != 0) {
        if (errno == ENOTDIR) {
            return cover_file(hidden);
        }
        return errno == ENOENT; /* then there is nothing to hide */
    }
    return put_all_back(hidden, places, kept) &&
           mount(NULL, hidden, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | COVER_FLAGS,
                 NULL) == 0;
}

/* Folders inside hidden ones that stay reachable, opened while they can be. */
static void
open_kept(const struct confine_places *places, int *kept)
{
    for (size_t i = 0; i < places->writable.count && i < MAX_KEPT; i++) {
        kept[i] = open(places->writable.items[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
}

static void
close_kept(const struct confine_places *places, const int *kept)
{
    for (size_t i = 0; i < places->writable.count && i < MAX_KEPT; i++) {
        if (kept[i] >= 0) {
            (void)close(kept[i]);
        }
    }
}

enum status
confine_by_namespace(const struct confine_places *places, struct error *error)
{
    int kept[MAX_KEPT];
    bool is_covered;

    if (!enter_namespace() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return error_set(error, STATUS_REFUSED, "a mount namespace: %s",
                         strerror(errno));
    }
    open_kept(places, kept);
    is_covered = true;
    for (size_t i = 0; i < places->hidden.count && is_covered; i++) {
        is_covered = cover(places->hidden.items[i], places, kept);
    }
    for (size_t i = 0; i < places->private.count && is_covered; i++) {
        is_covered = cover(places->private.items[i], places, kept);
    }
    if (!is_covered) {
        (void)error_set(error, STATUS_REFUSED, "a mount namespace: %s",
                        strerror(errno));
    }
    close_kept(places, kept);
    return is_covered ? STATUS_OK : STATUS_REFUSED;
}
