/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The core's side of the senders when processes die, cannot be started, or are busy:
 * every request gets exactly one reply, and nothing that was not given away is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_peer.h"

#include "base/log.h"

static struct rig *rig;
static struct peer *peer;

static void
drop_line(void *context, enum log_level level, enum log_kind kind, const char *message,
          const struct log_field *fields, size_t n_fields)
{
    (void)context;
    (void)level;
    (void)kind;
    (void)message;
    (void)fields;
    (void)n_fields;
}

static int
set_up(void **state)
{
    (void)state;
    log_set_sink(drop_line, NULL); /* deaths are what these tests are about */
    rig = rig_open(2);
    peer = peer_start(http_peer_serve, NULL);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    rig_close(rig);
    peer_stop(peer);
    return 0;
}

/* Runs the loop until the peer has read so many requests. */
struct wait {
    size_t n_requests;
    struct loop_timer *timer;
};

static void
on_look(void *context)
{
    struct wait *wait = context;
    if (peer_requests(peer) >= wait->n_requests) {
        loop_stop(rig->loop);
    } else {
        loop_timer_set(wait->timer, 1);
    }
}

static void
run_until_peer_has(size_t n_requests)
{
    struct wait wait = { .n_requests = n_requests };
    wait.timer = loop_timer_new(rig->loop, on_look, &wait);
    loop_timer_set(wait.timer, 0);
    assert_int_equal(loop_run(rig->loop), 0);
    loop_timer_free(wait.timer);
    assert_true(peer_requests(peer) >= n_requests);
}

static void
submit_page(uint64_t id, const char *path)
{
    struct request request = http_peer_request(peer, id, path);
    rig_submit(rig, &request);
}

static void
test_what_a_killed_sender_had_is_unknown_and_the_next_works(void **state)
{
    (void)state;
    rig->n_awaited = SIZE_MAX;
    submit_page(1, "/silence");
    submit_page(2, "/silence");
    run_until_peer_has(2);
    rig_kill_first_sender();
    rig_await(rig, 2);
    for (uint64_t id = 1; id <= 2; id++) {
        assert_int_equal(rig_reply(rig, id)->result, REPLY_UNKNOWN);
        assert_string_equal(rig_reply(rig, id)->detail, "the sender process ended");
    }
    const int64_t start_ms = clock_mono_ms();
    struct request next = http_peer_request(peer, 3, "/ok");
    assert_int_equal(rig_exchange(rig, &next)->result, REPLY_ANSWERED);
    assert_true(clock_mono_ms() - start_ms < 900); /* the first restart is at once */
    assert_int_equal(senders_busy(rig->senders), 0);
}

static void
test_repeated_deaths_slow_the_restart_and_lose_nothing(void **state)
{
    (void)state;
    rig->n_awaited = SIZE_MAX;
    for (uint64_t death = 1; death <= 2; death++) {
        submit_page(death, "/silence");
        run_until_peer_has(death);
        rig_kill_first_sender();
        rig_await(rig, death);
        assert_int_equal(rig_reply(rig, death)->result, REPLY_UNKNOWN);
    }
    const int64_t start_ms = clock_mono_ms();
    for (uint64_t id = 10; id < 20; id++) {
        submit_page(id, "/ok");
    }
    rig_await(rig, 12);
    assert_true(clock_mono_ms() - start_ms >= 900);
    for (uint64_t id = 10; id < 20; id++) {
        assert_int_equal(rig_reply(rig, id)->result, REPLY_ANSWERED);
    }
}

/* More than the socketpair holds waits while the sender is stopped; what was not
 * written to its end goes to the next process. */
static void
test_what_was_not_written_whole_goes_to_the_next(void **state)
{
    (void)state;
    rig->n_awaited = SIZE_MAX;
    submit_page(1, "/ok");
    rig_await(rig, 1);
    const pid_t sender = rig_child_of(rig_child_of(getpid()));
    assert_int_equal(kill(sender, SIGSTOP), 0);
    enum {
        COUNT = 40,
        BODY = 100000
    };
    for (uint64_t id = 10; id < 10 + COUNT; id++) {
        struct request request = http_peer_request(peer, id, "/ok");
        for (size_t i = 0; i < BODY / 10; i++) {
            buffer_add(&request.body, "0123456789");
        }
        rig_submit(rig, &request);
    }
    submit_page(2, "/ok"); /* the last, far behind what the socket takes */
    struct loop_timer *timer = loop_timer_new(rig->loop, rig_on_patience, rig);
    loop_timer_set(timer, 20);
    assert_int_equal(loop_run(rig->loop), 0); /* writes as much as it can */
    rig->is_out_of_patience = false;
    loop_timer_free(timer);
    assert_int_equal(rig->n_replies, 1);
    assert_int_equal(senders_busy(rig->senders), COUNT + 1);
    assert_int_equal(kill(sender, SIGKILL), 0);
    rig_await(rig, 2 + COUNT);
    assert_int_equal(rig_reply(rig, 10)->result, REPLY_UNKNOWN);
    assert_int_equal(rig_reply(rig, 2)->result, REPLY_ANSWERED);
    size_t n_answered = 0;
    for (uint64_t id = 10; id < 10 + COUNT; id++) {
        n_answered += rig_reply(rig, id)->result == REPLY_ANSWERED;
    }
    assert_in_range(n_answered, COUNT / 2, COUNT - 1);
    assert_int_equal(peer_requests(peer), n_answered + 2);
}

static void
test_a_sender_that_cannot_be_started(void **state)
{
    (void)state;
    struct rig *broken = rig_open_program("/nonexistent/budkavled", 1);
    for (uint64_t id = 1; id <= 3; id++) {
        struct request request = http_peer_request(peer, id, "/ok");
        request.sender = (enum sender_kind)(id - 1);
        rig_submit(broken, &request);
    }
    rig_await(broken, 3);
    for (uint64_t id = 1; id <= 3; id++) {
        const struct reply *reply = rig_reply(broken, id);
        assert_int_equal(reply->result, REPLY_NOT_SENT);
        assert_non_null(strstr(reply->detail, "/nonexistent/budkavled"));
    }
    rig_close(broken);
}

static void
test_a_dead_launcher_answers_everything(void **state)
{
    (void)state;
    rig->n_awaited = SIZE_MAX;
    submit_page(1, "/silence");
    run_until_peer_has(1);
    assert_int_equal(kill(rig_child_of(getpid()), SIGKILL), 0);
    rig_await(rig, 1);
    assert_int_equal(rig_reply(rig, 1)->result, REPLY_UNKNOWN);
    for (uint64_t id = 2; id < 5; id++) {
        struct request request = http_peer_request(peer, id, "/ok");
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_NOT_SENT);
        assert_string_equal(reply->detail, "the launcher ended");
    }
}

static void
test_a_request_that_no_frame_holds(void **state)
{
    (void)state;
    struct request huge = http_peer_request(peer, 1, "/ok");
    static const char block[1024 * 1024];
    for (size_t i = 0; i < 65; i++) {
        buffer_append(&huge.body, block, sizeof(block));
    }
    assert_int_equal(rig_exchange(rig, &huge)->result, REPLY_BAD_REQUEST);
    struct request usual = http_peer_request(peer, 2, "/ok");
    assert_int_equal(rig_exchange(rig, &usual)->result, REPLY_ANSWERED);
}

static void
test_freeing_with_requests_under_way(void **state)
{
    (void)state;
    rig->n_awaited = SIZE_MAX;
    submit_page(1, "/silence");
    run_until_peer_has(1);
    submit_page(2, "/ok");
    assert_int_equal(senders_busy(rig->senders), 2); /* the tear-down frees them */
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
#define SENDERS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SENDERS_TEST(test_what_a_killed_sender_had_is_unknown_and_the_next_works),
        SENDERS_TEST(test_repeated_deaths_slow_the_restart_and_lose_nothing),
        SENDERS_TEST(test_what_was_not_written_whole_goes_to_the_next),
        SENDERS_TEST(test_a_sender_that_cannot_be_started),
        SENDERS_TEST(test_a_dead_launcher_answers_everything),
        SENDERS_TEST(test_a_request_that_no_frame_holds),
        SENDERS_TEST(test_freeing_with_requests_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
