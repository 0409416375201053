/* SPDX-License-Identifier: EUPL-1.2 */
/* Thresholds as monitoring plugins write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "ctl/range.h"

/* The guidelines' own examples, and durations. */
static void
test_ranges(void **state)
{
    static const struct {
        const char *text, *written;
        int64_t quiet_s, told_s;
    } cases[] = {
        { "10", "10", 10, 11 },
        { "10", "10", 0, -1 },
        { "10:", "10:", 10, 9 },
        { "~:10", "~:10", -5, 11 },
        { "10:20", "10:20", 10, 9 },
        { "10:20", "10:20", 20, 21 },
        { "@10:20", "@10:20", 9, 10 },
        { "@10:20", "@10:20", 21, 20 },
        { "@10", "@10", 11, 10 },
        { "5min", "300", 300, 301 },
        { "1min:1h", "60:3600", 60, 59 },
        { ":10", "10", 0, 11 },
        { "0", "0", 0, 1 },
        { "1500ms", "1", 1, 2 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer written = { 0 };
        struct range range;

        assert_true(range_parse(cases[i].text, &range));
        assert_false(range_alerts(&range, cases[i].quiet_s));
        assert_true(range_alerts(&range, cases[i].told_s));
        range_add(&written, &range);
        assert_string_equal(written.data, cases[i].written);
        buffer_clear(&written);
    }
}

static void
test_what_is_no_range(void **state)
{
    static const char *const texts[] = { "",   "@",     "x", "20:10", "10:x",   "x:10",
                                         "-1", "1:2:3", "~", "10:~",  "5min:10" };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct range range;

        if (range_parse(texts[i], &range)) {
            fail_msg("\"%s\" was taken for a range", texts[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_what_is_no_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
