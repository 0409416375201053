/* SPDX-License-Identifier: EUPL-1.2 */
/* Incidents: kept, listed, counted, due, merged. */
#include "fixture.h"

static char *
text_of(const char *text)
{
    return string_copy(text);
}

static void
test_incident_is_kept_exactly(void **state)
{
    struct fixture *fixture = *state;
    struct incident_row row = { .source = text_of("dms"),
                                .incident = text_of("A-17/ö"),
                                .record = text_of("{\"x\":1}"),
                                .mode = MODE_EXERCISE,
                                .created_at_ms = T0,
                                .updated_at_ms = T0 + 1,
                                .exists_since_ms = TIME_NONE,
                                .closed_at_ms = TIME_NONE,
                                .next_check_ms = TIME_NEVER };
    struct incident_row found = { 0 };
    int64_t key;

    assert_false(store_incident_find(fixture->store, "dms", "A-17/ö", &found));
    store_incident_save(fixture->store, &row);
    key = row.row;
    assert_int_not_equal(key, 0);
    row.exists = true;
    row.status = INCIDENT_RESTORED;
    row.merged = true;
    row.sequence = 3;
    row.exists_since_ms = T0 + 2;
    row.closed_at_ms = T0 + 3;
    row.next_check_ms = T0 + 4;
    string_replace(&row.record, "{\"x\":2}");
    store_incident_save(fixture->store, &row);
    commit(fixture->store);
    fixture_reopen(fixture);

    assert_true(store_incident_find(fixture->store, "dms", "A-17/ö", &found));
    assert_int_equal(found.row, key);
    assert_string_equal(found.id, row.id);
    assert_string_equal(found.source, "dms");
    assert_string_equal(found.incident, "A-17/ö");
    assert_string_equal(found.record, "{\"x\":2}");
    assert_true(found.exists);
    assert_true(found.merged);
    assert_int_equal(found.status, INCIDENT_RESTORED);
    assert_int_equal(found.mode, MODE_EXERCISE);
    assert_int_equal(found.sequence, 3);
    assert_int_equal(found.created_at_ms, T0);
    assert_int_equal(found.updated_at_ms, T0 + 1);
    assert_int_equal(found.exists_since_ms, T0 + 2);
    assert_int_equal(found.closed_at_ms, T0 + 3);
    assert_int_equal(found.next_check_ms, T0 + 4);
    assert_false(store_incident_find(fixture->store, "other", "A-17/ö", &found));
    assert_null(found.source);
    incident_row_clear(&row);
    incident_row_clear(&found);
}

/* Saves an incident with what matters for lists. */
static int64_t
save(struct store *store, const char *source, const char *number,
     const struct incident_row *like)
{
    struct incident_row row = *like;
    int64_t key;

    row.source = text_of(source);
    row.incident = text_of(number);
    row.record = text_of("{}");
    store_incident_save(store, &row);
    key = row.row;
    incident_row_clear(&row);
    return key;
}

static const struct incident_row waiting = { .created_at_ms = T0 + 50,
                                             .updated_at_ms = T0 + 50,
                                             .exists_since_ms = TIME_NONE,
                                             .closed_at_ms = TIME_NONE,
                                             .next_check_ms = TIME_NEVER };
static const struct incident_row confirmed = { .exists = true,
                                               .status = INCIDENT_CONFIRMED,
                                               .created_at_ms = T0,
                                               .updated_at_ms = T0 + 10,
                                               .exists_since_ms = T0,
                                               .closed_at_ms = TIME_NONE,
                                               .next_check_ms = TIME_NEVER };

struct collected {
    int n, max;
    int64_t keys[16];
};

static bool
collect(void *context, const struct incident_row *row)
{
    struct collected *collected = context;

    collected->keys[collected->n++] = row->row;
    return collected->n != collected->max;
}

static void
check_list(struct store *store, const struct incident_filter *filter, int n,
           const int64_t *keys)
{
    struct collected collected = { .n = 0 };

    store_incidents_list(store, filter, collect, &collected);
    assert_int_equal(collected.n, n);
    for (int i = 0; i < n; i++) {
        assert_int_equal(collected.keys[i], keys[i]);
    }
}

struct listed {
    struct store *store;
    int64_t open, planned, merged, ended_today, ended_before, waits;
};

static struct listed
make_listed(struct fixture *fixture)
{
    struct listed listed = { .store = fixture->store };
    struct incident_row row = confirmed;

    listed.open = save(listed.store, "s", "open", &row);
    row.updated_at_ms = T0 + 40;
    row.status = INCIDENT_PLANNED;
    listed.planned = save(listed.store, "s", "planned", &row);
    row.updated_at_ms = T0 + 20;
    row.status = INCIDENT_CONFIRMED;
    row.merged = true;
    listed.merged = save(listed.store, "s", "merged", &row);
    row.updated_at_ms = T0 + 30;
    row.merged = false;
    row.status = INCIDENT_RESTORED;
    row.closed_at_ms = T0 + 1000;
    listed.ended_today = save(listed.store, "s", "today", &row);
    row.updated_at_ms = T0 + 5;
    row.closed_at_ms = T0 - 1000;
    listed.ended_before = save(listed.store, "s", "before", &row);
    listed.waits = save(listed.store, "s", "waits", &waiting);
    return listed;
}

static void
test_lists_by_filter(void **state)
{
    struct listed l = make_listed(*state);
    struct incident_filter filter = { .closed_since_ms = TIME_NONE };

    check_list(
        l.store, &filter, 5,
        (int64_t[]){ l.open, l.planned, l.merged, l.ended_today, l.ended_before });
    filter.newest_first = true;
    check_list(
        l.store, &filter, 5,
        (int64_t[]){ l.planned, l.ended_today, l.merged, l.open, l.ended_before });
    filter.open_only = true;
    check_list(l.store, &filter, 2, (int64_t[]){ l.planned, l.open });
    filter.closed_since_ms = T0;
    check_list(l.store, &filter, 3, (int64_t[]){ l.planned, l.ended_today, l.open });
    filter.newest_first = false;
    check_list(l.store, &filter, 3, (int64_t[]){ l.open, l.planned, l.ended_today });
    filter.closed_since_ms = 0;
    check_list(l.store, &filter, 4,
               (int64_t[]){ l.open, l.planned, l.ended_today, l.ended_before });
    filter.closed_most = 1; /* of the closed, the one that closed last */
    check_list(l.store, &filter, 3, (int64_t[]){ l.open, l.planned, l.ended_today });
    filter = (struct incident_filter){ .waiting_only = true };
    check_list(l.store, &filter, 1, (int64_t[]){ l.waits });
}

static void
test_lists_by_number(void **state)
{
    struct listed l = make_listed(*state);
    int64_t other = save(l.store, "t", "open", &confirmed);
    struct incident_filter filter = { .number = "open", .closed_since_ms = TIME_NONE };

    check_list(l.store, &filter, 2, (int64_t[]){ l.open, other });
    filter.number = "merged";
    check_list(l.store, &filter, 1, (int64_t[]){ l.merged });
    filter.open_only = true;
    check_list(l.store, &filter, 0, NULL);
    filter.number = "today";
    check_list(l.store, &filter, 0, NULL);
    filter.closed_since_ms = T0;
    check_list(l.store, &filter, 1, (int64_t[]){ l.ended_today });
    filter =
        (struct incident_filter){ .number = "waits", .closed_since_ms = TIME_NONE };
    check_list(l.store, &filter, 0, NULL);
    filter.waiting_only = true;
    check_list(l.store, &filter, 1, (int64_t[]){ l.waits });
}

static void
test_lists_page_and_stop(void **state)
{
    struct listed l = make_listed(*state);
    struct incident_filter filter = { .limit = 2, .closed_since_ms = TIME_NONE };
    struct collected collected = { .max = 1 };

    check_list(l.store, &filter, 2, (int64_t[]){ l.open, l.planned });
    filter.after = l.planned;
    check_list(l.store, &filter, 2, (int64_t[]){ l.merged, l.ended_today });
    filter.after = l.ended_today;
    check_list(l.store, &filter, 1, (int64_t[]){ l.ended_before });
    filter.after = 0;
    store_incidents_list(l.store, &filter, collect, &collected);
    assert_int_equal(collected.n, 1);
    /* Stopped half-way, it can be read again. */
    check_list(l.store, &filter, 2, (int64_t[]){ l.open, l.planned });
}

static void
test_lists_by_channel(void **state)
{
    struct listed l = make_listed(*state);
    struct incident_filter filter = { .channel = "page", .closed_since_ms = T0 };

    check_list(l.store, &filter, 0, NULL);
    store_incident_channel_set(l.store, l.ended_today, "page", 1);
    store_incident_channel_set(l.store, l.ended_before, "page", 1);
    store_incident_channel_set(l.store, l.open, "hook", 1);
    check_list(l.store, &filter, 2, (int64_t[]){ l.ended_today, l.ended_before });
    filter.open_only = true;
    check_list(l.store, &filter, 1, (int64_t[]){ l.ended_today });
}

static void
test_find_by_number_prefers_what_exists(void **state)
{
    struct fixture *fixture = *state;
    struct incident_row row = { 0 };
    size_t others = 99;
    int64_t existing;

    assert_false(store_incident_get_number(fixture->store, "A1", &row, &others));
    assert_int_equal(others, 0);
    existing = save(fixture->store, "s", "A1", &confirmed);
    save(fixture->store, "t", "A1", &waiting);
    assert_true(store_incident_get_number(fixture->store, "A1", &row, &others));
    assert_int_equal(row.row, existing);
    assert_int_equal(others, 1);
    incident_row_clear(&row);
}

static void
test_counts_of_incidents(void **state)
{
    struct listed l = make_listed(*state);
    int64_t counts[INCIDENT_STATUS_COUNT];
    struct incident_row row = { 0 };
    int64_t n_waiting;
    int64_t oldest;

    store_incident_counts(l.store, counts, &n_waiting, &oldest);
    assert_int_equal(counts[INCIDENT_CONFIRMED], 2);
    assert_int_equal(counts[INCIDENT_PLANNED], 1);
    assert_int_equal(counts[INCIDENT_RESTORED], 2);
    assert_int_equal(counts[INCIDENT_CANCELLED], 0);
    assert_int_equal(n_waiting, 1);
    assert_int_equal(oldest, T0 + 50);
    commit(l.store);

    assert_true(store_incident_get(l.store, l.waits, &row));
    row.exists = true;
    row.status = INCIDENT_CONFIRMED;
    store_incident_save(l.store, &row);
    store_incident_save(l.store, &row);
    store_incident_counts(l.store, counts, &n_waiting, &oldest);
    assert_int_equal(counts[INCIDENT_CONFIRMED], 3);
    assert_int_equal(n_waiting, 0);
    assert_int_equal(oldest, TIME_NONE);
    store_rollback(l.store);
    store_incident_counts(l.store, counts, &n_waiting, &oldest);
    assert_int_equal(counts[INCIDENT_CONFIRMED], 2);
    assert_int_equal(n_waiting, 1);
    incident_row_clear(&row);
}

static void
test_checks_that_are_due(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct incident_row row = confirmed;
    int64_t keys[4];
    int64_t early;
    int64_t late;

    assert_int_equal(store_incidents_next_check(store), TIME_NEVER);
    save(store, "s", "never", &row);
    row.next_check_ms = T0 + 20;
    late = save(store, "s", "late", &row);
    row.next_check_ms = T0 + 10;
    early = save(store, "s", "early", &row);
    assert_int_equal(store_incidents_next_check(store), T0 + 10);
    assert_int_equal(store_incidents_due(store, T0 + 9, keys, 4), 0);
    assert_int_equal(store_incidents_due(store, T0 + 10, keys, 4), 1);
    assert_int_equal(keys[0], early);
    assert_int_equal(store_incidents_due(store, T0 + 90, keys, 4), 2);
    assert_int_equal(keys[0], early);
    assert_int_equal(keys[1], late);
    assert_int_equal(store_incidents_due(store, T0 + 90, keys, 1), 1);
}

static void
test_merges_find_a_target_that_comes_later(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t a = save(store, "s", "A", &confirmed);
    int64_t b = save(store, "s", "B", &confirmed);
    int64_t stranger = save(store, "t", "C", &confirmed);
    int64_t keys[4];
    int64_t target;

    store_incident_merge(store, a, "s", "M");
    store_incident_merge(store, b, "s", "N");
    store_incident_merge(store, b, "s", "M");
    store_incident_merge(store, stranger, "t", "M");
    target = save(store, "s", "M", &waiting);
    assert_int_equal(store_incidents_merged_into(store, target, keys, 4), 2);
    assert_int_equal(keys[0], a);
    assert_int_equal(keys[1], b);
    store_incident_merge(store, a, "s", NULL);
    assert_int_equal(store_incidents_merged_into(store, target, keys, 4), 1);
    assert_int_equal(keys[0], b);
    assert_int_equal(store_incidents_merged_into(store, a, keys, 4), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_incident_is_kept_exactly),
        TEST(test_lists_by_filter),
        TEST(test_lists_by_number),
        TEST(test_lists_page_and_stop),
        TEST(test_lists_by_channel),
        TEST(test_find_by_number_prefers_what_exists),
        TEST(test_counts_of_incidents),
        TEST(test_checks_that_are_due),
        TEST(test_merges_find_a_target_that_comes_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
