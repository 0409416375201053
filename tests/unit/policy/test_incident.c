/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of incident_apply: order is kept by field, in every order of arrival. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/incident.h"

#include <string.h>

#define NOON INT64_C(1795000000000)

static struct event
make_event(int64_t revision, int64_t at_ms)
{
    return (struct event){ .has_revision = revision >= 0,
                           .revision = revision,
                           .at_ms = at_ms,
                           .received_at_ms = NOON };
}

static void
name_field(struct event *event, enum event_field field, bool has)
{
    event->named |= FIELD_BIT(field);
    if (has)
        event->facts.has |= FIELD_BIT(field);
}

static void
set_status(struct event *event, enum incident_status status)
{
    name_field(event, FIELD_STATUS, true);
    event->facts.status = status;
}

static void
set_kind(struct event *event, enum incident_kind kind)
{
    name_field(event, FIELD_KIND, true);
    event->facts.kind = kind;
}

static void
set_customers(struct event *event, int64_t customers)
{
    name_field(event, FIELD_CUSTOMERS_AFFECTED, true);
    event->facts.customers_affected = customers;
}

static void
set_place(struct event *event, const char *name)
{
    name_field(event, FIELD_PLACES, true);
    event->facts.n_places = 1;
    event->facts.places = memory_array(1, sizeof(struct place));
    event->facts.places[0].name = string_copy(name);
}

static void
set_etr(struct event *event, int64_t at_ms)
{
    name_field(event, FIELD_ETR, true);
    event->facts.etr.at_ms = at_ms;
}

static enum event_result
apply(struct incident *incident, const struct event *event, int64_t receipt,
      struct change *change)
{
    return incident_apply(incident, event, receipt, change);
}

static void
begin(struct incident *incident)
{
    memset(incident, 0, sizeof(*incident));
    incident_begin(incident, "oms", "OMS-1", NOON);
}

static void
test_begins_unknown(void **state)
{
    struct incident incident;

    (void)state;
    begin(&incident);
    assert_string_equal(incident.source, "oms");
    assert_string_equal(incident.incident, "OMS-1");
    assert_false(incident.exists);
    assert_true(incident.exists_since_ms == TIME_NONE);
    assert_true(incident.closed_at_ms == TIME_NONE);
    assert_true(incident.next_check_ms == TIME_NEVER);
    assert_true(incident.created_at_ms == NOON);
    incident_clear(&incident);
}

static void
test_waits_for_kind_and_status(void **state)
{
    struct incident incident;
    struct change change;
    struct event early = make_event(2, NOON);
    struct event first = make_event(1, NOON);

    (void)state;
    begin(&incident);
    set_customers(&early, 7);
    set_kind(&first, KIND_WATER);
    set_status(&first, INCIDENT_CONFIRMED);

    assert_int_equal(apply(&incident, &early, 1, &change), RESULT_WAITING);
    assert_false(change.came_to_exist);
    assert_int_equal(apply(&incident, &first, 2, &change), RESULT_APPLIED);
    assert_true(change.came_to_exist);
    assert_true(change.late);
    assert_false(change.existed);
    assert_true(incident.exists);
    assert_true(incident.exists_since_ms == NOON);
    assert_int_equal(incident.facts.customers_affected, 7);
    event_clear(&early);
    event_clear(&first);
    incident_clear(&incident);
}

static void
test_late_event_fills_or_is_outdated(void **state)
{
    struct incident incident;
    struct change change;
    struct event newer = make_event(5, NOON);
    struct event fills = make_event(3, NOON);
    struct event nothing = make_event(4, NOON);

    (void)state;
    begin(&incident);
    set_kind(&newer, KIND_POWER);
    set_status(&newer, INCIDENT_RESTORED);
    set_status(&fills, INCIDENT_CONFIRMED);
    set_place(&fills, "Täby");
    set_status(&nothing, INCIDENT_SUSPECTED);

    apply(&incident, &newer, 1, &change);
    assert_false(change.late);
    assert_int_equal(apply(&incident, &fills, 2, &change), RESULT_APPLIED);
    assert_true(change.late);
    assert_int_equal(incident.facts.status, INCIDENT_RESTORED);
    assert_int_equal(change.filled, FIELD_BIT(FIELD_PLACES));
    assert_int_equal(change.supplied, FIELD_BIT(FIELD_PLACES));
    assert_string_equal(incident.facts.places[0].name, "Täby");
    assert_int_equal(apply(&incident, &nothing, 3, &change), RESULT_OUTDATED);
    assert_int_equal(incident.facts.status, INCIDENT_RESTORED);
    event_clear(&newer);
    event_clear(&fills);
    event_clear(&nothing);
    incident_clear(&incident);
}

static void
test_null_clears_and_a_late_value_does_not_return(void **state)
{
    struct incident incident;
    struct change change;
    struct event first = make_event(1, NOON);
    struct event clears = make_event(3, NOON);
    struct event late = make_event(2, NOON);

    (void)state;
    begin(&incident);
    set_kind(&first, KIND_POWER);
    set_status(&first, INCIDENT_CONFIRMED);
    set_etr(&first, NOON + HOURS_MS);
    name_field(&clears, FIELD_ETR, false);
    set_etr(&late, NOON + 2 * HOURS_MS);

    apply(&incident, &first, 1, &change);
    apply(&incident, &clears, 2, &change);
    assert_false(facts_has(&incident.facts, FIELD_ETR));
    assert_int_equal(change.changed, FIELD_BIT(FIELD_ETR));
    assert_int_equal(change.supplied, 0);
    assert_int_equal(apply(&incident, &late, 3, &change), RESULT_OUTDATED);
    assert_false(facts_has(&incident.facts, FIELD_ETR));
    event_clear(&first);
    event_clear(&clears);
    event_clear(&late);
    incident_clear(&incident);
}

static void
test_same_value_is_no_change(void **state)
{
    struct incident incident;
    struct change change;
    struct event first = make_event(1, NOON);
    struct event again = make_event(2, NOON);

    (void)state;
    begin(&incident);
    set_kind(&first, KIND_POWER);
    set_status(&first, INCIDENT_CONFIRMED);
    set_customers(&first, 12);
    set_customers(&again, 12);
    apply(&incident, &first, 1, &change);
    assert_int_equal(apply(&incident, &again, 2, &change), RESULT_APPLIED);
    assert_int_equal(change.changed, 0);
    assert_int_equal(change.filled, FIELD_BIT(FIELD_CUSTOMERS_AFFECTED));
    assert_int_equal(change.status_before, INCIDENT_CONFIRMED);
    event_clear(&first);
    event_clear(&again);
    incident_clear(&incident);
}

static void
test_closed_and_reopened(void **state)
{
    struct incident incident;
    struct change change;
    struct event steps[] = { make_event(1, NOON), make_event(2, NOON),
                             make_event(3, NOON), make_event(4, NOON) };
    const enum incident_status statuses[] = { INCIDENT_CONFIRMED, INCIDENT_RESTORED,
                                              INCIDENT_CANCELLED, INCIDENT_CONFIRMED };
    const int64_t closed[] = { TIME_NONE, NOON + 1, NOON + 1, TIME_NONE };

    (void)state;
    begin(&incident);
    set_kind(&steps[0], KIND_GAS);
    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        set_status(&steps[i], statuses[i]);
        steps[i].received_at_ms = NOON + (int64_t)i;
        apply(&incident, &steps[i], (int64_t)i + 1, &change);
        assert_true(incident.closed_at_ms == closed[i]);
        assert_true(incident.updated_at_ms == NOON + (int64_t)i);
        event_clear(&steps[i]);
    }
    assert_true(incident.exists_since_ms == NOON);
    incident_clear(&incident);
}

static void
test_order_of_stamps(void **state)
{
    struct stamp low = { true, true, 1, NOON + 9, 9 };
    struct stamp high = { true, true, 2, NOON, 1 };
    struct stamp no_revision = { true, false, 0, NOON + 5, 5 };
    struct stamp same = { true, true, 2, NOON + 99, 2 };

    (void)state;
    assert_true(stamp_compare(&low, &high) < 0); /* by revision, not by time */
    assert_true(stamp_compare(&high, &low) > 0);
    assert_true(stamp_compare(&no_revision, &high) > 0); /* one has none: by time */
    assert_true(stamp_compare(&no_revision, &low) < 0);
    assert_true(stamp_compare(&high, &same) < 0); /* equal: by receipt */
    assert_int_equal(stamp_compare(&same, &same), 0);
}

/* A small generator of its own, so that a failure can be repeated. */
static uint32_t
next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static struct event
random_event(uint32_t *seed, size_t number, bool with_revision)
{
    struct event event =
        make_event(with_revision ? (int64_t)number : -1,
                   with_revision ? NOON + (int64_t)(next_random(seed) % 50)
                                 : NOON + (int64_t)number);

    if (next_random(seed) % 2 == 0)
        set_kind(&event, (enum incident_kind)(next_random(seed) % KIND_COUNT));
    if (next_random(seed) % 2 == 0)
        set_status(&event,
                   (enum incident_status)(next_random(seed) % INCIDENT_STATUS_COUNT));
    if (next_random(seed) % 2 == 0)
        set_customers(&event, (int64_t)(next_random(seed) % 1000));
    if (next_random(seed) % 3 == 0)
        set_place(&event, next_random(seed) % 2 == 0 ? "Täby" : "Märsta");
    if (next_random(seed) % 3 == 0)
        set_etr(&event, NOON + (int64_t)(next_random(seed) % 1000));
    else if (next_random(seed) % 3 == 0)
        name_field(&event, FIELD_ETR, false);
    return event;
}

enum {
    N_EVENTS = 5
};

static void
apply_in_order(struct incident *incident, const struct event *events,
               const size_t *order)
{
    struct change change;

    begin(incident);
    for (size_t i = 0; i < N_EVENTS; i++)
        apply(incident, &events[order[i]], (int64_t)i + 1, &change);
}

static void
assert_same_facts(const struct incident *a, const struct incident *b)
{
    assert_int_equal(a->exists, b->exists);
    assert_int_equal(a->facts.has, b->facts.has);
    assert_int_equal(a->newest.revision, b->newest.revision);
    assert_true(a->newest.at_ms == b->newest.at_ms);
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (facts_has(&a->facts, (enum event_field)field))
            assert_true(
                facts_field_equal(&a->facts, &b->facts, (enum event_field)field));
    }
}

/* Heap's algorithm: every order of the events against the order they were made in. */
static void
check_permutations(const struct event *events, const struct incident *expected)
{
    size_t order[N_EVENTS] = { 0, 1, 2, 3, 4 };
    size_t counters[N_EVENTS] = { 0 };
    size_t checked = 0;

    for (size_t i = 0; i < N_EVENTS;) {
        if (counters[i] < i) {
            struct incident incident;
            size_t other = i % 2 == 0 ? 0 : counters[i];
            size_t kept = order[other];

            order[other] = order[i];
            order[i] = kept;
            apply_in_order(&incident, events, order);
            assert_same_facts(expected, &incident);
            incident_clear(&incident);
            checked++;
            counters[i]++;
            i = 0;
        } else {
            counters[i] = 0;
            i++;
        }
    }
    assert_int_equal(checked, 119);
}

static void
check_any_order(bool with_revision)
{
    uint32_t seed = 4711;
    const size_t in_order[N_EVENTS] = { 0, 1, 2, 3, 4 };

    for (int round = 0; round < 60; round++) {
        struct event events[N_EVENTS];
        struct incident expected;

        for (size_t i = 0; i < N_EVENTS; i++)
            events[i] = random_event(&seed, i, with_revision);
        apply_in_order(&expected, events, in_order);
        check_permutations(events, &expected);
        incident_clear(&expected);
        for (size_t i = 0; i < N_EVENTS; i++)
            event_clear(&events[i]);
    }
}

static void
test_any_order_with_revisions(void **state)
{
    (void)state;
    check_any_order(true);
}

static void
test_any_order_by_time(void **state)
{
    (void)state;
    check_any_order(false);
}

/* Revisions that follow the clock: then the mixed case has one order as well. */
static void
test_any_order_mixed_when_not_circular(void **state)
{
    uint32_t seed = 815;
    const size_t in_order[N_EVENTS] = { 0, 1, 2, 3, 4 };

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct event events[N_EVENTS];
        struct incident expected;

        for (size_t i = 0; i < N_EVENTS; i++) {
            events[i] = random_event(&seed, i, i % 2 == 0);
            events[i].at_ms = NOON + (int64_t)i;
        }
        apply_in_order(&expected, events, in_order);
        check_permutations(events, &expected);
        incident_clear(&expected);
        for (size_t i = 0; i < N_EVENTS; i++)
            event_clear(&events[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begins_unknown),
        cmocka_unit_test(test_waits_for_kind_and_status),
        cmocka_unit_test(test_late_event_fills_or_is_outdated),
        cmocka_unit_test(test_null_clears_and_a_late_value_does_not_return),
        cmocka_unit_test(test_same_value_is_no_change),
        cmocka_unit_test(test_closed_and_reopened),
        cmocka_unit_test(test_order_of_stamps),
        cmocka_unit_test(test_any_order_with_revisions),
        cmocka_unit_test(test_any_order_by_time),
        cmocka_unit_test(test_any_order_mixed_when_not_circular),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
