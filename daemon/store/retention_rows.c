/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is removed, in an order that leaves no reference to a row that is gone, with the
 * counts kept right and the numbers of the rows never given again.
 */
#include "store/retention_rows.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/row_floor.h"
#include "store/tables.h"
#include "store/tally.h"

enum {
    NEXT_BODIES,
    NEXT_DELIVERIES,
    NEXT_INCIDENT,
    BELONGS_TO_OPEN,
    PART_OF,
    LOOK,
    IS_OVER,
    EMPTY_BODIES,
    PIECE_END,
    PIECE_COUNTS,
    PIECE_KEEP_COUNTS,
    PIECE_UNCOVER,
    PIECE_REMOVE,
    REMOVED_COUNTS,
    REMOVED_DROP,
    DROP_EVENTS,
    DROP_MESSAGES,
    DROP_CHANNELS,
    DROP_MERGE,
    TALLY_KEY_OF,
    DROP_INCIDENT,
    DROP_FILES,
    NOTE_BODIES,
    NOTE_DELIVERIES,
    RAISE_FLOOR,
    FLOOR_OF_EVENTS,
    FLOOR_OF_MESSAGES,
    FORGOTTEN_RAISE,
    FORGOTTEN,
    TALLY_ADD
};

/* ?1 and ?2 the place behind which it goes on, ?3 the moment. */
#define NEXT_CLOSED(more)                                                              \
    "SELECT row, closed_at_ms FROM incident WHERE closed_at_ms IS NOT NULL" more       \
    " AND closed_at_ms >= ?1 AND closed_at_ms < ?3"                                    \
    " AND (closed_at_ms > ?1 OR row > ?2) ORDER BY closed_at_ms, row LIMIT 1"
/* The first deliveries of incident ?1, up to row ?2. */
#define PIECE "incident = ?1 AND row <= ?2"
#define ROWS_OF_PIECE "(SELECT row FROM outbound WHERE " PIECE ")"
#define DROP_SOME(table, key, where)                                                   \
    "DELETE FROM " table " WHERE " key " IN (SELECT " key " FROM " table               \
    " WHERE " where " LIMIT ?2)"

#define FLOOR_OF(table, key)                                                           \
    "INSERT INTO row_floor (name, row) SELECT '" table "', " key " FROM " table        \
    " WHERE incident = ?1 ORDER BY " key " DESC LIMIT 1"                               \
    " ON CONFLICT (name) DO UPDATE SET row = max(row, excluded.row)"

static const char *const sql[] = {
    [NEXT_BODIES] = NEXT_CLOSED(" AND bodies_gone = 0"),
    [NEXT_DELIVERIES] = NEXT_CLOSED(" AND deliveries_gone = 0"),
    [NEXT_INCIDENT] = NEXT_CLOSED(""),
    [BELONGS_TO_OPEN] =
        "SELECT 1 FROM incident_merge m JOIN incident i"
        " ON i.source = m.source AND i.number = m.number WHERE m.row = ?1"
        " AND (i.closed_at_ms IS NULL OR i.closed_at_ms >= ?2)",
    [PART_OF] = "SELECT m.row FROM incident i JOIN incident_merge m"
                " ON m.source = i.source AND m.number = i.number"
                " WHERE i.row = ?1 AND m.row <> i.row LIMIT 1",
    [LOOK] = "SELECT max(row), max(state BETWEEN 0 AND 4), count(*) FROM"
             " (SELECT row, state FROM outbound WHERE incident = ?1 AND row > ?2"
             " ORDER BY row LIMIT ?3)",
    [IS_OVER] = "SELECT 1 FROM incident WHERE row = ?1 AND next_check_ms IS NULL"
                " AND (closed_at_ms < ?2 OR (closed_at_ms IS NULL AND merged = 1))",
    [EMPTY_BODIES] = "UPDATE event SET body = '' WHERE receipt IN (SELECT receipt FROM"
                     " event WHERE incident = ?1 AND body <> '' LIMIT ?2)",
    [PIECE_END] = "SELECT max(row) FROM (SELECT row FROM outbound WHERE incident = ?1"
                  " ORDER BY row LIMIT ?2)",
    [PIECE_COUNTS] = "SELECT channel, state, count(*) FROM outbound WHERE " PIECE
                     " GROUP BY channel, state",
    [PIECE_KEEP_COUNTS] =
        "INSERT INTO outbound_removed (incident, channel, state, n)"
        " SELECT incident, channel, state, count(*) FROM outbound WHERE " PIECE
        " AND state <> " SQL_EXPANDED " GROUP BY channel, state"
        " ON CONFLICT (incident, channel, state) DO UPDATE SET n = n + excluded.n",
    /* What another incident's word has covered stays covered; by what is forgotten. */
    [PIECE_UNCOVER] =
        "UPDATE outbound SET covered_by = NULL WHERE covered_by IN " ROWS_OF_PIECE,
    [PIECE_REMOVE] = "DELETE FROM outbound WHERE " PIECE,
    [REMOVED_COUNTS] =
        "SELECT channel, state, n FROM outbound_removed WHERE incident = ?1",
    [REMOVED_DROP] = "DELETE FROM outbound_removed WHERE incident = ?1",
    [DROP_EVENTS] = DROP_SOME("event", "receipt", "incident = ?1"),
    [DROP_MESSAGES] = DROP_SOME("message", "row", "incident = ?1"),
    [DROP_CHANNELS] = "DELETE FROM incident_channel WHERE incident = ?1",
    [DROP_MERGE] = "DELETE FROM incident_merge WHERE row = ?1",
    /* The daemon's own rows are not in it. */
    [TALLY_KEY_OF] = "SELECT CASE known WHEN 1 THEN status WHEN 0 THEN -1 ELSE -2 END"
                     " FROM incident WHERE row = ?1",
    [DROP_INCIDENT] = "DELETE FROM incident WHERE row = ?1",
    [DROP_FILES] =
        "DELETE FROM file_taken WHERE (source, name, sha256) IN"
        " (SELECT source, name, sha256 FROM file_taken WHERE taken_at_ms < ?1"
        " ORDER BY taken_at_ms LIMIT ?2)",
    [NOTE_BODIES] = "UPDATE incident SET bodies_gone = 1 WHERE row = ?1",
    [NOTE_DELIVERIES] = "UPDATE incident SET deliveries_gone = 1 WHERE row = ?1",
    [RAISE_FLOOR] = ROW_FLOOR_RAISE_SQL,
    [FLOOR_OF_EVENTS] = FLOOR_OF("event", "receipt"),
    [FLOOR_OF_MESSAGES] = FLOOR_OF("message", "row"),
    [FORGOTTEN_RAISE] =
        "INSERT INTO row_floor (name, row) SELECT 'forgotten', closed_at_ms"
        " FROM incident WHERE row = ?1 AND closed_at_ms IS NOT NULL"
        " ON CONFLICT (name) DO UPDATE SET row = max(row, excluded.row)",
    [FORGOTTEN] = "SELECT row FROM row_floor WHERE name = 'forgotten'",
    [TALLY_ADD] = TALLY_ADD_SQL,
};
_Static_assert(DELIVERY_HELD == 0 && DELIVERY_PARKED == 4, "a statement names them");

const struct statement_table retention_statements = { STATEMENTS_RETENTION, sql,
                                                      ARRAY_COUNT(sql) };

static int64_t
run(struct store *store, int id, int64_t first, int64_t second)
{
    return statement_run(store, &retention_statements, id,
                         VALUES(integer(first), integer(second)));
}

static int64_t
ask(struct store *store, int id, int64_t first, int64_t second)
{
    return statement_integer(store, &retention_statements, id, 0,
                             VALUES(integer(first), integer(second)));
}

/* --- Which ------------------------------------------------------------------------ */

bool
retention_next(struct store *store, enum retention_stage stage, int64_t before_ms,
               int64_t *closed_ms, int64_t *row)
{
    static const int ids[] = {
        [RETAIN_BODIES] = NEXT_BODIES,
        [RETAIN_DELIVERIES] = NEXT_DELIVERIES,
        [RETAIN_INCIDENTS] = NEXT_INCIDENT,
    };
    sqlite3_stmt *statement =
        statement_start(store, &retention_statements, ids[stage],
                        VALUES(integer(*closed_ms), integer(*row), integer(before_ms)));

    if (!statement_step(store, statement)) {
        return false;
    }
    *row = column_integer(statement, 0);
    *closed_ms = column_moment(statement, 1, 0);
    statement_end(statement);
    return true;
}

bool
retention_belongs_to_open(struct store *store, int64_t incident, int64_t before_ms)
{
    return ask(store, BELONGS_TO_OPEN, incident, before_ms) != 0;
}

int64_t
retention_part_of(struct store *store, int64_t incident)
{
    return ask(store, PART_OF, incident, 0);
}

bool
retention_is_over(struct store *store, int64_t incident, int64_t before_ms)
{
    return ask(store, IS_OVER, incident, before_ms) != 0;
}

bool
retention_are_finished(struct store *store, int64_t incident, int64_t *seen_row,
                       int64_t max_rows, bool *more)
{
    sqlite3_stmt *statement = statement_start(
        store, &retention_statements, LOOK,
        VALUES(integer(incident), integer(*seen_row), integer(max_rows)));
    bool finished = true;

    *more = false;
    if (statement_step(store, statement)) {
        *more = column_integer(statement, 2) == max_rows;
        finished = column_integer(statement, 1) == 0;
        *seen_row = *more ? column_integer(statement, 0) : *seen_row;
        statement_end(statement);
    }
    return finished;
}

/* --- Removing --------------------------------------------------------------------- */

bool
retention_empty_bodies(struct store *store, int64_t incident, int64_t max_rows)
{
    return run(store, EMPTY_BODIES, incident, max_rows) > 0;
}

/* Takes what the statement counts from the counts by channel and state. */
static void
take_counts(struct store *store, int id, int64_t incident, int64_t last_row)
{
    sqlite3_stmt *statement = statement_start(
        store, &retention_statements, id, VALUES(integer(incident), integer(last_row)));

    while (statement_step(store, statement)) {
        counts_add(
            store, column_integer(statement, 0),
            (enum delivery_state)column_choice(statement, 1, 0, DELIVERY_STATE_COUNT),
            -column_integer(statement, 2));
    }
}

static void
raise_floor(struct store *store, const char *table, int64_t row)
{
    statement_run(store, &retention_statements, RAISE_FLOOR,
                  VALUES(text(table), integer(row)));
}

bool
retention_remove_deliveries(struct store *store, int64_t incident, int64_t max_rows,
                            bool keep_counts)
{
    int64_t last_row = ask(store, PIECE_END, incident, max_rows);

    if (last_row == 0) {
        return false;
    }
    if (keep_counts) {
        run(store, PIECE_KEEP_COUNTS, incident, last_row);
    } else {
        take_counts(store, PIECE_COUNTS, incident, last_row);
    }
    run(store, PIECE_UNCOVER, incident, last_row);
    raise_floor(store, "outbound", last_row);
    run(store, PIECE_REMOVE, incident, last_row);
    return true;
}

static void
remove_incident(struct store *store, int64_t incident)
{
    int64_t key = statement_integer(store, &retention_statements, TALLY_KEY_OF,
                                    TALLY_WAITING, VALUES(integer(incident)));

    take_counts(store, REMOVED_COUNTS, incident, 0);
    run(store, REMOVED_DROP, incident, 0);
    run(store, DROP_CHANNELS, incident, 0);
    run(store, DROP_MERGE, incident, 0);
    if (key != TALLY_NONE) {
        statement_run(store, &retention_statements, TALLY_ADD,
                      VALUES(text(TALLY_INCIDENT), integer(key), integer(-1)));
    }
    raise_floor(store, "incident", incident);
    run(store, FORGOTTEN_RAISE, incident, 0);
    run(store, DROP_INCIDENT, incident, 0);
}

/* An event's message is referred to by it, so events go before messages. */
bool
retention_remove_rest(struct store *store, int64_t incident, int64_t max_rows)
{
    int64_t n;

    run(store, FLOOR_OF_EVENTS, incident, 0);
    if (run(store, DROP_EVENTS, incident, max_rows) > 0) {
        return true;
    }
    run(store, FLOOR_OF_MESSAGES, incident, 0);
    n = run(store, DROP_MESSAGES, incident, max_rows);
    if (n > 0) {
        statement_run(store, &retention_statements, TALLY_ADD,
                      VALUES(text(TALLY_MESSAGE), integer(0), integer(-n)));
        return true;
    }
    remove_incident(store, incident);
    return false;
}

bool
retention_remove_files(struct store *store, int64_t before_ms, int64_t max_rows)
{
    return run(store, DROP_FILES, before_ms, max_rows) > 0;
}

void
retention_note_bodies(struct store *store, int64_t incident)
{
    run(store, NOTE_BODIES, incident, 0);
}

void
retention_note_deliveries(struct store *store, int64_t incident)
{
    run(store, NOTE_DELIVERIES, incident, 0);
}

int64_t
store_forgotten_ms(struct store *store)
{
    return statement_integer(store, &retention_statements, FORGOTTEN, TIME_NONE,
                             NO_VALUES);
}
