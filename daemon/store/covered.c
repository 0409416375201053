/* SPDX-License-Identifier: EUPL-1.2 */
/* What a delivery covers, what becomes of it when that one ends, and what was said
 * before it. */
#include "base/memory.h"
#include "store/database.h"
#include "store/outbound.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

enum {
    MISSED,
    UNCOVER,
    CONCLUDE_COVERED,
    LAST_SAID,
    THREAD_FIRST,
    THREAD_NEWEST
};

/* What was delivered before in the order and has an id of the channel's own. */
#define IN_THREAD                                                                      \
    "SELECT o.remote_id FROM outbound o WHERE o.incident = ?1 AND o.channel = ?2"      \
    " AND o.recipient = ?3 AND o.sequence < ?4 AND o.state = " SQL_DELIVERED           \
    " AND o.remote_id IS NOT NULL ORDER BY o.sequence"

static const char *const sql[] = {
    [MISSED] = "SELECT message, sequence FROM outbound WHERE covered_by = ?1"
               " AND state = " SQL_PENDING " ORDER BY sequence",
    [UNCOVER] = "UPDATE outbound SET covered_by = NULL, late = 1"
                " WHERE covered_by = ?1 AND sequence < ?2 AND state = " SQL_PENDING,
    [CONCLUDE_COVERED] =
        "UPDATE outbound SET state = ?2, concluded_at_ms = ?3, last_error = ?4,"
        " covered_by = CASE ?2 WHEN 6 THEN covered_by END"
        " WHERE covered_by = ?1 AND state = " SQL_PENDING
        " RETURNING " OUTBOUND_COLUMNS,
    [LAST_SAID] =
        "SELECT o.sequence FROM outbound o WHERE o.incident = ?1 AND o.channel = ?2"
        " AND o.recipient = ?3 AND o.sequence < ?4 AND o.state = " SQL_DELIVERED
        " ORDER BY o.sequence DESC LIMIT 1",
    [THREAD_FIRST] = IN_THREAD " LIMIT 1",
    [THREAD_NEWEST] = IN_THREAD " DESC LIMIT 1",
};
_Static_assert(DELIVERY_COVERED == 6, "a statement names it");

const struct statement_table covered_statements = { STATEMENTS_COVERED, sql,
                                                    ARRAY_COUNT(sql) };

void
store_outbound_missed(struct store *store, int64_t key,
                      bool (*each)(void *context, int64_t message_row,
                                   int64_t sequence),
                      void *context)
{
    sqlite3_stmt *statement =
        statement_start(store, &covered_statements, MISSED, VALUES(integer(key)));

    while (statement_step(store, statement)) {
        if (!each(context, column_integer(statement, 0),
                  column_integer(statement, 1))) {
            statement_end(statement);
            return;
        }
    }
}

void
store_outbound_uncover(struct store *store, int64_t key, int64_t sequence)
{
    statement_run(store, &covered_statements, UNCOVER,
                  VALUES(integer(key), integer(sequence)));
}

void
store_outbound_conclude_covered(struct store *store, int64_t key,
                                enum delivery_state state, const char *last_error,
                                int64_t now_ms, struct outbound_rows *concluded)
{
    sqlite3_stmt *statement =
        statement_start(store, &covered_statements, CONCLUDE_COVERED,
                        VALUES(integer(key), integer((int64_t)state), moment(now_ms),
                               text(last_error)));
    size_t before = concluded->count;

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, concluded);
    }
    if (concluded->count > before) {
        counts_move(store, channel_number(store, concluded->items[before].channel),
                    DELIVERY_PENDING, state, (int64_t)(concluded->count - before));
    }
}

int64_t
store_outbound_last_said(struct store *store, const struct outbound_row *row)
{
    return statement_integer(store, &covered_statements, LAST_SAID, 0,
                             VALUES(integer(row->incident_row),
                                    integer(channel_number(store, row->channel)),
                                    text(row->recipient == NULL ? "" : row->recipient),
                                    integer(row->sequence)));
}

static char *
thread_id(struct store *store, const struct outbound_row *row, int which)
{
    sqlite3_stmt *statement = statement_start(
        store, &covered_statements, which,
        VALUES(integer(row->incident_row), integer(channel_number(store, row->channel)),
               text(row->recipient == NULL ? "" : row->recipient),
               integer(row->sequence)));
    char *id = NULL;

    if (statement_step(store, statement)) {
        id = column_text_copy(statement, 0);
        statement_end(statement);
    }
    return id;
}

void
store_outbound_thread(struct store *store, const struct outbound_row *row, char **first,
                      char **newest)
{
    *first = thread_id(store, row, THREAD_FIRST);
    *newest = *first == NULL ? NULL : thread_id(store, row, THREAD_NEWEST);
}
