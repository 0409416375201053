/* SPDX-License-Identifier: EUPL-1.2 */
/* The deliveries that a storm holds back, and those that say them. */
#include "store/storm.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

#include <stdlib.h>

enum {
    RELEASE,
    OF_SEQUENCE,
    SAY_OLDER,
    HOLD_AGAIN,
    MARK_NEW,
    MARK_OF,
    SAYERS,
    HAS_BEGUN,
    BLOCKED,
    CONCLUDE,
    IS_EXPANDED,
    IS_UNFINISHED,
    HAS_ARRIVED,
    LET_GO,
    HELD
};

enum {
    BLOCKED_MOST = 1000 /* orders that a summary frees; the next one frees more */
};

_Static_assert(DELIVERY_HELD == 0 && HOLD_STORM == 2 && DELIVERY_EXPANDED == 9 &&
                   STORM_PLANNED == 3,
               "statements name them");

/* Held for a storm: the terms of the partial index outbound_held. */
#define IS_HELD "state = 0 AND hold = 2"
/* The delivery of message ?1, ?2, ?3 (incident, channel, sequence) to the same
 * recipient. */
#define SAYER                                                                          \
    "SELECT n.row FROM outbound n WHERE n.incident = ?1 AND n.channel = ?2"            \
    " AND n.recipient = outbound.recipient AND n.sequence = ?3"
#define MARK                                                                           \
    "UPDATE outbound SET covered_by = (" SAYER "), ready = 0 WHERE channel = ?2"       \
    " AND " IS_HELD " AND EXISTS (" SAYER ") AND NOT EXISTS"                           \
    " (SELECT 1 FROM storm_wait w WHERE w.channel = ?2"                                \
    " AND w.incident = outbound.incident AND w.held = 1 AND w.class = 3)"

static const char *const sql[] = {
    [RELEASE] = "UPDATE outbound SET state = " SQL_PENDING ", hold = 0,"
                " covered_by = NULL WHERE incident = ?1 AND channel = ?2"
                " AND sequence = ?3 AND " IS_HELD,
    [OF_SEQUENCE] = "SELECT row FROM outbound WHERE incident = ?1 AND channel = ?2"
                    " AND sequence = ?3 AND " SQL_UNFINISHED_STATE,
    [SAY_OLDER] = "UPDATE outbound SET covered_by = (" SAYER "), ready = 0"
                  " WHERE incident = ?1 AND channel = ?2 AND sequence < ?3"
                  " AND " IS_HELD " AND EXISTS (" SAYER ")",
    /* What nobody can have got yet. */
    [HOLD_AGAIN] = "UPDATE outbound SET state = 0, hold = 2, ready = 0, transport = 0"
                   " WHERE incident = ?1 AND channel = ?2 AND sequence < ?3"
                   " AND state = " SQL_PENDING " AND doubt = 0 AND cursor IS NULL"
                   " AND EXISTS (" SAYER ")",
    [MARK_NEW] = MARK " AND covered_by IS NULL",
    [MARK_OF] = MARK " AND covered_by = ?4",
    [SAYERS] = "SELECT DISTINCT covered_by FROM outbound WHERE channel = ?1"
               " AND " IS_HELD " AND covered_by IS NOT NULL",
    /* Under way, or on its way to a list. */
    [HAS_BEGUN] = "SELECT 1 FROM outbound c WHERE c.row = ?1 AND (c.state IN (2, 3)"
                  " OR (c.state = " SQL_EXPANDED " AND EXISTS (SELECT 1 FROM outbound r"
                  " WHERE r.message = c.message AND r.channel = c.channel"
                  " AND r.state IN (2, 3, 5))))",
    [BLOCKED] = "SELECT row FROM outbound WHERE channel = ?1 AND state = " SQL_PENDING
                " AND " SQL_OPEN_STATE " AND ready = 0 AND covered_by IS NULL LIMIT ?2",
    [CONCLUDE] = "UPDATE outbound SET state = ?2, hold = 0, concluded_at_ms = ?3,"
                 " covered_by = ?4 WHERE covered_by = ?1 AND " IS_HELD
                 " RETURNING " OUTBOUND_COLUMNS,
    [IS_EXPANDED] =
        "SELECT message FROM outbound WHERE row = ?1 AND state = " SQL_EXPANDED,
    /* Those at the end of a list are sent last. */
    [IS_UNFINISHED] = "SELECT 1 FROM outbound WHERE message = ?1 AND channel = ?2"
                      " AND state <= 4 ORDER BY row DESC LIMIT 1",
    [HAS_ARRIVED] = "SELECT 1 WHERE EXISTS (SELECT 1 FROM outbound WHERE message = ?1"
                    " AND channel = ?2 AND state IN (5, 6)) OR NOT EXISTS"
                    " (SELECT 1 FROM outbound WHERE message = ?1 AND channel = ?2"
                    " AND state IN (7, 8))",
    [LET_GO] = "UPDATE outbound SET state = " SQL_PENDING ", hold = 0,"
               " covered_by = NULL WHERE channel = ?1 AND " IS_HELD
               " AND (covered_by IS NULL OR EXISTS (SELECT 1 FROM outbound c"
               " WHERE c.row = outbound.covered_by AND c.state = " SQL_CANCELLED "))"
               " RETURNING row",
    [HELD] = "SELECT count(*) FROM outbound WHERE channel = ?1 AND " IS_HELD,
};

const struct statement_table storm_rows_statements = { STATEMENTS_STORM_ROWS, sql,
                                                       ARRAY_COUNT(sql) };

/* --- Keys ------------------------------------------------------------------------- */

struct keys {
    int64_t *items;
    size_t count;
};

static void
read_keys(struct store *store, sqlite3_stmt *statement, struct keys *keys)
{
    while (statement_step(store, statement)) {
        if ((keys->count & (keys->count - 1)) == 0) {
            keys->items =
                memory_resize(keys->items, keys->count == 0 ? 1 : keys->count * 2,
                              sizeof(*keys->items));
        }
        keys->items[keys->count++] = column_integer(statement, 0);
    }
}

/* The right row of each one's order becomes ready. */
static void
settle(struct store *store, struct keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        struct position position = { 0 };

        if (position_find(store, keys->items[i], &position)) {
            order_settle(store, &position);
        }
        position_clear(&position);
    }
    free(keys->items);
    *keys = (struct keys){ 0 };
}

/* --- Held, released, said --------------------------------------------------------- */

void
store_storm_release(struct store *store, const char *channel,
                    const struct storm_wait *wait)
{
    int64_t number = channel_number(store, channel);
    const struct value values[] = { integer(wait->incident_row), integer(number),
                                    integer(wait->sequence) };
    struct keys keys = { 0 };
    int64_t n = statement_run(store, &storm_rows_statements, RELEASE, values,
                              ARRAY_COUNT(values));

    counts_move(store, number, DELIVERY_HELD, DELIVERY_PENDING, n);
    statement_run(store, &storm_rows_statements, SAY_OLDER, values,
                  ARRAY_COUNT(values));
    read_keys(store,
              statement_start(store, &storm_rows_statements, OF_SEQUENCE, values,
                              ARRAY_COUNT(values)),
              &keys);
    settle(store, &keys);
}

static bool
has_begun(struct store *store, int64_t sayer)
{
    return statement_integer(store, &storm_rows_statements, HAS_BEGUN, 0,
                             VALUES(integer(sayer))) != 0;
}

static void
find_sayers(struct store *store, int64_t channel, struct keys *sayers)
{
    read_keys(store,
              statement_start(store, &storm_rows_statements, SAYERS,
                              VALUES(integer(channel))),
              sayers);
}

void
store_storm_cover(struct store *store, const char *channel,
                  const struct message_row *summary)
{
    int64_t number = channel_number(store, channel);
    struct value values[] = { integer(summary->incident_row), integer(number),
                              integer(summary->sequence), integer(0) };
    struct keys sayers = { 0 };
    struct keys blocked = { 0 };
    int64_t n = statement_run(store, &storm_rows_statements, HOLD_AGAIN, values, 3);

    counts_move(store, number, DELIVERY_PENDING, DELIVERY_HELD, n);
    find_sayers(store, number, &sayers);
    statement_run(store, &storm_rows_statements, MARK_NEW, values, 3);
    for (size_t i = 0; i < sayers.count; i++) {
        if (!has_begun(store, sayers.items[i])) {
            values[3] = integer(sayers.items[i]);
            statement_run(store, &storm_rows_statements, MARK_OF, values,
                          ARRAY_COUNT(values));
        }
    }
    free(sayers.items);
    read_keys(store,
              statement_start(store, &storm_rows_statements, BLOCKED,
                              VALUES(integer(number), integer(BLOCKED_MOST))),
              &blocked);
    settle(store, &blocked);
}

void
store_storm_conclude(struct store *store, const char *channel, int64_t key,
                     enum delivery_state state, int64_t said_by, int64_t now_ms,
                     struct outbound_rows *concluded)
{
    sqlite3_stmt *statement =
        statement_start(store, &storm_rows_statements, CONCLUDE,
                        VALUES(integer(key), integer((int64_t)state), moment(now_ms),
                               reference(state == DELIVERY_COVERED ? said_by : 0)));
    size_t before = concluded->count;

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, concluded);
    }
    counts_move(store, channel_number(store, channel), DELIVERY_HELD, state,
                (int64_t)(concluded->count - before));
}

void
store_storm_conclude_lists(struct store *store, const char *channel, int64_t now_ms,
                           struct outbound_rows *concluded)
{
    int64_t number = channel_number(store, channel);
    struct keys sayers = { 0 };

    find_sayers(store, number, &sayers);
    for (size_t i = 0; i < sayers.count; i++) {
        int64_t message = statement_integer(store, &storm_rows_statements, IS_EXPANDED,
                                            0, VALUES(integer(sayers.items[i])));
        const struct value values[] = { integer(message), integer(number) };
        bool has_arrived;

        if (message == 0 ||
            statement_integer(store, &storm_rows_statements, IS_UNFINISHED, 0, values,
                              ARRAY_COUNT(values)) != 0) {
            continue;
        }
        has_arrived = statement_integer(store, &storm_rows_statements, HAS_ARRIVED, 0,
                                        values, ARRAY_COUNT(values)) != 0;
        store_storm_conclude(store, channel, sayers.items[i],
                             has_arrived ? DELIVERY_COVERED : DELIVERY_UNDELIVERABLE,
                             sayers.items[i], now_ms, concluded);
    }
    free(sayers.items);
}

int64_t
store_storm_let_go(struct store *store, const char *channel)
{
    int64_t number = channel_number(store, channel);
    struct keys keys = { 0 };
    int64_t n;

    read_keys(
        store,
        statement_start(store, &storm_rows_statements, LET_GO, VALUES(integer(number))),
        &keys);
    n = (int64_t)keys.count;
    counts_move(store, number, DELIVERY_HELD, DELIVERY_PENDING, n);
    settle(store, &keys);
    return n;
}

int64_t
store_storm_held(struct store *store, const char *channel)
{
    return statement_integer(store, &storm_rows_statements, HELD, 0,
                             VALUES(integer(channel_number(store, channel))));
}
