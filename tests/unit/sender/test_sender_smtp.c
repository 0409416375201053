/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The SMTP sender as real processes against a scripted server: which result each point
 * of refusal or loss has, and that no mail is said twice or counted as delivered when it
 * was not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"

/* What the server says at each point; NULL: it closes the connection there. */
struct script {
    const char *greeting, *ehlo, *mail, *rcpt, *data, *dot;
    bool is_silent_after_dot;
    size_t mails_a_connection; /* then it closes without a word; 0: no limit */
};

static const struct script willing = {
    .greeting = "220 test ESMTP\r\n",
    .ehlo = "250-test\r\n250 SIZE 1000000\r\n",
    .mail = "250 2.1.0 Ok\r\n",
    .rcpt = "250 2.1.5 Ok\r\n",
    .data = "354 Go on\r\n",
    .dot = "250 2.0.0 Ok: queued as 4F2\r\n",
};

static struct rig *rig;

static bool
read_line(int fd, struct buffer *line)
{
    buffer_reset(line);
    while (line->len < 2 || line->data[line->len - 1] != '\n') {
        char byte = 0;
        if (recv(fd, &byte, 1, 0) != 1) {
            return false;
        }
        buffer_add_char(line, byte);
    }
    return true;
}

static void
note_line(struct peer *peer, const struct buffer *line)
{
    (void)pthread_mutex_lock(&peer->lock);
    buffer_append(&peer->seen, line->data, line->len);
    (void)pthread_mutex_unlock(&peer->lock);
}

/* Reads the mail to its final dot, and counts it. */
static bool
read_mail(struct peer *peer, int fd, struct buffer *line)
{
    while (read_line(fd, line)) {
        note_line(peer, line);
        if (strcmp(line->data, ".\r\n") == 0) {
            peer_count_request(peer);
            return true;
        }
    }
    return false;
}

static const char *
find_answer(const struct script *script, const char *command)
{
    const struct {
        const char *verb, *answer;
    } rows[] = {
        { "EHLO ", script->ehlo },       { "MAIL FROM:", script->mail },
        { "RCPT TO:", script->rcpt },    { "DATA", script->data },
        { "RSET", "250 Ok\r\n" },        { "HELO ", "502 EHLO only\r\n" },
        { "AUTH ", "535 5.7.8 no\r\n" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (strncmp(command, rows[i].verb, strlen(rows[i].verb)) == 0) {
            return rows[i].answer;
        }
    }
    return "500 what\r\n";
}

/* After a 354: false when the connection is to be closed. */
static bool
take_mail(struct peer *peer, int fd, struct buffer *line)
{
    const struct script *script = peer->context;
    if (!read_mail(peer, fd, line)) {
        return false;
    }
    if (script->is_silent_after_dot) {
        peer_wait_for_end(fd);
    }
    return script->dot != NULL && peer_say(fd, script->dot);
}

static void
serve_smtp(struct peer *peer, int fd)
{
    const struct script *script = peer->context;
    struct buffer line = { 0 };
    size_t n_mails = 0;
    bool is_open = script->greeting != NULL && peer_say(fd, script->greeting);
    while (is_open && read_line(fd, &line)) {
        note_line(peer, &line);
        if (strncmp(line.data, "QUIT", 4) == 0) {
            (void)peer_say(fd, "221 Bye\r\n");
            break;
        }
        const char *answer = find_answer(script, line.data);
        is_open = answer != NULL && peer_say(fd, answer);
        if (is_open && strncmp(answer, "354", 3) == 0) {
            is_open = take_mail(peer, fd, &line);
            n_mails++;
            is_open = is_open && n_mails != script->mails_a_connection;
        }
    }
    buffer_clear(&line);
}

static int
set_up(void **state)
{
    (void)state;
    rig = rig_open(2);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    rig_close(rig);
    return 0;
}

static struct peer *
start_server(const struct script *script)
{
    return peer_start(serve_smtp, memory_copy(script, sizeof(*script)));
}

static void
stop_server(struct peer *peer)
{
    void *script = peer->context;
    peer_stop(peer);
    free(script);
}

static struct request
mail_request(const struct peer *peer, uint64_t id)
{
    struct request request = {
        .id = id, .sender = SENDER_SMTP, .timeout_ms = 10000, .allow_private = true
    };
    request.url = string_format("smtp://127.0.0.1:%d/drift.example.se", peer->port);
    request.tls = string_copy("none");
    request.mail_from = string_copy("drift@example.se");
    request.rcpt_to = string_copy("redaktion@example.se");
    buffer_add(&request.body, "Subject: x\r\n\r\nhej\r\n.dot first\r\n");
    return request;
}

static void
test_a_mail_is_taken(void **state)
{
    (void)state;
    struct peer *peer = start_server(&willing);
    struct request request = mail_request(peer, 1);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 250);
    assert_null(reply->detail);
    assert_string_equal(reply->headers.items[reply->headers.count - 1],
                        "250 2.0.0 Ok: queued as 4F2");
    const char *seen = peer->seen.data;
    assert_non_null(strstr(seen, "EHLO drift.example.se\r\n"));
    assert_non_null(strstr(seen, "MAIL FROM:<drift@example.se>"));
    assert_non_null(strstr(seen, "RCPT TO:<redaktion@example.se>\r\n"));
    assert_non_null(strstr(seen, "\r\nhej\r\n..dot first\r\n.\r\n"));
    stop_server(peer);
}

static void
test_refusals_at_every_point(void **state)
{
    (void)state;
    static const struct {
        const char *greeting, *ehlo, *mail, *rcpt, *data, *dot;
        int64_t code;
    } rows[] = {
        { .greeting = "421 4.3.2 later\r\n", .code = 421 },
        { .greeting = "554 5.7.1 not you\r\n", .code = 554 },
        { .ehlo = "550 5.7.1 no\r\n", .code = 502 }, /* the HELO after it */
        { .mail = "452 4.3.1 no room\r\n", .code = 452 },
        { .rcpt = "450 4.2.0 greylisted\r\n", .code = 450 },
        { .rcpt = "550-5.1.1 nobody\r\n550 5.1.1 of that name\r\n", .code = 550 },
        { .data = "451 4.3.0 not now\r\n", .code = 451 },
        { .dot = "554 5.6.0 not this\r\n", .code = 554 },
        { .dot = "451 4.3.0 no disk\r\n", .code = 451 },
        { .dot = "421 4.3.2 closing\r\n", .code = 421 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct script script = willing;
#define OVERRIDE(point)                                                                \
    script.point = rows[i].point != NULL ? rows[i].point : willing.point
        OVERRIDE(greeting);
        OVERRIDE(ehlo);
        OVERRIDE(mail);
        OVERRIDE(rcpt);
        OVERRIDE(data);
        OVERRIDE(dot);
        struct peer *peer = start_server(&script);
        struct request request = mail_request(peer, i);
        const struct reply *reply = rig_exchange(rig, &request);
        if (reply->result != REPLY_ANSWERED || reply->code != rows[i].code) {
            fail_msg("row %zu: result %d, code %d, %s", i, (int)reply->result,
                     (int)reply->code, reply->detail == NULL ? "" : reply->detail);
        }
        const char *last = reply->headers.items[reply->headers.count - 1];
        assert_int_equal(strtol(last, NULL, 10), rows[i].code);
        stop_server(peer);
    }
}

enum lost_point {
    LOST_GREETING,
    LOST_EHLO,
    LOST_MAIL,
    LOST_RCPT,
    LOST_DATA,
    LOST_DOT
};

static void
test_lost_connections_at_every_point(void **state)
{
    (void)state;
    for (enum lost_point point = LOST_GREETING; point <= LOST_DOT; point++) {
        struct script script = willing;
        const char **const points[] = {
            [LOST_GREETING] = &script.greeting, [LOST_EHLO] = &script.ehlo,
            [LOST_MAIL] = &script.mail,         [LOST_RCPT] = &script.rcpt,
            [LOST_DATA] = &script.data,         [LOST_DOT] = &script.dot,
        };
        *points[point] = NULL;
        struct peer *peer = start_server(&script);
        struct request request = mail_request(peer, (uint64_t)point);
        const struct reply *reply = rig_exchange(rig, &request);
        const enum reply_result expected =
            point == LOST_DOT ? REPLY_UNKNOWN : REPLY_NOT_SENT;
        if (reply->result != expected || reply->detail == NULL || reply->code != 0) {
            fail_msg("point %d: result %d, code %d, %s", (int)point, (int)reply->result,
                     (int)reply->code, reply->detail);
        }
        stop_server(peer);
    }
}

static void
test_a_slow_dot_is_unknown(void **state)
{
    (void)state;
    struct script script = willing;
    script.is_silent_after_dot = true;
    struct peer *peer = start_server(&script);
    struct request request = mail_request(peer, 1);
    request.timeout_ms = 300;
    const int64_t start_ms = clock_mono_ms();
    const struct reply *reply = rig_exchange(rig, &request);
    assert_true(clock_mono_ms() - start_ms < 5000);
    assert_int_equal(reply->result, REPLY_UNKNOWN);
    assert_non_null(strstr(reply->detail, "timed out after 3"));
    assert_int_equal(peer_requests(peer), 1);
    stop_server(peer);
}

static void
test_a_late_answer_is_not_the_next_mails(void **state)
{
    (void)state;
    struct script script = willing;
    script.is_silent_after_dot = true;
    struct peer *peer = start_server(&script);
    struct request slow = mail_request(peer, 1), next = mail_request(peer, 2);
    slow.timeout_ms = 300;
    assert_int_equal(rig_exchange(rig, &slow)->result, REPLY_UNKNOWN);
    ((struct script *)peer->context)->is_silent_after_dot = false;
    const struct reply *reply = rig_exchange(rig, &next);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 250);
    assert_int_equal(peer->n_connections, 2);
    assert_int_equal(peer_requests(peer), 2);
    stop_server(peer);
}

static void
test_a_refused_port_is_certainly_not_sent(void **state)
{
    (void)state;
    struct peer *peer = start_server(&willing);
    peer_stop_listening(peer);
    struct request request = mail_request(peer, 1);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_string_equal(reply->detail, "connection refused");
    stop_server(peer);
}

static void
test_connections_are_kept_and_a_stale_one_is_replaced(void **state)
{
    (void)state;
    struct peer *kept = start_server(&willing);
    for (uint64_t id = 1; id <= 5; id++) {
        struct request request = mail_request(kept, id);
        assert_int_equal(rig_exchange(rig, &request)->code, 250);
    }
    assert_int_equal(kept->n_connections, 1);
    stop_server(kept);

    struct script script = willing;
    script.mails_a_connection = 1;
    struct peer *closing = start_server(&script);
    for (uint64_t id = 11; id <= 15; id++) {
        struct request request = mail_request(closing, id);
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_ANSWERED);
        assert_int_equal(reply->code, 250);
    }
    assert_int_equal(peer_requests(closing), 5);
    stop_server(closing);
}

static void
test_more_mails_than_processes_wait_for_their_turn(void **state)
{
    (void)state;
    struct peer *peer = start_server(&willing);
    for (uint64_t id = 1; id <= 25; id++) {
        struct request request = mail_request(peer, id);
        rig_submit(rig, &request);
    }
    rig_await(rig, 25);
    for (uint64_t id = 1; id <= 25; id++) {
        assert_int_equal(rig_reply(rig, id)->code, 250);
    }
    assert_int_equal(peer_requests(peer), 25);
    assert_int_equal(peer->n_connections, 2); /* one a process */
    stop_server(peer);
}

static void
test_addresses_that_would_inject_commands(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "a@b.se\r\nRCPT TO:<evil@b.se>",
        "a@b.se> NOTIFY=NEVER",
        "<a@b.se>",
        "a b@c.se",
        "a@b.se\x7f",
        "a\tb@c.se",
    };
    struct peer *peer = start_server(&willing);
    for (size_t i = 0; i < ARRAY_COUNT(addresses); i++) {
        struct request to = mail_request(peer, i * 2);
        string_replace(&to.rcpt_to, addresses[i]);
        assert_int_equal(rig_exchange(rig, &to)->result, REPLY_BAD_REQUEST);
        struct request from = mail_request(peer, i * 2 + 1);
        string_replace(&from.mail_from, addresses[i]);
        assert_int_equal(rig_exchange(rig, &from)->result, REPLY_BAD_REQUEST);
    }
    assert_int_equal(peer->n_connections, 0);
    stop_server(peer);
}

static void
test_logins(void **state)
{
    (void)state;
    static const char *const offers[] = {
        "250-test\r\n250 AUTH PLAIN LOGIN\r\n", /* and refuses it */
        "250-test\r\n250 AUTH X-UNHEARD-OF\r\n",
    };
    for (size_t i = 0; i < ARRAY_COUNT(offers); i++) {
        struct script script = willing;
        script.ehlo = offers[i];
        struct peer *peer = start_server(&script);
        struct request request = mail_request(peer, i);
        request.username = string_copy("drift");
        request.password = string_copy("hunter2");
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_ANSWERED);
        assert_int_equal(reply->code, 535);
        assert_int_equal(peer_requests(peer), 0);
        stop_server(peer);
    }
}

static void
serve_endless_greeting(struct peer *peer, int fd)
{
    (void)peer;
    while (peer_say(fd, "220-mail.example says much and never gets to the point\r\n")) {
    }
}

static void
test_an_endless_relay_is_cut_off(void **state)
{
    (void)state;
    struct peer *peer = peer_start(serve_endless_greeting, NULL);
    struct request request = mail_request(peer, 1);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_true(reply->duration_ms < 9000); /* not by the timeout of 10 s */
    peer_stop(peer);
}

static void
test_required_and_opportunistic_encryption(void **state)
{
    (void)state;
    struct peer *peer = start_server(&willing);
    struct request required = mail_request(peer, 1);
    string_replace(&required.tls, "required");
    const struct reply *reply = rig_exchange(rig, &required);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_non_null(strstr(reply->detail, "TLS"));
    assert_int_equal(peer_requests(peer), 0);

    struct request opportunistic = mail_request(peer, 2);
    string_replace(&opportunistic.tls, "opportunistic");
    assert_int_equal(rig_exchange(rig, &opportunistic)->code, 250);

    struct request unsaid = mail_request(peer, 3); /* the strict way by default */
    string_replace(&unsaid.tls, NULL);
    assert_int_equal(rig_exchange(rig, &unsaid)->result, REPLY_NOT_SENT);
    stop_server(peer);
}

static void
test_the_guard_and_the_scheme(void **state)
{
    (void)state;
    struct peer *peer = start_server(&willing);
    struct request allowed = mail_request(peer, 1);
    assert_int_equal(rig_exchange(rig, &allowed)->code, 250);
    struct request guarded = mail_request(peer, 2);
    guarded.allow_private = false;
    assert_int_equal(rig_exchange(rig, &guarded)->result, REPLY_FORBIDDEN);
    struct request other = mail_request(peer, 3);
    string_replace(&other.url, "http://127.0.0.1/");
    other.allow_http = true;
    assert_int_equal(rig_exchange(rig, &other)->result, REPLY_BAD_REQUEST);
    assert_int_equal(peer_requests(peer), 1);
    stop_server(peer);
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
#define SMTP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SMTP_TEST(test_a_mail_is_taken),
        SMTP_TEST(test_refusals_at_every_point),
        SMTP_TEST(test_lost_connections_at_every_point),
        SMTP_TEST(test_a_slow_dot_is_unknown),
        SMTP_TEST(test_a_late_answer_is_not_the_next_mails),
        SMTP_TEST(test_a_refused_port_is_certainly_not_sent),
        SMTP_TEST(test_connections_are_kept_and_a_stale_one_is_replaced),
        SMTP_TEST(test_more_mails_than_processes_wait_for_their_turn),
        SMTP_TEST(test_addresses_that_would_inject_commands),
        SMTP_TEST(test_logins),
        SMTP_TEST(test_an_endless_relay_is_cut_off),
        SMTP_TEST(test_required_and_opportunistic_encryption),
        SMTP_TEST(test_the_guard_and_the_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
