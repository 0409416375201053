/* SPDX-License-Identifier: EUPL-1.2 */
/* Alarms are read back as they were saved; causes of parked rows; the daemon's own row
 * among the incidents is in no list and no number. */
#include "fixture.h"

#include "store/alarms.h"

static void
add_alarm(struct alarms *alarms, enum alarm_kind kind, const char *subject,
          const char *cause, int64_t told_at_ms)
{
    struct alarm *alarm = alarms_add(alarms);

    *alarm = (struct alarm){ .kind = kind,
                             .subject = string_copy(subject),
                             .cause = string_copy(cause),
                             .raised_at_ms = T0,
                             .told_at_ms = told_at_ms,
                             .ended_at_ms = TIME_NONE,
                             .times = 3,
                             .counted = 7 };
}

static void
test_alarms_are_read_back(void **state)
{
    struct fixture *fixture = *state;
    struct alarms alarms = { 0 }, back = { 0 };

    add_alarm(&alarms, ALARM_CHANNEL_PAUSED, "bus", "401", T0 + 1);
    add_alarm(&alarms, ALARM_PARKED, "bus", "413", TIME_NONE);
    add_alarm(&alarms, ALARM_PARKED, "bus", "422", T0 + 2);
    alarms.items[2].ended_at_ms = T0 + 3;
    store_alarms_save(fixture->store, &alarms);
    commit(fixture->store);
    fixture_reopen(fixture);
    store_alarms_load(fixture->store, &back);
    assert_int_equal(back.count, 3);
    for (size_t i = 0; i < back.count; i++) {
        const struct alarm *a = &alarms.items[i], *b = &back.items[i];

        assert_int_equal(a->kind, b->kind);
        assert_string_equal(a->subject, b->subject);
        assert_string_equal(a->cause, b->cause);
        assert_int_equal(a->raised_at_ms, b->raised_at_ms);
        assert_int_equal(a->told_at_ms, b->told_at_ms);
        assert_int_equal(a->ended_at_ms, b->ended_at_ms);
        assert_int_equal(a->times, b->times);
        assert_int_equal(a->counted, b->counted);
    }
    alarms_drop(&alarms, 1);
    store_begin(fixture->store);
    store_alarms_save(fixture->store, &alarms);
    commit(fixture->store);
    store_alarms_load(fixture->store, &back);
    assert_int_equal(back.count, 2);
    assert_string_equal(back.items[1].cause, "422");
    alarms_clear(&alarms);
    alarms_clear(&back);
}

static void
park(struct store *store, const char *channel, const char *error)
{
    static int64_t sequence;
    int64_t incident = 0, key;
    char number[24];

    (void)snprintf(number, sizeof(number), "P%lld", (long long)++sequence);
    incident = add_incident(store, number);
    key = add_delivery(store, add_message(store, incident, 1), incident, 1, channel,
                       NULL, NULL);
    claim_only(store, channel, T0);
    store_outbound_conclude(store, key, DELIVERY_PARKED, NULL, error, T0);
}

static void
expect_causes(struct store *store, const char *channel, size_t max, const char *wanted)
{
    struct strings causes = { 0 };
    struct buffer joined = { 0 };

    store_parked_causes(store, channel, max, &causes);
    for (size_t i = 0; i < causes.count; i++) {
        buffer_addf(&joined, "%s%s", i > 0 ? "|" : "", causes.items[i]);
    }
    assert_string_equal(joined.len > 0 ? joined.data : "", wanted);
    buffer_clear(&joined);
    strings_clear(&causes);
}

static void
test_causes_are_each_given_once(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    const struct outbound_selector all = { .channel = "bus", .state = DELIVERY_PARKED };
    char *cut = store_parked_cause("422 No: because: it is so");

    assert_string_equal(cut, "422 No");
    free(cut);
    expect_causes(store, "bus", 8, "");
    park(store, "bus", "422 No: b");
    park(store, "bus", "422 No");
    park(store, "bus", "422 No: \xC3\xA5");
    park(store, "bus", "413 Large");
    park(store, "bus", "422 No more: x");
    park(store, "bus", NULL);
    park(store, "mail", "550");
    expect_causes(store, "bus", 8, "413 Large|422 No|422 No more");
    expect_causes(store, "bus", 2, "413 Large|422 No");
    expect_causes(store, "mail", 8, "550");
    store_outbound_retry(store, &all, T0);
    expect_causes(store, "bus", 8, "");
}

static bool
count_each(void *context, const struct incident_row *row)
{
    assert_false(row->own);
    ++*(int *)context;
    return true;
}

static void
test_own_row_is_no_incident(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    static const struct incident_filter filters[] = {
        { .closed_since_ms = TIME_NONE },
        { .closed_since_ms = TIME_NONE, .newest_first = true },
        { .open_only = true, .closed_since_ms = TIME_NONE },
        { .open_only = true, .closed_since_ms = 0 },
        { .waiting_only = true, .closed_since_ms = TIME_NONE },
        { .number = "spool oms", .closed_since_ms = TIME_NONE },
        { .number = "spool oms", .waiting_only = true, .closed_since_ms = TIME_NONE },
        { .channel = "mail", .closed_since_ms = TIME_NONE },
    };
    char source[] = "budkavle", number[] = "spool oms", record[] = "{}";
    struct incident_row row = { .source = source,
                                .incident = number,
                                .record = record,
                                .own = true,
                                .updated_at_ms = T0,
                                .closed_at_ms = T0,
                                .exists_since_ms = TIME_NONE,
                                .next_check_ms = TIME_NEVER };
    struct incident_row found = { 0 };
    int64_t counts[INCIDENT_STATUS_COUNT], waiting, oldest_ms;
    size_t others;
    int n = 0;

    store_incident_save(store, &row);
    row.sequence = 1;
    store_incident_save(store, &row);
    store_incident_channel_set(store, row.row, "mail", 1);
    store_incident_counts(store, counts, &waiting, &oldest_ms);
    for (int i = 0; i < INCIDENT_STATUS_COUNT; i++) {
        assert_int_equal(counts[i], 0);
    }
    assert_int_equal(waiting, 0);
    assert_int_equal(oldest_ms, TIME_NONE);
    for (size_t i = 0; i < ARRAY_COUNT(filters); i++) {
        store_incidents_list(store, &filters[i], count_each, &n);
    }
    assert_int_equal(n, 0);
    assert_false(store_incident_get_number(store, number, &found, &others));
    assert_int_equal(others, 0);
    assert_true(store_incident_find(store, source, number, &found));
    assert_true(found.own && !found.exists);
    assert_int_equal(found.sequence, 1);
    incident_row_clear(&found);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_alarms_are_read_back),
        TEST(test_causes_are_each_given_once),
        TEST(test_own_row_is_no_incident),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
