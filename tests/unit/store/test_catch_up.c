/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Catching up (D6): what the newest message covers, when that is final, and what becomes
 * of it when the newest does not arrive; and what a retraction takes back.
 */
#include "fixture.h"

struct order {
    struct store *store;
    int64_t incident;
    int64_t row[8]; /* by sequence, on channel "mail" */
};

static int64_t
add_notice(struct order *order, int sequence, enum notice notice,
           const struct outbound_row *like)
{
    char record[] = "{}";
    struct message_row message = { .incident_row = order->incident,
                                   .sequence = sequence,
                                   .notice = notice,
                                   .priority = PRIORITY_NORMAL,
                                   .written_at_ms = T0 + sequence,
                                   .record = record };

    store_message_add(order->store, &message);
    order->row[sequence] = add_delivery(order->store, message.row, order->incident,
                                        sequence, "mail", "anna", like);
    return message.row;
}

/* Sequences 1 to n wait. */
static struct order
make_order(struct fixture *fixture, int n)
{
    struct order order = { .store = fixture->store };

    order.incident = add_incident(fixture->store, "A1");
    for (int i = 1; i <= n; i++) {
        add_notice(&order, i, NOTICE_FIRST, NULL);
    }
    return order;
}

/* The sequence that is claimed now (0: none); *taken_back: how many were. */
static int
claim_newest_at(const struct order *order, int64_t now_ms, size_t *taken_back)
{
    struct outbound_rows rows = { 0 };
    struct outbound_rows cancelled = { 0 };
    int sequence;

    for (int priority = 0; priority < PRIORITY_COUNT; priority++) {
        store_outbound_claim_newest(order->store, "mail", (enum priority)priority, "me",
                                    now_ms, now_ms, LEASE_MS, 100, &rows, &cancelled);
    }
    assert_true(rows.count <= 1);
    sequence = rows.count == 0 ? 0 : (int)rows.items[0].sequence;
    if (taken_back != NULL) {
        *taken_back = cancelled.count;
    }
    for (size_t i = 0; i < cancelled.count; i++) {
        assert_int_equal(cancelled.items[i].state, DELIVERY_CANCELLED);
    }
    outbound_rows_clear(&rows);
    outbound_rows_clear(&cancelled);
    return sequence;
}

static int
claim_newest(const struct order *order)
{
    return claim_newest_at(order, T0, NULL);
}

/* As a reply does: what it covers first. */
static size_t
finish(const struct order *order, int sequence, enum delivery_state state)
{
    struct outbound_rows concluded = { 0 };
    size_t n;

    store_outbound_conclude_covered(
        order->store, order->row[sequence],
        state == DELIVERY_DELIVERED ? DELIVERY_COVERED : state, "why", T0, &concluded);
    n = concluded.count;
    outbound_rows_clear(&concluded);
    store_outbound_conclude(order->store, order->row[sequence], state, NULL, "why", T0);
    return n;
}

static void
assert_states(const struct order *order, const char *want)
{
    static const char letters[] = "hpfukdcxn";
    char got[8] = "";

    for (int i = 1; want[i - 1] != '\0'; i++) {
        got[i - 1] = letters[state_of(order->store, order->row[i])];
    }
    assert_string_equal(got, want);
}

/* The sequence that is to cover it; 0: none. */
static int
covered_by(const struct order *order, int sequence)
{
    struct outbound_row row = { 0 };
    int found = 0;

    assert_true(store_outbound_get(order->store, order->row[sequence], &row));
    for (int i = 1; i < 8; i++) {
        found = row.covered_by != 0 && order->row[i] == row.covered_by ? i : found;
    }
    outbound_row_clear(&row);
    return found;
}

static bool
add_sequence(void *context, int64_t message_row, int64_t sequence)
{
    int *all = context;

    (void)message_row;
    *all = *all * 10 + (int)sequence;
    return true;
}

/* "12" as a number: 1 and 2 are covered by it. */
static int
missed_of(const struct order *order, int sequence)
{
    int all = 0;

    store_outbound_missed(order->store, order->row[sequence], add_sequence, &all);
    return all;
}

static void
cancel_state(const struct order *order, int state)
{
    const struct outbound_selector which = { .channel = "mail", .state = state };

    assert_true(store_outbound_cancel(order->store, &which, "no", T0) > 0);
}

static void
retry_row(const struct order *order, int sequence)
{
    const struct outbound_selector which = { .row = order->row[sequence], .state = -1 };

    assert_int_equal(store_outbound_retry(order->store, &which, T0), 1);
}

static void
test_newest_goes_and_covers_when_delivered(void **state)
{
    struct order m = make_order(*state, 3);

    assert_int_equal(claim_newest(&m), 3);
    assert_int_equal(claim_newest(&m), 0);
    assert_states(&m, "ppf");
    assert_int_equal(missed_of(&m, 3), 12);
    assert_int_equal(finish(&m, 3, DELIVERY_DELIVERED), 2);
    assert_states(&m, "ccd");
    assert_int_equal(covered_by(&m, 1), 3);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_COVERED), 2);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_PENDING), 0);
    assert_int_equal(claim_newest(&m), 0);
}

static void
test_alone_it_covers_nothing(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    assert_int_equal(missed_of(&m, 1), 0);
    assert_int_equal(finish(&m, 1, DELIVERY_DELIVERED), 0);
    assert_states(&m, "d");
}

static void
test_put_off_it_keeps_what_it_covers(void **state)
{
    struct order m = make_order(*state, 2);

    assert_int_equal(claim_newest(&m), 2);
    store_outbound_again(m.store, m.row[2], T0 + 500, false, "451", T0);
    /* Not before its time, and not the older one in its place. */
    assert_int_equal(claim_newest_at(&m, T0 + 499, NULL), 0);
    assert_int_equal(store_outbound_next_due(m.store, "mail"), T0 + 500);
    assert_int_equal(claim_newest_at(&m, T0 + 500, NULL), 2);
    assert_int_equal(missed_of(&m, 2), 1);
}

static void
test_still_newer_one_covers_all(void **state)
{
    struct order m = make_order(*state, 2);

    assert_int_equal(claim_newest(&m), 2);
    add_notice(&m, 3, NOTICE_RESTORED, NULL);
    assert_int_equal(claim_newest(&m), 0);
    store_outbound_again(m.store, m.row[2], T0 + 500, true, "refused", T0);
    assert_int_equal(claim_newest_at(&m, T0 + 500, NULL), 3);
    assert_int_equal(missed_of(&m, 3), 12);
    finish(&m, 3, DELIVERY_DELIVERED);
    assert_states(&m, "ccd");
}

static void
test_newer_one_waits_while_it_is_in_flight(void **state)
{
    struct order m = make_order(*state, 2);

    assert_int_equal(claim_newest(&m), 2);
    add_notice(&m, 3, NOTICE_RESTORED, NULL);
    assert_int_equal(finish(&m, 2, DELIVERY_DELIVERED), 1);
    assert_int_equal(claim_newest(&m), 3);
    assert_int_equal(missed_of(&m, 3), 0);
}

static void
test_crash_keeps_what_it_covers(void **state)
{
    struct fixture *fixture = *state;
    struct order m = make_order(fixture, 2);

    assert_int_equal(claim_newest(&m), 2);
    commit(m.store);
    fixture_reopen(fixture);
    m.store = fixture->store;
    assert_int_equal(store_outbound_recover(m.store, T0), 1);
    assert_states(&m, "pu");
    assert_int_equal(claim_newest(&m), 0);
    store_outbound_resend(m.store, m.row[2], T0);
    assert_int_equal(claim_newest(&m), 2);
    assert_int_equal(missed_of(&m, 2), 1);
}

static void
test_lost_turn_marks_nothing(void **state)
{
    struct order m = make_order(*state, 2);

    commit(m.store);
    assert_int_equal(claim_newest(&m), 2);
    store_rollback(m.store);
    assert_int_equal(covered_by(&m, 1), 0);
    assert_int_equal(claim_newest(&m), 2);
}

static void
test_parked_it_waits_for_the_retry(void **state)
{
    struct order m = make_order(*state, 2);

    assert_int_equal(claim_newest(&m), 2);
    store_outbound_conclude(m.store, m.row[2], DELIVERY_PARKED, NULL, "554", T0);
    assert_states(&m, "pk");
    assert_int_equal(claim_newest(&m), 0);
    retry_row(&m, 2);
    assert_int_equal(claim_newest(&m), 2);
    assert_false(is_late(m.store, m.row[2]));
    finish(&m, 2, DELIVERY_DELIVERED);
    assert_states(&m, "cd");
}

static void
test_parked_it_leaves_the_older_to_a_newer(void **state)
{
    struct order m = make_order(*state, 2);

    assert_int_equal(claim_newest(&m), 2);
    store_outbound_conclude(m.store, m.row[2], DELIVERY_PARKED, NULL, "554", T0);
    add_notice(&m, 3, NOTICE_RESTORED, NULL);
    assert_int_equal(claim_newest(&m), 3);
    assert_int_equal(missed_of(&m, 3), 1);
    finish(&m, 3, DELIVERY_DELIVERED);
    assert_states(&m, "ckd");
    /* What the newest message lacks. */
    retry_row(&m, 2);
    assert_int_equal(claim_newest(&m), 2);
    assert_true(is_late(m.store, m.row[2]));
    assert_int_equal(missed_of(&m, 2), 0);
}

static void
test_cancelled_it_leaves_the_older_late(void **state)
{
    static const bool by_row[] = { false, true };

    for (size_t i = 0; i < ARRAY_COUNT(by_row); i++) {
        struct order m = make_order(*state, 3);
        const struct outbound_selector row = { .row = m.row[3], .state = -1 };

        assert_int_equal(claim_newest(&m), 3);
        store_outbound_conclude(m.store, m.row[3], DELIVERY_PARKED, NULL, "554", T0);
        if (by_row[i]) {
            assert_int_equal(store_outbound_cancel(m.store, &row, "no", T0), 1);
        } else {
            cancel_state(&m, DELIVERY_PARKED);
        }
        assert_states(&m, "ppx");
        assert_int_equal(claim_newest(&m), 2);
        assert_true(is_late(m.store, m.row[2]));
        assert_int_equal(missed_of(&m, 2), 1);
        finish(&m, 2, DELIVERY_DELIVERED);
        assert_states(&m, "cdx");
        store_rollback(m.store);
    }
}

static void
test_cancelled_with_a_newer_behind_it(void **state)
{
    struct order m = make_order(*state, 2);

    assert_int_equal(claim_newest(&m), 2);
    store_outbound_conclude(m.store, m.row[2], DELIVERY_PARKED, NULL, "554", T0);
    add_notice(&m, 3, NOTICE_RESTORED, NULL);
    cancel_state(&m, DELIVERY_PARKED);
    /* One of the order, whatever way it is claimed in. */
    assert_int_equal(claim(m.store, "mail", T0, NULL), 1);
    store_rollback(m.store);
}

static void
test_operator_on_one_that_is_to_be_covered(void **state)
{
    struct order m = make_order(*state, 3);
    const struct outbound_selector first = { .row = m.row[1], .state = -1 };

    assert_int_equal(claim_newest(&m), 3);
    store_outbound_again(m.store, m.row[3], T0 + 500, false, "451", T0);
    /* Retried: the one that covers it goes now. */
    retry_row(&m, 2);
    assert_int_equal(store_outbound_next_due(m.store, "mail"), T0);
    assert_int_equal(store_outbound_cancel(m.store, &first, "no", T0), 1);
    assert_int_equal(claim_newest(&m), 3);
    assert_int_equal(missed_of(&m, 3), 2);
    finish(&m, 3, DELIVERY_DELIVERED);
    assert_states(&m, "xcd");
}

static void
test_cancel_of_all_leaves_nothing(void **state)
{
    struct order m = make_order(*state, 3);

    assert_int_equal(claim_newest(&m), 3);
    store_outbound_again(m.store, m.row[3], T0, false, "451", T0);
    cancel_state(&m, -1);
    assert_states(&m, "xxx");
    assert_int_equal(covered_by(&m, 1), 0);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_CANCELLED), 3);
}

static void
test_dead_address_ends_all(void **state)
{
    struct order m = make_order(*state, 3);

    assert_int_equal(claim_newest(&m), 3);
    assert_int_equal(finish(&m, 3, DELIVERY_UNDELIVERABLE), 2);
    assert_states(&m, "nnn");
    assert_int_equal(covered_by(&m, 1), 0);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_UNDELIVERABLE), 3);
}

static void
test_what_has_no_room_goes_late(void **state)
{
    struct order m = make_order(*state, 4);

    assert_int_equal(claim_newest(&m), 4);
    store_outbound_uncover(m.store, m.row[4], 3);
    assert_int_equal(finish(&m, 4, DELIVERY_DELIVERED), 1);
    assert_states(&m, "ppcd");
    assert_int_equal(claim_newest(&m), 2);
    assert_true(is_late(m.store, m.row[2]));
    finish(&m, 2, DELIVERY_DELIVERED);
    assert_states(&m, "cdcd");
}

/* A peer that has it passes a repeat over, and what it covers besides with it. */
static void
test_in_doubt_it_covers_nothing_more(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    store_outbound_conclude(m.store, m.row[1], DELIVERY_PARKED, NULL, "554", T0);
    add_notice(&m, 2, NOTICE_ETR_SET, NULL);
    assert_int_equal(claim_newest(&m), 2);
    store_outbound_unknown(m.store, m.row[2], "reset", T0);
    store_outbound_resend(m.store, m.row[2], T0);
    retry_row(&m, 1);
    assert_int_equal(claim_newest(&m), 1);
    assert_true(is_late(m.store, m.row[1]));
    finish(&m, 1, DELIVERY_DELIVERED);
    assert_int_equal(claim_newest(&m), 2);
    assert_int_equal(missed_of(&m, 2), 0);
}

static void
test_held_is_not_passed(void **state)
{
    const struct outbound_row held = { .state = DELIVERY_HELD,
                                       .priority = PRIORITY_NORMAL };
    struct order m = make_order(*state, 2);

    add_notice(&m, 3, NOTICE_ETR_SET, &held);
    add_notice(&m, 4, NOTICE_RESTORED, NULL);
    assert_int_equal(claim_newest(&m), 2);
    finish(&m, 2, DELIVERY_DELIVERED);
    assert_states(&m, "cdhp");
    assert_int_equal(claim_newest(&m), 0);
    store_outbound_conclude(m.store, m.row[3], DELIVERY_CANCELLED, NULL, "no", T0);
    assert_int_equal(claim_newest(&m), 4);
}

static void
test_urgency_is_lent(void **state)
{
    const struct outbound_row bulk = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_BULK,
                                       .due_at_ms = T0 + DAYS_MS };
    const struct outbound_row urgent = { .state = DELIVERY_PENDING,
                                         .priority = PRIORITY_URGENT };
    struct order m = { .store = ((struct fixture *)*state)->store };
    struct outbound_rows rows = { 0 };

    m.incident = add_incident(m.store, "A1");
    add_notice(&m, 1, NOTICE_FIRST, &bulk);
    add_notice(&m, 2, NOTICE_RESTORED, &urgent);
    store_outbound_claim(m.store, "mail", PRIORITY_URGENT, "me",
                         T0 + 15 * MINUTES_MS - 1, T0 + 15 * MINUTES_MS - 1, LEASE_MS,
                         9, &rows);
    assert_int_equal(rows.count, 0);
    store_outbound_claim(m.store, "mail", PRIORITY_URGENT, "me", T0 + 15 * MINUTES_MS,
                         T0 + 15 * MINUTES_MS, LEASE_MS, 9, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].row, m.row[1]);
    outbound_rows_clear(&rows);
}

/* --- Retractions ------------------------------------------------------------------ */

static void
test_nobody_heard_so_nothing_is_taken_back(void **state)
{
    struct order m = make_order(*state, 2);
    size_t taken_back;

    add_notice(&m, 3, NOTICE_FALSE_ALARM, NULL);
    assert_int_equal(claim_newest_at(&m, T0, &taken_back), 0);
    assert_int_equal(taken_back, 3);
    assert_states(&m, "xxx");
    assert_int_equal(count_of(m.store, "mail", DELIVERY_CANCELLED), 3);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_PENDING), 0);
}

static void
test_certainly_not_sent_is_not_heard(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    add_notice(&m, 2, NOTICE_PLANNED_OFF, NULL);
    store_outbound_again(m.store, m.row[1], T0, true, "refused", T0);
    assert_int_equal(claim_newest(&m), 0);
    assert_states(&m, "xx");
}

static void
test_heard_so_it_is_taken_back(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    finish(&m, 1, DELIVERY_DELIVERED);
    add_notice(&m, 2, NOTICE_ETR_SET, NULL);
    add_notice(&m, 3, NOTICE_FALSE_ALARM, NULL);
    assert_int_equal(claim_newest(&m), 3);
    assert_states(&m, "dxf");
    assert_int_equal(missed_of(&m, 3), 0);
}

static void
test_in_doubt_it_is_taken_back(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    store_outbound_unknown(m.store, m.row[1], "reset", T0);
    add_notice(&m, 2, NOTICE_FALSE_ALARM, NULL);
    assert_int_equal(claim_newest(&m), 0);
    store_outbound_resend(m.store, m.row[1], T0);
    assert_int_equal(claim_newest(&m), 2);
    assert_states(&m, "xf");
}

static void
test_parked_is_taken_back(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    store_outbound_conclude(m.store, m.row[1], DELIVERY_PARKED, NULL, "554", T0);
    add_notice(&m, 2, NOTICE_FALSE_ALARM, NULL);
    assert_int_equal(claim_newest(&m), 0);
    assert_states(&m, "xx");
}

static void
test_taken_back_once_is_enough(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    finish(&m, 1, DELIVERY_DELIVERED);
    add_notice(&m, 2, NOTICE_FALSE_ALARM, NULL);
    assert_int_equal(claim_newest(&m), 2);
    finish(&m, 2, DELIVERY_DELIVERED);
    add_notice(&m, 3, NOTICE_REOPENED, NULL);
    add_notice(&m, 4, NOTICE_FALSE_ALARM, NULL);
    assert_int_equal(claim_newest(&m), 0);
    assert_states(&m, "ddxx");
}

static void
test_newer_than_the_retraction_covers_it(void **state)
{
    struct order m = make_order(*state, 1);

    assert_int_equal(claim_newest(&m), 1);
    finish(&m, 1, DELIVERY_DELIVERED);
    add_notice(&m, 2, NOTICE_ETR_SET, NULL);
    add_notice(&m, 3, NOTICE_FALSE_ALARM, NULL);
    add_notice(&m, 4, NOTICE_REOPENED, NULL);
    assert_int_equal(claim_newest(&m), 4);
    assert_int_equal(missed_of(&m, 4), 3);
    finish(&m, 4, DELIVERY_DELIVERED);
    assert_states(&m, "dxcd");
}

static void
test_merged_takes_nothing_back(void **state)
{
    struct order m = make_order(*state, 1);

    add_notice(&m, 2, NOTICE_MERGED, NULL);
    assert_int_equal(claim_newest(&m), 2);
    assert_int_equal(missed_of(&m, 2), 1);
}

/* --- Many recipients -------------------------------------------------------------- */

enum {
    PERSONS = 500
};

static int64_t
add_list_row(struct order *m, int sequence, enum notice notice, int64_t list)
{
    const struct outbound_row like = { .state = DELIVERY_PENDING,
                                       .priority = PRIORITY_NORMAL,
                                       .list = list };
    int64_t message = add_notice(m, sequence, notice, NULL);
    int64_t key =
        add_delivery(m->store, message, m->incident, sequence, "mail", NULL, &like);
    const struct outbound_selector which = { .row = m->row[sequence], .state = -1 };

    store_outbound_cancel(m->store, &which, "anna is not meant here", T0);
    return key;
}

static int64_t
make_list(struct store *store, int n)
{
    static const char digest[SHA256_HEX_SIZE] = "d";
    int64_t list = store_list_begin(store, "mail", digest, T0);

    for (int i = 0; i < n; i++) {
        char address[16];

        (void)snprintf(address, sizeof(address), "p%05d", i);
        store_list_add(store, list, address);
    }
    store_list_finish(store, list);
    return list;
}

static void
expand_all(struct store *store)
{
    int64_t keys[8];
    size_t n;

    while ((n = store_expandable(store, keys, ARRAY_COUNT(keys), T0)) > 0) {
        for (size_t i = 0; i < n; i++) {
            while (store_expand(store, keys[i], 64, T0)) {
            }
        }
    }
}

/* Claims at most max, and ends them so; how many. */
static size_t
claim_and_finish(struct order *m, size_t max, enum delivery_state state)
{
    struct outbound_rows rows = { 0 };
    struct outbound_rows others = { 0 };
    size_t n;

    store_outbound_claim_newest(m->store, "mail", PRIORITY_NORMAL, "me", T0, T0,
                                LEASE_MS, max, &rows, &others);
    n = rows.count;
    for (size_t i = 0; i < n; i++) {
        store_outbound_conclude_covered(m->store, rows.items[i].row, DELIVERY_COVERED,
                                        NULL, T0, &others);
        store_outbound_conclude(m->store, rows.items[i].row, state, NULL, NULL, T0);
    }
    outbound_rows_clear(&rows);
    outbound_rows_clear(&others);
    return n;
}

static void
test_list_gets_one_each(void **state)
{
    struct order m = { .store = ((struct fixture *)*state)->store };
    int64_t list = make_list(m.store, PERSONS);
    size_t sent = 0;
    size_t n;

    m.incident = add_incident(m.store, "A1");
    for (int i = 1; i <= 3; i++) {
        add_list_row(&m, i, NOTICE_FIRST, list);
    }
    expand_all(m.store);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_PENDING), 3 * PERSONS);
    while ((n = claim_and_finish(&m, 64, DELIVERY_DELIVERED)) > 0) {
        assert_true(n <= 64);
        sent += n;
    }
    assert_int_equal(sent, PERSONS);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_DELIVERED), PERSONS);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_COVERED), 2 * PERSONS);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_PENDING), 0);
}

static void
test_retraction_goes_to_the_hearers(void **state)
{
    struct order m = { .store = ((struct fixture *)*state)->store };
    struct outbound_rows taken_back = { 0 };
    int64_t second;

    m.incident = add_incident(m.store, "A1");
    add_list_row(&m, 1, NOTICE_FIRST, make_list(m.store, PERSONS));
    expand_all(m.store);
    assert_int_equal(claim_and_finish(&m, 100, DELIVERY_DELIVERED), 100);
    assert_int_equal(claim_and_finish(&m, 5, DELIVERY_UNDELIVERABLE), 5);
    /* The list has others by now, and an update is not expanded yet. */
    second = add_list_row(&m, 2, NOTICE_ETR_SET, make_list(m.store, 3));
    add_list_row(&m, 3, NOTICE_FALSE_ALARM, LIST_HEARERS);
    store_outbound_take_back(m.store, &(struct take_back){ m.incident, "mail", 1, 3 },
                             T0, &taken_back);
    assert_int_equal(taken_back.count, 1);
    assert_int_equal(taken_back.items[0].row, second);
    outbound_rows_clear(&taken_back);
    expand_all(m.store);
    assert_int_equal(claim_and_finish(&m, 64, DELIVERY_DELIVERED), 64);
    assert_int_equal(claim_and_finish(&m, 64, DELIVERY_DELIVERED), 36);
    /* Those who got the first one, and nobody else. */
    assert_int_equal(count_of(m.store, "mail", DELIVERY_DELIVERED), 2 * 100);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_UNDELIVERABLE), 5);
    assert_int_equal(count_of(m.store, "mail", DELIVERY_PENDING), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_newest_goes_and_covers_when_delivered),
        TEST(test_alone_it_covers_nothing),
        TEST(test_put_off_it_keeps_what_it_covers),
        TEST(test_still_newer_one_covers_all),
        TEST(test_newer_one_waits_while_it_is_in_flight),
        TEST(test_crash_keeps_what_it_covers),
        TEST(test_lost_turn_marks_nothing),
        TEST(test_parked_it_waits_for_the_retry),
        TEST(test_parked_it_leaves_the_older_to_a_newer),
        TEST(test_cancelled_it_leaves_the_older_late),
        TEST(test_cancelled_with_a_newer_behind_it),
        TEST(test_operator_on_one_that_is_to_be_covered),
        TEST(test_cancel_of_all_leaves_nothing),
        TEST(test_dead_address_ends_all),
        TEST(test_what_has_no_room_goes_late),
        TEST(test_in_doubt_it_covers_nothing_more),
        TEST(test_held_is_not_passed),
        TEST(test_urgency_is_lent),
        TEST(test_nobody_heard_so_nothing_is_taken_back),
        TEST(test_certainly_not_sent_is_not_heard),
        TEST(test_heard_so_it_is_taken_back),
        TEST(test_in_doubt_it_is_taken_back),
        TEST(test_parked_is_taken_back),
        TEST(test_taken_back_once_is_enough),
        TEST(test_newer_than_the_retraction_covers_it),
        TEST(test_merged_takes_nothing_back),
        TEST(test_list_gets_one_each),
        TEST(test_retraction_goes_to_the_hearers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
