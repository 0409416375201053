/* SPDX-License-Identifier: EUPL-1.2 */
/* Every route with and without its role, and what is answered where there is none. */
#include "client.h"

/* The pattern with something in the place of each parameter. */
static char *
concrete(const char *pattern)
{
    struct buffer path = { 0 };

    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '{') {
            buffer_addf(&path, "%d", 1);
            at = strchr(at, '}');
        } else {
            buffer_add_char(&path, *at);
        }
    }
    return buffer_take(&path);
}

/* Whatever a gateway calls its fields; and never with a body that it would send on. */
static void
test_a_report_is_answered_without_a_word(void **state)
{
    struct rig *rig = *state;

    rig->roles = 1U << API_REPORT;
    assert_int_equal(rig_exchange(rig, "POST", "/v1/channels/sms/report?d=1-x&any=2",
                                  "Content-Type: application/x-www-form-urlencoded\r\n",
                                  "status=sent", NULL),
                     204);
    assert_string_equal(rig->last, "report sms d=1-x&any=2 status=sent");
    assert_int_equal(
        rig_exchange(rig, "GET", "/v1/channels/sms/report?t=8", "", NULL, NULL), 204);
    assert_string_equal(rig->last, "report sms t=8 ");
}

static void
test_each_role_opens_its_routes_and_no_other(void **state)
{
    struct rig *rig = *state;
    const struct api_route_row *rows;
    size_t n = api_routes(&rows);

    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        char *path = concrete(rows[i].path);

        for (int role = 0; role < API_ROLE_COUNT; role++) {
            json_t *answer = NULL;
            int code;

            if (strcmp(path, "/v1/stream") == 0 && role == API_READ) {
                continue; /* has no end; see test_api_stream */
            }
            rig->roles = 1U << role;
            code =
                rig_exchange(rig, rows[i].method, path, JSON_TYPE,
                             strcmp(rows[i].method, "POST") == 0 ? "{}" : NULL, NULL);
            if (role == (int)rows[i].role) {
                assert_int_not_equal(code, 403);
                assert_int_not_equal(code, 405);
                assert_true(code >= 200 && code < 500);
            } else {
                code =
                    rig_exchange(rig, rows[i].method, path, JSON_TYPE, NULL, &answer);
                assert_int_equal(code, 403);
                assert_non_null(
                    strstr(json_text(answer, "detail"), api_role_name(rows[i].role)));
                assert_non_null(strstr(json_text(answer, "detail"), "access"));
                json_decref(answer);
            }
        }
        free(path);
    }
}

static void
test_unknown_paths_are_not_found(void **state)
{
    static const struct {
        const char *method, *path;
    } cases[] = {
        { "GET", "/" },
        { "GET", "/v1" },
        { "GET", "/v1/" },
        { "GET", "/v1/nothing" },
        { "GET", "/v1/incidents/" },
        { "GET", "/v1/incidents/1/2" },
        { "GET", "/v1/incidents/1/timeline/" },
        { "GET", "/v1/deliveries/1" },
        { "GET", "//v1/status" },
        { "GET", "/V1/STATUS" },
        { "POST", "/v1/deliveries/one/retry" },
        { "POST", "/v1/deliveries/0/retry" },
        { "POST", "/v1/channels/%ff/pause" },
        { "POST", "/v1/channels/a%00b/pause" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;

        assert_int_equal(
            rig_exchange(rig, cases[i].method, cases[i].path, "", NULL, &answer), 404);
        assert_int_equal(json_integer_value(json_object_get(answer, "status")), 404);
        assert_string_equal(rig->last, "");
        json_decref(answer);
    }
}

static void
test_a_parameter_that_a_route_lacks_is_named(void **state)
{
    static const struct {
        const char *method, *path, *named, *known;
    } cases[] = {
        { "GET", "/v1/incidents?opne=1", "opne", "open" },
        { "GET", "/v1/incidents?open=1&channel=bus", "channel", "waiting" },
        { "GET", "/v1/deliveries?limit=1&sate=parked", "sate", "state" },
        { "GET", "/v1/messages?unfinished=1", "unfinished", "incident" },
        { "GET", "/v1/audit?state=parked", "state", "incident" },
        { "POST", "/v1/events?chekc=1", "chekc", "check" },
        { "GET", "/v1/status?x=%0a%1b", "x", "none" },
        { "POST", "/v1/reload?check=1", "check", "none" },
        { "GET", "/metrics?x", "x", "none" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;
        const char *detail;

        assert_int_equal(
            rig_exchange(rig, cases[i].method, cases[i].path, JSON_TYPE,
                         strcmp(cases[i].method, "POST") == 0 ? EVENT_TEXT : NULL,
                         &answer),
            400);
        detail = json_text(answer, "detail");
        if (strcmp(cases[i].path, "/metrics?x") != 0) {
            assert_non_null(strstr(detail, cases[i].named));
            assert_non_null(strstr(detail, cases[i].known));
        }
        assert_string_equal(rig->last, "");
        json_decref(answer);
    }
    assert_int_equal(rig->n_submitted, 0);
}

static void
test_other_methods_are_told_what_there_is(void **state)
{
    static const struct {
        const char *method, *path, *allow;
    } cases[] = {
        { "GET", "/v1/events", "Allow: POST\r\n" },
        { "DELETE", "/v1/events", "Allow: POST\r\n" },
        { "POST", "/v1/status", "Allow: GET\r\n" },
        { "HEAD", "/v1/status", "Allow: GET\r\n" },
        { "PUT", "/v1/incidents/x", "Allow: GET\r\n" },
        { "PATCH", "/metrics", "Allow: GET\r\n" },
        { "OPTIONS", "/v1/reload", "Allow: POST\r\n" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct client client;

        client_open(rig, &client);
        client_ask(&client, cases[i].method, cases[i].path, "Connection: close\r\n",
                   NULL);
        client_wait_end(&client);
        assert_int_equal(client_code(&client), 405);
        assert_non_null(strstr(client.in.data, cases[i].allow));
        if (strcmp(cases[i].method, "HEAD") == 0) {
            assert_string_equal(strstr(client.in.data, "\r\n\r\n"), "\r\n\r\n");
        } else {
            assert_non_null(
                strstr(client.in.data, "Content-Type: application/problem+json\r\n"));
        }
        client_close(&client);
    }
}

static void
test_a_method_nobody_knows_is_refused(void **state)
{
    json_t *answer = NULL;
    int code = rig_exchange(*state, "BREW", "/v1/status", "", NULL, &answer);

    assert_true(code == 405 || code == 501 || code == 400);
    assert_int_equal(json_integer_value(json_object_get(answer, "status")), code);
    json_decref(answer);
}

static void
test_broken_requests_get_problem_json(void **state)
{
    static const char *const requests[] = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET /v1/status HTTP/9.1 x y\r\n\r\n",
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nno colon here\r\n\r\n",
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(requests); i++) {
        struct client client;
        json_t *answer;

        client_open(rig, &client);
        buffer_add(&client.out, requests[i]);
        client_wait_end(&client);
        assert_int_equal(client_code(&client), 400);
        answer = client_json(&client);
        assert_string_equal(json_text(answer, "title"), "Malformed request");
        json_decref(answer);
        client_close(&client);
    }
}

static void
test_query_faults_name_what_is_allowed(void **state)
{
    static const struct {
        const char *path, *says;
    } cases[] = {
        { "/v1/incidents?limit=0", "1 to 1000" },
        { "/v1/incidents?limit=1001", "1 to 1000" },
        { "/v1/incidents?limit=ten", "1 to 1000" },
        { "/v1/messages?after=x", "next" },
        { "/v1/deliveries?state=lost", "parked" },
        { "/v1/incidents?open", "name=value" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;

        assert_int_equal(rig_exchange(rig, "GET", cases[i].path, "", NULL, &answer),
                         400);
        assert_non_null(strstr(json_text(answer, "detail"), cases[i].says));
        json_decref(answer);
    }
}

static void
test_several_requests_on_one_connection(void **state)
{
    struct client client;

    client_open(*state, &client);
    for (int i = 0; i < 3; i++) {
        client_ask(&client, "GET", i == 1 ? "/v1/none" : "/v1/status", "", NULL);
        client_wait(&client);
        assert_int_equal(client_code(&client), i == 1 ? 404 : 200);
        assert_false(client.ended);
        buffer_reset(&client.in);
    }
    /* Two that come at once are both answered. */
    client_ask(&client, "GET", "/v1/config", "", NULL);
    client_ask(&client, "GET", "/v1/status", "Connection: close\r\n", NULL);
    client_wait_end(&client);
    assert_non_null(strstr(client.in.data, "Vardala"));
    assert_non_null(strstr(client.in.data, "\"line\":\"ok\""));
    client_close(&client);
}

/* --- What operators ask ----------------------------------------------------------- */

static void
test_operators_requests_reach_their_ports(void **state)
{
    static const struct {
        const char *path, *body, *asked, *answered;
    } cases[] = {
        { "/v1/deliveries/4/retry", "", "retry row=4 channel=- state=-1 -",
          "{\"count\":7}" },
        { "/v1/deliveries/4/cancel", "{\"reason\":\"no longer true\"}",
          "cancel row=4 channel=- state=-1 no longer true", "{\"count\":7}" },
        { "/v1/deliveries/retry", "{\"channel\":\"mail\",\"state\":\"parked\"}",
          "retry row=0 channel=mail state=4 -", "{\"count\":7}" },
        { "/v1/deliveries/retry", "{}", "retry row=0 channel=- state=-1 -",
          "{\"count\":7}" },
        { "/v1/deliveries/cancel", "{\"state\":\"held\",\"reason\":\"r\"}",
          "cancel row=0 channel=- state=0 r", "{\"count\":7}" },
        { "/v1/channels/mail/pause", "{}", "pause mail",
          "{\"channel\":\"mail\",\"state\":\"paused\"}" },
        { "/v1/channels/T%C3%A4by%20n%C3%A4t/resume", "{}", "resume Täby nät",
          "{\"channel\":\"Täby nät\",\"state\":\"up\"}" },
        { "/v1/channels/mail/retry", "", "retry row=0 channel=mail state=-1 -",
          "{\"count\":7}" },
        { "/v1/channels/mail/test", "", "test mail",
          "{\"channel\":\"mail\",\"outcome\":\"delivered\"}" },
        { "/v1/channels/mail/left",
          "{\"recipient\":\"a@example.se\",\"reason\":\"unsubscribed\"}",
          "leave mail a@example.se unsubscribed",
          "{\"channel\":\"mail\",\"number\":5}" },
        { "/v1/channels/mail/left/take-back", "{\"recipient\":\"a@example.se\"}",
          "take-back mail a@example.se -", "{\"channel\":\"mail\"}" },
        { "/v1/channels/mail/left/take-back",
          "{\"recipient\":\"a@example.se\",\"reason\":\"asked to\"}",
          "take-back mail a@example.se asked to", "{\"channel\":\"mail\"}" },
        { "/v1/reload", "", "reload", "{\"reloaded\":true}" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;
        char *text;

        assert_int_equal(
            rig_exchange(rig, "POST", cases[i].path, "", cases[i].body, &answer), 200);
        text = json_dumps(answer, JSON_COMPACT);
        assert_string_equal(rig->last, cases[i].asked);
        assert_string_equal(text, cases[i].answered);
        free(text);
        json_decref(answer);
    }
}

static void
test_orders_that_are_not_clear_do_nothing(void **state)
{
    static const struct {
        const char *path, *body;
        int code;
    } cases[] = {
        { "/v1/deliveries/4/cancel", "", 422 },
        { "/v1/deliveries/cancel", "{\"state\":\"parked\"}", 422 },
        { "/v1/deliveries/cancel", "{\"reason\":\"\"}", 422 },
        { "/v1/deliveries/cancel", "{\"reason\":5}", 422 },
        { "/v1/deliveries/cancel", "{\"reason\":\"r\",\"chanel\":\"mail\"}", 422 },
        { "/v1/deliveries/retry", "{\"state\":\"delivered\"}", 422 },
        { "/v1/deliveries/4/retry", "{\"channel\":\"mail\"}", 422 },
        { "/v1/deliveries/retry", "{\"incident\":\"nowhere\"}", 404 },
        { "/v1/channels/mail/left", "{\"recipient\":\"a\"}", 422 },
        { "/v1/channels/mail/left", "{\"recipient\":\"a\",\"reason\":\"bored\"}", 422 },
        { "/v1/channels/mail/left", "{\"reason\":\"gone\"}", 422 },
        { "/v1/channels/mail/left",
          "{\"recipient\":\"a\",\"reason\":\"gone\",\"channel\":\"b\"}", 422 },
        { "/v1/channels/mail/left/take-back", "{\"recipient\":\"a\\nb\"}", 422 },
        { "/v1/channels/mail/left/take-back", "{\"recipient\":5}", 422 },
        { "/v1/deliveries/retry", "[]", 400 },
        { "/v1/deliveries/retry", "{", 400 },
        { "/v1/deliveries/retry", "{\"state\":\"held\",\"state\":\"held\"}", 400 },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;

        assert_int_equal(
            rig_exchange(rig, "POST", cases[i].path, "", cases[i].body, &answer),
            cases[i].code);
        assert_string_equal(rig->last, "");
        json_decref(answer);
    }
}

static void
test_what_a_port_says_becomes_a_code(void **state)
{
    static const struct {
        enum status status;
        int code;
    } cases[] = {
        { STATUS_NOT_FOUND, 404 }, { STATUS_CONFLICT, 409 }, { STATUS_REFUSED, 422 },
        { STATUS_INVALID, 400 },   { STATUS_LIMIT, 413 },    { STATUS_BUSY, 503 },
        { STATUS_FULL, 503 },      { STATUS_IO, 503 },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *answer = NULL;

        rig->port_status = cases[i].status;
        assert_int_equal(
            rig_exchange(rig, "POST", "/v1/deliveries/9/retry", "", "", &answer),
            cases[i].code);
        assert_string_equal(json_text(answer, "detail"), "the port refused");
        json_decref(answer);
    }
}

static void
test_faults_of_a_reload_are_all_told(void **state)
{
    struct rig *rig = *state;
    json_t *answer = NULL;
    const json_t *fault;

    rig->port_status = STATUS_INVALID;
    assert_int_equal(rig_exchange(rig, "POST", "/v1/reload", "", "", &answer), 422);
    fault = json_array_get(json_object_get(answer, "faults"), 0);
    assert_int_equal(json_integer_value(json_object_get(fault, "line")), 12);
    assert_non_null(strstr(json_text(fault, "problem"), "smoke"));
    json_decref(answer);
}

#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_a_release_names_what_was_read(void **state)
{
    static const struct {
        const char *id, *body;
        enum status status;
        int code;
        const char *says;
    } cases[] = {
        { "m_1", "{\"sha256\":\"" ONES "\"}", STATUS_OK, 200, NULL },
        { "m_1", "{\"sha256\":\"" ZEROS "\"}", STATUS_OK, 409, ONES },
        { "m_1", "{\"sha256\":\"" ONES "\"}", STATUS_REFUSED, 403, NULL },
        { "m_2", "{\"sha256\":\"" ONES "\"}", STATUS_OK, 404, NULL },
        { "m_1", "{}", STATUS_OK, 422, "64 hexadecimal digits" },
        { "m_1", "", STATUS_OK, 422, "64 hexadecimal digits" },
        { "m_1", "{\"sha256\":\"11\"}", STATUS_OK, 422, "64 hexadecimal digits" },
        { "m_1", "{\"sha256\":1}", STATUS_OK, 422, "64 hexadecimal digits" },
        { "m_1", "{\"sha265\":\"" ONES "\"}", STATUS_OK, 422, "known: sha256" },
        { "m_1", "[]", STATUS_OK, 400, NULL },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *path = string_format("/v1/held/%s/release", cases[i].id);
        json_t *answer = NULL;
        const json_t *fault;

        rig->port_status = cases[i].status;
        assert_int_equal(
            rig_exchange(rig, "POST", path, JSON_TYPE, cases[i].body, &answer),
            cases[i].code);
        fault = json_array_get(json_object_get(answer, "faults"), 0);
        if (cases[i].says != NULL) {
            assert_non_null(strstr(json_text(fault, "problem"), cases[i].says));
        }
        if (cases[i].code == 200) {
            assert_int_equal(json_integer_value(json_object_get(answer, "count")), 3);
        }
        json_decref(answer);
        free(path);
    }
}

static void
test_what_is_held_is_listed(void **state)
{
    struct rig *rig = *state;
    json_t *answer = NULL;

    assert_int_equal(rig_exchange(rig, "GET", "/v1/held", "", NULL, &answer), 200);
    assert_string_equal(
        json_text(json_array_get(json_object_get(answer, "held"), 0), "id"), "m_1");
    json_decref(answer);
}

static void
test_a_channel_test_is_answered_when_the_reply_came(void **state)
{
    static char detail[] = "535 authentication failed";
    static const struct outcome outcome = { .kind = OUTCOME_CREDENTIALS,
                                            .detail = detail };
    struct rig *rig = *state;
    struct client client;
    json_t *answer;

    rig->test_waits = true;
    client_open(rig, &client);
    client_ask(&client, "POST", "/v1/channels/mail/test", "", "");
    while (rig->test_done == NULL) {
        client_step(&client, true);
    }
    client_step(&client, true);
    assert_int_equal(client.in.len, 0);
    rig->test_done(rig->test_context, &outcome);
    client_wait(&client);
    assert_int_equal(client_code(&client), 200);
    answer = client_json(&client);
    assert_string_equal(json_text(answer, "outcome"), "credentials");
    assert_string_equal(json_text(answer, "detail"), detail);
    json_decref(answer);
    client_close(&client);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_each_role_opens_its_routes_and_no_other),
        TEST(test_a_report_is_answered_without_a_word),
        TEST(test_a_release_names_what_was_read),
        TEST(test_what_is_held_is_listed),
        TEST(test_unknown_paths_are_not_found),
        TEST(test_a_parameter_that_a_route_lacks_is_named),
        TEST(test_other_methods_are_told_what_there_is),
        TEST(test_a_method_nobody_knows_is_refused),
        TEST(test_broken_requests_get_problem_json),
        TEST(test_query_faults_name_what_is_allowed),
        TEST(test_several_requests_on_one_connection),
        TEST(test_operators_requests_reach_their_ports),
        TEST(test_orders_that_are_not_clear_do_nothing),
        TEST(test_what_a_port_says_becomes_a_code),
        TEST(test_faults_of_a_reload_are_all_told),
        TEST(test_a_channel_test_is_answered_when_the_reply_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
