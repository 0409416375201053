/* SPDX-License-Identifier: EUPL-1.2 */
/* The token bucket: what a rate such as "4/1s" lets start, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/bucket.h"

static const struct rate four_a_second = { 4, 1000 };
static const struct rate none = { 0, 0 };

static void
no_rate_is_no_limit(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    bucket_take(&bucket, &none, 1000000);
    assert_int_equal(bucket_available(&bucket, &none, 0), INT64_MAX);
    assert_int_equal(bucket_wait_ms(&bucket, &none, 1, 0), 0);
}

static void
begins_full_and_fills_evenly(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5000), 4);
    bucket_take(&bucket, &four_a_second, 4);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5000), 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5249), 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5250), 1);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5500), 2);
}

static void
never_holds_more_than_one_period(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    bucket_take(&bucket, &four_a_second, 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 1000000), 4);
}

static void
says_how_long_to_wait(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    assert_int_equal(bucket_wait_ms(&bucket, &four_a_second, 4, 0), 0);
    bucket_take(&bucket, &four_a_second, 4);
    assert_int_equal(bucket_wait_ms(&bucket, &four_a_second, 1, 0), 250);
    assert_int_equal(bucket_wait_ms(&bucket, &four_a_second, 3, 0), 750);
}

static void
a_clock_that_goes_back_adds_nothing(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    assert_int_equal(bucket_available(&bucket, &four_a_second, 10000), 4);
    bucket_take(&bucket, &four_a_second, 4);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 2000), 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 2250), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rate_is_no_limit),
        cmocka_unit_test(begins_full_and_fills_evenly),
        cmocka_unit_test(never_holds_more_than_one_period),
        cmocka_unit_test(says_how_long_to_wait),
        cmocka_unit_test(a_clock_that_goes_back_adds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
