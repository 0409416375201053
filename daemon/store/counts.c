/* SPDX-License-Identifier: EUPL-1.2 */
/* Counts of deliveries, and the numbers of channels. */
#include "store/counts.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHANNEL_ALL,
    CHANNEL_INSERT,
    COUNT_ALL,
    COUNT_SET
};

static const char *const sql[] = {
    [CHANNEL_ALL] = "SELECT row, name FROM channel ORDER BY row",
    [CHANNEL_INSERT] = "INSERT INTO channel (row, name) VALUES (?1, ?2)",
    [COUNT_ALL] = "SELECT channel, state, n FROM outbound_count",
    [COUNT_SET] = ("INSERT INTO outbound_count (channel, state, n) VALUES (?1, ?2, ?3) "
                   "ON CONFLICT (channel, state) DO UPDATE SET n = excluded.n"),
};

const struct statement_table counts_statements = { STATEMENTS_COUNTS, sql,
                                                   ARRAY_COUNT(sql) };

static struct channel_slot *
slot_find(const struct counts *counts, int64_t number)
{
    for (size_t i = 0; i < counts->n; i++) {
        if (counts->slots[i].number == number) {
            return &counts->slots[i];
        }
    }
    return NULL;
}

static struct channel_slot *
slot_find_name(const struct counts *counts, const char *name)
{
    for (size_t i = 0; i < counts->n; i++) {
        if (strcmp(counts->slots[i].name, name) == 0) {
            return &counts->slots[i];
        }
    }
    return NULL;
}

static struct channel_slot *
slot_add(struct counts *counts, int64_t number, const char *name)
{
    struct channel_slot *slot;

    counts->slots = memory_resize(counts->slots, counts->n + 1, sizeof(*counts->slots));
    slot = &counts->slots[counts->n++];
    memset(slot, 0, sizeof(*slot));
    slot->number = number;
    slot->name = string_copy(name);
    return slot;
}

/* Channels made since then are forgotten. */
static void
slots_cut(struct counts *counts, size_t n)
{
    while (counts->n > n) {
        free(counts->slots[--counts->n].name);
    }
}

void
counts_load(struct store *store)
{
    struct counts *counts = &store->counts;
    sqlite3_stmt *statement =
        statement_start(store, &counts_statements, CHANNEL_ALL, NO_VALUES);

    while (statement_step(store, statement)) {
        slot_add(counts, column_integer(statement, 0), column_text_set(statement, 1));
    }
    statement = statement_start(store, &counts_statements, COUNT_ALL, NO_VALUES);
    while (statement_step(store, statement)) {
        struct channel_slot *slot = slot_find(counts, column_integer(statement, 0));
        int64_t state = column_integer(statement, 1);

        if (slot != NULL && state >= 0 && state < DELIVERY_STATE_COUNT) {
            slot->now.states[state] = column_integer(statement, 2);
        }
    }
    counts_committed(counts);
}

void
counts_clear(struct counts *counts)
{
    slots_cut(counts, 0);
    free(counts->slots);
    memset(counts, 0, sizeof(*counts));
}

int64_t
channel_number(struct store *store, const char *name)
{
    const struct channel_slot *slot = slot_find_name(&store->counts, name);

    return slot == NULL ? 0 : slot->number;
}

int64_t
channel_number_new(struct store *store, const char *name)
{
    int64_t number = channel_number(store, name);

    if (number == 0) {
        number = store->counts.n == 0
                     ? 1
                     : store->counts.slots[store->counts.n - 1].number + 1;
        statement_run(store, &counts_statements, CHANNEL_INSERT,
                      VALUES(integer(number), text(name)));
        slot_add(&store->counts, number, name);
    }
    return number;
}

const char *
channel_name(const struct store *store, int64_t number)
{
    const struct channel_slot *slot = slot_find(&store->counts, number);

    return slot == NULL ? "" : slot->name;
}

void
counts_add(struct store *store, int64_t channel, enum delivery_state state,
           int64_t change)
{
    struct channel_slot *slot = slot_find(&store->counts, channel);

    if (slot != NULL && state != DELIVERY_EXPANDED) {
        slot->now.states[state] += change;
    }
}

void
counts_write(struct store *store)
{
    for (size_t i = 0; i < store->counts.n; i++) {
        const struct channel_slot *slot = &store->counts.slots[i];

        for (int state = 0; state < DELIVERY_STATE_COUNT; state++) {
            if (slot->now.states[state] != slot->committed.states[state]) {
                statement_run(store, &counts_statements, COUNT_SET,
                              VALUES(integer(slot->number), integer(state),
                                     integer(slot->now.states[state])));
            }
        }
    }
}

void
counts_committed(struct counts *counts)
{
    for (size_t i = 0; i < counts->n; i++) {
        counts->slots[i].committed = counts->slots[i].now;
    }
    counts->n_committed = counts->n;
}

void
counts_rolled_back(struct counts *counts)
{
    slots_cut(counts, counts->n_committed);
    for (size_t i = 0; i < counts->n; i++) {
        counts->slots[i].now = counts->slots[i].committed;
    }
}

void
counts_try_begin(struct counts *counts)
{
    for (size_t i = 0; i < counts->n; i++) {
        counts->slots[i].tried = counts->slots[i].now;
    }
    counts->n_tried = counts->n;
}

void
counts_try_undo(struct counts *counts)
{
    slots_cut(counts, counts->n_tried);
    for (size_t i = 0; i < counts->n; i++) {
        counts->slots[i].now = counts->slots[i].tried;
    }
}

/* --- What outbound.h promises of them --------------------------------------------- */

void
store_outbound_counts(struct store *store, const char *channel,
                      struct channel_counts *counts)
{
    const struct channel_slot *slot = slot_find_name(&store->counts, channel);

    memset(counts, 0, sizeof(*counts));
    if (slot != NULL) {
        *counts = slot->now;
    }
}

void
store_outbound_channels(struct store *store,
                        void (*each)(void *context, const char *channel), void *context)
{
    for (size_t i = 0; i < store->counts.n; i++) {
        each(context, store->counts.slots[i].name);
    }
}
