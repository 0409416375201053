/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The expansion of a message to the persons on a distribution list (D2): a batch of rows
 * and the cursor behind them in one transaction.
 */
#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound.h"
#include "store/recipient_lists.h"
#include "store/tables.h"
#include "store/take_back.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROW_TO_EXPAND,
    ROW_TAKE_LIST,
    BATCH_END,
    BATCH_MORE,
    BATCH_BLOCKED,
    EXPAND,
    EXPAND_BLOCKED,
    RAISE,
    HEARERS_END,
    HEARERS_MORE,
    EXPAND_HEARERS,
    CURSOR,
    GO_ON,
    EXPANDED,
    FOLLOWER,
    EXPANDABLE,
    NEXT_EXPANDABLE
};

/* In the order of the addresses, which is that of the index of orders. Somebody who is a
 * recipient by name too has a row already. ?1 to ?8 are columns of the list row; ?9 the
 * list, of which the addresses behind ?10 up to ?11 get their rows, late as it is (?12). */
#define EXPAND_INTO                                                                    \
    "INSERT INTO outbound (message, incident, sequence, previous, channel, priority,"  \
    " created_at_ms, due_at_ms, late, recipient, list, state, ready)"                  \
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?12, r.address, 0, " SQL_PENDING ", "
#define IS_CORRECTION "(SELECT notice NOT IN (9, 16) FROM message WHERE row = ?1)"
/* Whoever was given an older message that is taken back, unless it certainly did not
 * arrive; and, for a correction, who was to get one that was stopped. */
#define HEARERS                                                                        \
    "outbound h WHERE h.incident = ?2 AND h.channel = ?5 AND h.recipient > ?10"        \
    " AND h.sequence < ?3 AND h.sequence >="                                           \
    " (SELECT wrong_from FROM message WHERE row = ?1)"                                 \
    " AND (h.state <= 6 OR h.doubt = 1"                                                \
    " OR (h.state = 7 AND h.last_error = '" TAKEN_BACK "' AND " IS_CORRECTION "))"
/* ?4 and ?5: up to which, and from which message on. */
#define STOPPED_LIST                                                                   \
    "o.incident = ?2 AND o.channel = ?3 AND o.recipient = '' AND o.sequence < ?4"      \
    " AND o.sequence >= ?5 AND o.list <> 0 AND o.list <> -2 AND o.state = 7"           \
    " AND o.last_error = '" TAKEN_BACK "'"
#define EXPAND_FROM                                                                    \
    " FROM recipient r WHERE r.list = ?9 AND r.address > ?10 AND r.address <= ?11"     \
    " AND NOT EXISTS (SELECT 1 FROM recipient_left l WHERE l.channel = ?5"             \
    " AND l.recipient = r.address) ORDER BY r.address ON CONFLICT DO NOTHING"

#define TO_EXPAND                                                                      \
    "list <> 0 AND state <= 1 AND state = " SQL_PENDING " AND ready = 1"               \
    " AND (list = -2 OR EXISTS (SELECT 1 FROM recipient_list r"                        \
    " WHERE r.channel = outbound.channel AND r.complete = 1"                           \
    " AND (outbound.list = -1 OR r.row = outbound.list)))"

static const char *const sql[] = {
    [ROW_TO_EXPAND] = "SELECT message, incident, sequence, previous, channel, priority,"
                      " created_at_ms, due_at_ms, list, cursor, late, (SELECT"
                      " wrong_from FROM message m WHERE m.row = message) FROM outbound"
                      " WHERE row = ?1 AND list <> 0 AND state = " SQL_PENDING,
    [ROW_TAKE_LIST] = "UPDATE outbound SET list = ?2 WHERE row = ?1",
    [BATCH_END] = "SELECT max(address) FROM (SELECT address FROM recipient"
                  " WHERE list = ?1 AND address > ?2 ORDER BY address LIMIT ?3)",
    [BATCH_MORE] = "SELECT 1 FROM recipient WHERE list = ?1 AND address > ?2 LIMIT 1",
    [BATCH_BLOCKED] = "SELECT 1 FROM outbound WHERE incident = ?1 AND channel = ?2"
                      " AND recipient > ?3 AND recipient <= ?4"
                      " AND " SQL_UNFINISHED_STATE " LIMIT 1",
    /* Two ways, for one that reads the table it writes takes twice the time. */
    [EXPAND] = EXPAND_INTO "1" EXPAND_FROM,
    [EXPAND_BLOCKED] =
        EXPAND_INTO "NOT EXISTS (SELECT 1 FROM outbound o WHERE o.incident = ?2"
                    " AND o.channel = ?5 AND o.recipient = r.address"
                    " AND o.covered_by IS NULL"
                    " AND o." SQL_UNFINISHED_STATE ")" EXPAND_FROM,
    [RAISE] = "UPDATE outbound SET priority = ?6, due_at_ms = CASE ?6 WHEN 0"
              " THEN min(due_at_ms, ?8 + ?12) ELSE due_at_ms END"
              " WHERE incident = ?2 AND channel = ?5"
              " AND recipient > ?10 AND recipient <= ?11 AND state = " SQL_PENDING
              " AND priority > ?6",
    [HEARERS_END] =
        "SELECT max(recipient) FROM (SELECT h.recipient AS recipient"
        " FROM " HEARERS " GROUP BY h.recipient ORDER BY h.recipient LIMIT ?11)",
    [HEARERS_MORE] = "SELECT 1 FROM " HEARERS " LIMIT 1",
    [EXPAND_HEARERS] =
        "INSERT INTO outbound (message, incident, sequence, previous, channel,"
        " priority, created_at_ms, due_at_ms, late, recipient, list, state, ready)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?12, h.recipient,"
        " 0, " SQL_PENDING ", NOT EXISTS (SELECT 1 FROM outbound o"
        " WHERE o.incident = ?2 AND o.channel = ?5 AND o.recipient = h.recipient"
        " AND o.covered_by IS NULL"
        " AND o." SQL_UNFINISHED_STATE ") FROM " HEARERS " AND h.recipient <= ?11"
        " AND NOT EXISTS (SELECT 1 FROM recipient_left l WHERE l.channel = ?5"
        " AND l.recipient = h.recipient)"
        " GROUP BY h.recipient ORDER BY h.recipient ON CONFLICT DO NOTHING",
    [CURSOR] = "UPDATE outbound SET cursor = ?2 WHERE row = ?1",
    [GO_ON] =
        "UPDATE outbound SET (list, cursor) = (SELECT CASE WHEN EXISTS (SELECT 1"
        " FROM recipient_list r WHERE r.row = o.list AND r.complete = 1) THEN o.list"
        " ELSE -1 END, o.cursor FROM outbound o WHERE " STOPPED_LIST
        " ORDER BY coalesce(o.cursor, '') LIMIT 1) WHERE row = ?1 AND EXISTS"
        " (SELECT 1 FROM outbound o WHERE " STOPPED_LIST
        ") AND (SELECT notice NOT IN (9, 16) FROM message WHERE row = ?6)",
    [EXPANDED] = "UPDATE outbound SET state = " SQL_EXPANDED ", concluded_at_ms = ?2"
                 " WHERE row = ?1",
    /* The list's next message, if it waits for nothing but the one before it, and
     * stands where that one stood. */
    [FOLLOWER] = "SELECT row FROM outbound WHERE row = (SELECT row FROM outbound"
                 " WHERE incident = ?1 AND channel = ?2 AND recipient = ''"
                 " AND sequence > ?3 AND " SQL_UNFINISHED_STATE
                 " ORDER BY sequence LIMIT 1) AND state = " SQL_PENDING
                 " AND list IN (-1, ?4) AND coalesce(cursor, '') = ?5"
                 " AND due_at_ms <= ?6",
    /* One that rests is expanded when it is due. */
    [EXPANDABLE] = "SELECT row FROM outbound WHERE " TO_EXPAND
                   " AND due_at_ms <= ?2 ORDER BY priority, row LIMIT ?1",
    [NEXT_EXPANDABLE] =
        "SELECT min(due_at_ms) FROM outbound WHERE " TO_EXPAND " AND due_at_ms > ?1",
};

const struct statement_table recipients_statements = { STATEMENTS_RECIPIENTS, sql,
                                                       ARRAY_COUNT(sql) };

/* --- Expansion -------------------------------------------------------------------- */

struct expansion {
    int64_t row;
    int64_t message, incident, sequence, previous, channel;
    enum priority priority;
    int64_t created_at_ms, due_at_ms;
    int64_t list;
    int64_t wrong_from; /* of the message */
    bool late;
    char *cursor; /* the last address that has its row; "" at first */
};

static bool
expansion_find(struct store *store, int64_t key, struct expansion *expansion)
{
    sqlite3_stmt *statement = statement_start(store, &recipients_statements,
                                              ROW_TO_EXPAND, VALUES(integer(key)));
    const char *cursor;

    if (!statement_step(store, statement)) {
        return false;
    }
    expansion->row = key;
    expansion->message = column_integer(statement, 0);
    expansion->incident = column_integer(statement, 1);
    expansion->sequence = column_integer(statement, 2);
    expansion->previous = column_integer(statement, 3);
    expansion->channel = column_integer(statement, 4);
    expansion->priority = (enum priority)column_choice(statement, 5, 0, PRIORITY_COUNT);
    expansion->created_at_ms = column_moment(statement, 6, TIME_NONE);
    expansion->due_at_ms = column_integer(statement, 7);
    expansion->list = column_integer(statement, 8);
    expansion->late = column_integer(statement, 10) != 0;
    expansion->wrong_from = column_integer(statement, 11);
    cursor = column_text(statement, 9);
    expansion->cursor = string_copy(cursor == NULL ? "" : cursor);
    statement_end(statement);
    return true;
}

/* False while the list is not complete. */
static bool
expansion_take_list(struct store *store, struct expansion *expansion)
{
    if (expansion->list > 0 || expansion->list == LIST_HEARERS) {
        return true;
    }
    expansion->list = list_current(store, expansion->channel);
    if (expansion->list == 0) {
        return false;
    }
    statement_run(store, &recipients_statements, ROW_TAKE_LIST,
                  VALUES(integer(expansion->row), integer(expansion->list)));
    return true;
}

static enum priority
expansion_priority(struct store *store, const struct expansion *expansion)
{
    if (expansion->priority != PRIORITY_URGENT &&
        store_list_size(store, expansion->list) > OUTBOUND_BULK_ABOVE) {
        return PRIORITY_BULK;
    }
    return expansion->priority;
}

/* ?1 to ?10 of what expands. */
#define EXPANSION_VALUES(store, expansion)                                             \
    integer((expansion)->message), integer((expansion)->incident),                     \
        integer((expansion)->sequence), integer((expansion)->previous),                \
        integer((expansion)->channel),                                                 \
        integer((int64_t)expansion_priority((store), (expansion))),                    \
        moment((expansion)->created_at_ms), integer((expansion)->due_at_ms),           \
        integer((expansion)->list), text((expansion)->cursor)

static sqlite3_stmt *
start_batch_end(struct store *store, const struct expansion *expansion, size_t max)
{
    if (expansion->list == LIST_HEARERS) {
        return statement_start(
            store, &recipients_statements, HEARERS_END,
            VALUES(EXPANSION_VALUES(store, expansion), integer((int64_t)max)));
    }
    return statement_start(store, &recipients_statements, BATCH_END,
                           VALUES(integer(expansion->list), text(expansion->cursor),
                                  integer((int64_t)max)));
}

/* The last address of the next batch; NULL when nobody is left. Caller frees. */
static char *
batch_end(struct store *store, const struct expansion *expansion, size_t max)
{
    sqlite3_stmt *statement = start_batch_end(store, expansion, max);
    char *end = NULL;

    if (statement_step(store, statement)) {
        end = column_text_copy(statement, 0);
        statement_end(statement);
    }
    return end;
}

/* Whether somebody up to `end` still waits for an older message. */
static bool
batch_is_blocked(struct store *store, const struct expansion *expansion,
                 const char *end)
{
    return statement_integer(store, &recipients_statements, BATCH_BLOCKED, 0,
                             VALUES(integer(expansion->incident),
                                    integer(expansion->channel),
                                    text(expansion->cursor), text(end))) != 0;
}

/* The statement that makes the rows of the batch. Where somebody waits, the message lends
 * its priority to what they wait for. */
static int
choose_expand(struct store *store, const struct expansion *expansion, const char *end)
{
    bool is_blocked = batch_is_blocked(store, expansion, end);

    if (is_blocked) {
        statement_run(store, &recipients_statements, RAISE,
                      VALUES(EXPANSION_VALUES(store, expansion), text(end),
                             integer(ORDER_URGENT_WAIT_MS)));
    }
    if (expansion->list == LIST_HEARERS) {
        return EXPAND_HEARERS;
    }
    return is_blocked ? EXPAND_BLOCKED : EXPAND;
}

/* What is taken back is stopped first: who has not heard it need not hear of it. */
static void
stop_batch(struct store *store, const struct expansion *expansion, const char *end,
           int64_t now_ms)
{
    const struct take_back_batch batch = { .incident = expansion->incident,
                                           .channel = expansion->channel,
                                           .sequence = expansion->sequence,
                                           .from = expansion->wrong_from,
                                           .behind = expansion->cursor,
                                           .end = end };

    if (expansion->list == LIST_HEARERS) {
        take_back_recipients(store, &batch, now_ms);
    }
}

static void
expand_batch(struct store *store, struct expansion *expansion, size_t max,
             int64_t now_ms)
{
    char *end = batch_end(store, expansion, max);
    int64_t n;

    if (end == NULL) {
        return;
    }
    stop_batch(store, expansion, end, now_ms);
    n = statement_run(store, &recipients_statements,
                      choose_expand(store, expansion, end),
                      VALUES(EXPANSION_VALUES(store, expansion), text(end),
                             integer(expansion->late)));
    counts_add(store, expansion->channel, DELIVERY_PENDING, n);
    statement_run(store, &recipients_statements, CURSOR,
                  VALUES(integer(expansion->row), text(end)));
    free(expansion->cursor);
    expansion->cursor = end;
}

static bool
batch_has_more(struct store *store, const struct expansion *expansion)
{
    if (expansion->list == LIST_HEARERS) {
        return statement_integer(store, &recipients_statements, HEARERS_MORE, 0,
                                 VALUES(EXPANSION_VALUES(store, expansion))) != 0;
    }
    return statement_integer(
               store, &recipients_statements, BATCH_MORE, 0,
               VALUES(integer(expansion->list), text(expansion->cursor))) != 0;
}

/*
 * A correction that stopped a list in the middle goes to the rest of it too, who get what
 * is right instead of what was wrong. Where that list is gone, to the channel's present
 * one.
 */
static bool
expansion_goes_on(struct store *store, struct expansion *expansion)
{
    return expansion->list == LIST_HEARERS && !store->failed &&
           statement_run(
               store, &recipients_statements, GO_ON,
               VALUES(integer(expansion->row), integer(expansion->incident),
                      integer(expansion->channel), integer(expansion->sequence),
                      integer(expansion->wrong_from), integer(expansion->message))) > 0;
}

static void
expansion_finish(struct store *store, const struct expansion *expansion, int64_t now_ms)
{
    struct position position = { 0 };

    statement_run(store, &recipients_statements, EXPANDED,
                  VALUES(integer(expansion->row), moment(now_ms)));
    counts_add(store, expansion->channel, DELIVERY_PENDING, -1);
    if (position_find(store, expansion->row, &position)) {
        order_settle(store, &position);
    }
    position_clear(&position);
}

/* The next message of the same list; 0: none that goes along. */
static int64_t
follower_of(struct store *store, const struct expansion *expansion, const char *cursor,
            int64_t now_ms)
{
    if (expansion->list == LIST_HEARERS) {
        return 0;
    }
    return statement_integer(
        store, &recipients_statements, FOLLOWER, 0,
        VALUES(integer(expansion->incident), integer(expansion->channel),
               integer(expansion->sequence), integer(expansion->list), text(cursor),
               integer(now_ms)));
}

/* One message's batch; *follower is the message to go on with. */
static bool
expand_message(struct store *store, int64_t key, size_t max, int64_t now_ms,
               int64_t *follower)
{
    struct expansion expansion = { 0 };
    bool more = false;
    char *cursor;

    *follower = 0;
    if (expansion_find(store, key, &expansion) &&
        expansion_take_list(store, &expansion)) {
        cursor = string_copy(expansion.cursor);
        expand_batch(store, &expansion, max, now_ms);
        more =
            batch_has_more(store, &expansion) || expansion_goes_on(store, &expansion);
        if (!more && !store->failed) {
            expansion_finish(store, &expansion, now_ms);
        }
        *follower = follower_of(store, &expansion, cursor, now_ms);
        free(cursor);
    }
    free(expansion.cursor);
    return more;
}

bool
store_expand(struct store *store, int64_t key, size_t max, int64_t now_ms)
{
    bool more = false;

    /* Messages of one list that rested together go through it together, so that a burst
     * is one delivery to each person. */
    while (key != 0 && !store->failed) {
        int64_t follower;

        more = expand_message(store, key, max, now_ms, &follower) || more;
        key = follower;
    }
    return more;
}

size_t
store_expandable(struct store *store, int64_t *keys, size_t max, int64_t now_ms)
{
    sqlite3_stmt *statement =
        statement_start(store, &recipients_statements, EXPANDABLE,
                        VALUES(integer((int64_t)max), integer(now_ms)));
    size_t n = 0;

    while (statement_step(store, statement)) {
        if (n < max) {
            keys[n++] = column_integer(statement, 0);
        }
    }
    return n;
}

int64_t
store_next_expandable(struct store *store, int64_t now_ms)
{
    sqlite3_stmt *statement = statement_start(store, &recipients_statements,
                                              NEXT_EXPANDABLE, VALUES(integer(now_ms)));
    int64_t due_ms = TIME_NEVER;

    if (statement_step(store, statement)) {
        due_ms = column_moment(statement, 0, TIME_NEVER);
        statement_end(statement);
    }
    return due_ms;
}
