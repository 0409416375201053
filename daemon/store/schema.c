/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The schema, and the way from one version of it to the next.
 *
 * Times are milliseconds; NULL is "none" or "never". Enums are stored as their numbers,
 * so the order of their members must not change without a step.
 */
#include "store/schema.h"

#include "base/digest.h"
#include "base/memory.h"
#include "model/names.h"
#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(DELIVERY_HELD == 0 && DELIVERY_PENDING == 1 && DELIVERY_IN_FLIGHT == 2 &&
                   DELIVERY_UNKNOWN == 3 && DELIVERY_PARKED == 4 &&
                   DELIVERY_DELIVERED == 5 && DELIVERY_COVERED == 6 &&
                   DELIVERY_CANCELLED == 7 && DELIVERY_UNDELIVERABLE == 8 &&
                   DELIVERY_EXPANDED == 9,
               "the partial indexes and stored rows rely on these numbers");
_Static_assert(INCIDENT_PLANNED == 0 && INCIDENT_SUSPECTED == 1 &&
                   INCIDENT_CONFIRMED == 2 && INCIDENT_PARTLY_RESTORED == 3 &&
                   INCIDENT_RESTORED == 4 && INCIDENT_CANCELLED == 5,
               "the partial index of open incidents relies on these numbers");

static const char version_1_incidents[] =
    "CREATE TABLE meta ("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE note ("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    /* Numbers that would take a scan: incidents by status (-1: waiting), messages. */
    "CREATE TABLE tally ("
    "  kind TEXT NOT NULL, key INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE incident ("
    "  row INTEGER PRIMARY KEY, source TEXT NOT NULL, number TEXT NOT NULL,"
    "  known INTEGER NOT NULL, status INTEGER NOT NULL, mode INTEGER NOT NULL,"
    "  merged INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  created_at_ms INTEGER, updated_at_ms INTEGER, exists_since_ms INTEGER,"
    "  closed_at_ms INTEGER, next_check_ms INTEGER, record TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX incident_number ON incident (number, source);"
    "CREATE INDEX incident_open ON incident (merged, status)"
    "  WHERE known = 1 AND merged = 0 AND status <= 3;"
    "CREATE INDEX incident_closed ON incident (closed_at_ms)"
    "  WHERE closed_at_ms IS NOT NULL;"
    "CREATE INDEX incident_updated ON incident (updated_at_ms) WHERE known = 1;"
    "CREATE INDEX incident_waiting ON incident (known, created_at_ms) WHERE known = 0;"
    "CREATE INDEX incident_check ON incident (next_check_ms)"
    "  WHERE next_check_ms IS NOT NULL;"

    /* By the sender's number: the target may not be known yet. */
    "CREATE TABLE incident_merge ("
    "  row INTEGER PRIMARY KEY REFERENCES incident, source TEXT NOT NULL,"
    "  number TEXT NOT NULL) STRICT;"
    "CREATE INDEX incident_merge_target ON incident_merge (source, number);"

    "CREATE TABLE event ("
    "  receipt INTEGER PRIMARY KEY, source TEXT NOT NULL, event_id TEXT NOT NULL,"
    "  incident INTEGER NOT NULL REFERENCES incident, at_ms INTEGER,"
    "  received_at_ms INTEGER, digest TEXT NOT NULL, body TEXT NOT NULL,"
    "  result INTEGER NOT NULL, message INTEGER REFERENCES message, why TEXT) STRICT;"
    "CREATE UNIQUE INDEX event_identity ON event (source, event_id);"
    "CREATE INDEX event_incident ON event (incident);"

    "CREATE TABLE file_taken ("
    "  source TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    "  taken_at_ms INTEGER,"
    "  PRIMARY KEY (source, name, sha256)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE file_attempt ("
    "  source TEXT NOT NULL, name TEXT NOT NULL, running INTEGER NOT NULL,"
    "  deaths INTEGER NOT NULL, PRIMARY KEY (source, name)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE message ("
    "  row INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incident,"
    "  sequence INTEGER NOT NULL, notice INTEGER NOT NULL, priority INTEGER NOT NULL,"
    "  written_at_ms INTEGER, record TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX message_sequence ON message (incident, sequence);";

static const char version_1_outbound[] =
    "CREATE TABLE channel ("
    "  row INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE incident_channel ("
    "  incident INTEGER NOT NULL REFERENCES incident, channel INTEGER NOT NULL,"
    "  last_sequence INTEGER NOT NULL,"
    "  PRIMARY KEY (incident, channel)) STRICT, WITHOUT ROWID;"

    /* recipient '': the channel itself. cursor: the last address that was expanded. */
    "CREATE TABLE outbound ("
    "  row INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message,"
    "  incident INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  previous INTEGER NOT NULL, channel INTEGER NOT NULL, recipient TEXT NOT NULL,"
    "  list INTEGER NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,"
    "  ready INTEGER NOT NULL, late INTEGER NOT NULL DEFAULT 0,"
    "  transport INTEGER NOT NULL DEFAULT 0, created_at_ms INTEGER,"
    "  due_at_ms INTEGER NOT NULL, attempted_at_ms INTEGER, concluded_at_ms INTEGER,"
    "  attempts INTEGER NOT NULL DEFAULT 0, owner TEXT, lease_until_ms INTEGER,"
    "  last_error TEXT, remote_id TEXT, cursor TEXT) STRICT;"
    "CREATE UNIQUE INDEX outbound_order"
    "  ON outbound (incident, channel, recipient, sequence);"
    "CREATE INDEX outbound_incident ON outbound (incident);"
    "CREATE INDEX outbound_due ON outbound (channel, priority, due_at_ms)"
    "  WHERE state = " SQL_PENDING " AND ready = 1 AND list = 0;"
    "CREATE INDEX outbound_open ON outbound (channel, state, created_at_ms)"
    "  WHERE " SQL_OPEN_STATE ";"
    "CREATE INDEX outbound_transport ON outbound (channel, priority, due_at_ms)"
    "  WHERE state = " SQL_PENDING " AND transport = 1;"
    "CREATE INDEX outbound_list ON outbound (priority)"
    "  WHERE list <> 0 AND state <= 1;"
    "CREATE TABLE outbound_count ("
    "  channel INTEGER NOT NULL, state INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (channel, state)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE action ("
    "  row INTEGER PRIMARY KEY, at_ms INTEGER, uid INTEGER NOT NULL,"
    "  action TEXT NOT NULL, incident INTEGER REFERENCES incident,"
    "  outbound INTEGER REFERENCES outbound, channel TEXT, reason TEXT) STRICT;"
    "CREATE INDEX action_incident ON action (incident) WHERE incident IS NOT NULL;"

    "CREATE TABLE recipient_list ("
    "  row INTEGER PRIMARY KEY, channel INTEGER NOT NULL, sha256 TEXT NOT NULL,"
    "  complete INTEGER NOT NULL, size INTEGER NOT NULL, created_at_ms INTEGER) STRICT;"
    "CREATE INDEX recipient_list_channel ON recipient_list (channel);"
    "CREATE TABLE recipient ("
    "  list INTEGER NOT NULL, address TEXT NOT NULL,"
    "  PRIMARY KEY (list, address)) STRICT, WITHOUT ROWID;";

const struct schema_step schema_steps[] = {
    [0] = { { version_1_incidents, version_1_outbound } },
};
_Static_assert(ARRAY_COUNT(schema_steps) == STORE_SCHEMA_VERSION,
               "one step for each version");

/* --- Copy before an upgrade ------------------------------------------------------- */

static bool
sync_path(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    bool done;

    if (file < 0) {
        return false;
    }
    done = fsync(file) == 0;
    close(file);
    return done;
}

static bool
sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? string_copy(".")
                                 : string_copy_n(path, (size_t)(slash - path) + 1);
    bool done = sync_path(folder, O_RDONLY | O_DIRECTORY);

    free(folder);
    return done;
}

/* VACUUM INTO takes an empty file, so that nobody else can read the copy meanwhile. */
static bool
copy_into(struct store *store, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char *sql;
    bool done;

    if (file < 0) {
        return false;
    }
    close(file);
    sql = sqlite3_mprintf("VACUUM INTO %Q", path);
    done = sql != NULL && database_execute(store, sql) && sync_path(path, O_RDONLY);
    sqlite3_free(sql);
    return done;
}

static enum status
copy_aside(struct store *store, int64_t version, struct error *error)
{
    char *path = string_format("%s.v%lld", store->path, (long long)version);
    char *unfinished = string_format("%s.part", path);
    enum status status = STATUS_OK;

    if (!copy_into(store, unfinished) || rename(unfinished, path) != 0 ||
        !sync_folder_of(path)) {
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
           database_execute(store, pragmas) && database_execute(store, "COMMIT");
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
        return error_set(error, STATUS_INVALID,
                         "%s is an SQLite database of another program (application id "
                         "%lld); name a file that does not exist yet, or one made by "
                         "Budkavle",
                         store->path, (long long)application);
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
               int64_t now_ms, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t version;

    if (!database_integer(store, "PRAGMA user_version", &version)) {
        return database_open_error(store, error);
    }
    if (version > 0 && version < n_steps) {
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
