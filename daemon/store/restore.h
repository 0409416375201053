/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Putting a backup in the place of the database, while no daemon runs. What stands there
 * is kept under another name. A restore that is cut off leaves the old database, or the
 * next start finishes it.
 */
#ifndef BUDKAVLE_STORE_RESTORE_H
#define BUDKAVLE_STORE_RESTORE_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a database that is put away has and the backup has not. */
struct restore_loss {
    char *file;                /* where it is kept */
    bool is_readable;          /* from end to end; else the numbers are "at least" */
    int64_t n_events;          /* received events */
    int64_t first_ms, last_ms; /* of their receipt; TIME_NONE without any */
};

/* Valid when zeroed. */
struct restore_report {
    int64_t backup_at_ms;          /* TIME_NONE: the file does not say */
    int64_t newest_ms;             /* receipt of the newest event; TIME_NONE */
    int64_t n_events;              /* those it has */
    int64_t n_unfinished;          /* deliveries that may have gone out since */
    struct restore_loss losses[2]; /* the present database, and one set aside before */
    size_t n_losses;
};
void restore_report_clear(struct restore_report *report);

/*
 * STATUS_NOT_FOUND: there is no such file; STATUS_INVALID: it is damaged, or no database
 * of this program; STATUS_CONFLICT: made by a newer version; STATUS_REFUSED: it is the
 * present database itself; STATUS_BUSY, STATUS_FULL, STATUS_IO. The database at path is
 * as it was then. The report is filled in on STATUS_OK.
 */
enum status store_restore(const char *path, const char *file, int64_t now_ms,
                          struct restore_report *report, struct error *error);

/* Finishes a restore that was cut off after it was decided, and clears away what is left
 * of one that was not. */
enum status restore_finish(const char *path, struct error *error);

#endif
