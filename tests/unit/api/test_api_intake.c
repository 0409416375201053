/* SPDX-License-Identifier: EUPL-1.2 */
/* Events by way of the socket: types, sizes, refusals, and the answer after the commit. */
#include "client.h"

static void
test_accepted_events_are_answered_one_by_one(void **state)
{
    struct rig *rig = *state;
    json_t *answer = NULL;
    char *text;

    assert_int_equal(rig_exchange(rig, "POST", "/v1/events", LINES_TYPE,
                                  "{\"incident\":\"A-1\",\"event_id\":\"e1\"}\n"
                                  "{\"incident\":\"A-2\",\"event_id\":\"e2\"}\n",
                                  &answer),
                     200);
    text = json_dumps(answer, JSON_COMPACT);
    assert_string_equal(
        text, "{\"accepted\":["
              "{\"event_id\":\"e1\",\"incident\":\"A-1\",\"id\":\"abc0\","
              "\"result\":\"applied\",\"messages\":0,\"why\":\"no route takes it\"},"
              "{\"event_id\":\"e2\",\"incident\":\"A-2\",\"id\":\"abc1\","
              "\"result\":\"applied\",\"messages\":1}]}");
    free(text);
    json_decref(answer);
    assert_string_equal(rig->last, "submit socket");
    assert_false(rig->checked);
    assert_int_equal(rig->n_commits, 1);
}

static void
test_words_stop_when_the_sender_wishes(void **state)
{
    static const char hard[] = "{\"incident\":\"A-1\",\"note\":\"E\"}";
    static const struct {
        const char *path;
        int code, submitted;
        const char *last;
    } cases[] = {
        { "/v1/events", 200, 1, "submit socket" },
        { "/v1/events?plain=stop", 422, 0, "" },
        { "/v1/events?plain=stop&check=1", 422, 0, "" },
        { "/v1/events?plain=no", 400, 0, "" },
        { "/v1/events?plain=stop&override=", 400, 0, "" },
        { "/v1/events?plain=stop&override=%20", 400, 0, "" },
        { "/v1/events?plain=stop&override=a%0Ab", 400, 0, "" },
        { "/v1/events?plain=stop&override=so+it+is", 200, 1,
          "override 1 of 1 by 1: so it is" },
        { "/v1/events?override=so&check=1", 200, 1, "submit socket" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;
        int before = rig->n_submitted;

        rig->last[0] = '\0';
        assert_int_equal(
            rig_exchange(rig, "POST", cases[i].path, JSON_TYPE, hard, &answer),
            cases[i].code);
        assert_int_equal(rig->n_submitted - before, cases[i].submitted);
        assert_string_equal(rig->last, cases[i].last);
        json_decref(answer);
    }
}

static void
test_the_type_of_content_decides(void **state)
{
    static const struct {
        const char *header;
        int code;
        const char *says;
    } cases[] = {
        { "Content-Type: application/json\r\n", 200, NULL },
        { "content-type: Application/JSON; charset=utf-8\r\n", 200, NULL },
        { "Content-Type: application/x-ndjson ;x=y\r\n", 200, NULL },
        { "", 415, "-H 'Content-Type: application/json'" },
        { "Content-Type: application/x-www-form-urlencoded\r\n", 415,
          "-H 'Content-Type: application/json'" },
        { "Content-Type: application/cap+xml\r\n", 200, NULL },
        { "Content-Type: text/xml\r\n", 415, "CAP 1.2 is application/cap+xml" },
        { "Content-Type: text/plain\r\n", 415, "application/x-ndjson" },
        { "Content-Type: application/jsonp\r\n", 415, "application/jsonp" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;
        int before = rig->n_submitted;

        assert_int_equal(rig_exchange(rig, "POST", "/v1/events", cases[i].header,
                                      EVENT_TEXT, &answer),
                         cases[i].code);
        assert_int_equal(rig->n_submitted - before, cases[i].code == 200 ? 1 : 0);
        if (cases[i].says != NULL) {
            assert_non_null(strstr(json_text(answer, "detail"), cases[i].says));
        }
        json_decref(answer);
    }
}

static void
test_a_check_is_never_taken_for_the_real_thing(void **state)
{
    static const struct {
        const char *path;
        int code;
        bool checked;
    } cases[] = {
        { "/v1/events?check=1", 200, true },    { "/v1/events?check=true", 200, true },
        { "/v1/events?check=0", 200, false },   { "/v1/events", 200, false },
        { "/v1/events?check=yes", 400, false }, { "/v1/events?check=", 400, false },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        int before = rig->n_submitted;

        rig->checked = false;
        assert_int_equal(
            rig_exchange(rig, "POST", cases[i].path, JSON_TYPE, EVENT_TEXT, NULL),
            cases[i].code);
        assert_int_equal(rig->checked, cases[i].checked);
        assert_int_equal(rig->n_submitted - before, cases[i].code == 200 ? 1 : 0);
    }
}

static void
test_refusals_tell_event_line_and_field(void **state)
{
    struct rig *rig = *state;
    json_t *answer = NULL;
    const json_t *fault;

    assert_int_equal(rig_exchange(rig, "POST", "/v1/events", LINES_TYPE,
                                  EVENT_TEXT "\n\n{\"incident\":\"A\",\"kind\":5}\n",
                                  &answer),
                     422);
    assert_int_equal(json_array_size(json_object_get(answer, "faults")), 1);
    fault = json_array_get(json_object_get(answer, "faults"), 0);
    assert_int_equal(json_integer_value(json_object_get(fault, "event")), 2);
    assert_int_equal(json_integer_value(json_object_get(fault, "line")), 3);
    assert_string_equal(json_text(fault, "field"), "kind");
    assert_non_null(strstr(json_text(answer, "detail"), "nothing of the batch"));
    json_decref(answer);
    assert_int_equal(rig->n_submitted, 0);
    assert_int_equal(rig->n_refused, 1);
}

static void
test_what_is_no_json_is_malformed(void **state)
{
    static const char *const bodies[] = { "",       " \n",     "[]", "{\"incident\":",
                                          "<alert", "\xff\xfe" };

    for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
        json_t *answer = NULL;

        assert_int_equal(
            rig_exchange(*state, "POST", "/v1/events", JSON_TYPE, bodies[i], &answer),
            400);
        assert_int_equal(json_array_size(json_object_get(answer, "faults")), 1);
        json_decref(answer);
    }
}

static void
test_an_event_that_is_too_large(void **state)
{
    struct buffer body = { 0 };
    json_t *answer = NULL;

    buffer_add(&body, "{\"incident\":\"A\",\"note\":\"");
    for (int i = 0; i < 300; i++) {
        buffer_addf(&body, "%01024d", 0);
    }
    buffer_add(&body, "\"}");
    assert_int_equal(
        rig_exchange(*state, "POST", "/v1/events", JSON_TYPE, body.data, &answer), 413);
    assert_non_null(strstr(json_text(answer, "detail"), "256 KiB"));
    json_decref(answer);
    buffer_clear(&body);
}

static void
test_what_the_pipeline_refuses(void **state)
{
    static const struct {
        enum status status;
        int code;
    } cases[] = {
        { STATUS_CONFLICT, 409 },
        { STATUS_REFUSED, 422 },
        { STATUS_FULL, 503 },
        { STATUS_IO, 503 },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;

        rig->port_status = cases[i].status;
        assert_int_equal(
            rig_exchange(rig, "POST", "/v1/events", JSON_TYPE, EVENT_TEXT, &answer),
            cases[i].code);
        assert_int_equal(json_integer_value(json_object_get(answer, "status")),
                         cases[i].code);
        json_decref(answer);
    }
}

static void
test_nothing_is_accepted_when_the_commit_fails(void **state)
{
    static const enum status statuses[] = { STATUS_FULL, STATUS_IO };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(statuses); i++) {
        struct client client;

        rig->commit_status = statuses[i];
        client_open(rig, &client);
        client_ask(&client, "POST", "/v1/events", JSON_TYPE, EVENT_TEXT);
        client_wait(&client);
        assert_int_equal(client_code(&client), 503);
        assert_non_null(strstr(client.in.data, "Retry-After: 5\r\n"));
        assert_non_null(strstr(client.in.data, "the disk is full"));
        assert_null(strstr(client.in.data, "accepted"));
        client_close(&client);
    }
}

static void
test_what_arrives_together_shares_one_commit(void **state)
{
    enum {
        N = 5
    };
    struct rig *rig = *state;
    struct client clients[N];

    for (int i = 0; i < N; i++) {
        client_open(rig, &clients[i]);
        client_step(&clients[i], true);
    }
    for (int i = 0; i < N; i++) {
        client_ask(&clients[i], "POST", "/v1/events", JSON_TYPE, EVENT_TEXT);
        assert_int_equal(
            send(clients[i].fd, clients[i].out.data, clients[i].out.len, MSG_NOSIGNAL),
            clients[i].out.len);
        clients[i].sent = clients[i].out.len;
    }
    for (int i = 0; i < N; i++) {
        client_wait(&clients[i]);
        assert_int_equal(client_code(&clients[i]), 200);
        client_close(&clients[i]);
    }
    assert_int_equal(rig->n_submitted, N);
    assert_int_equal(rig->n_commits, 1);
}

static void
test_a_chunked_body_is_taken(void **state)
{
    struct rig *rig = *state;
    struct client client;

    client_open(rig, &client);
    buffer_add(&client.out, "POST /v1/events HTTP/1.1\r\nHost: x\r\n" JSON_TYPE
                            "Transfer-Encoding: chunked\r\n\r\n");
    for (const char *at = EVENT_TEXT; *at != '\0'; at++) {
        buffer_addf(&client.out, "1\r\n%c\r\n", *at);
        client_step(&client, true);
    }
    assert_int_equal(rig->n_submitted, 0);
    buffer_add(&client.out, "0\r\n\r\n");
    client_wait(&client);
    assert_int_equal(client_code(&client), 200);
    assert_int_equal(rig->n_submitted, 1);
    client_close(&client);
}

static void
test_expectations_are_met(void **state)
{
    struct client client;

    client_open(*state, &client);
    buffer_addf(&client.out,
                "POST /v1/events HTTP/1.1\r\nHost: x\r\n" JSON_TYPE
                "Expect: 100-continue\r\nContent-Length: %zu\r\n\r\n",
                strlen(EVENT_TEXT));
    client_wait(&client);
    assert_int_equal(client_code(&client), 100);
    buffer_reset(&client.in);
    buffer_add(&client.out, EVENT_TEXT);
    client_wait(&client);
    assert_int_equal(client_code(&client), 200);
    client_close(&client);
}

static void
test_a_preview_stores_nothing_of_its_own(void **state)
{
    struct rig *rig = *state;
    json_t *answer = NULL;

    assert_int_equal(
        rig_exchange(rig, "POST", "/v1/preview", JSON_TYPE, EVENT_TEXT, &answer), 200);
    assert_true(json_is_array(json_object_get(answer, "previews")));
    json_decref(answer);
    assert_string_equal(rig->last, "preview 1");
    assert_int_equal(rig->n_submitted, 0);
    assert_int_equal(rig_exchange(rig, "POST", "/v1/preview", JSON_TYPE, "[{}]", NULL),
                     422);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_accepted_events_are_answered_one_by_one),
        TEST(test_words_stop_when_the_sender_wishes),
        TEST(test_the_type_of_content_decides),
        TEST(test_a_check_is_never_taken_for_the_real_thing),
        TEST(test_refusals_tell_event_line_and_field),
        TEST(test_what_is_no_json_is_malformed),
        TEST(test_an_event_that_is_too_large),
        TEST(test_what_the_pipeline_refuses),
        TEST(test_nothing_is_accepted_when_the_commit_fails),
        TEST(test_what_arrives_together_shares_one_commit),
        TEST(test_a_chunked_body_is_taken),
        TEST(test_expectations_are_met),
        TEST(test_a_preview_stores_nothing_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
