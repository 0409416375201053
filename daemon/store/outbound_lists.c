/* SPDX-License-Identifier: EUPL-1.2 */
/* Deliveries read, listed, and asked after. */
#include "base/buffer.h"
#include "base/memory.h"
#include "store/database.h"
#include "store/outbound.h"
#include "store/outbound_columns.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    PREVIOUS_IDS_MAX = 10
};

enum {
    LIST_ALL,
    LIST_INCIDENT,
    LIST_OPEN,
    OLDEST,
    PREVIOUS,
    INCIDENT_COUNTS
};

/* ?1 channel (0: any), ?2 and ?3 first and last state, ?4 incident, ?5 after, ?6 limit.
 * An expanded row is shown to nobody who does not ask for it. */
#define FILTER                                                                         \
    " AND (?1 = 0 OR channel = ?1) AND state BETWEEN ?2 AND ?3"                        \
    " AND (state <> " SQL_EXPANDED " OR ?2 = " SQL_EXPANDED ")"                        \
    " AND (?4 = 0 OR incident = ?4) AND row > ?5 ORDER BY row LIMIT ?6"
#define SELECT_ROWS "SELECT " OUTBOUND_COLUMNS_LISTED " FROM outbound WHERE "

static const char *const sql[] = {
    [LIST_ALL] = SELECT_ROWS "1" FILTER,
    [LIST_INCIDENT] = SELECT_ROWS "incident = ?4" FILTER,
    [LIST_OPEN] = SELECT_ROWS
    "row IN (SELECT o.row FROM channel c CROSS JOIN outbound o ON o.channel = c.row"
    " WHERE (?1 = 0 OR c.row = ?1) AND o.state BETWEEN ?2 AND ?3"
    " AND " SQL_OPEN_STATE_OF(
        "o") " AND o.row > ?5 ORDER BY o.row LIMIT ?6) ORDER BY row",
    [OLDEST] = "SELECT created_at_ms FROM outbound WHERE channel = ?1 AND state = ?2"
               " AND " SQL_OPEN_STATE " ORDER BY created_at_ms LIMIT 1",
    [PREVIOUS] = "SELECT message FROM outbound WHERE incident = ?1 AND channel = ?2"
                 " AND recipient = ?3 AND sequence < ?4 AND state = " SQL_DELIVERED
                 " ORDER BY sequence DESC LIMIT ?5",
    [INCIDENT_COUNTS] =
        ("SELECT state, count(*) FROM outbound WHERE incident = ?1 GROUP BY state "
         "UNION ALL SELECT state, n FROM outbound_removed WHERE incident = ?1"),
};

const struct statement_table outbound_lists_statements = { STATEMENTS_OUTBOUND_LISTS,
                                                           sql, ARRAY_COUNT(sql) };

/* --- Reading rows ----------------------------------------------------------------- */

void
outbound_row_clear(struct outbound_row *row)
{
    free(row->channel);
    free(row->recipient);
    free(row->owner);
    free(row->last_error);
    free(row->remote_id);
    free(row->report_reason);
    memset(row, 0, sizeof(*row));
}

void
outbound_rows_clear(struct outbound_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        outbound_row_clear(&rows->items[i]);
    }
    free(rows->items);
    memset(rows, 0, sizeof(*rows));
}

static char *
recipient_copy(sqlite3_stmt *statement, int column)
{
    const char *recipient = column_text(statement, column);

    return recipient == NULL || recipient[0] == '\0' ? NULL : string_copy(recipient);
}

void
outbound_row_read(const struct store *store, sqlite3_stmt *statement,
                  struct outbound_row *row)
{
    row->row = column_integer(statement, 0);
    row->message_row = column_integer(statement, 1);
    row->incident_row = column_integer(statement, 2);
    row->sequence = column_integer(statement, 3);
    row->previous = column_integer(statement, 4);
    row->channel = string_copy(channel_name(store, column_integer(statement, 5)));
    row->recipient = recipient_copy(statement, 6);
    row->list = column_integer(statement, 7);
    row->state =
        (enum delivery_state)column_choice(statement, 8, 0, DELIVERY_STATE_COUNT);
    row->priority = (enum priority)column_choice(statement, 9, 0, PRIORITY_COUNT);
    row->late = column_integer(statement, 10) != 0;
    row->transport = column_integer(statement, 11) != 0;
    row->created_at_ms = column_moment(statement, 12, TIME_NONE);
    row->due_at_ms = column_integer(statement, 13);
    row->attempted_at_ms = column_moment(statement, 14, TIME_NONE);
    row->concluded_at_ms = column_moment(statement, 15, TIME_NONE);
    row->attempts = column_integer(statement, 16);
    row->owner = column_text_copy(statement, 17);
    row->lease_until_ms = column_moment(statement, 18, TIME_NONE);
    row->last_error = column_text_copy(statement, 19);
    row->remote_id = column_text_copy(statement, 20);
    row->covered_by = column_moment(statement, 21, 0);
    row->hold = (enum hold)column_choice(statement, 22, HOLD_NONE, HOLD_COUNT);
    row->doubt = column_integer(statement, 23) != 0;
    row->reported = (enum report_state)column_choice(statement, 24, REPORT_NONE,
                                                     REPORT_STATE_COUNT);
    row->reported_at_ms = column_moment(statement, 25, TIME_NONE);
    row->report_reason = column_text_copy(statement, 26);
    public_id_format(store, 'm', row->message_row, row->message_id,
                     sizeof(row->message_id));
    public_id_format(store, 'i', row->incident_row, row->incident_id,
                     sizeof(row->incident_id));
    if (sqlite3_column_count(statement) > OUTBOUND_COLUMN_COUNT) {
        row->notice = (enum notice)column_choice(statement, OUTBOUND_COLUMN_COUNT,
                                                 NOTICE_NONE + 1, NOTICE_COUNT);
    }
}

void
outbound_rows_read(const struct store *store, sqlite3_stmt *statement,
                   struct outbound_rows *rows)
{
    /* The room doubles: it is full when the count is a power of two. */
    if ((rows->count & (rows->count - 1)) == 0) {
        rows->items = memory_resize(rows->items, rows->count == 0 ? 1 : rows->count * 2,
                                    sizeof(*rows->items));
    }
    memset(&rows->items[rows->count], 0, sizeof(*rows->items));
    outbound_row_read(store, statement, &rows->items[rows->count++]);
}

/* --- Lists ------------------------------------------------------------------------ */

struct states {
    int64_t first, last;
};

static struct states
states_of(const struct outbound_filter *filter)
{
    struct states states = { DELIVERY_HELD, DELIVERY_EXPANDED };

    if (filter->unfinished_only) {
        states.last = DELIVERY_PARKED;
    }
    if (filter->state >= 0) {
        /* A final state among unfinished ones: nothing. */
        states.first = filter->state;
        states.last = filter->state < states.last ? filter->state : states.last;
    }
    return states;
}

static sqlite3_stmt *
start_list(struct store *store, const struct outbound_filter *filter)
{
    struct states states = states_of(filter);
    int id = states.last <= DELIVERY_PARKED ? LIST_OPEN : LIST_ALL;
    int64_t channel = 0;

    if (filter->channel != NULL) {
        channel = channel_number(store, filter->channel);
        if (channel == 0) {
            return NULL;
        }
    }
    if (filter->incident_row != 0) {
        id = LIST_INCIDENT;
    }
    return statement_start(store, &outbound_lists_statements, id,
                           VALUES(integer(channel), integer(states.first),
                                  integer(states.last), integer(filter->incident_row),
                                  integer(filter->after),
                                  integer(filter->limit == 0 ? -1 : filter->limit)));
}

void
store_outbound_list(struct store *store, const struct outbound_filter *filter,
                    bool (*each)(void *context, const struct outbound_row *row),
                    void *context)
{
    sqlite3_stmt *statement = start_list(store, filter);
    bool more = true;

    while (more && statement_step(store, statement)) {
        struct outbound_row row = { 0 };

        outbound_row_read(store, statement, &row);
        more = each(context, &row);
        outbound_row_clear(&row);
    }
    if (!more) {
        statement_end(statement);
    }
}

/* The caller decides about each, which changes what is being listed: read first. */
void
store_outbound_unknown_list(struct store *store,
                            bool (*each)(void *context, const struct outbound_row *row),
                            void *context)
{
    const struct outbound_filter filter = { .state = DELIVERY_UNKNOWN };
    sqlite3_stmt *statement = start_list(store, &filter);
    struct outbound_rows rows = { 0 };

    while (statement_step(store, statement)) {
        outbound_rows_read(store, statement, &rows);
    }
    for (size_t i = 0; i < rows.count && each(context, &rows.items[i]); i++) {
    }
    outbound_rows_clear(&rows);
}

/* --- Questions -------------------------------------------------------------------- */

/* Where the counts know of no row, none is looked for. */
static int64_t
oldest_in_slot(struct store *store, const struct channel_slot *slot, int last_state)
{
    int64_t oldest = TIME_NONE;

    for (int state = DELIVERY_HELD; state <= last_state; state++) {
        int64_t created = TIME_NONE;

        if (slot->now.states[state] > 0) {
            created =
                statement_integer(store, &outbound_lists_statements, OLDEST, TIME_NONE,
                                  VALUES(integer(slot->number), integer(state)));
        }
        if (created != TIME_NONE && (oldest == TIME_NONE || created < oldest)) {
            oldest = created;
        }
    }
    return oldest;
}

int64_t
store_outbound_oldest(struct store *store, const char *channel, bool parked_too)
{
    int last_state = parked_too ? DELIVERY_PARKED : DELIVERY_UNKNOWN;
    int64_t oldest = TIME_NONE;

    for (size_t i = 0; i < store->counts.n; i++) {
        const struct channel_slot *slot = &store->counts.slots[i];
        int64_t created;

        if (channel != NULL && strcmp(channel, slot->name) != 0) {
            continue;
        }
        created = oldest_in_slot(store, slot, last_state);
        if (created != TIME_NONE && (oldest == TIME_NONE || created < oldest)) {
            oldest = created;
        }
    }
    return oldest;
}

char *
store_outbound_previous_ids(struct store *store, int64_t incident_row,
                            const char *channel, const char *recipient,
                            int64_t sequence)
{
    sqlite3_stmt *statement = statement_start(
        store, &outbound_lists_statements, PREVIOUS,
        VALUES(integer(incident_row), integer(channel_number(store, channel)),
               text(recipient == NULL ? "" : recipient), integer(sequence),
               integer(PREVIOUS_IDS_MAX)));
    int64_t keys[PREVIOUS_IDS_MAX];
    struct buffer ids = { 0 };
    size_t n = 0;

    while (statement_step(store, statement)) {
        if (n < PREVIOUS_IDS_MAX) {
            keys[n++] = column_integer(statement, 0);
        }
    }
    while (n > 0) {
        char id[PUBLIC_ID_SIZE];

        public_id_format(store, 'm', keys[--n], id, sizeof(id));
        buffer_add(&ids, id);
        if (n > 0) {
            buffer_add_char(&ids, ' ');
        }
    }
    return buffer_take(&ids);
}

void
store_outbound_incident_counts(struct store *store, int64_t incident_row,
                               struct channel_counts *counts)
{
    sqlite3_stmt *statement =
        statement_start(store, &outbound_lists_statements, INCIDENT_COUNTS,
                        VALUES(integer(incident_row)));

    memset(counts, 0, sizeof(*counts));
    while (statement_step(store, statement)) {
        int64_t state = column_integer(statement, 0);

        if (state >= 0 && state < DELIVERY_EXPANDED) {
            counts->states[state] += column_integer(statement, 1);
        }
    }
}
