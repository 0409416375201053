/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Times and days in words, also on the nights when the clocks change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct catalogue *swedish;
static struct catalogue *english;

static int64_t
at(const char *text)
{
    int64_t time_ms = 0;

    assert_true(timestamp_parse(text, &time_ms));
    return time_ms;
}

static void
zone(const char *name)
{
    struct error error = { 0 };

    assert_int_equal(local_zone_set(name, &error), STATUS_OK);
}

static int
set_up(void **state)
{
    struct error error = { 0 };

    (void)state;
    zone("Europe/Stockholm");
    return catalogue_builtin("sv", &swedish, &error) != STATUS_OK ||
           catalogue_builtin("en", &english, &error) != STATUS_OK;
}

static int
tear_down(void **state)
{
    (void)state;
    catalogue_free(swedish);
    catalogue_free(english);
    return 0;
}

static void
expect(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

static void
today_is_the_clock_time_alone(void **state)
{
    int64_t now = at("2026-11-23T14:05:00+01:00");

    (void)state;
    expect(local_time_text(swedish, at("2026-11-23T17:30:59+01:00"), now), "17.30");
    expect(local_time_text(english, at("2026-11-23T17:30:00+01:00"), now), "17:30");
    expect(local_time_text(swedish, at("2026-11-23T00:00:00+01:00"), now), "00.00");
    expect(local_time_at_text(swedish, at("2026-11-23T09:05:00+01:00"), now),
           "kl. 09.05");
    expect(local_time_at_text(english, at("2026-11-23T09:05:00+01:00"), now),
           "at 09:05");
    expect(local_clock_text(swedish, at("2026-11-24T23:59:00+01:00")), "23.59");
}

static void
another_day_is_named(void **state)
{
    int64_t now = at("2026-11-23T23:59:00+01:00");

    (void)state;
    expect(local_time_text(swedish, at("2026-11-24T00:01:00+01:00"), now),
           "tisdag 24 november kl. 00.01");
    expect(local_time_text(english, at("2026-11-24T17:30:00+01:00"), now),
           "Tuesday 24 November at 17:30");
    expect(local_time_at_text(english, at("2026-11-22T17:30:00+01:00"), now),
           "on Sunday 22 November at 17:30");
    expect(local_day_text(swedish, now, now), "måndag 23 november");
}

static void
another_year_is_named(void **state)
{
    int64_t now = at("2026-12-31T23:00:00+01:00");

    (void)state;
    expect(local_time_text(swedish, at("2027-01-01T01:30:00+01:00"), now),
           "fredag 1 januari 2027 kl. 01.30");
    expect(local_day_text(english, at("2025-12-31T12:00:00+01:00"), now),
           "Wednesday 31 December 2025");
    expect(local_day_text(english, at("2026-01-01T00:00:00+01:00"), now),
           "Thursday 1 January");
}

static void
periods_say_their_day_once(void **state)
{
    int64_t now = at("2026-11-23T14:05:00+01:00");

    (void)state;
    expect(local_period_text(swedish, at("2026-11-24T09:00:00+01:00"),
                             at("2026-11-24T12:00:00+01:00"), now),
           "tisdag 24 november kl. 09.00-12.00");
    expect(local_period_text(english, at("2026-11-23T22:00:00+01:00"),
                             at("2026-11-24T04:00:00+01:00"), now),
           "from Monday 23 November at 22:00 to Tuesday 24 November at 04:00");
}

static void
clocks_change_in_the_night(void **state)
{
    int64_t spring = at("2026-03-29T12:00:00+02:00");
    int64_t autumn = at("2026-10-25T12:00:00+01:00");

    (void)state;
    /* 01:59:59 is followed by 03:00. */
    expect(local_time_text(swedish, at("2026-03-29T00:59:59Z"), spring), "01.59");
    expect(local_time_text(swedish, at("2026-03-29T01:00:00Z"), spring), "03.00");
    /* 02:30 comes twice. */
    expect(local_time_text(swedish, at("2026-10-25T00:30:00Z"), autumn),
           "02.30 sommartid");
    expect(local_time_text(swedish, at("2026-10-25T01:30:00Z"), autumn),
           "02.30 vintertid");
    assert_int_equal(local_day_start(spring), at("2026-03-29T00:00:00+01:00"));
    assert_int_equal(local_day_start(autumn), at("2026-10-25T00:00:00+02:00"));
    assert_int_equal(local_day_start(at("2026-03-29T23:59:59+02:00")),
                     at("2026-03-29T00:00:00+01:00"));
}

static void
the_hour_that_comes_twice_says_which(void **state)
{
    int64_t now = at("2026-10-25T00:30:00+02:00");

    (void)state;
    expect(local_time_text(swedish, at("2026-10-25T01:59:00+02:00"), now), "01.59");
    expect(local_time_text(swedish, at("2026-10-25T02:30:00+02:00"), now),
           "02.30 sommartid");
    expect(local_time_at_text(swedish, at("2026-10-25T02:30:00+01:00"), now),
           "kl. 02.30 vintertid");
    expect(local_time_text(english, at("2026-10-25T02:00:00+01:00"), now),
           "02:00 winter time");
    expect(local_time_text(swedish, at("2026-10-25T03:00:00+01:00"), now), "03.00");
    expect(local_time_text(swedish, at("2027-03-28T01:59:00+01:00"),
                           at("2027-03-28T00:10:00+01:00")),
           "01.59");
    expect(local_time_text(swedish, at("2027-03-28T03:00:00+02:00"),
                           at("2027-03-28T00:10:00+01:00")),
           "03.00");
}

static void
days_begin_where_midnight_is_missing_or_double(void **state)
{
    (void)state;
    zone("America/Havana"); /* 00:00 is followed by 01:00 in March … */
    assert_int_equal(local_day_start(at("2024-03-10T12:00:00-04:00")),
                     at("2024-03-10T05:00:00Z"));
    /* … and 01:00 by 00:00 in November. */
    assert_int_equal(local_day_start(at("2024-11-03T12:00:00-05:00")),
                     at("2024-11-03T04:00:00Z"));
    zone("Europe/Stockholm");
}

static void
days_are_compared_in_local_time(void **state)
{
    (void)state;
    assert_true(local_same_day(at("2026-11-23T00:00:00+01:00"),
                               at("2026-11-23T23:59:59+01:00")));
    assert_false(
        local_same_day(at("2026-11-22T22:59:59Z"), at("2026-11-22T23:00:00Z")));
    assert_false(
        local_same_day(at("2025-11-23T12:00:00Z"), at("2026-11-23T12:00:00Z")));
}

static void
unknown_zones_are_refused(void **state)
{
    static const char *const names[] = {
        "Europe/Stokholm", "",     "/etc/localtime", "../../../etc/passwd", "Europe",
        "Europe/..",       ":UTC", "tzdata.zi",      "CET-1CEST",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        struct error error = { 0 };
        assert_int_equal(local_zone_set(names[i], &error), STATUS_INVALID);
        assert_non_null(strstr(error.text, names[i]));
        assert_string_equal(getenv("TZ"), "Europe/Stockholm");
    }
}

static void
zones_are_taken_from_tzdir(void **state)
{
    char folder[] = "/tmp/budkavle-zones-XXXXXX";
    struct error error = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(setenv("TZDIR", folder, 1), 0);
    assert_int_equal(local_zone_set("Europe/Stockholm", &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, folder));
    unsetenv("TZDIR");
    rmdir(folder);
    zone("Europe/Stockholm");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(today_is_the_clock_time_alone),
        cmocka_unit_test(another_day_is_named),
        cmocka_unit_test(another_year_is_named),
        cmocka_unit_test(periods_say_their_day_once),
        cmocka_unit_test(clocks_change_in_the_night),
        cmocka_unit_test(the_hour_that_comes_twice_says_which),
        cmocka_unit_test(days_begin_where_midnight_is_missing_or_double),
        cmocka_unit_test(days_are_compared_in_local_time),
        cmocka_unit_test(unknown_zones_are_refused),
        cmocka_unit_test(zones_are_taken_from_tzdir),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
