/* SPDX-License-Identifier: EUPL-1.2 */
/* What the queue tells of itself: counts, lists, the oldest, what came before. */
#include "fixture.h"

#include "base/buffer.h"

static void
test_counts_agree_with_the_rows(void **state)
{
    struct fixture *fixture = *state;
    struct many m = make_every_state(fixture);
    static const enum delivery_state states[] = {
        DELIVERY_HELD,    DELIVERY_PENDING, DELIVERY_IN_FLIGHT,
        DELIVERY_UNKNOWN, DELIVERY_PARKED,  DELIVERY_DELIVERED
    };
    struct channel_counts counts;

    commit(m.store);
    fixture_reopen(fixture);
    store_outbound_incident_counts(fixture->store, m.incident, &counts);
    for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
        assert_int_equal(count_of(fixture->store, "sms", states[i]), 1);
        assert_int_equal(counts.states[states[i]], 1);
    }
    assert_int_equal(count_of(fixture->store, "none", DELIVERY_PENDING), 0);
}

static void
collect_channel(void *context, const char *channel)
{
    buffer_addf(context, "%s ", channel);
}

static void
test_channels_are_remembered(void **state)
{
    struct fixture *fixture = *state;
    struct buffer names = { 0 };
    struct many m = make_many(fixture, "sms", 1, NULL);

    add_delivery(m.store, m.message, m.incident, 1, "hook", NULL, NULL);
    commit(m.store);
    fixture_reopen(fixture);
    store_outbound_channels(fixture->store, collect_channel, &names);
    assert_string_equal(names.data, "sms hook ");
    buffer_clear(&names);
}

static void
test_oldest_unsent(void **state)
{
    const struct outbound_row like[] = {
        { .state = DELIVERY_PENDING, .created_at_ms = T0 + 30 },
        { .state = DELIVERY_PENDING, .created_at_ms = T0 + 10 },
        { .state = DELIVERY_PENDING, .created_at_ms = T0 + 20 },
    };
    struct many m = make_many(*state, "sms", 3, like);
    const struct outbound_row hook = { .state = DELIVERY_PENDING,
                                       .created_at_ms = T0 + 5 };

    assert_int_equal(store_outbound_oldest(m.store, "sms", false), T0 + 10);
    assert_int_equal(claim(m.store, "sms", T0, NULL), 3);
    assert_int_equal(store_outbound_oldest(m.store, "sms", false), T0 + 10);
    store_outbound_conclude(m.store, m.row[1], DELIVERY_PARKED, NULL, "404", T0);
    assert_int_equal(store_outbound_oldest(m.store, "sms", false), T0 + 20);
    assert_int_equal(store_outbound_oldest(m.store, "sms", true), T0 + 10);
    add_delivery(m.store, m.message, m.incident, 1, "hook", NULL, &hook);
    assert_int_equal(store_outbound_oldest(m.store, NULL, false), T0 + 5);
    assert_int_equal(store_outbound_oldest(m.store, "none", true), TIME_NONE);
}

struct page {
    int n;
    int64_t last;
    int64_t keys[16];
};

static bool
collect_row(void *context, const struct outbound_row *row)
{
    struct page *page = context;

    assert_int_equal(row->notice, NOTICE_FIRST);
    page->keys[page->n++] = row->row;
    page->last = row->row;
    return true;
}

static struct page
list_rows(struct store *store, const struct outbound_filter *filter)
{
    struct page page = { .n = 0 };

    store_outbound_list(store, filter, collect_row, &page);
    return page;
}

static void
test_list_filters(void **state)
{
    struct many m = make_every_state(*state);
    struct outbound_filter filter = { .state = -1 };
    struct page page;

    add_delivery(m.store, m.message, m.incident, 1, "hook", NULL, NULL);
    assert_int_equal(list_rows(m.store, &filter).n, 7);
    filter.channel = "sms";
    assert_int_equal(list_rows(m.store, &filter).n, 6);
    filter.unfinished_only = true;
    assert_int_equal(list_rows(m.store, &filter).n, 5);
    filter.state = DELIVERY_PARKED;
    page = list_rows(m.store, &filter);
    assert_int_equal(page.n, 1);
    assert_int_equal(page.keys[0], m.row[4]);
    filter.state = DELIVERY_DELIVERED;
    assert_int_equal(list_rows(m.store, &filter).n, 0);
    filter.unfinished_only = false;
    assert_int_equal(list_rows(m.store, &filter).n, 1);
    filter = (struct outbound_filter){ .state = -1, .channel = "none" };
    assert_int_equal(list_rows(m.store, &filter).n, 0);
    filter = (struct outbound_filter){ .state = -1, .incident_row = m.incident };
    assert_int_equal(list_rows(m.store, &filter).n, 7);
    filter.incident_row++;
    assert_int_equal(list_rows(m.store, &filter).n, 0);
}

static void
check_pages(struct store *store, struct outbound_filter filter, int expected)
{
    int n = 0;
    struct page page;

    filter.limit = 2;
    filter.after = 0;
    do {
        page = list_rows(store, &filter);
        assert_true(page.n <= 2);
        for (int i = 0; i < page.n; i++) {
            assert_true(page.keys[i] > filter.after);
            filter.after = page.keys[i];
        }
        n += page.n;
    } while (page.n > 0);
    assert_int_equal(n, expected);
}

static void
test_list_pages(void **state)
{
    struct many m = make_every_state(*state);

    check_pages(m.store, (struct outbound_filter){ .state = -1 }, 6);
    check_pages(m.store, (struct outbound_filter){ .state = -1, .channel = "sms" }, 6);
    check_pages(m.store,
                (struct outbound_filter){ .state = -1, .incident_row = m.incident }, 6);
    check_pages(m.store,
                (struct outbound_filter){ .state = -1, .unfinished_only = true }, 5);
}

static void
test_previous_ids(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    struct message_row message = { 0 };
    char *expected = string_copy("");
    char *ids;

    for (int64_t sequence = 1; sequence <= 13; sequence++) {
        int64_t key = add_message(store, incident, sequence);
        int64_t row =
            add_delivery(store, key, incident, sequence, "mail", "anna", NULL);

        assert_int_equal(claim_only(store, "mail", T0), row);
        if (sequence == 5) {
            store_outbound_conclude(store, row, DELIVERY_COVERED, NULL, NULL, T0);
            continue;
        }
        deliver(store, row);
        /* The ten before 13: 2 to 12 without 5. */
        if (sequence >= 2 && sequence <= 12) {
            assert_true(store_message_get(store, key, &message));
            ids = string_format("%s%s%s", expected, expected[0] == '\0' ? "" : " ",
                                message.id);
            free(expected);
            expected = ids;
        }
    }
    ids = store_outbound_previous_ids(store, incident, "mail", "anna", 13);
    assert_string_equal(ids, expected);
    free(ids);
    ids = store_outbound_previous_ids(store, incident, "mail", "anna", 1);
    assert_string_equal(ids, "");
    free(ids);
    ids = store_outbound_previous_ids(store, incident, "mail", NULL, 13);
    assert_string_equal(ids, "");
    free(ids);
    free(expected);
    message_row_clear(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_counts_agree_with_the_rows),
        TEST(test_channels_are_remembered),
        TEST(test_oldest_unsent),
        TEST(test_list_filters),
        TEST(test_list_pages),
        TEST(test_previous_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
