/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests that go on between the turns of somebody else's event loop. */
#include "canned_server.h"

#include "budkavle/client.h"
#include "client/event_kind.h"

#include <poll.h>

#define OK_BODY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

enum {
    PATIENCE_MS = 20 * 1000,
    SHORT_MS = 50
};

/* As a program would: waits for the descriptor alone. */
static enum budkavle_result
go_on(struct budkavle *client, struct budkavle_answer *answer)
{
    enum budkavle_result result = BUDKAVLE_UNDER_WAY;

    while (result == BUDKAVLE_UNDER_WAY) {
        struct pollfd ready = { .fd = budkavle_fd(client), .events = POLLIN };

        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        result = budkavle_proceed(client, answer);
    }
    return result;
}

static void
test_an_answer_without_waiting(void **state)
{
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;
    char events[] = "{\"incident\":\"A\"}";

    (void)state;
    canned_start(&server, OK_BODY);
    client = budkavle_open(server.path);
    assert_int_equal(budkavle_begin_send(client, events, strlen(events), 1),
                     BUDKAVLE_UNDER_WAY);
    memset(events, 'x', sizeof(events) - 1); /* the library has its own copy */
    assert_int_equal(go_on(client, &answer), BUDKAVLE_OK);
    canned_join(&server);
    assert_string_equal(answer.body, "{}");
    assert_int_equal(answer.status, 200);
    assert_non_null(
        strstr(server.request.data, "POST /v1/events?check=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(server.request.data, "{\"incident\":\"A\"}"));
    budkavle_answer_clear(&answer);
    assert_int_equal(budkavle_proceed(client, &answer), BUDKAVLE_FAILED);
    assert_non_null(strstr(budkavle_error(client), "no request is under way"));
    budkavle_close(client);
    canned_remove(&server);
}

static void
test_several_handles_at_once(void **state)
{
    enum {
        COUNT = 3
    };
    struct canned_server servers[COUNT];
    struct budkavle *clients[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        canned_start(&servers[i], OK_BODY);
        clients[i] = budkavle_open(servers[i].path);
        assert_int_equal(budkavle_begin(clients[i], "GET", "/v1/status", NULL, NULL, 0),
                         BUDKAVLE_UNDER_WAY);
    }
    for (size_t i = COUNT; i-- > 0;) {
        struct budkavle_answer answer;

        assert_int_equal(go_on(clients[i], &answer), BUDKAVLE_OK);
        canned_join(&servers[i]);
        budkavle_answer_clear(&answer);
        budkavle_close(clients[i]);
        canned_remove(&servers[i]);
    }
}

/* Connections wait in the socket's queue; nobody takes them. */
static void
silent_start(struct canned_server *server)
{
    canned_listen(server);
    assert_int_equal(listen(server->socket, 4), 0);
}

static void
test_one_request_at_a_time(void **state)
{
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;

    (void)state;
    silent_start(&server);
    client = budkavle_open(server.path);
    assert_int_equal(budkavle_begin(client, "GET", "/v1/status", NULL, NULL, 0),
                     BUDKAVLE_UNDER_WAY);
    assert_int_equal(budkavle_begin(client, "GET", "/v1/status", NULL, NULL, 0),
                     BUDKAVLE_FAILED);
    assert_non_null(strstr(budkavle_error(client), "under way on this handle"));
    assert_int_equal(budkavle_call(client, "GET", "/v1/status", NULL, NULL, 0, &answer),
                     BUDKAVLE_FAILED);
    assert_int_equal(budkavle_proceed(client, &answer), BUDKAVLE_UNDER_WAY);
    budkavle_cancel(client);
    budkavle_cancel(client); /* once more is harmless */
    assert_int_equal(budkavle_begin(client, "GET", "/v1/status", NULL, NULL, 0),
                     BUDKAVLE_UNDER_WAY);
    budkavle_close(client); /* with a request under way */
    canned_remove(&server);
}

static void
test_the_time_is_up(void **state)
{
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;

    (void)state;
    silent_start(&server);
    client = budkavle_open(server.path);
    budkavle_set_timeouts(client, 0, SHORT_MS);
    assert_int_equal(budkavle_begin(client, "GET", "/v1/status", NULL, NULL, 0),
                     BUDKAVLE_UNDER_WAY);
    assert_int_equal(go_on(client, &answer), BUDKAVLE_FAILED);
    assert_int_equal(answer.status, 0);
    assert_non_null(strstr(budkavle_error(client), "no whole answer"));
    budkavle_answer_clear(&answer);
    assert_int_equal(budkavle_call(client, "GET", "/v1/status", NULL, NULL, 0, &answer),
                     BUDKAVLE_FAILED);
    budkavle_answer_clear(&answer);
    budkavle_close(client);
    canned_remove(&server);
}

static void
test_nobody_there(void **state)
{
    struct budkavle *client = budkavle_open("/nonexistent/socket");
    struct budkavle_answer answer;

    (void)state;
    assert_int_equal(budkavle_begin(client, "PUT", "/v1/status", NULL, NULL, 0),
                     BUDKAVLE_FAILED);
    assert_int_equal(budkavle_begin(client, "GET", "/v1/status", NULL, NULL, 0),
                     BUDKAVLE_UNDER_WAY);
    assert_int_equal(go_on(client, &answer), BUDKAVLE_NOT_RUNNING);
    assert_non_null(strstr(budkavle_error(client), "nobody answers on /nonexistent"));
    budkavle_answer_clear(&answer);
    budkavle_close(client);
}

static void
test_what_kind_of_text_events_are(void **state)
{
    static const struct {
        const char *events, *kind;
    } cases[] = {
        { "", "application/json" },
        { "{}", "application/json" },
        { "[\n{\"a\": 1},\n{\"a\": 2}]", "application/json" },
        { "{\"a\": {\n}\n}\n", "application/json" },
        { "{\"a\": 1}\n{\"a\": 2}", "application/x-ndjson" },
        { "{\"a\": 1} \r\n \r\n\t{\"a\": 2}\r\n", "application/x-ndjson" },
        { "{\"a\": 1} {\"a\": 2}", "application/json" },
        { "  \n<?xml version=\"1.0\"?>", "application/cap+xml" },
        { "\xef\xbb\xbf<alert/>", "application/cap+xml" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(event_kind(cases[i].events, strlen(cases[i].events)),
                            cases[i].kind);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_without_waiting),
        cmocka_unit_test(test_several_handles_at_once),
        cmocka_unit_test(test_one_request_at_a_time),
        cmocka_unit_test(test_the_time_is_up),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_what_kind_of_text_events_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
