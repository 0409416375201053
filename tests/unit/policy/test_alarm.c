/* SPDX-License-Identifier: EUPL-1.2 */
/* When the daemon's own trouble is told: at once, again, once more at its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/alarm.h"

#include <stdlib.h>
#include <string.h>

static const int64_t t0 = INT64_C(1795439100000);
static const int64_t repeat_ms = 15 * MINUTES_MS;

/* Everything that was told, "raised channel_paused bus 1; …". */
struct world {
    struct alarms alarms;
    struct alarm_conditions conditions;
    struct buffer told;
    struct alarm_decision last;
};

static void
on_word(void *context, enum alarm_word word, const struct alarm *alarm)
{
    struct world *world = context;

    buffer_addf(&world->told, "%s%s %s %s %lld", world->told.len > 0 ? "; " : "",
                name_of(&alarm_word_names, (int)word),
                name_of(&alarm_kind_names, (int)alarm->kind), alarm->subject,
                (long long)alarm->times);
    if (alarm->kind == ALARM_UNDELIVERABLE) {
        buffer_addf(&world->told, " n=%lld", (long long)alarm->counted);
    }
}

static struct alarm_condition *
there(struct world *world, enum alarm_kind kind, const char *subject, const char *cause)
{
    return alarm_conditions_add(&world->conditions, kind, subject, cause);
}

/* What is told at that moment; the conditions stay until all_gone. */
static void
expect(struct world *world, int64_t at_ms, const char *told)
{
    buffer_reset(&world->told);
    world->last = alarms_decide(&world->alarms, &world->conditions, repeat_ms, at_ms,
                                on_word, world);
    assert_string_equal(world->told.len > 0 ? world->told.data : "", told);
}

static void
all_gone(struct world *world)
{
    alarm_conditions_clear(&world->conditions);
}

static void
end(struct world *world)
{
    all_gone(world);
    alarms_clear(&world->alarms);
    buffer_clear(&world->told);
}

static void
test_raised_repeated_over(void **state)
{
    struct world world = { 0 };

    (void)state;
    expect(&world, t0, "");
    assert_false(world.last.changed);
    assert_int_equal(world.last.next_ms, TIME_NEVER);
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "401")->since_ms = t0 - SECONDS_MS;
    expect(&world, t0, "raised channel_paused bus 1");
    assert_true(world.last.changed);
    assert_int_equal(world.last.next_ms, t0 + repeat_ms);
    assert_int_equal(world.alarms.items[0].raised_at_ms, t0 - SECONDS_MS);
    expect(&world, t0 + repeat_ms - 1, "");
    assert_false(world.last.changed);
    expect(&world, t0 + repeat_ms, "repeated channel_paused bus 2");
    assert_int_equal(world.last.next_ms, t0 + 2 * repeat_ms);
    /* Slept through three of them: told once. */
    expect(&world, t0 + 5 * repeat_ms, "repeated channel_paused bus 3");
    all_gone(&world);
    expect(&world, t0 + 5 * repeat_ms + 1, "over channel_paused bus 3");
    assert_int_equal(world.alarms.count, 0);
    expect(&world, t0 + 9 * repeat_ms, "");
    end(&world);
}

/* An alarm over many: that more came to it is told as its beginning is, and leaves its
 * beginning as it was. */
static void
test_more_came_to_it(void **state)
{
    struct world world = { 0 };
    struct alarm_condition *condition;

    (void)state;
    condition = there(&world, ALARM_PROMISE_NEAR, "", "TB-1");
    condition->acted_at_ms = t0;
    expect(&world, t0, "raised promise_near  1");
    expect(&world, t0 + MINUTES_MS, "");
    world.conditions.items[0].acted_at_ms = t0 + 2 * MINUTES_MS;
    string_replace(&world.conditions.items[0].cause, "TB-1; TB-2");
    expect(&world, t0 + 3 * MINUTES_MS, "raised promise_near  2");
    assert_int_equal(world.alarms.items[0].raised_at_ms, t0);
    assert_string_equal(world.alarms.items[0].cause, "TB-1; TB-2");
    expect(&world, t0 + 3 * MINUTES_MS + repeat_ms, "repeated promise_near  3");
    all_gone(&world);
    expect(&world, t0 + 4 * MINUTES_MS + repeat_ms, "over promise_near  3");
    end(&world);
}

static void
test_not_known_changes_nothing(void **state)
{
    struct world world = { 0 };

    (void)state;
    there(&world, ALARM_CHANNEL_DOWN, "bus", "")->presence = ALARM_UNSURE;
    expect(&world, t0, "");
    assert_int_equal(world.alarms.count, 0);
    world.conditions.items[0].presence = ALARM_PRESENT;
    expect(&world, t0, "raised channel_down bus 1");
    world.conditions.items[0].presence = ALARM_UNSURE;
    expect(&world, t0 + 1, "");
    assert_int_equal(world.alarms.count, 1);
    expect(&world, t0 + repeat_ms, "repeated channel_down bus 2");
    world.conditions.items[0].presence = ALARM_GONE;
    expect(&world, t0 + repeat_ms, "over channel_down bus 2");
    end(&world);
}

static void
test_one_alarm_for_each_cause_of_parked_rows(void **state)
{
    struct world world = { 0 };

    (void)state;
    there(&world, ALARM_PARKED, "bus", "422");
    there(&world, ALARM_PARKED, "bus", "413");
    there(&world, ALARM_PARKED, "mail", "422");
    expect(&world, t0,
           "raised parked bus 1; raised parked bus 1; raised parked mail 1");
    assert_int_equal(world.alarms.count, 3);
    assert_non_null(alarms_find(&world.alarms, ALARM_PARKED, "bus", "413"));
    assert_null(alarms_find(&world.alarms, ALARM_PARKED, "mail", "413"));
    all_gone(&world);
    there(&world, ALARM_PARKED, "bus", "413");
    expect(&world, t0 + 1, "over parked bus 1; over parked mail 1");
    end(&world);
}

static void
test_other_kinds_have_one_whatever_the_cause(void **state)
{
    struct world world = { 0 };

    (void)state;
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "401");
    expect(&world, t0, "raised channel_paused bus 1");
    all_gone(&world);
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "certificate has expired");
    expect(&world, t0 + 1, "");
    assert_true(world.last.changed);
    assert_string_equal(world.alarms.items[0].cause, "certificate has expired");
    end(&world);
}

static void
test_pause_tells_what_it_parked(void **state)
{
    struct world world = { 0 };

    (void)state;
    there(&world, ALARM_PARKED, "bus", "401");
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "401");
    there(&world, ALARM_PARKED, "bus", "422");
    expect(&world, t0, "raised channel_paused bus 1; raised parked bus 1");
    end(&world);
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "401");
    there(&world, ALARM_PARKED, "bus", "401");
    there(&world, ALARM_PARKED, "bus", "422");
    expect(&world, t0, "raised channel_paused bus 1; raised parked bus 1");
    end(&world);
}

static void
test_what_comes_back_after_mending_is_told_at_once(void **state)
{
    struct world world = { 0 };

    (void)state;
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "401");
    expect(&world, t0, "raised channel_paused bus 1");
    world.conditions.items[0].acted_at_ms = t0 + 10;
    world.conditions.items[0].presence = ALARM_UNSURE;
    expect(&world, t0 + 10, "");
    world.conditions.items[0].presence = ALARM_PRESENT;
    expect(&world, t0 + 20, "raised channel_paused bus 2");
    expect(&world, t0 + 30, "");
    expect(&world, t0 + 20 + repeat_ms, "repeated channel_paused bus 3");
    end(&world);
}

static void
test_flapping_is_one_alarm(void **state)
{
    struct world world = { 0 };

    (void)state;
    there(&world, ALARM_DISK_LOW, "", "9M free");
    expect(&world, t0, "raised disk_low  1");
    for (int64_t minute = 1; minute < 14; minute += 2) {
        world.conditions.items[0].presence = ALARM_GONE;
        expect(&world, t0 + minute * MINUTES_MS, "");
        assert_int_equal(world.last.next_ms, t0 + minute * MINUTES_MS + repeat_ms);
        world.conditions.items[0].presence = ALARM_PRESENT;
        expect(&world, t0 + (minute + 1) * MINUTES_MS, "");
    }
    expect(&world, t0 + repeat_ms, "repeated disk_low  2");
    world.conditions.items[0].presence = ALARM_GONE;
    expect(&world, t0 + 16 * MINUTES_MS, "");
    /* Not known any more: the end still counts from when it went. */
    world.conditions.items[0].presence = ALARM_UNSURE;
    expect(&world, t0 + 20 * MINUTES_MS, "");
    world.conditions.items[0].presence = ALARM_GONE;
    expect(&world, t0 + 31 * MINUTES_MS - 1, "");
    expect(&world, t0 + 31 * MINUTES_MS, "over disk_low  2");
    assert_int_equal(world.alarms.count, 0);
    end(&world);
}

static void
test_dead_addresses_are_counted_by_the_day(void **state)
{
    struct world world = { 0 };
    struct alarm_condition *condition;

    (void)state;
    condition = there(&world, ALARM_UNDELIVERABLE, "mail", "");
    condition->count = 1;
    expect(&world, t0, "");
    assert_int_equal(world.last.next_ms, t0 + ALARM_GATHER_MS);
    condition->count = 400;
    expect(&world, t0 + ALARM_GATHER_MS, "raised undeliverable mail 1 n=400");
    assert_true(alarm_is_active(&world.alarms.items[0], t0 + HOURS_MS));
    condition->count = 403;
    expect(&world, t0 + HOURS_MS, "");
    assert_int_equal(world.last.next_ms, t0 + ALARM_GATHER_MS + DAYS_MS);
    expect(&world, t0 + DAYS_MS, "");
    expect(&world, t0 + ALARM_GATHER_MS + DAYS_MS, "raised undeliverable mail 2 n=3");
    expect(&world, t0 + 9 * DAYS_MS, "");
    assert_false(alarm_is_active(&world.alarms.items[0], t0 + 9 * DAYS_MS));
    /* Old rows are cleared away: what is left counts from there. */
    condition->count = 10;
    expect(&world, t0 + 10 * DAYS_MS, "");
    condition->count = 12;
    expect(&world, t0 + 11 * DAYS_MS, "");
    expect(&world, t0 + 11 * DAYS_MS + ALARM_GATHER_MS,
           "raised undeliverable mail 3 n=2");
    all_gone(&world);
    expect(&world, t0 + 20 * DAYS_MS, "");
    end(&world);
}

static void
test_a_clock_that_goes_back_silences_nothing(void **state)
{
    struct world world = { 0 };
    const int64_t past = t0 - 3650 * DAYS_MS;

    (void)state;
    there(&world, ALARM_CHANNEL_PAUSED, "bus", "401");
    there(&world, ALARM_SPOOL, "oms", "gone");
    expect(&world, t0, "raised channel_paused bus 1; raised spool oms 1");
    expect(&world, past, "");
    expect(&world, past + repeat_ms,
           "repeated channel_paused bus 2; repeated spool oms 2");
    all_gone(&world);
    expect(&world, t0, "over channel_paused bus 2");
    expect(&world, past, "");
    expect(&world, past + repeat_ms, "over spool oms 2");
    end(&world);
}

static void
test_never_told_is_never_over(void **state)
{
    struct world world = { 0 };
    struct alarm *alarm = alarms_add(&world.alarms);

    (void)state;
    *alarm = (struct alarm){ .kind = ALARM_LIST,
                             .subject = string_copy("mail"),
                             .cause = string_copy(""),
                             .raised_at_ms = t0,
                             .told_at_ms = TIME_NONE,
                             .ended_at_ms = TIME_NONE };
    expect(&world, t0, "");
    assert_int_equal(world.alarms.count, 0);
    end(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raised_repeated_over),
        cmocka_unit_test(test_more_came_to_it),
        cmocka_unit_test(test_not_known_changes_nothing),
        cmocka_unit_test(test_one_alarm_for_each_cause_of_parked_rows),
        cmocka_unit_test(test_other_kinds_have_one_whatever_the_cause),
        cmocka_unit_test(test_pause_tells_what_it_parked),
        cmocka_unit_test(test_what_comes_back_after_mending_is_told_at_once),
        cmocka_unit_test(test_flapping_is_one_alarm),
        cmocka_unit_test(test_dead_addresses_are_counted_by_the_day),
        cmocka_unit_test(test_a_clock_that_goes_back_silences_nothing),
        cmocka_unit_test(test_never_told_is_never_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
