/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The state of an inbox, shared by the files that make it up: inbox.c (what a look is),
 * survey.c (scanning), batch.c (reading and taking), settle.c (moving).
 */
#ifndef BUDKAVLE_SOURCES_INBOX_INTERNAL_H
#define BUDKAVLE_SOURCES_INBOX_INTERNAL_H

#include "sources/inbox.h"
#include "sources/scan.h"

enum {
    N_LOOKED_AT = FOLDER_DONE + 1 /* new/, drop/ and done/ */
};

/* What can be wrong, the worst first: the state tells the first that is. */
enum trouble {
    TROUBLE_FOLDER,
    TROUBLE_SCAN,
    TROUBLE_STORE,
    TROUBLE_MOVE,
    TROUBLE_READ,
    TROUBLE_FULL,
    TROUBLE_SUBFOLDER,
    TROUBLE_GREW,
    TROUBLE_COUNT
};

struct looked_at {
    struct seen_list files;
    bool wanted; /* a look at it is due, as soon as it may be */
    int64_t may_scan_at_ms;
};

struct inbox {
    char *source, *path;
    struct cap_kinds cap_kinds;
    int64_t settle_ms, keep_ms;
    struct spool_ports ports;
    struct folders folders;
    unsigned generation;
    bool hinted, stopped;
    struct looked_at looked_at[N_LOOKED_AT];
    /* Pointers into the lists; no list changes while the inbox is busy. */
    struct seen_file *batch[INBOX_BATCH_FILES];
    size_t n_batch;
    bool busy; /* the batch waits for its commit */
    int64_t next_check_ms, next_scan_ms, next_sweep_ms, often_until_ms;
    int64_t clock_offset_ms; /* wall minus monotonic, when it was last looked at */
    int64_t taken, refused;
    struct error troubles[TROUBLE_COUNT];
    int64_t trouble_until_ms[TROUBLE_COUNT];
};

/* Says it until then, unless it is said again. The sentence is made printable. */
void inbox_trouble(struct inbox *inbox, enum trouble trouble, int64_t until_ms,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

void inbox_trouble_over(struct inbox *inbox, enum trouble trouble);

static inline void
earlier(int64_t *next_ms, int64_t due_ms)
{
    if (due_ms < *next_ms) {
        *next_ms = due_ms;
    }
}

/* survey.c: scans the folders for which that is due; *next_ms becomes earlier. */
void survey_scan(struct inbox *inbox, struct moment now, int64_t *next_ms);
/* survey.c: removes what is older than keep. Once an hour; after a clock that jumped,
 * the next hour decides what is old. */
void survey_sweep(struct inbox *inbox, struct moment now);

/* batch.c: keeps the 64 that come first by (modification time, name). */
void batch_offer(struct inbox *inbox, struct seen_file *file);
/* Reads and takes the batch. True: the store was changed. */
bool batch_take(struct inbox *inbox, struct moment now);

/* settle.c: makes a file's fate come true. */
void settle_file(struct inbox *inbox, struct seen_file *file, struct moment now);

#endif
