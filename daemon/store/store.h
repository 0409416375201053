/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The store: all SQL of the program stands in this folder, behind functions that speak
 * of events, incidents, messages and deliveries. One connection, exclusive, WAL,
 * synchronous=FULL (docs/delivery.md, D1). Times are arguments.
 *
 * Failures are sticky: the first call that SQLite fails marks the store as failed,
 * later calls do nothing (finds find nothing), and store_commit reports it. So what
 * happens between begin and commit needs no checks of its own, and nothing is
 * acknowledged before a commit said STATUS_OK.
 *
 * A PostgreSQL store is to stand beside this one: claims carry an owner and a lease,
 * and the SQL is kept portable where that costs nothing.
 */
#ifndef BUDKAVLE_STORE_STORE_H
#define BUDKAVLE_STORE_STORE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum {
    STORE_SCHEMA_VERSION = 3,
    STORE_INSTANCE_SIZE = 8
};

/*
 * Opens or creates the database file. STATUS_BUSY: another process has it;
 * STATUS_CONFLICT: made by a newer version, left untouched; STATUS_INVALID: damaged,
 * left as it is; STATUS_REFUSED: on a network file system; STATUS_IO.
 */
enum status store_open(const char *path, int64_t now_ms, struct store **store,
                       struct error *error);
/* Rolls back what was not committed. NULL is allowed. */
void store_close(struct store *store);

/* Six random characters made with the database: part of every public id, so that ids
 * stay unique when a database is lost and begun anew. */
const char *store_instance(const struct store *store);

/* Begins a transaction unless one is open. */
void store_begin(struct store *store);
bool store_in_transaction(const struct store *store);

/*
 * Commits the open transaction (none: nothing to do). On failure everything since begin
 * is undone and told: STATUS_FULL for a full disk, and then the failure is taken away;
 * else STATUS_IO, after which the process must end. What the kernel did with a failed
 * sync is not known, so it is never tried again: the store stays failed, writes nothing
 * more, and leaves the write-ahead log as it is when it is closed. Out of memory counts
 * as such a failure too.
 */
enum status store_commit(struct store *store, struct error *error);
void store_rollback(struct store *store);
bool store_failed(const struct store *store);
/* What is committed could not be moved from the write-ahead log into the database for
 * lack of room; the log grows until it can. */
bool store_is_short_of_room(const struct store *store);

/* A transaction inside the open one, for trying a thing out: begin, then undo or keep.
 * They do not nest. */
void store_try_begin(struct store *store);
void store_try_undo(struct store *store);
void store_try_keep(struct store *store);

/* Seconds the commits took since the last call of this function, for the histogram:
 * calls `each` once a commit. */
void store_commit_times(struct store *store, void (*each)(void *context, int64_t us),
                        void *context);

/* What the process saw last: small named values ("last_good_config"). */
char *store_note_find(struct store *store, const char *name); /* caller frees; NULL */
void store_note_save(struct store *store, const char *name, const char *value);
void store_note_drop(struct store *store, const char *name);

#endif
