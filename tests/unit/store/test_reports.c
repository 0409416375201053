/* SPDX-License-Identifier: EUPL-1.2 */
/* What gateways report later: whatever comes twice or out of order, the truth stays. */
#include "fixture.h"

#include "store/reports.h"

static int64_t
delivered(struct store *store, const char *number, const char *channel,
          const char *remote_id)
{
    const struct outbound_row like = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_NORMAL };
    int64_t incident = add_incident(store, number);
    int64_t row = add_delivery(store, add_message(store, incident, 1), incident, 1,
                               channel, NULL, &like);

    store_outbound_conclude(store, row, DELIVERY_DELIVERED, remote_id, NULL, T0);
    return row;
}

static bool
report(struct store *store, int64_t row, enum report_state state, int64_t at_ms)
{
    const struct report_entry entry = { .state = state,
                                        .reason = state == REPORT_FAILED ? "why" : NULL,
                                        .remote_id = "later" };

    return store_report_note(store, row, &entry, at_ms);
}

static enum report_state
reported(struct store *store, int64_t key)
{
    struct outbound_row row = { 0 };
    enum report_state state;

    assert_true(store_outbound_get(store, key, &row));
    state = row.reported;
    outbound_row_clear(&row);
    return state;
}

/* Every order of two reports ends the same. */
static void
test_order_does_not_matter(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    char number[16];

    for (int first = REPORT_PENDING; first < REPORT_STATE_COUNT; first++) {
        for (int second = REPORT_PENDING; second < REPORT_STATE_COUNT; second++) {
            int64_t row;

            (void)snprintf(number, sizeof(number), "N%d%d", first, second);
            row = delivered(store, number, "sms", NULL);
            assert_int_equal(reported(store, row), REPORT_NONE);
            assert_true(report(store, row, (enum report_state)first, T0 + 1));
            assert_int_equal(report(store, row, (enum report_state)second, T0 + 2),
                             second > first);
            assert_int_equal(reported(store, row), first > second ? first : second);
        }
    }
}

static void
test_what_is_kept(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t own = delivered(store, "A", "sms", "s17");
    int64_t none = delivered(store, "B", "sms", NULL);
    struct outbound_row row = { 0 };

    assert_true(report(store, own, REPORT_FAILED, T0 + 5));
    assert_true(report(store, none, REPORT_PENDING, T0 + 6));
    assert_true(store_outbound_get(store, own, &row));
    assert_int_equal(row.state, DELIVERY_DELIVERED);
    assert_int_equal(row.reported_at_ms, T0 + 5);
    assert_string_equal(row.report_reason, "why");
    assert_string_equal(row.remote_id, "s17");
    outbound_row_clear(&row);
    assert_true(store_outbound_get(store, none, &row));
    assert_null(row.report_reason);
    assert_string_equal(row.remote_id, "later");
    outbound_row_clear(&row);
    assert_false(report(store, 4711, REPORT_FAILED, T0));
    /* Delivered after all: why it had failed says nothing any more. */
    assert_true(report(store, own, REPORT_DELIVERED, T0 + 9));
    assert_true(store_outbound_get(store, own, &row));
    assert_null(row.report_reason);
    outbound_row_clear(&row);
}

static void
test_found_by_the_gateways_id(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct outbound_row row = { 0 };
    int64_t newest;

    delivered(store, "A", "sms", "117");
    newest = delivered(store, "B", "sms", "117");
    delivered(store, "C", "other", "117");
    assert_true(store_report_find(store, "sms", "117", &row));
    assert_int_equal(row.row, newest);
    outbound_row_clear(&row);
    assert_false(store_report_find(store, "sms", "118", &row));
    assert_false(store_report_find(store, "nowhere", "117", &row));
}

static void
test_counts_of_the_newest(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct report_counts counts;
    char number[16];

    store_report_counts(store, "sms", T0, 20, &counts);
    assert_int_equal(counts.n, 0);
    assert_int_equal(counts.oldest_ms, TIME_NONE);
    for (int i = 0; i < 30; i++) {
        (void)snprintf(number, sizeof(number), "N%d", i);
        report(store, delivered(store, number, "sms", NULL),
               i < 15 ? REPORT_FAILED : REPORT_DELIVERED, T0 + i);
    }
    report(store, delivered(store, "P", "sms", NULL), REPORT_PENDING, T0 + 100);
    report(store, delivered(store, "O", "other", NULL), REPORT_FAILED, T0 + 100);
    store_report_counts(store, "sms", T0, 20, &counts);
    assert_int_equal(counts.n, 20);
    assert_int_equal(counts.failed, 5);
    assert_int_equal(counts.oldest_ms, T0 + 10);
    store_report_counts(store, "sms", T0 + 12, 20, &counts);
    assert_int_equal(counts.n, 18);
    assert_int_equal(counts.failed, 3);
}

static bool
count_row(void *context, const struct outbound_row *row)
{
    assert_int_equal(row->reported, REPORT_FAILED);
    ++*(int *)context;
    return true;
}

static int
listed(struct store *store, const struct outbound_filter *filter)
{
    int n = 0;

    store_report_failed_list(store, filter, count_row, &n);
    return n;
}

static void
test_failed_ones_are_listed(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct outbound_filter filter = { .state = -1, .limit = 10 };
    int64_t first = delivered(store, "A", "sms", NULL);
    int64_t second = delivered(store, "B", "other", NULL);
    struct outbound_row row = { 0 };

    report(store, first, REPORT_FAILED, T0);
    report(store, second, REPORT_FAILED, T0);
    report(store, delivered(store, "C", "sms", NULL), REPORT_DELIVERED, T0);
    assert_true(store_outbound_get(store, first, &row));
    assert_int_equal(store_report_failed(store, 0), 2);
    assert_int_equal(store_report_failed(store, row.incident_row), 1);
    assert_int_equal(listed(store, &filter), 2);
    filter.after = first;
    assert_int_equal(listed(store, &filter), 1);
    filter.after = 0;
    filter.incident_row = row.incident_row;
    assert_int_equal(listed(store, &filter), 1);
    filter.channel = "other";
    assert_int_equal(listed(store, &filter), 0);
    filter.incident_row = 0;
    assert_int_equal(listed(store, &filter), 1);
    filter.channel = "nowhere";
    assert_int_equal(listed(store, &filter), 0);
    filter.channel = NULL;
    filter.state = DELIVERY_CANCELLED;
    assert_int_equal(listed(store, &filter), 0);
    outbound_row_clear(&row);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order_does_not_matter),    TEST(test_what_is_kept),
        TEST(test_found_by_the_gateways_id), TEST(test_counts_of_the_newest),
        TEST(test_failed_ones_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
