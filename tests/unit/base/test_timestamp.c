/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * RFC 3339 times, cell by cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"

#include "base/memory.h"

#include <stdlib.h>
#include <time.h>

static void
test_accepted(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cells[] = {
        { "2000-01-01T00:00:00Z", INT64_C(946684800000) },
        { "2100-12-31T23:59:59.999Z", INT64_C(4133980799999) },
        { "2026-11-23T14:05:00+01:00", INT64_C(1795439100000) },
        { "2026-11-23T13:05:00Z", INT64_C(1795439100000) },
        { "2026-11-23T07:35:00-05:30", INT64_C(1795439100000) },
        { "2026-11-23t13:05:00z", INT64_C(1795439100000) },
        { "2026-11-23T13:05:00-00:00", INT64_C(1795439100000) },
        { "2026-11-23T13:05:00.5Z", INT64_C(1795439100500) },
        { "2026-11-23T13:05:00.0019999999999Z", INT64_C(1795439100001) },
        { "2024-02-29T00:00:00Z", INT64_C(1709164800000) },
        { "2000-02-29T00:00:00Z", INT64_C(951782400000) },
        { "2016-12-31T23:59:60Z", INT64_C(1483228799000) },
        { "2017-01-01T00:59:60.25+01:00", INT64_C(1483228799250) },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        int64_t ms = 0;
        assert_true(timestamp_parse(cells[i].text, &ms));
        assert_int_equal(ms, cells[i].ms);
    }
}

static void
test_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "tomorrow",
        "2026-11-23",
        "2026-11-23T13:05:00",
        "2026-11-23T13:05Z",
        "2026-11-23 13:05:00Z",
        "2026-11-23T13:05:00Z ",
        " 2026-11-23T13:05:00Z",
        "2026-11-23T13:05:00.Z",
        "2026-11-23T13:05:00+1:00",
        "2026-11-23T13:05:00+0100",
        "2026-11-23T13:05:00+24:00",
        "2026-11-23T13:05:00+01:60",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T12:00:60Z",
        "1999-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "9999-01-01T00:00:00Z",
        "2000-01-01T00:00:00+01:00",
        "2100-12-31T23:30:00-01:00",
        "2026-1-01T00:00:00Z",
        "+2026-01-01T00:00:00Z",
        "2026-11-23T13:05:00+01:00Z",
        "2026-11-23T-1:05:00Z",
        "2026-11-23T13:05:00,5Z",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        int64_t ms = 7;
        assert_false(timestamp_parse(texts[i], &ms));
        assert_int_equal(ms, 7);
    }
}

static void
test_format(void **state)
{
    char out[TIMESTAMP_SIZE];

    (void)state;
    assert_string_equal(timestamp_format(INT64_C(1795439100000), out),
                        "2026-11-23T13:05:00Z");
    assert_string_equal(timestamp_format(INT64_C(1795439100007), out),
                        "2026-11-23T13:05:00.007Z");
    assert_string_equal(timestamp_format_seconds(INT64_C(1795439100007), out),
                        "2026-11-23T13:05:00Z");
    assert_string_equal(timestamp_format(0, out), "1970-01-01T00:00:00Z");
    assert_string_equal(timestamp_format(-1, out), "1969-12-31T23:59:59.999Z");
    assert_string_equal(timestamp_format(TIME_NONE, out), "none");
    assert_string_equal(timestamp_format(TIME_NEVER, out), "never");
    /* Far out, it is at least text that fits. */
    assert_int_equal(timestamp_format(TIME_NONE + 1, out)[0], '-');
    assert_string_equal(timestamp_format(TIME_NEVER - 1, out),
                        "292278994-08-17T07:12:55.806Z");
}

/* Every day of the years that are taken, against the C library. */
static void
test_every_day_there_and_back(void **state)
{
    char out[TIMESTAMP_SIZE];
    char expected[TIMESTAMP_SIZE];

    (void)state;
    for (int64_t day = 10957; day < 47847; day++) {
        int64_t ms = day * DAYS_MS + day % 86400 * SECONDS_MS;
        time_t seconds = (time_t)(ms / SECONDS_MS);
        struct tm tm;
        int64_t back;

        assert_non_null(gmtime_r(&seconds, &tm));
        assert_int_not_equal(strftime(expected, sizeof(expected), "%FT%TZ", &tm), 0);
        assert_string_equal(timestamp_format(ms, out), expected);
        assert_true(timestamp_parse(out, &back));
        assert_int_equal(back, ms);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_every_day_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
