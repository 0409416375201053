/* SPDX-License-Identifier: EUPL-1.2 */
/* The bucket of tokens: what a rate such as "4/1s" lets start, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/bucket.h"

static const struct rate four_a_second = { 4, 1000 };
static const struct rate none = { 0, 0 };

enum {
    SLOT_MS = 16 /* of a period of a second */
};

static void
no_rate_is_no_limit(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    bucket_take(&bucket, &none, 1000000, 0);
    assert_int_equal(bucket_available(&bucket, &none, 0), INT64_MAX);
    assert_int_equal(bucket_wait_ms(&bucket, &none, 1, 0), 0);
}

static void
begins_full_and_gives_back_after_a_period(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5000), 4);
    bucket_take(&bucket, &four_a_second, 3, 5000);
    bucket_take(&bucket, &four_a_second, 1, 5500);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 5500), 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 6000), 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 6000 + 2 * SLOT_MS), 3);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 6499), 3);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 6500 + 2 * SLOT_MS), 4);
}

static void
never_holds_more_than_one_period(void **state)
{
    struct bucket bucket = { 0 };

    (void)state;
    bucket_take(&bucket, &four_a_second, 0, 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, 1000000), 4);
    bucket_take(&bucket, &four_a_second, 4, 1000000);
    assert_int_equal(bucket_available(&bucket, &four_a_second, INT64_C(1) << 50), 4);
}

static void
says_how_long_to_wait(void **state)
{
    struct bucket bucket = { 0 };
    int64_t wait;

    (void)state;
    assert_int_equal(bucket_wait_ms(&bucket, &four_a_second, 4, 0), 0);
    bucket_take(&bucket, &four_a_second, 4, 0);
    for (int64_t n = 1; n <= 5; n++) {
        wait = bucket_wait_ms(&bucket, &four_a_second, n, 0);
        assert_in_range(wait, 1000, 1000 + 2 * SLOT_MS);
    }
    assert_int_equal(bucket_available(&bucket, &four_a_second, wait - 1), 0);
    assert_int_equal(bucket_available(&bucket, &four_a_second, wait), 4);
}

static void
another_rate_counts_what_was_taken(void **state)
{
    static const struct rate two_in_a_minute = { 2, 60000 };
    struct bucket bucket = { 0 };

    (void)state;
    bucket_take(&bucket, &four_a_second, 1, 100);
    assert_int_equal(bucket_available(&bucket, &two_in_a_minute, 200), 1);
    assert_int_equal(bucket_available(&bucket, &two_in_a_minute, 63000), 2);
    bucket_take(&bucket, &four_a_second, 4, 63000);
    assert_int_equal(bucket_available(&bucket, &two_in_a_minute, 63000), 0);
}

/* The promise itself: whoever takes all there is, whenever there is some, and pauses now
 * and then, never takes more than the rate in any span of one period. */
static void
no_span_of_a_period_sees_more(void **state)
{
    static const struct rate rates[] = {
        { 1, 1000 }, { 7, 10 }, { 300, 5 * 60000 }, { 20, 1000 }, { 5, 1 }
    };
    static int64_t taken_at[20000];
    uint64_t random = 20261123;

    (void)state;
    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
        const struct rate *rate = &rates[r];
        struct bucket bucket = { 0 };
        int64_t now = 12345;
        size_t n = 0;

        while (n + (size_t)rate->count < 20000 && now < 12345 + 400 * rate->period_ms) {
            int64_t some = bucket_available(&bucket, rate, now);

            random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
            some = some > 0 && random >> 62 != 0 ? 1 + (int64_t)(random >> 33) % some
                                                 : some;
            bucket_take(&bucket, rate, some, now);
            for (int64_t i = 0; i < some; i++) {
                taken_at[n++] = now;
            }
            now += (int64_t)(random >> 40) % (rate->period_ms / 8 + 1) +
                   (random >> 58 == 0 ? rate->period_ms * 2 : 1);
        }
        assert_true(n > (size_t)rate->count * 20);
        for (size_t i = (size_t)rate->count; i < n; i++) {
            assert_true(taken_at[i] - taken_at[i - (size_t)rate->count] >=
                        rate->period_ms);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rate_is_no_limit),
        cmocka_unit_test(begins_full_and_gives_back_after_a_period),
        cmocka_unit_test(never_holds_more_than_one_period),
        cmocka_unit_test(says_how_long_to_wait),
        cmocka_unit_test(another_rate_counts_what_was_taken),
        cmocka_unit_test(no_span_of_a_period_sees_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
