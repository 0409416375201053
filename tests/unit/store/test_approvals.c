/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person: kept, released in order, withdrawn, forgotten. */
#include "fixture.h"

#include "store/approvals.h"

static const struct outbound_row held = { .state = DELIVERY_HELD,
                                          .hold = HOLD_APPROVAL,
                                          .priority = PRIORITY_BULK };

static void
add_approval(struct store *store, int64_t message, int64_t incident)
{
    char uids[] = "1000 1001";
    char audience[] = "mail abc\n";
    const struct approval approval = { .message_row = message,
                                       .incident_row = incident,
                                       .rules = 3,
                                       .since_ms = T0 + 7,
                                       .uids = uids,
                                       .audience = audience };

    store_approval_add(store, &approval);
}

static int64_t
count(struct store *store, const char *channel, enum delivery_state state)
{
    struct channel_counts counts;

    store_outbound_counts(store, channel, &counts);
    return counts.states[state];
}

static void
test_read_back_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "1");
    int64_t message = add_message(fixture->store, incident, 1);
    struct approval back = { 0 };
    struct approvals all = { 0 };

    assert_false(store_approval_find(fixture->store, incident, &back));
    add_delivery(fixture->store, message, incident, 1, "mail", NULL, &held);
    add_approval(fixture->store, message, incident);
    commit(fixture->store);
    fixture_reopen(fixture);
    assert_true(store_approval_find(fixture->store, incident, &back));
    assert_int_equal(back.message_row, message);
    assert_int_equal(back.incident_row, incident);
    assert_int_equal(back.rules, 3);
    assert_int_equal(back.since_ms, T0 + 7);
    assert_string_equal(back.uids, "1000 1001");
    assert_string_equal(back.audience, "mail abc\n");
    store_approvals_load(fixture->store, &all);
    assert_int_equal(all.count, 1);
    approval_clear(&back);
    approvals_clear(&all);
}

static void
test_one_of_an_incident(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "1");
    int64_t first = add_message(fixture->store, incident, 1);
    int64_t second = add_message(fixture->store, incident, 2);
    struct approval back = { 0 };

    add_delivery(fixture->store, second, incident, 2, "mail", NULL, &held);
    add_approval(fixture->store, first, incident);
    add_approval(fixture->store, second, incident);
    assert_true(store_approval_find(fixture->store, incident, &back));
    assert_int_equal(back.message_row, second);
    approval_clear(&back);
}

/* Released it goes, urgent, behind what was under way before it; and not before. */
static void
test_released(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "1");
    int64_t first = add_message(store, incident, 1);
    int64_t second = add_message(store, incident, 2);
    int64_t before = add_delivery(store, first, incident, 1, "mail", NULL, NULL);
    int64_t key = add_delivery(store, second, incident, 2, "mail", NULL, &held);
    struct outbound_rows claimed = { 0 };
    struct outbound_row row = { 0 };
    struct message_row message = { 0 };
    struct approval back = { 0 };

    add_approval(store, second, incident);
    store_outbound_claim(store, "mail", PRIORITY_NORMAL, "o", T0 + 9, T0 + 9, LEASE_MS,
                         9, &claimed);
    assert_int_equal(claimed.count, 1);
    assert_int_equal(claimed.items[0].row, before);
    assert_int_equal(store_approval_release(store, second, PRIORITY_URGENT, T0 + 10),
                     1);
    assert_int_equal(count(store, "mail", DELIVERY_HELD), 0);
    assert_int_equal(count(store, "mail", DELIVERY_PENDING), 1);
    assert_false(store_approval_find(store, incident, &back));
    outbound_rows_clear(&claimed);
    store_outbound_claim(store, "mail", PRIORITY_URGENT, "o", T0 + 11, T0 + 11,
                         LEASE_MS, 9, &claimed);
    assert_int_equal(claimed.count, 0);
    store_outbound_conclude(store, before, DELIVERY_DELIVERED, NULL, NULL, T0 + 12);
    store_outbound_claim(store, "mail", PRIORITY_URGENT, "o", T0 + 12, T0 + 12,
                         LEASE_MS, 9, &claimed);
    assert_int_equal(claimed.count, 1);
    assert_true(store_outbound_get(store, key, &row));
    assert_int_equal(row.hold, HOLD_NONE);
    assert_int_equal(row.priority, PRIORITY_URGENT);
    assert_true(store_message_get(store, second, &message));
    assert_int_equal(message.written_at_ms, T0 + 10); /* it is said now */
    outbound_rows_clear(&claimed);
    outbound_row_clear(&row);
    message_row_clear(&message);
}

/* Withdrawn it lets go what is newer, and stays marked as never allowed. */
static void
test_withdrawn(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "1");
    int64_t first = add_message(store, incident, 1);
    int64_t second = add_message(store, incident, 2);
    int64_t key = add_delivery(store, first, incident, 1, "mail", NULL, &held);
    struct outbound_rows cancelled = { 0 };
    struct outbound_rows claimed = { 0 };
    struct outbound_row row = { 0 };

    add_approval(store, first, incident);
    add_delivery(store, second, incident, 2, "mail", NULL, NULL);
    store_approval_withdraw(store, first, "replaced", T0 + 1, &cancelled);
    assert_int_equal(cancelled.count, 1);
    assert_int_equal(cancelled.items[0].state, DELIVERY_CANCELLED);
    assert_true(store_outbound_get(store, key, &row));
    assert_int_equal(row.state, DELIVERY_CANCELLED);
    assert_int_equal(row.hold, HOLD_APPROVAL);
    assert_string_equal(row.last_error, "replaced");
    store_outbound_claim(store, "mail", PRIORITY_NORMAL, "o", T0 + 9, T0 + 9, LEASE_MS,
                         9, &claimed);
    assert_int_equal(claimed.count, 1);
    outbound_rows_clear(&cancelled);
    outbound_rows_clear(&claimed);
    outbound_row_clear(&row);
}

static bool
add_sequence(void *context, const struct message_row *row)
{
    struct buffer *found = context;

    buffer_addf(found, "%lld ", (long long)row->sequence);
    return true;
}

/* What a page may show: neither what waits nor what waited in vain. */
static void
test_only_what_is_allowed_is_listed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "1");
    struct message_filter filter = {
        .incident_row = incident, .channel = "page", .state = -1, .allowed = true
    };
    struct outbound_row cancelled = held;
    struct buffer found = { 0 };

    cancelled.state = DELIVERY_CANCELLED;
    add_delivery(store, add_message(store, incident, 1), incident, 1, "page", NULL,
                 NULL);
    add_delivery(store, add_message(store, incident, 2), incident, 2, "page", NULL,
                 &cancelled);
    add_delivery(store, add_message(store, incident, 3), incident, 3, "page", NULL,
                 &held);
    store_messages_list(store, &filter, add_sequence, &found);
    assert_string_equal(found.data, "1 ");
    buffer_reset(&found);
    filter.allowed = false;
    store_messages_list(store, &filter, add_sequence, &found);
    assert_string_equal(found.data, "1 2 3 ");
    buffer_clear(&found);
}

static void
test_forgotten_without_a_held_delivery(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "1");
    int64_t message = add_message(store, incident, 1);
    struct outbound_selector which = { .row = add_delivery(store, message, incident, 1,
                                                           "mail", NULL, &held),
                                       .state = -1 };
    struct approvals all = { 0 };

    add_approval(store, message, incident);
    store_approvals_load(store, &all);
    assert_int_equal(all.count, 1);
    assert_int_equal(store_outbound_cancel(store, &which, "no", T0), 1);
    store_approvals_load(store, &all);
    assert_int_equal(all.count, 0);
    approvals_clear(&all);
}

static void
test_who_sent_an_event(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "1");
    struct event event = { .at_ms = T0, .received_at_ms = T0 };
    int64_t receipt;

    event.source = string_copy("s");
    event.event_id = string_copy("E1");
    event.body = string_copy("{}");
    receipt = store_event_add(store, &event, incident);
    assert_int_equal(store_event_uid(store, receipt), -1);
    string_replace(&event.event_id, "E2");
    event.has_uid = true;
    event.uid = 0; /* root is somebody */
    receipt = store_event_add(store, &event, incident);
    assert_int_equal(store_event_uid(store, receipt), 0);
    assert_int_equal(store_event_uid(store, receipt + 1), -1);
    event_clear(&event);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read_back_after_a_restart, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_one_of_an_incident, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_released, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_withdrawn, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_only_what_is_allowed_is_listed,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_forgotten_without_a_held_delivery,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_who_sent_an_event, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
