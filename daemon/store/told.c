/* SPDX-License-Identifier: EUPL-1.2 */
/* What a channel was told of an incident, and what rests there. */
#include "store/told.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

#include <string.h>

enum {
    TOLD_GET,
    TOLD_SET,
    MAY_HAVE,
    REST_END,
    REST_CANCEL,
    BEFORE,
    REMOVED
};

#define OF_CHANNEL "incident = ?1 AND channel = ?2"

static const char *const sql[] = {
    [TOLD_GET] = "SELECT etr_at_ms, rests_until_ms FROM incident_channel"
                 " WHERE " OF_CHANNEL,
    [TOLD_SET] = "UPDATE incident_channel SET etr_at_ms = ?3, rests_until_ms = ?4"
                 " WHERE " OF_CHANNEL,
    /* Under way, parked, delivered, covered, in doubt, counted by a summary that is under
     * way; or urgent, which is told whatever comes. What waits for a second person is
     * not told yet. */
    [MAY_HAVE] = "SELECT 1 FROM outbound WHERE " OF_CHANNEL
                 " AND (state BETWEEN 2 AND 6 OR doubt = 1"
                 " OR (state = 0 AND hold = 2 AND covered_by IS NOT NULL)"
                 " OR (state <= 1 AND hold <> 1 AND priority = 0))"
                 " LIMIT 1",
    [REST_END] = "UPDATE outbound SET due_at_ms = ?3 WHERE " OF_CHANNEL
                 " AND state = " SQL_PENDING " AND attempts = 0 AND due_at_ms > ?3",
    [REST_CANCEL] = "UPDATE outbound SET state = " SQL_CANCELLED ","
                    " concluded_at_ms = ?3, last_error = ?4, transport = 0,"
                    " covered_by = NULL WHERE " OF_CHANNEL
                    " AND state = ?5 AND hold <> 1 RETURNING " OUTBOUND_COLUMNS,
    [BEFORE] = "SELECT message FROM outbound WHERE " OF_CHANNEL
               " AND recipient = ?3 AND sequence < ?4 AND state = " SQL_DELIVERED
               " ORDER BY sequence DESC LIMIT 1",
    [REMOVED] = "SELECT 1 FROM outbound_removed WHERE " OF_CHANNEL " LIMIT 1",
};
_Static_assert(DELIVERY_IN_FLIGHT == 2 && DELIVERY_UNKNOWN == 3 &&
                   DELIVERY_PARKED == 4 && DELIVERY_DELIVERED == 5 &&
                   DELIVERY_COVERED == 6 && DELIVERY_HELD == 0 && HOLD_STORM == 2 &&
                   HOLD_APPROVAL == 1,
               "a statement names them");

const struct statement_table told_statements = { STATEMENTS_TOLD, sql,
                                                 ARRAY_COUNT(sql) };

bool
store_told_get(struct store *store, int64_t incident_row, const char *channel,
               struct channel_told *told)
{
    sqlite3_stmt *statement = statement_start(
        store, &told_statements, TOLD_GET,
        VALUES(integer(incident_row), integer(channel_number(store, channel))));

    *told =
        (struct channel_told){ .etr_at_ms = TIME_NONE, .rests_until_ms = TIME_NONE };
    if (!statement_step(store, statement)) {
        return false;
    }
    told->etr_at_ms = column_moment(statement, 0, TIME_NONE);
    told->rests_until_ms = column_moment(statement, 1, TIME_NONE);
    statement_end(statement);
    return true;
}

void
store_told_set(struct store *store, int64_t incident_row, const char *channel,
               const struct channel_told *told)
{
    statement_run(store, &told_statements, TOLD_SET,
                  VALUES(integer(incident_row), integer(channel_number(store, channel)),
                         moment(told->etr_at_ms), moment(told->rests_until_ms)));
}

bool
store_told_may_have(struct store *store, int64_t incident_row, const char *channel)
{
    const struct value values[] = { integer(incident_row),
                                    integer(channel_number(store, channel)) };

    return statement_integer(store, &told_statements, MAY_HAVE, 0, values,
                             ARRAY_COUNT(values)) != 0 ||
           statement_integer(store, &told_statements, REMOVED, 0, values,
                             ARRAY_COUNT(values)) != 0;
}

int64_t
store_rest_end(struct store *store, int64_t incident_row, const char *channel,
               int64_t now_ms)
{
    return statement_run(store, &told_statements, REST_END,
                         VALUES(integer(incident_row),
                                integer(channel_number(store, channel)),
                                integer(now_ms)));
}

static void
cancel_in_state(struct store *store, int64_t incident_row, int64_t channel,
                enum delivery_state state, const char *reason, int64_t now_ms,
                struct outbound_rows *rows)
{
    sqlite3_stmt *statement =
        statement_start(store, &told_statements, REST_CANCEL,
                        VALUES(integer(incident_row), integer(channel), moment(now_ms),
                               text(reason), integer((int64_t)state)));
    size_t before = rows->count;

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, rows);
    }
    counts_move(store, channel, state, DELIVERY_CANCELLED,
                (int64_t)(rows->count - before));
}

void
store_rest_cancel(struct store *store, int64_t incident_row, const char *channel,
                  const char *reason, int64_t now_ms, struct outbound_rows *rows)
{
    int64_t number = channel_number(store, channel);

    cancel_in_state(store, incident_row, number, DELIVERY_PENDING, reason, now_ms,
                    rows);
    cancel_in_state(store, incident_row, number, DELIVERY_HELD, reason, now_ms, rows);
}

int64_t
store_told_before(struct store *store, const struct outbound_row *row)
{
    int64_t channel = channel_number(store, row->channel);
    int64_t message =
        statement_integer(store, &told_statements, BEFORE, 0,
                          VALUES(integer(row->incident_row), integer(channel),
                                 text(row->recipient == NULL ? "" : row->recipient),
                                 integer(row->sequence)));

    if (message == 0 &&
        statement_integer(store, &told_statements, REMOVED, 0,
                          VALUES(integer(row->incident_row), integer(channel))) != 0) {
        return -1;
    }
    return message;
}
