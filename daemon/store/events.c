/* SPDX-License-Identifier: EUPL-1.2 */
/* Events and what came of them. */
#include "base/memory.h"
#include "store/database.h"
#include "store/incidents.h"
#include "store/row_floor.h"
#include "store/tables.h"

#include <stdio.h>

enum {
    EVENT_FIND,
    EVENT_ADD,
    EVENT_RESULT,
    EVENTS_OF_INCIDENT,
    EVENT_UID
};

static const char *const sql[] = {
    [EVENT_FIND] =
        "SELECT digest, incident FROM event WHERE source = ?1 AND event_id = ?2",
    [EVENT_ADD] =
        "INSERT INTO event (receipt, source, event_id, incident, at_ms, received_at_ms,"
        " digest, body, result, uid) VALUES (" NEXT_ROW(
            "event", "receipt") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [EVENT_RESULT] =
        "UPDATE event SET result = ?2, message = ?3, why = ?4 WHERE receipt = ?1",
    [EVENTS_OF_INCIDENT] = ("SELECT receipt, received_at_ms, body FROM event "
                            "WHERE incident = ?1 ORDER BY receipt"),
    [EVENT_UID] = "SELECT uid FROM event WHERE receipt = ?1 AND uid IS NOT NULL",
};

const struct statement_table events_statements = { STATEMENTS_EVENTS, sql,
                                                   ARRAY_COUNT(sql) };

bool
store_event_find(struct store *store, const char *source, const char *event_id,
                 struct event_known *known)
{
    sqlite3_stmt *statement = statement_start(store, &events_statements, EVENT_FIND,
                                              VALUES(text(source), text(event_id)));

    *known = (struct event_known){ .digest = "" };
    if (!statement_step(store, statement)) {
        return false;
    }
    (void)snprintf(known->digest, sizeof(known->digest), "%s",
                   column_text_set(statement, 0));
    known->incident_row = column_integer(statement, 1);
    statement_end(statement);
    return true;
}

int64_t
store_event_add(struct store *store, const struct event *event, int64_t incident_row)
{
    statement_run(store, &events_statements, EVENT_ADD,
                  VALUES(text(event->source), text(event->event_id),
                         integer(incident_row), moment(event->at_ms),
                         moment(event->received_at_ms), text(event->digest),
                         text(event->body), integer(RESULT_APPLIED),
                         event->has_uid ? integer(event->uid) : text(NULL)));
    return store->failed ? 0 : sqlite3_last_insert_rowid(store->connection);
}

int64_t
store_event_uid(struct store *store, int64_t receipt)
{
    return statement_integer(store, &events_statements, EVENT_UID, -1,
                             VALUES(integer(receipt)));
}

void
store_event_result(struct store *store, int64_t receipt, enum event_result result,
                   int64_t message_row, const char *why)
{
    statement_run(store, &events_statements, EVENT_RESULT,
                  VALUES(integer(receipt), integer((int64_t)result),
                         reference(message_row), text(why)));
}

void
store_incident_events(struct store *store, int64_t incident_row,
                      bool (*each)(void *context, int64_t receipt,
                                   int64_t received_at_ms, const char *body),
                      void *context)
{
    sqlite3_stmt *statement = statement_start(
        store, &events_statements, EVENTS_OF_INCIDENT, VALUES(integer(incident_row)));

    while (statement_step(store, statement)) {
        if (!each(context, column_integer(statement, 0),
                  column_moment(statement, 1, TIME_NONE),
                  column_text_set(statement, 2))) {
            statement_end(statement);
            return;
        }
    }
}
