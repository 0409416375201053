/* SPDX-License-Identifier: EUPL-1.2 */
/* Deliveries that a storm holds, what says them, and what a channel was given. */
#include "fixture.h"

#include "store/storm.h"

static const struct outbound_row held = { .state = DELIVERY_HELD,
                                          .hold = HOLD_STORM,
                                          .priority = PRIORITY_NORMAL };

static struct outbound_row
row_of(struct store *store, int64_t key)
{
    struct outbound_row row = { 0 };

    assert_true(store_outbound_get(store, key, &row));
    return row;
}

static void
expect(struct store *store, int64_t key, enum delivery_state state, int64_t covered_by)
{
    struct outbound_row row = row_of(store, key);

    assert_int_equal(row.state, state);
    assert_int_equal(row.covered_by, covered_by);
    outbound_row_clear(&row);
}

static int64_t
count_mail(struct store *store, enum delivery_state state)
{
    struct channel_counts counts;

    store_outbound_counts(store, "mail", &counts);
    return counts.states[state];
}

/* The next sequence of the incident, to "mail". */
static int64_t
give(struct store *store, int64_t incident, int64_t sequence,
     const struct outbound_row *like, int64_t *message)
{
    int64_t key = add_message(store, incident, sequence);

    if (message != NULL) {
        *message = key;
    }
    return add_delivery(store, key, incident, sequence, "mail", NULL, like);
}

static void
summarise(struct store *store, int64_t thread, int64_t sequence, int64_t *row)
{
    const struct message_row message = { .incident_row = thread, .sequence = sequence };

    *row = give(store, thread, sequence, NULL, NULL);
    store_storm_cover(store, "mail", &message);
}

static int
claim_mail(struct store *store)
{
    struct outbound_rows rows = { 0 };
    struct outbound_rows taken_back = { 0 };
    int n;

    store_outbound_claim_newest(store, "mail", PRIORITY_NORMAL, "me", T0, T0, LEASE_MS,
                                100, &rows, &taken_back);
    n = (int)rows.count;
    outbound_rows_clear(&rows);
    outbound_rows_clear(&taken_back);
    return n;
}

static void
conclude(struct store *store, int64_t key, enum delivery_state state)
{
    struct outbound_rows concluded = { 0 };

    store_storm_conclude(store, "mail", key, state, key, T0, &concluded);
    store_outbound_conclude(store, key,
                            state == DELIVERY_COVERED ? DELIVERY_DELIVERED : state,
                            NULL, NULL, T0);
    outbound_rows_clear(&concluded);
}

static void
test_a_summary_says_what_is_held(void **state)
{
    const struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t a = give(store, add_incident(store, "A"), 1, &held, NULL);
    int64_t b = give(store, add_incident(store, "B"), 1, &held, NULL);
    int64_t thread = add_incident(store, "storm");
    int64_t first, second;

    summarise(store, thread, 1, &first);
    expect(store, a, DELIVERY_HELD, first);
    expect(store, b, DELIVERY_HELD, first);
    /* It has not left when the next one is made: that one says it too. */
    summarise(store, thread, 2, &second);
    expect(store, first, DELIVERY_HELD, second);
    expect(store, a, DELIVERY_HELD, second);
    assert_int_equal(claim_mail(store), 1);
    conclude(store, second, DELIVERY_COVERED);
    expect(store, a, DELIVERY_COVERED, second);
    expect(store, b, DELIVERY_COVERED, second);
    expect(store, first, DELIVERY_COVERED, second);
    assert_int_equal(count_mail(store, DELIVERY_HELD), 0);
    assert_int_equal(count_mail(store, DELIVERY_COVERED), 3);
    assert_int_equal(count_mail(store, DELIVERY_DELIVERED), 1);
    commit(store);
}

static void
test_one_under_way_keeps_what_it_says(void **state)
{
    const struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t a = give(store, add_incident(store, "A"), 1, &held, NULL);
    int64_t thread = add_incident(store, "storm");
    int64_t first, second, b;

    summarise(store, thread, 1, &first);
    assert_int_equal(claim_mail(store), 1);
    b = give(store, add_incident(store, "B"), 1, &held, NULL);
    summarise(store, thread, 2, &second);
    expect(store, a, DELIVERY_HELD, first);
    expect(store, b, DELIVERY_HELD, second);
    assert_int_equal(claim_mail(store), 0); /* never two of one order */
    conclude(store, first, DELIVERY_COVERED);
    expect(store, a, DELIVERY_COVERED, first);
    assert_int_equal(claim_mail(store), 1);
    commit(store);
}

static void
test_a_newer_notice_says_older_ones(void **state)
{
    const struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A");
    int64_t message;
    int64_t first = give(store, incident, 1, &held, NULL);
    int64_t second = give(store, incident, 2, &held, &message);
    const struct storm_wait wait = { .incident_row = incident,
                                     .message_row = message,
                                     .sequence = 2 };

    assert_int_equal(claim_mail(store), 0);
    store_storm_release(store, "mail", &wait);
    expect(store, first, DELIVERY_HELD, second);
    expect(store, second, DELIVERY_PENDING, 0);
    assert_int_equal(claim_mail(store), 1);
    conclude(store, second, DELIVERY_COVERED);
    expect(store, first, DELIVERY_COVERED, second);
    commit(store);
}

static void
test_planned_work_is_said_by_no_summary(void **state)
{
    const struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "P");
    int64_t row = give(store, incident, 1, &held, NULL);
    const struct storm_wait wait = { .incident_row = incident,
                                     .message_row = 1,
                                     .sequence = 1,
                                     .class = STORM_PLANNED };
    int64_t summary;

    store_storm_wait(store, "mail", &wait, true);
    summarise(store, add_incident(store, "storm"), 1, &summary);
    expect(store, row, DELIVERY_HELD, 0);
    store_storm_waits_drop(store, "mail", -1); /* all others */
    summarise(store, add_incident(store, "storm 2"), 1, &summary);
    expect(store, row, DELIVERY_HELD, 0);
    store_storm_wait_drop(store, "mail", incident, true);
    summarise(store, add_incident(store, "storm 3"), 1, &summary);
    expect(store, row, DELIVERY_HELD, summary);
    commit(store);
}

static void
test_all_is_let_go(void **state)
{
    const struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t a = give(store, add_incident(store, "A"), 1, &held, NULL);
    int64_t summary;

    summarise(store, add_incident(store, "storm"), 1, &summary);
    /* The summary says it; only when that is cancelled it goes by itself. */
    assert_int_equal(store_storm_let_go(store, "mail"), 0);
    store_outbound_conclude(store, summary, DELIVERY_CANCELLED, NULL, "no", T0);
    assert_int_equal(store_storm_let_go(store, "mail"), 1);
    expect(store, a, DELIVERY_PENDING, 0);
    assert_int_equal(claim_mail(store), 1);
    commit(store);
}

static void
test_words_and_demand(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    const struct storm_word_row word = {
        .message_row = 7, .incident_row = 3, .is_summary = true, .made_at_ms = T0
    };
    struct storm_row storm = { .channel = string_copy("mail"),
                               .since_ms = T0,
                               .next_ms = T0 + 60000,
                               .told_at_ms = TIME_NONE,
                               .last_ms = TIME_NONE };
    struct storm_word *words;

    store_storm_save(store, &storm);
    store_storm_word_add(store, "mail", &word);
    commit(store);
    fixture_reopen(fixture);
    store = fixture->store;
    assert_int_equal(store_storm_next(store), T0 + 60000);
    /* What waits leaves now, whenever that is; what left counts from then on. */
    assert_int_equal(store_storm_words(store, "mail", T0 + 9000, T0 + 10000, &words),
                     1);
    assert_int_equal(words[0].at_ms, T0 + 10000);
    free(words);
    store_begin(store);
    store_storm_word_left(store, "mail", 7, false, T0 + 5000);
    assert_int_equal(store_storm_words(store, "mail", T0 + 5000, T0 + 10000, &words),
                     0);
    assert_int_equal(store_storm_words(store, "mail", T0 + 4999, T0 + 10000, &words),
                     1);
    free(words);
    assert_true(store_storm_find(store, "mail", &storm));
    assert_int_equal(storm.told_at_ms, T0);
    for (int i = 0; i < 4; i++) {
        store_storm_demand(store, "mail", T0 + i / 2 * 1000);
    }
    assert_int_equal(store_storm_busy(store, "mail", 2, T0 + 9000), T0 + 1000);
    assert_int_equal(store_storm_busy(store, "mail", 3, T0 + 9000), T0);
    assert_int_equal(store_storm_busy(store, "mail", 5, T0 + 9000), TIME_NONE);
    /* A clock that was ahead keeps nothing busy. */
    assert_int_equal(store_storm_busy(store, "mail", 2, T0 + 500), T0);
    store_storm_prune(store, "mail", T0 + 9000);
    assert_int_equal(store_storm_busy(store, "mail", 1, T0 + 9000), TIME_NONE);
    store_storm_end(store, "mail");
    assert_int_equal(store_storm_next(store), TIME_NEVER);
    commit(store);
    storm_row_clear(&storm);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_summary_says_what_is_held, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_one_under_way_keeps_what_it_says,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_newer_notice_says_older_ones,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_planned_work_is_said_by_no_summary,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_all_is_let_go, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_words_and_demand, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
