/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of notice_decide: the state table cell by cell, and the news within a status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/notice.h"

#include <string.h>

#define NOON INT64_C(1795000000000)

#define N NOTICE_NONE
#define SUSP NOTICE_SUSPECTED
#define PART NOTICE_PARTLY_RESTORED
#define REST NOTICE_RESTORED
#define REOP NOTICE_REOPENED
#define FALS NOTICE_FALSE_ALARM
#define PLAN NOTICE_PLANNED
#define OFF NOTICE_PLANNED_OFF
#define ENDD NOTICE_PLANNED_ENDED

/* Rows: nothing, planned, suspected, confirmed, partly_restored, restored, cancelled. */
static const enum notice expected[1 + INCIDENT_STATUS_COUNT][INCIDENT_STATUS_COUNT] = {
    /* planned suspected confirmed partly restored cancelled */
    { PLAN, SUSP, NOTICE_FIRST, PART, REST, N },
    { N, NOTICE_FIRST, NOTICE_FIRST, PART, ENDD, OFF },
    { PLAN, N, NOTICE_FIRST, PART, REST, FALS },
    { PLAN, N, N, PART, REST, FALS },
    { PLAN, REOP, REOP, N, REST, FALS },
    { PLAN, REOP, REOP, REOP, N, FALS },
    { PLAN, REOP, REOP, REOP, REST, N },
};

static const struct change in_order = { .existed = true };

/* Somebody was told: power, with the status, and nothing else. */
static struct incident
told(enum incident_status said, enum incident_status now)
{
    struct incident incident = { .exists = true };

    incident.facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    incident.facts.kind = KIND_POWER;
    incident.facts.status = now;
    incident.said.anything = true;
    incident.said.status = said;
    incident.said.etr_at_ms = TIME_NONE;
    return incident;
}

static void
set_etr(struct incident *incident, int64_t at_ms)
{
    incident->facts.has |= FIELD_BIT(FIELD_ETR);
    incident->facts.etr.at_ms = at_ms;
}

static void
set_planned(struct incident *incident, int64_t from_ms, int64_t to_ms)
{
    incident->facts.has |= FIELD_BIT(FIELD_PLANNED);
    incident->facts.planned.from_ms = from_ms;
    incident->facts.planned.to_ms = to_ms;
}

static void
set_cause(struct incident *incident, enum cause_code code)
{
    incident->facts.has |= FIELD_BIT(FIELD_CAUSE);
    incident->facts.cause.code = code;
}

static enum notice
decide(const struct incident *incident)
{
    struct verdict verdict = notice_decide(incident, &in_order, 15 * MINUTES_MS, NOON);

    /* Either something is said, or there is a reason why not. */
    assert_int_equal(verdict.notice == NOTICE_NONE, verdict.why != NULL);
    return verdict.notice;
}

static void
test_table_cell_by_cell(void **state)
{
    (void)state;
    for (int now = 0; now < INCIDENT_STATUS_COUNT; now++) {
        for (int said = -1; said < INCIDENT_STATUS_COUNT; said++) {
            struct incident incident = told((enum incident_status)(said < 0 ? 0 : said),
                                            (enum incident_status)now);
            enum notice cell = expected[said + 1][now];

            incident.said.anything = said >= 0;
            assert_int_equal(notice_for_status(
                                 said >= 0, (enum incident_status)(said < 0 ? 0 : said),
                                 (enum incident_status)now),
                             cell);
            assert_int_equal(decide(&incident), cell);
        }
    }
}

static void
test_not_yet_an_incident(void **state)
{
    struct incident incident = { .exists = false };

    (void)state;
    assert_int_equal(decide(&incident), NOTICE_NONE);
}

static void
test_first_estimate(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);

    (void)state;
    set_etr(&incident, NOON + HOURS_MS);
    assert_int_equal(decide(&incident), NOTICE_ETR_SET);
    /* One that is past on arrival is said too. */
    set_etr(&incident, NOON - HOURS_MS);
    assert_int_equal(decide(&incident), NOTICE_ETR_SET);
}

static void
test_moved_estimate(void **state)
{
    static const struct {
        int64_t moved_ms;
        enum notice notice;
    } cases[] = {
        { 0, NOTICE_NONE },
        { 15 * MINUTES_MS, NOTICE_NONE },
        { 15 * MINUTES_MS + 1, NOTICE_ETR_CHANGED },
        { -15 * MINUTES_MS, NOTICE_NONE },
        { -15 * MINUTES_MS - 1, NOTICE_ETR_CHANGED },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct incident incident =
            told(INCIDENT_PARTLY_RESTORED, INCIDENT_PARTLY_RESTORED);

        incident.said.etr_at_ms = NOON + HOURS_MS;
        set_etr(&incident, NOON + HOURS_MS + cases[i].moved_ms);
        assert_int_equal(decide(&incident), cases[i].notice);
    }
}

static void
test_withdrawn_estimate_is_no_notice(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);

    (void)state;
    incident.said.etr_at_ms = NOON + HOURS_MS;
    assert_int_equal(decide(&incident), NOTICE_NONE);
}

static void
test_cause(void **state)
{
    struct incident incident = told(INCIDENT_SUSPECTED, INCIDENT_SUSPECTED);

    (void)state;
    set_cause(&incident, CAUSE_UNKNOWN);
    assert_int_equal(decide(&incident), NOTICE_NONE);
    set_cause(&incident, CAUSE_TREE);
    assert_int_equal(decide(&incident), NOTICE_CAUSE);
    incident.said.cause = true;
    assert_int_equal(decide(&incident), NOTICE_NONE);
}

static void
test_numbers_are_no_news(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);
    struct change change = { .existed = true,
                             .changed = FIELD_BIT(FIELD_CUSTOMERS_AFFECTED),
                             .supplied = FIELD_BIT(FIELD_CUSTOMERS_AFFECTED) };

    (void)state;
    assert_int_equal(notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_NONE);
}

static void
test_over_makes_no_news(void **state)
{
    const enum incident_status over[] = { INCIDENT_RESTORED, INCIDENT_CANCELLED };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(over); i++) {
        struct incident incident = told(over[i], over[i]);

        set_etr(&incident, NOON + HOURS_MS);
        set_cause(&incident, CAUSE_ICE);
        assert_int_equal(decide(&incident), NOTICE_NONE);
    }
}

static void
test_place_that_was_lacking(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);
    struct change change = { .existed = true, .supplied = FIELD_BIT(FIELD_PLACES) };

    (void)state;
    assert_int_equal(notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_FIRST);
    change.supplied = 0; /* a place instead of another */
    change.changed = FIELD_BIT(FIELD_PLACES);
    assert_int_equal(notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_NONE);
}

static void
test_late_event(void **state)
{
    static const struct {
        enum event_field supplied;
        enum incident_status status;
        enum notice notice;
    } cases[] = {
        { FIELD_PLACES, INCIDENT_CONFIRMED, NOTICE_FIRST },
        { FIELD_STARTED_AT, INCIDENT_SUSPECTED, NOTICE_SUSPECTED },
        { FIELD_CUSTOMERS_AFFECTED, INCIDENT_PARTLY_RESTORED, NOTICE_PARTLY_RESTORED },
        { FIELD_PLACES, INCIDENT_RESTORED, NOTICE_RESTORED },
        { FIELD_PLACES, INCIDENT_CANCELLED, NOTICE_NONE },
        { FIELD_ETR, INCIDENT_CONFIRMED, NOTICE_NONE },
        { FIELD_CAUSE, INCIDENT_CONFIRMED, NOTICE_NONE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct incident incident = told(cases[i].status, cases[i].status);
        struct change change = { .existed = true,
                                 .late = true,
                                 .supplied = FIELD_BIT(cases[i].supplied) };
        struct verdict verdict;

        set_etr(&incident, NOON + HOURS_MS);
        set_cause(&incident, CAUSE_TREE);
        verdict = notice_decide(&incident, &change, 15 * MINUTES_MS, NOON);
        assert_int_equal(verdict.notice, cases[i].notice);
        assert_int_equal(verdict.notice == NOTICE_NONE, verdict.why != NULL);
    }
}

static void
test_first_notice_whatever_the_order(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);
    struct change change = { .late = true, .came_to_exist = true };

    (void)state;
    memset(&incident.said, 0, sizeof(incident.said));
    assert_int_equal(notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_FIRST);
}

static void
test_planned_moved(void **state)
{
    struct incident incident = told(INCIDENT_PLANNED, INCIDENT_PLANNED);

    (void)state;
    set_planned(&incident, NOON + DAYS_MS, NOON + DAYS_MS + HOURS_MS);
    assert_int_equal(decide(&incident), NOTICE_PLANNED); /* no time was said before */
    incident.said.planned_from_ms = NOON + DAYS_MS;
    incident.said.planned_to_ms = NOON + DAYS_MS + HOURS_MS;
    assert_int_equal(decide(&incident), NOTICE_NONE);
    incident.said.planned_to_ms += 1;
    assert_int_equal(decide(&incident), NOTICE_PLANNED_MOVED);
    incident.facts.has &= ~FIELD_BIT(FIELD_PLANNED);
    assert_int_equal(decide(&incident), NOTICE_NONE);
}

static void
test_planned_in_the_past_is_not_said(void **state)
{
    struct incident incident = told(INCIDENT_PLANNED, INCIDENT_PLANNED);

    (void)state;
    incident.said.anything = false;
    set_planned(&incident, NOON - 5 * HOURS_MS, NOON - HOURS_MS);
    assert_int_equal(decide(&incident), NOTICE_PLANNED);
    set_planned(&incident, NOON - 5 * HOURS_MS, NOON - HOURS_MS - 1);
    assert_int_equal(decide(&incident), NOTICE_NONE);
    /* What became of it is no notice about the plan. */
    incident.facts.status = INCIDENT_CONFIRMED;
    assert_int_equal(decide(&incident), NOTICE_FIRST);
}

static void
test_merged_is_said_once(void **state)
{
    char other[] = "OMS-2";
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_PARTLY_RESTORED);
    struct change late = { .existed = true,
                           .late = true,
                           .supplied = FIELD_BIT(FIELD_PLACES) };

    (void)state;
    incident.facts.has |= FIELD_BIT(FIELD_MERGE_INTO);
    incident.facts.merge_into = other;
    incident.merged_into_row = 0; /* nobody knows of the other yet */
    assert_int_equal(decide(&incident), NOTICE_PARTLY_RESTORED);
    incident.merged_into_row = 7;
    assert_int_equal(decide(&incident), NOTICE_MERGED);
    assert_int_equal(notice_decide(&incident, &late, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_NONE);
    incident.said.merged = true;
    assert_int_equal(decide(&incident), NOTICE_NONE);
    incident.said.merged = false;
    incident.said.anything = false; /* nobody knows of it */
    assert_int_equal(decide(&incident), NOTICE_NONE);
}

static void
test_no_longer_merged_is_said_again(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);

    (void)state;
    incident.said.merged = true;
    assert_int_equal(decide(&incident), NOTICE_FIRST);
    incident.facts.status = INCIDENT_PARTLY_RESTORED;
    assert_int_equal(decide(&incident), NOTICE_PARTLY_RESTORED);
    incident.facts.status = INCIDENT_RESTORED;
    assert_int_equal(decide(&incident), NOTICE_RESTORED);
    incident.said.status = INCIDENT_RESTORED;
    assert_int_equal(decide(&incident), NOTICE_NONE);
}

static void
test_priority(void **state)
{
    static const struct {
        enum notice notice;
        enum severity severity;
        enum incident_status status;
        enum priority priority;
    } cases[] = {
        { NOTICE_FIRST, SEVERITY_EXTREME, INCIDENT_CONFIRMED, PRIORITY_URGENT },
        { NOTICE_FIRST, SEVERITY_SEVERE, INCIDENT_CONFIRMED, PRIORITY_URGENT },
        { NOTICE_FIRST, SEVERITY_MODERATE, INCIDENT_CONFIRMED, PRIORITY_NORMAL },
        { NOTICE_FIRST, SEVERITY_UNKNOWN, INCIDENT_CONFIRMED, PRIORITY_NORMAL },
        { NOTICE_FIRST, SEVERITY_MINOR, INCIDENT_CONFIRMED, PRIORITY_BULK },
        { NOTICE_PLANNED_1D, SEVERITY_UNKNOWN, INCIDENT_PLANNED, PRIORITY_BULK },
        { NOTICE_PLANNED_OFF, SEVERITY_UNKNOWN, INCIDENT_CANCELLED, PRIORITY_BULK },
        { NOTICE_PLANNED, SEVERITY_SEVERE, INCIDENT_PLANNED, PRIORITY_URGENT },
        { NOTICE_FALSE_ALARM, SEVERITY_MINOR, INCIDENT_CANCELLED, PRIORITY_URGENT },
    };
    struct facts unknown = { .status = INCIDENT_CONFIRMED };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct facts facts = { .has =
                                   FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_STATUS),
                               .severity = cases[i].severity,
                               .status = cases[i].status };

        assert_int_equal(notice_priority(cases[i].notice, &facts), cases[i].priority);
    }
    /* Zero is "extreme": a severity that is not known must not be read. */
    assert_int_equal(notice_priority(NOTICE_FIRST, &unknown), PRIORITY_NORMAL);
}

static void
test_changed_advice_is_said(void **state)
{
    struct incident incident = told(INCIDENT_CONFIRMED, INCIDENT_CONFIRMED);
    struct change change = { .existed = true, .changed = FIELD_BIT(FIELD_ADVICE) };

    (void)state;
    assert_int_equal(notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_FIRST);
    change.changed = FIELD_BIT(FIELD_CREW);
    assert_int_equal(notice_decide(&incident, &change, 15 * MINUTES_MS, NOON).notice,
                     NOTICE_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_cell_by_cell),
        cmocka_unit_test(test_not_yet_an_incident),
        cmocka_unit_test(test_first_estimate),
        cmocka_unit_test(test_moved_estimate),
        cmocka_unit_test(test_withdrawn_estimate_is_no_notice),
        cmocka_unit_test(test_cause),
        cmocka_unit_test(test_numbers_are_no_news),
        cmocka_unit_test(test_over_makes_no_news),
        cmocka_unit_test(test_place_that_was_lacking),
        cmocka_unit_test(test_late_event),
        cmocka_unit_test(test_first_notice_whatever_the_order),
        cmocka_unit_test(test_planned_moved),
        cmocka_unit_test(test_planned_in_the_past_is_not_said),
        cmocka_unit_test(test_changed_advice_is_said),
        cmocka_unit_test(test_merged_is_said_once),
        cmocka_unit_test(test_no_longer_merged_is_said_again),
        cmocka_unit_test(test_priority),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
