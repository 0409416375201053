/* SPDX-License-Identifier: EUPL-1.2 */
/* What is old goes, piece by piece; what is unfinished stays; numbers and counts hold. */
#include "raw.h"

#include "store/database.h"
#include "store/retention.h"

#include <time.h>

#define LATER (T0 + 100 * DAYS_MS)

static const struct retention_limits everything = { .bodies_ms = LATER,
                                                    .deliveries_ms = LATER,
                                                    .incidents_ms = LATER };
static const struct retention_limits nothing = { .bodies_ms = T0,
                                                 .deliveries_ms = T0,
                                                 .incidents_ms = T0 };

static int64_t
now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A whole pass; the pieces it took. */
static int
pass(struct store *store, const struct retention_limits *limits, int64_t max_rows)
{
    struct retention retention = { 0 };
    int n = 1;

    while (store_retain(store, &retention, limits, max_rows)) {
        commit(store);
        n++;
        assert_true(n < 100000);
    }
    commit(store);
    return n;
}

static int64_t
ask(struct store *store, const char *sql)
{
    int64_t value = -1;

    assert_true(database_integer(store, sql, &value));
    return value;
}

static void
run(struct store *store, const char *sql)
{
    store_begin(store);
    if (sqlite3_exec(store->connection, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sqlite3_errmsg(store->connection), sql);
    }
}

static void
close_incident(struct store *store, int64_t key, int64_t closed_at_ms)
{
    struct incident_row row = { 0 };

    assert_true(store_incident_get(store, key, &row));
    row.status = INCIDENT_RESTORED;
    row.closed_at_ms = closed_at_ms;
    store_incident_save(store, &row);
    incident_row_clear(&row);
}

/* Incident `number`, over, with a message, an event, an action, and a delivery that is
 * delivered; its key. */
static int64_t
add_whole(struct store *store, const char *number, int n)
{
    int64_t incident = add_incident(store, number);
    int64_t message = add_message(store, incident, 1);
    int64_t receipt = add_event(store, incident, n);
    int64_t row = add_delivery(store, message, incident, 1, "sms", NULL, NULL);

    store_event_result(store, receipt, RESULT_APPLIED, message, NULL);
    store_incident_channel_set(store, incident, "sms", 1);
    store_action_add(store, T0, 1000, "retry", 0, row, "sms", "because");
    deliver(store, row);
    close_incident(store, incident, T0 + n);
    commit(store);
    return incident;
}

static void
test_everything_of_it_goes(void **state)
{
    static const char *const tables[] = {
        "incident",         "message",          "event", "outbound", "log",
        "incident_channel", "outbound_removed",
    };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t counts[INCIDENT_STATUS_COUNT];
    int64_t waiting, oldest;

    add_whole(store, "A1", 1);
    add_whole(store, "A2", 2);
    store_file_add(store, "s", "file", "sha", T0);
    store_action_add(store, T0, 1000, "reload", 0, 0, NULL, NULL);
    commit(store);
    pass(store, &nothing, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 2);
    pass(store, &everything, 10);
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        char *sql = string_format("SELECT count(*) FROM %s", tables[i]);

        if (ask(store, sql) != 0) {
            fail_msg("%s has %lld rows", tables[i], (long long)ask(store, sql));
        }
        free(sql);
    }
    assert_false(store_file_known(store, "s", "file", "sha"));
    assert_int_equal(count_of(store, "sms", DELIVERY_DELIVERED), 0);
    assert_int_equal(store_message_count(store, 0), 0);
    store_incident_counts(store, counts, &waiting, &oldest);
    assert_int_equal(counts[INCIDENT_RESTORED], 0);
    fixture_reopen(fixture);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_DELIVERED), 0);
}

static void
test_bodies_first(void **state)
{
    static const struct retention_limits limits = { .bodies_ms = LATER,
                                                    .deliveries_ms = T0,
                                                    .incidents_ms = T0 };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct event_known known = { .digest = "" };
    int64_t key = add_whole(store, "A1", 1);
    int64_t open = add_incident(store, "A2");

    add_event(store, open, 2);
    commit(store);
    pass(store, &limits, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM event WHERE body = ''"), 1);
    assert_true(store_event_find(store, "s", "e1", &known));
    assert_int_equal(strlen(known.digest), 64);
    assert_int_equal(known.incident_row, key);
    /* It is not looked at again, until it changes. */
    assert_int_equal(ask(store, "SELECT bodies_gone FROM incident WHERE number = 'A1'"),
                     1);
    close_incident(store, key, T0 + 5);
    add_event(store, key, 3);
    commit(store);
    pass(store, &limits, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM event WHERE body = ''"), 2);
}

static void
test_deliveries_leave_their_count(void **state)
{
    static const struct retention_limits limits = { .bodies_ms = T0,
                                                    .deliveries_ms = LATER,
                                                    .incidents_ms = T0 };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t key = add_whole(store, "A1", 1);
    struct channel_counts counts;

    pass(store, &limits, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM outbound"), 0);
    assert_int_equal(ask(store, "SELECT count(*) FROM message"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM log WHERE outbound IS NOT NULL"
                                " AND incident IS NOT NULL"),
                     1);
    assert_int_equal(count_of(store, "sms", DELIVERY_DELIVERED), 1);
    store_outbound_incident_counts(store, key, &counts);
    assert_int_equal(counts.states[DELIVERY_DELIVERED], 1);
    pass(store, &everything, 10);
    assert_int_equal(count_of(store, "sms", DELIVERY_DELIVERED), 0);
    assert_int_equal(ask(store, "SELECT count(*) FROM outbound_removed"), 0);
}

/* Whatever its age. */
static void
test_unfinished_stays(void **state)
{
    static const enum delivery_state stays[] = { DELIVERY_HELD, DELIVERY_PENDING,
                                                 DELIVERY_IN_FLIGHT, DELIVERY_UNKNOWN,
                                                 DELIVERY_PARKED };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;

    for (size_t i = 0; i < ARRAY_COUNT(stays); i++) {
        char *number = string_format("A%zu", i);
        int64_t key = add_whole(store, number, (int)i + 1);
        char *sql = string_format(
            "INSERT INTO outbound (message, incident, sequence, previous, channel,"
            " recipient, list, state, priority, ready, due_at_ms)"
            " SELECT row, incident, 1, 0, 1, 'zz', 0, %d, 1, 0, 0 FROM message"
            " WHERE incident = %lld",
            (int)stays[i], (long long)key);

        run(store, sql);
        free(sql);
        free(number);
    }
    add_whole(store, "B", 9);
    commit(store);
    pass(store, &everything, 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 5);
    assert_int_equal(ask(store, "SELECT count(*) FROM outbound"), 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident WHERE number = 'B'"), 0);
}

static void
test_what_is_still_to_be_said_stays(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;

    add_whole(store, "A1", 1);
    run(store, "UPDATE incident SET next_check_ms = 5");
    commit(store);
    pass(store, &everything, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 1);
}

/* Parts of an incident go with it, though they never ended themselves. */
static void
test_parts_go_with_the_whole(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t whole = add_whole(store, "W", 1);
    int64_t part = add_whole(store, "P", 2);
    int64_t deep = add_whole(store, "D", 3);
    int64_t of_open = add_whole(store, "Q", 4);
    int64_t open = add_incident(store, "O");

    store_incident_merge(store, part, "s", "W");
    store_incident_merge(store, deep, "s", "P");
    store_incident_merge(store, of_open, "s", "O");
    run(store, "UPDATE incident SET merged = 1 WHERE number IN ('P', 'D', 'Q');"
               "UPDATE incident SET closed_at_ms = NULL, status = 2"
               " WHERE number IN ('P', 'D')");
    commit(store);
    pass(store, &everything, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident WHERE number IN"
                                " ('O', 'Q')"),
                     2);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident_merge"), 1);
    (void)whole;
    (void)open;
}

/* A part that ended lately keeps its whole. */
static void
test_part_that_ended_lately_stays(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t part;

    add_whole(store, "W", 1);
    part = add_whole(store, "P", 2);
    store_incident_merge(store, part, "s", "W");
    close_incident(store, part, LATER + 1);
    commit(store);
    pass(store, &everything, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 2);
}

/* What covered another incident's delivery may go before it. */
static void
test_covering_row_goes(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;

    add_whole(store, "A1", 1);
    add_whole(store, "A2", 2);
    run(store, "UPDATE outbound SET state = 6, covered_by ="
               " (SELECT min(row) FROM outbound) WHERE row ="
               " (SELECT max(row) FROM outbound);"
               "UPDATE incident SET closed_at_ms = NULL WHERE number = 'A2'");
    commit(store);
    pass(store, &everything, 10);
    assert_int_equal(ask(store, "SELECT count(*) FROM outbound WHERE state = 6"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 1);
}

/* Ids of what is gone stay theirs: others have them. */
static void
test_no_id_is_given_twice(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_whole(store, "A1", 1);
    int64_t message = ask(store, "SELECT max(row) FROM message");
    int64_t receipt = ask(store, "SELECT max(receipt) FROM event");
    int64_t row = ask(store, "SELECT max(row) FROM outbound");
    int64_t again;

    pass(store, &everything, 10);
    fixture_reopen(fixture);
    store = fixture->store;
    again = add_whole(store, "A2", 2);
    assert_true(again > incident);
    assert_true(ask(store, "SELECT max(row) FROM message") > message);
    assert_true(ask(store, "SELECT max(receipt) FROM event") > receipt);
    assert_true(ask(store, "SELECT max(row) FROM outbound") > row);
}

/* A million recipients: no piece takes long, and a crash in between does no harm. */
static void
test_pieces_are_small(void **state)
{
    enum {
        ROWS = 100000,
        PIECE = 500
    };
    struct fixture *fixture = *state;
    struct retention retention = { 0 };
    int64_t longest_us = 0;
    int n = 0;
    bool more = true;

    add_whole(fixture->store, "A1", 1);
    run(fixture->store,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 100000) INSERT INTO outbound (message, incident, sequence,"
        " previous, channel, recipient, list, state, priority, ready, due_at_ms)"
        " SELECT 1, 1, 1, 0, 1, 'r' || i, 0, 5, 1, 0, 0 FROM n;"
        "UPDATE outbound_count SET n = n + 100000 WHERE state = 5");
    commit(fixture->store);
    fixture_reopen(fixture);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_DELIVERED), ROWS + 1);
    while (more) {
        int64_t begun_us = now_us();
        int64_t took_us;

        more = store_retain(fixture->store, &retention, &everything, PIECE);
        commit(fixture->store);
        took_us = now_us() - begun_us;
        longest_us = took_us > longest_us ? took_us : longest_us;
        if (++n == 300) { /* amidst the removing */
            assert_in_range(ask(fixture->store, "SELECT count(*) FROM outbound"), 1,
                            ROWS);
            memset(&retention, 0, sizeof(retention));
            fixture_reopen(fixture);
        }
    }
    assert_true(n >= ROWS / PIECE * 2);
    assert_int_equal(ask(fixture->store, "SELECT count(*) FROM outbound"), 0);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_DELIVERED), 0);
    fprintf(stderr, "retention: %d rows in %d pieces, the longest %lld us\n", ROWS, n,
            (long long)longest_us);
}

/* Reopened between two pieces: what is left of it stays. */
static void
test_reopened_meanwhile_stays(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct retention retention = { 0 };
    int64_t key = add_whole(store, "A1", 1);
    struct incident_row row = { 0 };

    while (retention.stage != RETAIN_INCIDENTS || retention.incident == 0) {
        assert_true(store_retain(store, &retention, &everything, 1));
    }
    assert_true(store_incident_get(store, key, &row));
    row.closed_at_ms = TIME_NONE;
    row.status = INCIDENT_CONFIRMED;
    store_incident_save(store, &row);
    while (store_retain(store, &retention, &everything, 1)) {
    }
    commit(store);
    assert_int_equal(ask(store, "SELECT count(*) FROM incident"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM message"), 1);
    incident_row_clear(&row);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_everything_of_it_goes),          TEST(test_bodies_first),
        TEST(test_deliveries_leave_their_count),   TEST(test_unfinished_stays),
        TEST(test_what_is_still_to_be_said_stays), TEST(test_parts_go_with_the_whole),
        TEST(test_part_that_ended_lately_stays),   TEST(test_covering_row_goes),
        TEST(test_no_id_is_given_twice),           TEST(test_pieces_are_small),
        TEST(test_reopened_meanwhile_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
