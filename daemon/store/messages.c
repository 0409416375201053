/* SPDX-License-Identifier: EUPL-1.2 */
/* Messages. */
#include "base/memory.h"
#include "store/database.h"
#include "store/outbound.h"
#include "store/row_floor.h"
#include "store/tables.h"
#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
    INSERT,
    GET,
    NEWEST,
    LIST,
    LIST_NEWEST,
    LIST_INCIDENT,
    LIST_INCIDENT_NEWEST,
    COUNT_INCIDENT,
    TALLY_ADD,
    TALLY_READ
};

#define SELECT_MESSAGES                                                                \
    "SELECT m.row, m.incident, i.source, i.number, m.sequence, m.notice, m.priority,"  \
    " m.written_at_ms, m.record, m.wrong_from FROM message m"                          \
    " JOIN incident i ON i.row = m.incident "
/* ?1 incident, ?2 channel (0: any), ?3 state (-1: any), ?4 after, ?5 limit, ?6 only
 * what may be said, ?7 only what was told. */
#define WITH_DELIVERY                                                                  \
    " AND ((?2 = 0 AND ?3 = -1) OR EXISTS (SELECT 1 FROM outbound o"                   \
    " WHERE o.incident = m.incident AND o.sequence = m.sequence"                       \
    " AND o.channel IN (SELECT row FROM channel WHERE ?2 = 0 OR row = ?2)"             \
    " AND (?3 = -1 OR o.state = ?3) AND (?6 = 0 OR o.hold <> 1)"                       \
    " AND (?7 = 0 OR o.state IN (2, 3, 5))))"
#define OLDEST_FIRST " AND m.row > ?4 ORDER BY m.row LIMIT ?5"
#define NEWEST_FIRST " AND m.row < ?4 ORDER BY m.row DESC LIMIT ?5"
#define OLDEST_FIRST_OF_INCIDENT " AND m.row > ?4 ORDER BY m.sequence LIMIT ?5"
#define NEWEST_FIRST_OF_INCIDENT " AND m.row < ?4 ORDER BY m.sequence DESC LIMIT ?5"

_Static_assert(HOLD_APPROVAL == 1, "a statement names it");
_Static_assert(DELIVERY_IN_FLIGHT == 2 && DELIVERY_UNKNOWN == 3 &&
                   DELIVERY_DELIVERED == 5,
               "a statement names them");

static const char *const sql[] = {
    [INSERT] = "INSERT INTO message (row, incident, sequence, notice, priority,"
               " written_at_ms, record, wrong_from) VALUES (" NEXT_ROW(
                   "message", "row") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [GET] = SELECT_MESSAGES "WHERE m.row = ?1",
    [NEWEST] = SELECT_MESSAGES "WHERE m.incident = ?1 ORDER BY m.sequence DESC LIMIT 1",
    [LIST] = SELECT_MESSAGES "WHERE 1" WITH_DELIVERY OLDEST_FIRST,
    [LIST_NEWEST] = SELECT_MESSAGES "WHERE 1" WITH_DELIVERY NEWEST_FIRST,
    [LIST_INCIDENT] =
        SELECT_MESSAGES "WHERE m.incident = ?1" WITH_DELIVERY OLDEST_FIRST_OF_INCIDENT,
    [LIST_INCIDENT_NEWEST] =
        SELECT_MESSAGES "WHERE m.incident = ?1" WITH_DELIVERY NEWEST_FIRST_OF_INCIDENT,
    [COUNT_INCIDENT] = "SELECT count(*) FROM message WHERE incident = ?1",
    [TALLY_ADD] = TALLY_ADD_SQL,
    [TALLY_READ] = "SELECT n FROM tally WHERE kind = ?1 AND key = ?2",
};

const struct statement_table messages_statements = { STATEMENTS_MESSAGES, sql,
                                                     ARRAY_COUNT(sql) };

void
message_row_clear(struct message_row *row)
{
    free(row->source);
    free(row->incident);
    free(row->record);
    memset(row, 0, sizeof(*row));
}

static void
read_row(const struct store *store, sqlite3_stmt *statement, struct message_row *row)
{
    row->row = column_integer(statement, 0);
    public_id_format(store, 'm', row->row, row->id, sizeof(row->id));
    row->incident_row = column_integer(statement, 1);
    public_id_format(store, 'i', row->incident_row, row->incident_id,
                     sizeof(row->incident_id));
    row->source = column_text_set_copy(statement, 2);
    row->incident = column_text_set_copy(statement, 3);
    row->sequence = column_integer(statement, 4);
    row->notice =
        (enum notice)column_choice(statement, 5, NOTICE_NONE + 1, NOTICE_COUNT);
    row->priority = (enum priority)column_choice(statement, 6, 0, PRIORITY_COUNT);
    row->written_at_ms = column_moment(statement, 7, TIME_NONE);
    row->record = column_text_set_copy(statement, 8);
    row->wrong_from = column_integer(statement, 9);
}

static bool
read_one(struct store *store, sqlite3_stmt *statement, struct message_row *row)
{
    message_row_clear(row);
    if (!statement_step(store, statement)) {
        return false;
    }
    read_row(store, statement, row);
    statement_end(statement);
    return true;
}

void
store_message_add(struct store *store, struct message_row *row)
{
    /* A retraction takes back all there was, unless it says since when. */
    if (row->wrong_from == 0 && notice_takes_back(row->notice)) {
        row->wrong_from = 1;
    }
    statement_run(store, &messages_statements, INSERT,
                  VALUES(integer(row->incident_row), integer(row->sequence),
                         integer((int64_t)row->notice), integer((int64_t)row->priority),
                         moment(row->written_at_ms), text(row->record),
                         integer(row->wrong_from)));
    if (store->failed) {
        return;
    }
    row->row = sqlite3_last_insert_rowid(store->connection);
    public_id_format(store, 'm', row->row, row->id, sizeof(row->id));
    statement_run(store, &messages_statements, TALLY_ADD,
                  VALUES(text(TALLY_MESSAGE), integer(0), integer(1)));
}

bool
store_message_get(struct store *store, int64_t key, struct message_row *row)
{
    return read_one(
        store, statement_start(store, &messages_statements, GET, VALUES(integer(key))),
        row);
}

bool
store_message_newest(struct store *store, int64_t incident_row, struct message_row *row)
{
    return read_one(store,
                    statement_start(store, &messages_statements, NEWEST,
                                    VALUES(integer(incident_row))),
                    row);
}

static int
choose(const struct message_filter *filter)
{
    if (filter->incident_row != 0) {
        return filter->newest_first ? LIST_INCIDENT_NEWEST : LIST_INCIDENT;
    }
    return filter->newest_first ? LIST_NEWEST : LIST;
}

void
store_messages_list(struct store *store, const struct message_filter *filter,
                    bool (*each)(void *context, const struct message_row *row),
                    void *context)
{
    int64_t after = filter->after;
    int64_t channel = 0;
    sqlite3_stmt *statement;
    bool more = true;

    if (filter->newest_first && after == 0) {
        after = INT64_MAX;
    }
    if (filter->channel != NULL) {
        channel = channel_number(store, filter->channel);
        if (channel == 0) {
            return;
        }
    }
    statement = statement_start(
        store, &messages_statements, choose(filter),
        VALUES(integer(filter->incident_row), integer(channel), integer(filter->state),
               integer(after), integer(filter->limit == 0 ? -1 : filter->limit),
               integer(filter->allowed), integer(filter->told)));
    while (more && statement_step(store, statement)) {
        struct message_row row = { 0 };

        read_row(store, statement, &row);
        more = each(context, &row);
        message_row_clear(&row);
    }
    if (!more) {
        statement_end(statement);
    }
}

int64_t
store_message_count(struct store *store, int64_t incident_row)
{
    if (incident_row == 0) {
        return statement_integer(store, &messages_statements, TALLY_READ, 0,
                                 VALUES(text(TALLY_MESSAGE), integer(0)));
    }
    return statement_integer(store, &messages_statements, COUNT_INCIDENT, 0,
                             VALUES(integer(incident_row)));
}
