/* SPDX-License-Identifier: EUPL-1.2 */
/* What counts as said wrong, field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "policy/correction.h"

#include <string.h>

/* Everything that can be told, each in a value of its own; `other` in another one. */
static void
facts_make(struct facts *facts, bool other)
{
    *facts = (struct facts){
        .kind = other ? KIND_WATER : KIND_POWER,
        .status = other ? INCIDENT_RESTORED : INCIDENT_CONFIRMED,
        .severity = other ? SEVERITY_MINOR : SEVERITY_SEVERE,
        .customers_affected = other ? 12 : 90,
        .started_at_ms = other ? HOURS_MS : 2 * HOURS_MS,
        .ended_at_ms = other ? 3 * HOURS_MS : 4 * HOURS_MS,
        .etr = { .at_ms = other ? 5 * HOURS_MS : 6 * HOURS_MS },
        .planned = { .from_ms = other ? 7 * HOURS_MS : 8 * HOURS_MS,
                     .to_ms = 9 * HOURS_MS },
        .cause = { .code = other ? CAUSE_STORM : CAUSE_TREE },
        .n_places = 1,
        .places = memory_alloc(sizeof(struct place)),
        .has = UINT32_C(0xffffffff) & (FIELD_BIT(FIELD_COUNT) - 1),
    };
    facts->places[0].name = string_copy(other ? "Lund" : "Malmo");
    strings_add(&facts->advice, other ? "boil_water" : "conserve_water");
    localized_add(&facts->note, "", other ? "a" : "b");
}

static const enum event_field told[] = {
    FIELD_KIND,       FIELD_STATUS,   FIELD_PLACES, FIELD_CUSTOMERS_AFFECTED,
    FIELD_STARTED_AT, FIELD_ENDED_AT, FIELD_ETR,    FIELD_PLANNED,
    FIELD_CAUSE,      FIELD_ADVICE,   FIELD_NOTE,
};

static uint32_t
told_bits(void)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < ARRAY_COUNT(told); i++) {
        bits |= FIELD_BIT(told[i]);
    }
    return bits;
}

static void
test_each_field(void **state)
{
    struct facts said, now;

    (void)state;
    facts_make(&said, true);
    facts_make(&now, false);
    assert_int_equal(correction_wrong(&said, &now, UINT32_MAX), told_bits());
    assert_int_equal(correction_wrong(&said, &said, UINT32_MAX), 0);
    /* Only what is named. */
    for (size_t i = 0; i < ARRAY_COUNT(told); i++) {
        assert_int_equal(correction_wrong(&said, &now, FIELD_BIT(told[i])),
                         FIELD_BIT(told[i]));
        /* What was not said is not wrong; what is nothing any more is. */
        said.has &= ~FIELD_BIT(told[i]);
        assert_int_equal(correction_wrong(&said, &now, FIELD_BIT(told[i])), 0);
        said.has |= FIELD_BIT(told[i]);
        now.has &= ~FIELD_BIT(told[i]);
        assert_int_equal(correction_wrong(&said, &now, FIELD_BIT(told[i])),
                         FIELD_BIT(told[i]));
        now.has |= FIELD_BIT(told[i]);
    }
    facts_clear(&said);
    facts_clear(&now);
}

/* What nobody reads is no error. */
static void
test_what_reads_alike(void **state)
{
    struct facts said, now;

    (void)state;
    facts_make(&said, false);
    facts_make(&now, false);
    now.started_at_ms += 30 * SECONDS_MS;
    now.etr.at_ms += 59 * SECONDS_MS;
    now.etr.basis = ETR_BASIS_CREW;
    now.places[0].code = string_copy("1281");
    now.places[0].geometry = string_copy("{}");
    localized_add(&now.planned.work, "", "pipes");
    assert_int_equal(correction_wrong(&said, &now, UINT32_MAX), 0);
    now.started_at_ms += 30 * SECONDS_MS;
    assert_int_equal(correction_wrong(&said, &now, UINT32_MAX),
                     FIELD_BIT(FIELD_STARTED_AT));
    facts_clear(&said);
    facts_clear(&now);
}

/* "Nobody knows" was no error. */
static void
test_what_was_not_known(void **state)
{
    struct facts said, now;

    (void)state;
    facts_make(&said, true);
    facts_make(&now, false);
    said.customers_affected = 0;
    said.cause.code = CAUSE_UNKNOWN;
    strings_clear(&said.advice);
    assert_int_equal(correction_wrong(&said, &now,
                                      FIELD_BIT(FIELD_CUSTOMERS_AFFECTED) |
                                          FIELD_BIT(FIELD_CAUSE) |
                                          FIELD_BIT(FIELD_ADVICE)),
                     0);
    said.cause.code = CAUSE_OTHER;
    assert_int_equal(correction_wrong(&said, &now, FIELD_BIT(FIELD_CAUSE)), 0);
    localized_add(&said.cause.text, "", "A kite");
    assert_int_equal(correction_wrong(&said, &now, FIELD_BIT(FIELD_CAUSE)),
                     FIELD_BIT(FIELD_CAUSE));
    facts_clear(&said);
    facts_clear(&now);
}

static void
test_plain_notice(void **state)
{
    static const struct {
        enum incident_status status;
        enum notice notice;
    } rows[] = {
        { INCIDENT_PLANNED, NOTICE_PLANNED },
        { INCIDENT_SUSPECTED, NOTICE_SUSPECTED },
        { INCIDENT_CONFIRMED, NOTICE_FIRST },
        { INCIDENT_PARTLY_RESTORED, NOTICE_PARTLY_RESTORED },
        { INCIDENT_RESTORED, NOTICE_RESTORED },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct facts facts = { .status = rows[i].status };

        assert_int_equal(correction_plain_notice(&facts), rows[i].notice);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_field),
        cmocka_unit_test(test_what_reads_alike),
        cmocka_unit_test(test_what_was_not_known),
        cmocka_unit_test(test_plain_notice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
