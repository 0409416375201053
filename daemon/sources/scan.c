/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Looking at a spool folder.
 */
#include "sources/scan.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "sources/file_name.h"
#include "sources/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file_mark
scan_mark(const struct stat *info)
{
    return (struct file_mark){
        .device = (uint64_t)info->st_dev,
        .inode = (uint64_t)info->st_ino,
        .size = (int64_t)info->st_size,
        .modified_ns =
            (int64_t)info->st_mtim.tv_sec * 1000000000 + (int64_t)info->st_mtim.tv_nsec,
    };
}

bool
scan_mark_equal(const struct file_mark *a, const struct file_mark *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified_ns == b->modified_ns;
}

static void
seen_free(struct seen_file *file)
{
    faults_clear(&file->faults);
    free(file->name);
    free(file);
}

static struct seen_file *
seen_new(const char *name, enum folder folder, int64_t now_ms)
{
    struct seen_file *file = memory_alloc(sizeof(*file));

    file->name = string_copy(name);
    file->name_problem = file_name_problem(name);
    file->name_unfinished = file_name_is_unfinished(name);
    file->folder = folder;
    file->since_ms = now_ms;
    file->linked_since_ms = TIME_NONE;
    file->deaths = DEATHS_UNKNOWN;
    return file;
}

void
scan_changed(struct seen_file *file, const struct file_mark *mark, int64_t now_ms)
{
    file->unsteady =
        file->mark.inode == mark->inode && file->mark.device == mark->device;
    file->mark = *mark;
    file->since_ms = now_ms;
    file->rest_ms = 0;
    file->not_before_ms = 0;
    file->room_tries = 0;
    file->fate = FATE_NONE;
    faults_clear(&file->faults);
}

static void
seen_update(struct seen_file *file, const struct stat *info, int64_t now_ms)
{
    struct file_mark mark = scan_mark(info);

    if (!scan_mark_equal(&mark, &file->mark)) {
        scan_changed(file, &mark, now_ms);
    }
    file->mode = info->st_mode;
    file->links = (uint64_t)info->st_nlink;
    if (S_ISDIR(file->mode) || file->links <= 1) {
        file->linked_since_ms = TIME_NONE;
    } else if (file->linked_since_ms == TIME_NONE) {
        file->linked_since_ms = now_ms;
    }
    file->found = true;
}

static int
compare_names(const void *a, const void *b)
{
    const struct seen_file *const *left = a;
    const struct seen_file *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

static int
compare_key(const void *name, const void *item)
{
    const struct seen_file *const *file = item;

    return strcmp(name, (*file)->name);
}

/* Among the first count, which are in order. */
static struct seen_file *
find(const struct seen_list *list, size_t count, const char *name)
{
    struct seen_file *const *found =
        count == 0 ? NULL
                   : bsearch(name, list->items, count, sizeof(void *), compare_key);

    return found == NULL ? NULL : *found;
}

static void
list_add(struct seen_list *list, struct seen_file *file)
{
    list->items = memory_grow(list->items, list->count, sizeof(void *));
    list->items[list->count++] = file;
}

static void
list_sort(struct seen_list *list)
{
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof(void *), compare_names);
    }
}

static bool
is_lost(const struct seen_file *file, int64_t now_ms)
{
    (void)now_ms;
    return !file->found;
}

static DIR *
open_directory(int folder_fd)
{
    /* A descriptor of its own: the position in the folder belongs to it. */
    int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return NULL;
    }
    DIR *directory = fdopendir(fd);
    if (directory == NULL) {
        close(fd);
    }
    return directory;
}

static void
look_at(struct seen_list *list, size_t n_old, enum folder folder, int folder_fd,
        const char *name, int64_t now_ms)
{
    struct stat info;

    /* It may be gone again; that is no error. */
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
        fstatat(folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
        return;
    }
    struct seen_file *file = find(list, n_old, name);
    if (file == NULL) {
        if (list->count >= SCAN_MAX_FILES) {
            return;
        }
        file = seen_new(name, folder, now_ms);
        list_add(list, file);
    }
    seen_update(file, &info, now_ms);
}

enum status
scan_folder(struct seen_list *list, enum folder folder, int folder_fd, int64_t now_ms,
            struct error *error)
{
    DIR *directory = open_directory(folder_fd);
    size_t n_old = list->count;
    const struct dirent *entry;

    if (directory == NULL) {
        return error_set(error, STATUS_IO, "the folder %s/ cannot be read: %s",
                         folder_name(folder), strerror(errno));
    }
    for (size_t i = 0; i < n_old; i++) {
        list->items[i]->found = false;
    }
    errno = 0;
    while ((entry = readdir(directory)) != NULL) {
        look_at(list, n_old, folder, folder_fd, entry->d_name, now_ms);
        errno = 0;
    }
    int problem = errno;
    closedir(directory);
    /* What an unfinished look did not come to is not gone. */
    if (problem == 0) {
        scan_remove(list, is_lost, now_ms);
    }
    list_sort(list);
    return problem == 0
               ? STATUS_OK
               : error_set(error, STATUS_IO, "the folder %s/ cannot be read: %s",
                           folder_name(folder), strerror(problem));
}

void
scan_known(struct seen_list *list, int folder_fd, int64_t now_ms)
{
    for (size_t i = 0; i < list->count; i++) {
        struct stat info;

        list->items[i]->found = false;
        if (fstatat(folder_fd, list->items[i]->name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
            seen_update(list->items[i], &info, now_ms);
        }
    }
    scan_remove(list, is_lost, now_ms);
}

/* Keeps the order without sorting anew for each file that is taken. */
static struct seen_file *
list_insert(struct seen_list *list, const char *name, int64_t now_ms)
{
    struct seen_file *file = seen_new(name, FOLDER_DONE, now_ms);
    size_t low = 0;
    size_t high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(list->items[middle]->name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    list_add(list, file);
    memmove(list->items + low + 1, list->items + low,
            (list->count - 1 - low) * sizeof(void *));
    list->items[low] = file;
    return file;
}

void
scan_add_taken(struct seen_list *list, const char *name, const struct file_mark *taken,
               int64_t now_ms, int64_t until_ms)
{
    struct seen_file *file = find(list, list->count, name);

    if (file == NULL) {
        if (list->count >= SCAN_MAX_FILES) {
            return;
        }
        file = list_insert(list, name, now_ms);
    }
    file->mode = S_IFREG;
    file->links = 1;
    file->mark = *taken;
    file->taken = *taken;
    file->until_ms = until_ms;
}

static int64_t
nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + (int64_t)time->tv_nsec;
}

static void
look_at_recent(struct seen_list *list, int folder_fd, const char *name, int64_t now_ms,
               int64_t now_wall_ms, int64_t watch_ms)
{
    struct stat info;

    if (fstatat(folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0 ||
        !S_ISREG(info.st_mode) || file_name_problem(name) != NULL) {
        return;
    }
    int64_t left_ms = nanoseconds(&info.st_ctim) / 1000000 + watch_ms - now_wall_ms;
    if (left_ms <= 0) {
        return;
    }
    /* Moving sets the status time only, writing both. */
    struct file_mark mark = scan_mark(&info);
    bool written = nanoseconds(&info.st_mtim) >= nanoseconds(&info.st_ctim);
    scan_add_taken(list, name, &mark, now_ms,
                   now_ms + (left_ms < watch_ms ? left_ms : watch_ms));
    struct seen_file *file = find(list, list->count, name);
    if (written && file != NULL) {
        file->taken = (struct file_mark){ 0 };
    }
}

void
scan_recent(struct seen_list *list, int folder_fd, int64_t now_ms, int64_t now_wall_ms,
            int64_t watch_ms)
{
    DIR *directory = open_directory(folder_fd);
    const struct dirent *entry;

    if (directory == NULL) {
        return;
    }
    while ((entry = readdir(directory)) != NULL) {
        look_at_recent(list, folder_fd, entry->d_name, now_ms, now_wall_ms, watch_ms);
    }
    closedir(directory);
}

void
scan_remove(struct seen_list *list,
            bool (*drop)(const struct seen_file *file, int64_t now_ms), int64_t now_ms)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (drop(list->items[i], now_ms)) {
            seen_free(list->items[i]);
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
}

void
scan_clear(struct seen_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        seen_free(list->items[i]);
    }
    free(list->items);
    *list = (struct seen_list){ 0 };
}
