/* SPDX-License-Identifier: EUPL-1.2 */
/* The queue: claims, putting off, waking, recovering, what operators do. */
#include "fixture.h"

static void
test_claim_by_priority_and_due(void **state)
{
    const struct outbound_row like[] = {
        { .state = DELIVERY_PENDING, .priority = PRIORITY_NORMAL, .due_at_ms = T0 + 3 },
        { .state = DELIVERY_PENDING, .priority = PRIORITY_NORMAL, .due_at_ms = T0 + 1 },
        { .state = DELIVERY_PENDING, .priority = PRIORITY_URGENT, .due_at_ms = T0 + 2 },
        { .state = DELIVERY_PENDING, .priority = PRIORITY_NORMAL, .due_at_ms = T0 + 2 },
        { .state = DELIVERY_PENDING, .priority = PRIORITY_NORMAL, .due_at_ms = T0 + 9 },
    };
    struct many m = make_many(*state, "sms", 5, like);
    struct outbound_rows rows = { 0 };

    assert_int_equal(store_outbound_next_due(m.store, "sms"), T0 + 1);
    store_outbound_claim(m.store, "sms", PRIORITY_URGENT, "me", T0 + 1, T0 + 1,
                         LEASE_MS, 9, &rows);
    assert_int_equal(rows.count, 0);
    store_outbound_claim(m.store, "sms", PRIORITY_NORMAL, "me", T0 + 5, T0 + 5,
                         LEASE_MS, 2, &rows);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.items[0].row, m.row[1]);
    assert_int_equal(rows.items[1].row, m.row[3]);
    /* Appended behind. */
    store_outbound_claim(m.store, "sms", PRIORITY_NORMAL, "me", T0 + 5, T0 + 5,
                         LEASE_MS, 9, &rows);
    assert_int_equal(rows.count, 3);
    assert_int_equal(rows.items[2].row, m.row[0]);
    store_outbound_claim(m.store, "sms", PRIORITY_URGENT, "me", T0 + 5, T0 + 5,
                         LEASE_MS, 9, &rows);
    assert_int_equal(rows.count, 4);
    assert_int_equal(rows.items[3].row, m.row[2]);
    outbound_rows_clear(&rows);
    assert_int_equal(store_outbound_next_due(m.store, "sms"), T0 + 9);
    assert_int_equal(store_outbound_next_due(m.store, "none"), TIME_NEVER);
}

static void
test_claimed_row_says_who_and_when(void **state)
{
    struct many m = make_many(*state, "sms", 1, NULL);
    struct outbound_rows rows = { 0 };
    const struct outbound_row *row;

    store_outbound_claim(m.store, "sms", PRIORITY_NORMAL, "core-7", T0 + 5, T0 + 5,
                         LEASE_MS, 9, &rows);
    assert_int_equal(rows.count, 1);
    row = &rows.items[0];
    assert_int_equal(row->state, DELIVERY_IN_FLIGHT);
    assert_string_equal(row->owner, "core-7");
    assert_string_equal(row->channel, "sms");
    assert_string_equal(row->recipient, "r0");
    assert_int_equal(row->attempts, 1);
    assert_int_equal(row->attempted_at_ms, T0 + 5);
    assert_int_equal(row->lease_until_ms, T0 + 5 + LEASE_MS);
    assert_int_equal(row->message_row, m.message);
    assert_int_equal(row->incident_row, m.incident);
    assert_int_equal(row->sequence, 1);
    assert_int_equal(row->concluded_at_ms, TIME_NONE);
    assert_memory_equal(row->message_id, "m_", 2);
    assert_memory_equal(row->incident_id, "i_", 2);
    outbound_rows_clear(&rows);
}

static void
test_put_off_is_never_due_in_the_past(void **state)
{
    struct many m = make_many(*state, "sms", 1, NULL);
    struct outbound_row row = { 0 };

    assert_int_equal(claim_only(m.store, "sms", T0), m.row[0]);
    store_outbound_again(m.store, m.row[0], T0 - 100, true, "refused", T0 + 7);
    assert_true(store_outbound_get(m.store, m.row[0], &row));
    assert_int_equal(row.due_at_ms, T0 + 7);
    assert_int_equal(row.state, DELIVERY_PENDING);
    assert_int_equal(row.attempts, 1);
    assert_true(row.transport);
    assert_string_equal(row.last_error, "refused");
    assert_null(row.owner);
    assert_int_equal(row.lease_until_ms, TIME_NONE);
    outbound_row_clear(&row);
}

static void
test_conclusion_is_recorded(void **state)
{
    struct many m = make_many(*state, "sms", 1, NULL);
    struct outbound_row row = { 0 };

    assert_int_equal(claim_only(m.store, "sms", T0), m.row[0]);
    store_outbound_conclude(m.store, m.row[0], DELIVERY_DELIVERED, "their-7", NULL,
                            T0 + 5);
    assert_true(store_outbound_get(m.store, m.row[0], &row));
    assert_string_equal(row.remote_id, "their-7");
    assert_int_equal(row.concluded_at_ms, T0 + 5);
    assert_null(row.last_error);
    assert_int_equal(row.notice, NOTICE_FIRST);
    outbound_row_clear(&row);
    assert_false(store_outbound_get(m.store, 12345, &row));
}

static void
test_wake_takes_only_those_without_a_peer(void **state)
{
    struct many m = make_many(*state, "sms", 3, NULL);

    assert_int_equal(claim(m.store, "sms", T0, NULL), 3);
    store_outbound_again(m.store, m.row[0], T0 + 9000, true, "no route", T0);
    store_outbound_again(m.store, m.row[1], T0 + 9000, false, "Retry-After", T0);
    store_outbound_again(m.store, m.row[2], T0 + 8000, true, "no route", T0);
    store_outbound_wake_one(m.store, "sms", 0, T0 + 10);
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), m.row[2]);
    assert_int_equal(store_outbound_wake(m.store, "sms", T0 + 20, 9), 1);
    assert_int_equal(store_outbound_next_due(m.store, "sms"), T0 + 20);
    assert_int_equal(claim_only(m.store, "sms", T0 + 20), m.row[0]);
    assert_int_equal(store_outbound_wake(m.store, "none", T0, 9), 0);
    assert_int_equal(claim(m.store, "sms", T0 + 8999, NULL), 0);
    assert_int_equal(claim_only(m.store, "sms", T0 + 9000), m.row[1]);
}

/* A probe is another row than the last one, while there is another. */
static void
test_probe_passes_over_one_row(void **state)
{
    struct many m = make_many(*state, "sms", 2, NULL);

    assert_int_equal(claim(m.store, "sms", T0, NULL), 2);
    assert_false(store_outbound_waits_for_peer(m.store, "sms", PRIORITY_NORMAL));
    store_outbound_again(m.store, m.row[0], T0 + 8000, true, "no route", T0);
    store_outbound_again(m.store, m.row[1], T0 + 9000, true, "no route", T0);
    assert_true(store_outbound_waits_for_peer(m.store, "sms", PRIORITY_NORMAL));
    assert_false(store_outbound_waits_for_peer(m.store, "sms", PRIORITY_URGENT));
    store_outbound_wake_one(m.store, "sms", m.row[0], T0 + 10);
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), m.row[1]);
    store_outbound_wake_one(m.store, "sms", m.row[0], T0 + 10);
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), 0);
    store_outbound_wake_one(m.store, "sms", 0, T0 + 10);
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), m.row[0]);
}

static void
test_wake_goes_in_batches_urgent_first(void **state)
{
    const struct outbound_row bulk = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_BULK };
    const struct outbound_row urgent = { .state = DELIVERY_PENDING,
                                         .priority = PRIORITY_URGENT };
    struct many m = make_many(*state, "sms", 2, NULL);
    int64_t incident = add_incident(m.store, "B");
    int64_t message = add_message(m.store, incident, 1);
    int64_t late = add_delivery(m.store, message, incident, 1, "sms", "b", &bulk);
    int64_t soon = add_delivery(m.store, message, incident, 1, "sms", "u", &urgent);
    struct outbound_row row = { 0 };

    assert_int_equal(claim(m.store, "sms", T0, NULL), 4);
    store_outbound_again(m.store, late, T0 + 5000, true, "no route", T0);
    store_outbound_again(m.store, m.row[0], T0 + 6000, true, "no route", T0);
    store_outbound_again(m.store, m.row[1], T0 + 7000, true, "no route", T0);
    store_outbound_again(m.store, soon, T0 + 9000, true, "no route", T0);
    assert_int_equal(store_outbound_wake(m.store, "sms", T0 + 20, 3), 3);
    assert_true(store_outbound_get(m.store, soon, &row));
    assert_int_equal(row.due_at_ms, T0 + 20);
    assert_false(row.transport);
    outbound_row_clear(&row);
    assert_int_equal(claim(m.store, "sms", T0 + 20, NULL), 3);
    assert_int_equal(store_outbound_wake(m.store, "sms", T0 + 20, 3), 1);
    assert_int_equal(claim_only(m.store, "sms", T0 + 20), late);
    assert_int_equal(store_outbound_wake(m.store, "sms", T0 + 20, 3), 0);
}

/* An unknown outcome that is sent again waits for the peer like one not reached. */
static void
test_unknown_waits_for_the_peer(void **state)
{
    struct many m = make_many(*state, "sms", 1, NULL);

    assert_int_equal(claim(m.store, "sms", T0, NULL), 1);
    store_outbound_unknown(m.store, m.row[0], "reset", T0);
    store_outbound_resend(m.store, m.row[0], T0 + 60000);
    assert_int_equal(claim(m.store, "sms", T0 + 10, NULL), 0);
    assert_int_equal(store_outbound_wake(m.store, "sms", T0 + 10, 9), 1);
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), m.row[0]);
}

/* Only what was due long enough ago. */
static void
test_claim_by_age(void **state)
{
    const struct outbound_row young = { .state = DELIVERY_PENDING,
                                        .priority = PRIORITY_NORMAL,
                                        .due_at_ms = T0 + 5000 };
    struct many m = make_many(*state, "sms", 1, NULL);
    int64_t incident = add_incident(m.store, "B");
    struct outbound_rows rows = { 0 };

    add_delivery(m.store, add_message(m.store, incident, 1), incident, 1, "sms", "b",
                 &young);
    store_outbound_claim(m.store, "sms", PRIORITY_NORMAL, "me", T0 + 4000, T0 + 9000,
                         LEASE_MS, 9, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].row, m.row[0]);
    assert_int_equal(rows.items[0].attempted_at_ms, T0 + 9000);
    assert_int_equal(rows.items[0].lease_until_ms, T0 + 9000 + LEASE_MS);
    outbound_rows_clear(&rows);
}

/* What a clock that was ahead has put off waits by the right clock, its own wait anew and
 * at most a day; what the right clock put off keeps its time. */
static void
test_rewind_finds_what_a_wrong_clock_wrote(void **state)
{
    const int64_t year = 365 * DAYS_MS;
    struct many m = make_many(*state, "sms", 3, NULL);
    int64_t incident = add_incident(m.store, "B");
    struct outbound_row ahead = { .state = DELIVERY_PENDING,
                                  .priority = PRIORITY_NORMAL,
                                  .created_at_ms = T0 + year,
                                  .due_at_ms = T0 + year };
    int64_t first, second;
    struct outbound_row row = { 0 };

    assert_int_equal(claim(m.store, "sms", T0, NULL), 3);
    store_outbound_again(m.store, m.row[0], T0 + year + 9000, true, "x", T0 + year);
    store_outbound_again(m.store, m.row[1], T0 + 3 * year, false, "x", T0 + year);
    store_outbound_again(m.store, m.row[2], T0 + 9000, true, "x", T0);
    /* Two of one order: the second is not ready, and would wait all the same. */
    first = add_delivery(m.store, add_message(m.store, incident, 1), incident, 1, "sms",
                         NULL, &ahead);
    second = add_delivery(m.store, add_message(m.store, incident, 2), incident, 2,
                          "sms", NULL, &ahead);
    assert_int_equal(store_outbound_rewind(m.store, "sms", T0 + 10, 1), 2);
    while (store_outbound_rewind(m.store, "sms", T0 + 10, 1) > 0) {
    }
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), first);
    deliver(m.store, first);
    assert_int_equal(claim_only(m.store, "sms", T0 + 10), second);
    assert_int_equal(claim_only(m.store, "sms", T0 + 9000), m.row[2]);
    assert_int_equal(claim_only(m.store, "sms", T0 + 9010), m.row[0]);
    assert_true(store_outbound_get(m.store, m.row[1], &row));
    assert_int_equal(row.due_at_ms, T0 + 10 + DAYS_MS);
    outbound_row_clear(&row);
    assert_int_equal(store_outbound_rewind(m.store, "none", T0, 9), 0);
}

static void
test_recover_makes_in_flight_unknown(void **state)
{
    struct fixture *fixture = *state;
    struct many m = make_many(fixture, "sms", 3, NULL);

    assert_int_equal(claim(m.store, "sms", T0, NULL), 3);
    deliver(m.store, m.row[0]);
    add_delivery(m.store, m.message, m.incident, 1, "hook", NULL, NULL);
    assert_int_equal(claim(m.store, "hook", T0, NULL), 1);
    commit(m.store);
    fixture_reopen(fixture);
    assert_int_equal(store_outbound_recover(fixture->store, T0), 3);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_UNKNOWN), 2);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_IN_FLIGHT), 0);
    assert_int_equal(count_of(fixture->store, "hook", DELIVERY_UNKNOWN), 1);
    assert_int_equal(store_outbound_recover(fixture->store, T0), 0);
}

struct decisions {
    struct store *store;
    int n, max;
};

static bool
decide(void *context, const struct outbound_row *row)
{
    struct decisions *decisions = context;

    assert_int_equal(row->state, DELIVERY_UNKNOWN);
    decisions->n++;
    store_outbound_resend(decisions->store, row->row, T0);
    return decisions->n < decisions->max;
}

static void
test_unknown_rows_are_decided_one_by_one(void **state)
{
    struct many m = make_many(*state, "sms", 5, NULL);
    struct decisions decisions = { .store = m.store, .max = 3 };

    assert_int_equal(claim(m.store, "sms", T0, NULL), 5);
    store_outbound_recover(m.store, T0);
    store_outbound_unknown_list(m.store, decide, &decisions);
    assert_int_equal(decisions.n, 3);
    decisions.max = 100;
    store_outbound_unknown_list(m.store, decide, &decisions);
    assert_int_equal(decisions.n, 5);
    assert_int_equal(claim(m.store, "sms", T0, NULL), 5);
}

static void
test_retry_takes_what_can_be_sent(void **state)
{
    struct many m = make_every_state(*state);
    const struct outbound_selector which = { .channel = "sms", .state = -1 };
    int64_t now = T0 + 5;

    assert_int_equal(store_outbound_retry(m.store, &which, now), 3);
    assert_int_equal(count_of(m.store, "sms", DELIVERY_PENDING), 3);
    assert_int_equal(count_of(m.store, "sms", DELIVERY_PARKED), 0);
    assert_int_equal(claim(m.store, "sms", now, NULL), 3);
    assert_int_equal(state_of(m.store, m.row[0]), DELIVERY_HELD);
    assert_int_equal(state_of(m.store, m.row[5]), DELIVERY_DELIVERED);
}

static void
test_cancel_takes_what_is_not_under_way(void **state)
{
    struct many m = make_every_state(*state);
    const struct outbound_selector which = { .state = -1 };
    struct outbound_row row = { 0 };

    assert_int_equal(store_outbound_cancel(m.store, &which, "wrong place", T0 + 5), 4);
    assert_int_equal(count_of(m.store, "sms", DELIVERY_CANCELLED), 4);
    assert_int_equal(state_of(m.store, m.row[2]), DELIVERY_IN_FLIGHT);
    assert_int_equal(state_of(m.store, m.row[5]), DELIVERY_DELIVERED);
    assert_true(store_outbound_get(m.store, m.row[4], &row));
    assert_string_equal(row.last_error, "wrong place");
    assert_int_equal(row.concluded_at_ms, T0 + 5);
    outbound_row_clear(&row);
    assert_int_equal(store_outbound_cancel(m.store, &which, "again", T0), 0);
}

static void
test_selectors_restrict(void **state)
{
    struct many m = make_every_state(*state);
    int64_t other = add_incident(m.store, "B1");
    int64_t message = add_message(m.store, other, 1);
    struct outbound_selector which = { .state = DELIVERY_PARKED };
    char id[PUBLIC_ID_SIZE];

    add_delivery(m.store, message, other, 1, "sms", NULL, NULL);
    add_delivery(m.store, message, other, 1, "hook", NULL, NULL);
    assert_int_equal(store_outbound_retry(m.store, &which, T0), 1);
    assert_int_equal(state_of(m.store, m.row[4]), DELIVERY_PENDING);

    which = (struct outbound_selector){ .state = -1, .channel = "nowhere" };
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 0);
    which = (struct outbound_selector){ .state = -1, .incident_id = "i_nobody_1" };
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 0);

    (void)snprintf(id, sizeof(id), "i_%s_%lld", store_instance(m.store),
                   (long long)other);
    which =
        (struct outbound_selector){ .state = -1, .incident_id = id, .row = m.row[0] };
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 0);
    which = (struct outbound_selector){ .state = -1, .incident_id = id };
    assert_int_equal(store_outbound_retry(m.store, &which, T0), 2);
    which.channel = "hook";
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 1);
    which.channel = NULL;
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 1);
    assert_int_equal(count_of(m.store, "sms", DELIVERY_CANCELLED), 1);

    which = (struct outbound_selector){ .state = DELIVERY_HELD, .row = m.row[1] };
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 0);
    which.state = DELIVERY_PENDING;
    assert_int_equal(store_outbound_retry(m.store, &which, T0), 1);
    assert_int_equal(store_outbound_cancel(m.store, &which, "x", T0), 1);
    assert_int_equal(state_of(m.store, m.row[1]), DELIVERY_CANCELLED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_claim_by_priority_and_due),
        TEST(test_claimed_row_says_who_and_when),
        TEST(test_put_off_is_never_due_in_the_past),
        TEST(test_conclusion_is_recorded),
        TEST(test_wake_takes_only_those_without_a_peer),
        TEST(test_probe_passes_over_one_row),
        TEST(test_wake_goes_in_batches_urgent_first),
        TEST(test_unknown_waits_for_the_peer),
        TEST(test_claim_by_age),
        TEST(test_rewind_finds_what_a_wrong_clock_wrote),
        TEST(test_recover_makes_in_flight_unknown),
        TEST(test_unknown_rows_are_decided_one_by_one),
        TEST(test_retry_takes_what_can_be_sent),
        TEST(test_cancel_takes_what_is_not_under_way),
        TEST(test_selectors_restrict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
