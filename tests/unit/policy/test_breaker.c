/* SPDX-License-Identifier: EUPL-1.2 */
/* The circuit breaker: when it opens, how it probes, how it ramps up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/breaker.h"

enum {
    LIMIT = 8,
    T0 = 1000000
};

static void
fail_some(struct breaker *breaker, int n, int64_t now_ms)
{
    for (int i = 0; i < n; i++) {
        breaker_failed(breaker, now_ms);
    }
}

static void
succeed(struct breaker *breaker, int n, int64_t now_ms)
{
    for (int i = 0; i < n; i++) {
        breaker_succeeded(breaker, LIMIT, now_ms);
    }
}

static void
opens_after_five_in_a_row(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 4, T0);
    succeed(&breaker, 1, T0);
    fail_some(&breaker, 4, T0);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    breaker_answered(&breaker, T0);
    fail_some(&breaker, 4, T0);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0), LIMIT);
    fail_some(&breaker, 1, T0);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0), 0);
}

static void
opens_when_half_of_twenty_failed(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    for (int i = 0; i < 9; i++) {
        succeed(&breaker, 1, T0 + i * 1000);
        fail_some(&breaker, 1, T0 + i * 1000);
    }
    succeed(&breaker, 1, T0 + 10000);
    assert_int_equal(breaker.state, BREAKER_CLOSED); /* 9 of 19 */
    fail_some(&breaker, 1, T0 + 10000);
    assert_int_equal(breaker.state, BREAKER_OPEN); /* 10 of 20 */
}

static void
what_is_a_minute_old_counts_no_more(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    for (int i = 0; i < 9; i++) {
        succeed(&breaker, 1, T0);
        fail_some(&breaker, 1, T0);
    }
    for (int i = 0; i < 9; i++) {
        succeed(&breaker, 1, T0 + BREAKER_SPAN_MS);
        fail_some(&breaker, 1, T0 + BREAKER_SPAN_MS);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void
few_failures_among_many_do_not_open_it(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    for (int i = 0; i < 1000; i++) {
        succeed(&breaker, 2, T0 + i * 20);
        fail_some(&breaker, 1, T0 + i * 20);
        assert_int_equal(breaker.state, BREAKER_CLOSED);
    }
}

static void
probes_at_growing_distances(void **state)
{
    static const int64_t distances[] = { 5000, 10000, 20000, 40000, 60000, 60000 };
    struct breaker breaker = { 0 };
    int64_t now = T0;

    (void)state;
    fail_some(&breaker, 5, now);
    for (size_t i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
        assert_int_equal(breaker_opens_ms(&breaker, now), now + distances[i]);
        assert_int_equal(breaker_allows(&breaker, LIMIT, now + distances[i] - 1), 0);
        now += distances[i];
        assert_int_equal(breaker_allows(&breaker, LIMIT, now), 1);
        breaker_started(&breaker, now);
        assert_int_equal(breaker_allows(&breaker, LIMIT, now), 0);
        now += 777; /* the probe took its time: the pause begins after it */
        fail_some(&breaker, 1, now);
    }
}

static void
a_probe_without_a_verdict_is_followed_by_another(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    breaker_started(&breaker, T0 + 5000);
    breaker_answered(&breaker, T0 + 5100);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker_opens_ms(&breaker, T0 + 5100), T0 + 15000);
}

static void
ramps_up_by_one_for_each_full_window(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    breaker_started(&breaker, T0 + 5000);
    succeed(&breaker, 1, T0 + 5000); /* the window of the probe itself is full */
    for (int64_t window = 2; window < LIMIT; window++) {
        assert_int_equal(breaker.state, BREAKER_RAMP);
        assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 6000), window);
        succeed(&breaker, (int)window - 1, T0 + 6000);
        assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 6000), window);
        succeed(&breaker, 1, T0 + 6000);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 6000), LIMIT);
}

static void
halves_on_failure_and_opens_by_the_same_rule(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    succeed(&breaker, 1 + 2 + 3 + 4 + 5, T0 + 5000);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 5000), 6);
    fail_some(&breaker, 1, T0 + 5000);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 5000), 3);
    fail_some(&breaker, 3, T0 + 5000);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 5000), 1);
    assert_int_equal(breaker.state, BREAKER_RAMP);
    fail_some(&breaker, 1, T0 + 5000);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

/* A peer that takes one and then fails again is not asked every five seconds. */
static void
an_unfinished_ramp_keeps_the_distance(void **state)
{
    struct breaker breaker = { 0 };
    int64_t now = T0;

    (void)state;
    fail_some(&breaker, 5, now);
    for (int i = 0; i < 4; i++) {
        now = breaker_opens_ms(&breaker, now);
        breaker_started(&breaker, now);
        fail_some(&breaker, 1, now);
    }
    now = breaker_opens_ms(&breaker, now);
    breaker_started(&breaker, now);
    succeed(&breaker, 1, now);
    fail_some(&breaker, 5, now);
    assert_int_equal(breaker_opens_ms(&breaker, now), now + 60000);
}

/* A quiet channel is long in its ramp; its next trouble is a new one all the same. */
static void
successes_bring_the_probes_nearer(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    for (int i = 0; i < 4; i++) {
        breaker_started(&breaker, T0 + i);
        fail_some(&breaker, 1, T0 + i);
    }
    succeed(&breaker, 5, T0 + 5000);
    assert_int_equal(breaker.state, BREAKER_RAMP);
    fail_some(&breaker, 5, T0 + 6000);
    assert_int_equal(breaker_opens_ms(&breaker, T0 + 6000), T0 + 6000 + 5000);
}

static void
a_channel_with_one_place_is_closed_by_one_success(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    breaker_succeeded(&breaker, 1, T0 + 5000);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    assert_int_equal(breaker_allows(&breaker, 1, T0 + 5000), 1);
}

static void
a_smaller_limit_holds_while_it_ramps(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    succeed(&breaker, 1 + 2 + 3 + 4, T0 + 5000);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 5000), 5);
    assert_int_equal(breaker_allows(&breaker, 3, T0 + 5000), 3);
    breaker_succeeded(&breaker, 3, T0 + 5000);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void
a_pause_begins_the_ramp_anew(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    breaker_slow(&breaker);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0), 1);
    succeed(&breaker, 1, T0);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0), 2);
    breaker_slow(&breaker);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0), 1);
    fail_some(&breaker, 5, T0);
    breaker_slow(&breaker);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0), 0); /* open stays open */
}

static void
a_person_may_hasten_the_probe(void **state)
{
    struct breaker breaker = { 0 };

    (void)state;
    fail_some(&breaker, 5, T0);
    breaker_hasten(&breaker, T0 + 1);
    assert_int_equal(breaker_allows(&breaker, LIMIT, T0 + 1), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_after_five_in_a_row),
        cmocka_unit_test(opens_when_half_of_twenty_failed),
        cmocka_unit_test(what_is_a_minute_old_counts_no_more),
        cmocka_unit_test(few_failures_among_many_do_not_open_it),
        cmocka_unit_test(probes_at_growing_distances),
        cmocka_unit_test(a_probe_without_a_verdict_is_followed_by_another),
        cmocka_unit_test(ramps_up_by_one_for_each_full_window),
        cmocka_unit_test(halves_on_failure_and_opens_by_the_same_rule),
        cmocka_unit_test(an_unfinished_ramp_keeps_the_distance),
        cmocka_unit_test(successes_bring_the_probes_nearer),
        cmocka_unit_test(a_channel_with_one_place_is_closed_by_one_success),
        cmocka_unit_test(a_smaller_limit_holds_while_it_ramps),
        cmocka_unit_test(a_pause_begins_the_ramp_anew),
        cmocka_unit_test(a_person_may_hasten_the_probe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
