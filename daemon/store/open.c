/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening and closing the database: one connection, alone, durable. */
#include "base/memory.h"
#include "store/backup.h"
#include "store/damage.h"
#include "store/database.h"
#include "store/examine.h"
#include "store/filesystem.h"
#include "store/opening.h"
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

    if (damage_is_meant(sqlite3_extended_errcode(store->connection))) {
        store->damaged = true;
        return error_set(error, STATUS_INVALID,
                         "the database %s is damaged, or is no database (%s)",
                         store->path, what);
    }
    switch (sqlite3_errcode(store->connection) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, STATUS_BUSY,
                         "the database %s is open in another process; end that one "
                         "first",
                         store->path);
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

/* It is part of public ids, and of URLs with them. */
static bool
is_instance(const char *text)
{
    size_t len = strlen(text);

    return len == STORE_INSTANCE_SIZE - 2 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz234567") == len;
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
    }
    if ((code == SQLITE_ROW && !is_instance(store->instance)) || code == SQLITE_DONE) {
        store->damaged = true;
        status = error_set(error, STATUS_INVALID,
                           "the database %s is damaged: it lacks its own name (meta: "
                           "instance)",
                           store->path);
    } else if (code != SQLITE_ROW) {
        status = database_open_error(store, error);
    }
    sqlite3_finalize(statement);
    return status;
}

/* What counts_load and the statements met; they fail as everything later does. */
static enum status
tell_load_failure(struct store *store, struct error *error)
{
    return error_set(error, store->damaged ? STATUS_INVALID : STATUS_IO,
                     "the database %s %s: %s", store->path,
                     store->damaged ? "is damaged" : "cannot be read",
                     store->failure_text);
}

static enum status
load(struct store *store, const struct opening *opening, bool examine,
     struct error *error)
{
    enum status status = schema_upgrade(store, schema_steps, STORE_SCHEMA_VERSION,
                                        opening->now_ms, !opening->is_copy, error);

    if (status == STATUS_OK) {
        status = load_instance(store, error);
    }
    if (status == STATUS_OK) {
        statements_prepare_all(store);
        counts_load(store);
        if (store->failed) {
            status = tell_load_failure(store, error);
        }
    }
    if (status == STATUS_OK && examine) {
        status = examine_content(store, error);
    }
    if (status == STATUS_OK && opening->examine) {
        status = examine_contradictions(store, error);
    }
    return status;
}

static enum status
open_database(struct store *store, const struct opening *opening, struct error *error)
{
    enum status status = filesystem_prepare(store->path, error);
    bool examine = opening->examine;
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
    backup_forget(store->path);
    status = schema_check(store, STORE_SCHEMA_VERSION, error);
    if (status == STATUS_OK && !use_wal(store)) {
        status = database_open_error(store, error);
    }
    examine = examine || (status == STATUS_OK && examine_is_cheap(store));
    if (status == STATUS_OK && examine) {
        status = examine_structure(store, error);
    }
    return status == STATUS_OK ? load(store, opening, examine, error) : status;
}

/* --- Stores that are open --------------------------------------------------------- */

static struct store *all;

struct store *
store_of(const sqlite3 *connection)
{
    struct store *store = all;

    while (store != NULL && store->connection != connection) {
        store = store->next;
    }
    return store;
}

static void
leave_list(const struct store *store)
{
    struct store **link = &all;

    while (*link != store) {
        link = &(*link)->next;
    }
    *link = store->next;
}

enum status
store_open_as(const struct opening *opening, struct store **store, bool *is_damaged,
              struct error *error)
{
    struct store *opened = memory_alloc(sizeof(*opened));
    enum status status;

    opened->next = all;
    all = opened;
    opened->path = string_copy(opening->path);
    status = open_database(opened, opening, error);
    *is_damaged = status != STATUS_OK && opened->damaged;
    if (status != STATUS_OK) {
        store_close(opened);
        opened = NULL;
    } else {
        keep_wal_on_close(opened, 0);
    }
    *store = opened;
    return status;
}

enum status
store_open(const char *path, int64_t now_ms, struct store **store, struct error *error)
{
    const struct opening opening = { .path = path, .now_ms = now_ms };
    bool is_damaged;

    return store_open_as(&opening, store, &is_damaged, error);
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
    leave_list(store);
    free(store->failure_text);
    free(store->path);
    free(store);
}
