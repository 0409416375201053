/* SPDX-License-Identifier: EUPL-1.2 */
/* Many deliveries at once: what an operator retries or cancels, and recovery. */
#include "base/memory.h"
#include "store/database.h"
#include "store/order.h"
#include "store/outbound.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

/* How the selected rows are found; the statements below come in these three forms. */
enum scope_kind {
    SCOPE_CHANNEL,
    SCOPE_INCIDENT,
    SCOPE_ROW,
    SCOPE_KIND_COUNT
};

enum {
    KEYS = 0,
    COUNT = KEYS + SCOPE_KIND_COUNT,
    HASTEN = COUNT + SCOPE_KIND_COUNT,
    CANCEL = HASTEN + SCOPE_KIND_COUNT,
    SETTLE = CANCEL + SCOPE_KIND_COUNT,
    RELEASED = SETTLE + SCOPE_KIND_COUNT,
    RETRY = RELEASED + SCOPE_KIND_COUNT,
    RELEASE,
    RECOVER
};

/* ?1 channel, ?2 state, ?3 incident (0: any), ?4 row. */
#define OF_CHANNEL "channel = ?1 AND state = ?2 AND " SQL_OPEN_STATE
#define OF_INCIDENT "incident = ?3 AND channel = ?1 AND state = ?2"
#define OF_ROW "row = ?4 AND channel = ?1 AND state = ?2 AND (?3 = 0 OR incident = ?3)"

#define KEYS_SQL "SELECT row FROM outbound WHERE "
#define COUNT_SQL "SELECT count(*) FROM outbound WHERE "
#define HASTEN_SQL "UPDATE outbound SET due_at_ms = ?5, transport = 0 WHERE "
#define HASTEN_LATER_SQL " AND due_at_ms > ?5"
#define CANCEL_SQL                                                                     \
    "UPDATE outbound SET state = " SQL_CANCELLED ", concluded_at_ms = ?5,"             \
    " last_error = ?6, transport = 0, covered_by = NULL WHERE "
/* A row that waits for nothing any more becomes ready. */
#define SETTLE_SQL                                                                     \
    "UPDATE outbound SET ready = 1 WHERE ready = 0 AND covered_by IS NULL AND "
#define NOTHING_BEFORE                                                                 \
    " AND NOT EXISTS (SELECT 1 FROM outbound p WHERE p.incident = outbound.incident"   \
    " AND p.channel = outbound.channel AND p.recipient = outbound.recipient"           \
    " AND p.row <> outbound.row AND p." SQL_UNFINISHED_STATE                           \
    " AND (p.state >= " SQL_IN_FLIGHT                                                  \
    " OR (p.sequence < outbound.sequence AND p.covered_by IS NULL)))"
/* What was to be covered by a row that is cancelled. */
#define RELEASED_SQL "SELECT row FROM outbound WHERE "
#define COVERED_IN_VAIN                                                                \
    " AND covered_by IS NOT NULL AND EXISTS (SELECT 1 FROM outbound c"                 \
    " WHERE c.row = outbound.covered_by AND c.state = " SQL_CANCELLED ")"

static const char *const sql[] = {
    [KEYS + SCOPE_CHANNEL] = KEYS_SQL OF_CHANNEL,
    [KEYS + SCOPE_INCIDENT] = KEYS_SQL OF_INCIDENT,
    [KEYS + SCOPE_ROW] = KEYS_SQL OF_ROW,
    [COUNT + SCOPE_CHANNEL] = COUNT_SQL OF_CHANNEL,
    [COUNT + SCOPE_INCIDENT] = COUNT_SQL OF_INCIDENT,
    [COUNT + SCOPE_ROW] = COUNT_SQL OF_ROW,
    [HASTEN + SCOPE_CHANNEL] = HASTEN_SQL OF_CHANNEL HASTEN_LATER_SQL,
    [HASTEN + SCOPE_INCIDENT] = HASTEN_SQL OF_INCIDENT HASTEN_LATER_SQL,
    /* A row that is to be covered goes with the one that covers it. */
    [HASTEN + SCOPE_ROW] = HASTEN_SQL
    "row IN (?4, (SELECT covered_by FROM outbound WHERE row = ?4)) AND channel = ?1"
    " AND state = ?2 AND (?3 = 0 OR incident = ?3)" HASTEN_LATER_SQL,
    [CANCEL + SCOPE_CHANNEL] = CANCEL_SQL OF_CHANNEL,
    [CANCEL + SCOPE_INCIDENT] = CANCEL_SQL OF_INCIDENT,
    [CANCEL + SCOPE_ROW] = CANCEL_SQL OF_ROW,
    [SETTLE + SCOPE_CHANNEL] = SETTLE_SQL OF_CHANNEL NOTHING_BEFORE,
    [SETTLE + SCOPE_INCIDENT] = SETTLE_SQL OF_INCIDENT NOTHING_BEFORE,
    /* The others of the order, for that row is cancelled. */
    [SETTLE + SCOPE_ROW] =
        SETTLE_SQL "state = ?2 AND (incident, channel, recipient) ="
                   " (SELECT incident, channel, recipient FROM outbound WHERE row = ?4"
                   " AND channel = ?1)" NOTHING_BEFORE,
    [RELEASED + SCOPE_CHANNEL] = RELEASED_SQL OF_CHANNEL COVERED_IN_VAIN,
    [RELEASED + SCOPE_INCIDENT] = RELEASED_SQL OF_INCIDENT COVERED_IN_VAIN,
    [RELEASED + SCOPE_ROW] = RELEASED_SQL "covered_by = ?4 AND channel = ?1"
                                          " AND state = ?2" COVERED_IN_VAIN,
    [RELEASE] = "UPDATE outbound SET covered_by = NULL, late = 1 WHERE row = ?1",
    /* Late when a newer one has begun; ?3: the row was parked. */
    [RETRY] =
        "UPDATE outbound SET state = " SQL_PENDING ", due_at_ms = ?2,"
        " transport = 0, concluded_at_ms = NULL, ready = 0, late = late OR (?3 AND"
        " EXISTS (SELECT 1 FROM outbound n WHERE n.incident = outbound.incident"
        " AND n.channel = outbound.channel AND n.recipient = outbound.recipient"
        " AND n.sequence > outbound.sequence AND n.attempts > 0)) WHERE row = ?1",
    [RECOVER] = "UPDATE outbound SET state = 3, doubt = 1, attempted_at_ms = ?2,"
                " owner = NULL, lease_until_ms = NULL WHERE channel = ?1 AND"
                " state = " SQL_IN_FLIGHT " AND " SQL_OPEN_STATE,
};
_Static_assert(DELIVERY_UNKNOWN == 3, "a statement names it");

const struct statement_table operate_statements = { STATEMENTS_OPERATE, sql,
                                                    ARRAY_COUNT(sql) };

struct scope {
    enum scope_kind kind;
    int64_t incident, row;
};

/* False when nothing can match. */
static bool
scope_find(const struct store *store, const struct outbound_selector *which,
           struct scope *scope)
{
    *scope = (struct scope){ .kind = SCOPE_CHANNEL, .row = which->row };
    if (which->incident_id != NULL) {
        scope->kind = SCOPE_INCIDENT;
        scope->incident = public_id_parse(store, 'i', which->incident_id);
        if (scope->incident == 0) {
            return false;
        }
    }
    if (which->row != 0) {
        scope->kind = SCOPE_ROW;
    }
    return true;
}

static bool
wants_channel(const struct outbound_selector *which, const struct channel_slot *slot)
{
    return which->channel == NULL || strcmp(which->channel, slot->name) == 0;
}

static bool
wants_state(const struct outbound_selector *which, enum delivery_state state,
            const struct channel_slot *slot)
{
    return (which->state < 0 || which->state == (int)state) &&
           slot->now.states[state] > 0;
}

/* --- Retry ------------------------------------------------------------------------ */

static void
retry_row(struct store *store, int64_t key, int64_t now_ms)
{
    struct position position = { 0 };

    if (position_find(store, key, &position)) {
        statement_run(store, &operate_statements, RETRY,
                      VALUES(integer(key), integer(now_ms),
                             integer(position.state == DELIVERY_PARKED)));
        counts_move(store, position.channel, position.state, DELIVERY_PENDING, 1);
        order_settle(store, &position);
    }
    position_clear(&position);
}

/* Keys of the channel's rows in the state, by the statement; caller frees. */
static int64_t *
scope_keys(struct store *store, int statement_id, const struct scope *scope,
           int64_t channel, enum delivery_state state, size_t *count)
{
    sqlite3_stmt *statement =
        statement_start(store, &operate_statements, statement_id + (int)scope->kind,
                        VALUES(integer(channel), integer((int64_t)state),
                               integer(scope->incident), integer(scope->row)));
    int64_t *keys = NULL;
    size_t n = 0;

    while (statement_step(store, statement)) {
        if ((n & (n - 1)) == 0) {
            keys = memory_resize(keys, n == 0 ? 1 : n * 2, sizeof(*keys));
        }
        keys[n++] = column_integer(statement, 0);
    }
    *count = n;
    return keys;
}

/* Unknown and parked rows: few, so they are taken one by one, and what each does to its
 * order with it. */
static int64_t
retry_rows(struct store *store, const struct scope *scope, int64_t channel,
           enum delivery_state state, int64_t now_ms)
{
    size_t n;
    int64_t *keys = scope_keys(store, KEYS, scope, channel, state, &n);

    for (size_t i = 0; i < n; i++) {
        retry_row(store, keys[i], now_ms);
    }
    free(keys);
    return (int64_t)n;
}

/* Rows that are due already need no change, and count. */
static int64_t
hasten_rows(struct store *store, const struct scope *scope, int64_t channel,
            int64_t now_ms)
{
    const struct value values[] = { integer(channel), integer(DELIVERY_PENDING),
                                    integer(scope->incident), integer(scope->row),
                                    integer(now_ms) };

    statement_run(store, &operate_statements, HASTEN + (int)scope->kind, values,
                  ARRAY_COUNT(values));
    return statement_integer(store, &operate_statements, COUNT + (int)scope->kind, 0,
                             values, ARRAY_COUNT(values) - 1);
}

static int64_t
retry_channel(struct store *store, const struct outbound_selector *which,
              const struct scope *scope, const struct channel_slot *slot,
              int64_t now_ms)
{
    int64_t n = 0;

    if (!wants_channel(which, slot)) {
        return 0;
    }
    if (wants_state(which, DELIVERY_PENDING, slot)) {
        n += hasten_rows(store, scope, slot->number, now_ms);
    }
    if (wants_state(which, DELIVERY_UNKNOWN, slot)) {
        n += retry_rows(store, scope, slot->number, DELIVERY_UNKNOWN, now_ms);
    }
    if (wants_state(which, DELIVERY_PARKED, slot)) {
        n += retry_rows(store, scope, slot->number, DELIVERY_PARKED, now_ms);
    }
    return n;
}

int64_t
store_outbound_retry(struct store *store, const struct outbound_selector *which,
                     int64_t now_ms)
{
    struct scope scope;
    int64_t n = 0;

    if (scope_find(store, which, &scope)) {
        for (size_t i = 0; i < store->counts.n; i++) {
            n += retry_channel(store, which, &scope, &store->counts.slots[i], now_ms);
        }
    }
    return n;
}

/* --- Cancel ----------------------------------------------------------------------- */

static int64_t
cancel_channel(struct store *store, const struct outbound_selector *which,
               const struct scope *scope, const struct channel_slot *slot,
               const char *reason, int64_t now_ms)
{
    static const enum delivery_state states[] = { DELIVERY_HELD, DELIVERY_PENDING,
                                                  DELIVERY_UNKNOWN, DELIVERY_PARKED };
    int64_t sum = 0;

    if (!wants_channel(which, slot)) {
        return 0;
    }
    for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
        int64_t n = 0;

        if (wants_state(which, states[i], slot)) {
            n = statement_run(store, &operate_statements, CANCEL + (int)scope->kind,
                              VALUES(integer(slot->number), integer((int64_t)states[i]),
                                     integer(scope->incident), integer(scope->row),
                                     moment(now_ms), text(reason)));
        }
        counts_move(store, slot->number, states[i], DELIVERY_CANCELLED, n);
        sum += n;
    }
    return sum;
}

/* What a cancelled row was to cover goes by itself, later than a newer one began: it is
 * late. The newest of them may cover the others then. */
static void
release_covered(struct store *store, const struct scope *scope, int64_t channel)
{
    size_t n;
    int64_t *keys = scope_keys(store, RELEASED, scope, channel, DELIVERY_PENDING, &n);

    for (size_t i = 0; i < n; i++) {
        struct position position = { 0 };

        statement_run(store, &operate_statements, RELEASE, VALUES(integer(keys[i])));
        if (position_find(store, keys[i], &position)) {
            order_settle(store, &position);
        }
        position_clear(&position);
    }
    free(keys);
}

/* What stays may have waited for what was cancelled. */
static void
settle_channel(struct store *store, const struct scope *scope,
               const struct channel_slot *slot)
{
    if (slot->now.states[DELIVERY_PENDING] > 0) {
        release_covered(store, scope, slot->number);
    }
    for (int state = DELIVERY_HELD; state <= DELIVERY_PENDING; state++) {
        if (slot->now.states[state] > 0) {
            statement_run(store, &operate_statements, SETTLE + (int)scope->kind,
                          VALUES(integer(slot->number), integer(state),
                                 integer(scope->incident), integer(scope->row)));
        }
    }
}

int64_t
store_outbound_cancel(struct store *store, const struct outbound_selector *which,
                      const char *reason, int64_t now_ms)
{
    struct scope scope;
    int64_t sum = 0;

    if (!scope_find(store, which, &scope)) {
        return 0;
    }
    for (size_t i = 0; i < store->counts.n; i++) {
        const struct channel_slot *slot = &store->counts.slots[i];
        int64_t n = cancel_channel(store, which, &scope, slot, reason, now_ms);

        if (n > 0) {
            settle_channel(store, &scope, slot);
        }
        sum += n;
    }
    return sum;
}

/* --- Recovery --------------------------------------------------------------------- */

int64_t
store_outbound_recover(struct store *store, int64_t now_ms)
{
    int64_t sum = 0;

    for (size_t i = 0; i < store->counts.n; i++) {
        const struct channel_slot *slot = &store->counts.slots[i];
        int64_t n = 0;

        if (slot->now.states[DELIVERY_IN_FLIGHT] > 0) {
            n = statement_run(store, &operate_statements, RECOVER,
                              VALUES(integer(slot->number), moment(now_ms)));
        }
        counts_move(store, slot->number, DELIVERY_IN_FLIGHT, DELIVERY_UNKNOWN, n);
        sum += n;
    }
    return sum;
}
