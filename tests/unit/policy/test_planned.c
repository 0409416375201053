/* SPDX-License-Identifier: EUPL-1.2 */
/* What a status means for planned work, before, in and after its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/notice.h"
#include "policy/planned.h"

#include <string.h>

#define FROM INT64_C(1795957500000)
#define TO (FROM + 2 * HOURS_MS)

enum told {
    TOLD_NOTHING,
    TOLD_PLAN,
    TOLD_START
};

/* What was told, what the status is now, when: what is said. */
static const struct {
    enum told told;
    enum incident_status status;
    int64_t now_ms;
    enum notice notice;
} cases[] = {
    { TOLD_NOTHING, INCIDENT_PLANNED, FROM - 1, NOTICE_PLANNED },
    { TOLD_NOTHING, INCIDENT_PLANNED, FROM, NOTICE_PLANNED_STARTED },
    { TOLD_NOTHING, INCIDENT_PLANNED, TO, NOTICE_PLANNED },
    { TOLD_NOTHING, INCIDENT_CONFIRMED, FROM, NOTICE_PLANNED_STARTED },
    { TOLD_NOTHING, INCIDENT_CONFIRMED, TO, NOTICE_FIRST },
    { TOLD_NOTHING, INCIDENT_RESTORED, TO, NOTICE_RESTORED },
    { TOLD_PLAN, INCIDENT_PLANNED, FROM, NOTICE_NONE },
    { TOLD_PLAN, INCIDENT_CONFIRMED, FROM - HOURS_MS - 1, NOTICE_FIRST },
    { TOLD_PLAN, INCIDENT_CONFIRMED, FROM - HOURS_MS, NOTICE_PLANNED_STARTED },
    { TOLD_PLAN, INCIDENT_CONFIRMED, TO - 1, NOTICE_PLANNED_STARTED },
    { TOLD_PLAN, INCIDENT_CONFIRMED, TO, NOTICE_FIRST },
    { TOLD_PLAN, INCIDENT_RESTORED, TO, NOTICE_PLANNED_ENDED },
    { TOLD_PLAN, INCIDENT_RESTORED, TO + DAYS_MS, NOTICE_PLANNED_ENDED },
    { TOLD_PLAN, INCIDENT_CANCELLED, FROM - 1, NOTICE_PLANNED_OFF },
    { TOLD_PLAN, INCIDENT_CANCELLED, FROM, NOTICE_PLANNED_ENDED },
    { TOLD_PLAN, INCIDENT_PARTLY_RESTORED, TO, NOTICE_PARTLY_RESTORED },
    { TOLD_START, INCIDENT_CONFIRMED, FROM + 1, NOTICE_NONE },
    { TOLD_START, INCIDENT_RESTORED, FROM + 1, NOTICE_PLANNED_ENDED },
    { TOLD_START, INCIDENT_CANCELLED, FROM + 1, NOTICE_PLANNED_ENDED },
};

static void
speak(struct incident *incident, enum notice notice, int64_t now_ms)
{
    struct message message = { 0 };

    message_make(incident, notice, HOURS_MS, NULL, now_ms, &message);
    message_clear(&message);
}

static void
begin(struct incident *incident, enum told told)
{
    memset(incident, 0, sizeof(*incident));
    incident->exists = true;
    incident->facts.has =
        FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) | FIELD_BIT(FIELD_PLANNED);
    incident->facts.kind = KIND_POWER;
    incident->facts.status = INCIDENT_PLANNED;
    incident->facts.planned = (struct planned){ .from_ms = FROM, .to_ms = TO };
    if (told != TOLD_NOTHING) {
        speak(incident, NOTICE_PLANNED, FROM - 2 * HOURS_MS);
    }
    if (told == TOLD_START) {
        speak(incident, NOTICE_PLANNED_STARTED, FROM);
    }
}

static void
test_case_by_case(void **state)
{
    static const struct change change = { .existed = true };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct incident incident;
        enum notice notice;

        begin(&incident, cases[i].told);
        incident.facts.status = cases[i].status;
        notice =
            notice_decide(&incident, &change, 15 * MINUTES_MS, cases[i].now_ms).notice;
        if (notice != cases[i].notice) {
            fail_msg("case %zu: %s, not %s", i, name_of(&notice_names, (int)notice),
                     name_of(&notice_names, (int)cases[i].notice));
        }
        incident_clear(&incident);
    }
}

/* Begun work stays begun whatever its status is called, and ends as what it is. */
static void
test_begun_work_stays_so(void **state)
{
    static const struct change change = { .existed = true };
    struct incident incident;

    (void)state;
    begin(&incident, TOLD_START);
    incident.facts.status = INCIDENT_CONFIRMED;
    speak(&incident, NOTICE_CAUSE, FROM + 1);
    incident.facts.status = INCIDENT_PARTLY_RESTORED;
    speak(&incident, NOTICE_PARTLY_RESTORED, FROM + 2);
    incident.facts.planned.to_ms += HOURS_MS;
    assert_int_equal(
        notice_decide(&incident, &change, 15 * MINUTES_MS, FROM + 3).notice,
        NOTICE_PLANNED_MOVED);
    incident.facts.status = INCIDENT_CANCELLED;
    assert_int_equal(
        notice_decide(&incident, &change, 15 * MINUTES_MS, FROM + 3).notice,
        NOTICE_PLANNED_ENDED);
    incident.facts.status = INCIDENT_RESTORED;
    assert_int_equal(
        notice_decide(&incident, &change, 15 * MINUTES_MS, FROM + 3).notice,
        NOTICE_PLANNED_ENDED);
    speak(&incident, NOTICE_PLANNED_ENDED, FROM + 4);
    /* Out again: no longer the work. */
    incident.facts.status = INCIDENT_CONFIRMED;
    assert_int_equal(
        notice_decide(&incident, &change, 15 * MINUTES_MS, TO + DAYS_MS).notice,
        NOTICE_REOPENED);
    incident_clear(&incident);
}

/* The end that people were given is what a new time changes. */
static void
test_estimate_beside_the_end(void **state)
{
    static const struct change change = { .existed = true };
    static const struct {
        int64_t etr_ms;
        enum notice notice;
    } etrs[] = {
        { TO, NOTICE_NONE },
        { TO + 15 * MINUTES_MS, NOTICE_NONE },
        { TO + 15 * MINUTES_MS + 1, NOTICE_ETR_CHANGED },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(etrs); i++) {
        struct incident incident;
        struct message message = { 0 };

        begin(&incident, TOLD_START);
        incident.facts.status = INCIDENT_CONFIRMED;
        incident.facts.has |= FIELD_BIT(FIELD_ETR);
        incident.facts.etr.at_ms = etrs[i].etr_ms;
        assert_int_equal(
            notice_decide(&incident, &change, 15 * MINUTES_MS, FROM + 1).notice,
            etrs[i].notice);
        message_make(&incident, NOTICE_ETR_CHANGED, HOURS_MS, NULL, FROM + 1, &message);
        assert_int_equal(message.old_etr_at_ms, TO);
        message_clear(&message);
        incident_clear(&incident);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_by_case),
        cmocka_unit_test(test_begun_work_stays_so),
        cmocka_unit_test(test_estimate_beside_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
