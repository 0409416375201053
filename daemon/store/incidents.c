/* SPDX-License-Identifier: EUPL-1.2 */
/* Incidents one by one: found, saved, counted, due, merged. */
#include "store/incidents.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/incident_columns.h"
#include "store/row_floor.h"
#include "store/tables.h"
#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIND,
    GET,
    FIND_NUMBER,
    COUNT_NUMBER,
    INSERT,
    UPDATE,
    TALLY_KEY_OF,
    TALLY_ADD,
    TALLY_READ,
    OLDEST_WAITING,
    DUE,
    NEXT_CHECK,
    MERGE_SET,
    MERGE_DROP,
    MERGED_INTO
};

static const char *const sql[] = {
    [FIND] =
        "SELECT " INCIDENT_COLUMNS " FROM incident WHERE number = ?2 AND source = ?1",
    [GET] = "SELECT " INCIDENT_COLUMNS " FROM incident WHERE row = ?1",
    [FIND_NUMBER] =
        "SELECT " INCIDENT_COLUMNS " FROM incident WHERE number = ?1 "
        "AND known <= 1 ORDER BY known DESC, updated_at_ms DESC, row DESC LIMIT 1",
    [COUNT_NUMBER] = "SELECT count(*) FROM incident "
                     "WHERE number = ?1 AND known <= 1",
    [INSERT] =
        "INSERT INTO incident (row, source, number, record, known, status, mode,"
        " merged, sequence, created_at_ms, updated_at_ms, exists_since_ms,"
        " closed_at_ms, next_check_ms, promise_at_ms, promise_made_ms, lapses)"
        " VALUES"
        " (" NEXT_ROW(
            "incident",
            "row") ", ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
                   " ?16, ?17)",
    [UPDATE] = "UPDATE incident SET record = ?4, known = ?5, status = ?6, mode = ?7,"
               " merged = ?8, sequence = ?9, created_at_ms = ?10, updated_at_ms = ?11,"
               " exists_since_ms = ?12, closed_at_ms = ?13, next_check_ms = ?14,"
               " promise_at_ms = ?15, promise_made_ms = ?16, lapses = ?17,"
               " bodies_gone = 0, deliveries_gone = 0"
               " WHERE row = ?1",
    [TALLY_KEY_OF] =
        "SELECT CASE WHEN known = 1 THEN status ELSE -1 END FROM incident WHERE row = ?1",
    [TALLY_ADD] = TALLY_ADD_SQL,
    [TALLY_READ] = "SELECT n FROM tally WHERE kind = ?1 AND key = ?2",
    [OLDEST_WAITING] = "SELECT min(created_at_ms) FROM incident WHERE known = 0",
    [DUE] = "SELECT row FROM incident WHERE next_check_ms IS NOT NULL AND"
            " next_check_ms <= ?1 ORDER BY next_check_ms, row LIMIT ?2",
    [NEXT_CHECK] = "SELECT min(next_check_ms) FROM incident "
                   "WHERE next_check_ms IS NOT NULL",
    [MERGE_SET] =
        "INSERT INTO incident_merge (row, source, number) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (row) DO UPDATE SET source = excluded.source,"
        " number = excluded.number",
    [MERGE_DROP] = "DELETE FROM incident_merge WHERE row = ?1",
    [MERGED_INTO] = "SELECT m.row FROM incident i JOIN incident_merge m "
                    "ON m.source = i.source AND m.number = i.number "
                    "WHERE i.row = ?1 ORDER BY m.row LIMIT ?2",
};

/* The column `known`. */
enum {
    KNOWN_WAITS,
    KNOWN_EXISTS,
    KNOWN_OWN
};

const struct statement_table incidents_statements = { STATEMENTS_INCIDENTS, sql,
                                                      ARRAY_COUNT(sql) };

void
incident_row_clear(struct incident_row *row)
{
    free(row->source);
    free(row->incident);
    free(row->record);
    memset(row, 0, sizeof(*row));
}

void
incident_row_read(const struct store *store, sqlite3_stmt *statement,
                  struct incident_row *row)
{
    row->row = column_integer(statement, 0);
    public_id_format(store, 'i', row->row, row->id, sizeof(row->id));
    row->source = column_text_set_copy(statement, 1);
    row->incident = column_text_set_copy(statement, 2);
    row->record = column_text_set_copy(statement, 3);
    row->exists = column_integer(statement, 4) == KNOWN_EXISTS;
    row->own = column_integer(statement, 4) == KNOWN_OWN;
    row->status =
        (enum incident_status)column_choice(statement, 5, 0, INCIDENT_STATUS_COUNT);
    row->mode = (enum event_mode)column_choice(statement, 6, 0, MODE_COUNT);
    row->merged = column_integer(statement, 7) != 0;
    row->sequence = column_integer(statement, 8);
    row->created_at_ms = column_moment(statement, 9, TIME_NONE);
    row->updated_at_ms = column_moment(statement, 10, TIME_NONE);
    row->exists_since_ms = column_moment(statement, 11, TIME_NONE);
    row->closed_at_ms = column_moment(statement, 12, TIME_NONE);
    row->next_check_ms = column_moment(statement, 13, TIME_NEVER);
    row->promise_at_ms = column_moment(statement, 14, TIME_NEVER);
    row->promise_made_ms = column_moment(statement, 15, TIME_NONE);
    row->lapses = column_integer(statement, 16);
}

static bool
read_one(struct store *store, sqlite3_stmt *statement, struct incident_row *row)
{
    incident_row_clear(row);
    if (!statement_step(store, statement)) {
        return false;
    }
    incident_row_read(store, statement, row);
    statement_end(statement);
    return true;
}

bool
store_incident_find(struct store *store, const char *source, const char *number,
                    struct incident_row *row)
{
    return read_one(store,
                    statement_start(store, &incidents_statements, FIND,
                                    VALUES(text(source), text(number))),
                    row);
}

bool
store_incident_get(struct store *store, int64_t key, struct incident_row *row)
{
    return read_one(
        store, statement_start(store, &incidents_statements, GET, VALUES(integer(key))),
        row);
}

bool
store_incident_get_id(struct store *store, const char *id, struct incident_row *row)
{
    return store_incident_get(store, public_id_parse(store, 'i', id), row);
}

bool
store_incident_get_number(struct store *store, const char *number,
                          struct incident_row *row, size_t *others)
{
    int64_t n = statement_integer(store, &incidents_statements, COUNT_NUMBER, 0,
                                  VALUES(text(number)));

    *others = n > 1 ? (size_t)n - 1 : 0;
    return read_one(store,
                    statement_start(store, &incidents_statements, FIND_NUMBER,
                                    VALUES(text(number))),
                    row);
}

static void
tally(struct store *store, int64_t key, int64_t change)
{
    statement_run(store, &incidents_statements, TALLY_ADD,
                  VALUES(text(TALLY_INCIDENT), integer(key), integer(change)));
}

void
store_incident_save(struct store *store, struct incident_row *row)
{
    int64_t key = row->exists ? (int64_t)row->status : TALLY_WAITING;
    int64_t known = row->own ? KNOWN_OWN : row->exists ? KNOWN_EXISTS : KNOWN_WAITS;
    int64_t old_key = key;
    bool is_new = row->row == 0;

    if (!is_new && !row->own) {
        old_key = statement_integer(store, &incidents_statements, TALLY_KEY_OF, key,
                                    VALUES(integer(row->row)));
    }
    statement_run(store, &incidents_statements, is_new ? INSERT : UPDATE,
                  VALUES(reference(row->row), text(row->source), text(row->incident),
                         text(row->record), integer(known),
                         integer((int64_t)row->status), integer((int64_t)row->mode),
                         integer(row->merged), integer(row->sequence),
                         moment(row->created_at_ms), moment(row->updated_at_ms),
                         moment(row->exists_since_ms), moment(row->closed_at_ms),
                         moment(row->next_check_ms), moment(row->promise_at_ms),
                         moment(row->promise_made_ms), integer(row->lapses)));
    if (is_new && !store->failed) {
        row->row = sqlite3_last_insert_rowid(store->connection);
        public_id_format(store, 'i', row->row, row->id, sizeof(row->id));
        if (!row->own) {
            tally(store, key, 1);
        }
    } else if (old_key != key) {
        tally(store, old_key, -1);
        tally(store, key, 1);
    }
}

void
store_incident_counts(struct store *store, int64_t counts[INCIDENT_STATUS_COUNT],
                      int64_t *waiting, int64_t *oldest_waiting_ms)
{
    for (int key = 0; key < INCIDENT_STATUS_COUNT; key++) {
        counts[key] = statement_integer(store, &incidents_statements, TALLY_READ, 0,
                                        VALUES(text(TALLY_INCIDENT), integer(key)));
    }
    *waiting = statement_integer(store, &incidents_statements, TALLY_READ, 0,
                                 VALUES(text(TALLY_INCIDENT), integer(TALLY_WAITING)));
    *oldest_waiting_ms = statement_integer(store, &incidents_statements, OLDEST_WAITING,
                                           TIME_NONE, NO_VALUES);
}

static size_t
read_keys(struct store *store, sqlite3_stmt *statement, int64_t *keys, size_t max)
{
    size_t n = 0;

    while (statement_step(store, statement)) {
        if (n < max) {
            keys[n++] = column_integer(statement, 0);
        }
    }
    return n;
}

size_t
store_incidents_due(struct store *store, int64_t now_ms, int64_t *keys, size_t max)
{
    return read_keys(store,
                     statement_start(store, &incidents_statements, DUE,
                                     VALUES(integer(now_ms), integer((int64_t)max))),
                     keys, max);
}

int64_t
store_incidents_next_check(struct store *store)
{
    return statement_integer(store, &incidents_statements, NEXT_CHECK, TIME_NEVER,
                             NO_VALUES);
}

size_t
store_incidents_merged_into(struct store *store, int64_t target_row, int64_t *keys,
                            size_t max)
{
    return read_keys(
        store,
        statement_start(store, &incidents_statements, MERGED_INTO,
                        VALUES(integer(target_row), integer((int64_t)max))),
        keys, max);
}

void
store_incident_merge(struct store *store, int64_t row, const char *source,
                     const char *number)
{
    if (number == NULL) {
        statement_run(store, &incidents_statements, MERGE_DROP, VALUES(integer(row)));
    } else {
        statement_run(store, &incidents_statements, MERGE_SET,
                      VALUES(integer(row), text(source), text(number)));
    }
}
