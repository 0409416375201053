/* SPDX-License-Identifier: EUPL-1.2 */
/* Promises about to pass, among many that are not; and what an upgrade knows of them. */
#include "fixture.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/promises.h"
#include "store/schema.h"

#define WARNING (10 * MINUTES_MS)

static const struct promise_watch at_t0 = { .now_ms = T0,
                                            .warning_ms = WARNING,
                                            .lapses_most = 3 };

/* An incident whose promise was made so long ago and passes so far ahead. */
static int64_t
add_promise(struct store *store, int64_t ago_ms, int64_t ahead_ms, int64_t lapses)
{
    static int numbers;
    char source[] = "s";
    char record[] = "{}";
    char *number = string_format("P-%d", ++numbers);
    struct incident_row row = { .source = source,
                                .incident = number,
                                .record = record,
                                .exists = true,
                                .status = INCIDENT_CONFIRMED,
                                .created_at_ms = T0,
                                .updated_at_ms = T0,
                                .exists_since_ms = T0,
                                .closed_at_ms = TIME_NONE,
                                .next_check_ms = TIME_NEVER,
                                .promise_at_ms =
                                    ahead_ms == TIME_NEVER ? TIME_NEVER : T0 + ahead_ms,
                                .promise_made_ms = T0 - ago_ms,
                                .lapses = lapses };

    store_incident_save(store, &row);
    free(number);
    return row.row;
}

static struct promise_counts
count(struct store *store, int64_t now_ms)
{
    struct promise_watch watch = at_t0;
    struct promise_counts counts;

    watch.now_ms = now_ms;
    store_promises_count(store, &watch, &counts);
    return counts;
}

static void
test_nothing_promised(void **state)
{
    struct fixture *fixture = *state;
    struct promise_counts counts;

    store_begin(fixture->store);
    add_promise(fixture->store, HOURS_MS, TIME_NEVER, 0);
    counts = count(fixture->store, T0);
    for (int group = 0; group < PROMISE_GROUP_COUNT; group++) {
        assert_int_equal(counts.groups[group].count, 0);
        assert_int_equal(counts.groups[group].newest_ms, TIME_NONE);
    }
    assert_int_equal(counts.next_ms, TIME_NEVER);
    commit(fixture->store);
}

static void
test_near_from_the_warning_on(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct promise_counts counts;

    store_begin(store);
    add_promise(store, 50 * MINUTES_MS, WARNING, 0);
    counts = count(store, T0 - 1);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 0);
    assert_int_equal(counts.next_ms, T0);
    counts = count(store, T0);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 1);
    assert_int_equal(counts.groups[PROMISES_NEAR].newest_ms, T0);
    assert_int_equal(counts.next_ms, TIME_NEVER);
    /* One that passes while nobody looks is near until it is said to have passed. */
    counts = count(store, T0 + HOURS_MS);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 1);
    commit(store);
}

/* A promise of six minutes is near for two, not for ten. */
static void
test_at_most_a_third_of_its_length(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct promise_counts counts;

    store_begin(store);
    add_promise(store, 0, 6 * MINUTES_MS, 0);
    counts = count(store, T0 + 4 * MINUTES_MS - 1);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 0);
    assert_int_equal(counts.next_ms, T0 + 4 * MINUTES_MS);
    counts = count(store, T0 + 4 * MINUTES_MS);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 1);
    assert_int_equal(counts.groups[PROMISES_NEAR].newest_ms, T0 + 4 * MINUTES_MS);
    commit(store);
}

static void
test_lapses_are_groups_of_their_own(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t passed, dropped, keys[4];
    struct promise_counts counts;

    store_begin(store);
    passed = add_promise(store, 20 * MINUTES_MS, 40 * MINUTES_MS, 1);
    add_promise(store, 30 * MINUTES_MS, 41 * MINUTES_MS, 2);
    dropped = add_promise(store, 2 * HOURS_MS, TIME_NEVER, 3);
    add_promise(store, HOURS_MS, TIME_NEVER, 4); /* nobody hears of it */
    counts = count(store, T0);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 0);
    assert_int_equal(counts.groups[PROMISES_PASSED].count, 2);
    assert_int_equal(counts.groups[PROMISES_PASSED].newest_ms, T0 - 20 * MINUTES_MS);
    assert_int_equal(counts.groups[PROMISES_DROPPED].count, 1);
    assert_int_equal(counts.groups[PROMISES_DROPPED].newest_ms, T0 - 2 * HOURS_MS);
    assert_int_equal(store_promises_first(store, &at_t0, PROMISES_PASSED, keys, 1), 1);
    assert_int_equal(keys[0], passed);
    assert_int_equal(store_promises_first(store, &at_t0, PROMISES_DROPPED, keys, 4), 1);
    assert_int_equal(keys[0], dropped);
    assert_int_equal(store_promises_first(store, &at_t0, PROMISES_NEAR, keys, 4), 0);
    commit(store);
}

static void
test_the_first_of_many(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct promise_counts counts;
    int64_t first = 0;
    int64_t keys[3];

    store_begin(store);
    for (int64_t i = 0; i < 2000; i++) {
        int64_t key = add_promise(store, HOURS_MS, (2000 - i) * SECONDS_MS, 0);

        first = key;
    }
    counts = count(store, T0);
    assert_int_equal(counts.groups[PROMISES_NEAR].count, 600);
    assert_int_equal(counts.groups[PROMISES_NEAR].newest_ms, T0);
    assert_int_equal(counts.next_ms, T0 + SECONDS_MS);
    assert_int_equal(store_promises_first(store, &at_t0, PROMISES_NEAR, keys, 3), 3);
    assert_int_equal(keys[0], first);
    assert_int_equal(keys[1], first - 1);
    assert_int_equal(keys[2], first - 2);
    commit(store);
}

static void
run(sqlite3 *connection, const char *sql)
{
    if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sqlite3_errmsg(connection), sql);
    }
}

/* What version 2 waited for with an open incident was its promise. */
static void
test_upgrade_knows_open_promises(void **state)
{
    sqlite3 *connection;
    sqlite3_stmt *statement;

    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &connection), SQLITE_OK);
    for (size_t step = 0; step < STORE_SCHEMA_VERSION; step++) {
        for (size_t i = 0; i < ARRAY_COUNT(schema_steps[step].sql) &&
                           schema_steps[step].sql[i] != NULL;
             i++) {
            run(connection, schema_steps[step].sql[i]);
        }
        if (step == 1) {
            run(connection,
                "INSERT INTO incident (row, source, number, record, known, status, mode,"
                " merged, sequence, updated_at_ms, next_check_ms) VALUES"
                " (1, 's', 'open', '{}', 1, 2, 0, 0, 1, 500, 4100),"
                " (2, 's', 'planned', '{}', 1, 0, 0, 0, 1, 500, 4100),"
                " (3, 's', 'silent', '{}', 1, 2, 0, 0, 1, 500, NULL)");
        }
    }
    assert_int_equal(
        sqlite3_prepare_v2(connection,
                           "SELECT row, promise_made_ms, lapses FROM incident"
                           " WHERE promise_at_ms = 4100",
                           -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(statement, 0), 1);
    assert_int_equal(sqlite3_column_int64(statement, 1), 500);
    assert_int_equal(sqlite3_column_int64(statement, 2), 0);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_promised),
        TEST(test_near_from_the_warning_on),
        TEST(test_at_most_a_third_of_its_length),
        TEST(test_lapses_are_groups_of_their_own),
        TEST(test_the_first_of_many),
        TEST(test_upgrade_knows_open_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
