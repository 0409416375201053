/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Order (D5): for one (incident, channel, recipient) at most one in flight, and never an
 * older message after a newer one has started, unless it is marked late.
 */
#include "fixture.h"

struct messages {
    struct store *store;
    int64_t incident;
    int64_t message[6]; /* from 1 */
    int64_t row[6];     /* on channel "hook" */
};

/* The incident with n messages; those to the channel are added by add_row. */
static struct messages
make_messages(struct fixture *fixture, int n)
{
    struct messages messages = { .store = fixture->store };

    messages.incident = add_incident(fixture->store, "A1");
    for (int i = 1; i <= n; i++) {
        messages.message[i] = add_message(fixture->store, messages.incident, i);
    }
    return messages;
}

static void
add_row(struct messages *messages, int sequence, const struct outbound_row *like)
{
    messages->row[sequence] =
        add_delivery(messages->store, messages->message[sequence], messages->incident,
                     sequence, "hook", NULL, like);
}

static void
conclude(struct messages *messages, int sequence, enum delivery_state state)
{
    store_outbound_conclude(messages->store, messages->row[sequence], state, NULL,
                            "why", T0);
}

static void
retry(struct messages *messages, int sequence)
{
    const struct outbound_selector which = { .row = messages->row[sequence],
                                             .state = -1 };

    assert_int_equal(store_outbound_retry(messages->store, &which, T0), 1);
}

static void
test_second_message_waits_for_the_first(void **state)
{
    struct messages m = make_messages(*state, 3);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    add_row(&m, 3, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    deliver(m.store, m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    deliver(m.store, m.row[2]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[3]);
}

static void
test_newer_waits_while_the_older_is_put_off(void **state)
{
    struct messages m = make_messages(*state, 2);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    store_outbound_again(m.store, m.row[1], T0 + 500, false, "503", T0);
    assert_int_equal(claim_only(m.store, "hook", T0 + 499), 0);
    assert_int_equal(claim_only(m.store, "hook", T0 + 500), m.row[1]);
}

static void
test_newer_waits_while_the_older_is_unknown(void **state)
{
    struct messages m = make_messages(*state, 2);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    store_outbound_unknown(m.store, m.row[1], "reset", T0);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    store_outbound_resend(m.store, m.row[1], T0);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    store_outbound_unknown(m.store, m.row[1], "reset", T0);
    conclude(&m, 1, DELIVERY_PARKED);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
}

static void
test_every_end_lets_the_next_go(void **state)
{
    static const enum delivery_state ends[] = { DELIVERY_PARKED, DELIVERY_DELIVERED,
                                                DELIVERY_COVERED, DELIVERY_CANCELLED,
                                                DELIVERY_UNDELIVERABLE };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        struct messages m = make_messages(fixture, 2);

        add_row(&m, 1, NULL);
        add_row(&m, 2, NULL);
        assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
        conclude(&m, 1, ends[i]);
        assert_int_equal(state_of(m.store, m.row[1]), ends[i]);
        assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
        store_rollback(m.store);
    }
}

static void
test_waiting_rows_can_be_covered(void **state)
{
    struct messages m = make_messages(*state, 3);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    add_row(&m, 3, NULL);
    conclude(&m, 1, DELIVERY_COVERED);
    conclude(&m, 2, DELIVERY_COVERED);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[3]);
}

static void
test_held_blocks_what_is_newer(void **state)
{
    const struct outbound_row held = { .state = DELIVERY_HELD,
                                       .priority = PRIORITY_NORMAL };
    struct messages m = make_messages(*state, 2);

    add_row(&m, 1, &held);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    conclude(&m, 1, DELIVERY_COVERED);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
}

static void
test_parked_blocks_nobody(void **state)
{
    struct messages m = make_messages(*state, 3);

    add_row(&m, 1, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    conclude(&m, 1, DELIVERY_PARKED);
    add_row(&m, 2, NULL);
    add_row(&m, 3, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
}

static void
test_final_rows_stay_as_they_are(void **state)
{
    struct messages m = make_messages(*state, 1);

    add_row(&m, 1, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    deliver(m.store, m.row[1]);
    conclude(&m, 1, DELIVERY_CANCELLED);
    store_outbound_again(m.store, m.row[1], T0, false, "late answer", T0);
    store_outbound_unknown(m.store, m.row[1], "late answer", T0);
    store_outbound_resend(m.store, m.row[1], T0);
    assert_int_equal(state_of(m.store, m.row[1]), DELIVERY_DELIVERED);
    assert_int_equal(count_of(m.store, "hook", DELIVERY_DELIVERED), 1);
}

static void
test_channels_recipients_and_incidents_are_independent(void **state)
{
    struct fixture *fixture = *state;
    struct messages m = make_messages(fixture, 2);
    int64_t other = add_incident(m.store, "B1");
    int64_t other_message = add_message(m.store, other, 1);
    int64_t anna[3];
    int64_t bo[3];
    int64_t first;

    for (int i = 1; i <= 2; i++) {
        anna[i] =
            add_delivery(m.store, m.message[i], m.incident, i, "sms", "anna", NULL);
        bo[i] = add_delivery(m.store, m.message[i], m.incident, i, "sms", "bo", NULL);
        add_row(&m, i, NULL);
    }
    assert_int_equal(claim(m.store, "sms", T0, &first), 2);
    assert_int_equal(first, anna[1]);
    assert_int_equal(state_of(m.store, bo[1]), DELIVERY_IN_FLIGHT);
    deliver(m.store, bo[1]);
    assert_int_equal(claim_only(m.store, "sms", T0), bo[2]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    add_delivery(m.store, other_message, other, 1, "sms", "anna", NULL);
    assert_int_equal(claim(m.store, "sms", T0, NULL), 1);
    assert_int_equal(state_of(m.store, anna[2]), DELIVERY_PENDING);
}

static void
test_retry_before_newer_began_goes_first(void **state)
{
    struct messages m = make_messages(*state, 2);

    add_row(&m, 1, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    conclude(&m, 1, DELIVERY_PARKED);
    add_row(&m, 2, NULL);
    retry(&m, 1);
    assert_false(is_late(m.store, m.row[1]));
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    deliver(m.store, m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
}

static void
test_retry_after_newer_was_delivered_is_late(void **state)
{
    struct messages m = make_messages(*state, 2);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    conclude(&m, 1, DELIVERY_PARKED);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
    deliver(m.store, m.row[2]);
    retry(&m, 1);
    assert_true(is_late(m.store, m.row[1]));
    assert_false(is_late(m.store, m.row[2]));
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    /* And stays so, whatever comes of it. */
    store_outbound_unknown(m.store, m.row[1], "reset", T0);
    retry(&m, 1);
    assert_true(is_late(m.store, m.row[1]));
}

static void
test_late_one_waits_for_the_one_in_flight(void **state)
{
    struct messages m = make_messages(*state, 3);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    conclude(&m, 1, DELIVERY_PARKED);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
    retry(&m, 1);
    assert_true(is_late(m.store, m.row[1]));
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    store_outbound_unknown(m.store, m.row[2], "reset", T0);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    conclude(&m, 2, DELIVERY_DELIVERED);
    /* A newer one waits for it in its turn. */
    add_row(&m, 3, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    deliver(m.store, m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[3]);
}

static void
test_late_and_put_off_never_go_together(void **state)
{
    struct messages m = make_messages(*state, 2);

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    conclude(&m, 1, DELIVERY_PARKED);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
    retry(&m, 1);
    store_outbound_again(m.store, m.row[2], T0, true, "refused", T0);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    deliver(m.store, m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
}

static void
test_cancelling_the_first_lets_the_next_go(void **state)
{
    struct messages m = make_messages(*state, 3);
    struct outbound_selector which = { .state = -1 };

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    add_row(&m, 3, NULL);
    which.row = m.row[1];
    assert_int_equal(store_outbound_cancel(m.store, &which, "wrong", T0), 1);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
    which.row = m.row[3];
    assert_int_equal(store_outbound_cancel(m.store, &which, "wrong", T0), 1);
    deliver(m.store, m.row[2]);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
}

static void
test_cancelling_unknown_rows_lets_the_next_go(void **state)
{
    struct messages m = make_messages(*state, 2);
    const struct outbound_selector which = { .channel = "hook",
                                             .state = DELIVERY_UNKNOWN };

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    store_outbound_unknown(m.store, m.row[1], "reset", T0);
    assert_int_equal(store_outbound_cancel(m.store, &which, "enough", T0), 1);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[2]);
}

static void
test_cancelling_what_waits_leaves_what_is_in_flight(void **state)
{
    struct messages m = make_messages(*state, 3);
    const struct outbound_selector which = { .channel = "hook", .state = -1 };

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    assert_int_equal(store_outbound_cancel(m.store, &which, "storm", T0), 1);
    assert_int_equal(state_of(m.store, m.row[1]), DELIVERY_IN_FLIGHT);
    assert_int_equal(state_of(m.store, m.row[2]), DELIVERY_CANCELLED);
    add_row(&m, 3, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    deliver(m.store, m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[3]);
}

static void
test_order_survives_a_crash(void **state)
{
    struct fixture *fixture = *state;
    struct messages m = make_messages(fixture, 2);
    const struct outbound_selector all = { .state = -1 };

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    commit(m.store);
    fixture_reopen(fixture);
    m.store = fixture->store;
    assert_int_equal(store_outbound_recover(m.store, T0), 1);
    assert_int_equal(state_of(m.store, m.row[1]), DELIVERY_UNKNOWN);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
    assert_int_equal(store_outbound_retry(m.store, &all, T0), 2);
    assert_int_equal(claim_only(m.store, "hook", T0), m.row[1]);
    assert_int_equal(claim_only(m.store, "hook", T0), 0);
}

/* A channel that shows everything takes the whole order at once, from its beginning. */
static void
test_claim_all_takes_what_is_due_in_order(void **state)
{
    const struct outbound_row later = { .state = DELIVERY_PENDING,
                                        .due_at_ms = T0 + 1000 };
    struct messages m = make_messages(*state, 4);
    struct outbound_rows rows = { 0 };

    add_row(&m, 1, NULL);
    add_row(&m, 2, NULL);
    add_row(&m, 3, &later);
    add_row(&m, 4, NULL);
    store_outbound_claim_all(m.store, "hook", "me", T0, LEASE_MS, &rows);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.items[0].row, m.row[1]);
    assert_int_equal(rows.items[1].row, m.row[2]);
    outbound_rows_clear(&rows);
    store_outbound_claim_all(m.store, "hook", "me", T0 + 1000, LEASE_MS, &rows);
    assert_int_equal(rows.count, 0);
    store_outbound_again(m.store, m.row[1], T0 + 10, true, "down", T0);
    store_outbound_again(m.store, m.row[2], T0 + 10, true, "down", T0);
    store_outbound_claim_all(m.store, "hook", "me", T0 + 1000, LEASE_MS, &rows);
    assert_int_equal(rows.count, 4);
    for (size_t i = 0; i < rows.count; i++) {
        deliver(m.store, rows.items[i].row);
    }
    outbound_rows_clear(&rows);
    assert_int_equal(count_of(m.store, "hook", DELIVERY_DELIVERED), 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_second_message_waits_for_the_first),
        TEST(test_newer_waits_while_the_older_is_put_off),
        TEST(test_newer_waits_while_the_older_is_unknown),
        TEST(test_every_end_lets_the_next_go),
        TEST(test_waiting_rows_can_be_covered),
        TEST(test_held_blocks_what_is_newer),
        TEST(test_parked_blocks_nobody),
        TEST(test_final_rows_stay_as_they_are),
        TEST(test_channels_recipients_and_incidents_are_independent),
        TEST(test_retry_before_newer_began_goes_first),
        TEST(test_retry_after_newer_was_delivered_is_late),
        TEST(test_late_one_waits_for_the_one_in_flight),
        TEST(test_late_and_put_off_never_go_together),
        TEST(test_cancelling_the_first_lets_the_next_go),
        TEST(test_cancelling_unknown_rows_lets_the_next_go),
        TEST(test_cancelling_what_waits_leaves_what_is_in_flight),
        TEST(test_order_survives_a_crash),
        TEST(test_claim_all_takes_what_is_due_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
