/* SPDX-License-Identifier: EUPL-1.2 */
/* Distribution lists and expansion: nobody skipped, nobody twice (D2). */
#include "fixture.h"

static const char digest_a[] = "aaaa";
static const char digest_b[] = "bbbb";

/* A complete list of n addresses for channel "sms": "p00000" and on. */
static int64_t
make_list(struct store *store, const char *sha256, int n)
{
    int64_t list = store_list_begin(store, "sms", sha256, T0);
    char address[16];

    /* Backwards: a file is in no order. */
    for (int i = n - 1; i >= 0; i--) {
        (void)snprintf(address, sizeof(address), "p%05d", i);
        store_list_add(store, list, address);
    }
    store_list_finish(store, list);
    return list;
}

static int64_t
add_list_row(struct store *store, int64_t incident, int64_t sequence, int64_t list,
             enum priority priority)
{
    const struct outbound_row like = { .state = DELIVERY_PENDING,
                                       .priority = priority,
                                       .list = list };

    return add_delivery(store, add_message(store, incident, sequence), incident,
                        sequence, "sms", NULL, &like);
}

struct seen {
    int n;
    int *times; /* by address */
    enum priority priority;
    int64_t previous;
};

static bool
see(void *context, const struct outbound_row *row)
{
    struct seen *seen = context;

    if (row->recipient != NULL) {
        seen->n++;
        seen->priority = row->priority;
        seen->previous = row->previous;
        if (seen->times != NULL) {
            seen->times[strtol(row->recipient + 1, NULL, 10)]++;
        }
    }
    return true;
}

static struct seen
see_rows(struct store *store, int64_t incident, int *times)
{
    const struct outbound_filter filter = { .incident_row = incident, .state = -1 };
    struct seen seen = { .times = times };

    store_outbound_list(store, &filter, see, &seen);
    return seen;
}

static void
test_repeats_in_a_list_are_passed_over(void **state)
{
    struct fixture *fixture = *state;
    int64_t list = store_list_begin(fixture->store, "sms", digest_a, T0);

    store_list_add(fixture->store, list, "anna");
    store_list_add(fixture->store, list, "bo");
    store_list_add(fixture->store, list, "anna");
    assert_int_equal(store_list_size(fixture->store, list), 2);
    store_list_finish(fixture->store, list);
    assert_int_equal(store_list_size(fixture->store, list), 2);
}

static void
test_only_complete_lists_count(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t first;
    int64_t begun;

    assert_int_equal(store_list_current(store, "sms"), 0);
    assert_int_equal(store_list_find(store, "sms", digest_a), 0);
    first = make_list(store, digest_a, 3);
    assert_int_equal(store_list_current(store, "sms"), first);
    assert_int_equal(store_list_find(store, "sms", digest_a), first);
    assert_int_equal(store_list_current(store, "mail"), 0);
    begun = store_list_begin(store, "sms", digest_b, T0);
    store_list_add(store, begun, "anna");
    assert_int_equal(store_list_current(store, "sms"), first);
    assert_int_equal(store_list_find(store, "sms", digest_b), 0);
    /* Begun anew, as after a crash: nothing of the unfinished one is left. */
    begun = store_list_begin(store, "sms", digest_b, T0);
    store_list_add(store, begun, "bo");
    store_list_finish(store, begun);
    assert_int_equal(store_list_size(store, begun), 1);
    assert_int_equal(store_list_current(store, "sms"), begun);
    assert_int_equal(store_list_find(store, "sms", digest_a), 0);
    assert_int_equal(store_list_size(store, first), 0);
}

static void
test_list_of_a_waiting_message_is_kept(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t old = make_list(store, digest_a, 3);
    int64_t row = add_list_row(store, incident, 1, old, PRIORITY_NORMAL);

    make_list(store, digest_b, 5);
    assert_int_equal(store_list_size(store, old), 3);
    assert_false(store_expand(store, row, 100, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 3);
    make_list(store, digest_a, 7);
    assert_int_equal(store_list_size(store, old), 0);
}

static void
test_list_rows_are_expanded_not_claimed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_list_row(store, incident, 1, make_list(store, digest_a, 3),
                               PRIORITY_NORMAL);
    int64_t keys[4];

    assert_int_equal(claim(store, "sms", T0, NULL), 0);
    assert_int_equal(store_outbound_next_due(store, "sms"), TIME_NEVER);
    assert_int_equal(store_expandable(store, keys, 4, T0), 1);
    assert_int_equal(keys[0], row);
    assert_true(store_expand(store, row, 2, T0));
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 3);
    assert_false(store_expand(store, row, 2, T0));
    assert_int_equal(state_of(store, row), DELIVERY_EXPANDED);
    assert_int_equal(store_expandable(store, keys, 4, T0), 0);
    assert_false(store_expand(store, row, 2, T0));
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 3);
    assert_int_equal(count_of(store, "sms", DELIVERY_EXPANDED), 0);
    assert_int_equal(claim(store, "sms", T0, NULL), 3);
}

static void
test_exactly_full_batch_ends(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_list_row(store, incident, 1, make_list(store, digest_a, 4),
                               PRIORITY_NORMAL);

    assert_true(store_expand(store, row, 2, T0));
    assert_false(store_expand(store, row, 2, T0));
    assert_int_equal(state_of(store, row), DELIVERY_EXPANDED);
    assert_int_equal(see_rows(store, incident, NULL).n, 4);
}

static void
test_empty_list_ends_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_list_row(store, incident, 1, make_list(store, digest_a, 0),
                               PRIORITY_NORMAL);

    assert_false(store_expand(store, row, 10, T0));
    assert_int_equal(state_of(store, row), DELIVERY_EXPANDED);
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 0);
}

static void
test_row_waits_for_the_first_complete_list(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_list_row(store, incident, 1, -1, PRIORITY_NORMAL);
    int64_t keys[4];

    assert_int_equal(store_expandable(store, keys, 4, T0), 0);
    assert_false(store_expand(store, row, 10, T0));
    assert_int_equal(state_of(store, row), DELIVERY_PENDING);
    make_list(store, digest_a, 3);
    assert_int_equal(store_expandable(store, keys, 4, T0), 1);
    assert_true(store_expand(store, row, 2, T0));
    /* Bound to the list it began with. */
    make_list(store, digest_b, 50);
    assert_false(store_expand(store, row, 100, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 3);
}

static void
test_large_lists_are_bulk_unless_urgent(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t small_list = make_list(store, digest_a, 1000);
    int64_t small = add_incident(store, "small");
    int64_t large = add_incident(store, "large");
    int64_t urgent = add_incident(store, "urgent");
    int64_t large_list;

    store_expand(store, add_list_row(store, small, 1, small_list, PRIORITY_NORMAL),
                 5000, T0);
    assert_int_equal(see_rows(store, small, NULL).priority, PRIORITY_NORMAL);
    assert_int_equal(see_rows(store, small, NULL).n, 1000);
    large_list = make_list(store, digest_b, 1001);
    store_expand(store, add_list_row(store, large, 1, large_list, PRIORITY_NORMAL),
                 5000, T0);
    assert_int_equal(see_rows(store, large, NULL).priority, PRIORITY_BULK);
    store_expand(store, add_list_row(store, urgent, 1, large_list, PRIORITY_URGENT),
                 5000, T0);
    assert_int_equal(see_rows(store, urgent, NULL).priority, PRIORITY_URGENT);
}

static void
test_second_message_waits_for_each_recipient(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t list = make_list(store, digest_a, 3);
    int64_t first = add_list_row(store, incident, 1, list, PRIORITY_NORMAL);
    int64_t second;
    int64_t keys[4];
    int64_t row;

    assert_true(store_expand(store, first, 2, T0));
    second = add_list_row(store, incident, 2, list, PRIORITY_NORMAL);
    assert_int_equal(store_expandable(store, keys, 4, T0), 1);
    assert_int_equal(keys[0], first);
    assert_false(store_expand(store, first, 2, T0));
    assert_int_equal(store_expandable(store, keys, 4, T0), 1);
    assert_int_equal(keys[0], second);
    assert_int_equal(claim(store, "sms", T0, &row), 3);
    deliver(store, row);
    assert_false(store_expand(store, second, 100, T0));
    assert_int_equal(see_rows(store, incident, NULL).previous, 1);
    /* Only the one who has had the first message. */
    assert_int_equal(claim(store, "sms", T0, &row), 1);
    deliver(store, row);
    assert_int_equal(claim(store, "sms", T0, &row), 0);
}

static void
test_recipient_by_name_and_on_the_list_gets_one(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_list_row(store, incident, 1, make_list(store, digest_a, 3),
                               PRIORITY_NORMAL);
    struct message_row message = { 0 };
    int64_t named;

    assert_true(store_message_newest(store, incident, &message));
    named = add_delivery(store, message.row, incident, 1, "sms", "p00001", NULL);
    assert_int_not_equal(named, 0);
    assert_int_equal(
        add_delivery(store, message.row, incident, 1, "sms", "p00001", NULL), 0);
    message_row_clear(&message);
    assert_false(store_expand(store, row, 100, T0));
    assert_false(store_failed(store));
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 3);
    assert_int_equal(claim(store, "sms", T0, NULL), 3);
}

enum {
    PERSONS = 10000,
    BATCH = 700
};

/* Every second batch is lost to a crash before its commit. */
static void
test_crashes_skip_nobody_and_repeat_nobody(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "A1");
    int64_t row =
        add_list_row(fixture->store, incident, 1,
                     make_list(fixture->store, digest_a, PERSONS), PRIORITY_NORMAL);
    int *times = memory_array(PERSONS, sizeof(*times));
    int n_crashes = 0;
    bool more = true;

    commit(fixture->store);
    for (int i = 0; more; i++) {
        int64_t keys[2];

        assert_int_equal(store_expandable(fixture->store, keys, 2, T0), 1);
        more = store_expand(fixture->store, keys[0], BATCH, T0);
        if (i % 2 == 0) {
            fixture_reopen(fixture);
            more = true;
            n_crashes++;
        } else {
            commit(fixture->store);
        }
    }
    assert_true(n_crashes > 10);
    assert_int_equal(state_of(fixture->store, row), DELIVERY_EXPANDED);
    assert_int_equal(see_rows(fixture->store, incident, times).n, PERSONS);
    for (int i = 0; i < PERSONS; i++) {
        assert_int_equal(times[i], 1);
    }
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_PENDING), PERSONS);
    free(times);
}

static void
test_cancelled_list_is_expanded_no_further(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t row = add_list_row(store, incident, 1, make_list(store, digest_a, 9),
                               PRIORITY_NORMAL);
    const struct outbound_selector all = { .channel = "sms", .state = -1 };
    int64_t keys[2];

    assert_true(store_expand(store, row, 4, T0));
    assert_int_equal(store_outbound_cancel(store, &all, "wrong list", T0), 5);
    assert_int_equal(store_expandable(store, keys, 2, T0), 0);
    assert_false(store_expand(store, row, 4, T0));
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 0);
    assert_int_equal(count_of(store, "sms", DELIVERY_CANCELLED), 5);
}

/* A row that rests is expanded when it is due, and the next wake-up is then. */
static void
test_resting_list_is_not_expanded(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    const struct outbound_row like = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_NORMAL,
                                       .list = make_list(store, digest_a, 3),
                                       .due_at_ms = T0 + 10 };
    int64_t keys[4];

    add_delivery(store, add_message(store, incident, 1), incident, 1, "sms", NULL,
                 &like);
    assert_int_equal(store_expandable(store, keys, 4, T0 + 9), 0);
    assert_true(store_next_expandable(store, T0 + 9) == T0 + 10);
    assert_int_equal(store_expandable(store, keys, 4, T0 + 10), 1);
    assert_true(store_next_expandable(store, T0 + 10) == TIME_NEVER);
}

/* Two messages that rested together go through the list together, batch by batch: who
 * has the first has the second. One that is not due, or is of another list, waits. */
static void
test_messages_of_a_burst_go_together(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    int64_t list = make_list(store, digest_a, 5);
    int64_t first = add_list_row(store, incident, 1, list, PRIORITY_NORMAL);
    int64_t second = add_list_row(store, incident, 2, LIST_FIRST, PRIORITY_NORMAL);
    const struct outbound_row later = { .state = DELIVERY_PENDING,
                                        .priority = PRIORITY_NORMAL,
                                        .list = list,
                                        .due_at_ms = T0 + 10 };
    int64_t third = add_delivery(store, add_message(store, incident, 3), incident, 3,
                                 "sms", NULL, &later);
    int64_t keys[4];

    assert_true(store_expand(store, first, 2, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 4);
    assert_true(store_expand(store, first, 2, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 8);
    assert_false(store_expand(store, first, 2, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 10);
    assert_int_equal(state_of(store, first), DELIVERY_EXPANDED);
    assert_int_equal(state_of(store, second), DELIVERY_EXPANDED);
    assert_int_equal(state_of(store, third), DELIVERY_PENDING);
    assert_int_equal(store_expandable(store, keys, 4, T0), 0);
    /* The older message of each person is the one that is ready. */
    assert_int_equal(claim(store, "sms", T0, NULL), 5);
    assert_false(store_expand(store, third, 100, T0 + 10));
    assert_int_equal(see_rows(store, incident, NULL).n, 15);
}

/* The newer one came when the older was half way: it begins when that one has ended. */
static void
test_message_that_comes_half_way_waits(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident = add_incident(store, "A1");
    int64_t list = make_list(store, digest_a, 4);
    int64_t first = add_list_row(store, incident, 1, list, PRIORITY_NORMAL);
    int64_t second;

    assert_true(store_expand(store, first, 2, T0));
    second = add_list_row(store, incident, 2, list, PRIORITY_NORMAL);
    assert_false(store_expand(store, first, 2, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 4);
    assert_int_equal(state_of(store, second), DELIVERY_PENDING);
    assert_false(store_expand(store, second, 100, T0));
    assert_int_equal(see_rows(store, incident, NULL).n, 8);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_repeats_in_a_list_are_passed_over),
        TEST(test_only_complete_lists_count),
        TEST(test_list_of_a_waiting_message_is_kept),
        TEST(test_list_rows_are_expanded_not_claimed),
        TEST(test_exactly_full_batch_ends),
        TEST(test_empty_list_ends_at_once),
        TEST(test_row_waits_for_the_first_complete_list),
        TEST(test_large_lists_are_bulk_unless_urgent),
        TEST(test_second_message_waits_for_each_recipient),
        TEST(test_recipient_by_name_and_on_the_list_gets_one),
        TEST(test_crashes_skip_nobody_and_repeat_nobody),
        TEST(test_cancelled_list_is_expanded_no_further),
        TEST(test_resting_list_is_not_expanded),
        TEST(test_messages_of_a_burst_go_together),
        TEST(test_message_that_comes_half_way_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
