/* SPDX-License-Identifier: EUPL-1.2 */
/* What is taken back: who waits for it is stopped, who heard it is told, the chain of
 * what a channel is given has no gap. */
#include "fixture.h"

#include "store/database.h"

enum {
    PERSONS = 20
};

static char mail[] = "mail";
static char nothing[] = "{}";

struct order {
    struct store *store;
    int64_t incident;
};

static int64_t
make_message(const struct order *m, int64_t sequence, enum notice notice,
             int64_t wrong_from)
{
    struct message_row message = { .incident_row = m->incident,
                                   .sequence = sequence,
                                   .notice = notice,
                                   .priority = PRIORITY_URGENT,
                                   .written_at_ms = T0,
                                   .wrong_from = wrong_from,
                                   .record = nothing };

    store_message_add(m->store, &message);
    return message.row;
}

static int64_t
make_row(const struct order *m, int64_t message, int64_t sequence, int64_t previous,
         int64_t list)
{
    struct outbound_row row = { .message_row = message,
                                .incident_row = m->incident,
                                .sequence = sequence,
                                .previous = previous,
                                .channel = mail,
                                .list = list,
                                .state = DELIVERY_PENDING,
                                .priority = PRIORITY_URGENT,
                                .created_at_ms = T0,
                                .due_at_ms = T0 };

    store_outbound_add(m->store, &row);
    return row.row;
}

static int64_t
make_list(struct store *store)
{
    int64_t list = store_list_begin(store, "mail", "sha", T0);

    for (int i = 0; i < PERSONS; i++) {
        char *address = string_format("p%02d", i);

        store_list_add(store, list, address);
        free(address);
    }
    store_list_finish(store, list);
    return list;
}

/* Claims at most max of those that are due, and delivers them; how many. */
static size_t
send_some(const struct order *m, size_t max)
{
    struct outbound_rows rows = { 0 };
    struct outbound_rows taken_back = { 0 };
    size_t n;

    store_outbound_claim_newest(m->store, "mail", PRIORITY_URGENT, "me", T0, T0,
                                LEASE_MS, max, &rows, &taken_back);
    n = rows.count;
    for (size_t i = 0; i < n; i++) {
        store_outbound_conclude(m->store, rows.items[i].row, DELIVERY_DELIVERED, NULL,
                                NULL, T0);
    }
    outbound_rows_clear(&rows);
    outbound_rows_clear(&taken_back);
    return n;
}

static int64_t
ask(const struct order *m, const char *sql)
{
    int64_t value = -1;

    assert_true(database_integer(m->store, sql, &value));
    return value;
}

static void
take_back(const struct order *m, int64_t from, int64_t sequence)
{
    const struct take_back what = { m->incident, "mail", from, sequence };
    struct outbound_rows taken_back = { 0 };

    store_outbound_take_back(m->store, &what, T0, &taken_back);
    outbound_rows_clear(&taken_back);
}

static void
expand_to_the_end(const struct order *m, int64_t key, size_t batch)
{
    while (store_expand(m->store, key, batch, T0)) {
    }
}

/* Of 20, ten have their rows and five of these got it. A correction goes to all, for
 * each was given the error or was to be; a retraction to the five. */
static void
stop_in_the_middle(struct fixture *fixture, enum notice notice, int64_t n_told)
{
    struct order m = { .store = fixture->store };
    int64_t list = make_list(m.store);
    int64_t first, second;
    struct take_back what = { 0 };
    int64_t heard, waiting;

    m.incident = add_incident(m.store, "A1");
    first = make_row(&m, make_message(&m, 1, NOTICE_FIRST, 0), 1, 0, list);
    assert_true(store_expand(m.store, first, PERSONS / 2, T0));
    assert_int_equal(send_some(&m, 5), 5);
    what = (struct take_back){ m.incident, "mail", 1, 2 };
    store_outbound_hearers(m.store, &what, &heard, &waiting);
    assert_int_equal(heard, 5);
    assert_int_equal(waiting, 5);
    assert_true(store_outbound_was_given(m.store, &what));
    what.from = 2;
    assert_false(store_outbound_was_given(m.store, &what));
    second = make_message(&m, 2, notice, 1);
    take_back(&m, 1, 2);
    second = make_row(&m, second, 2, 0, LIST_HEARERS);
    /* Who has not had their turn is stopped meanwhile, whatever is claimed. */
    assert_int_equal(send_some(&m, 100), 0);
    assert_true(store_expand(m.store, second, 3, T0));
    expand_to_the_end(&m, second, 3);
    while (send_some(&m, 7) > 0) {
    }
    assert_int_equal(ask(&m, "SELECT count(*) FROM outbound WHERE sequence = 1"
                             " AND state = 5"),
                     5);
    assert_int_equal(ask(&m, "SELECT count(*) FROM outbound WHERE sequence = 2"
                             " AND state = 5"),
                     n_told);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_PENDING), 0);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_CANCELLED), 6);
}

static void
test_correction_of_a_list_in_the_middle(void **state)
{
    stop_in_the_middle(*state, NOTICE_CORRECTION, PERSONS);
}

static void
test_retraction_of_a_list_in_the_middle(void **state)
{
    stop_in_the_middle(*state, NOTICE_FALSE_ALARM, 5);
}

static int64_t
previous_of(const struct order *m, int64_t row)
{
    struct outbound_row found = { 0 };
    int64_t previous;

    assert_true(store_outbound_get(m->store, row, &found));
    previous = found.previous;
    outbound_row_clear(&found);
    return previous;
}

static void
note_last(void *context, const char *channel, int64_t last_sequence)
{
    assert_string_equal(channel, "mail");
    *(int64_t *)context = last_sequence;
}

/* One is given; two that wait are taken back; what comes behind them is behind the one. */
static void
test_the_chain_has_no_gap(void **state)
{
    struct fixture *fixture = *state;
    struct order m = { .store = fixture->store };
    int64_t rows[5];
    int64_t last = 0;

    m.incident = add_incident(m.store, "A1");
    for (int64_t i = 1; i <= 4; i++) {
        rows[i] = make_row(&m, make_message(&m, i, NOTICE_FIRST, 0), i, i - 1, 0);
    }
    store_incident_channel_set(m.store, m.incident, "mail", 3);
    assert_int_equal(previous_of(&m, rows[4]), 3);
    take_back(&m, 2, 4);
    assert_int_equal(state_of(m.store, rows[1]), DELIVERY_PENDING);
    assert_int_equal(state_of(m.store, rows[2]), DELIVERY_CANCELLED);
    assert_int_equal(state_of(m.store, rows[3]), DELIVERY_CANCELLED);
    assert_int_equal(previous_of(&m, rows[4]), 1);
    store_incident_channels(m.store, m.incident, note_last, &last);
    assert_int_equal(last, 1);
}

/* An attempt that was under way when it was taken back. */
static void
test_what_did_not_arrive_is_not_tried_again(void **state)
{
    struct fixture *fixture = *state;
    struct order m = { .store = fixture->store };
    struct outbound_rows claimed = { 0 };
    struct outbound_rows taken_back = { 0 };
    int64_t retraction;

    m.incident = add_incident(m.store, "A1");
    make_row(&m, make_message(&m, 1, NOTICE_FIRST, 0), 1, 0, 0);
    store_outbound_claim(m.store, "mail", PRIORITY_URGENT, "me", T0, T0, LEASE_MS, 1,
                         &claimed);
    assert_int_equal(claimed.count, 1);
    retraction = make_row(&m, make_message(&m, 2, NOTICE_FALSE_ALARM, 1), 2, 1, 0);
    /* It may arrive yet, so the retraction stays. */
    assert_int_equal(state_of(m.store, retraction), DELIVERY_PENDING);
    assert_true(
        store_outbound_take_back_failed(m.store, &claimed.items[0], T0, &taken_back));
    assert_int_equal(taken_back.count, 2);
    assert_int_equal(state_of(m.store, claimed.items[0].row), DELIVERY_CANCELLED);
    assert_int_equal(state_of(m.store, retraction), DELIVERY_CANCELLED);
    outbound_rows_clear(&claimed);
    outbound_rows_clear(&taken_back);
}

static void
test_what_may_have_arrived_is_taken_back(void **state)
{
    struct fixture *fixture = *state;
    struct order m = { .store = fixture->store };
    struct outbound_rows claimed = { 0 };
    struct outbound_rows taken_back = { 0 };
    struct outbound_row row = { 0 };
    int64_t retraction;

    m.incident = add_incident(m.store, "A1");
    make_row(&m, make_message(&m, 1, NOTICE_FIRST, 0), 1, 0, 0);
    store_outbound_claim(m.store, "mail", PRIORITY_URGENT, "me", T0, T0, LEASE_MS, 1,
                         &claimed);
    retraction = make_row(&m, make_message(&m, 2, NOTICE_FALSE_ALARM, 1), 2, 1, 0);
    store_outbound_unknown(m.store, claimed.items[0].row, "reset", T0);
    assert_true(
        store_outbound_take_back_failed(m.store, &claimed.items[0], T0, &taken_back));
    assert_int_equal(taken_back.count, 1);
    assert_non_null(strstr(taken_back.items[0].last_error, "not known"));
    assert_int_equal(state_of(m.store, retraction), DELIVERY_PENDING);
    assert_true(store_outbound_get(m.store, retraction, &row));
    assert_true(store_outbound_has_heard(m.store, &row, 1));
    assert_false(store_outbound_has_heard(m.store, &row, 2));
    outbound_row_clear(&row);
    outbound_rows_clear(&claimed);
    outbound_rows_clear(&taken_back);
}

/* A row that nothing takes back is tried again as ever. */
static void
test_others_are_tried_again(void **state)
{
    struct fixture *fixture = *state;
    struct order m = { .store = fixture->store };
    struct outbound_rows taken_back = { 0 };
    struct outbound_row row = { 0 };
    int64_t first;

    m.incident = add_incident(m.store, "A1");
    first = make_row(&m, make_message(&m, 1, NOTICE_FIRST, 0), 1, 0, 0);
    make_row(&m, make_message(&m, 2, NOTICE_ETR_SET, 0), 2, 1, 0);
    make_row(&m, make_message(&m, 3, NOTICE_CORRECTION, 2), 3, 2, 0);
    assert_true(store_outbound_get(m.store, first, &row));
    assert_false(store_outbound_take_back_failed(m.store, &row, T0, &taken_back));
    assert_int_equal(state_of(m.store, first), DELIVERY_PENDING);
    outbound_row_clear(&row);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_correction_of_a_list_in_the_middle),
        TEST(test_retraction_of_a_list_in_the_middle),
        TEST(test_the_chain_has_no_gap),
        TEST(test_what_did_not_arrive_is_not_tried_again),
        TEST(test_what_may_have_arrived_is_taken_back),
        TEST(test_others_are_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
