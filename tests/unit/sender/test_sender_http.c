/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTTP sender as a real process against servers on 127.0.0.1: what goes out, and
 * which result each ending of an exchange has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_peer.h"

static struct rig *rig;
static struct peer *peer;

static int
set_up(void **state)
{
    (void)state;
    rig = rig_open(1);
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

static void
test_an_answer_comes_back_with_headers_and_body(void **state)
{
    (void)state;
    struct request request = http_peer_request(peer, 7, "/ok");
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 200);
    assert_string_equal(reply_header(reply, "x-number"), "17");
    assert_string_equal(reply->body.data, "hello");
    assert_null(reply->detail);
}

static void
test_the_request_goes_out_as_it_was_made(void **state)
{
    (void)state;
    struct request request = http_peer_request(peer, 1, "/echo");
    strings_add(&request.headers, "Content-Type: application/json");
    strings_add(&request.headers, "webhook-id: m_1");
    const struct reply *reply = rig_exchange(rig, &request);
    const char *echo = reply->body.data;
    assert_true(strncmp(echo, "POST /echo HTTP/1.1\r\n", 21) == 0);
    assert_non_null(strstr(echo, "\r\nwebhook-id: m_1\r\n"));
    assert_non_null(strstr(echo, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(echo, "\r\nUser-Agent: budkavle/"));
    assert_non_null(strstr(echo, "\r\n\r\n{}"));
    assert_null(strstr(echo, "Accept-Encoding"));
    assert_null(strstr(echo, "Expect"));
}

static void
test_methods_and_empty_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *method, *body, *starts, *has;
    } rows[] = {
        { "GET", "", "GET /echo HTTP/1.1\r\n", "\r\n\r\n" },
        { "DELETE", "", "DELETE /echo HTTP/1.1\r\n", "\r\n\r\n" },
        { "PUT", "x", "PUT /echo HTTP/1.1\r\n", "\r\nContent-Length: 1\r\n" },
        { "PATCH", "x", "PATCH /echo HTTP/1.1\r\n", "\r\n\r\nx" },
        { "POST", "", "POST /echo HTTP/1.1\r\n", "\r\nContent-Length: 0\r\n" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct request request = http_peer_request(peer, i, "/echo");
        string_replace(&request.method, rows[i].method);
        buffer_reset(&request.body);
        buffer_add(&request.body, rows[i].body);
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_ANSWERED);
        assert_true(strncmp(reply->body.data, rows[i].starts, strlen(rows[i].starts)) ==
                    0);
        assert_non_null(strstr(reply->body.data, rows[i].has));
        assert_null(strstr(reply->body.data, "form-urlencoded"));
    }
}

static void
test_a_large_body_arrives_whole(void **state)
{
    (void)state;
    struct request request = http_peer_request(peer, 1, "/ok");
    for (size_t i = 0; i < 200000; i++) {
        buffer_add(&request.body, "0123456789");
    }
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 200);
}

static void
test_answers_of_all_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int64_t code;
        const char *header, *value;
    } rows[] = {
        { "/later", 503, "Retry-After", "120" },
        { "/moved", 302, "Location", "/ok" }, /* not followed */
        { "/interim", 204, "X-Number", "3" },
        { "/gzip", 200, "Content-Encoding", "gzip" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct request request = http_peer_request(peer, i, rows[i].path);
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_ANSWERED);
        assert_int_equal(reply->code, rows[i].code);
        assert_string_equal(reply_header(reply, rows[i].header), rows[i].value);
        assert_null(reply_header(reply, "X-Hint"));
    }
    assert_int_equal(peer_requests(peer), ARRAY_COUNT(rows));
}

static void
test_an_endless_body_is_an_answer_with_its_beginning(void **state)
{
    (void)state;
    struct request request = http_peer_request(peer, 1, "/endless");
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 200);
    assert_int_equal(reply->body.len, REPLY_MAX_BODY);
    assert_string_equal(reply_header(reply, "X-Number"), "1");
}

static void
test_what_breaks_after_the_request_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *path, *words;
    } rows[] = {
        { "/cut", "broke off" },
        { "/close", "without an answer" },
        { "/reset", "lost" },
        { "/headers", "lines are too long" },
        { "/silence", "timed out after 3" },
        { "/garbage", "" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct request request = http_peer_request(peer, i, rows[i].path);
        if (strcmp(rows[i].path, "/silence") == 0) {
            request.timeout_ms = 300;
        }
        const struct reply *reply = rig_exchange(rig, &request);
        if (reply->result != REPLY_UNKNOWN || reply->code != 0 ||
            reply->detail == NULL || strstr(reply->detail, rows[i].words) == NULL) {
            fail_msg("%s: result %d, code %d, %s", rows[i].path, (int)reply->result,
                     (int)reply->code, reply->detail);
        }
    }
}

static void
serve_reset_at_once(struct peer *resetting, int fd)
{
    (void)resetting;
    peer_reset(fd);
}

static void
test_a_reset_before_reading_is_no_answer(void **state)
{
    (void)state;
    struct peer *resetting = peer_start(serve_reset_at_once, NULL);
    struct request request = http_peer_request(resetting, 1, "/ok");
    const struct reply *reply = rig_exchange(rig, &request);
    /* Whether the request was begun is a race that either side may win. */
    assert_true(reply->result == REPLY_UNKNOWN || reply->result == REPLY_NOT_SENT);
    assert_non_null(reply->detail);
    peer_stop(resetting);
}

static void
test_a_refused_port_is_certainly_not_sent(void **state)
{
    (void)state;
    struct request request = http_peer_request(peer, 1, "/ok");
    peer_stop_listening(peer);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_string_equal(reply->detail, "connection refused");
}

static void
test_an_unknown_name_is_certainly_not_sent(void **state)
{
    (void)state;
    struct request request = http_peer_request(peer, 1, "/ok");
    string_replace(&request.url, "http://no-such-host.invalid/secret-path");
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_null(strstr(reply->detail, "secret-path"));
}

static void
test_the_guard_blocks_loopback_unless_allowed(void **state)
{
    (void)state;
    static const char *const hosts[] = {
        "127.0.0.1",          "127.1",   "0x7f000001", "2130706433", "localhost",
        "[::ffff:127.0.0.1]", "0.0.0.0",
    };
    /* An allowed connection that is kept open must not serve a guarded request. */
    struct request allowed = http_peer_request(peer, 100, "/ok");
    assert_int_equal(rig_exchange(rig, &allowed)->result, REPLY_ANSWERED);
    for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
        struct request request = http_peer_request(peer, i, "/ok");
        free(request.url);
        request.url = string_format("http://%s:%d/ok", hosts[i], peer->port);
        request.allow_private = false;
        const struct reply *reply = rig_exchange(rig, &request);
        if (reply->result != REPLY_FORBIDDEN ||
            strstr(reply->detail, "allow_private") == NULL) {
            fail_msg("%s: result %d, %s", hosts[i], (int)reply->result, reply->detail);
        }
    }
    assert_int_equal(peer_requests(peer), 1);
}

static void
test_schemes_that_are_not_allowed(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum reply_result result;
    } rows[] = {
        { "http://127.0.0.1/", REPLY_FORBIDDEN },
        { "file:///etc/passwd", REPLY_BAD_REQUEST },
        { "gopher://127.0.0.1/", REPLY_BAD_REQUEST },
        { "https://", REPLY_BAD_REQUEST },
        { "", REPLY_BAD_REQUEST },
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct request request = http_peer_request(peer, i, "/ok");
        string_replace(&request.url, rows[i].url);
        request.allow_http = false;
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, rows[i].result);
        assert_non_null(reply->detail);
    }
}

static void
test_requests_that_cannot_be_written(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "X-Evil: a\r\nX-Injected: b", "no colon", ": no name", "X Y: z", "X-Evil: a\n",
    };
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct request request = http_peer_request(peer, i, "/ok");
        strings_add(&request.headers, lines[i]);
        assert_int_equal(rig_exchange(rig, &request)->result, REPLY_BAD_REQUEST);
    }
    struct request request = http_peer_request(peer, 50, "/ok");
    string_replace(&request.method, "POST /x HTTP/1.1\r\nX:");
    assert_int_equal(rig_exchange(rig, &request)->result, REPLY_BAD_REQUEST);
    struct request control = http_peer_request(peer, 51, "/ok\r\nX-Injected: b");
    assert_int_equal(rig_exchange(rig, &control)->result, REPLY_BAD_REQUEST);
    assert_int_equal(peer_requests(peer), 0);
}

static void
test_proxies(void **state)
{
    (void)state;
    /* A proxy at a private address is the configuration's own choice. */
    struct request request = http_peer_request(peer, 1, "/echo");
    string_replace(&request.url, "http://drift.example.se/echo");
    request.proxy = string_format("http://127.0.0.1:%d", peer->port);
    request.allow_private = false;
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_true(strncmp(reply->body.data, "POST http://drift.example.se/echo ", 34) ==
                0);

    struct request private = http_peer_request(peer, 2, "/echo");
    string_replace(&private.url, "http://192.168.1.1/echo");
    private.proxy = string_format("http://127.0.0.1:%d", peer->port);
    private.allow_private = false;
    assert_int_equal(rig_exchange(rig, &private)->result, REPLY_FORBIDDEN);
    assert_int_equal(peer_requests(peer), 1);
}

static void
test_a_proxy_is_not_asked_for_this_machine(void **state)
{
    (void)state;
    static const char *const hosts[] = {
        "localhost", "LocalHost.", "db.localhost", "127.0.0.1.",      "0x7f.1",
        "0177.1",    "2130706433", "[::1]",        "169.254.169.254",
    };
    for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
        struct request request = http_peer_request(peer, i, "/echo");
        free(request.url);
        request.url = string_format("http://%s/echo", hosts[i]);
        request.proxy = string_format("http://127.0.0.1:%d", peer->port);
        request.allow_private = false;
        const struct reply *reply = rig_exchange(rig, &request);
        if (reply->result != REPLY_FORBIDDEN) {
            fail_msg("%s: result %d, %s", hosts[i], (int)reply->result, reply->detail);
        }
    }
    assert_int_equal(peer_requests(peer), 0);
}

/* The limit is for the whole transfer, not for each byte. */
static void
test_a_dripping_answer_ends_with_the_timeout(void **state)
{
    (void)state;
    static const char *const pages[] = { "/drip", "/drip-header" };
    for (size_t i = 0; i < ARRAY_COUNT(pages); i++) {
        struct request request = http_peer_request(peer, i, pages[i]);
        request.timeout_ms = 500;
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_UNKNOWN);
        assert_non_null(strstr(reply->detail, "timed out"));
        assert_true(reply->duration_ms >= 400);
    }
}

static void
test_connections_are_kept_and_many_requests_run_at_once(void **state)
{
    (void)state;
    enum {
        ROUNDS = 10,
        AT_ONCE = 16
    };
    for (size_t round = 1; round <= ROUNDS; round++) {
        for (size_t i = 0; i < AT_ONCE; i++) {
            struct request request =
                http_peer_request(peer, round * 100 + i, i % 2 == 0 ? "/ok" : "/later");
            rig_submit(rig, &request);
        }
        assert_int_equal(senders_busy(rig->senders), AT_ONCE);
        rig_await(rig, round * AT_ONCE);
        assert_int_equal(senders_busy(rig->senders), 0);
    }
    for (size_t round = 1; round <= ROUNDS; round++) {
        for (size_t i = 0; i < AT_ONCE; i++) {
            const struct reply *reply = rig_reply(rig, round * 100 + i);
            assert_int_equal(reply->result, REPLY_ANSWERED);
            assert_int_equal(reply->code, i % 2 == 0 ? 200 : 503);
        }
    }
    assert_in_range(peer->n_connections, 1, AT_ONCE);
}

static void
test_a_silent_peer_delays_nobody_else(void **state)
{
    (void)state;
    struct request silent = http_peer_request(peer, 1, "/silence");
    silent.timeout_ms = 2000;
    rig_submit(rig, &silent);
    struct request quick = http_peer_request(peer, 2, "/ok");
    rig_submit(rig, &quick);
    rig_await(rig, 1);
    assert_int_equal(rig->replies[0].id, 2);
    rig_await(rig, 2);
    assert_int_equal(rig_reply(rig, 1)->result, REPLY_UNKNOWN);
}

/* A connection that the peer closed while it was idle, many times over: the number of
 * its file descriptor comes back for the next one. */
static void
test_connections_that_the_peer_closes(void **state)
{
    (void)state;
    for (size_t i = 1; i <= 40; i++) {
        struct request request = http_peer_request(peer, i,
                                                   i % 3 == 0   ? "/ok"
                                                   : i % 3 == 1 ? "/ok-then-close"
                                                                : "/close");
        request.recent_connection = i % 3 == 2;
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, i % 3 == 2 ? REPLY_UNKNOWN : REPLY_ANSWERED);
    }
}

/* Answers the first request of a connection, reads the second and closes. */
static void
serve_one_then_close(struct peer *closing, int fd)
{
    struct buffer request = { 0 };
    if (http_peer_read(fd, &request)) {
        peer_count_request(closing);
        (void)peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        if (http_peer_read(fd, &request)) {
            peer_count_request(closing);
        }
    }
    buffer_clear(&request);
}

/* The peer would read it on the kept connection and close; but that one has rested for
 * longer than a moment, so that a new one is made. */
static void
test_a_recent_connection_is_one_that_was_just_used(void **state)
{
    (void)state;
    const struct timespec rest = { .tv_sec = 2, .tv_nsec = 100 * 1000 * 1000 };
    struct peer *closing = peer_start(serve_one_then_close, NULL);
    for (size_t i = 1; i <= 2; i++) {
        struct request request = http_peer_request(closing, i, "/");
        request.recent_connection = true;
        assert_int_equal(rig_exchange(rig, &request)->result, REPLY_ANSWERED);
        (void)nanosleep(&rest, NULL);
    }
    assert_int_equal(peer_requests(closing), 2);
    peer_stop(closing);
}

static void
test_a_kept_connection_that_breaks_is_unknown(void **state)
{
    (void)state;
    struct peer *closing = peer_start(serve_one_then_close, NULL);
    struct request first = http_peer_request(closing, 1, "/");
    assert_int_equal(rig_exchange(rig, &first)->result, REPLY_ANSWERED);
    /* Read by the peer on the kept connection, which then closes: the first may have
     * arrived, and libcurl must not repeat it on a new connection by itself. */
    struct request second = http_peer_request(closing, 2, "/");
    const struct reply *reply = rig_exchange(rig, &second);
    assert_int_equal(reply->result, REPLY_UNKNOWN);
    assert_non_null(strstr(reply->detail, "kept connection was lost"));
    assert_int_equal(peer_requests(closing), 2);
    peer_stop(closing);
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
#define HTTP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        HTTP_TEST(test_an_answer_comes_back_with_headers_and_body),
        HTTP_TEST(test_the_request_goes_out_as_it_was_made),
        HTTP_TEST(test_methods_and_empty_bodies),
        HTTP_TEST(test_a_large_body_arrives_whole),
        HTTP_TEST(test_answers_of_all_kinds),
        HTTP_TEST(test_an_endless_body_is_an_answer_with_its_beginning),
        HTTP_TEST(test_what_breaks_after_the_request_is_unknown),
        HTTP_TEST(test_a_reset_before_reading_is_no_answer),
        HTTP_TEST(test_a_refused_port_is_certainly_not_sent),
        HTTP_TEST(test_an_unknown_name_is_certainly_not_sent),
        HTTP_TEST(test_the_guard_blocks_loopback_unless_allowed),
        HTTP_TEST(test_schemes_that_are_not_allowed),
        HTTP_TEST(test_requests_that_cannot_be_written),
        HTTP_TEST(test_proxies),
        HTTP_TEST(test_a_proxy_is_not_asked_for_this_machine),
        HTTP_TEST(test_a_dripping_answer_ends_with_the_timeout),
        HTTP_TEST(test_connections_are_kept_and_many_requests_run_at_once),
        HTTP_TEST(test_a_silent_peer_delays_nobody_else),
        HTTP_TEST(test_connections_that_the_peer_closes),
        HTTP_TEST(test_a_recent_connection_is_one_that_was_just_used),
        HTTP_TEST(test_a_kept_connection_that_breaks_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
