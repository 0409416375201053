/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files put in place whole. Every folder is opened from its parent without following
 * links, and stays open until the end, when each that changed is synced once.
 */
#include "sender/file_tree.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    char *path; /* relative to the directory; "" for itself */
    int fd;
    bool is_changed;
};

struct file_tree {
    struct folder *folders; /* the first is the directory itself */
    size_t count;
};

enum {
    FOLDER_MODE = 0755, /* a web server reads them, whatever the umask says */
    FILE_MODE = 0644,
    SHARED_MODE = 0660 /* a spool: its reader changes and removes them */
};

static bool
fail(struct file_failure *failure, const char *doing)
{
    *failure = (struct file_failure){ .doing = doing, .reason = errno };
    return false;
}

static struct folder *
add_folder(struct file_tree *tree, char *path, int fd)
{
    tree->folders =
        memory_resize(tree->folders, tree->count + 1, sizeof(tree->folders[0]));
    struct folder *folder = &tree->folders[tree->count++];
    *folder = (struct folder){ .path = path, .fd = fd };
    return folder;
}

struct file_tree *
file_tree_open(const char *directory, struct file_failure *failure)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    int fd = open(directory, flags);
    if (fd < 0 && errno == ENOENT && mkdir(directory, FOLDER_MODE) == 0) {
        fd = open(directory, flags);
        if (fd >= 0) {
            (void)fchmod(fd, FOLDER_MODE);
        }
    }
    if (fd < 0) {
        (void)fail(failure, "cannot be opened");
        return NULL;
    }
    struct file_tree *tree = memory_alloc(sizeof(*tree));
    (void)add_folder(tree, string_copy(""), fd);
    return tree;
}

void
file_tree_close(struct file_tree *tree)
{
    if (tree == NULL) {
        return;
    }
    for (size_t i = 0; i < tree->count; i++) {
        (void)close(tree->folders[i].fd);
        free(tree->folders[i].path);
    }
    free(tree->folders);
    free(tree);
}

static bool
is_part_allowed(const char *part, size_t len)
{
    return len > 0 && len <= 255 && !(len == 1 && part[0] == '.') &&
           !(len == 2 && part[0] == '.' && part[1] == '.');
}

bool
file_name_is_allowed(const char *name)
{
    if (name == NULL) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            return false;
        }
    }
    for (const char *part = name;;) {
        const size_t len = strcspn(part, "/");
        if (!is_part_allowed(part, len)) {
            return false;
        }
        if (part[len] == '\0') {
            return true;
        }
        part += len + 1;
    }
}

static size_t
find_folder(const struct file_tree *tree, const char *path, size_t len)
{
    for (size_t i = 0; i < tree->count; i++) {
        const char *known = tree->folders[i].path;
        if (strncmp(known, path, len) == 0 && known[len] == '\0') {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Opens the folder path[0..len) inside the folder with the index parent; makes it. */
static bool
enter_folder(struct file_tree *tree, size_t parent, const char *path, size_t len,
             struct file_failure *failure)
{
    const int parent_fd = tree->folders[parent].fd;
    char *whole = string_copy_n(path, len);
    const char *slash = strrchr(whole, '/');
    const char *name = slash == NULL ? whole : slash + 1;
    const bool is_new = mkdirat(parent_fd, name, FOLDER_MODE) == 0;
    int fd = -1;
    if (is_new || errno == EEXIST) {
        fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (fd < 0 || (is_new && fchmod(fd, FOLDER_MODE) != 0)) {
        (void)fail(failure, "cannot be put there: its folder cannot be made or opened");
        if (fd >= 0) {
            (void)close(fd);
        }
        free(whole);
        return false;
    }
    tree->folders[parent].is_changed |= is_new;
    (void)add_folder(tree, whole, fd);
    return true;
}

/* The index of the folder that the file with this name lies in, or SIZE_MAX. */
static size_t
walk_to_folder(struct file_tree *tree, const char *name, struct file_failure *failure)
{
    size_t folder = 0;
    for (const char *slash = strchr(name, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        const size_t len = (size_t)(slash - name);
        size_t inner = find_folder(tree, name, len);
        if (inner == SIZE_MAX) {
            if (!enter_folder(tree, folder, name, len, failure)) {
                return SIZE_MAX;
            }
            inner = tree->count - 1;
        }
        folder = inner;
    }
    return folder;
}

static bool
write_content(int fd, const struct buffer *content, mode_t mode)
{
    size_t n_written = 0;
    while (n_written < content->len) {
        const ssize_t n =
            write(fd, content->data + n_written, content->len - n_written);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        n_written += n > 0 ? (size_t)n : 0;
    }
    return fchmod(fd, mode) == 0 && fdatasync(fd) == 0;
}

/* What an earlier life left under the temporary name is thrown away: one process at a
 * time writes here. */
static int
create_beside(int folder_fd, const char *temporary)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(folder_fd, temporary, flags, 0600);
    if (fd < 0 && errno == EEXIST && unlinkat(folder_fd, temporary, 0) == 0) {
        fd = openat(folder_fd, temporary, flags, 0600);
    }
    return fd;
}

static bool
write_beside(int folder_fd, const char *temporary, const char *name,
             const struct buffer *content, mode_t mode, struct file_failure *failure)
{
    const int fd = create_beside(folder_fd, temporary);
    if (fd < 0) {
        return fail(failure, "cannot be made");
    }
    if (!write_content(fd, content, mode)) {
        (void)fail(failure, "cannot be written");
        (void)close(fd);
        (void)unlinkat(folder_fd, temporary, 0);
        return false;
    }
    (void)close(fd); /* synced: nothing can be lost any more */
    if (renameat(folder_fd, temporary, folder_fd, name) != 0) {
        (void)fail(failure, "cannot be put in place");
        (void)unlinkat(folder_fd, temporary, 0);
        return false;
    }
    return true;
}

bool
file_tree_put(struct file_tree *tree, const struct request_file *file, bool shared,
              struct file_failure *failure)
{
    if (!file_name_is_allowed(file->name)) {
        errno = EINVAL;
        return fail(failure, "has a name that is not allowed");
    }
    const size_t folder = walk_to_folder(tree, file->name, failure);
    if (folder == SIZE_MAX) {
        return false;
    }
    const char *slash = strrchr(file->name, '/');
    const char *name = slash == NULL ? file->name : slash + 1;
    char *temporary = string_format(".%s.tmp", name);
    const bool is_done =
        write_beside(tree->folders[folder].fd, temporary, name, &file->content,
                     shared ? SHARED_MODE : FILE_MODE, failure);
    free(temporary);
    tree->folders[folder].is_changed |= is_done;
    return is_done;
}

bool
file_tree_sync(struct file_tree *tree, struct file_failure *failure)
{
    for (size_t i = 0; i < tree->count; i++) {
        struct folder *folder = &tree->folders[i];
        if (folder->is_changed && fsync(folder->fd) != 0) {
            return fail(failure, "cannot be synced");
        }
        folder->is_changed = false;
    }
    return true;
}
