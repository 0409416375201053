/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person. */
#include "store/approvals.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

#include <stdlib.h>

enum {
    ADD,
    FIND,
    LOAD,
    SWEEP,
    DROP,
    ROWS,
    RELEASE,
    LEND,
    WRITTEN
};

#define HELD "state = 0 AND hold = 1"
#define HAS_HELD                                                                       \
    "EXISTS (SELECT 1 FROM outbound o WHERE o.message = approval.message"              \
    " AND o.state = 0 AND o.hold = 1)"
#define SELECT_APPROVALS                                                               \
    "SELECT message, incident, rules, since_ms, uids, audience FROM approval "

static const char *const sql[] = {
    [ADD] = "INSERT INTO approval (message, incident, rules, since_ms, uids, audience)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (incident) DO UPDATE SET"
            " message = excluded.message, rules = excluded.rules,"
            " since_ms = excluded.since_ms, uids = excluded.uids,"
            " audience = excluded.audience",
    [FIND] = SELECT_APPROVALS "WHERE incident = ?1 AND " HAS_HELD,
    [LOAD] = SELECT_APPROVALS "ORDER BY since_ms, message",
    [SWEEP] = "DELETE FROM approval WHERE NOT " HAS_HELD,
    [DROP] = "DELETE FROM approval WHERE message = ?1",
    [ROWS] = "SELECT " OUTBOUND_COLUMNS " FROM outbound WHERE message = ?1 AND " HELD
             " ORDER BY row",
    [RELEASE] = "UPDATE outbound SET state = " SQL_PENDING ", hold = 0, ready = 0,"
                " due_at_ms = ?2, priority = ?3 WHERE row = ?1",
    /* What is urgent lends its urgency to what it must wait for; ?5: at the latest. */
    [LEND] = "UPDATE outbound SET priority = ?4, due_at_ms = min(due_at_ms, ?5)"
             " WHERE incident = ?1 AND channel = ?2 AND recipient = ?3"
             " AND state = " SQL_PENDING " AND priority > ?4",
    [WRITTEN] =
        "UPDATE message SET priority = min(priority, ?3), written_at_ms = ?2 WHERE row = ?1",
};
_Static_assert(DELIVERY_HELD == 0 && HOLD_APPROVAL == 1, "statements name them");

const struct statement_table approvals_statements = { STATEMENTS_APPROVALS, sql,
                                                      ARRAY_COUNT(sql) };

void
approval_clear(struct approval *approval)
{
    free(approval->uids);
    free(approval->audience);
    *approval = (struct approval){ 0 };
}

void
approvals_clear(struct approvals *approvals)
{
    for (size_t i = 0; i < approvals->count; i++) {
        approval_clear(&approvals->items[i]);
    }
    free(approvals->items);
    *approvals = (struct approvals){ 0 };
}

void
store_approval_add(struct store *store, const struct approval *approval)
{
    statement_run(store, &approvals_statements, ADD,
                  VALUES(integer(approval->message_row),
                         integer(approval->incident_row),
                         integer((int64_t)approval->rules), moment(approval->since_ms),
                         text(approval->uids), text(approval->audience)));
}

static void
read_approval(sqlite3_stmt *statement, struct approval *approval)
{
    approval->message_row = column_integer(statement, 0);
    approval->incident_row = column_integer(statement, 1);
    approval->rules = (unsigned)column_choice(statement, 2, 0, 1 << 8);
    approval->since_ms = column_moment(statement, 3, TIME_NONE);
    approval->uids = column_text_set_copy(statement, 4);
    approval->audience = column_text_set_copy(statement, 5);
}

bool
store_approval_find(struct store *store, int64_t incident_row,
                    struct approval *approval)
{
    sqlite3_stmt *statement = statement_start(store, &approvals_statements, FIND,
                                              VALUES(integer(incident_row)));

    approval_clear(approval);
    if (!statement_step(store, statement)) {
        return false;
    }
    read_approval(statement, approval);
    statement_end(statement);
    return true;
}

void
store_approvals_load(struct store *store, struct approvals *approvals)
{
    sqlite3_stmt *statement;

    approvals_clear(approvals);
    if (store_in_transaction(store)) {
        statement_run(store, &approvals_statements, SWEEP, NO_VALUES);
    }
    statement = statement_start(store, &approvals_statements, LOAD, NO_VALUES);
    while (statement_step(store, statement)) {
        approvals->items =
            memory_grow(approvals->items, approvals->count, sizeof(*approvals->items));
        approvals->items[approvals->count] = (struct approval){ 0 };
        read_approval(statement, &approvals->items[approvals->count++]);
    }
}

void
store_approval_rows(struct store *store, int64_t message_row,
                    struct outbound_rows *rows)
{
    sqlite3_stmt *statement = statement_start(store, &approvals_statements, ROWS,
                                              VALUES(integer(message_row)));

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, rows);
    }
}

static void
release_row(struct store *store, const struct outbound_row *row, enum priority least,
            int64_t now_ms)
{
    enum priority priority = row->priority < least ? row->priority : least;
    struct position position = { 0 };

    if (!position_find(store, row->row, &position)) {
        return;
    }
    statement_run(
        store, &approvals_statements, RELEASE,
        VALUES(integer(row->row), integer(now_ms), integer((int64_t)priority)));
    counts_move(store, position.channel, DELIVERY_HELD, DELIVERY_PENDING, 1);
    if (priority < PRIORITY_BULK) {
        statement_run(
            store, &approvals_statements, LEND,
            VALUES(integer(position.incident), integer(position.channel),
                   text(position.recipient), integer((int64_t)priority),
                   integer(priority == PRIORITY_URGENT ? now_ms + ORDER_URGENT_WAIT_MS
                                                       : INT64_MAX)));
    }
    order_settle(store, &position);
    position_clear(&position);
}

int64_t
store_approval_release(struct store *store, int64_t message_row, enum priority least,
                       int64_t now_ms)
{
    struct outbound_rows rows = { 0 };
    int64_t n;

    store_approval_rows(store, message_row, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        release_row(store, &rows.items[i], least, now_ms);
    }
    statement_run(
        store, &approvals_statements, WRITTEN,
        VALUES(integer(message_row), moment(now_ms), integer((int64_t)least)));
    statement_run(store, &approvals_statements, DROP, VALUES(integer(message_row)));
    n = (int64_t)rows.count;
    outbound_rows_clear(&rows);
    return n;
}

void
store_approval_withdraw(struct store *store, int64_t message_row, const char *reason,
                        int64_t now_ms, struct outbound_rows *cancelled)
{
    size_t before = cancelled->count;

    store_approval_rows(store, message_row, cancelled);
    for (size_t i = before; i < cancelled->count; i++) {
        store_outbound_conclude(store, cancelled->items[i].row, DELIVERY_CANCELLED,
                                NULL, reason, now_ms);
        cancelled->items[i].state = DELIVERY_CANCELLED;
        string_replace(&cancelled->items[i].last_error, reason);
    }
    statement_run(store, &approvals_statements, DROP, VALUES(integer(message_row)));
}
