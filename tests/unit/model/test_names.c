/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every name of every enumeration, as events, answers and configurations write it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/names.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

/* The names of a table, in the order of its enum, joined by blanks. */
static const struct {
    const struct names *names;
    const char *expected;
} tables[] = {
    { &mode_names, "actual exercise test" },
    { &kind_names, "power water sewage heating gas telecom transport other" },
    { &status_names, "planned suspected confirmed partly_restored restored cancelled" },
    { &severity_names, "extreme severe moderate minor unknown" },
    { &etr_basis_names, "none average area crew" },
    { &cause_names, "tree storm lightning ice animal digging vehicle cable equipment "
                    "overload fire flood planned_work safety_shutoff pipe_burst "
                    "contamination unknown other" },
    { &crew_names, "awaiting assigned en_route on_site done" },
    { &audience_names, "public staff" },
    { &field_names,
      "mode kind status severity places premises customers_affected "
      "customers_restored started_at ended_at etr planned cause crew advice note "
      "next_word_at audience merge_into" },
    { &notice_names, "none suspected first cause etr_set etr_changed partly_restored "
                     "restored reopened false_alarm merged planned planned_3d "
                     "planned_1d planned_1h planned_moved planned_off lapsed alarm "
                     "alarm_over planned_started planned_ended rights_12h danger "
                     "danger_over correction storm_begun storm storm_over" },
    { &result_names, "applied repeat outdated waiting held" },
    { &delivery_state_names, "held pending in_flight unknown parked delivered covered "
                             "cancelled undeliverable expanded" },
    { &priority_names, "urgent normal bulk" },
    { &backlog_names, "each catch_up" },
    { &on_unknown_names, "resend park" },
    { &channel_state_names, "up down paused" },
    { &alarm_kind_names, "channel_paused parked redirects undeliverable disk_low "
                         "disk_critical database_set_aside spool crashes "
                         "channel_down list promise_near lapsed held reports "
                         "configuration" },
};

static void
test_every_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        struct buffer joined = { 0 };

        for (int value = 0; value < tables[i].names->n; value++) {
            buffer_addf(&joined, "%s%s", value > 0 ? " " : "",
                        name_of(tables[i].names, value));
        }
        assert_string_equal(joined.data, tables[i].expected);
        buffer_clear(&joined);
    }
}

static void
test_find_is_the_inverse(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
        for (int value = 0; value < tables[i].names->n; value++) {
            const char *name = name_of(tables[i].names, value);
            assert_int_equal(name_find(tables[i].names, name), value);
        }
        assert_int_equal(name_find(tables[i].names, ""), -1);
        assert_int_equal(name_find(tables[i].names, NULL), -1);
        assert_int_equal(name_find(tables[i].names, "Power"), -1);
        assert_non_null(name_of(tables[i].names, -1));
        assert_non_null(name_of(tables[i].names, tables[i].names->n));
    }
}

static void
test_lists_for_a_sentence(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    names_list(&mode_names, &out);
    assert_string_equal(out.data, "actual, exercise or test");
    buffer_reset(&out);
    names_list(&audience_names, &out);
    assert_string_equal(out.data, "public or staff");
    buffer_reset(&out);
    names_list(&etr_basis_names, &out);
    assert_string_equal(out.data, "average, area or crew");
    buffer_clear(&out);
}

static void
test_sets(void **state)
{
    static const bool open[INCIDENT_STATUS_COUNT] = { false, true,  true,
                                                      true,  false, false };
    static const bool final[DELIVERY_STATE_COUNT] = {
        false, false, false, false, false, true, true, true, true, true
    };

    (void)state;
    for (int i = 0; i < INCIDENT_STATUS_COUNT; i++) {
        assert_int_equal(status_is_open((enum incident_status)i), open[i]);
    }
    for (int i = 0; i < DELIVERY_STATE_COUNT; i++) {
        assert_int_equal(delivery_is_final((enum delivery_state)i), final[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_name),
        cmocka_unit_test(test_find_is_the_inverse),
        cmocka_unit_test(test_lists_for_a_sentence),
        cmocka_unit_test(test_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
