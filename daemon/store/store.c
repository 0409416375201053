/* SPDX-License-Identifier: EUPL-1.2 */
/* Transactions, the sticky failure, notes and public ids. */
#include "store/store.h"

#include "base/log.h"
#include "base/memory.h"
#include "store/damage.h"
#include "store/database.h"
#include "store/tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    CHECKPOINT_PAGES = 1000
};

enum {
    BEGIN,
    COMMIT,
    TRY_BEGIN,
    TRY_UNDO,
    TRY_KEEP,
    NOTE_FIND,
    NOTE_SAVE,
    NOTE_DROP
};

static const char *const sql[] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [TRY_BEGIN] = "SAVEPOINT try",
    [TRY_UNDO] = "ROLLBACK TO try",
    [TRY_KEEP] = "RELEASE try",
    [NOTE_FIND] = "SELECT value FROM note WHERE name = ?1",
    [NOTE_SAVE] = ("INSERT INTO note (name, value) VALUES (?1, ?2) "
                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
    [NOTE_DROP] = "DELETE FROM note WHERE name = ?1",
};

const struct statement_table store_statements = { STATEMENTS_STORE, sql,
                                                  ARRAY_COUNT(sql) };

/* --- Failure ---------------------------------------------------------------------- */

/* Of the last write that failed. sqlite3_system_errno does not know it after a COMMIT.
 * What is written goes to the log, except by a checkpoint. */
static int
write_errno(struct store *store, bool by_checkpoint)
{
    sqlite3_file *file = NULL;
    int cause = 0;

    (void)sqlite3_file_control(store->connection, "main",
                               by_checkpoint ? SQLITE_FCNTL_FILE_POINTER
                                             : SQLITE_FCNTL_JOURNAL_POINTER,
                               &file);
    if (file != NULL && file->pMethods != NULL) {
        (void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &cause);
    }
    return cause;
}

/* A quota or a limit on the size of files is a lack of room too. */
static bool
is_lack_of_room(struct store *store, int code, bool by_checkpoint)
{
    int cause;

    if (code != SQLITE_IOERR_WRITE) {
        return (code & 0xff) == SQLITE_FULL;
    }
    cause = write_errno(store, by_checkpoint);
    return cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
}

static void
fail_with(struct store *store, int code, char *text)
{
    store->failed = true;
    store->failure = is_lack_of_room(store, code, false) ? STATUS_FULL : STATUS_IO;
    free(store->failure_text);
    store->failure_text = text;
    if (damage_is_meant(code)) {
        store->damaged = true;
        damage_suspect(store->path, text, damage_is_certain(code));
    }
}

void
store_fail(struct store *store, int code)
{
    if (!store->failed) {
        fail_with(store, code,
                  string_format("%s (SQLite code %d)",
                                sqlite3_errmsg(store->connection), code));
    }
}

void
store_fail_value(sqlite3_stmt *statement, int column, const char *what)
{
    struct store *store = store_of(sqlite3_db_handle(statement));

    if (store != NULL && !store->failed) {
        fail_with(store, SQLITE_CORRUPT,
                  string_format("column %s has %s",
                                sqlite3_column_name(statement, column), what));
    }
}

static void
forget_failure(struct store *store)
{
    store->failed = false;
    free(store->failure_text);
    store->failure_text = NULL;
}

bool
store_is_short_of_room(const struct store *store)
{
    return store->short_of_room;
}

/* Instead of SQLite's own, which says nothing of a checkpoint that fails: its sync must
 * not be tried again with the next commit. */
int
store_checkpoint(void *context, sqlite3 *connection, const char *name, int n_pages)
{
    struct store *store = context;
    int code;

    if (n_pages < CHECKPOINT_PAGES) {
        return SQLITE_OK;
    }
    code = sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                     NULL);
    store->short_of_room = code != SQLITE_OK && is_lack_of_room(store, code, true);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY &&
        (code & 0xff) != SQLITE_LOCKED && !store->short_of_room) {
        store_fail(store, code);
    }
    return SQLITE_OK;
}

bool
store_failed(const struct store *store)
{
    return store->failed;
}

static enum status
tell_failure(const struct store *store, struct error *error)
{
    if (store->failure == STATUS_FULL) {
        return error_set(error, STATUS_FULL,
                         "there is no room for the database %s: %s; make room on its "
                         "disk",
                         store->path, store->failure_text);
    }
    return error_set(error, STATUS_IO, "the database %s failed: %s", store->path,
                     store->failure_text);
}

/* --- Transactions ----------------------------------------------------------------- */

/* Steps a statement that is no part of a transaction's content. */
static void
control(struct store *store, int id)
{
    sqlite3_stmt *statement = statement_start(store, &store_statements, id, NO_VALUES);

    while (statement_step(store, statement)) {
    }
}

void
store_begin(struct store *store)
{
    if (store->in_transaction || store->failed) {
        return;
    }
    control(store, BEGIN);
    store->in_transaction = !store->failed;
}

bool
store_in_transaction(const struct store *store)
{
    return store->in_transaction;
}

/* Some failures make SQLite roll back by itself. A rollback that fails leaves the
 * journal to the next start; the process ends after any such failure. */
static void
undo(struct store *store)
{
    if (sqlite3_get_autocommit(store->connection) == 0 &&
        sqlite3_exec(store->connection, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK) {
        log_error("store: a rollback failed: %s", sqlite3_errmsg(store->connection));
    }
    counts_rolled_back(&store->counts);
    store->in_transaction = false;
    store->trying = false;
}

void
store_rollback(struct store *store)
{
    undo(store);
    if (!store->broken) {
        forget_failure(store);
    }
}

static int64_t
monotonic_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
keep_time(struct store *store, int64_t us)
{
    if (store->n_commits < COMMIT_TIMES_KEPT) {
        store->commit_us[store->n_commits++] = us;
    }
}

enum status
store_commit(struct store *store, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t begun_us;

    if (store->in_transaction && !store->failed) {
        counts_write(store);
        begun_us = monotonic_us();
        control(store, COMMIT);
        keep_time(store, monotonic_us() - begun_us);
    }
    if (store->failed) {
        status = tell_failure(store, error);
        undo(store);
        store->broken = status != STATUS_FULL;
        if (!store->broken) {
            forget_failure(store);
        }
        return status;
    }
    if (store->in_transaction) {
        counts_committed(&store->counts);
        store->in_transaction = false;
        store->trying = false;
    }
    return STATUS_OK;
}

void
store_commit_times(struct store *store, void (*each)(void *context, int64_t us),
                   void *context)
{
    for (int i = 0; i < store->n_commits; i++) {
        each(context, store->commit_us[i]);
    }
    store->n_commits = 0;
}

void
store_try_begin(struct store *store)
{
    store_begin(store);
    if (store->trying) {
        fatal("store: a try inside a try");
    }
    control(store, TRY_BEGIN);
    counts_try_begin(&store->counts);
    store->trying = !store->failed;
}

void
store_try_undo(struct store *store)
{
    if (!store->trying) {
        return;
    }
    control(store, TRY_UNDO);
    control(store, TRY_KEEP);
    counts_try_undo(&store->counts);
    store->trying = false;
}

void
store_try_keep(struct store *store)
{
    if (!store->trying) {
        return;
    }
    control(store, TRY_KEEP);
    store->trying = false;
}

/* --- Notes and ids ---------------------------------------------------------------- */

char *
store_note_find(struct store *store, const char *name)
{
    sqlite3_stmt *statement =
        statement_start(store, &store_statements, NOTE_FIND, VALUES(text(name)));
    char *value = NULL;

    if (statement_step(store, statement)) {
        value = column_text_copy(statement, 0);
        statement_end(statement);
    }
    return value;
}

void
store_note_save(struct store *store, const char *name, const char *value)
{
    statement_run(store, &store_statements, NOTE_SAVE, VALUES(text(name), text(value)));
}

void
store_note_drop(struct store *store, const char *name)
{
    statement_run(store, &store_statements, NOTE_DROP, VALUES(text(name)));
}

const char *
store_instance(const struct store *store)
{
    return store->instance;
}

void
public_id_format(const struct store *store, char kind, int64_t row, char *out,
                 size_t size)
{
    (void)snprintf(out, size, "%c_%s_%lld", kind, store->instance, (long long)row);
}

int64_t
public_id_parse(const struct store *store, char kind, const char *id)
{
    char prefix[STORE_INSTANCE_SIZE + 4];
    char *end;
    size_t len;
    long long row;

    (void)snprintf(prefix, sizeof(prefix), "%c_%s_", kind, store->instance);
    len = strlen(prefix);
    if (strncmp(id, prefix, len) != 0 || id[len] < '1' || id[len] > '9') {
        return 0;
    }
    errno = 0;
    row = strtoll(id + len, &end, 10);
    return errno == 0 && *end == '\0' ? row : 0;
}
