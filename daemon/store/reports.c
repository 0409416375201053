/* SPDX-License-Identifier: EUPL-1.2 */
/* Delivery reports beside the rows that they are about. */
#include "store/reports.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

enum {
    NOTE,
    FIND,
    COUNTS,
    FAILED_OF,
    FAILED_ALL,
    FAILED_LIST
};

static const char *const sql[] = {
    [NOTE] = "UPDATE outbound SET reported = ?2, reported_at_ms = ?3,"
             " report_reason = ?4, remote_id = coalesce(remote_id, ?5)"
             " WHERE row = ?1 AND reported < ?2",
    [FIND] = "SELECT " OUTBOUND_COLUMNS " FROM outbound"
             " WHERE channel = ?1 AND remote_id = ?2 ORDER BY row DESC LIMIT 1",
    [COUNTS] = "SELECT count(*), sum(reported = 2), min(reported_at_ms) FROM (SELECT"
               " reported, reported_at_ms FROM outbound WHERE channel = ?1"
               " AND reported >= 2 AND reported_at_ms >= ?2"
               " ORDER BY reported_at_ms DESC LIMIT ?3)",
    [FAILED_OF] = "SELECT count(*) FROM outbound WHERE incident = ?1 AND reported = 2",
    [FAILED_ALL] = "SELECT count(*) FROM outbound WHERE reported = 2",
    [FAILED_LIST] = "SELECT " OUTBOUND_COLUMNS_LISTED
                    " FROM outbound INDEXED BY outbound_failed WHERE reported = 2"
                    " AND (?1 = 0 OR incident = ?1) AND row > ?2"
                    " AND (?4 = 0 OR channel = ?4) AND (?5 < 0 OR state = ?5)"
                    " ORDER BY row LIMIT ?3",
};
_Static_assert(REPORT_FAILED == 2 && REPORT_DELIVERED == 3, "statements name them");

const struct statement_table reports_statements = { STATEMENTS_REPORTS, sql,
                                                    ARRAY_COUNT(sql) };

bool
store_report_note(struct store *store, int64_t row, const struct report_entry *entry,
                  int64_t now_ms)
{
    return statement_run(store, &reports_statements, NOTE,
                         VALUES(integer(row), integer((int64_t)entry->state),
                                moment(now_ms), text(entry->reason),
                                text(entry->remote_id))) > 0;
}

bool
store_report_find(struct store *store, const char *channel, const char *remote_id,
                  struct outbound_row *row)
{
    int64_t number = channel_number(store, channel);
    sqlite3_stmt *statement =
        number == 0 ? NULL
                    : statement_start(store, &reports_statements, FIND,
                                      VALUES(integer(number), text(remote_id)));

    if (!statement_step(store, statement)) {
        return false;
    }
    outbound_row_read(store, statement, row);
    statement_end(statement);
    return true;
}

void
store_report_counts(struct store *store, const char *channel, int64_t since_ms,
                    int64_t limit, struct report_counts *counts)
{
    int64_t number = channel_number(store, channel);
    sqlite3_stmt *statement =
        number == 0 ? NULL
                    : statement_start(
                          store, &reports_statements, COUNTS,
                          VALUES(integer(number), integer(since_ms), integer(limit)));

    *counts = (struct report_counts){ .oldest_ms = TIME_NONE };
    if (statement_step(store, statement)) {
        counts->n = column_integer(statement, 0);
        counts->failed = column_integer(statement, 1);
        counts->oldest_ms = column_moment(statement, 2, TIME_NONE);
        statement_end(statement);
    }
}

int64_t
store_report_failed(struct store *store, int64_t incident_row)
{
    return incident_row == 0
               ? statement_integer(store, &reports_statements, FAILED_ALL, 0, NO_VALUES)
               : statement_integer(store, &reports_statements, FAILED_OF, 0,
                                   VALUES(integer(incident_row)));
}

void
store_report_failed_list(struct store *store, const struct outbound_filter *filter,
                         bool (*each)(void *context, const struct outbound_row *row),
                         void *context)
{
    int64_t channel =
        filter->channel == NULL ? 0 : channel_number(store, filter->channel);
    sqlite3_stmt *statement;

    if (filter->channel != NULL && channel == 0) {
        return;
    }
    statement = statement_start(store, &reports_statements, FAILED_LIST,
                                VALUES(integer(filter->incident_row),
                                       integer(filter->after), integer(filter->limit),
                                       integer(channel), integer(filter->state)));
    while (statement_step(store, statement)) {
        struct outbound_row row = { 0 };
        bool goes_on;

        outbound_row_read(store, statement, &row);
        goes_on = each(context, &row);
        outbound_row_clear(&row);
        if (!goes_on) {
            statement_end(statement);
            return;
        }
    }
}
