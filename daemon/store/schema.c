/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The way from one version of the schema to the next: each step in one transaction,
 * after a copy of what was.
 */
#include "store/schema.h"

#include "base/digest.h"
#include "base/memory.h"
#include "model/names.h"
#include "store/database.h"
#include "store/filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Copy before an upgrade ------------------------------------------------------- */

/* VACUUM INTO takes an empty file, so that nobody else can read the copy meanwhile. */
bool
schema_copy_into(struct store *store, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char *sql;
    bool done;

    if (file < 0) {
        return false;
    }
    close(file);
    sql = sqlite3_mprintf("VACUUM INTO %Q", path);
    done = sql != NULL && database_execute(store, sql) && filesystem_sync_file(path);
    sqlite3_free(sql);
    return done;
}

static enum status
copy_aside(struct store *store, int64_t version, struct error *error)
{
    char *path = string_format("%s.v%lld", store->path, (long long)version);
    char *unfinished = string_format("%s.part", path);
    enum status status = STATUS_OK;

    if (!schema_copy_into(store, unfinished) || rename(unfinished, path) != 0 ||
        !filesystem_sync_folder_of(path)) {
        status = error_set(error, STATUS_IO,
                           "the database %s could not be copied to %s before its "
                           "upgrade (%s); make room, or make the folder writable",
                           store->path, path, sqlite3_errmsg(store->connection));
        (void)unlink(unfinished);
    }
    free(unfinished);
    free(path);
    return status;
}

/* --- Steps ------------------------------------------------------------------------ */

static bool
mark_new(struct store *store, int64_t now_ms)
{
    char instance[STORE_INSTANCE_SIZE];
    char *sql;
    bool done;

    random_id(instance, STORE_INSTANCE_SIZE - 2);
    sql = sqlite3_mprintf("INSERT INTO meta (name, value) VALUES ('instance', %Q),"
                          " ('created_at_ms', '%lld')",
                          instance, (long long)now_ms);
    done = sql != NULL && database_execute(store, sql);
    sqlite3_free(sql);
    return done;
}

static bool
run_texts(struct store *store, const struct schema_step *step)
{
    for (size_t i = 0; i < ARRAY_COUNT(step->sql) && step->sql[i] != NULL; i++) {
        if (!database_execute(store, step->sql[i])) {
            return false;
        }
    }
    return true;
}

static bool
take_step(struct store *store, const struct schema_step *step, int version,
          int64_t now_ms)
{
    char pragmas[96];

    (void)snprintf(pragmas, sizeof(pragmas),
                   "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   (int)STORE_APPLICATION_ID, version + 1);
    if (!database_execute(store, "BEGIN IMMEDIATE")) {
        return false;
    }
    return run_texts(store, step) && (version > 0 || mark_new(store, now_ms)) &&
           (step->finish == NULL || step->finish(store)) &&
           database_execute(store, pragmas) && database_execute(store, "COMMIT");
}

enum {
    STEPS_AHEAD_MOST = 99 /* further ahead than any newer version can be */
};

/* The tables are this program's, whatever the file's header says. */
static bool
has_our_tables(struct store *store)
{
    int64_t n = 0;

    return database_integer(store,
                            "SELECT count(*) FROM sqlite_schema WHERE name IN"
                            " ('meta', 'note', 'incident', 'message', 'outbound')",
                            &n) &&
           n == 5;
}

static enum status
tell_damaged_header(struct store *store, int64_t application, int64_t version,
                    struct error *error)
{
    store->damaged = true;
    return error_set(error, STATUS_INVALID,
                     "the header of the database %s is damaged (application id %lld, "
                     "schema version %lld)",
                     store->path, (long long)application, (long long)version);
}

enum status
schema_check(struct store *store, int n_steps, struct error *error)
{
    int64_t application;
    int64_t n_tables;
    int64_t version;

    if (!database_integer(store, "PRAGMA application_id", &application) ||
        !database_integer(store, "PRAGMA user_version", &version) ||
        !database_integer(store, "SELECT count(*) FROM sqlite_schema", &n_tables)) {
        return database_open_error(store, error);
    }
    if (application != STORE_APPLICATION_ID && (application != 0 || n_tables > 0)) {
        if (has_our_tables(store)) {
            return tell_damaged_header(store, application, version, error);
        }
        return error_set(error, STATUS_INVALID,
                         "%s is an SQLite database of another program (application id "
                         "%lld); name a file that does not exist yet, or one made by "
                         "Budkavle",
                         store->path, (long long)application);
    }
    if (version < 0 || version > n_steps + STEPS_AHEAD_MOST ||
        (version == 0) != (n_tables == 0)) {
        return tell_damaged_header(store, application, version, error);
    }
    if (version > n_steps) {
        return error_set(error, STATUS_CONFLICT,
                         "%s has schema version %lld, made by a newer Budkavle; this "
                         "one knows versions up to %d: install the newer one again, or "
                         "restore a backup of before the upgrade",
                         store->path, (long long)version, n_steps);
    }
    return STATUS_OK;
}

enum status
schema_upgrade(struct store *store, const struct schema_step *steps, int n_steps,
               int64_t now_ms, bool keep_copy, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t version;

    if (!database_integer(store, "PRAGMA user_version", &version)) {
        return database_open_error(store, error);
    }
    if (keep_copy && version > 0 && version < n_steps) {
        status = copy_aside(store, version, error);
    }
    for (int64_t next = version; status == STATUS_OK && next < n_steps; next++) {
        if (!take_step(store, &steps[next], (int)next, now_ms)) {
            status = database_open_error(store, error);
            (void)database_execute(store, "ROLLBACK");
        }
    }
    return status;
}
