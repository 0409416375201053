/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients who left: nobody hears from us who asked not to, whatever the file says. */
#include "raw.h"

#include "store/left.h"
#include "store/log.h"
#include "store/restore.h"

static int64_t
leave(struct store *store, const char *recipient, enum left_reason reason, int64_t uid)
{
    const struct departure departure = { .channel = "sms",
                                         .recipient = recipient,
                                         .detail = "410 Gone",
                                         .reason = reason,
                                         .uid = uid };

    return store_left_add(store, &departure, T0 + 1000);
}

/* A complete list of the channel with these addresses, separated by spaces. */
static int64_t
make_list(struct store *store, const char *digest, const char *addresses)
{
    int64_t list = store_list_begin(store, "sms", digest, T0);
    char *copy = string_copy(addresses);
    char *rest = copy;

    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        store_list_add(store, list, word);
    }
    store_list_finish(store, list);
    free(copy);
    return list;
}

/* The recipients of the incident's deliveries, separated by spaces. */
static bool
add_recipient(void *context, const struct outbound_row *row)
{
    if (row->recipient != NULL) {
        buffer_addf(context, "%s%s", ((struct buffer *)context)->len > 0 ? " " : "",
                    row->recipient);
    }
    return true;
}

static void
assert_recipients(struct store *store, int64_t incident, const char *expected)
{
    const struct outbound_filter filter = { .incident_row = incident, .state = -1 };
    struct buffer found = { 0 };

    buffer_add(&found, "");
    store_outbound_list(store, &filter, add_recipient, &found);
    assert_string_equal(found.data, expected);
    buffer_clear(&found);
}

static int64_t
expand(struct store *store, const char *number, int64_t list)
{
    const struct outbound_row like = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_NORMAL,
                                       .list = list };
    int64_t incident = add_incident(store, number);
    int64_t row = add_delivery(store, add_message(store, incident, 1), incident, 1,
                               "sms", NULL, &like);

    assert_false(store_expand(store, row, 100, T0));
    return incident;
}

static int
count_acts(struct store *store)
{
    struct log_end head;

    store_log_head(store, &head);
    return (int)head.row;
}

static void
test_who_left_is_skipped(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t list = make_list(store, "aaaa", "anna bo cia");

    leave(store, "bo", LEFT_GONE, ACT_BY_DAEMON);
    assert_recipients(store, expand(store, "A1", list), "anna cia");
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 2);
    assert_int_equal(store_left_count(store, "sms"), 1);
    assert_int_equal(store_left_count(store, "mail"), 0);
}

static void
test_another_channel_still_reaches_them(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    const struct departure departure = {
        .channel = "mail", .recipient = "bo", .reason = LEFT_UNSUBSCRIBED, .uid = 1000
    };

    store_left_add(store, &departure, T0);
    assert_recipients(store, expand(store, "A1", make_list(store, "aaaa", "anna bo")),
                      "anna bo");
}

/* A retraction goes to those who heard; not to one who has left since. */
static void
test_a_retraction_skips_them_too(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    const struct outbound_row like = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_NORMAL,
                                       .list = LIST_HEARERS };
    char record[] = "{}";
    struct message_row message = { .sequence = 2,
                                   .notice = NOTICE_FALSE_ALARM,
                                   .record = record };
    int64_t incident = expand(store, "A1", make_list(store, "aaaa", "anna bo"));
    int64_t first[2];
    int64_t row;

    claim(store, "sms", T0, &first[0]);
    deliver(store, first[0]);
    deliver(store, first[0] + 1);
    leave(store, "bo", LEFT_UNSUBSCRIBED, 1000);
    message.incident_row = incident;
    store_message_add(store, &message);
    row = add_delivery(store, message.row, incident, 2, "sms", NULL, &like);
    assert_false(store_expand(store, row, 100, T0));
    assert_recipients(store, incident, "anna bo anna");
}

static void
test_leaving_twice_changes_nothing(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    int64_t number = leave(store, "bo", LEFT_GONE, ACT_BY_DAEMON);
    struct left left = { 0 };

    assert_int_equal(leave(store, "bo", LEFT_GONE, ACT_BY_DAEMON), number);
    assert_int_equal(store_left_count(store, "sms"), 1);
    assert_int_equal(count_acts(store), 0);
    /* A person's word replaces the other reason, and stands in the audit log. */
    assert_int_equal(leave(store, "bo", LEFT_UNSUBSCRIBED, 1000), number);
    assert_int_equal(leave(store, "bo", LEFT_UNSUBSCRIBED, 1000), number);
    assert_int_equal(leave(store, "bo", LEFT_GONE, ACT_BY_DAEMON), number);
    assert_int_equal(count_acts(store), 1);
    assert_true(store_left_find(store, "sms", "bo", &left));
    assert_int_equal(left.reason, LEFT_UNSUBSCRIBED);
    assert_int_equal(left.since_ms, T0 + 1000);
    assert_string_equal(left.detail, "410 Gone");
    left_clear(&left);
    assert_int_equal(store_left_count(store, "sms"), 1);
}

static bool
has_address(void *context, const struct act *act)
{
    bool *found = context;

    *found = *found || strstr(act->reason, "bo@") != NULL;
    return true;
}

static void
test_taken_back_by_a_person(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    const struct log_filter all = { .limit = 100 };
    int64_t number = leave(store, "bo@example.se", LEFT_UNSUBSCRIBED, 1000);
    bool found = false;

    assert_true(store_left_take_back(store, "sms", "bo@example.se", "asked to", 1001,
                                     T0 + 2000));
    assert_false(store_left_take_back(store, "sms", "bo@example.se", NULL, 1001, T0));
    assert_false(store_left_take_back(store, "mail", "bo@example.se", NULL, 1001, T0));
    assert_int_equal(store_left_count(store, "sms"), 0);
    assert_int_equal(count_acts(store), 2);
    store_log_list(store, &all, has_address, &found);
    assert_false(found);
    assert_recipients(store,
                      expand(store, "A1", make_list(store, "aaaa", "bo@example.se")),
                      "bo@example.se");
    /* The audit log names numbers, so none is given again. */
    assert_true(leave(store, "cia", LEFT_GONE, ACT_BY_DAEMON) > number);
}

static void
test_the_file_brings_back_who_was_gone(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;

    make_list(store, "aaaa", "anna bo cia");
    leave(store, "bo", LEFT_GONE, ACT_BY_DAEMON);
    leave(store, "cia", LEFT_UNSUBSCRIBED, 1000);
    /* Still in the file: that says nothing new. */
    make_list(store, "bbbb", "anna bo cia dan");
    assert_int_equal(store_left_count(store, "sms"), 2);
    make_list(store, "cccc", "anna");
    assert_int_equal(store_left_count(store, "sms"), 1);
    assert_recipients(
        store, expand(store, "A1", make_list(store, "dddd", "anna bo cia")), "anna bo");
}

/* What was claimed for one who left ends without an attempt, and what it was to cover
 * with it. */
static void
test_what_waits_ends(void **state)
{
    static const struct {
        enum left_reason reason;
        enum delivery_state end;
    } cases[] = { { LEFT_GONE, DELIVERY_UNDELIVERABLE },
                  { LEFT_UNSUBSCRIBED, DELIVERY_CANCELLED } };
    struct store *store = ((struct fixture *)*state)->store;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const char *number = i == 0 ? "A1" : "A2";
        int64_t incident = add_incident(store, number);
        int64_t old = add_delivery(store, add_message(store, incident, 1), incident, 1,
                                   "sms", "bo", NULL);
        int64_t newest = add_delivery(store, add_message(store, incident, 2), incident,
                                      2, "sms", "bo", NULL);
        struct outbound_rows rows = { 0 }, concluded = { 0 };
        struct left left = { 0 };

        leave(store, "bo", cases[i].reason, ACT_BY_DAEMON);
        store_outbound_claim_newest(store, "sms", PRIORITY_NORMAL, "me", T0, T0,
                                    LEASE_MS, 10, &rows, &concluded);
        assert_int_equal(rows.count, 1);
        assert_int_equal(rows.items[0].row, newest);
        assert_true(store_left_find(store, "sms", "bo", &left));
        store_left_conclude(store, &rows.items[0], &left, T0, &concluded);
        assert_int_equal(concluded.count, 2);
        assert_int_equal(concluded.items[1].row, newest);
        assert_int_equal(concluded.items[1].state, cases[i].end);
        assert_int_equal(state_of(store, old), cases[i].end);
        assert_int_equal(state_of(store, newest), cases[i].end);
        outbound_rows_clear(&rows);
        outbound_rows_clear(&concluded);
        left_clear(&left);
        struct outbound_row row = { 0 };
        assert_true(store_outbound_get(store, newest, &row));
        assert_int_equal(row.attempts, 0);
        assert_non_null(strstr(row.last_error, "the recipient left"));
        outbound_row_clear(&row);
    }
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 0);
    assert_int_equal(count_of(store, "sms", DELIVERY_IN_FLIGHT), 0);
}

struct pages {
    int64_t last;
    int n;
};

static bool
count_left(void *context, const struct left *left)
{
    struct pages *pages = context;

    assert_true(left->number > pages->last);
    pages->last = left->number;
    pages->n++;
    return true;
}

static void
test_listed_by_pages(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct pages pages = { 0 };
    char name[16];

    for (int i = 0; i < 25; i++) {
        (void)snprintf(name, sizeof(name), "r%d", i);
        leave(store, name, LEFT_GONE, ACT_BY_DAEMON);
    }
    for (int i = 0; i < 3; i++) {
        store_left_list(store, "sms", pages.last, 10, count_left, &pages);
    }
    assert_int_equal(pages.n, 25);
    store_left_list(store, "nowhere", 0, 10, count_left, &pages);
    assert_int_equal(pages.n, 25);
}

/* A backup from before somebody asked to be left alone must not undo that. */
static void
test_a_restore_keeps_the_word_of_persons(void **state)
{
    struct fixture *fixture = *state;
    char *aside = string_format("%s/lost", fixture->folder);

    leave(fixture->store, "bo", LEFT_UNSUBSCRIBED, 1000);
    leave(fixture->store, "cia", LEFT_GONE, ACT_BY_DAEMON);
    commit(fixture->store);
    store_close(fixture->store);
    assert_int_equal(rename(fixture->path, aside), 0);
    fixture_open(fixture);
    assert_int_equal(left_carry(fixture->store, aside), 1);
    assert_int_equal(left_carry(fixture->store, aside), 0);
    assert_int_equal(store_left_count(fixture->store, "sms"), 1);
    commit(fixture->store);
    free(aside);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_who_left_is_skipped),
        TEST(test_another_channel_still_reaches_them),
        TEST(test_a_retraction_skips_them_too),
        TEST(test_leaving_twice_changes_nothing),
        TEST(test_taken_back_by_a_person),
        TEST(test_the_file_brings_back_who_was_gone),
        TEST(test_what_waits_ends),
        TEST(test_listed_by_pages),
        TEST(test_a_restore_keeps_the_word_of_persons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
