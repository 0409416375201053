/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Durations, sizes and rates, cell by cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/quantity.h"

#include "base/memory.h"
#include "base/timestamp.h"

static void
test_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } cells[] = {
        { "0", 0 },
        { "2", 2000 },
        { "2s", 2000 },
        { "2 s", 2000 },
        { "2sec", 2000 },
        { "500ms", 500 },
        { "3m", 3 * MINUTES_MS },
        { "3min", 3 * MINUTES_MS },
        { "1h 30min", 90 * MINUTES_MS },
        { "1h30min", 90 * MINUTES_MS },
        { "1hr", HOURS_MS },
        { "90d", 90 * DAYS_MS },
        { "1day", DAYS_MS },
        { "2days", 2 * DAYS_MS },
        { "1w", 7 * DAYS_MS },
        { "2weeks", 14 * DAYS_MS },
        { " 5min ", 5 * MINUTES_MS },
        { "3650d", 3650 * DAYS_MS },
        { "", -1 },
        { " ", -1 },
        { "-1s", -1 },
        { "s", -1 },
        { "1.5h", -1 },
        { "5 parsecs", -1 },
        { "5minx", -1 },
        { "4000d", -1 },
        { "9223372036854775807w", -1 },
        { "99999999999999999999s", -1 },
        { "infinity", -1 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        int64_t ms = -1;
        assert_int_equal(duration_parse(cells[i].text, &ms), cells[i].ms >= 0);
        assert_int_equal(ms, cells[i].ms);
    }
}

static void
test_sizes(void **state)
{
    static const struct {
        const char *text;
        int64_t bytes;
    } cells[] = {
        { "0", 0 },
        { "512", 512 },
        { "64K", 64 << 10 },
        { "64M", 64 << 20 },
        { "1G", 1 << 30 },
        { "2T", INT64_C(2) << 40 },
        { "", -1 },
        { "K", -1 },
        { "-1", -1 },
        { "1k", -1 },
        { "1KB", -1 },
        { "1 M", -1 },
        { "8388607T", INT64_C(8388607) << 40 },
        { "8388608T", -1 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        int64_t bytes = -1;
        assert_int_equal(size_parse(cells[i].text, &bytes), cells[i].bytes >= 0);
        assert_int_equal(bytes, cells[i].bytes);
    }
}

static void
test_rates(void **state)
{
    static const struct {
        const char *text;
        int64_t count, period_ms; /* count 0: refused */
    } cells[] = {
        { "300/5min", 300, 5 * MINUTES_MS },
        { "10/s", 10, 1000 },
        { "1/h", 1, HOURS_MS },
        { "5/500ms", 5, 500 },
        { "", 0, 0 },
        { "10", 0, 0 },
        { "10/", 0, 0 },
        { "/s", 0, 0 },
        { "0/s", 0, 0 },
        { "10/0s", 0, 0 },
        { "10/fortnight", 0, 0 },
        { "-1/s", 0, 0 },
        { "10/s/s", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        struct rate rate = { 0 };
        assert_int_equal(rate_parse(cells[i].text, &rate), cells[i].count > 0);
        assert_int_equal(rate.count, cells[i].count);
        assert_int_equal(rate.period_ms, cells[i].period_ms);
    }
}

static void
test_formats(void **state)
{
    static const struct {
        int64_t ms;
        const char *words, *exact;
    } cells[] = {
        { 0, "0 s", "0" },
        { -5, "0 s", "0" },
        { 500, "500 ms", "500ms" },
        { 1500, "1 s", "1s 500ms" },
        { 14 * SECONDS_MS, "14 s", "14s" },
        { 59999, "59 s", "59s 999ms" },
        { 14 * MINUTES_MS, "14 min", "14min" },
        { 90 * MINUTES_MS, "1 h 30 min", "1h 30min" },
        { 3 * HOURS_MS, "3 h", "3h" },
        { 3 * HOURS_MS + 5 * MINUTES_MS, "3 h 5 min", "3h 5min" },
        { 2 * DAYS_MS + 4 * HOURS_MS, "2 d 4 h", "2d 4h" },
        { 90 * DAYS_MS, "90 d", "90d" },
    };
    char out[DURATION_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        assert_string_equal(duration_format(cells[i].ms, out), cells[i].words);
        assert_string_equal(duration_format_exact(cells[i].ms, out), cells[i].exact);
    }
}

static void
test_exact_is_read_back(void **state)
{
    char out[DURATION_SIZE];

    (void)state;
    for (int64_t ms = 0; ms < 3650 * DAYS_MS; ms = ms * 3 + 1) {
        int64_t back = -1;
        assert_true(duration_parse(duration_format_exact(ms, out), &back));
        assert_int_equal(back, ms);
    }
}

static void
test_sizes_are_shown(void **state)
{
    static const struct {
        int64_t bytes;
        const char *text, *exact;
    } cells[] = {
        { 0, "0 B", "0" },
        { 512, "512 B", "512" },
        { 1023, "1023 B", "1023" },
        { 1024, "1 KiB", "1K" },
        { 1536, "1.5 KiB", "1536" },
        { 1100, "1 KiB", "1100" },
        { INT64_C(64) << 20, "64 MiB", "64M" },
        { (INT64_C(64) << 20) + 1, "64 MiB", "67108865" },
        { INT64_C(1536) << 20, "1.5 GiB", "1536M" },
        { INT64_C(20) << 30, "20 GiB", "20G" },
        { INT64_C(2048) << 30, "2 TiB", "2048G" },
    };
    char out[SIZE_TEXT_SIZE];
    int64_t back;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        assert_string_equal(size_format(cells[i].bytes, out), cells[i].text);
        assert_string_equal(size_format_exact(cells[i].bytes, out), cells[i].exact);
        assert_true(size_parse(out, &back));
        assert_int_equal(back, cells[i].bytes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_are_shown),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_exact_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
