/* SPDX-License-Identifier: EUPL-1.2 */
/* What a channel was told of an incident, and what rests there. */
#include "fixture.h"

#include "store/told.h"

#define REST_MS 10000

/* Rests on "mail" until T0 + REST_MS, one row for each of `sequence` messages. */
static int64_t
add_resting(struct store *store, int64_t incident, int64_t sequence,
            enum delivery_state state, enum priority priority)
{
    const struct outbound_row like = { .state = state,
                                       .priority = priority,
                                       .hold = state == DELIVERY_HELD ? HOLD_APPROVAL
                                                                      : HOLD_NONE,
                                       .due_at_ms = T0 + REST_MS };

    return add_delivery(store, add_message(store, incident, sequence), incident,
                        sequence, "mail", NULL, &like);
}

static int64_t
due_of(struct store *store, int64_t key)
{
    struct outbound_row row = { 0 };
    int64_t due_ms;

    assert_true(store_outbound_get(store, key, &row));
    due_ms = row.due_at_ms;
    outbound_row_clear(&row);
    return due_ms;
}

static void
test_told_is_kept(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "A1");
    struct channel_told told = { T0 + 5, T0 + 6 };

    assert_false(store_told_get(fixture->store, incident, "mail", &told));
    assert_true(told.etr_at_ms == TIME_NONE && told.rests_until_ms == TIME_NONE);
    store_incident_channel_set(fixture->store, incident, "mail", 1);
    assert_true(store_told_get(fixture->store, incident, "mail", &told));
    assert_true(told.etr_at_ms == TIME_NONE && told.rests_until_ms == TIME_NONE);
    told = (struct channel_told){ T0 + 5, T0 + 6 };
    store_told_set(fixture->store, incident, "mail", &told);
    /* The next message's sequence leaves it alone. */
    store_incident_channel_set(fixture->store, incident, "mail", 2);
    commit(fixture->store);
    fixture_reopen(fixture);
    assert_true(store_told_get(fixture->store, incident, "mail", &told));
    assert_true(told.etr_at_ms == T0 + 5 && told.rests_until_ms == T0 + 6);
    assert_false(store_told_get(fixture->store, incident, "hook", &told));
}

static void
test_end_of_rest_leaves_what_was_tried(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    int64_t other = add_incident(store, "A2");
    int64_t resting =
        add_resting(store, incident, 1, DELIVERY_PENDING, PRIORITY_NORMAL);
    int64_t tried = add_resting(store, other, 1, DELIVERY_PENDING, PRIORITY_NORMAL);
    int64_t rests_still =
        add_resting(store, other, 2, DELIVERY_PENDING, PRIORITY_NORMAL);

    assert_int_equal(store_rest_end(store, incident, "mail", T0), 1);
    assert_true(due_of(store, resting) == T0);
    assert_true(due_of(store, tried) == T0 + REST_MS);
    /* The second order: one was refused for now, and keeps its time. */
    assert_int_equal(claim(store, "mail", T0 + REST_MS, NULL), 2);
    store_outbound_again(store, tried, T0 + HOURS_MS, false, "451", T0 + REST_MS);
    assert_int_equal(store_rest_end(store, other, "mail", T0 + 1), 1);
    assert_true(due_of(store, tried) == T0 + HOURS_MS);
    assert_true(due_of(store, rests_still) == T0 + 1);
}

static void
test_what_may_have_been_told(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_resting(store, incident, 1, DELIVERY_PENDING, PRIORITY_NORMAL);

    assert_false(store_told_may_have(store, incident, "hook"));
    assert_false(store_told_may_have(store, incident, "mail"));
    assert_int_equal(claim(store, "mail", T0 + REST_MS, NULL), 1);
    assert_true(store_told_may_have(store, incident, "mail"));
    /* Refused for now: it certainly did not arrive. */
    store_outbound_again(store, row, T0 + REST_MS, false, "451", T0 + REST_MS);
    assert_false(store_told_may_have(store, incident, "mail"));
    assert_int_equal(claim(store, "mail", T0 + REST_MS, NULL), 1);
    store_outbound_unknown(store, row, "reset", T0 + REST_MS);
    store_outbound_resend(store, row, T0 + HOURS_MS);
    assert_true(store_told_may_have(store, incident, "mail"));
}

static void
test_urgent_and_delivered_count_as_told(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t urgent = add_incident(store, "A1");
    int64_t delivered = add_incident(store, "A2");

    add_resting(store, urgent, 1, DELIVERY_PENDING, PRIORITY_URGENT);
    assert_true(store_told_may_have(store, urgent, "mail"));
    deliver(store, add_resting(store, delivered, 1, DELIVERY_PENDING, PRIORITY_NORMAL));
    assert_true(store_told_may_have(store, delivered, "mail"));
}

static void
test_rest_is_cancelled_with_its_reason(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    int64_t other = add_incident(store, "A2");
    int64_t pending =
        add_resting(store, incident, 1, DELIVERY_PENDING, PRIORITY_NORMAL);
    int64_t held = add_resting(store, incident, 2, DELIVERY_HELD, PRIORITY_NORMAL);
    int64_t others = add_resting(store, other, 1, DELIVERY_PENDING, PRIORITY_NORMAL);
    struct outbound_rows rows = { 0 };

    store_rest_cancel(store, incident, "mail", "it was short", T0 + 7, &rows);
    assert_int_equal(rows.count, 1); /* not what waits for a second person */
    assert_string_equal(rows.items[0].last_error, "it was short");
    assert_true(rows.items[0].concluded_at_ms == T0 + 7);
    outbound_rows_clear(&rows);
    assert_int_equal(state_of(store, pending), DELIVERY_CANCELLED);
    assert_int_equal(state_of(store, held), DELIVERY_HELD);
    assert_int_equal(state_of(store, others), DELIVERY_PENDING);
    assert_int_equal(count_of(store, "mail", DELIVERY_CANCELLED), 1);
    assert_int_equal(count_of(store, "mail", DELIVERY_PENDING), 1);
    assert_int_equal(count_of(store, "mail", DELIVERY_HELD), 1);
}

static int64_t
told_before(struct store *store, int64_t key)
{
    struct outbound_row row = { 0 };
    int64_t message;

    assert_true(store_outbound_get(store, key, &row));
    message = store_told_before(store, &row);
    outbound_row_clear(&row);
    return message;
}

/* The newest that was delivered to the same recipient, not what is newer or elsewhere. */
static void
test_what_was_told_before(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    int64_t message[6];
    int64_t row[6];

    for (int i = 1; i <= 5; i++) {
        message[i] = add_message(store, incident, i);
        row[i] = add_delivery(store, message[i], incident, i, "mail", "anna", NULL);
        add_delivery(store, message[i], incident, i, "mail", "bo", NULL);
    }
    assert_int_equal(told_before(store, row[4]), 0);
    deliver(store, row[1]);
    assert_int_equal(told_before(store, row[4]), message[1]);
    deliver(store, row[2]);
    store_outbound_conclude(store, row[3], DELIVERY_PARKED, NULL, "550", T0);
    deliver(store, row[5]);
    assert_int_equal(told_before(store, row[4]), message[2]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_told_is_kept),
        TEST(test_end_of_rest_leaves_what_was_tried),
        TEST(test_what_may_have_been_told),
        TEST(test_urgent_and_delivered_count_as_told),
        TEST(test_rest_is_cancelled_with_its_reason),
        TEST(test_what_was_told_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
