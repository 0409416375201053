/* SPDX-License-Identifier: EUPL-1.2 */
/* Promises by when they pass. */
#include "store/promises.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/tables.h"

/*
 * ?1 now, ?2 the warning, ?3 how many lapses drop a promise, ?4 how many keys. A promise
 * farther ahead than the warning is not read: the warning is never longer for it.
 */
enum {
    NEAR_COUNT,
    NEAR_NEXT,
    NEAR_FIRST,
    PASSED_COUNT,
    PASSED_FIRST,
    DROPPED_COUNT,
    DROPPED_FIRST
};

#define WITHIN_REACH                                                                   \
    " FROM incident WHERE promise_at_ms IS NOT NULL AND lapses = 0"                    \
    " AND promise_at_ms <= ?1 + ?2"
#define WARN_AT "promise_at_ms - min(?2, (promise_at_ms - promise_made_ms) / 3)"
#define IS_NEAR WARN_AT " <= ?1"

#define WATCH_VALUES(watch, most)                                                      \
    VALUES(integer((watch)->now_ms), integer((watch)->warning_ms),                     \
           integer((watch)->lapses_most), integer((int64_t)(most)))

static const char *const sql[] = {
    [NEAR_COUNT] =
        "SELECT sum(" IS_NEAR "), max(CASE WHEN " IS_NEAR " THEN " WARN_AT
        " END), min(CASE WHEN " WARN_AT " > ?1 THEN " WARN_AT " END)" WITHIN_REACH,
    [NEAR_NEXT] = "SELECT min(promise_at_ms) - ?2 FROM incident WHERE promise_at_ms IS"
                  " NOT NULL AND lapses = 0 AND promise_at_ms > ?1 + ?2",
    [NEAR_FIRST] = "SELECT row" WITHIN_REACH " AND " IS_NEAR
                   " ORDER BY promise_at_ms, promise_made_ms LIMIT ?4",
    [PASSED_COUNT] = "SELECT count(*), max(promise_made_ms), NULL FROM incident"
                     " WHERE lapses > 0 AND lapses < ?3",
    [PASSED_FIRST] = "SELECT row FROM incident WHERE lapses > 0 AND lapses < ?3"
                     " ORDER BY promise_at_ms, row LIMIT ?4",
    [DROPPED_COUNT] = "SELECT count(*), max(promise_made_ms), NULL FROM incident"
                      " WHERE lapses > 0 AND lapses = ?3",
    [DROPPED_FIRST] = "SELECT row FROM incident WHERE lapses > 0 AND lapses = ?3"
                      " ORDER BY promise_made_ms, promise_at_ms, row LIMIT ?4",
};

const struct statement_table promises_statements = { STATEMENTS_PROMISES, sql,
                                                     ARRAY_COUNT(sql) };

void
store_promises_count(struct store *store, const struct promise_watch *watch,
                     struct promise_counts *counts)
{
    static const int statements[PROMISE_GROUP_COUNT] = {
        [PROMISES_NEAR] = NEAR_COUNT,
        [PROMISES_PASSED] = PASSED_COUNT,
        [PROMISES_DROPPED] = DROPPED_COUNT,
    };
    int64_t beyond_ms = statement_integer(store, &promises_statements, NEAR_NEXT,
                                          TIME_NEVER, WATCH_VALUES(watch, 0));

    *counts = (struct promise_counts){ .next_ms = beyond_ms };
    for (int group = 0; group < PROMISE_GROUP_COUNT; group++) {
        sqlite3_stmt *statement = statement_start(
            store, &promises_statements, statements[group], WATCH_VALUES(watch, 0));
        int64_t next_ms = TIME_NEVER;

        counts->groups[group].newest_ms = TIME_NONE;
        if (!statement_step(store, statement)) {
            continue;
        }
        counts->groups[group].count = column_moment(statement, 0, 0);
        counts->groups[group].newest_ms = column_moment(statement, 1, TIME_NONE);
        next_ms = column_moment(statement, 2, TIME_NEVER);
        counts->next_ms = next_ms < counts->next_ms ? next_ms : counts->next_ms;
        statement_end(statement);
    }
}

size_t
store_promises_first(struct store *store, const struct promise_watch *watch,
                     enum promise_group group, int64_t *keys, size_t max)
{
    static const int statements[PROMISE_GROUP_COUNT] = {
        [PROMISES_NEAR] = NEAR_FIRST,
        [PROMISES_PASSED] = PASSED_FIRST,
        [PROMISES_DROPPED] = DROPPED_FIRST,
    };
    sqlite3_stmt *statement = statement_start(
        store, &promises_statements, statements[group], WATCH_VALUES(watch, max));
    size_t n = 0;

    while (statement_step(store, statement)) {
        if (n < max) {
            keys[n++] = column_integer(statement, 0);
        }
    }
    return n;
}
