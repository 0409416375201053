/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands in a spool folder, since when it has rested, and what is to be done with
 * each file. Looking fills the list; deciding is a function of the list and the time.
 */
#ifndef BUDKAVLE_SOURCES_SCAN_H
#define BUDKAVLE_SOURCES_SCAN_H

#include "base/status.h"
#include "model/fault.h"
#include "sources/folders.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum {
    SPOOL_MAX_FILE_BYTES = 64 * 1024 * 1024,
    UNPARSABLE_REST_MS = 60 * 1000,
    LINES_REST_MS = 10 * 1000,
    LINK_WAIT_MS = 60 * 1000,
    LINK_LOOK_MS = 500,
    SCAN_MAX_FILES = 200 * 1000 /* more wait for a later look */
};

/* Two equal marks: nothing was written between them, and it is the same file. */
struct file_mark {
    uint64_t device, inode;
    int64_t size, modified_ns;
};

/* Where a file is to go, once the turn that read it is committed. */
enum fate {
    FATE_NONE,
    FATE_DONE,
    FATE_REJECTED
};

struct seen_file {
    char *name;
    const char *name_problem; /* NULL: accepted; see file_name.h */
    bool name_unfinished;
    enum folder folder;
    mode_t mode;
    uint64_t links;
    struct file_mark mark;
    int64_t since_ms;        /* monotonic: when this mark was first seen */
    int64_t linked_since_ms; /* when a second link was first seen; TIME_NONE */
    int64_t not_before_ms;   /* an attempt that failed is repeated then */
    int64_t rest_ms;         /* how long it must rest, beyond settle; 0: no longer */
    int64_t deaths;          /* of the process while it was parsed; DEATHS_UNKNOWN */
    int room_tries; /* how often there was no room for it; 0: it waits for none */
    enum fate fate;
    struct faults faults;   /* why it is refused */
    struct file_mark taken; /* FOLDER_DONE: what was taken; inode 0: not known what */
    int64_t until_ms;       /* FOLDER_DONE: watched until then */
    bool unsteady;          /* written to after it was seen: rests even in new/ */
    bool found;             /* by the look that is going on */
    bool over;              /* moved: leaves the list */
};

/* In order of name. */
struct seen_list {
    struct seen_file **items;
    size_t count;
};

enum verdict {
    VERDICT_LEAVE,  /* not ours, or not any more */
    VERDICT_FOLDER, /* left alone and reported */
    VERDICT_WAIT,   /* until due_ms */
    VERDICT_TAKE,   /* read it */
    VERDICT_REFUSE  /* unread, for the reason */
};

struct decision {
    enum verdict verdict;
    int64_t due_ms;     /* VERDICT_WAIT; TIME_NEVER: until it changes */
    const char *reason; /* VERDICT_REFUSE: a constant sentence */
};

struct file_mark scan_mark(const struct stat *info);
bool scan_mark_equal(const struct file_mark *a, const struct file_mark *b);

/* Brings the list up to what stands in the folder. Marks that changed begin to rest
 * anew. STATUS_IO: the folder could not be read; the list is as it was. */
enum status scan_folder(struct seen_list *list, enum folder folder, int folder_fd,
                        int64_t now_ms, struct error *error);

/* The same for the files of the list only; what is gone leaves it. */
void scan_known(struct seen_list *list, int folder_fd, int64_t now_ms);

/* Puts a file that was taken on the list of done/, to be watched until then. */
void scan_add_taken(struct seen_list *list, const char *name,
                    const struct file_mark *taken, int64_t now_ms, int64_t until_ms);

/* Puts on the list of done/ what came there less than watch_ms ago. What was written to
 * since it came is marked as not known. */
void scan_recent(struct seen_list *list, int folder_fd, int64_t now_ms,
                 int64_t now_wall_ms, int64_t watch_ms);

/* Notes a change seen elsewhere than in a scan. */
void scan_changed(struct seen_file *file, const struct file_mark *mark, int64_t now_ms);

struct decision scan_decide(const struct seen_file *file, int64_t settle_ms,
                            int64_t now_ms);

/* Frees the files for which drop is true; keeps the order. */
void scan_remove(struct seen_list *list,
                 bool (*drop)(const struct seen_file *file, int64_t now_ms),
                 int64_t now_ms);
void scan_clear(struct seen_list *list);

#endif
