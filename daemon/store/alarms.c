/* SPDX-License-Identifier: EUPL-1.2 */
/* The daemon's own alarms, and what makes one of them: the causes of parked rows. */
#include "store/alarms.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    LOAD,
    DROP_ALL,
    INSERT,
    NEXT_CAUSE
};

static const char *const sql[] = {
    [LOAD] =
        "SELECT kind, subject, cause, raised_at_ms, told_at_ms, ended_at_ms, times,"
        " counted FROM alarm ORDER BY kind, subject, cause",
    [DROP_ALL] = "DELETE FROM alarm",
    [INSERT] = "INSERT INTO alarm (kind, subject, cause, raised_at_ms, told_at_ms,"
               " ended_at_ms, times, counted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    /* From cause to cause along the index, whatever number of rows each has. */
    [NEXT_CAUSE] = "SELECT last_error FROM outbound WHERE state = " SQL_PARKED
                   " AND channel = ?1 AND last_error > ?2 ORDER BY last_error LIMIT 1",
};

const struct statement_table alarms_statements = { STATEMENTS_ALARMS, sql,
                                                   ARRAY_COUNT(sql) };

void
store_alarms_load(struct store *store, struct alarms *alarms)
{
    sqlite3_stmt *statement =
        statement_start(store, &alarms_statements, LOAD, NO_VALUES);

    alarms_clear(alarms);
    while (statement_step(store, statement)) {
        struct alarm *alarm;
        int64_t kind = column_integer(statement, 0);

        if (kind < 0 || kind >= ALARM_KIND_COUNT) {
            continue; /* of a program that knew more of them */
        }
        alarm = alarms_add(alarms);
        alarm->kind = (enum alarm_kind)kind;
        alarm->subject = column_text_copy(statement, 1);
        alarm->cause = column_text_copy(statement, 2);
        alarm->raised_at_ms = column_moment(statement, 3, TIME_NONE);
        alarm->told_at_ms = column_moment(statement, 4, TIME_NONE);
        alarm->ended_at_ms = column_moment(statement, 5, TIME_NONE);
        alarm->times = column_integer(statement, 6);
        alarm->counted = column_integer(statement, 7);
    }
}

void
store_alarms_save(struct store *store, const struct alarms *alarms)
{
    statement_run(store, &alarms_statements, DROP_ALL, NO_VALUES);
    for (size_t i = 0; i < alarms->count; i++) {
        const struct alarm *alarm = &alarms->items[i];

        statement_run(store, &alarms_statements, INSERT,
                      VALUES(integer((int64_t)alarm->kind), text(alarm->subject),
                             text(alarm->cause), moment(alarm->raised_at_ms),
                             moment(alarm->told_at_ms), moment(alarm->ended_at_ms),
                             integer(alarm->times), integer(alarm->counted)));
    }
}

static const char behind_cause[] = ": ";

char *
store_parked_cause(const char *last_error)
{
    const char *end = last_error == NULL ? NULL : strstr(last_error, behind_cause);

    if (last_error == NULL) {
        return string_copy("");
    }
    return string_copy_n(last_error,
                         end == NULL ? strlen(last_error) : (size_t)(end - last_error));
}

void
store_parked_causes(struct store *store, const char *channel, size_t max,
                    struct strings *causes)
{
    int64_t number = channel_number(store, channel);
    char *after = string_copy("");
    bool more = number != 0;

    strings_clear(causes);
    while (more && causes->count < max) {
        sqlite3_stmt *statement = statement_start(store, &alarms_statements, NEXT_CAUSE,
                                                  VALUES(integer(number), text(after)));
        char *cause = NULL;

        more = statement_step(store, statement);
        if (more) {
            const char *found = column_text(statement, 0);

            cause = store_parked_cause(found);
            /* U+10FFFF sorts behind everything that the one cause has behind it. */
            string_replace(&after, found);
            if (strlen(cause) < strlen(found)) {
                free(after);
                after = string_format("%s%s\xF4\x8F\xBF\xBF", cause, behind_cause);
            }
            statement_end(statement);
        }
        if (more && !strings_has(causes, cause)) {
            strings_add(causes, cause);
        }
        free(cause);
    }
    free(after);
}
