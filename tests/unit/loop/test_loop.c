/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The loop: timers fire once and in order, watches follow what is asked of them,
 * signals arrive, and nothing is called back from inside the call that asked for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "loop/loop.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct seen {
    struct loop *loop;
    char order[16]; /* one letter for each thing that happened */
    size_t n;
    size_t stop_after;
    struct loop_timer *timer;
    struct loop_watch *watch;
    int fd;
};

static void
note(struct seen *seen, char letter)
{
    assert_true(seen->n + 1 < sizeof(seen->order));
    seen->order[seen->n++] = letter;
    if (seen->n == seen->stop_after) {
        loop_stop(seen->loop);
    }
}

static void
on_a(void *context)
{
    note(context, 'a');
}

static void
on_b(void *context)
{
    note(context, 'b');
}

static void
on_again(void *context)
{
    struct seen *seen = context;
    note(seen, 'r');
    if (seen->n < seen->stop_after) {
        loop_timer_set(seen->timer, 0);
    }
}

static void
on_free_itself(void *context)
{
    struct seen *seen = context;
    loop_timer_free(seen->timer);
    seen->timer = NULL;
    note(seen, 'f');
}

static void
test_timers_fire_in_order_of_their_delay(void **state)
{
    (void)state;
    struct seen seen = { .loop = loop_new(), .stop_after = 2 };
    struct loop_timer *late = loop_timer_new(seen.loop, on_b, &seen);
    struct loop_timer *soon = loop_timer_new(seen.loop, on_a, &seen);
    int64_t start = clock_mono_ms();
    loop_timer_set(late, 30);
    loop_timer_set(soon, 0);
    assert_int_equal(seen.n, 0); /* never inside the call */
    assert_true(loop_timer_is_set(late));
    assert_int_equal(loop_run(seen.loop), 0);
    assert_string_equal(seen.order, "ab");
    assert_false(loop_timer_is_set(late));
    assert_true(clock_mono_ms() - start >= 20);
    loop_timer_free(late);
    loop_timer_free(soon);
    loop_free(seen.loop);
}

static void
test_a_timer_can_be_stopped_moved_and_set_again(void **state)
{
    (void)state;
    struct seen seen = { .loop = loop_new(), .stop_after = 4 };
    struct loop_timer *stopped = loop_timer_new(seen.loop, on_a, &seen);
    struct loop_timer *moved = loop_timer_new(seen.loop, on_b, &seen);
    seen.timer = loop_timer_new(seen.loop, on_again, &seen);
    loop_timer_set(stopped, 0);
    loop_timer_stop(stopped);
    assert_false(loop_timer_is_set(stopped));
    loop_timer_set(moved, INT64_MAX);
    loop_timer_set(moved, -5); /* the last word counts */
    loop_timer_set(seen.timer, 20);
    assert_int_equal(loop_run(seen.loop), 0);
    assert_string_equal(seen.order, "brrr");
    loop_timer_free(stopped);
    loop_timer_free(moved);
    loop_timer_free(seen.timer);
    loop_timer_free(NULL);
    loop_free(seen.loop);
}

static void
test_a_timer_may_be_freed_by_its_own_callback(void **state)
{
    (void)state;
    struct seen seen = { .loop = loop_new(), .stop_after = 1 };
    seen.timer = loop_timer_new(seen.loop, on_free_itself, &seen);
    loop_timer_set(seen.timer, 0);
    assert_int_equal(loop_run(seen.loop), 0);
    assert_null(seen.timer);
    loop_free(seen.loop);
}

static void
on_ready(void *context, int what)
{
    struct seen *seen = context;
    if ((what & LOOP_READ) != 0) {
        char byte = 0;
        assert_int_equal(read(seen->fd, &byte, 1), 1);
        loop_watch_set(seen->watch, LOOP_READ | LOOP_WRITE);
        note(seen, byte);
    } else if ((what & LOOP_WRITE) != 0) {
        loop_watch_set(seen->watch, 0);
        note(seen, 'w');
    }
}

static void
test_a_watch_follows_what_is_asked(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    struct seen seen = { .loop = loop_new(), .stop_after = 2, .fd = pair[0] };
    seen.watch = loop_watch_new(seen.loop, pair[0], LOOP_READ, on_ready, &seen);
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_int_equal(loop_run(seen.loop), 0);
    assert_string_equal(seen.order, "xw");

    /* Paused: bytes that wait are not told of until it is asked again. */
    assert_int_equal(write(pair[1], "y", 1), 1);
    struct loop_timer *timer = loop_timer_new(seen.loop, on_a, &seen);
    loop_timer_set(timer, 10);
    seen.stop_after = 3;
    assert_int_equal(loop_run(seen.loop), 0);
    assert_string_equal(seen.order, "xwa");
    loop_watch_set(seen.watch, LOOP_READ);
    seen.stop_after = 4;
    assert_int_equal(loop_run(seen.loop), 0);
    assert_string_equal(seen.order, "xway");

    loop_timer_free(timer);
    loop_watch_free(seen.watch);
    loop_watch_free(NULL);
    loop_free(seen.loop);
    assert_int_equal(write(pair[0], "z", 1), 1); /* the fd is still the caller's */
    (void)close(pair[0]);
    (void)close(pair[1]);
}

static void
test_signals_arrive_and_the_loop_frees_them(void **state)
{
    (void)state;
    struct seen seen = { .loop = loop_new(), .stop_after = 2 };
    loop_on_signal(seen.loop, SIGUSR1, on_a, &seen);
    loop_on_signal(seen.loop, SIGUSR2, on_b, &seen);
    assert_int_equal(raise(SIGUSR1), 0);
    assert_int_equal(raise(SIGUSR2), 0);
    assert_int_equal(seen.n, 0);
    assert_int_equal(loop_run(seen.loop), 0);
    assert_non_null(strchr(seen.order, 'a'));
    assert_non_null(strchr(seen.order, 'b'));
    loop_free(seen.loop);
}

static void
test_stopping_before_running_ends_the_run_at_once(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    loop_stop(loop);
    assert_int_equal(loop_run(loop), 0);
    loop_free(loop);
    loop_free(NULL);
}

static void
test_the_clocks(void **state)
{
    (void)state;
    int64_t in_2026 = 0;
    assert_true(timestamp_parse("2026-01-01T00:00:00Z", &in_2026));
    assert_true(clock_wall_ms() > in_2026);
    int64_t us = clock_mono_us();
    int64_t ms = clock_mono_ms();
    assert_true(ms * 1000 + 999 >= us);
    assert_true(clock_mono_us() >= us);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers_fire_in_order_of_their_delay),
        cmocka_unit_test(test_a_timer_can_be_stopped_moved_and_set_again),
        cmocka_unit_test(test_a_timer_may_be_freed_by_its_own_callback),
        cmocka_unit_test(test_a_watch_follows_what_is_asked),
        cmocka_unit_test(test_signals_arrive_and_the_loop_frees_them),
        cmocka_unit_test(test_stopping_before_running_ends_the_run_at_once),
        cmocka_unit_test(test_the_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
