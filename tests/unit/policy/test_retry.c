/* SPDX-License-Identifier: EUPL-1.2 */
/* Tests of the delays between attempts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "policy/retry.h"

static void
test_limits(void **state)
{
    (void)state;
    assert_int_equal(retry_limits_for(PRIORITY_URGENT).floor_ms, 2000);
    assert_int_equal(retry_limits_for(PRIORITY_URGENT).cap_ms, 5 * MINUTES_MS);
    assert_int_equal(retry_limits_for(PRIORITY_NORMAL).floor_ms, 15000);
    assert_int_equal(retry_limits_for(PRIORITY_BULK).cap_ms, 15 * MINUTES_MS);
}

/* The random number that gives the longest delay for this many attempts. */
static int64_t
longest(const struct retry_limits *limits, int64_t attempts)
{
    int64_t best = 0;

    for (uint64_t random = 0; random < 2000; random++) {
        int64_t delay = retry_delay_ms(limits, PRIORITY_NORMAL, attempts, -1, random);

        assert_true(delay >= limits->floor_ms);
        if (delay > best)
            best = delay;
    }
    return best;
}

static void
test_the_window_doubles_up_to_the_cap(void **state)
{
    const struct retry_limits limits = { 10, 100 };

    (void)state;
    assert_int_equal(longest(&limits, 1), 20);
    assert_int_equal(longest(&limits, 2), 40);
    assert_int_equal(longest(&limits, 3), 80);
    assert_int_equal(longest(&limits, 4), 100);
    assert_int_equal(longest(&limits, 5), 100);
    assert_int_equal(longest(&limits, INT64_MAX), 100);
    assert_int_equal(retry_delay_ms(&limits, PRIORITY_NORMAL, 9, -1, 0), 10);
}

static void
test_no_overflow(void **state)
{
    const struct retry_limits limits = { 3, INT64_MAX };

    (void)state;
    assert_true(retry_delay_ms(&limits, PRIORITY_NORMAL, 1000, -1, UINT64_MAX) >= 3);
}

static void
test_a_floor_above_the_cap_is_kept(void **state)
{
    const struct retry_limits limits = { 60000, 1000 };

    (void)state;
    assert_int_equal(retry_delay_ms(&limits, PRIORITY_NORMAL, 3, -1, 12345), 60000);
}

static void
test_never_before_the_wish_of_the_peer(void **state)
{
    const struct retry_limits limits = { 1000, 2000 };

    (void)state;
    assert_int_equal(retry_delay_ms(&limits, PRIORITY_NORMAL, 1, HOURS_MS, 5),
                     HOURS_MS);
    assert_int_equal(retry_delay_ms(&limits, PRIORITY_NORMAL, 1, 40 * DAYS_MS, 5),
                     DAYS_MS);
    assert_int_equal(retry_delay_ms(&limits, PRIORITY_URGENT, 1, HOURS_MS, 5),
                     15 * MINUTES_MS);
    assert_int_equal(retry_delay_ms(&limits, PRIORITY_NORMAL, 1, 0, 0), 1000);
}

static void
test_due_times_of_a_clock_that_ran_ahead(void **state)
{
    (void)state;
    assert_true(retry_clamp_due(100 * DAYS_MS, 0) == DAYS_MS);
    assert_true(retry_clamp_due(DAYS_MS, 0) == DAYS_MS);
    assert_true(retry_clamp_due(5, 9) == 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_the_window_doubles_up_to_the_cap),
        cmocka_unit_test(test_no_overflow),
        cmocka_unit_test(test_a_floor_above_the_cap_is_kept),
        cmocka_unit_test(test_never_before_the_wish_of_the_peer),
        cmocka_unit_test(test_due_times_of_a_clock_that_ran_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
