/* SPDX-License-Identifier: EUPL-1.2 */
/* How long a message rests, and which interruptions are short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "policy/notice.h"
#include "policy/rest.h"

#define NOON INT64_C(1795000000000)

static const struct rest_rule ten_seconds = { .hold_down_ms = 10 * SECONDS_MS };
static const struct rest_rule one_minute = { .hold_down_ms = 10 * SECONDS_MS,
                                             .short_interruption_ms = MINUTES_MS };
static const struct rest_standing untold = { .rests_until_ms = TIME_NONE };
static const struct rest_standing told = { .told = true, .rests_until_ms = TIME_NONE };

/* It came to exist at noon. */
static struct incident
incident_now(enum incident_status status)
{
    struct incident incident = { .exists = true,
                                 .exists_since_ms = NOON,
                                 .closed_at_ms = TIME_NONE };

    incident.facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    incident.facts.status = status;
    return incident;
}

static void
begin_at(struct incident *incident, int64_t at_ms)
{
    incident->facts.has |= FIELD_BIT(FIELD_STARTED_AT);
    incident->facts.started_at_ms = at_ms;
}

static void
end_at(struct incident *incident, int64_t at_ms)
{
    incident->facts.has |= FIELD_BIT(FIELD_ENDED_AT);
    incident->facts.ended_at_ms = at_ms;
}

static int64_t
rest(const struct incident *incident, enum notice notice, const struct rest_rule *rule,
     const struct rest_standing *standing, int64_t now_ms)
{
    const struct message message = { .notice = notice,
                                     .priority =
                                         notice_priority(notice, &incident->facts) };

    return rest_until(incident, &message, rule, standing, now_ms) - now_ms;
}

static void
test_news_rests(void **state)
{
    static const struct rest_rule none = { 0 };
    struct incident incident = incident_now(INCIDENT_CONFIRMED);

    (void)state;
    assert_int_equal(rest(&incident, NOTICE_FIRST, &ten_seconds, &untold, NOON), 10000);
    assert_int_equal(rest(&incident, NOTICE_CAUSE, &ten_seconds, &told, NOON), 10000);
    assert_int_equal(rest(&incident, NOTICE_FIRST, &none, &untold, NOON), 0);
}

/* Every notice that takes back, hands on or was promised for now, and what is urgent. */
static void
test_what_never_rests(void **state)
{
    static const enum notice notices[] = { NOTICE_FALSE_ALARM, NOTICE_PLANNED_OFF,
                                           NOTICE_MERGED,      NOTICE_LAPSED,
                                           NOTICE_ALARM,       NOTICE_ALARM_OVER };
    struct incident incident = incident_now(INCIDENT_CONFIRMED);

    (void)state;
    for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
        assert_int_equal(rest(&incident, notices[i], &one_minute, &untold, NOON), 0);
    incident.facts.has |= FIELD_BIT(FIELD_SEVERITY);
    incident.facts.severity = SEVERITY_SEVERE;
    assert_int_equal(rest(&incident, NOTICE_FIRST, &one_minute, &untold, NOON), 0);
}

static void
test_end_rests_only_where_nothing_was_told(void **state)
{
    struct incident incident = incident_now(INCIDENT_RESTORED);

    (void)state;
    assert_int_equal(rest(&incident, NOTICE_RESTORED, &ten_seconds, &told, NOON), 0);
    assert_int_equal(rest(&incident, NOTICE_RESTORED, &ten_seconds, &untold, NOON),
                     10000);
    /* Planned work is no end. */
    incident.facts.status = INCIDENT_PLANNED;
    assert_int_equal(rest(&incident, NOTICE_PLANNED_MOVED, &ten_seconds, &told, NOON),
                     10000);
}

static void
test_window_is_not_prolonged(void **state)
{
    struct incident incident = incident_now(INCIDENT_CONFIRMED);
    struct rest_standing standing = { .rests_until_ms = NOON + 4000 };

    (void)state;
    assert_int_equal(rest(&incident, NOTICE_CAUSE, &ten_seconds, &standing, NOON),
                     4000);
    /* It is over: another one opens. */
    standing.rests_until_ms = NOON;
    assert_int_equal(rest(&incident, NOTICE_CAUSE, &ten_seconds, &standing, NOON),
                     10000);
    /* What was put off by a clock that was ahead puts off nothing else. */
    standing.rests_until_ms = NOON + 10 * DAYS_MS;
    assert_int_equal(rest(&incident, NOTICE_CAUSE, &ten_seconds, &standing, NOON),
                     10000);
}

static void
test_waits_for_the_interruption_to_be_long(void **state)
{
    struct incident incident = incident_now(INCIDENT_CONFIRMED);

    (void)state;
    assert_int_equal(rest(&incident, NOTICE_FIRST, &one_minute, &untold, NOON), 60000);
    assert_int_equal(rest(&incident, NOTICE_CAUSE, &one_minute, &told, NOON), 10000);
    begin_at(&incident, NOON - 20000);
    assert_int_equal(rest(&incident, NOTICE_FIRST, &one_minute, &untold, NOON), 40000);
    /* Almost there: the burst has its window all the same. */
    begin_at(&incident, NOON - 55000);
    assert_int_equal(rest(&incident, NOTICE_FIRST, &one_minute, &untold, NOON), 10000);
    /* A start that is still to come says nothing. */
    begin_at(&incident, NOON + HOURS_MS);
    assert_int_equal(rest(&incident, NOTICE_FIRST, &one_minute, &untold, NOON), 60000);
    incident.facts.status = INCIDENT_PLANNED;
    assert_int_equal(rest(&incident, NOTICE_PLANNED, &one_minute, &untold, NOON),
                     10000);
}

static void
test_short_interruptions(void **state)
{
    struct incident incident = incident_now(INCIDENT_RESTORED);
    int64_t lasted;

    (void)state;
    incident.closed_at_ms = NOON + 40000;
    assert_true(rest_was_short(&incident, MINUTES_MS, NOON + 40000, &lasted));
    assert_int_equal(lasted, 40000);
    assert_false(rest_was_short(&incident, 40000, NOON + 40000, &lasted));
    /* When it began and ended is what counts, not when it was heard of. */
    begin_at(&incident, NOON - 30000);
    assert_false(rest_was_short(&incident, MINUTES_MS, NOON + 40000, &lasted));
    end_at(&incident, NOON - 10000);
    assert_true(rest_was_short(&incident, MINUTES_MS, NOON + 40000, &lasted));
    assert_int_equal(lasted, 20000);
    /* An end that is still to come is none. */
    end_at(&incident, NOON + DAYS_MS);
    assert_false(rest_was_short(&incident, MINUTES_MS, NOON + 40000, &lasted));
}

static void
test_what_is_never_short(void **state)
{
    struct incident incident = incident_now(INCIDENT_CONFIRMED);
    int64_t lasted;

    (void)state;
    assert_false(rest_was_short(&incident, MINUTES_MS, NOON, &lasted));
    /* Over when it was first heard of: nobody knows how long it lasted. */
    incident.facts.status = INCIDENT_RESTORED;
    incident.closed_at_ms = NOON;
    assert_false(rest_was_short(&incident, MINUTES_MS, NOON, &lasted));
    incident.closed_at_ms = NOON + 1;
    assert_true(rest_was_short(&incident, MINUTES_MS, NOON + 1, &lasted));
    incident.facts.has |= FIELD_BIT(FIELD_PLANNED);
    assert_false(rest_was_short(&incident, MINUTES_MS, NOON + 1, &lasted));
    incident.facts.has &= ~FIELD_BIT(FIELD_PLANNED);
    incident.facts.has |= FIELD_BIT(FIELD_SEVERITY);
    incident.facts.severity = SEVERITY_EXTREME;
    assert_false(rest_was_short(&incident, MINUTES_MS, NOON + 1, &lasted));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_news_rests),
        cmocka_unit_test(test_what_never_rests),
        cmocka_unit_test(test_end_rests_only_where_nothing_was_told),
        cmocka_unit_test(test_window_is_not_prolonged),
        cmocka_unit_test(test_waits_for_the_interruption_to_be_long),
        cmocka_unit_test(test_short_interruptions),
        cmocka_unit_test(test_what_is_never_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
