/* SPDX-License-Identifier: EUPL-1.2 */
/* Events, messages, the timeline, and the spool's memory. */
#include "fixture.h"

#include "base/buffer.h"

static int64_t
add_event(struct store *store, int64_t incident, const char *event_id, int64_t at_ms)
{
    struct event event = { .source = string_copy("s"),
                           .incident = string_copy("A1"),
                           .event_id = string_copy(event_id),
                           .at_ms = at_ms,
                           .received_at_ms = at_ms,
                           .body = string_format("{\"id\":\"%s\"}", event_id),
                           .digest = "feed" };
    int64_t receipt = store_event_add(store, &event, incident);

    event_clear(&event);
    return receipt;
}

static void
test_events_are_known_by_source_and_id(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "A1");
    struct event_known known;
    int64_t first = add_event(fixture->store, incident, "e1", T0);
    int64_t second = add_event(fixture->store, incident, "e2", T0);

    assert_true(second > first);
    assert_true(store_event_find(fixture->store, "s", "e1", &known));
    assert_string_equal(known.digest, "feed");
    assert_int_equal(known.incident_row, incident);
    assert_false(store_event_find(fixture->store, "t", "e1", &known));
    assert_string_equal(known.digest, "");
    assert_false(store_event_find(fixture->store, "s", "e3", &known));
}

static bool
collect_body(void *context, int64_t receipt, int64_t received_at_ms, const char *body)
{
    assert_true(receipt > 0);
    assert_int_equal(received_at_ms, T0);
    buffer_add(context, body);
    return true;
}

static void
test_bodies_in_order_of_receipt(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "A1");
    struct buffer all = { 0 };

    add_event(fixture->store, incident, "z", T0);
    add_event(fixture->store, incident, "a", T0);
    store_incident_events(fixture->store, incident, collect_body, &all);
    assert_string_equal(all.data, "{\"id\":\"z\"}{\"id\":\"a\"}");
    buffer_clear(&all);
}

static bool
write_entry(void *context, const struct timeline_entry *entry)
{
    buffer_addf(context, "%d %d %s %d %s %d %d %s %d %s", (int)(entry->at_ms - T0),
                (int)entry->kind, entry->event_id == NULL ? "-" : entry->event_id,
                entry->result, entry->why == NULL ? "-" : entry->why, entry->notice,
                (int)entry->sequence, entry->channel == NULL ? "-" : entry->channel,
                (int)entry->uid, entry->action == NULL ? "-" : entry->action);
    if (entry->covered_by != 0) {
        buffer_addf(context, " with %d", (int)entry->covered_by);
    }
    if (entry->recipients > 1) {
        buffer_addf(context, " of %d", (int)entry->recipients);
    }
    buffer_add_char(context, '\n');
    return true;
}

static void
test_timeline(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t receipt = add_event(store, incident, "e1", T0 + 1);
    int64_t message = add_message(store, incident, 1); /* written T0 + 1 */
    int64_t hook = add_delivery(store, message, incident, 1, "hook", NULL, NULL);
    int64_t mail = add_delivery(store, message, incident, 1, "mail", NULL, NULL);
    int64_t person = add_delivery(store, message, incident, 1, "sms", "anna", NULL);
    int64_t other = add_delivery(store, message, incident, 1, "sms", "bo", NULL);
    struct buffer all = { 0 };

    add_delivery(store, message, incident, 1, "page", NULL, NULL);
    store_event_result(store, receipt, RESULT_APPLIED, message, NULL);
    receipt = add_event(store, incident, "e2", T0 + 9);
    store_event_result(store, receipt, RESULT_OUTDATED, 0, "older");
    store_outbound_conclude(store, hook, DELIVERY_DELIVERED, "r", NULL, T0 + 5);
    store_outbound_conclude(store, mail, DELIVERY_PARKED, NULL, "550", T0 + 5);
    store_outbound_conclude(store, person, DELIVERY_UNDELIVERABLE, NULL, "no", T0 + 3);
    store_outbound_conclude(store, other, DELIVERY_UNDELIVERABLE, NULL, "no", T0 + 5);
    store_action_add(store, T0 + 5, 1000, "retry", incident, 0, NULL, NULL);
    store_action_add(store, T0 + 6, 1001, "cancel", 0, mail, "mail", "wrong");
    store_action_add(store, T0 + 7, 1001, "pause", 0, 0, "mail", NULL);
    store_timeline(store, incident, write_entry, &all);
    assert_string_equal(all.data, "1 0 e1 0 - -1 0 - -1 -\n"
                                  "1 1 - 0 - 2 1 - -1 -\n"
                                  "5 2 - 5 - -1 1 hook -1 -\n"
                                  "5 2 - 4 550 -1 1 mail -1 -\n"
                                  "5 2 - 8 no -1 1 sms -1 - of 2\n"
                                  "5 3 - 0 - -1 0 - 1000 retry\n"
                                  "6 3 - 0 wrong -1 0 mail 1001 cancel\n"
                                  "9 0 e2 2 older -1 0 - -1 -\n");
    buffer_clear(&all);
}

struct collected {
    int n;
    int64_t keys[8];
};

static bool
collect_message(void *context, const struct message_row *row)
{
    struct collected *collected = context;

    assert_string_equal(row->source, "s");
    assert_memory_equal(row->incident_id, "i_", 2);
    collected->keys[collected->n++] = row->row;
    return true;
}

static void
check_messages(struct store *store, const struct message_filter *filter, int n,
               const int64_t *keys)
{
    struct collected collected = { .n = 0 };

    store_messages_list(store, filter, collect_message, &collected);
    assert_int_equal(collected.n, n);
    for (int i = 0; i < n; i++) {
        assert_int_equal(collected.keys[i], keys[i]);
    }
}

static void
test_messages(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t a = add_incident(store, "A1");
    int64_t b = add_incident(store, "B1");
    int64_t a1 = add_message(store, a, 1);
    int64_t b1 = add_message(store, b, 1);
    int64_t a2 = add_message(store, a, 2);
    struct message_filter filter = { .state = -1 };
    struct message_row row = { 0 };

    check_messages(store, &filter, 3, (int64_t[]){ a1, b1, a2 });
    filter.newest_first = true;
    filter.limit = 2;
    check_messages(store, &filter, 2, (int64_t[]){ a2, b1 });
    filter.after = b1;
    check_messages(store, &filter, 1, (int64_t[]){ a1 });
    filter = (struct message_filter){ .state = -1, .incident_row = a };
    check_messages(store, &filter, 2, (int64_t[]){ a1, a2 });
    filter.after = a1;
    check_messages(store, &filter, 1, (int64_t[]){ a2 });
    filter = (struct message_filter){ .state = -1, .channel = "hook" };
    check_messages(store, &filter, 0, NULL);
    add_delivery(store, a1, a, 1, "hook", NULL, NULL);
    deliver(store, add_delivery(store, b1, b, 1, "mail", NULL, NULL));
    check_messages(store, &filter, 1, (int64_t[]){ a1 });
    filter.state = DELIVERY_DELIVERED;
    check_messages(store, &filter, 0, NULL);
    filter.channel = NULL;
    check_messages(store, &filter, 1, (int64_t[]){ b1 });

    assert_true(store_message_newest(store, a, &row));
    assert_int_equal(row.row, a2);
    assert_int_equal(row.sequence, 2);
    assert_int_equal(row.notice, NOTICE_FIRST);
    assert_int_equal(row.written_at_ms, T0 + 2);
    assert_string_equal(row.incident, "A1");
    assert_true(store_message_get(store, b1, &row));
    assert_string_equal(row.incident, "B1");
    assert_false(store_message_get(store, 999, &row));
    message_row_clear(&row);
    assert_int_equal(store_message_count(store, 0), 3);
    assert_int_equal(store_message_count(store, a), 2);
}

static void
write_channel(void *context, const char *channel, int64_t last_sequence)
{
    buffer_addf(context, "%s=%d ", channel, (int)last_sequence);
}

static void
test_sticky_channels(void **state)
{
    struct fixture *fixture = *state;
    int64_t incident = add_incident(fixture->store, "A1");
    struct buffer all = { 0 };

    store_incident_channel_set(fixture->store, incident, "sms", 1);
    store_incident_channel_set(fixture->store, incident, "hook", 1);
    store_incident_channel_set(fixture->store, incident, "sms", 4);
    store_incident_channels(fixture->store, incident, write_channel, &all);
    assert_string_equal(all.data, "hook=1 sms=4 ");
    buffer_clear(&all);
}

static void
test_files_are_known_by_content(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;

    assert_false(store_file_known(store, "s", "a.json", "11"));
    store_file_add(store, "s", "a.json", "11", T0);
    store_file_add(store, "s", "a.json", "11", T0);
    assert_true(store_file_known(store, "s", "a.json", "11"));
    assert_false(store_file_known(store, "s", "a.json", "22"));
    assert_false(store_file_known(store, "t", "a.json", "11"));
    assert_false(store_failed(store));
}

static void
test_deaths_are_counted_over_restarts(void **state)
{
    struct fixture *fixture = *state;

    for (int death = 1; death <= 3; death++) {
        store_file_died(fixture->store, "s", "bad");
        commit(fixture->store);
        fixture_reopen(fixture);
        assert_int_equal(store_file_deaths(fixture->store, "s", "bad"), death);
        assert_int_equal(store_file_deaths(fixture->store, "s", "good"), 0);
        assert_int_equal(store_file_deaths(fixture->store, "t", "bad"), 0);
    }
    store_file_survived(fixture->store, "s", "bad");
    assert_int_equal(store_file_deaths(fixture->store, "s", "bad"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_events_are_known_by_source_and_id),
        TEST(test_bodies_in_order_of_receipt),
        TEST(test_timeline),
        TEST(test_messages),
        TEST(test_sticky_channels),
        TEST(test_files_are_known_by_content),
        TEST(test_deaths_are_counted_over_restarts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
