/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lists of incidents, messages and deliveries, and timelines: what they hold, what they
 * keep back, and where a page ends.
 */
#include "answers_fixture.h"

static const struct incident_filter all_incidents = { .closed_since_ms = TIME_NONE,
                                                      .limit = 10 };
static const struct message_filter all_messages = { .state = -1, .limit = 10 };
static const struct outbound_filter all_deliveries = { .state = -1, .limit = 10 };

/* --- Incidents -------------------------------------------------------------------- */

static void
test_incident_shows_what_is_known(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct incident incident = new_incident("I-1");
    struct incident_row row = { 0 };
    json_t *answer;
    char *dump;

    store_begin(store);
    strings_add(&incident.facts.premises, "735999100000000017");
    incident.facts.has |= FIELD_BIT(FIELD_PREMISES);
    save_incident(store, &incident, &row);
    commit(store);
    answer = incident_answer(store, &row);
    assert_string_equal(text_at(answer, "id"), row.id);
    assert_string_equal(text_at(answer, "source"), "oms");
    assert_string_equal(text_at(answer, "incident"), "I-1");
    assert_string_equal(text_at(answer, "status"), "confirmed");
    assert_string_equal(text_at(answer, "updated_at"), "2023-11-14T22:13:20Z");
    assert_false(has_key(answer, "merged_into"));
    dump = json_dumps(answer, 0);
    assert_null(strstr(dump, "735999100000000017"));
    free(dump);
    json_decref(answer);
    incident_row_clear(&row);
}

static void
test_incident_tells_what_it_is_part_of(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct incident_row whole = { 0 }, part = { 0 };
    struct incident incident = new_incident("I-1");
    json_t *answer;

    store_begin(store);
    save_incident(store, &incident, &whole);
    incident = new_incident("I-2");
    incident.merged_into_row = whole.row;
    save_incident(store, &incident, &part);
    commit(store);
    answer = incident_answer(store, &part);
    assert_string_equal(text_at(answer, "merged_into"), whole.id);
    json_decref(answer);
    incident_row_clear(&whole);
    incident_row_clear(&part);
}

static void
test_incidents_come_in_pages(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct incident_filter filter = all_incidents;
    int64_t second;
    json_t *answer;

    store_begin(store);
    add_known_incident(store, "I-1");
    second = add_known_incident(store, "I-2");
    add_known_incident(store, "I-3");
    commit(store);
    filter.limit = 2;
    answer = incidents_answer(store, &filter);
    assert_int_equal(count_in(answer, "incidents"), 2);
    assert_true(json_is_string(json_object_get(answer, "next")));
    json_decref(answer);
    filter.after = second;
    answer = incidents_answer(store, &filter);
    assert_int_equal(count_in(answer, "incidents"), 1);
    assert_string_equal(text_at(item(answer, "incidents", 0), "incident"), "I-3");
    assert_true(is_last_page(answer));
    json_decref(answer);
}

/* A page that is exactly full is the last one all the same. */
static void
test_full_page_is_last(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct incident_filter filter = all_incidents;
    json_t *answer;

    store_begin(store);
    add_known_incident(store, "I-1");
    add_known_incident(store, "I-2");
    commit(store);
    filter.limit = 2;
    answer = incidents_answer(store, &filter);
    assert_int_equal(count_in(answer, "incidents"), 2);
    assert_true(is_last_page(answer));
    json_decref(answer);
}

static void
assert_incidents(struct store *store, struct incident_filter filter,
                 const char *expected)
{
    json_t *answer = incidents_answer(store, &filter);
    struct buffer numbers = { 0 };

    buffer_add(&numbers, "");
    for (size_t i = 0; i < count_in(answer, "incidents"); i++) {
        buffer_addf(&numbers, "%s ", text_at(item(answer, "incidents", i), "incident"));
    }
    assert_string_equal(numbers.len > 0 ? numbers.data : "", expected);
    buffer_clear(&numbers);
    json_decref(answer);
}

static void
test_incidents_by_filter(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct incident_filter filter = all_incidents;
    struct incident incident = new_incident("I-2");

    store_begin(store);
    add_known_incident(store, "I-1");
    incident.facts.status = INCIDENT_RESTORED;
    incident.closed_at_ms = T0;
    save_incident(store, &incident, NULL);
    add_waiting_incident(store, "I-3");
    commit(store);
    assert_incidents(store, filter, "I-1 I-2 ");
    filter.open_only = true;
    assert_incidents(store, filter, "I-1 ");
    filter.open_only = false;
    filter.waiting_only = true;
    assert_incidents(store, filter, "I-3 ");
    filter.number = "I-3";
    assert_incidents(store, filter, "I-3 ");
    filter.waiting_only = false;
    assert_incidents(store, filter, "");
    filter.number = "I-2";
    assert_incidents(store, filter, "I-2 ");
}

static void
count_line(void *context, enum log_level level, enum log_kind kind, const char *message,
           const struct log_field *fields, size_t n_fields)
{
    int *errors = context;

    (void)kind;
    (void)fields;
    (void)n_fields;
    if (level == LOG_LEVEL_ERROR && strstr(message, "damaged") != NULL) {
        ++*errors;
    }
}

/* One bad record hides neither itself nor the others. */
static void
test_damaged_records_are_listed(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int errors = 0;
    int64_t incident;
    json_t *answer;

    store_begin(store);
    incident = add_incident(store, "I-1");
    add_message(store, incident, 1);
    add_known_incident(store, "I-2");
    commit(store);
    log_set_sink(count_line, &errors);
    answer = incidents_answer(store, &all_incidents);
    assert_int_equal(count_in(answer, "incidents"), 2);
    assert_string_equal(text_at(item(answer, "incidents", 0), "incident"), "I-1");
    assert_int_equal(errors, 1);
    json_decref(answer);
    answer = messages_answer(store, &all_messages);
    log_set_sink(NULL, NULL);
    assert_int_equal(number_at(item(answer, "messages", 0), "sequence"), 1);
    assert_false(has_key(item(answer, "messages", 0), "next_word_at"));
    assert_int_equal(errors, 2);
    json_decref(answer);
}

/* --- Messages and deliveries ------------------------------------------------------ */

static void
test_messages(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct message_filter filter = all_messages;
    int64_t incident, first;
    json_t *answer, *message;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    first = add_known_message(store, incident, 1);
    add_known_message(store, incident, 2);
    add_delivery(store, first, incident, 1, "mail", NULL, NULL);
    commit(store);
    answer = messages_answer(store, &filter);
    assert_int_equal(count_in(answer, "messages"), 2);
    message = item(answer, "messages", 0);
    assert_memory_equal(text_at(message, "message"), "m_", 2);
    assert_memory_equal(text_at(message, "incident"), "i_", 2);
    assert_string_equal(text_at(message, "number"), "I-1");
    assert_string_equal(text_at(message, "source"), "oms");
    assert_string_equal(text_at(message, "notice"), "first");
    assert_string_equal(text_at(message, "priority"), "urgent");
    assert_int_equal(number_at(message, "sequence"), 1);
    assert_string_equal(text_at(message, "next_word_at"), "2023-11-14T23:13:20Z");
    json_decref(answer);
    filter.channel = "mail";
    answer = messages_answer(store, &filter);
    assert_int_equal(count_in(answer, "messages"), 1);
    json_decref(answer);
    filter.channel = NULL;
    filter.limit = 1;
    answer = messages_answer(store, &filter);
    assert_false(is_last_page(answer));
    json_decref(answer);
}

static int64_t
add_mail(struct store *store)
{
    int64_t incident = add_known_incident(store, "I-1");
    int64_t message = add_known_message(store, incident, 1);

    add_delivery(store, message, incident, 1, "mail", "anna@example.se", NULL);
    return add_delivery(store, message, incident, 1, "bus", NULL, NULL);
}

static void
test_recipients_are_kept_back(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    json_t *answer;
    char *dump;

    store_begin(store);
    add_mail(store);
    commit(store);
    answer = deliveries_answer(store, &all_deliveries, false);
    dump = json_dumps(answer, 0);
    assert_null(strstr(dump, "anna"));
    free(dump);
    json_decref(answer);
    answer = deliveries_answer(store, &all_deliveries, true);
    assert_string_equal(text_at(item(answer, "deliveries", 0), "recipient"),
                        "anna@example.se");
    assert_false(has_key(item(answer, "deliveries", 1), "recipient"));
    json_decref(answer);
}

static void
test_delivery_before_and_after(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct outbound_filter filter = all_deliveries;
    json_t *answer, *row;
    int64_t key;

    store_begin(store);
    key = add_mail(store);
    filter.channel = "bus";
    answer = deliveries_answer(store, &filter, false);
    row = item(answer, "deliveries", 0);
    assert_int_equal(number_at(row, "id"), key);
    assert_string_equal(text_at(row, "state"), "pending");
    assert_string_equal(text_at(row, "notice"), "first");
    assert_string_equal(text_at(row, "due_at"), "2023-11-14T22:13:20Z");
    assert_true(json_is_false(json_object_get(row, "late")));
    assert_int_equal(number_at(row, "attempts"), 0);
    assert_false(has_key(row, "concluded_at"));
    assert_false(has_key(row, "last_error"));
    json_decref(answer);

    assert_int_equal(claim_only(store, "bus", T0), key);
    deliver(store, key);
    commit(store);
    answer = deliveries_answer(store, &filter, false);
    row = item(answer, "deliveries", 0);
    assert_string_equal(text_at(row, "state"), "delivered");
    assert_string_equal(text_at(row, "remote_id"), "remote");
    assert_string_equal(text_at(row, "concluded_at"), "2023-11-14T22:13:20.001Z");
    assert_int_equal(number_at(row, "attempts"), 1);
    assert_false(has_key(row, "due_at"));
    json_decref(answer);
}

static void
test_deliveries_by_filter(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct outbound_filter filter = all_deliveries;
    json_t *answer;
    int64_t key;

    store_begin(store);
    key = add_mail(store);
    claim_only(store, "bus", T0);
    deliver(store, key);
    commit(store);
    filter.unfinished_only = true;
    answer = deliveries_answer(store, &filter, false);
    assert_int_equal(count_in(answer, "deliveries"), 1);
    assert_string_equal(text_at(item(answer, "deliveries", 0), "channel"), "mail");
    json_decref(answer);
    filter.unfinished_only = false;
    filter.state = DELIVERY_DELIVERED;
    answer = deliveries_answer(store, &filter, false);
    assert_int_equal(count_in(answer, "deliveries"), 1);
    assert_string_equal(text_at(item(answer, "deliveries", 0), "channel"), "bus");
    json_decref(answer);
    filter.state = -1;
    filter.limit = 1;
    answer = deliveries_answer(store, &filter, false);
    assert_int_equal(count_in(answer, "deliveries"), 1);
    assert_false(is_last_page(answer));
    json_decref(answer);
}

/* What a server said is shown even if it is no UTF-8. */
static void
test_error_of_any_bytes_is_shown(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct outbound_filter filter = all_deliveries;
    json_t *answer;
    int64_t key;

    store_begin(store);
    key = add_mail(store);
    claim_only(store, "bus", T0);
    store_outbound_again(store, key, T0 + 1, false, "f\xf6rbjudet", T0);
    commit(store);
    filter.channel = "bus";
    answer = deliveries_answer(store, &filter, false);
    assert_string_equal(text_at(item(answer, "deliveries", 0), "last_error"),
                        "f\\xF6rbjudet");
    json_decref(answer);
}

/* --- Timeline --------------------------------------------------------------------- */

static void
add_event(struct store *store, int64_t incident)
{
    char source[] = "oms", number[] = "I-1", id[] = "E-1", body[] = "{}";
    struct event event = { .source = source,
                           .incident = number,
                           .event_id = id,
                           .at_ms = T0,
                           .received_at_ms = T0,
                           .body = body };
    int64_t receipt = store_event_add(store, &event, incident);

    store_event_result(store, receipt, RESULT_APPLIED, 0, "no route matches");
}

static void
test_timeline_tells_everything(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t incident, message, bus;
    json_t *answer, *entry;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    add_event(store, incident);
    message = add_known_message(store, incident, 1);
    bus = add_delivery(store, message, incident, 1, "bus", NULL, NULL);
    store_outbound_conclude(store, bus, DELIVERY_PARKED, NULL, "410 gone", T0 + 2000);
    store_action_add(store, T0 + 3000, 1000, "retry", incident, bus, "bus", "mended");
    commit(store);
    answer = timeline_answer(store, incident);
    assert_int_equal(count_in(answer, "timeline"), 4);
    entry = item(answer, "timeline", 0);
    assert_string_equal(text_at(entry, "what"), "event");
    assert_string_equal(text_at(entry, "at"), "2023-11-14T22:13:20Z");
    assert_string_equal(text_at(entry, "event_id"), "E-1");
    assert_string_equal(text_at(entry, "result"), "applied");
    assert_string_equal(text_at(entry, "why"), "no route matches");
    assert_false(has_key(entry, "notice"));
    entry = item(answer, "timeline", 1);
    assert_string_equal(text_at(entry, "what"), "message");
    assert_string_equal(text_at(entry, "notice"), "first");
    assert_int_equal(number_at(entry, "sequence"), 1);
    entry = item(answer, "timeline", 2);
    assert_string_equal(text_at(entry, "what"), "delivery");
    assert_string_equal(text_at(entry, "channel"), "bus");
    assert_string_equal(text_at(entry, "state"), "parked");
    assert_string_equal(text_at(entry, "error"), "410 gone");
    entry = item(answer, "timeline", 3);
    assert_string_equal(text_at(entry, "what"), "action");
    assert_string_equal(text_at(entry, "action"), "retry");
    assert_int_equal(number_at(entry, "uid"), 1000);
    assert_string_equal(text_at(entry, "reason"), "mended");
    json_decref(answer);
}

static void
add_estimate(struct store *store, int64_t incident, int number, const char *body)
{
    char *id = string_format("E-%d", number);
    char source[] = "oms";
    char *copy = string_copy(body);
    struct event event = { .source = source,
                           .event_id = id,
                           .at_ms = T0,
                           .received_at_ms = T0 + number,
                           .body = copy };

    store_event_add(store, &event, incident);
    free(copy);
    free(id);
}

/* Each event that named an estimate shows the one before, the basis and the reason. */
static void
test_timeline_tells_the_history_of_the_estimate(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    json_t *answer, *etr;
    int64_t incident;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    add_estimate(store, incident, 1, "{\"etr\":\"2023-11-15T01:00:00+01:00\"}");
    add_estimate(store, incident, 2, "{\"note\":\"x\"}");
    add_estimate(store, incident, 3,
                 "{\"etr\":{\"at\":\"2023-11-15T02:00:00Z\",\"basis\":\"crew\","
                 "\"reason\":{\"sv\":\"tjäle\"}}}");
    add_estimate(store, incident, 4, "{\"etr\":null}");
    add_estimate(store, incident, 5, ""); /* its body was removed */
    commit(store);
    answer = timeline_answer(store, incident);
    etr = json_object_get(item(answer, "timeline", 0), "etr");
    assert_string_equal(text_at(etr, "at"), "2023-11-15T00:00:00Z");
    assert_false(has_key(etr, "before"));
    assert_false(has_key(item(answer, "timeline", 1), "etr"));
    etr = json_object_get(item(answer, "timeline", 2), "etr");
    assert_string_equal(text_at(etr, "before"), "2023-11-15T00:00:00Z");
    assert_string_equal(text_at(etr, "at"), "2023-11-15T02:00:00Z");
    assert_string_equal(text_at(etr, "basis"), "crew");
    assert_string_equal(text_at(json_object_get(etr, "reason"), "sv"), "tjäle");
    etr = json_object_get(item(answer, "timeline", 3), "etr");
    assert_string_equal(text_at(etr, "before"), "2023-11-15T02:00:00Z");
    assert_false(has_key(etr, "at"));
    assert_false(has_key(item(answer, "timeline", 4), "etr"));
    json_decref(answer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_incident_shows_what_is_known),
        TEST(test_incident_tells_what_it_is_part_of),
        TEST(test_incidents_come_in_pages),
        TEST(test_full_page_is_last),
        TEST(test_incidents_by_filter),
        TEST(test_damaged_records_are_listed),
        TEST(test_messages),
        TEST(test_recipients_are_kept_back),
        TEST(test_delivery_before_and_after),
        TEST(test_deliveries_by_filter),
        TEST(test_error_of_any_bytes_is_shown),
        TEST(test_timeline_tells_everything),
        TEST(test_timeline_tells_the_history_of_the_estimate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
