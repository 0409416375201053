/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a process did to the files below one folder, in order: written down by shim.c
 * while it happens, read by disk.c, which makes of it what a disk holds after a power
 * cut. Paths are relative to the folder. One process writes; those it forks do not.
 */
#ifndef BUDKAVLE_LAB_JOURNAL_H
#define BUDKAVLE_LAB_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum journal_kind {
    JOURNAL_THERE, /* a file (with its content) or a folder was there at the start */
    JOURNAL_FOLDER_THERE,
    JOURNAL_CREATE,      /* path, inode */
    JOURNAL_WRITE,       /* inode, offset, data */
    JOURNAL_TRUNCATE,    /* inode, offset: the new size */
    JOURNAL_SYNC,        /* inode */
    JOURNAL_SYNC_FOLDER, /* path */
    JOURNAL_RENAME,      /* path to path2 */
    JOURNAL_UNLINK,      /* path */
    JOURNAL_MKDIR,       /* path */
    JOURNAL_ANSWER,      /* data went out on the program's own socket */
    JOURNAL_MARK,        /* data: a word of the program itself */
    JOURNAL_KIND_COUNT
};

/* Followed by path, path2 and data, without terminators. */
struct journal_record {
    uint32_t kind;
    uint32_t path_len, path2_len, data_len;
    uint64_t inode;
    int64_t offset;
};

/* Begins a journal about the folder (an absolute path without links); what is there
 * already is written down first. Ends the process when it cannot. */
void journal_begin(const char *file, const char *folder);
void journal_end(void);
bool journal_is_open(void);
/* From SHIM_JOURNAL and SHIM_FOLDER of the environment, if set. */
void journal_begin_from_environment(void);

/* Each is given the absolute path or the descriptor, and writes nothing down that is
 * not below the folder. */
void journal_created(int fd);
void journal_written(int fd, int64_t offset, const void *data, size_t len);
void journal_truncated(int fd, int64_t size);
void journal_synced(int fd);
void journal_renamed(const char *from, const char *to);
void journal_unlinked(const char *path);
void journal_made_folder(const char *path);
void journal_answered(const void *data, size_t len);
void journal_mark(const char *text);

#endif
