/* SPDX-License-Identifier: EUPL-1.2 */
/* When a promise passes, and what is promised after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "policy/notice.h"
#include "policy/promise.h"

#include <string.h>

#define T0 INT64_C(1795957500000)

static void
make(struct incident *incident)
{
    memset(incident, 0, sizeof(*incident));
    incident->exists = true;
    incident->facts.kind = KIND_POWER;
    incident->facts.status = INCIDENT_CONFIRMED;
    incident->facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
}

static int64_t
speak(struct incident *incident, enum notice notice, int64_t now_ms)
{
    struct message message = { 0 };
    int64_t next;

    message_make(incident, notice, HOURS_MS, NULL, now_ms, &message);
    next = message.next_word_at_ms;
    message_clear(&message);
    return next;
}

static void
test_nothing_said_promises_nothing(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    assert_int_equal(promise_due_at(&incident), TIME_NEVER);
}

static void
test_word_is_due_when_it_was_promised(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    assert_int_equal(speak(&incident, NOTICE_FIRST, T0), T0 + HOURS_MS);
    assert_int_equal(promise_due_at(&incident), T0 + HOURS_MS);
    assert_int_equal(notice_due(&incident, T0 + HOURS_MS - 1), NOTICE_NONE);
    assert_int_equal(notice_due(&incident, T0 + HOURS_MS), NOTICE_LAPSED);
    assert_int_equal(notice_next_check(&incident, T0), T0 + HOURS_MS);
    incident_clear(&incident);
}

static void
test_estimate_ahead_is_a_promise(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    incident.facts.has |= FIELD_BIT(FIELD_ETR);
    incident.facts.etr.at_ms = T0 + 20 * MINUTES_MS;
    speak(&incident, NOTICE_ETR_SET, T0);
    assert_int_equal(promise_due_at(&incident), T0 + 20 * MINUTES_MS);
    /* That it has passed was said: now only the next word is promised. */
    speak(&incident, NOTICE_LAPSED, T0 + 20 * MINUTES_MS);
    assert_int_equal(promise_due_at(&incident), T0 + 80 * MINUTES_MS);
    incident_clear(&incident);
}

static void
test_third_lapse_promises_nothing(void **state)
{
    struct incident incident;
    int64_t now_ms = T0;

    (void)state;
    make(&incident);
    speak(&incident, NOTICE_FIRST, now_ms);
    for (int i = 1; i < PROMISE_LAPSES_MOST; i++) {
        now_ms += HOURS_MS;
        assert_int_equal(speak(&incident, NOTICE_LAPSED, now_ms), now_ms + HOURS_MS);
    }
    now_ms += HOURS_MS;
    assert_int_equal(speak(&incident, NOTICE_LAPSED, now_ms), TIME_NONE);
    assert_int_equal(promise_due_at(&incident), TIME_NEVER);
    incident_clear(&incident);
}

static void
test_what_is_over_promises_nothing(void **state)
{
    static const enum incident_status silent[] = { INCIDENT_PLANNED, INCIDENT_RESTORED,
                                                   INCIDENT_CANCELLED };
    struct incident incident;

    (void)state;
    make(&incident);
    speak(&incident, NOTICE_FIRST, T0);
    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        incident.facts.status = silent[i];
        assert_int_equal(promise_due_at(&incident), TIME_NEVER);
    }
    incident_clear(&incident);
}

static void
test_unheard_is_not_due_again(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    speak(&incident, NOTICE_FIRST, T0);
    notice_pass_over(&incident, NOTICE_LAPSED);
    assert_int_equal(notice_next_check(&incident, T0 + HOURS_MS), TIME_NEVER);
    incident_clear(&incident);
}

static void
plan(struct incident *incident, int64_t from_ms, int64_t to_ms)
{
    incident->facts.status = INCIDENT_PLANNED;
    incident->facts.has |= FIELD_BIT(FIELD_PLANNED);
    incident->facts.planned.from_ms = from_ms;
    incident->facts.planned.to_ms = to_ms;
}

static void
expect_promise(const struct incident *incident, enum promise_kind kind, int64_t at_ms)
{
    struct promise promise = promise_next(incident);

    assert_int_equal(promise.at_ms, at_ms);
    assert_int_equal(promise.kind, kind);
}

static void
test_end_of_planned_work_is_a_promise(void **state)
{
    struct incident incident;
    const int64_t from = T0 + 2 * HOURS_MS, to = T0 + 4 * HOURS_MS;

    (void)state;
    make(&incident);
    plan(&incident, from, to);
    assert_int_equal(speak(&incident, NOTICE_PLANNED, T0), from);
    expect_promise(&incident, PROMISE_END, to);
    assert_int_equal(speak(&incident, NOTICE_PLANNED_STARTED, from), to);
    expect_promise(&incident, PROMISE_END, to);
    /* It stays one whatever the status is called, until a time is given. */
    incident.facts.status = INCIDENT_CONFIRMED;
    expect_promise(&incident, PROMISE_END, to);
    incident.facts.has |= FIELD_BIT(FIELD_ETR);
    incident.facts.etr.at_ms = to + HOURS_MS;
    speak(&incident, NOTICE_ETR_CHANGED, from + MINUTES_MS);
    expect_promise(&incident, PROMISE_WORD, from + MINUTES_MS + HOURS_MS);
    incident_clear(&incident);
}

static void
test_what_was_promised_is_known(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    incident.facts.has |= FIELD_BIT(FIELD_ETR);
    incident.facts.etr.at_ms = T0 + HOURS_MS;
    speak(&incident, NOTICE_FIRST, T0);
    /* The same moment as the word: the estimate is named. */
    expect_promise(&incident, PROMISE_ESTIMATE, T0 + HOURS_MS);
    assert_int_equal(promise_next(&incident).made_ms, T0);
    speak(&incident, NOTICE_LAPSED, T0 + HOURS_MS);
    expect_promise(&incident, PROMISE_WORD, T0 + 2 * HOURS_MS);
    incident_clear(&incident);
}

static void
test_a_danger_outlives_the_incident(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    incident.facts.kind = KIND_WATER;
    incident.facts.has |= FIELD_BIT(FIELD_ADVICE);
    strings_add(&incident.facts.advice, "boil_water");
    speak(&incident, NOTICE_DANGER, T0);
    incident.facts.status = INCIDENT_RESTORED;
    assert_int_equal(speak(&incident, NOTICE_RESTORED, T0 + MINUTES_MS),
                     T0 + MINUTES_MS + HOURS_MS);
    expect_promise(&incident, PROMISE_WORD, T0 + MINUTES_MS + HOURS_MS);
    strings_clear(&incident.facts.advice);
    assert_int_equal(speak(&incident, NOTICE_DANGER_OVER, T0 + 2 * MINUTES_MS),
                     TIME_NONE);
    assert_int_equal(promise_due_at(&incident), TIME_NEVER);
    incident_clear(&incident);
}

/* rights_12h says nothing new of the incident, so the promise in force stands. */
static void
test_rights_leave_the_promise_alone(void **state)
{
    struct incident incident;

    (void)state;
    make(&incident);
    speak(&incident, NOTICE_FIRST, T0);
    speak(&incident, NOTICE_LAPSED, T0 + HOURS_MS);
    assert_int_equal(speak(&incident, NOTICE_RIGHTS_12H, T0 + 90 * MINUTES_MS),
                     T0 + 2 * HOURS_MS);
    assert_int_equal(incident.said.lapses, 1);
    assert_true(incident.said.rights);
    speak(&incident, NOTICE_LAPSED, T0 + 2 * HOURS_MS);
    speak(&incident, NOTICE_LAPSED, T0 + 3 * HOURS_MS);
    assert_int_equal(speak(&incident, NOTICE_RIGHTS_12H, T0 + 200 * MINUTES_MS),
                     TIME_NONE);
    incident_clear(&incident);
}

/* Not all hear it: word comes when all were promised it, and before the time that was
 * told passes. */
static void
test_kept_where_not_all_hear(void **state)
{
    struct incident incident;
    struct message message = { 0 };
    struct said before;
    int64_t promise;

    (void)state;
    make(&incident);
    incident.facts.has |= FIELD_BIT(FIELD_ETR);
    incident.facts.etr.at_ms = T0 + 30 * MINUTES_MS;
    speak(&incident, NOTICE_FIRST, T0);
    before = incident.said;
    promise = promise_due_at(&incident);
    assert_true(promise == T0 + 30 * MINUTES_MS);
    incident.facts.etr.at_ms = T0 + 40 * MINUTES_MS;
    message_make(&incident, NOTICE_ETR_CHANGED, HOURS_MS, NULL, T0 + 1, &message);
    message_keep_promise(&incident, &before, promise, T0 + 1, &message);
    assert_true(message.next_word_at_ms == promise);
    assert_true(incident.said.next_word_at_ms == promise);
    assert_true(incident.said.spoken_at_ms == T0);
    assert_true(incident.said.etr_at_ms == T0 + 40 * MINUTES_MS);
    assert_true(promise_due_at(&incident) == promise);
    message_clear(&message);
    incident_clear(&incident);
}

/* None was in force, or it is over, or the new one is earlier: the new one holds. */
static void
test_nothing_to_keep(void **state)
{
    static const int64_t promises[] = { TIME_NEVER, T0 - 1, T0, T0 + 2 * HOURS_MS };

    (void)state;
    for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
        struct incident incident;
        struct message message = { 0 };
        const struct said before = { .spoken_at_ms = T0 - HOURS_MS };

        make(&incident);
        message_make(&incident, NOTICE_CAUSE, HOURS_MS, NULL, T0, &message);
        message_keep_promise(&incident, &before, promises[i], T0, &message);
        assert_true(message.next_word_at_ms == T0 + HOURS_MS);
        assert_true(incident.said.next_word_at_ms == T0 + HOURS_MS);
        assert_true(incident.said.spoken_at_ms == T0);
        message_clear(&message);
        incident_clear(&incident);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_said_promises_nothing),
        cmocka_unit_test(test_word_is_due_when_it_was_promised),
        cmocka_unit_test(test_estimate_ahead_is_a_promise),
        cmocka_unit_test(test_third_lapse_promises_nothing),
        cmocka_unit_test(test_unheard_is_not_due_again),
        cmocka_unit_test(test_what_is_over_promises_nothing),
        cmocka_unit_test(test_kept_where_not_all_hear),
        cmocka_unit_test(test_nothing_to_keep),
        cmocka_unit_test(test_end_of_planned_work_is_a_promise),
        cmocka_unit_test(test_what_was_promised_is_known),
        cmocka_unit_test(test_a_danger_outlives_the_incident),
        cmocka_unit_test(test_rights_leave_the_promise_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
