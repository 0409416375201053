/* SPDX-License-Identifier: EUPL-1.2 */
/* Incidents listed by filter, and the channels that were given word of one. */
#include "base/memory.h"
#include "store/database.h"
#include "store/incident_columns.h"
#include "store/incidents.h"
#include "store/outbound.h"
#include "store/tables.h"

/*
 * One text for each way into the table; the rest of the filter is the same in all.
 * ?1 number, ?2 closed since, ?3 after, ?4 limit, ?5 channel (0: any), ?6 open only,
 * ?7 waiting only, ?8 how many of the closed, those closed last.
 */
enum {
    LIST_ALL,
    LIST_ALL_NEWEST,
    LIST_OPEN,
    LIST_OPEN_NEWEST,
    LIST_WAITING,
    LIST_NUMBER,
    LIST_NUMBER_NEWEST,
    CHANNELS,
    CHANNEL_SET
};

#define SELECT_INCIDENTS "SELECT " INCIDENT_COLUMNS " FROM incident WHERE "
#define GIVEN_TO_CHANNEL                                                               \
    " AND (?5 = 0 OR EXISTS (SELECT 1 FROM incident_channel c"                         \
    " WHERE c.incident = incident.row AND c.channel = ?5))"
#define BY_KEY " AND row > ?3 ORDER BY row LIMIT ?4"
#define BY_NEWEST " ORDER BY updated_at_ms DESC, row DESC LIMIT ?4"
#define OPEN_OR_CLOSED_SINCE                                                           \
    "row IN (SELECT row FROM incident"                                                 \
    " WHERE known = 1 AND merged = 0 AND status <= 3"                                  \
    " UNION ALL SELECT row FROM (SELECT row FROM incident"                             \
    " WHERE closed_at_ms IS NOT NULL AND closed_at_ms >= ?2 AND known = 1"             \
    " AND merged = 0 ORDER BY closed_at_ms DESC LIMIT ?8))"
#define OF_NUMBER                                                                      \
    "number = ?1 AND known = (?7 = 0) AND (?6 = 0 OR (merged = 0 AND (status <= 3"     \
    " OR closed_at_ms >= ?2)))"

static const char *const sql[] = {
    [LIST_ALL] = SELECT_INCIDENTS "known = 1" GIVEN_TO_CHANNEL BY_KEY,
    [LIST_ALL_NEWEST] = SELECT_INCIDENTS "known = 1" GIVEN_TO_CHANNEL BY_NEWEST,
    [LIST_OPEN] = SELECT_INCIDENTS OPEN_OR_CLOSED_SINCE GIVEN_TO_CHANNEL BY_KEY,
    [LIST_OPEN_NEWEST] =
        SELECT_INCIDENTS OPEN_OR_CLOSED_SINCE GIVEN_TO_CHANNEL BY_NEWEST,
    [LIST_WAITING] =
        SELECT_INCIDENTS "row IN (SELECT row FROM incident WHERE known = 0)" BY_KEY,
    [LIST_NUMBER] = SELECT_INCIDENTS OF_NUMBER GIVEN_TO_CHANNEL BY_KEY,
    [LIST_NUMBER_NEWEST] = SELECT_INCIDENTS OF_NUMBER GIVEN_TO_CHANNEL BY_NEWEST,
    [CHANNELS] = "SELECT c.name, i.last_sequence FROM incident_channel i "
                 "JOIN channel c ON c.row = i.channel WHERE i.incident = ?1 "
                 "ORDER BY c.name",
    [CHANNEL_SET] = "INSERT INTO incident_channel (incident, channel, last_sequence) "
                    "VALUES (?1, ?2, ?3) ON CONFLICT (incident, channel)"
                    " DO UPDATE SET last_sequence = excluded.last_sequence",
};

const struct statement_table incident_lists_statements = { STATEMENTS_INCIDENT_LISTS,
                                                           sql, ARRAY_COUNT(sql) };

static int
choose(const struct incident_filter *filter)
{
    if (filter->number != NULL) {
        return filter->newest_first ? LIST_NUMBER_NEWEST : LIST_NUMBER;
    }
    if (filter->waiting_only) {
        return LIST_WAITING;
    }
    if (filter->open_only) {
        return filter->newest_first ? LIST_OPEN_NEWEST : LIST_OPEN;
    }
    return filter->newest_first ? LIST_ALL_NEWEST : LIST_ALL;
}

void
store_incidents_list(struct store *store, const struct incident_filter *filter,
                     bool (*each)(void *context, const struct incident_row *row),
                     void *context)
{
    int64_t channel = 0;
    sqlite3_stmt *statement;
    bool more = true;

    if (filter->channel != NULL) {
        channel = channel_number(store, filter->channel);
        if (channel == 0) {
            return;
        }
    }
    statement = statement_start(
        store, &incident_lists_statements, choose(filter),
        VALUES(text(filter->number), moment(filter->closed_since_ms),
               integer(filter->after), integer(filter->limit == 0 ? -1 : filter->limit),
               integer(channel), integer(filter->open_only),
               integer(filter->waiting_only),
               integer(filter->closed_most == 0 ? -1 : filter->closed_most)));
    while (more && statement_step(store, statement)) {
        struct incident_row row = { 0 };

        incident_row_read(store, statement, &row);
        more = each(context, &row);
        incident_row_clear(&row);
    }
    if (!more) {
        statement_end(statement);
    }
}

void
store_incident_channels(struct store *store, int64_t incident_row,
                        void (*each)(void *context, const char *channel,
                                     int64_t last_sequence),
                        void *context)
{
    sqlite3_stmt *statement = statement_start(store, &incident_lists_statements,
                                              CHANNELS, VALUES(integer(incident_row)));

    while (statement_step(store, statement)) {
        each(context, column_text_set(statement, 0), column_integer(statement, 1));
    }
}

static void
add_name(void *context, const char *channel, int64_t last_sequence)
{
    struct strings *names = context;

    (void)last_sequence;
    if (!strings_has(names, channel)) {
        strings_add(names, channel);
    }
}

void
store_incident_channel_names(struct store *store, int64_t incident_row,
                             struct strings *names)
{
    store_incident_channels(store, incident_row, add_name, names);
}

void
store_incident_channel_set(struct store *store, int64_t incident_row,
                           const char *channel, int64_t last_sequence)
{
    int64_t number = channel_number_new(store, channel);

    statement_run(
        store, &incident_lists_statements, CHANNEL_SET,
        VALUES(integer(incident_row), integer(number), integer(last_sequence)));
}
