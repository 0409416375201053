/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The inside of a store: the connection, the sticky failure and the counts in memory.
 * For the files of this folder only.
 */
#ifndef BUDKAVLE_STORE_DATABASE_H
#define BUDKAVLE_STORE_DATABASE_H

#include "base/timestamp.h"
#include "store/counts.h"
#include "store/statement.h"
#include "store/store.h"

#include <sqlite3.h>

enum {
    STORE_APPLICATION_ID = 0x42754b76, /* "BuKv" */
    COMMIT_TIMES_KEPT = 1024
};

/* Delivery states as SQL text; schema.c asserts that they match the enum. */
#define SQL_PENDING "1"
#define SQL_IN_FLIGHT "2"
#define SQL_PARKED "4"
#define SQL_DELIVERED "5"
#define SQL_CANCELLED "7"
#define SQL_EXPANDED "9"
/* Held to parked. A query must repeat this term of a partial index word for word to use
 * it; the plus keeps the term from being taken for a range to search by. */
#define SQL_OPEN_STATE "+state <= 4"
#define SQL_OPEN_STATE_OF(table) "+" table ".state <= 4"
/* Held to unknown: what blocks newer rows. */
#define SQL_UNFINISHED_STATE "state <= 3"

struct store {
    struct store *next; /* of those that are open */
    sqlite3 *connection;
    char *path;
    char instance[STORE_INSTANCE_SIZE];
    bool in_transaction;
    bool trying;
    bool failed;
    bool broken;        /* a failure was told after which nothing may be written */
    bool short_of_room; /* the last checkpoint had no room */
    bool damaged;       /* opening it met damage, not merely a failure */
    enum status failure;
    char *failure_text;
    struct statements statements;
    struct counts counts;
    int64_t commit_us[COMMIT_TIMES_KEPT];
    int n_commits; /* in commit_us since they were last asked for */
};

/* The open store with this connection, or NULL. */
struct store *store_of(const sqlite3 *connection);

/* Marks the store as failed with what SQLite says, unless it has failed already. */
void store_fail(struct store *store, int code);
/* The same for a value that this program cannot have written, met in a row that the
 * statement stands on. */
void store_fail_value(sqlite3_stmt *statement, int column, const char *what);

/* For sqlite3_wal_hook: moves what the log holds into the database now and then. */
int store_checkpoint(void *store, sqlite3 *connection, const char *name, int n_pages);

/* Runs SQL without results; false (and not sticky) when it fails. */
bool database_execute(struct store *store, const char *sql);
/* The integer of a one-row query; false when it fails. */
bool database_integer(struct store *store, const char *sql, int64_t *value);

/* What an open failed of, as a status and a sentence. */
enum status database_open_error(struct store *store, struct error *error);

/* Public ids: "i_" or "m_", the instance, the key. */
void public_id_format(const struct store *store, char kind, int64_t row, char *out,
                      size_t size);
/* The key, or 0 for what is not an id of this kind and database. */
int64_t public_id_parse(const struct store *store, char kind, const char *id);

#endif
