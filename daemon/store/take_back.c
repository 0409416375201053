/* SPDX-License-Identifier: EUPL-1.2 */
/* What was said wrong is not said any more, and whether anybody has heard it. */
#include "store/take_back.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

#include <stdlib.h>

enum {
    STOP_ROW,
    STOP_LISTS,
    STOP_OF_CHANNEL,
    STOP_RECIPIENTS,
    RELINK,
    RELINK_LAST,
    HEARD,
    GIVEN,
    COUNT_HEARD,
    COUNT_GIVEN,
    BY_WHAT,
    UNDER_WAY,
    STOPPED
};

#define NOT_SAID_ANY_MORE                                                              \
    "UPDATE outbound SET state = " SQL_CANCELLED ", concluded_at_ms = ?2,"             \
    " transport = 0, covered_by = NULL, owner = NULL, lease_until_ms = NULL,"          \
    " last_error = CASE doubt WHEN 0 THEN '" TAKEN_BACK "'"                            \
    " ELSE 'taken back; whether it had arrived is not known' END "
/* ?3 incident, ?4 channel, ?1 and ?5 the messages it is about. */
#define OF_CHANNEL                                                                     \
    "WHERE incident = ?3 AND channel = ?4 AND sequence < ?1 AND sequence >= ?5"
#define OF_ORDER "incident = ?1 AND channel = ?2 AND recipient = ?3"
/* It reached the reader, by itself or said with another one, or may have. */
#define WAS_HEARD "(state IN (5, 6) OR doubt = 1)"
#define MAY_BE_HEARD "(state IN (2, 3, 5, 6) OR doubt = 1)"
#define IN_RANGE                                                                       \
    "incident = ?1 AND channel = ?2 AND sequence >= ?3 AND sequence < ?4 AND list = 0"

static const char *const sql[] = {
    [STOP_ROW] = NOT_SAID_ANY_MORE "WHERE row = ?1 RETURNING " OUTBOUND_COLUMNS,
    [STOP_LISTS] = NOT_SAID_ANY_MORE OF_CHANNEL
    " AND recipient = '' AND state = " SQL_PENDING " AND list <> 0"
    " RETURNING " OUTBOUND_COLUMNS,
    [STOP_OF_CHANNEL] = NOT_SAID_ANY_MORE OF_CHANNEL
    " AND recipient = '' AND state = ?6 AND list = 0 AND covered_by IS NULL"
    " RETURNING " OUTBOUND_COLUMNS,
    [STOP_RECIPIENTS] = NOT_SAID_ANY_MORE OF_CHANNEL
    " AND state = ?6 AND recipient > ?7 AND recipient <= ?8 AND covered_by IS NULL",
    /* Whoever follows the chain of `previous` misses nothing. */
    [RELINK] = "UPDATE outbound SET previous = ?4 WHERE " OF_ORDER
               " AND previous = ?5 AND sequence > ?5",
    [RELINK_LAST] = "UPDATE incident_channel SET last_sequence = ?3"
                    " WHERE incident = ?1 AND channel = ?2 AND last_sequence = ?4",
    [HEARD] = "SELECT 1 FROM outbound WHERE " OF_ORDER
              " AND sequence >= ?4 AND sequence < ?5 AND " WAS_HEARD " LIMIT 1",
    [GIVEN] = "SELECT 1 FROM outbound WHERE incident = ?1 AND channel = ?2"
              " AND sequence >= ?3 AND sequence < ?4 LIMIT 1",
    [COUNT_HEARD] = "SELECT count(DISTINCT recipient) FROM outbound WHERE " IN_RANGE
                    " AND " MAY_BE_HEARD,
    [COUNT_GIVEN] = "SELECT count(DISTINCT recipient) FROM outbound WHERE " IN_RANGE
                    " AND (state <= 6 OR doubt = 1)",
    [BY_WHAT] = "SELECT n.row, n.sequence, m.wrong_from, m.notice FROM outbound n"
                " CROSS JOIN message m ON m.row = n.message WHERE n.incident = ?1"
                " AND n.channel = ?2 AND n.recipient = ?3 AND n.sequence > ?4"
                " AND n.state <= 3 AND m.wrong_from BETWEEN 1 AND ?4"
                " ORDER BY n.sequence DESC LIMIT 1",
    [UNDER_WAY] = "SELECT 1 FROM outbound WHERE " OF_ORDER
                  " AND sequence < ?4 AND state IN (2, 3) LIMIT 1",
    [STOPPED] = "SELECT incident FROM outbound WHERE list = -2 AND list <> 0"
                " AND state <= 1 AND state = " SQL_PENDING " AND channel = ?1 LIMIT ?2",
};
_Static_assert(DELIVERY_HELD == 0 && DELIVERY_UNKNOWN == 3 && DELIVERY_COVERED == 6 &&
                   LIST_HEARERS == -2,
               "statements name them");

const struct statement_table take_back_statements = { STATEMENTS_TAKE_BACK, sql,
                                                      ARRAY_COUNT(sql) };

/* What is taken back of what is not under way, nor said. */
static const enum delivery_state stopped_states[] = { DELIVERY_HELD, DELIVERY_PENDING,
                                                      DELIVERY_PARKED };

static int64_t
read_rows(struct store *store, sqlite3_stmt *statement, struct outbound_rows *rows)
{
    size_t before = rows->count;

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, rows);
    }
    return (int64_t)(rows->count - before);
}

/* --- One row ---------------------------------------------------------------------- */

/* A channel that was to be told it is told of the one before next. */
static void
unlink_row(struct store *store, int64_t channel, const struct outbound_row *row)
{
    if (row->recipient != NULL || row->list != 0) {
        return;
    }
    statement_run(store, &take_back_statements, RELINK,
                  VALUES(integer(row->incident_row), integer(channel), text(""),
                         integer(row->previous), integer(row->sequence)));
    statement_run(store, &take_back_statements, RELINK_LAST,
                  VALUES(integer(row->incident_row), integer(channel),
                         integer(row->previous), integer(row->sequence)));
}

/* Those that were appended from `first` on: newest first, so that what is linked to one
 * that goes is linked to the one before that one. */
static void
settle_rows(struct store *store, const struct outbound_rows *rows, size_t first)
{
    for (size_t i = rows->count; i > first; i--) {
        struct position position = { 0 };

        if (position_find(store, rows->items[i - 1].row, &position)) {
            unlink_row(store, position.channel, &rows->items[i - 1]);
            order_settle(store, &position);
        }
        position_clear(&position);
    }
}

void
take_back_row(struct store *store, int64_t row, enum delivery_state from,
              int64_t channel, int64_t now_ms, struct outbound_rows *taken_back)
{
    size_t first = taken_back->count;
    int64_t n = read_rows(store,
                          statement_start(store, &take_back_statements, STOP_ROW,
                                          VALUES(integer(row), moment(now_ms))),
                          taken_back);

    counts_move(store, channel, from, DELIVERY_CANCELLED, n);
    for (size_t i = first; i < taken_back->count; i++) {
        unlink_row(store, channel, &taken_back->items[i]);
    }
}

/* --- A channel -------------------------------------------------------------------- */

static int
compare_sequences(const void *a, const void *b)
{
    const struct outbound_row *x = a;
    const struct outbound_row *y = b;

    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

void
store_outbound_take_back(struct store *store, const struct take_back *what,
                         int64_t now_ms, struct outbound_rows *taken_back)
{
    int64_t number = channel_number(store, what->channel);
    size_t first = taken_back->count;
    struct value values[] = { integer(what->sequence),     moment(now_ms),
                              integer(what->incident_row), integer(number),
                              integer(what->from),         integer(0) };
    int64_t n = read_rows(store,
                          statement_start(store, &take_back_statements, STOP_LISTS,
                                          values, ARRAY_COUNT(values) - 1),
                          taken_back);

    counts_move(store, number, DELIVERY_PENDING, DELIVERY_CANCELLED, n);
    for (size_t i = 0; i < ARRAY_COUNT(stopped_states); i++) {
        values[5].integer = (int64_t)stopped_states[i];
        n = read_rows(store,
                      statement_start(store, &take_back_statements, STOP_OF_CHANNEL,
                                      values, ARRAY_COUNT(values)),
                      taken_back);
        counts_move(store, number, stopped_states[i], DELIVERY_CANCELLED, n);
    }
    if (taken_back->count > first) {
        qsort(taken_back->items + first, taken_back->count - first,
              sizeof(*taken_back->items), compare_sequences);
    }
    settle_rows(store, taken_back, first);
}

void
take_back_recipients(struct store *store, const struct take_back_batch *batch,
                     int64_t now_ms)
{
    for (size_t i = 0; i < ARRAY_COUNT(stopped_states); i++) {
        int64_t n = statement_run(store, &take_back_statements, STOP_RECIPIENTS,
                                  VALUES(integer(batch->sequence), moment(now_ms),
                                         integer(batch->incident),
                                         integer(batch->channel), integer(batch->from),
                                         integer((int64_t)stopped_states[i]),
                                         text(batch->behind), text(batch->end)));

        counts_move(store, batch->channel, stopped_states[i], DELIVERY_CANCELLED, n);
    }
}

size_t
take_back_under_way(struct store *store, int64_t channel, int64_t *incidents,
                    size_t max)
{
    sqlite3_stmt *statement =
        statement_start(store, &take_back_statements, STOPPED,
                        VALUES(integer(channel), integer((int64_t)max)));
    size_t n = 0;

    while (statement_step(store, statement)) {
        if (n < max) {
            incidents[n++] = column_integer(statement, 0);
        }
    }
    return n;
}

/* --- Who has heard ---------------------------------------------------------------- */

static bool
has_heard(struct store *store, const struct position *position, int64_t from,
          int64_t before)
{
    return statement_integer(
               store, &take_back_statements, HEARD, 0,
               VALUES(integer(position->incident), integer(position->channel),
                      text(position->recipient), integer(from), integer(before))) != 0;
}

bool
store_outbound_has_heard(struct store *store, const struct outbound_row *row,
                         int64_t from)
{
    struct position position = { 0 };
    bool heard = position_find(store, row->row, &position) &&
                 has_heard(store, &position, from, row->sequence);

    position_clear(&position);
    return heard;
}

bool
store_outbound_was_given(struct store *store, const struct take_back *what)
{
    return statement_integer(store, &take_back_statements, GIVEN, 0,
                             VALUES(integer(what->incident_row),
                                    integer(channel_number(store, what->channel)),
                                    integer(what->from), integer(what->sequence))) != 0;
}

void
store_outbound_hearers(struct store *store, const struct take_back *what,
                       int64_t *heard, int64_t *waiting)
{
    const struct value values[] = { integer(what->incident_row),
                                    integer(channel_number(store, what->channel)),
                                    integer(what->from), integer(what->sequence) };

    *heard = statement_integer(store, &take_back_statements, COUNT_HEARD, 0, values,
                               ARRAY_COUNT(values));
    *waiting = statement_integer(store, &take_back_statements, COUNT_GIVEN, 0, values,
                                 ARRAY_COUNT(values)) -
               *heard;
}

/* --- What did not arrive ---------------------------------------------------------- */

/* What takes back a row of an order, and is not concluded. */
struct remedy {
    int64_t row, sequence, from;
    bool is_retraction;
};

static bool
find_remedy(struct store *store, const struct position *position, int64_t sequence,
            struct remedy *remedy)
{
    sqlite3_stmt *statement =
        statement_start(store, &take_back_statements, BY_WHAT,
                        VALUES(integer(position->incident), integer(position->channel),
                               text(position->recipient), integer(sequence)));

    if (!statement_step(store, statement)) {
        return false;
    }
    remedy->row = column_integer(statement, 0);
    remedy->sequence = column_integer(statement, 1);
    remedy->from = column_integer(statement, 2);
    remedy->is_retraction =
        notice_takes_back((enum notice)column_integer(statement, 3));
    statement_end(statement);
    return true;
}

/* A retraction of what nobody has heard, nor will, is not said. */
static void
drop_unheard(struct store *store, const struct position *position,
             const struct remedy *remedy, int64_t now_ms,
             struct outbound_rows *taken_back)
{
    struct position own = { 0 };
    bool is_under_way =
        statement_integer(store, &take_back_statements, UNDER_WAY, 0,
                          VALUES(integer(position->incident),
                                 integer(position->channel), text(position->recipient),
                                 integer(remedy->sequence))) != 0;

    if (remedy->is_retraction && !is_under_way &&
        !has_heard(store, position, remedy->from, remedy->sequence) &&
        position_find(store, remedy->row, &own) && own.state <= DELIVERY_PENDING) {
        take_back_row(store, remedy->row, own.state, own.channel, now_ms, taken_back);
        order_settle(store, &own);
    }
    position_clear(&own);
}

bool
store_outbound_take_back_failed(struct store *store, const struct outbound_row *row,
                                int64_t now_ms, struct outbound_rows *taken_back)
{
    struct position position = { 0 };
    struct remedy remedy;
    bool done = position_find(store, row->row, &position) &&
                find_remedy(store, &position, row->sequence, &remedy);

    if (done) {
        take_back_row(store, row->row, position.state, position.channel, now_ms,
                      taken_back);
        order_settle(store, &position);
        drop_unheard(store, &position, &remedy, now_ms, taken_back);
    }
    position_clear(&position);
    return done;
}

void
store_outbound_drop_unheard(struct store *store, const struct outbound_row *retraction,
                            int64_t now_ms, struct outbound_rows *taken_back)
{
    struct position position = { 0 };
    const struct remedy remedy = { retraction->row, retraction->sequence, 1, true };

    if (position_find(store, retraction->row, &position)) {
        drop_unheard(store, &position, &remedy, now_ms, taken_back);
    }
    position_clear(&position);
}
