/* SPDX-License-Identifier: EUPL-1.2 */
/* The life of a delivery (D3): added, claimed, put off, concluded. */
#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound.h"
#include "store/outbound_columns.h"
#include "store/row_floor.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    ADD,
    RAISE,
    LEND,
    GET,
    CLAIM,
    CLAIM_ALL,
    AGAIN,
    UNKNOWN,
    RESEND,
    CONCLUDE,
    WAKE,
    WAKE_ONE,
    WAITS,
    REWIND_PUT_OFF,
    REWIND_NEW,
    CLAMP,
    NEXT_DUE
};

#define BECOMES_IN_FLIGHT                                                              \
    "UPDATE outbound SET state = " SQL_IN_FLIGHT ", attempts = attempts + 1,"          \
    " owner = ?3, attempted_at_ms = ?2, lease_until_ms = ?4, transport = 0 "
/* The wait that it was given begins anew, at most the longest there is; what was never
 * tried does not wait. */
#define REWIND                                                                         \
    "UPDATE outbound SET due_at_ms = ?2 + min(?4, max(0, due_at_ms -"                  \
    " coalesce(attempted_at_ms, due_at_ms))), attempted_at_ms ="                       \
    " min(attempted_at_ms, ?2) WHERE row IN (SELECT row FROM outbound"                 \
    " WHERE channel = ?1"
#define WAITS_FOR_PEER "channel = ?1 AND state = " SQL_PENDING " AND transport = 1"

static const char *const sql[] = {
    [ADD] =
        "INSERT INTO outbound (row, message, incident, sequence, previous, channel,"
        " recipient, list, state, priority, ready, late, created_at_ms, due_at_ms, hold)"
        " VALUES (" NEXT_ROW(
            "outbound",
            "row") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                   " NOT EXISTS (SELECT 1 FROM outbound o WHERE o.incident = ?2"
                   " AND o.channel = ?5 AND o.recipient = ?6 AND o.covered_by IS NULL"
                   " AND o." SQL_UNFINISHED_STATE "),"
                   " ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
    /* What is urgent lends its urgency to what it must wait for; ?5: at the latest. */
    [RAISE] = "UPDATE outbound SET priority = ?4, due_at_ms = min(due_at_ms, ?5)"
              " WHERE incident = ?1 AND channel = ?2 AND recipient = ?3"
              " AND state = " SQL_PENDING " AND priority > ?4",
    /* The same for a row that was under way when the urgent one was made. */
    [LEND] = "UPDATE outbound SET priority = 0,"
             " due_at_ms = min(due_at_ms, coalesce(attempted_at_ms + ?2, due_at_ms))"
             " WHERE row = ?1 AND priority > 0 AND EXISTS (SELECT 1 FROM outbound n"
             " WHERE n.incident = outbound.incident AND n.channel = outbound.channel"
             " AND n.recipient = outbound.recipient AND n.state = " SQL_PENDING
             " AND n.priority = 0)",
    [GET] = "SELECT " OUTBOUND_COLUMNS_LISTED " FROM outbound WHERE row = ?1",
    [CLAIM] = BECOMES_IN_FLIGHT
    "WHERE row IN (SELECT row FROM outbound WHERE channel = ?1 AND priority = ?5"
    " AND due_at_ms <= ?7 AND state = " SQL_PENDING " AND ready = 1 AND list = 0"
    " ORDER BY due_at_ms, row LIMIT ?6) RETURNING " OUTBOUND_COLUMNS,
    /* One request says everything, so a row may go together with older ones of its
     * order, if these go now. */
    [CLAIM_ALL] = BECOMES_IN_FLIGHT
    "WHERE row IN (SELECT o.row FROM outbound o WHERE o.channel = ?1"
    " AND o.state = " SQL_PENDING " AND " SQL_OPEN_STATE_OF(
        "o") " AND o.list = 0"
             " AND o.due_at_ms <= ?2 AND NOT EXISTS (SELECT 1 FROM outbound p"
             " WHERE p.incident = o.incident AND p.channel = o.channel"
             " AND p.recipient = o.recipient AND p.row <> o.row AND p." SQL_UNFINISHED_STATE
             " AND (p.state >= " SQL_IN_FLIGHT " OR (p.sequence < o.sequence AND"
             " (p.state <> " SQL_PENDING " OR p.due_at_ms > ?2))))) "
             "RETURNING " OUTBOUND_COLUMNS,
    [AGAIN] = "UPDATE outbound SET state = " SQL_PENDING ", due_at_ms = ?2,"
              " transport = ?3, last_error = ?4, attempted_at_ms = ?5, owner = NULL,"
              " lease_until_ms = NULL WHERE row = ?1",
    /* No answer came: like one that was not reached, due when the peer is there. */
    [UNKNOWN] =
        "UPDATE outbound SET state = 3, doubt = 1, last_error = ?2,"
        " attempted_at_ms = ?3, owner = NULL, lease_until_ms = NULL WHERE row = ?1",
    [RESEND] = "UPDATE outbound SET state = " SQL_PENDING ", due_at_ms = ?2,"
               " transport = 1 WHERE row = ?1",
    [CONCLUDE] =
        "UPDATE outbound SET state = ?2, remote_id = coalesce(?3, remote_id),"
        " last_error = ?4, concluded_at_ms = ?5, owner = NULL, lease_until_ms = NULL,"
        " transport = 0 WHERE row = ?1",
    [WAKE] = "UPDATE outbound SET due_at_ms = min(due_at_ms, ?2), transport = 0"
             " WHERE row IN (SELECT row FROM outbound WHERE " WAITS_FOR_PEER
             " ORDER BY priority, due_at_ms LIMIT ?3)",
    [WAKE_ONE] =
        "UPDATE outbound SET due_at_ms = ?2 WHERE due_at_ms > ?2 AND row ="
        " (SELECT row FROM outbound WHERE " WAITS_FOR_PEER " AND ready = 1 AND list = 0"
        " AND row <> ?3 ORDER BY priority, due_at_ms LIMIT 1)",
    [WAITS] = "SELECT 1 FROM outbound WHERE " WAITS_FOR_PEER " AND priority = ?2"
              " AND ready = 1 AND list = 0 LIMIT 1",
    /* ?2 now, ?3 how many, ?4 the longest wait, ?5 priority. */
    [REWIND_PUT_OFF] =
        REWIND " AND priority = ?5 AND state = " SQL_PENDING " AND ready = 1"
               " AND list = 0 AND due_at_ms > ?2 AND attempted_at_ms > ?2 LIMIT ?3)",
    [REWIND_NEW] =
        REWIND " AND state = " SQL_PENDING " AND " SQL_OPEN_STATE
               " AND created_at_ms > ?2 AND due_at_ms > ?2"
               " AND coalesce(attempted_at_ms, created_at_ms) > ?2 LIMIT ?3)",
    [CLAMP] = "UPDATE outbound SET due_at_ms = ?3 WHERE channel = ?1 AND priority = ?2"
              " AND state = " SQL_PENDING " AND ready = 1 AND list = 0"
              " AND due_at_ms > ?4",
    [NEXT_DUE] = "SELECT due_at_ms FROM outbound WHERE channel = ?1 AND priority = ?2"
                 " AND state = " SQL_PENDING " AND ready = 1 AND list = 0"
                 " ORDER BY due_at_ms LIMIT 1",
};
_Static_assert(DELIVERY_UNKNOWN == 3, "a statement names it");

const struct statement_table queue_statements = { STATEMENTS_QUEUE, sql,
                                                  ARRAY_COUNT(sql) };

/* Never later than an urgent row may be put off (D7). */
static int64_t
raised_due(const struct outbound_row *row)
{
    return row->priority == PRIORITY_URGENT ? row->due_at_ms + ORDER_URGENT_WAIT_MS
                                            : INT64_MAX;
}

void
store_outbound_add(struct store *store, struct outbound_row *row)
{
    int64_t channel = channel_number_new(store, row->channel);
    const char *recipient = row->recipient == NULL ? "" : row->recipient;
    int64_t n;

    n = statement_run(store, &queue_statements, ADD,
                      VALUES(integer(row->message_row), integer(row->incident_row),
                             integer(row->sequence), integer(row->previous),
                             integer(channel), text(recipient), integer(row->list),
                             integer((int64_t)row->state),
                             integer((int64_t)row->priority), integer(row->late),
                             moment(row->created_at_ms), integer(row->due_at_ms),
                             integer((int64_t)row->hold)));
    row->row = 0;
    if (n == 0) {
        return;
    }
    row->row = sqlite3_last_insert_rowid(store->connection);
    counts_add(store, channel, row->state, 1);
    if (row->state == DELIVERY_PENDING && row->priority < PRIORITY_BULK) {
        statement_run(store, &queue_statements, RAISE,
                      VALUES(integer(row->incident_row), integer(channel),
                             text(recipient), integer((int64_t)row->priority),
                             integer(raised_due(row))));
    }
}

bool
store_outbound_get(struct store *store, int64_t key, struct outbound_row *row)
{
    sqlite3_stmt *statement =
        statement_start(store, &queue_statements, GET, VALUES(integer(key)));

    outbound_row_clear(row);
    if (!statement_step(store, statement)) {
        return false;
    }
    outbound_row_read(store, statement, row);
    statement_end(statement);
    return true;
}

/* --- Claims ----------------------------------------------------------------------- */

static int
compare_due(const void *a, const void *b)
{
    const struct outbound_row *x = a;
    const struct outbound_row *y = b;

    if (x->due_at_ms != y->due_at_ms) {
        return x->due_at_ms < y->due_at_ms ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

/* RETURNING promises no order. */
static void
read_claimed(struct store *store, sqlite3_stmt *statement, int64_t channel,
             struct outbound_rows *rows)
{
    size_t before = rows->count;

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, rows);
    }
    counts_move(store, channel, DELIVERY_PENDING, DELIVERY_IN_FLIGHT,
                (int64_t)(rows->count - before));
    if (rows->count > before) {
        qsort(rows->items + before, rows->count - before, sizeof(*rows->items),
              compare_due);
    }
}

void
store_outbound_claim(struct store *store, const char *channel, enum priority priority,
                     const char *owner, int64_t due_by_ms, int64_t now_ms,
                     int64_t lease_ms, size_t max, struct outbound_rows *rows)
{
    int64_t number = channel_number(store, channel);

    if (number == 0 || max == 0) {
        return;
    }
    store_begin(store);
    read_claimed(
        store,
        statement_start(store, &queue_statements, CLAIM,
                        VALUES(integer(number), integer(now_ms), text(owner),
                               integer(now_ms + lease_ms), integer((int64_t)priority),
                               integer((int64_t)max), integer(due_by_ms))),
        number, rows);
}

void
store_outbound_claim_all(struct store *store, const char *channel, const char *owner,
                         int64_t now_ms, int64_t lease_ms, struct outbound_rows *rows)
{
    int64_t number = channel_number(store, channel);

    if (number == 0) {
        return;
    }
    store_begin(store);
    read_claimed(store,
                 statement_start(store, &queue_statements, CLAIM_ALL,
                                 VALUES(integer(number), integer(now_ms), text(owner),
                                        integer(now_ms + lease_ms))),
                 number, rows);
}

int64_t
store_outbound_due(struct store *store, const char *channel, enum priority priority)
{
    int64_t number = channel_number(store, channel);

    return number == 0
               ? TIME_NEVER
               : statement_integer(store, &queue_statements, NEXT_DUE, TIME_NEVER,
                                   VALUES(integer(number), integer((int64_t)priority)));
}

int64_t
store_outbound_next_due(struct store *store, const char *channel)
{
    int64_t next = TIME_NEVER;

    for (int priority = 0; priority < PRIORITY_COUNT; priority++) {
        int64_t due = store_outbound_due(store, channel, (enum priority)priority);

        next = due < next ? due : next;
    }
    return next;
}

/* --- What comes of an attempt ----------------------------------------------------- */

/* Runs the statement on a row that is in state `from`, whose new state is `to`. */
static void
change(struct store *store, int64_t key, enum delivery_state from,
       enum delivery_state to, int id, const struct value *values, size_t n_values)
{
    struct position position = { 0 };

    if (position_find(store, key, &position) && position.state == from) {
        statement_run(store, &queue_statements, id, values, n_values);
        if (to == DELIVERY_PENDING) {
            statement_run(store, &queue_statements, LEND,
                          VALUES(integer(key), integer(ORDER_URGENT_WAIT_MS)));
        }
        counts_move(store, position.channel, from, to, 1);
        order_settle(store, &position);
    }
    position_clear(&position);
}

/* A due time in the past would step behind what was claimed already. */
static int64_t
not_before(int64_t due_at_ms, int64_t now_ms)
{
    return due_at_ms > now_ms ? due_at_ms : now_ms;
}

void
store_outbound_again(struct store *store, int64_t key, int64_t due_at_ms,
                     bool transport, const char *last_error, int64_t now_ms)
{
    change(store, key, DELIVERY_IN_FLIGHT, DELIVERY_PENDING, AGAIN,
           VALUES(integer(key), integer(not_before(due_at_ms, now_ms)),
                  integer(transport), text(last_error), moment(now_ms)));
}

void
store_outbound_unknown(struct store *store, int64_t key, const char *last_error,
                       int64_t now_ms)
{
    change(store, key, DELIVERY_IN_FLIGHT, DELIVERY_UNKNOWN, UNKNOWN,
           VALUES(integer(key), text(last_error), moment(now_ms)));
}

void
store_outbound_resend(struct store *store, int64_t key, int64_t due_at_ms)
{
    change(store, key, DELIVERY_UNKNOWN, DELIVERY_PENDING, RESEND,
           VALUES(integer(key), integer(due_at_ms)));
}

void
store_outbound_conclude(struct store *store, int64_t key, enum delivery_state state,
                        const char *remote_id, const char *last_error, int64_t now_ms)
{
    struct position position = { 0 };

    if (position_find(store, key, &position) && position.state <= DELIVERY_PARKED &&
        state >= DELIVERY_PARKED) {
        statement_run(store, &queue_statements, CONCLUDE,
                      VALUES(integer(key), integer((int64_t)state), text(remote_id),
                             text(last_error), moment(now_ms)));
        counts_move(store, position.channel, position.state, state, 1);
        order_settle(store, &position);
    }
    position_clear(&position);
}

int64_t
store_outbound_wake(struct store *store, const char *channel, int64_t now_ms,
                    int64_t max)
{
    int64_t number = channel_number(store, channel);

    return number == 0
               ? 0
               : statement_run(store, &queue_statements, WAKE,
                               VALUES(integer(number), integer(now_ms), integer(max)));
}

int64_t
store_outbound_rewind(struct store *store, const char *channel, int64_t now_ms,
                      int64_t max)
{
    int64_t number = channel_number(store, channel);
    int64_t n;

    if (number == 0) {
        return 0;
    }
    n = statement_run(
        store, &queue_statements, REWIND_NEW,
        VALUES(integer(number), integer(now_ms), integer(max), integer(DAYS_MS)));
    for (int priority = 0; priority < PRIORITY_COUNT; priority++) {
        n += statement_run(store, &queue_statements, REWIND_PUT_OFF,
                           VALUES(integer(number), integer(now_ms), integer(max),
                                  integer(DAYS_MS), integer(priority)));
    }
    return n;
}

void
store_outbound_clamp(struct store *store, const char *channel, int64_t latest_ms,
                     int64_t now_ms)
{
    int64_t number = channel_number(store, channel);

    for (int priority = 0; number != 0 && priority < PRIORITY_COUNT; priority++) {
        statement_run(store, &queue_statements, CLAMP,
                      VALUES(integer(number), integer(priority), integer(now_ms),
                             integer(latest_ms)));
    }
}

void
store_outbound_wake_one(struct store *store, const char *channel, int64_t except,
                        int64_t now_ms)
{
    int64_t number = channel_number(store, channel);

    if (number != 0) {
        statement_run(store, &queue_statements, WAKE_ONE,
                      VALUES(integer(number), integer(now_ms), integer(except)));
    }
}

bool
store_outbound_waits_for_peer(struct store *store, const char *channel,
                              enum priority priority)
{
    int64_t number = channel_number(store, channel);

    return number != 0 &&
           statement_integer(store, &queue_statements, WAITS, 0,
                             VALUES(integer(number), integer((int64_t)priority))) != 0;
}
