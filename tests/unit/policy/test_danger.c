/* SPDX-License-Identifier: EUPL-1.2 */
/* Advice that concerns life and health: when it is a notice of its own, and when it is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/danger.h"
#include "policy/notice.h"

#include <string.h>

#define T0 INT64_C(1795957500000)

static const struct change in_order = { .existed = true };

static void
begin(struct incident *incident, enum incident_status status)
{
    memset(incident, 0, sizeof(*incident));
    incident->exists = true;
    incident->facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    incident->facts.kind = KIND_WATER;
    incident->facts.status = status;
}

static void
advise(struct incident *incident, const char *first, const char *second)
{
    strings_clear(&incident->facts.advice);
    incident->facts.has |= FIELD_BIT(FIELD_ADVICE);
    if (first != NULL) {
        strings_add(&incident->facts.advice, first);
    }
    if (second != NULL) {
        strings_add(&incident->facts.advice, second);
    }
}

static enum priority
speak(struct incident *incident, enum notice notice)
{
    struct message message = { 0 };
    enum priority priority;

    message_make(incident, notice, HOURS_MS, NULL, T0, &message);
    priority = message.priority;
    message_clear(&message);
    return priority;
}

static enum notice
decide(const struct incident *incident)
{
    return notice_decide(incident, &in_order, 15 * MINUTES_MS, T0).notice;
}

static void
test_which_advice_is_danger(void **state)
{
    struct incident incident;

    (void)state;
    begin(&incident, INCIDENT_CONFIRMED);
    assert_int_equal(danger_named(&incident.facts), 0);
    advise(&incident, "stay_away_from_lines", "conserve_water");
    assert_int_equal(danger_named(&incident.facts), 0);
    advise(&incident, "boil_water", "stay_away_from_lines");
    assert_int_equal(danger_named(&incident.facts), DANGER_BIT(DANGER_BOIL_WATER));
    advise(&incident, "do_not_drink", NULL);
    assert_int_equal(danger_named(&incident.facts), DANGER_BIT(DANGER_DO_NOT_DRINK));
    incident.facts.has &= ~FIELD_BIT(FIELD_ADVICE);
    assert_int_equal(danger_named(&incident.facts), 0);
    incident_clear(&incident);
}

static void
test_in_force_by_status(void **state)
{
    static const bool holds[INCIDENT_STATUS_COUNT] = {
        [INCIDENT_SUSPECTED] = true,
        [INCIDENT_CONFIRMED] = true,
        [INCIDENT_PARTLY_RESTORED] = true,
        [INCIDENT_RESTORED] = true,
    };
    struct incident incident;

    (void)state;
    begin(&incident, INCIDENT_PLANNED);
    advise(&incident, "boil_water", NULL);
    for (int status = 0; status < INCIDENT_STATUS_COUNT; status++) {
        incident.facts.status = (enum incident_status)status;
        assert_int_equal(danger_in_force(&incident.facts, T0) != 0, holds[status]);
    }
    incident.facts.status = INCIDENT_PLANNED;
    incident.facts.has |= FIELD_BIT(FIELD_PLANNED);
    incident.facts.planned.from_ms = T0 + 1;
    assert_int_equal(danger_in_force(&incident.facts, T0), 0);
    assert_int_not_equal(danger_in_force(&incident.facts, T0 + 1), 0);
    incident_clear(&incident);
}

static void
test_first_word_is_the_danger(void **state)
{
    struct incident incident;

    (void)state;
    begin(&incident, INCIDENT_SUSPECTED);
    advise(&incident, "boil_water", NULL);
    assert_int_equal(decide(&incident), NOTICE_DANGER);
    assert_int_equal(speak(&incident, NOTICE_DANGER), PRIORITY_URGENT);
    assert_int_equal(decide(&incident), NOTICE_NONE);
    incident.facts.status = INCIDENT_CONFIRMED;
    assert_int_equal(decide(&incident), NOTICE_FIRST);
    /* It was said before: as urgent as it would be without. */
    assert_int_equal(speak(&incident, NOTICE_FIRST), PRIORITY_NORMAL);
    incident_clear(&incident);
}

/* Each change of such advice in an incident that is told as confirmed. */
static void
test_table(void **state)
{
    static const struct {
        const char *before, *now;
        enum notice notice;
    } cases[] = {
        { NULL, NULL, NOTICE_NONE },
        { NULL, "boil_water", NOTICE_DANGER },
        { "boil_water", "boil_water", NOTICE_NONE },
        { "boil_water", "do_not_drink", NOTICE_DANGER },
        { "do_not_drink", "boil_water", NOTICE_DANGER },
        { "boil_water", NULL, NOTICE_DANGER_OVER },
        { "boil_water", "conserve_water", NOTICE_DANGER_OVER },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct incident incident;

        begin(&incident, INCIDENT_CONFIRMED);
        advise(&incident, cases[i].before, NULL);
        speak(&incident, NOTICE_FIRST);
        advise(&incident, cases[i].now, NULL);
        assert_int_equal(decide(&incident), cases[i].notice);
        if (cases[i].notice != NOTICE_NONE) {
            assert_int_equal(speak(&incident, cases[i].notice), PRIORITY_URGENT);
            assert_int_equal(decide(&incident), NOTICE_NONE);
        }
        incident_clear(&incident);
    }
}

/* Whatever else the event says, the danger goes first; an end says it itself. */
static void
test_beside_other_news(void **state)
{
    static const struct {
        enum incident_status status;
        enum notice with_danger, without;
    } cases[] = {
        { INCIDENT_PARTLY_RESTORED, NOTICE_DANGER, NOTICE_DANGER_OVER },
        { INCIDENT_RESTORED, NOTICE_RESTORED, NOTICE_RESTORED },
        { INCIDENT_CANCELLED, NOTICE_FALSE_ALARM, NOTICE_FALSE_ALARM },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct incident incident;

        begin(&incident, INCIDENT_CONFIRMED);
        speak(&incident, NOTICE_FIRST);
        incident.facts.status = cases[i].status;
        advise(&incident, "boil_water", NULL);
        assert_int_equal(decide(&incident), cases[i].with_danger);
        incident_clear(&incident);

        begin(&incident, INCIDENT_CONFIRMED);
        advise(&incident, "boil_water", NULL);
        speak(&incident, NOTICE_DANGER);
        incident.facts.status = cases[i].status;
        advise(&incident, NULL, NULL);
        assert_int_equal(decide(&incident), cases[i].without);
        assert_int_equal(speak(&incident, cases[i].without), PRIORITY_URGENT);
        incident_clear(&incident);
    }
}

static void
test_late_events_and_newcomers(void **state)
{
    const struct change late = { .existed = true, .late = true };
    struct incident incident;

    (void)state;
    begin(&incident, INCIDENT_CONFIRMED);
    speak(&incident, NOTICE_FIRST);
    assert_int_equal(notice_whole(&incident, T0), NOTICE_FIRST);
    advise(&incident, "boil_water", NULL);
    assert_int_equal(notice_decide(&incident, &late, 15 * MINUTES_MS, T0).notice,
                     NOTICE_DANGER);
    assert_int_equal(notice_whole(&incident, T0), NOTICE_DANGER);
    incident_clear(&incident);
}

static void
test_lifted_after_the_end(void **state)
{
    struct incident incident;

    (void)state;
    begin(&incident, INCIDENT_CONFIRMED);
    advise(&incident, "boil_water", NULL);
    speak(&incident, NOTICE_DANGER);
    incident.facts.status = INCIDENT_RESTORED;
    assert_int_equal(decide(&incident), NOTICE_RESTORED);
    assert_int_equal(speak(&incident, NOTICE_RESTORED), PRIORITY_NORMAL);
    assert_int_equal(decide(&incident), NOTICE_NONE);
    advise(&incident, NULL, NULL);
    assert_int_equal(decide(&incident), NOTICE_DANGER_OVER);
    speak(&incident, NOTICE_DANGER_OVER);
    assert_int_equal(decide(&incident), NOTICE_NONE);
    incident_clear(&incident);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_advice_is_danger),
        cmocka_unit_test(test_in_force_by_status),
        cmocka_unit_test(test_first_word_is_the_danger),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_beside_other_news),
        cmocka_unit_test(test_late_events_and_newcomers),
        cmocka_unit_test(test_lifted_after_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
