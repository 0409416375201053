/* SPDX-License-Identifier: EUPL-1.2 */
/* What is asked of, and written into, the copy that is to become the database. */
#include "base/memory.h"
#include "base/timestamp.h"
#include "store/database.h"
#include "store/rescue.h"
#include "store/restore_parts.h"
#include "store/row_floor.h"
#include "store/tables.h"

enum {
    BACKUP_AT,
    NEWEST_EVENT,
    COUNT_EVENTS,
    COUNT_UNFINISHED,
    MAY_BE_OUT,
    BECOME_UNKNOWN,
    LISTS_LATE,
    RAISE_FLOOR
};

/* A list that is yet to be expanded stands for persons who may have been told. */
static const char *const sql[] = {
    [BACKUP_AT] = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'backup_at_ms'",
    [NEWEST_EVENT] = "SELECT received_at_ms FROM event ORDER BY receipt DESC LIMIT 1",
    [COUNT_EVENTS] = "SELECT count(*) FROM event",
    [COUNT_UNFINISHED] = "SELECT coalesce(sum(n), 0) FROM outbound_count"
                         " WHERE state <= " SQL_IN_FLIGHT " AND state >= " SQL_PENDING,
    [MAY_BE_OUT] = "SELECT channel, state, count(*) FROM outbound"
                   " WHERE channel IN (SELECT row FROM channel)"
                   " AND state IN (" SQL_PENDING ", " SQL_IN_FLIGHT ")"
                   " AND " SQL_OPEN_STATE " AND list = 0 GROUP BY channel, state",
    [BECOME_UNKNOWN] =
        "UPDATE outbound SET state = 3, late = 1, doubt = 1, owner = NULL, lease_until_ms = NULL"
        " WHERE channel IN (SELECT row FROM channel)"
        " AND state IN (" SQL_PENDING ", " SQL_IN_FLIGHT ")"
        " AND " SQL_OPEN_STATE " AND list = 0",
    [LISTS_LATE] = "UPDATE outbound SET late = 1 WHERE list <> 0 AND state <= 1",
    [RAISE_FLOOR] = ROW_FLOOR_RAISE_SQL,
};
_Static_assert(DELIVERY_UNKNOWN == 3 && DELIVERY_PENDING == 1, "statements name them");

const struct statement_table restore_statements = { STATEMENTS_RESTORE, sql,
                                                    ARRAY_COUNT(sql) };

void
restore_describe(struct store *store, struct restore_report *report)
{
    report->backup_at_ms =
        statement_integer(store, &restore_statements, BACKUP_AT, TIME_NONE, NO_VALUES);
    report->newest_ms = statement_integer(store, &restore_statements, NEWEST_EVENT,
                                          TIME_NONE, NO_VALUES);
    report->n_events =
        statement_integer(store, &restore_statements, COUNT_EVENTS, 0, NO_VALUES);
    report->n_unfinished =
        statement_integer(store, &restore_statements, COUNT_UNFINISHED, 0, NO_VALUES);
}

static void
become_unknown(struct store *store)
{
    sqlite3_stmt *statement =
        statement_start(store, &restore_statements, MAY_BE_OUT, NO_VALUES);

    while (statement_step(store, statement)) {
        enum delivery_state from =
            (enum delivery_state)column_choice(statement, 1, 0, DELIVERY_STATE_COUNT);

        counts_move(store, column_integer(statement, 0), from, DELIVERY_UNKNOWN,
                    column_integer(statement, 2));
    }
    statement_run(store, &restore_statements, BECOME_UNKNOWN, NO_VALUES);
    statement_run(store, &restore_statements, LISTS_LATE, NO_VALUES);
}

/* A database that cannot be read may have given any number: the microseconds since 1970
 * run ahead of whatever was counted up from an earlier restore's. */
static void
raise_floor(struct store *store, const char *table, int64_t given, int64_t now_ms)
{
    int64_t ahead = now_ms * 1000;

    statement_run(store, &restore_statements, RAISE_FLOOR,
                  VALUES(text(table), integer(given > ahead ? given : ahead)));
}

void
restore_mark(struct store *store, int64_t now_ms, const struct row_numbers *given)
{
    become_unknown(store);
    raise_floor(store, "incident", given->incident, now_ms);
    raise_floor(store, "message", given->message, now_ms);
    raise_floor(store, "event", given->event, now_ms);
    raise_floor(store, "outbound", given->outbound, now_ms);
    store_safe_mode_end(store);
    /* The backup was made of a life that went on: that it did is no crash. */
    store_note_save(store, "life", "");
}
