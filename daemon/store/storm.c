/* SPDX-License-Identifier: EUPL-1.2 */
/* Channels in storm mode, what they were given, and what waits. */
#include "store/storm.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/tables.h"

#include <stdlib.h>

enum {
    FIND,
    SAVE,
    END,
    ALL,
    NEXT,
    WORD_ADD,
    WORDS,
    WORD_MADE,
    WORD_LEFT,
    WORD_DROP,
    TOLD,
    LAST_SUMMARY,
    PRUNE,
    PRUNE_DEMAND,
    DEMAND,
    DEMANDS,
    WAIT,
    WAITS,
    WAIT_DROP,
    WAITS_DROP,
    WAITING,
    NAMED,
    NAME
};

#define STORM_COLUMNS "channel, incident, since_ms, next_ms, told_at_ms, last_ms"

static const char *const sql[] = {
    [FIND] = "SELECT " STORM_COLUMNS " FROM storm WHERE channel = ?1",
    [SAVE] = "INSERT INTO storm (" STORM_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
             " ON CONFLICT (channel) DO UPDATE SET incident = excluded.incident,"
             " since_ms = excluded.since_ms, next_ms = excluded.next_ms,"
             " told_at_ms = excluded.told_at_ms, last_ms = excluded.last_ms",
    [END] = "DELETE FROM storm WHERE channel = ?1",
    [ALL] = "SELECT " STORM_COLUMNS " FROM storm ORDER BY channel",
    [NEXT] = "SELECT min(next_ms) FROM storm",
    [WORD_ADD] = "INSERT INTO storm_word (channel, message, incident, summary,"
                 " made_at_ms, at_ms, departed) VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0)"
                 " ON CONFLICT DO NOTHING",
    [WORDS] = "SELECT incident, at_ms, departed FROM storm_word WHERE channel = ?1"
              " AND (departed = 0 OR (at_ms > ?2 AND at_ms <= ?3))",
    [WORD_MADE] = "SELECT made_at_ms FROM storm_word WHERE channel = ?1"
                  " AND message = ?2 AND summary = 1",
    [WORD_LEFT] = "UPDATE storm_word SET departed = 1, at_ms = ?3 WHERE channel = ?1"
                  " AND message = ?2 AND departed = 0",
    [WORD_DROP] = "DELETE FROM storm_word WHERE channel = ?1 AND message = ?2"
                  " AND departed = 0",
    [TOLD] = "UPDATE storm SET told_at_ms = max(coalesce(told_at_ms, ?2), ?2)"
             " WHERE channel = ?1",
    [LAST_SUMMARY] = "SELECT max(at_ms) FROM storm_word WHERE channel = ?1"
                     " AND summary = 1",
    [PRUNE] = "DELETE FROM storm_word WHERE channel = ?1 AND at_ms <= ?2"
              " AND (departed = 1 OR NOT EXISTS (SELECT 1 FROM outbound o"
              " WHERE o.message = storm_word.message"
              " AND o.channel = storm_word.channel AND o.state <= 4))",
    [PRUNE_DEMAND] = "DELETE FROM storm_demand WHERE channel = ?1 AND at_ms <= ?2",
    [DEMAND] = "INSERT INTO storm_demand (channel, at_ms, n) VALUES (?1, ?2, 1)"
               " ON CONFLICT (channel, at_ms) DO UPDATE SET n = n + 1",
    [DEMANDS] = "SELECT at_ms, n FROM storm_demand WHERE channel = ?1"
                " AND at_ms <= ?2"
                " ORDER BY at_ms DESC",
    [WAIT] =
        "INSERT INTO storm_wait (channel, incident, message, sequence, customers,"
        " class, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (channel, incident, held) DO UPDATE SET message = excluded.message,"
        " sequence = excluded.sequence, customers = excluded.customers,"
        " class = min(class, excluded.class)",
    [WAITS] = "SELECT incident, message, sequence, customers, class FROM storm_wait"
              " WHERE channel = ?1 AND held = ?2",
    [WAIT_DROP] = "DELETE FROM storm_wait WHERE channel = ?1 AND incident = ?2"
                  " AND held = ?3",
    [WAITS_DROP] = "DELETE FROM storm_wait WHERE channel = ?1 AND class <> ?2"
                   " AND (?3 < 0 OR class = ?3)",
    [WAITING] = "SELECT c.row FROM channel c WHERE EXISTS"
                " (SELECT 1 FROM storm_wait w WHERE w.channel = c.row)",
    [NAMED] = "SELECT named FROM incident_channel WHERE incident = ?2 AND channel = ?1",
    [NAME] = "UPDATE incident_channel SET named = named | ?3 WHERE incident = ?2"
             " AND channel = ?1",
};

const struct statement_table storm_statements = { STATEMENTS_STORM, sql,
                                                  ARRAY_COUNT(sql) };

/* --- Channels in storm mode ------------------------------------------------------- */

void
storm_row_clear(struct storm_row *row)
{
    free(row->channel);
    *row = (struct storm_row){ 0 };
}

void
storm_rows_clear(struct storm_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        storm_row_clear(&rows->items[i]);
    }
    free(rows->items);
    *rows = (struct storm_rows){ 0 };
}

static void
read_storm(const struct store *store, sqlite3_stmt *statement, struct storm_row *row)
{
    row->channel = string_copy(channel_name(store, column_integer(statement, 0)));
    row->incident_row = column_moment(statement, 1, 0);
    row->since_ms = column_integer(statement, 2);
    row->next_ms = column_moment(statement, 3, TIME_NEVER);
    row->told_at_ms = column_moment(statement, 4, TIME_NONE);
    row->last_ms = column_moment(statement, 5, TIME_NONE);
}

bool
store_storm_find(struct store *store, const char *channel, struct storm_row *row)
{
    int64_t number = channel_number(store, channel);
    sqlite3_stmt *statement;

    storm_row_clear(row);
    if (number == 0) {
        return false;
    }
    statement =
        statement_start(store, &storm_statements, FIND, VALUES(integer(number)));
    if (!statement_step(store, statement)) {
        return false;
    }
    read_storm(store, statement, row);
    statement_end(statement);
    return true;
}

void
store_storm_save(struct store *store, const struct storm_row *row)
{
    statement_run(store, &storm_statements, SAVE,
                  VALUES(integer(channel_number_new(store, row->channel)),
                         reference(row->incident_row), integer(row->since_ms),
                         moment(row->next_ms), moment(row->told_at_ms),
                         moment(row->last_ms)));
}

void
store_storm_end(struct store *store, const char *channel)
{
    statement_run(store, &storm_statements, END,
                  VALUES(integer(channel_number(store, channel))));
}

void
store_storms(struct store *store, struct storm_rows *rows)
{
    sqlite3_stmt *statement = statement_start(store, &storm_statements, ALL, NO_VALUES);

    storm_rows_clear(rows);
    while (statement_step(store, statement)) {
        rows->items = memory_resize(rows->items, rows->count + 1, sizeof(*rows->items));
        rows->items[rows->count] = (struct storm_row){ 0 };
        read_storm(store, statement, &rows->items[rows->count++]);
    }
}

int64_t
store_storm_next(struct store *store)
{
    return statement_integer(store, &storm_statements, NEXT, TIME_NEVER, NO_VALUES);
}

/* --- What a channel was given ----------------------------------------------------- */

void
store_storm_word_add(struct store *store, const char *channel,
                     const struct storm_word_row *word)
{
    statement_run(store, &storm_statements, WORD_ADD,
                  VALUES(integer(channel_number_new(store, channel)),
                         integer(word->message_row), integer(word->incident_row),
                         integer(word->is_summary), integer(word->made_at_ms)));
}

size_t
store_storm_words(struct store *store, const char *channel, int64_t since_ms,
                  int64_t now_ms, struct storm_word **words)
{
    sqlite3_stmt *statement =
        statement_start(store, &storm_statements, WORDS,
                        VALUES(integer(channel_number(store, channel)),
                               integer(since_ms), integer(now_ms)));
    size_t n = 0;

    *words = NULL;
    while (statement_step(store, statement)) {
        *words = memory_resize(*words, n + 1, sizeof(**words));
        (*words)[n].incident_row = column_integer(statement, 0);
        (*words)[n++].at_ms =
            column_integer(statement, 2) != 0 ? column_integer(statement, 1) : now_ms;
    }
    return n;
}

void
store_storm_word_left(struct store *store, const char *channel, int64_t message_row,
                      bool is_covered, int64_t now_ms)
{
    int64_t number = channel_number(store, channel);
    int64_t made_at_ms =
        statement_integer(store, &storm_statements, WORD_MADE, TIME_NONE,
                          VALUES(integer(number), integer(message_row)));

    if (made_at_ms != TIME_NONE && !is_covered) {
        statement_run(store, &storm_statements, TOLD,
                      VALUES(integer(number), integer(made_at_ms)));
    }
    statement_run(store, &storm_statements, is_covered ? WORD_DROP : WORD_LEFT,
                  VALUES(integer(number), integer(message_row), integer(now_ms)));
}

int64_t
store_storm_last_summary(struct store *store, const char *channel)
{
    return statement_integer(store, &storm_statements, LAST_SUMMARY, TIME_NONE,
                             VALUES(integer(channel_number(store, channel))));
}

void
store_storm_prune(struct store *store, const char *channel, int64_t before_ms)
{
    const struct value values[] = { integer(channel_number(store, channel)),
                                    integer(before_ms) };

    statement_run(store, &storm_statements, PRUNE, values, ARRAY_COUNT(values));
    statement_run(store, &storm_statements, PRUNE_DEMAND, values, ARRAY_COUNT(values));
}

void
store_storm_demand(struct store *store, const char *channel, int64_t now_ms)
{
    statement_run(store, &storm_statements, DEMAND,
                  VALUES(integer(channel_number_new(store, channel)), integer(now_ms)));
}

int64_t
store_storm_busy(struct store *store, const char *channel, int64_t nth, int64_t now_ms)
{
    sqlite3_stmt *statement = statement_start(
        store, &storm_statements, DEMANDS,
        VALUES(integer(channel_number(store, channel)), integer(now_ms)));
    int64_t n = 0;

    while (statement_step(store, statement)) {
        int64_t at_ms = column_integer(statement, 0);

        n += column_integer(statement, 1);
        if (n >= nth) {
            statement_end(statement);
            return at_ms;
        }
    }
    return TIME_NONE;
}

/* --- What waits for the end of a turn --------------------------------------------- */

void
store_storm_wait(struct store *store, const char *channel,
                 const struct storm_wait *wait, bool is_held)
{
    statement_run(store, &storm_statements, WAIT,
                  VALUES(integer(channel_number_new(store, channel)),
                         integer(wait->incident_row), integer(wait->message_row),
                         integer(wait->sequence), integer(wait->customers),
                         integer((int64_t)wait->class), integer(is_held)));
}

void
store_storm_waits_clear(struct storm_waits *waits)
{
    free(waits->items);
    *waits = (struct storm_waits){ 0 };
}

void
store_storm_waits(struct store *store, const char *channel, bool is_held,
                  struct storm_waits *waits)
{
    sqlite3_stmt *statement = statement_start(
        store, &storm_statements, WAITS,
        VALUES(integer(channel_number(store, channel)), integer(is_held)));

    store_storm_waits_clear(waits);
    while (statement_step(store, statement)) {
        struct storm_wait *wait;

        if ((waits->count & (waits->count - 1)) == 0) {
            waits->items =
                memory_resize(waits->items, waits->count == 0 ? 1 : waits->count * 2,
                              sizeof(*waits->items));
        }
        wait = &waits->items[waits->count++];
        wait->incident_row = column_integer(statement, 0);
        wait->message_row = column_integer(statement, 1);
        wait->sequence = column_integer(statement, 2);
        wait->customers = column_integer(statement, 3);
        wait->class =
            (enum storm_class)column_choice(statement, 4, 0, STORM_CLASS_COUNT);
    }
}

void
store_storm_wait_drop(struct store *store, const char *channel, int64_t incident_row,
                      bool is_held)
{
    statement_run(store, &storm_statements, WAIT_DROP,
                  VALUES(integer(channel_number(store, channel)), integer(incident_row),
                         integer(is_held)));
}

void
store_storm_waits_drop(struct store *store, const char *channel, int class)
{
    statement_run(store, &storm_statements, WAITS_DROP,
                  VALUES(integer(channel_number(store, channel)),
                         integer(STORM_PLANNED), integer(class)));
}

void
store_storm_waiting_channels(struct store *store,
                             void (*each)(void *context, const char *channel),
                             void *context)
{
    sqlite3_stmt *statement =
        statement_start(store, &storm_statements, WAITING, NO_VALUES);

    while (statement_step(store, statement)) {
        each(context, channel_name(store, column_integer(statement, 0)));
    }
}

/* --- Which incidents were named --------------------------------------------------- */

int64_t
store_storm_named(struct store *store, const char *channel, int64_t incident_row)
{
    return statement_integer(
        store, &storm_statements, NAMED, 0,
        VALUES(integer(channel_number(store, channel)), integer(incident_row)));
}

void
store_storm_name(struct store *store, const char *channel, int64_t incident_row,
                 int64_t how)
{
    statement_run(store, &storm_statements, NAME,
                  VALUES(integer(channel_number(store, channel)), integer(incident_row),
                         integer(how)));
}
