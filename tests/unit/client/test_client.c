/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the client asks, what it makes of answers, and what it says when there is none.
 */
#include "canned_server.h"

#include "budkavle/client.h"

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static void
test_get(void **state)
{
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;

    (void)state;
    /* The environment has no say: this proxy would be asked for everything. */
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1/", 1), 0);
    canned_start(&server, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                          "Content-Length: 11\r\n\r\n{\"ok\":true}");
    client = budkavle_open(server.path);
    assert_int_equal(budkavle_call(client, "GET", "/v1/incidents?after=a%20b&open=1",
                                   NULL, NULL, 0, &answer),
                     BUDKAVLE_OK);
    canned_join(&server);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "{\"ok\":true}");
    assert_int_equal(answer.body_len, 11);
    assert_int_equal(answer.retry_after_s, -1);
    assert_string_equal(budkavle_error(client), "");
    assert_true(strncmp(server.request.data,
                        "GET /v1/incidents?after=a%20b&open=1 HTTP/1.1\r\n"
                        "Host: localhost\r\n",
                        64) == 0);
    assert_null(strstr(server.request.data, "Content-Type"));
    budkavle_answer_clear(&answer);
    budkavle_answer_clear(&answer); /* once more is harmless */
    budkavle_close(client);
    canned_remove(&server);
    unsetenv("http_proxy");
}

static void
test_send(void **state)
{
    static const struct {
        const char *events, *type;
        int check;
        const char *line;
    } cases[] = {
        { "{\"incident\":\"A\"}", "application/json", 0,
          "POST /v1/events HTTP/1.1\r\n" },
        { "[{\"incident\":\"A\"}]", "application/json", 1,
          "POST /v1/events?check=1 HTTP/1.1\r\n" },
        { "{\"incident\":\"A\"}\n{\"incident\":\"B\"}\n", "application/x-ndjson", 0,
          "POST /v1/events HTTP/1.1\r\n" },
        { "\n <alert/>", "application/cap+xml", 0, "POST /v1/events HTTP/1.1\r\n" },
        { "", "application/json", 0, "POST /v1/events HTTP/1.1\r\n" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct canned_server server;
        struct budkavle_answer answer;
        struct budkavle *client;
        char type[64];

        canned_start(&server, OK_EMPTY);
        client = budkavle_open(server.path);
        assert_int_equal(budkavle_send(client, cases[i].events, strlen(cases[i].events),
                                       cases[i].check, &answer),
                         BUDKAVLE_OK);
        canned_join(&server);
        assert_string_equal(answer.body, "");
        assert_non_null(strstr(server.request.data, cases[i].line));
        (void)snprintf(type, sizeof(type), "Content-Type: %s\r\n", cases[i].type);
        assert_non_null(strstr(server.request.data, type));
        assert_null(strstr(server.request.data, "Expect:"));
        assert_string_equal(strstr(server.request.data, "\r\n\r\n") + 4,
                            cases[i].events);
        budkavle_answer_clear(&answer);
        budkavle_close(client);
        canned_remove(&server);
    }
}

static void
test_large_body_with_nul(void **state)
{
    const size_t len = 3145728;
    char *body = malloc(len);
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;

    (void)state;
    assert_non_null(body);
    memset(body, 'x', len);
    body[5] = '\0';
    canned_start(&server, OK_EMPTY);
    client = budkavle_open(server.path);
    assert_int_equal(
        budkavle_call(client, "POST", "/v1/events", "text/plain", body, len, &answer),
        BUDKAVLE_OK);
    canned_join(&server);
    assert_true(server.request.len > len);
    assert_memory_equal(server.request.data + server.request.len - len, body, len);
    free(body);
    budkavle_answer_clear(&answer);
    budkavle_close(client);
    canned_remove(&server);
}

static const struct {
    const char *head;
    enum budkavle_result result;
    long status, retry_after_s;
} answers[] = {
    { "HTTP/1.1 204 No Content\r\n\r\n", BUDKAVLE_OK, 204, -1 },
    { "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", BUDKAVLE_REFUSED, 400,
      -1 },
    { "HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\n{}", BUDKAVLE_REFUSED, 422, -1 },
    { "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n{}", BUDKAVLE_NOT_ALLOWED, 403, -1 },
    { "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
      BUDKAVLE_TRY_LATER, 429, 7 },
    { "HTTP/1.1 503 Full\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
      BUDKAVLE_TRY_LATER, 503, 0 },
    { "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", BUDKAVLE_FAILED, 500, -1 },
    { "HTTP/1.1 302 Away\r\nLocation: http://localhost/x\r\nContent-Length: 0\r\n\r\n",
      BUDKAVLE_FAILED, 302, -1 },
    { "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut off", BUDKAVLE_FAILED, 0, -1 },
    { "SSH-2.0-OpenSSH_9.2\r\n", BUDKAVLE_FAILED, 0, -1 },
    { "", BUDKAVLE_FAILED, 0, -1 },
};

static void
test_answers(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct canned_server server;
        struct budkavle_answer answer;
        struct budkavle *client;

        canned_start(&server, answers[i].head);
        client = budkavle_open(server.path);
        assert_int_equal(
            budkavle_call(client, "POST", "/v1/reload", NULL, NULL, 0, &answer),
            answers[i].result);
        canned_join(&server);
        assert_int_equal(answer.status, answers[i].status);
        assert_int_equal(answer.retry_after_s, answers[i].retry_after_s);
        assert_non_null(answer.body);
        assert_int_equal(budkavle_error(client)[0] == '\0',
                         answers[i].result == BUDKAVLE_OK);
        if (answers[i].status == 0)
            assert_non_null(strstr(budkavle_error(client), "no whole answer"));
        budkavle_answer_clear(&answer);
        budkavle_close(client);
        canned_remove(&server);
    }
}

static void
assert_not_running(const char *path)
{
    struct budkavle *client = budkavle_open(path);
    struct budkavle_answer answer;

    assert_int_equal(budkavle_call(client, "GET", "/v1/status", NULL, NULL, 0, &answer),
                     BUDKAVLE_NOT_RUNNING);
    assert_int_equal(answer.status, 0);
    assert_non_null(strstr(budkavle_error(client), "nobody answers on "));
    assert_non_null(strstr(budkavle_error(client), path));
    budkavle_answer_clear(&answer);
    budkavle_close(client);
}

static void
test_not_running(void **state)
{
    struct canned_server server;
    char missing[128];

    (void)state;
    canned_listen(&server);
    assert_not_running(server.path); /* there, but nobody listens */
    (void)snprintf(missing, sizeof(missing), "%s/missing", server.folder);
    assert_not_running(missing);
    canned_remove(&server);
}

/* The folder is open to its owner only, so anybody else must not get in. */
static void
test_not_allowed(void **state)
{
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;

    (void)state;
    if (geteuid() != 0) {
        print_message("only root can become somebody else\n");
        skip();
    }
    canned_listen(&server);
    client = budkavle_open(server.path);
    assert_int_equal(seteuid(65534), 0);
    assert_int_equal(budkavle_call(client, "GET", "/v1/status", NULL, NULL, 0, &answer),
                     BUDKAVLE_NOT_ALLOWED);
    assert_int_equal(seteuid(0), 0);
    assert_non_null(strstr(budkavle_error(client), "not allowed to connect to "));
    budkavle_answer_clear(&answer);
    budkavle_close(client);
    canned_remove(&server);
}

static void
test_calls_that_cannot_be_made(void **state)
{
    static const struct {
        const char *method, *path, *said;
    } cases[] = {
        { "PUT", "/v1/status", "PUT is not GET or POST" },
        { "GET", "v1/status", "must begin with /" },
        { "GET", "/v1/a b", "percent-encoded" },
        { "GET", "/v1/a\r\nX: y", "percent-encoded" },
    };
    struct budkavle *client = budkavle_open("/nonexistent/socket");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct budkavle_answer answer;

        assert_int_equal(budkavle_call(client, cases[i].method, cases[i].path, NULL,
                                       NULL, 0, &answer),
                         BUDKAVLE_FAILED);
        assert_non_null(strstr(budkavle_error(client), cases[i].said));
        budkavle_answer_clear(&answer);
    }
    budkavle_close(client);
    budkavle_close(NULL);
}

static void
test_handle_is_used_again(void **state)
{
    struct canned_server server;
    struct budkavle_answer answer;
    struct budkavle *client;

    (void)state;
    canned_start(&server, "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}");
    client = budkavle_open(server.path);
    assert_int_equal(budkavle_send(client, "{", 1, 0, &answer), BUDKAVLE_REFUSED);
    budkavle_answer_clear(&answer);
    canned_join(&server);
    bytes_reset(&server.request);
    server.answer = OK_EMPTY;
    assert_int_equal(pthread_create(&server.thread, NULL, canned_serve, &server), 0);
    assert_int_equal(budkavle_call(client, "GET", "/metrics", NULL, NULL, 0, &answer),
                     BUDKAVLE_OK);
    canned_join(&server);
    assert_non_null(strstr(server.request.data, "GET /metrics HTTP/1.1\r\n"));
    assert_string_equal(budkavle_error(client), "");
    budkavle_answer_clear(&answer);
    budkavle_close(client);
    canned_remove(&server);
}

struct seen {
    struct bytes text;
    int left; /* events until it stops */
};

static int
on_event(void *context, const char *name, const char *data)
{
    struct seen *seen = context;

    assert_true(bytes_add(&seen->text, name, strlen(name)));
    assert_true(bytes_add(&seen->text, "=", 1));
    assert_true(bytes_add(&seen->text, data, strlen(data)));
    assert_true(bytes_add(&seen->text, ";", 1));
    return --seen->left > 0;
}

#define STREAM_HEAD                                                                    \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                           \
    "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
    const char *answer;
    int left;
    enum budkavle_result result;
    const char *seen, *error;
} streams[] = {
    { STREAM_HEAD
      "7\r\ndata: a\r\n9\r\n\n\nevent: \r\nc\r\nb\ndata: c\n\n\r\n\r\n0\r\n\r\n",
      9, BUDKAVLE_OK, "message=a;b=c;", "" },
    { STREAM_HEAD "12\r\ndata: a\n\ndata: b\n\n\r\n", 1, BUDKAVLE_OK, "message=a;",
      "" },
    { STREAM_HEAD "9\r\ndata: a\n\n\r\n5\r\nda", 9, BUDKAVLE_OK, "message=a;",
      "the connection ended" },
    { "HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\ndata: a\n\n", 9,
      BUDKAVLE_NOT_ALLOWED, "", "403" },
    { "", 9, BUDKAVLE_FAILED, "", "no whole answer" },
};

static void
test_streams(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        struct seen seen = { .left = streams[i].left };
        struct canned_server server;
        struct budkavle *client;

        canned_start(&server, streams[i].answer);
        client = budkavle_open(server.path);
        assert_int_equal(budkavle_stream(client, on_event, &seen), streams[i].result);
        canned_join(&server);
        assert_string_equal(bytes_text(&seen.text), streams[i].seen);
        assert_non_null(strstr(budkavle_error(client), streams[i].error));
        assert_non_null(strstr(server.request.data, "GET /v1/stream HTTP/1.1\r\n"));
        budkavle_close(client);
        canned_remove(&server);
        bytes_clear(&seen.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_send),
        cmocka_unit_test(test_large_body_with_nul),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_not_running),
        cmocka_unit_test(test_not_allowed),
        cmocka_unit_test(test_calls_that_cannot_be_made),
        cmocka_unit_test(test_handle_is_used_again),
        cmocka_unit_test(test_streams),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
