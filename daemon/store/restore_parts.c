/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Databases that are read for a restore. They are opened alone, and nothing is moved
 * from a WAL into the file: what is put away stays as it is.
 */
#include "store/restore_parts.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "store/database.h"
#include "store/examine.h"
#include "store/filesystem.h"
#include "store/row_floor.h"
#include "store/schema.h"

#include <stdlib.h>
#include <string.h>

/* --- Reading without a trace ------------------------------------------------------ */

static char *
uri_of(const char *path)
{
    struct buffer uri = { 0 };

    buffer_add(&uri, "file:");
    for (const char *p = path; *p != '\0'; p++) {
        if (strchr("%?#", *p) != NULL) {
            buffer_addf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
        } else {
            buffer_add_char(&uri, *p);
        }
    }
    buffer_add(&uri, "?immutable=1");
    return buffer_take(&uri);
}

/* A file without a WAL is read as one that nobody changes. With a WAL SQLite must be let
 * in, and what it makes in memory is dropped at the end. */
sqlite3 *
restore_open_to_read(const char *path)
{
    char *wal = string_format("%s-wal", path);
    char *uri = filesystem_exists(wal) ? string_copy(path) : uri_of(path);
    int flags = filesystem_exists(wal) ? SQLITE_OPEN_READWRITE
                                       : SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    sqlite3 *connection = NULL;

    (void)sqlite3_open_v2(uri, &connection,
                          flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (connection == NULL) {
        fatal("store: no memory for a connection");
    }
    (void)sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_exec(connection,
                       "PRAGMA locking_mode = EXCLUSIVE; PRAGMA mmap_size = 0;"
                       "PRAGMA cell_size_check = ON",
                       NULL, NULL, NULL);
    free(uri);
    free(wal);
    return connection;
}

enum status
restore_copy(const char *file, const char *part, struct error *error)
{
    struct store source = { .path = string_copy(file) };
    enum status status;
    int64_t version = 0;

    source.connection = restore_open_to_read(file);
    status = schema_check(&source, STORE_SCHEMA_VERSION, error);
    if (status == STATUS_OK &&
        (!database_integer(&source, "PRAGMA user_version", &version) || version == 0)) {
        status = error_set(error, STATUS_INVALID,
                           "%s is empty, and no backup of a Budkavle database", file);
    }
    if (status == STATUS_OK) {
        status = examine_structure(&source, error);
    }
    if (status == STATUS_OK && !schema_copy_into(&source, part)) {
        status = database_open_error(&source, error);
        error_prefix(error, "copying to %s", part);
    }
    sqlite3_close(source.connection);
    free(source.path);
    return status;
}

/* --- Comparing -------------------------------------------------------------------- */

static bool
read_integer(sqlite3 *connection, const char *sql, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    bool found =
        sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW;

    if (found && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
        *value = sqlite3_column_int64(statement, 0);
    }
    return sqlite3_finalize(statement) == SQLITE_OK && found;
}

static void
raise(sqlite3 *connection, const char *sql, int64_t *number)
{
    int64_t value = 0;

    /* Of a damaged file: what no row can have counts for nothing. */
    if (read_integer(connection, sql, &value) && value > *number &&
        value < ROW_NUMBER_MOST) {
        *number = value;
    }
}

static void
raise_numbers(sqlite3 *connection, struct row_numbers *given)
{
    raise(connection, "SELECT max(row) FROM incident", &given->incident);
    raise(connection, "SELECT max(row) FROM message", &given->message);
    raise(connection, "SELECT max(receipt) FROM event", &given->event);
    raise(connection, "SELECT max(row) FROM outbound", &given->outbound);
}

static bool
attach(sqlite3 *connection, const char *backup)
{
    char *uri = uri_of(backup);
    char *sql = sqlite3_mprintf("ATTACH %Q AS backup", uri);
    bool done = sqlite3_exec(connection, sql, NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_free(sql);
    free(uri);
    return done;
}

/* Row by row, so that what can be read of a damaged file counts. */
static void
count_lost(sqlite3 *connection, struct restore_loss *loss)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(connection,
                           "SELECT o.received_at_ms FROM main.event o NOT INDEXED"
                           " WHERE NOT EXISTS (SELECT 1 FROM backup.event b"
                           " WHERE b.source = o.source AND b.event_id = o.event_id)",
                           -1, &statement, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            int64_t at_ms = sqlite3_column_int64(statement, 0);

            loss->n_events++;
            if (loss->first_ms == TIME_NONE || at_ms < loss->first_ms) {
                loss->first_ms = at_ms;
            }
            loss->last_ms = at_ms > loss->last_ms ? at_ms : loss->last_ms;
        }
    }
    loss->is_readable = code == SQLITE_DONE;
    sqlite3_finalize(statement);
}

bool
restore_compare(const char *backup, const char *file, struct restore_loss *loss,
                struct row_numbers *given)
{
    sqlite3 *connection = restore_open_to_read(file);
    int64_t n_tables = 0;
    bool is_empty =
        read_integer(connection, "SELECT count(*) FROM sqlite_schema", &n_tables) &&
        n_tables == 0;

    *loss = (struct restore_loss){ .first_ms = TIME_NONE, .last_ms = TIME_NONE };
    if (!is_empty && attach(connection, backup)) {
        count_lost(connection, loss);
        raise_numbers(connection, given);
    }
    sqlite3_close(connection);
    return !is_empty;
}

char *
restore_set_aside_by(const char *path)
{
    sqlite3 *connection = restore_open_to_read(path);
    sqlite3_stmt *statement = NULL;
    char *name = NULL;

    if (sqlite3_prepare_v2(connection,
                           "SELECT value FROM note WHERE name = 'set_aside'", -1,
                           &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        name = string_copy((const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return name;
}
