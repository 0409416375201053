/* SPDX-License-Identifier: EUPL-1.2 */
/* When the right to compensation is due, and for whom it never is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "policy/notice.h"
#include "policy/rights.h"

#define T0 INT64_C(1795957500000)

/* Power, told as confirmed at T0, without a known start. */
static struct incident
dark(void)
{
    struct incident incident = { .exists = true, .confirmed_at_ms = T0 };

    incident.facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS);
    incident.facts.kind = KIND_POWER;
    incident.facts.status = INCIDENT_CONFIRMED;
    incident.said.anything = true;
    incident.said.status = INCIDENT_CONFIRMED;
    incident.said.spoken_at_ms = T0;
    incident.said.etr_at_ms = TIME_NONE;
    incident.said.next_word_at_ms = TIME_NONE;
    return incident;
}

static void
test_twelve_hours_after_the_start(void **state)
{
    struct incident incident = dark();

    (void)state;
    assert_int_equal(rights_due_at(&incident), T0 + 12 * HOURS_MS);
    incident.facts.has |= FIELD_BIT(FIELD_STARTED_AT);
    incident.facts.started_at_ms = T0 - 3 * HOURS_MS;
    assert_int_equal(rights_due_at(&incident), T0 + 9 * HOURS_MS);
}

static void
test_not_for_these(void **state)
{
    enum {
        WATER,
        NOT_CONFIRMED,
        PLANNED,
        CAUSED_BY_WORK,
        MERGED,
        TOLD,
        NOBODY_HEARD,
        CASES
    };
    char other[] = "O-2";

    (void)state;
    for (int i = 0; i < CASES; i++) {
        struct incident incident = dark();

        switch (i) {
        case WATER:
            incident.facts.kind = KIND_WATER;
            break;
        case NOT_CONFIRMED:
            incident.confirmed_at_ms = TIME_NONE;
            break;
        case PLANNED:
            incident.facts.has |= FIELD_BIT(FIELD_PLANNED);
            break;
        case CAUSED_BY_WORK:
            incident.facts.has |= FIELD_BIT(FIELD_CAUSE);
            incident.facts.cause.code = CAUSE_PLANNED_WORK;
            break;
        case MERGED:
            incident.facts.has |= FIELD_BIT(FIELD_MERGE_INTO);
            incident.facts.merge_into = other;
            break;
        case TOLD:
            incident.said.rights = true;
            break;
        case NOBODY_HEARD:
            incident.said.anything = false;
            break;
        }
        assert_int_equal(rights_due_at(&incident), TIME_NEVER);
    }
}

static void
test_not_more_than_an_hour_late(void **state)
{
    struct incident incident = dark();
    const int64_t due_ms = T0 + 12 * HOURS_MS;

    (void)state;
    assert_int_equal(notice_next_check(&incident, T0), due_ms);
    assert_int_equal(notice_due(&incident, due_ms - 1), NOTICE_NONE);
    assert_int_equal(notice_due(&incident, due_ms), NOTICE_RIGHTS_12H);
    assert_int_equal(notice_due(&incident, due_ms + HOURS_MS), NOTICE_RIGHTS_12H);
    assert_int_equal(notice_due(&incident, due_ms + HOURS_MS + 1), NOTICE_NONE);
    assert_int_equal(notice_next_check(&incident, due_ms + HOURS_MS + 1), TIME_NEVER);
    notice_pass_over(&incident, NOTICE_RIGHTS_12H);
    assert_int_equal(notice_due(&incident, due_ms), NOTICE_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twelve_hours_after_the_start),
        cmocka_unit_test(test_not_for_these),
        cmocka_unit_test(test_not_more_than_an_hour_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
