/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening and closing the database: one connection, alone, durable. */
#include "base/memory.h"
#include "store/database.h"
#include "store/filesystem.h"
#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* D1. locking_mode comes before the first look at the file, so that no shared memory is
 * made and the lock is held from that look on. */
static const char lock_first[] = "PRAGMA locking_mode = EXCLUSIVE;"
                                 "PRAGMA mmap_size = 0;"
                                 "PRAGMA cell_size_check = ON;"
                                 "PRAGMA trusted_schema = OFF;"
                                 "PRAGMA foreign_keys = ON;"
                                 "PRAGMA temp_store = MEMORY;"
                                 "PRAGMA cache_size = -16384";
/* A log that one large transaction has made long is cut back to 8 MiB. */
static const char durable[] = "PRAGMA synchronous = FULL;"
                              "PRAGMA journal_size_limit = 8388608";

bool
database_execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->connection, sql, NULL, NULL, NULL) == SQLITE_OK;
}

bool
database_integer(struct store *store, const char *sql, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    bool found =
        sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW;

    if (found) {
        *value = sqlite3_column_int64(statement, 0);
    }
    return sqlite3_finalize(statement) == SQLITE_OK && found;
}

enum status
database_open_error(struct store *store, struct error *error)
{
    const char *what = sqlite3_errmsg(store->connection);

    switch (sqlite3_errcode(store->connection) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, STATUS_BUSY,
                         "the database %s is open in another process; end that one "
                         "first",
                         store->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error_set(error, STATUS_INVALID,
                         "the database %s is damaged, or is no database (%s); move it "
                         "aside and restore a backup, or begin with a new one",
                         store->path, what);
    case SQLITE_FULL:
        return error_set(error, STATUS_FULL,
                         "there is no room for the database %s: %s; make room on its "
                         "disk",
                         store->path, what);
    default:
        return error_set(error, STATUS_IO, "the database %s cannot be opened: %s",
                         store->path, what);
    }
}

/* A database that is refused is left as it is: nothing is moved from the WAL into it
 * when the connection is closed. */
static void
keep_wal_on_close(struct store *store, int keep)
{
    (void)sqlite3_db_config(store->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep,
                            NULL);
}

static bool
set_guards(struct store *store)
{
    static const struct {
        int option, value;
    } guards[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
        { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
    };

    for (size_t i = 0; i < ARRAY_COUNT(guards); i++) {
        if (sqlite3_db_config(store->connection, guards[i].option, guards[i].value,
                              NULL) != SQLITE_OK) {
            return false;
        }
    }
    return database_execute(store, lock_first);
}

/* The lock is taken by the first write transaction and kept by the locking mode. */
static bool
take_lock(struct store *store)
{
    return database_execute(store, "BEGIN EXCLUSIVE; COMMIT");
}

static bool
use_wal(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    bool done = sqlite3_prepare_v2(store->connection, "PRAGMA journal_mode = WAL", -1,
                                   &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;

    (void)sqlite3_wal_hook(store->connection, store_checkpoint, store);
    return sqlite3_finalize(statement) == SQLITE_OK && done &&
           database_execute(store, durable);
}

static enum status
load_instance(struct store *store, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum status status = STATUS_OK;
    int code = sqlite3_prepare_v2(store->connection,
                                  "SELECT value FROM meta WHERE name = 'instance'", -1,
                                  &statement, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        (void)snprintf(store->instance, sizeof(store->instance), "%s",
                       (const char *)sqlite3_column_text(statement, 0));
    } else if (code == SQLITE_DONE) {
        status = error_set(error, STATUS_INVALID,
                           "the database %s lacks its own name (meta: instance); move "
                           "it aside and restore a backup",
                           store->path);
    } else {
        status = database_open_error(store, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum status
load(struct store *store, int64_t now_ms, struct error *error)
{
    enum status status;

    status = schema_upgrade(store, schema_steps, STORE_SCHEMA_VERSION, now_ms, error);
    if (status == STATUS_OK) {
        status = load_instance(store, error);
    }
    if (status == STATUS_OK) {
        counts_load(store);
        if (store->failed) {
            status = database_open_error(store, error);
        }
    }
    return status;
}

static enum status
open_database(struct store *store, int64_t now_ms, struct error *error)
{
    enum status status = filesystem_prepare(store->path, error);
    int code;

    if (status != STATUS_OK) {
        return status;
    }
    code = sqlite3_open_v2(
        store->path, &store->connection,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (store->connection == NULL) {
        fatal("store: no memory for a connection");
    }
    keep_wal_on_close(store, 1);
    if (code != SQLITE_OK || !set_guards(store) || !take_lock(store)) {
        return database_open_error(store, error);
    }
    status = schema_check(store, STORE_SCHEMA_VERSION, error);
    if (status == STATUS_OK && !use_wal(store)) {
        status = database_open_error(store, error);
    }
    return status == STATUS_OK ? load(store, now_ms, error) : status;
}

enum status
store_open(const char *path, int64_t now_ms, struct store **store, struct error *error)
{
    struct store *opened = memory_alloc(sizeof(*opened));
    enum status status;

    opened->path = string_copy(path);
    status = open_database(opened, now_ms, error);
    if (status != STATUS_OK) {
        store_close(opened);
        opened = NULL;
    } else {
        keep_wal_on_close(opened, 0);
    }
    *store = opened;
    return status;
}

void
store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->in_transaction) {
        store_rollback(store);
    }
    if (store->broken) {
        keep_wal_on_close(store, 1);
    }
    statements_clear(&store->statements);
    counts_clear(&store->counts);
    sqlite3_close(store->connection);
    free(store->failure_text);
    free(store->path);
    free(store);
}
