/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a restore asks of databases: a copy of the backup, a comparison with what is put
 * away, and the marks on the copy. For restore.c.
 */
#ifndef BUDKAVLE_STORE_RESTORE_PARTS_H
#define BUDKAVLE_STORE_RESTORE_PARTS_H

#include "store/restore.h"

struct sqlite3;
struct store;

/* The highest numbers of rows that were given by a database that is put away. */
struct row_numbers {
    int64_t incident, message, event, outbound;
};

/* Opens the file, or the one with its WAL, so that reading leaves no trace; to be closed. */
struct sqlite3 *restore_open_to_read(const char *path);

/* A whole copy of file, which is examined on the way and left as it is. */
enum status restore_copy(const char *file, const char *part, struct error *error);

/* Inside a transaction of the copy. */
void restore_describe(struct store *store, struct restore_report *report);
/* What was to be sent may have gone out since the backup; numbers go on far ahead of
 * those that were given; safe mode is over. */
void restore_mark(struct store *store, int64_t now_ms, const struct row_numbers *given);

/* What file has and backup has not. False when it is no database of ours at all. */
bool restore_compare(const char *backup, const char *file, struct restore_loss *loss,
                     struct row_numbers *given);
/* The file that was set aside when this database was begun; NULL. Caller frees. */
char *restore_set_aside_by(const char *path);

#endif
