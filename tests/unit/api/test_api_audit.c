/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit (docs/delivery.md, D12): complete exactly when nothing is owed any more. */
#include "answers_fixture.h"

enum {
    LIMIT = 10
};

static bool
is_complete(const json_t *audit)
{
    assert_true(json_is_boolean(json_object_get(audit, "complete")));
    return json_is_true(json_object_get(audit, "complete"));
}

static long long
count_at(const json_t *audit, enum delivery_state state)
{
    return number_at(json_object_get(audit, "deliveries"),
                     name_of(&delivery_state_names, (int)state));
}

static void
test_empty_is_complete(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    json_t *audit = audit_answer(store, NULL, 0, LIMIT);

    assert_true(is_complete(audit));
    assert_int_equal(number_at(audit, "messages"), 0);
    assert_int_equal(number_at(audit, "pending_events"), 0);
    assert_int_equal(count_at(audit, DELIVERY_DELIVERED), 0);
    assert_int_equal(count_in(audit, "missing"), 0);
    assert_true(is_last_page(audit));
    assert_false(has_key(json_object_get(audit, "deliveries"), "expanded"));
    json_decref(audit);
}

/* Brings a fresh delivery into the state, as the daemon does. */
static void
bring_to(struct store *store, int64_t key, enum delivery_state wanted)
{
    switch (wanted) {
    case DELIVERY_HELD:
    case DELIVERY_PENDING:
        break;
    case DELIVERY_IN_FLIGHT:
        claim_only(store, "bus", T0);
        break;
    case DELIVERY_UNKNOWN:
        claim_only(store, "bus", T0);
        store_outbound_unknown(store, key, "no answer came", T0);
        break;
    case DELIVERY_PARKED:
    case DELIVERY_DELIVERED:
    case DELIVERY_COVERED:
    case DELIVERY_CANCELLED:
    case DELIVERY_UNDELIVERABLE:
    case DELIVERY_EXPANDED:
        claim_only(store, "bus", T0);
        store_outbound_conclude(store, key, wanted, NULL, "said so", T0);
        break;
    case DELIVERY_STATE_COUNT:
        fail();
    }
}

/* Every state, one by one: which of them are owed. */
static void
test_each_state(void **state)
{
    static const bool owed[] = {
        [DELIVERY_HELD] = true,           [DELIVERY_PENDING] = true,
        [DELIVERY_IN_FLIGHT] = true,      [DELIVERY_UNKNOWN] = true,
        [DELIVERY_PARKED] = true,         [DELIVERY_DELIVERED] = false,
        [DELIVERY_COVERED] = false,       [DELIVERY_CANCELLED] = false,
        [DELIVERY_UNDELIVERABLE] = false,
    };
    struct store *store = ((struct fixture *)*state)->store;

    for (int wanted = 0; wanted < DELIVERY_EXPANDED; wanted++) {
        const struct outbound_row like = { .state = wanted == DELIVERY_HELD
                                                        ? DELIVERY_HELD
                                                        : DELIVERY_PENDING,
                                           .priority = PRIORITY_NORMAL };
        int64_t incident, message, key;
        json_t *audit;

        store_begin(store);
        incident = add_known_incident(store, "I-1");
        message = add_known_message(store, incident, 1);
        key = add_delivery(store, message, incident, 1, "bus", NULL, &like);
        bring_to(store, key, (enum delivery_state)wanted);
        assert_int_equal(state_of(store, key), wanted);
        audit = audit_answer(store, NULL, 0, LIMIT);
        assert_int_equal(is_complete(audit), !owed[wanted]);
        assert_int_equal(count_at(audit, (enum delivery_state)wanted), 1);
        assert_int_equal(count_in(audit, "missing"), owed[wanted] ? 1 : 0);
        json_decref(audit);
        store_rollback(store);
    }
}

static void
test_missing_is_named(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident, message, key;
    json_t *audit, *row;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    message = add_known_message(store, incident, 1);
    key = add_delivery(store, message, incident, 1, "bus", NULL, NULL);
    claim_only(store, "bus", T0);
    store_outbound_again(store, key, T0 + MINUTES_MS, true, "connection refused", T0);
    commit(store);
    audit = audit_answer(store, NULL, 0, LIMIT);
    row = item(audit, "missing", 0);
    assert_int_equal(number_at(row, "delivery"), key);
    assert_memory_equal(text_at(row, "incident"), "i_", 2);
    assert_memory_equal(text_at(row, "message"), "m_", 2);
    assert_string_equal(text_at(row, "channel"), "bus");
    assert_string_equal(text_at(row, "state"), "pending");
    assert_int_equal(number_at(row, "attempts"), 1);
    assert_string_equal(text_at(row, "due_at"), "2023-11-14T22:14:20Z");
    assert_string_equal(text_at(row, "last_error"), "connection refused");
    assert_int_equal(number_at(audit, "messages"), 1);
    json_decref(audit);
}

/* Recipients are personal data and the audit names none. */
static void
test_no_recipient_is_named(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident, message;
    json_t *audit;
    char *dump;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    message = add_known_message(store, incident, 1);
    add_delivery(store, message, incident, 1, "mail", "anna@example.se", NULL);
    commit(store);
    audit = audit_answer(store, NULL, 0, LIMIT);
    dump = json_dumps(audit, 0);
    assert_int_equal(count_in(audit, "missing"), 1);
    assert_null(strstr(dump, "anna"));
    free(dump);
    json_decref(audit);
}

static void
test_missing_comes_in_pages(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident, message, second;
    json_t *audit;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    message = add_known_message(store, incident, 1);
    add_delivery(store, message, incident, 1, "a", NULL, NULL);
    second = add_delivery(store, message, incident, 1, "b", NULL, NULL);
    add_delivery(store, message, incident, 1, "c", NULL, NULL);
    commit(store);
    audit = audit_answer(store, NULL, 0, 2);
    assert_int_equal(count_in(audit, "missing"), 2);
    assert_false(is_last_page(audit));
    json_decref(audit);
    audit = audit_answer(store, NULL, second, 2);
    assert_int_equal(count_in(audit, "missing"), 1);
    assert_string_equal(text_at(item(audit, "missing", 0), "channel"), "c");
    assert_true(is_last_page(audit));
    assert_int_equal(count_at(audit, DELIVERY_PENDING), 3);
    json_decref(audit);
}

static void
test_waiting_event_is_told(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct incident_row row = { 0 };
    int64_t waiting;
    json_t *audit;

    store_begin(store);
    waiting = add_waiting_incident(store, "I-1");
    add_known_incident(store, "I-2");
    commit(store);
    audit = audit_answer(store, NULL, 0, LIMIT);
    assert_int_equal(number_at(audit, "pending_events"), 1);
    assert_true(is_complete(audit));
    json_decref(audit);
    assert_true(store_incident_get(store, waiting, &row));
    audit = audit_answer(store, &row, 0, LIMIT);
    assert_int_equal(number_at(audit, "pending_events"), 1);
    json_decref(audit);
    incident_row_clear(&row);
}

/* Of one incident: nothing of others, and who gave up what, and why. */
static void
test_one_incident(void **state)
{
    const struct outbound_selector bus = { .channel = "bus", .state = -1 };
    struct store *store = ((struct fixture *)*state)->store;
    struct incident_row row = { 0 };
    int64_t one, other, message;
    json_t *audit, *given_up;

    store_begin(store);
    one = add_known_incident(store, "I-1");
    message = add_known_message(store, one, 1);
    add_delivery(store, message, one, 1, "bus", NULL, NULL);
    assert_int_equal(store_outbound_cancel(store, &bus, "was a mistake", T0), 1);
    store_action_add(store, T0, 1001, "cancel", one, 0, "bus", "was a mistake");
    other = add_known_incident(store, "I-2");
    message = add_known_message(store, other, 1);
    add_delivery(store, message, other, 1, "bus", NULL, NULL);
    commit(store);
    assert_true(store_incident_get(store, one, &row));
    audit = audit_answer(store, &row, 0, LIMIT);
    assert_true(is_complete(audit));
    assert_int_equal(number_at(audit, "messages"), 1);
    assert_int_equal(count_at(audit, DELIVERY_CANCELLED), 1);
    assert_int_equal(count_at(audit, DELIVERY_PENDING), 0);
    assert_int_equal(count_in(audit, "given_up"), 1);
    given_up = item(audit, "given_up", 0);
    assert_string_equal(text_at(given_up, "state"), "cancelled");
    assert_string_equal(text_at(given_up, "why"), "was a mistake");
    assert_string_equal(text_at(given_up, "concluded_at"), "2023-11-14T22:13:20Z");
    assert_int_equal(count_in(audit, "actions"), 1);
    assert_int_equal(number_at(item(audit, "actions", 0), "uid"), 1001);
    json_decref(audit);
    audit = audit_answer(store, NULL, 0, LIMIT);
    assert_false(is_complete(audit));
    json_decref(audit);
    incident_row_clear(&row);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_empty_is_complete),      TEST(test_each_state),
        TEST(test_missing_is_named),       TEST(test_no_recipient_is_named),
        TEST(test_missing_comes_in_pages), TEST(test_waiting_event_is_told),
        TEST(test_one_incident),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
