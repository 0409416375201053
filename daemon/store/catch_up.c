/* SPDX-License-Identifier: EUPL-1.2 */
/* Catching up (D6): the newest message of an order goes, and covers the older ones. */
#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound.h"
#include "store/outbound_columns.h"
#include "store/tables.h"
#include "store/take_back.h"

#include <stdlib.h>
#include <string.h>

enum {
    DUE,
    ORDER,
    BEFORE,
    TAKE,
    COVER
};

enum {
    ORDERS_MOST = 1000, /* that one claim looks at */
    STOPPED_MOST = 16
};

#define OF_ORDER "o.incident = ?1 AND o.channel = ?2 AND o.recipient = ?3"
static const char *const sql[] = {
    [DUE] = "SELECT row FROM outbound WHERE channel = ?1 AND priority = ?2"
            " AND due_at_ms <= ?3 AND state = " SQL_PENDING
            " AND ready = 1 AND list = 0 ORDER BY due_at_ms, row LIMIT ?4",
    [ORDER] = "SELECT o.row, o.sequence, o.state, m.notice, o.doubt, m.wrong_from"
              " FROM outbound o"
              " CROSS JOIN message m ON m.row = o.message"
              " WHERE " OF_ORDER " AND o.state <= 4"
              " AND (o.state > 0 OR o.covered_by IS NULL) ORDER BY o.sequence",
    /* What a summary named was heard there. */
    [BEFORE] = "SELECT CASE WHEN o.state = 6 AND EXISTS (SELECT 1"
               " FROM incident_channel i WHERE i.incident = o.incident"
               " AND i.channel = o.channel AND i.named % 2 = 1) THEN 5"
               " ELSE o.state END, o.doubt, m.notice FROM outbound o"
               " CROSS JOIN message m ON m.row = o.message"
               " WHERE " OF_ORDER " AND o.sequence < ?4 ORDER BY o.sequence DESC",
    [TAKE] = "UPDATE outbound SET state = " SQL_IN_FLIGHT ", attempts = attempts + 1,"
             " owner = ?2, attempted_at_ms = ?3, lease_until_ms = ?4, transport = 0,"
             " ready = 1 WHERE row = ?1 RETURNING " OUTBOUND_COLUMNS,
    [COVER] = "UPDATE outbound SET covered_by = ?5, ready = 0, transport = 0"
              " WHERE incident = ?1 AND channel = ?2 AND recipient = ?3"
              " AND sequence < ?4 AND state = " SQL_PENDING,
};
_Static_assert(DELIVERY_HELD == 0 && DELIVERY_PARKED == 4 && DELIVERY_DELIVERED == 5 &&
                   DELIVERY_COVERED == 6,
               "statements name them");

const struct statement_table catch_up_statements = { STATEMENTS_CATCH_UP, sql,
                                                     ARRAY_COUNT(sql) };

/* --- The order that a claim is about ---------------------------------------------- */

/* A row of it that is not concluded, or is parked. */
struct link {
    int64_t row, sequence;
    enum delivery_state state;
    int64_t wrong_from; /* of its message; 0: it takes nothing back */
    bool is_retraction;
    bool in_doubt; /* may have arrived */
};

/* Oldest first. Valid when zeroed. */
struct chain {
    struct position position;
    struct link *links;
    size_t n;
    size_t n_free; /* as many as come before the first that is held */
    bool is_busy;  /* one is in flight, or unknown */
};

#define ORDER_OF(chain)                                                                \
    integer((chain)->position.incident), integer((chain)->position.channel),           \
        text((chain)->position.recipient)

static void
chain_clear(struct chain *chain)
{
    position_clear(&chain->position);
    free(chain->links);
    memset(chain, 0, sizeof(*chain));
}

static void
chain_add(struct chain *chain, const struct link *link)
{
    if ((chain->n & (chain->n - 1)) == 0) {
        chain->links = memory_resize(chain->links, chain->n == 0 ? 1 : chain->n * 2,
                                     sizeof(*chain->links));
    }
    if (link->state != DELIVERY_HELD && chain->n_free == chain->n) {
        chain->n_free++;
    }
    chain->links[chain->n++] = *link;
}

static void
chain_find(struct store *store, int64_t row, struct chain *chain)
{
    sqlite3_stmt *statement;

    if (!position_find(store, row, &chain->position)) {
        return;
    }
    statement =
        statement_start(store, &catch_up_statements, ORDER, VALUES(ORDER_OF(chain)));
    while (statement_step(store, statement)) {
        const struct link link = {
            .row = column_integer(statement, 0),
            .sequence = column_integer(statement, 1),
            .state = (enum delivery_state)column_integer(statement, 2),
            .is_retraction =
                notice_takes_back((enum notice)column_integer(statement, 3)),
            .in_doubt = column_integer(statement, 4) != 0,
            .wrong_from = column_integer(statement, 5),
        };

        chain_add(chain, &link);
        chain->is_busy = chain->is_busy || link.state == DELIVERY_IN_FLIGHT ||
                         link.state == DELIVERY_UNKNOWN;
    }
}

/* The newest pending row that nothing held comes before, or the newest such that takes
 * something back; NULL: none. */
static const struct link *
chain_newest(const struct chain *chain, bool takes_back)
{
    for (size_t i = chain->n_free; i > 0; i--) {
        const struct link *link = &chain->links[i - 1];

        if (link->state == DELIVERY_PENDING && (link->wrong_from > 0 || !takes_back)) {
            return link;
        }
    }
    return NULL;
}

/*
 * The one to be sent when it is the turn of the row `key`. One that may have arrived is
 * sent again as it was: a peer that has it passes a repeat over, with whatever it were
 * to cover besides, so what waits before it goes first.
 */
static const struct link *
chain_choose(const struct chain *chain, int64_t key)
{
    const struct link *newest = chain_newest(chain, false);

    for (size_t i = 0; newest != NULL && newest->in_doubt && i < chain->n_free; i++) {
        const struct link *link = &chain->links[i];

        if (link->row == key && link->state == DELIVERY_PENDING) {
            return link;
        }
    }
    return newest;
}

/* --- Retractions ------------------------------------------------------------------ */

/* Appends what the statement returns, which has left state `from`. */
static int64_t
read_rows(struct store *store, sqlite3_stmt *statement, struct outbound_rows *rows)
{
    size_t before = rows->count;

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, rows);
    }
    return (int64_t)(rows->count - before);
}

static void
take_back(struct store *store, const struct chain *chain, struct link *link,
          int64_t now_ms, struct outbound_rows *taken_back)
{
    take_back_row(store, link->row, link->state, chain->position.channel, now_ms,
                  taken_back);
    link->state = DELIVERY_CANCELLED;
}

/* Whether the order got something, or may have, that the retraction takes back: what an
 * earlier retraction took back needs no other. */
static bool
has_heard(struct store *store, const struct chain *chain, int64_t sequence)
{
    sqlite3_stmt *statement =
        statement_start(store, &catch_up_statements, BEFORE,
                        VALUES(ORDER_OF(chain), integer(sequence)));

    while (statement_step(store, statement)) {
        bool delivered = column_integer(statement, 0) == DELIVERY_DELIVERED;
        bool in_doubt = column_integer(statement, 1) != 0;
        bool takes_back = notice_takes_back((enum notice)column_integer(statement, 2));

        if (takes_back ? delivered : delivered || in_doubt) {
            statement_end(statement);
            return !takes_back;
        }
    }
    return false;
}

/* What the newest retraction or correction takes back is not said any more, nor is a
 * retraction when nobody can have heard what it takes back. */
static void
chain_take_back(struct store *store, struct chain *chain, int64_t now_ms,
                struct outbound_rows *taken_back)
{
    const struct link *newest = chain_newest(chain, true);
    int64_t from, last;

    if (newest == NULL) {
        return;
    }
    from = newest->is_retraction ? 0 : newest->wrong_from;
    last = newest->is_retraction && !has_heard(store, chain, newest->sequence)
               ? newest->sequence
               : newest->sequence - 1;
    for (size_t i = 0; i < chain->n_free && chain->links[i].sequence <= last; i++) {
        if (chain->links[i].sequence >= from) {
            take_back(store, chain, &chain->links[i], now_ms, taken_back);
        }
    }
}

/* --- The claim -------------------------------------------------------------------- */

/* What every row of a claim is given. */
struct claim {
    const char *owner;
    int64_t due_by_ms, now_ms, lease_until_ms;
    struct outbound_rows *rows, *taken_back;
    /* Of these, those recipients are stopped that have not had their turn yet. */
    int64_t stopped[STOPPED_MOST];
    size_t n_stopped;
};

static void
take_newest(struct store *store, const struct chain *chain, const struct link *newest,
            const struct claim *claim)
{
    int64_t n;

    if (chain->n > 1) {
        statement_run(
            store, &catch_up_statements, COVER,
            VALUES(ORDER_OF(chain), integer(newest->sequence), integer(newest->row)));
    }
    n = read_rows(
        store,
        statement_start(store, &catch_up_statements, TAKE,
                        VALUES(integer(newest->row), text(claim->owner),
                               moment(claim->now_ms), moment(claim->lease_until_ms))),
        claim->rows);
    counts_move(store, chain->position.channel, DELIVERY_PENDING, DELIVERY_IN_FLIGHT,
                n);
}

/* What takes it back is on its way to this reader. */
static bool
is_stopped(const struct chain *chain, const struct claim *claim)
{
    for (size_t i = 0; i < claim->n_stopped; i++) {
        if (claim->stopped[i] == chain->position.incident) {
            return chain_newest(chain, true) == NULL;
        }
    }
    return false;
}

static void
claim_order(struct store *store, int64_t key, const struct claim *claim)
{
    struct chain chain = { 0 };
    const struct link *newest;

    chain_find(store, key, &chain);
    if (is_stopped(&chain, claim)) {
        chain_clear(&chain);
        return;
    }
    if (!chain.is_busy) {
        chain_take_back(store, &chain, claim->now_ms, claim->taken_back);
    }
    newest = chain.is_busy ? NULL : chain_choose(&chain, key);
    if (newest != NULL) {
        take_newest(store, &chain, newest, claim);
    } else if (chain.n > 0) {
        order_settle(store, &chain.position);
    }
    chain_clear(&chain);
}

/* One after the other, at most max of those that are due first; how many there were. */
static size_t
claim_orders(struct store *store, int64_t channel, enum priority priority, size_t max,
             const struct claim *claim)
{
    int64_t *keys = memory_array(max, sizeof(*keys));
    sqlite3_stmt *statement =
        statement_start(store, &catch_up_statements, DUE,
                        VALUES(integer(channel), integer((int64_t)priority),
                               integer(claim->due_by_ms), integer((int64_t)max)));
    size_t n = 0;

    while (statement_step(store, statement)) {
        if (n < max) {
            keys[n++] = column_integer(statement, 0);
        }
    }
    for (size_t i = 0; i < n; i++) {
        claim_order(store, keys[i], claim);
    }
    free(keys);
    return n;
}

void
store_outbound_claim_newest(struct store *store, const char *channel,
                            enum priority priority, const char *owner,
                            int64_t due_by_ms, int64_t now_ms, int64_t lease_ms,
                            size_t max, struct outbound_rows *rows,
                            struct outbound_rows *taken_back)
{
    struct claim claim = { .owner = owner,
                           .due_by_ms = due_by_ms,
                           .now_ms = now_ms,
                           .lease_until_ms = now_ms + lease_ms,
                           .rows = rows,
                           .taken_back = taken_back };
    int64_t number = channel_number(store, channel);
    size_t most = rows->count + max;
    size_t looked_at = 0;
    size_t n = 1;

    if (number == 0) {
        return;
    }
    store_begin(store);
    claim.n_stopped = take_back_under_way(store, number, claim.stopped, STOPPED_MOST);
    /* Orders that come to nothing, because it is taken back, use up nobody's room. */
    while (n > 0 && rows->count < most && looked_at < ORDERS_MOST) {
        n = claim_orders(store, number, priority, most - rows->count, &claim);
        looked_at += n;
    }
}
