/* SPDX-License-Identifier: EUPL-1.2 */
/* Replaying a journal on a model of a disk, and writing down what survives a cut. */
#include "disk.h"

#include "base/memory.h"
#include "disk_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SECTOR = 512
};

/* A write (data != NULL) or a truncation that is not synced yet. */
struct change {
    int64_t offset;
    size_t len;
    const char *data;
};

struct file {
    uint64_t inode;
    char *content; /* what is safe; zeros behind it, as far as there is room */
    size_t size, room;
    struct change *pending;
    size_t n_pending, pending_room;
};

struct disk {
    struct file *files;
    size_t n_files;
    struct names safe, live;
    struct naming *pending;
    size_t n_pending;
    uint64_t random;
};

static void
give_up(const char *what)
{
    fprintf(stderr, "disk: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* --- Files ------------------------------------------------------------------------ */

static int
find_inode(const struct disk *disk, uint64_t inode)
{
    for (size_t i = disk->n_files; i > 0; i--) {
        if (disk->files[i - 1].inode == inode) {
            return (int)i - 1; /* numbers are used again: the newest has it */
        }
    }
    return NO_FILE;
}

static int
add_file(struct disk *disk, uint64_t inode, const char *data, size_t len)
{
    disk->files = memory_grow(disk->files, disk->n_files, sizeof(*disk->files));
    disk->files[disk->n_files] =
        (struct file){ .inode = inode, .size = len, .room = len };
    disk->files[disk->n_files].content = memory_copy(data, len);
    return (int)disk->n_files++;
}

static void
resize(struct file *file, size_t size)
{
    if (size > file->room) {
        size_t room = size * 2;

        file->content = memory_resize(file->content, room, 1);
        memset(file->content + file->room, 0, room - file->room);
        file->room = room;
    }
    if (size < file->size) {
        memset(file->content + size, 0, file->size - size);
    }
    file->size = size;
}

static void
apply(struct file *file, const struct change *change)
{
    size_t end = (size_t)change->offset + change->len;

    if (change->data == NULL) {
        resize(file, (size_t)change->offset);
        return;
    }
    if (end > file->size) {
        resize(file, end);
    }
    memcpy(file->content + change->offset, change->data, change->len);
}

static void
sync_file(struct file *file)
{
    for (size_t i = 0; i < file->n_pending; i++) {
        apply(file, &file->pending[i]);
    }
    file->n_pending = 0;
}

static void
add_change(struct disk *disk, uint64_t inode, const struct change *change)
{
    int at = find_inode(disk, inode);
    struct file *file;

    if (at == NO_FILE) {
        fprintf(stderr, "disk: inode %llu was written to and never made\n",
                (unsigned long long)inode);
        exit(2);
    }
    file = &disk->files[at];
    if (file->n_pending == file->pending_room) {
        file->pending_room = file->pending_room * 2 + 16;
        file->pending =
            memory_resize(file->pending, file->pending_room, sizeof(*change));
    }
    file->pending[file->n_pending++] = *change;
}

/* --- Names ------------------------------------------------------------------------ */

static void
add_naming(struct disk *disk, char *path, char *path2, int file)
{
    struct naming naming = { path, path2, file };

    names_apply(&disk->live, &naming);
    disk->pending = memory_grow(disk->pending, disk->n_pending, sizeof(naming));
    disk->pending[disk->n_pending++] = naming;
}

/* Names of one folder are written in the order in which they changed. */
static void
sync_folder(struct disk *disk, const char *folder)
{
    size_t kept = 0;

    for (size_t i = 0; i < disk->n_pending; i++) {
        struct naming *naming = &disk->pending[i];

        if (path_is_in(naming->path, folder) || path_is_in(naming->path2, folder)) {
            names_apply(&disk->safe, naming);
            free(naming->path);
            free(naming->path2);
        } else {
            disk->pending[kept++] = *naming;
        }
    }
    /* memory_grow counts on lists that only grow: the room for n is kept. */
    if (kept < disk->n_pending) {
        struct naming *fresh = NULL;

        for (size_t i = 0; i < kept; i++) {
            fresh = memory_grow(fresh, i, sizeof(*fresh));
            fresh[i] = disk->pending[i];
        }
        free(disk->pending);
        disk->pending = fresh;
        disk->n_pending = kept;
    }
}

/* --- Replaying -------------------------------------------------------------------- */

static void
replay_names(struct disk *disk, const struct journal_record *record, char *path,
             char *path2)
{
    switch ((enum journal_kind)record->kind) {
    case JOURNAL_CREATE:
        add_naming(disk, NULL, string_copy(path), add_file(disk, record->inode, "", 0));
        break;
    case JOURNAL_RENAME:
        add_naming(disk, string_copy(path), string_copy(path2),
                   names_find(&disk->live, path));
        break;
    case JOURNAL_UNLINK:
        add_naming(disk, string_copy(path), NULL, names_find(&disk->live, path));
        break;
    case JOURNAL_MKDIR:
        add_naming(disk, NULL, string_copy(path), A_FOLDER);
        break;
    case JOURNAL_SYNC_FOLDER:
        sync_folder(disk, path);
        break;
    case JOURNAL_THERE:
    case JOURNAL_FOLDER_THERE:
    case JOURNAL_WRITE:
    case JOURNAL_TRUNCATE:
    case JOURNAL_SYNC:
    case JOURNAL_ANSWER:
    case JOURNAL_MARK:
    case JOURNAL_KIND_COUNT:
        break;
    }
}

static void
replay_there(struct disk *disk, const struct journal_record *record, const char *path,
             const char *data)
{
    int file = record->kind == JOURNAL_FOLDER_THERE
                   ? A_FOLDER
                   : add_file(disk, record->inode, data, record->data_len);

    names_put(&disk->safe, path, file);
    names_put(&disk->live, path, file);
}

static void
replay_content(struct disk *disk, const struct journal_record *record, const char *data)
{
    struct change change = { .offset = record->offset };
    int file;

    if (record->kind == JOURNAL_SYNC) {
        file = find_inode(disk, record->inode);
        if (file != NO_FILE) {
            sync_file(&disk->files[file]);
        }
        return;
    }
    if (record->kind == JOURNAL_WRITE) {
        change.data = data;
        change.len = record->data_len;
    }
    add_change(disk, record->inode, &change);
}

static void
replay(struct disk *disk, const struct journal *journal, size_t number, bool deaf)
{
    const char *path_text, *path2_text, *data;
    const struct journal_record *record =
        journal_get(journal, number, &path_text, &path2_text, &data);
    char *path, *path2;

    if (record->kind == JOURNAL_WRITE || record->kind == JOURNAL_TRUNCATE ||
        record->kind == JOURNAL_SYNC) {
        if (record->kind != JOURNAL_SYNC || !deaf) {
            replay_content(disk, record, data);
        }
        return;
    }
    path = string_copy_n(path_text, record->path_len);
    path2 = string_copy_n(path2_text, record->path2_len);
    if (record->kind == JOURNAL_THERE || record->kind == JOURNAL_FOLDER_THERE) {
        replay_there(disk, record, path, data);
    } else {
        replay_names(disk, record, path, path2);
    }
    free(path);
    free(path2);
}

/* --- The cut ---------------------------------------------------------------------- */

static uint64_t
draw(struct disk *disk)
{
    /* Knuth's MMIX generator; the low bits are the poor ones. */
    disk->random =
        disk->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return disk->random >> 33;
}

static bool
survives(struct disk *disk, unsigned percent)
{
    return draw(disk) % 100 < percent;
}

static bool
apply_torn(struct disk *disk, struct file *file, const struct change *change,
           unsigned percent)
{
    bool whole = true;
    size_t done = 0;

    while (done < change->len) {
        struct change part = { .offset = change->offset + (int64_t)done,
                               .data = change->data + done };
        size_t room = SECTOR - (size_t)part.offset % SECTOR;

        part.len = change->len - done < room ? change->len - done : room;
        done += part.len;
        if (survives(disk, percent)) {
            apply(file, &part);
        } else {
            whole = false;
        }
    }
    return whole;
}

static void
cut_file(struct disk *disk, struct file *file, struct cut *cut, unsigned percent)
{
    for (size_t i = 0; i < file->n_pending; i++) {
        const struct change *change = &file->pending[i];
        bool kept;

        if (cut->mode == CUT_TEAR && change->data != NULL) {
            kept = apply_torn(disk, file, change, percent);
        } else {
            kept = survives(disk, percent);
            if (kept) {
                apply(file, change);
            }
        }
        cut->n_pending++;
        cut->n_lost += !kept;
    }
}

/* Journaling file systems keep the order of names; others need not. */
static void
cut_names(struct disk *disk, struct cut *cut, unsigned percent)
{
    bool in_order = survives(disk, 50);
    bool lost = false;

    for (size_t i = 0; i < disk->n_pending; i++) {
        bool kept = !(in_order && lost) && survives(disk, percent);

        if (kept) {
            names_apply(&disk->safe, &disk->pending[i]);
        }
        lost |= !kept;
        cut->n_pending++;
        cut->n_lost += !kept;
    }
}

static void
make_folders(const char *path)
{
    char *copy = string_copy(path);

    for (char *at = strchr(copy + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(copy, 0755) != 0 && errno != EEXIST) {
            give_up(copy);
        }
        *at = '/';
    }
    free(copy);
}

static void
write_entry(const struct disk *disk, const struct entry *entry, const char *folder)
{
    char *path = string_format("%s/%s", folder, entry->path);
    const struct file *file = entry->file >= 0 ? &disk->files[entry->file] : NULL;

    if (entry->file != NO_FILE) {
        make_folders(path);
    }
    if (entry->file == A_FOLDER && mkdir(path, 0770) != 0 && errno != EEXIST) {
        give_up(path);
    }
    if (file != NULL) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);

        if (fd < 0 || write(fd, file->content, file->size) != (ssize_t)file->size ||
            close(fd) != 0) {
            give_up(path);
        }
    }
    free(path);
}

static void
clear(struct disk *disk)
{
    for (size_t i = 0; i < disk->n_files; i++) {
        free(disk->files[i].content);
        free(disk->files[i].pending);
    }
    for (size_t i = 0; i < disk->n_pending; i++) {
        free(disk->pending[i].path);
        free(disk->pending[i].path2);
    }
    free(disk->files);
    free(disk->pending);
    names_clear(&disk->safe);
    names_clear(&disk->live);
}

void
disk_cut(const struct journal *journal, struct cut *cut, const char *folder)
{
    static const unsigned chances[] = { 0, 30, 60, 90 };
    struct disk disk = { .random = cut->seed * 2 + 1 };
    unsigned percent;

    for (size_t i = 0; i < cut->at && i < journal->n_records; i++) {
        replay(&disk, journal, i, cut->deaf);
    }
    (void)draw(&disk);
    percent = chances[draw(&disk) % ARRAY_COUNT(chances)];
    if (cut->mode == CUT_TEAR && percent == 0) {
        percent = 50; /* nothing at all is what CUT_DROP does */
    }
    cut->n_pending = 0;
    cut->n_lost = 0;
    cut_names(&disk, cut, percent);
    for (size_t i = 0; i < disk.n_files; i++) {
        cut_file(&disk, &disk.files[i], cut, percent);
    }
    make_folders(folder);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        give_up(folder);
    }
    for (size_t i = 0; i < disk.safe.count; i++) {
        write_entry(&disk, &disk.safe.items[i], folder);
    }
    clear(&disk);
}
