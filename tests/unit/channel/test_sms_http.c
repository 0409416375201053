/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A gateway described in the configuration: the requests of three shapes, every fault of
 * a description, what answers and reports mean by it.
 */
#include "report_fixture.h"

#include <jansson.h>

#define NUMBER "+46739876543"
#define URL "https://gateway.example/send"

static void
init(struct post *post)
{
    post_init(post, "sms_http");
    post_set(post, "url", URL);
    post_set(post, "to", NUMBER);
    post->input.recipient = NUMBER;
    post->input.delivery = 4711;
    post->input.n_carried = &post->n_carried;
}

static void
test_a_form(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "body", "msisdn={to}&sender={from}&message={text}&ref={id}");
    post_set(&post, "from", "Nordan & Co");
    post_unset(&post, "from");
    post_set(&post, "from", "Nordan");
    post_set(&post, "username", "user");
    post_set(&post, "password_file", "secret");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal(URL, post.request.url);
    assert_true(post.request.recent_connection);
    assert_string_equal("application/x-www-form-urlencoded; charset=UTF-8",
                        post_header(&post, "Content-Type"));
    assert_string_equal("Basic dXNlcjpzZWNyZXQ=", post_header(&post, "Authorization"));
    post_assert_field(&post, "msisdn", NUMBER);
    post_assert_field(&post, "sender", "Nordan");
    post_assert_field(&post, "ref", "m_abc234-4711");
    char *text = post_field(post.request.body.data, "message");
    assert_non_null(strstr(text, "Täby kyrkby"));
    free(text);
    post_clear(&post);
}

static void
test_json(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "encoding", "json");
    post_set(&post, "number_format", "digits");
    post_set(&post, "body",
             "{\"messages\": [{\"to\": \"{to}\", \"text\": \"{text}\", \"callback\": "
             "\"{report_url}\"}]}");
    post_set(&post, "token_file", "abc");
    post_set(&post, "headers", "X-Source: budkavle {id}");
    post_set(&post, "report_url", REPORT_URL);
    post_set(&post, "token_key_file", REPORT_KEY);
    post_set(&post, "report_state", "/status");
    post_set(&post, "report_delivered", "DELIVRD");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("application/json; charset=UTF-8",
                        post_header(&post, "Content-Type"));
    assert_string_equal("Bearer abc", post_header(&post, "Authorization"));
    json_t *body = json_loads(post.request.body.data, 0, NULL);
    assert_non_null(body);
    json_t *message = json_array_get(json_object_get(body, "messages"), 0);
    assert_string_equal("46739876543",
                        json_string_value(json_object_get(message, "to")));
    assert_non_null(
        strstr(json_string_value(json_object_get(message, "text")), "Täby kyrkby"));
    const char *callback = json_string_value(json_object_get(message, "callback"));
    assert_token(&post, strstr(callback, "?d=") + 3);
    /* The id is the proof as well, for gateways that only give that back. */
    assert_token(&post, post_header(&post, "X-Source") + 9);
    json_decref(body);
    post_clear(&post);
}

static void
test_a_query_in_latin1(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_unset(&post, "url");
    post_set(&post, "url", URL "?to={to}&text={text}");
    post_set(&post, "method", "GET");
    post_set(&post, "charset", "iso-8859-1");
    post_set(&post, "number_format", "zeros");
    post_set(&post, "token_file", "abc");
    post_set(&post, "headers", "X-Key: {token}");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("GET", post.request.method);
    assert_non_null(strstr(post.request.url, "?to=0046739876543&text=T%E4by%20N%E4t"));
    assert_int_equal(0, post.request.body.len);
    assert_null(post_header(&post, "Content-Type"));
    assert_null(post_header(&post, "Authorization"));
    assert_string_equal("abc", post_header(&post, "X-Key"));
    post_clear(&post);
}

/* A complete description, but for one option. */
static void
test_faults(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } rows[] = {
        { "url", "gateway.example", "url is \"gateway.example\"" },
        { "url", "https://{to}.example/x", "nothing can be filled in into the host" },
        { "url", URL "?p={password}", "url has {password} in it" },
        { "body", "to={to}&text={message}", "body has {message} in it" },
        { "body", "text={text}", "{to} is neither in url nor in body" },
        { "body", "to={to}", "{text} is neither in url nor in body" },
        { "body", "{to}{text}{token}", "{token} is to be filled in" },
        { "method", "GET", "method is GET" },
        { "headers", "no colon", "headers has \"no colon\"" },
        { "headers", "X-Ä: 1", "in ASCII" },
        { "headers", "X: {text}", "headers has {text} in it" },
        { "content_type", "text\r\nX: 1", "content_type" },
        { "username", "a:b", "cannot have a \":\"" },
        { "password_file", "x", "password_file needs username" },
        { "token_file", "two words\n", "token_file" },
        { "success_codes", "2xx", "success_codes has \"2xx\"" },
        { "success_codes", "99", "success_codes has \"99\"" },
        { "success_regex", "(", "success_regex is \"(\"" },
        { "permanent_regex", "a\\1", "back-reference" },
        { "id_regex", "id", "has no group" },
        { "id_pointer", "id", "id_pointer is \"id\"" },
        { "report_delivered", "1", "report_delivered needs report_state" },
        { "report_state", "status", "needs report_delivered or report_failed" },
        { "from", "a name that is too long", "from is" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct post post;
        init(&post);
        post_set(&post, "body", "to={to}&text={text}");
        post_unset(&post, rows[i].option);
        post_set(&post, rows[i].option, rows[i].value);
        if (!post_is_refused(&post, rows[i].says))
            fail_msg("%s = %s: \"%s\"", rows[i].option, rows[i].value, post.error.text);
        post_clear(&post);
    }
}

static void
describe_answers(struct post *post)
{
    init(post);
    post_set(post, "body", "to={to}&text={text}");
    post_set(post, "to", "+46701234568");
    post_set(post, "success_regex", "^OK");
    post_set(post, "permanent_regex", "invalid (number|recipient)");
    post_set(post, "credentials_regex", "bad password|no credit");
    post_set(post, "retry_regex", "busy");
    post_set(post, "id_regex", "^OK ([0-9a-f]+)");
}

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { 200, "OK 17ab", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "ERR Invalid number +46739876543", NULL, true, OUTCOME_UNDELIVERABLE,
          "200: ERR Invalid number …", 0 },
        { 200, "ERR invalid number", NULL, false, OUTCOME_REFUSED, NULL, 0 },
        { 200, "ERR bad password", NULL, true, OUTCOME_CREDENTIALS, "bad password", 0 },
        { 200, "busy", "Retry-After: 9", true, OUTCOME_RETRY, "busy", 9000 },
        { 200, "hm", NULL, true, OUTCOME_REFUSED, "should match success_regex", 0 },
        { 500, "bad password", NULL, true, OUTCOME_CREDENTIALS, NULL, 0 },
        { 400, "what", NULL, true, OUTCOME_REFUSED, "400: what", 0 },
        { 401, "", NULL, true, OUTCOME_CREDENTIALS, NULL, 0 },
        { 403, "OK 1", NULL, true, OUTCOME_CREDENTIALS, NULL, 0 },
        { 429, "", "Retry-After: 7", true, OUTCOME_RETRY, NULL, 7000 },
        { 503, "", NULL, true, OUTCOME_RETRY, NULL, -1 },
    };
    struct post post;
    (void)state;
    describe_answers(&post);
    assert_true(post_is_accepted(&post));
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    struct reply reply = { .result = REPLY_ANSWERED, .code = 200 };
    buffer_add(&reply.body, "OK 17ab");
    assert_string_equal("17ab", post_classify(&post, &reply, true)->remote_id);
    reply = (struct reply){ .result = REPLY_UNKNOWN };
    assert_int_equal(OUTCOME_UNKNOWN, post_classify(&post, &reply, true)->kind);
    post_clear(&post);
}

static void
test_success_codes_and_a_pointer(void **state)
{
    static const struct post_row rows[] = {
        { 202, "{\"r\":[{\"id\":17}]}", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{}", NULL, true, OUTCOME_REFUSED, "200", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "body", "to={to}&text={text}");
    post_set(&post, "success_codes", "202");
    post_set(&post, "id_pointer", "/r/0/id");
    assert_true(post_is_accepted(&post));
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    struct reply reply = { .result = REPLY_ANSWERED, .code = 202 };
    buffer_add(&reply.body, rows[0].body);
    assert_string_equal("17", post_classify(&post, &reply, true)->remote_id);
    post_clear(&post);
}

static void
test_reports(void **state)
{
    static const struct told_row rows[] = {
        { "d=1-x&status=DELIVRD", NULL, REPORT_DELIVERED, NULL, false },
        { "d=1-x", "status=EXPIRED&err=too+late+%2B46739876543", REPORT_FAILED,
          "too late …", false },
        { "d=1-x&status=ACCEPTD", NULL, REPORT_PENDING, NULL, false },
        { "d=1-x", NULL, REPORT_NONE, "no field status", false },
        { "ref=2-y&status=DELIVRD", NULL, REPORT_DELIVERED, NULL, false },
    };
    struct told told;
    struct post post;
    (void)state;
    init(&post);
    assert_int_equal(STATUS_REFUSED,
                     told_read(&told, &post, "d=1-x&status=1", NULL, NULL));
    told_clear(&told);
    post_set(&post, "report_state", "status");
    post_set(&post, "report_delivered", "DELIVRD");
    post_set(&post, "report_failed", "EXPIRED");
    post_set(&post, "report_failed", "UNDELIV");
    post_set(&post, "report_reason", "err");
    post_set(&post, "report_reference", "ref");
    post_set(&post, "report_id", "mid");
    told_assert_rows(&post, rows, ARRAY_COUNT(rows));
    assert_int_equal(STATUS_OK, told_read(&told, &post, rows[4].query, NULL, NULL));
    assert_string_equal("2-y", told.report.token);
    told_clear(&told);
    assert_int_equal(STATUS_OK,
                     told_read(&told, &post, "mid=17&status=UNDELIV", NULL, NULL));
    assert_null(told.report.token);
    assert_string_equal("17", told.report.remote_id);
    told_clear(&told);
    post_clear(&post);
}

static void
test_reports_in_json(void **state)
{
    struct told told;
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "report_state", "/results/0/status");
    post_set(&post, "report_delivered", "5");
    post_set(&post, "report_id", "/results/0/id");
    assert_int_equal(STATUS_OK,
                     told_read(&told, &post, "",
                               "{\"results\":[{\"status\":5,\"id\":\"m1\"}]}", NULL));
    assert_int_equal(REPORT_DELIVERED, told.report.state);
    assert_string_equal("m1", told.report.remote_id);
    told_clear(&told);
    assert_int_equal(STATUS_INVALID,
                     told_read(&told, &post, "", "{\"results\":", NULL));
    told_clear(&told);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_form),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_a_query_in_latin1),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_success_codes_and_a_pointer),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_reports_in_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
