/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The 46elks driver: what the gateway is asked, what its answers mean, that a doubtful
 * text message is looked for, and that no number reaches a detail.
 */
#include "test_delivery_fixture.h"

#include "text/gsm7.h"

#define NUMBER "+46739876543"

static void
init(struct post *post)
{
    post_init(post, "46elks");
    post_set(post, "username", "u123");
    post_set(post, "password_file", "p456");
    post_set(post, "from", "Nordan");
    post_set(post, "to", NUMBER);
    post->input.recipient = NUMBER;
    post->input.n_carried = &post->n_carried;
}

static void
test_request(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://api.46elks.com/a1/sms", post.request.url);
    assert_string_equal("Basic dTEyMzpwNDU2", post_header(&post, "Authorization"));
    assert_true(post.request.recent_connection);
    post_assert_field(&post, "from", "Nordan");
    post_assert_field(&post, "to", NUMBER);
    post_assert_field(&post, "dryrun", NULL);
    char *text = post_field(post.request.body.data, "message");
    assert_in_range(gsm7_length(text), 20, 160);
    assert_non_null(strstr(text, "Täby kyrkby"));
    assert_non_null(strstr(text, "13.48"));
    free(text);
    assert_false(post_answer(
        &post, 200, "{\"id\":\"s17a6\",\"status\":\"created\",\"cost\":3500}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("s17a6", post.outcome.remote_id);
    post_clear(&post);
}

static void
test_a_test_costs_nothing(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    post_assert_field(&post, "dryrun", "yes");
    assert_false(post_answer(&post, 200, "{\"status\":\"created\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_null(post.outcome.remote_id);
    post_clear(&post);
}

static void
test_parts(void **state)
{
    struct post post;
    struct length_rule rule;
    (void)state;
    init(&post);
    post.driver->length(&post.channel, &rule);
    assert_int_equal(LENGTH_GSM7, rule.unit);
    assert_int_equal(1, rule.most);
    assert_false(rule.ucs2);
    post_set(&post, "parts", "3");
    post_set(&post, "ucs2", "true");
    post.driver->length(&post.channel, &rule);
    assert_int_equal(3, rule.most);
    assert_true(rule.ucs2);
    post_set(&post, "language", "en");
    post_miss(&post);
    post_begin(&post);
    char *text = post_field(post.request.body.data, "message");
    assert_true(length_fits(&rule, text));
    assert_non_null(strstr(text, "The power"));
    assert_true(post.n_carried > 0);
    free(text);
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { 200, "{\"id\":\"s1\"}", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "", NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 401, "API access requires Basic HTTP authentication", NULL, true,
          OUTCOME_CREDENTIALS, "not that of the account", 0 },
        { 402, "", NULL, true, OUTCOME_CREDENTIALS, "no money", 0 },
        { 403, "Not enough credits", NULL, true, OUTCOME_CREDENTIALS,
          "Not enough credits; the account may not send", 0 },
        { 404, "", NULL, true, OUTCOME_CREDENTIALS, "api.46elks.com", 0 },
        { 400, "Invalid from", NULL, true, OUTCOME_CREDENTIALS, "set from", 0 },
        { 400, "Invalid to number +46739876543", NULL, true, OUTCOME_UNDELIVERABLE,
          "Invalid to number …", 0 },
        { 400, "Invalid destination", NULL, true, OUTCOME_UNDELIVERABLE, NULL, 0 },
        { 400, "Message too long", NULL, true, OUTCOME_REFUSED,
          "400 Bad Request: Message too long", 0 },
        { 400, "Invalid to number", NULL, false, OUTCOME_REFUSED, NULL, 0 },
        { 429, "", "Retry-After: 7", true, OUTCOME_RETRY, NULL, 7000 },
        { 500, "", NULL, true, OUTCOME_RETRY, NULL, -1 },
        { 503, "", NULL, true, OUTCOME_RETRY, "503 Service Unavailable", -1 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "to", "+46701234568");
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_clear(&post);
    /* The only number there is: a person must act. */
    init(&post);
    struct reply reply = { .result = REPLY_ANSWERED, .code = 400 };
    buffer_add(&reply.body, "Invalid number: 0046 73-987 65 43");
    assert_int_equal(OUTCOME_REFUSED, post_classify(&post, &reply, true)->kind);
    assert_null(strstr(post.outcome.detail, "987"));
    post_clear(&post);
}

static void
begin_in_doubt(struct post *post)
{
    post->input.in_doubt = true;
    post_begin(post);
    assert_string_equal("GET", post->request.method);
    assert_string_equal("https://api.46elks.com/a1/sms?to=%2B46739876543"
                        "&end=2026-11-23T13%3A00%3A01&limit=100",
                        post->request.url);
    assert_int_equal(0, post->request.body.len);
}

static void
test_what_was_sent_is_found(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    char *text = post_field(post.request.body.data, "message");
    char *list = string_format(
        "{\"data\":[{\"id\":\"s0\",\"to\":\"" NUMBER "\",\"message\":\"else\"},"
        "{\"id\":\"s1\",\"to\":\"+46700000000\",\"message\":\"%s\"},"
        "{\"id\":\"s2\",\"direction\":\"incoming\",\"to\":\"" NUMBER
        "\",\"message\":\"%s\"},"
        "{\"id\":\"s3\",\"direction\":\"outgoing\",\"to\":\"" NUMBER
        "\",\"message\":\"%s\"}]}",
        text, text, text);
    begin_in_doubt(&post);
    assert_false(post_answer(&post, 200, list));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("s3", post.outcome.remote_id);
    free(list);
    free(text);
    post_clear(&post);
}

static void
test_what_was_not_sent_is_sent(void **state)
{
    static const struct {
        int64_t code;
        const char *body;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 200, "{\"data\":[]}", true, OUTCOME_DELIVERED },
        { 200, "[]", true, OUTCOME_DELIVERED },
        { 200, "no", true, OUTCOME_DELIVERED },
        { 400, "Invalid end", true, OUTCOME_DELIVERED },
        { 401, "", false, OUTCOME_CREDENTIALS },
        { 503, "", false, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        begin_in_doubt(&post);
        assert_int_equal(rows[i].goes_on,
                         post_answer(&post, rows[i].code, rows[i].body));
        if (rows[i].goes_on)
            assert_string_equal("POST", post.request.method);
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    /* Asking sends nothing, so nothing is unknown when no answer comes. */
    begin_in_doubt(&post);
    struct reply reply = { .result = REPLY_UNKNOWN };
    driver_classify(post.driver, &post.channel, &reply, true, post.input.now_ms,
                    &post.outcome);
    assert_false(
        post.driver->next_step(&post.input, &reply, &post.step, &post.outcome));
    assert_int_equal(OUTCOME_TRANSPORT, post.outcome.kind);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "from", "Nordan Energi AB", "at most 11" },
        { "from", "Täby", "letters a to z" },
        { "from", "", "at most 11" },
        { "to", "0739876543", "country code" },
        { "to", "+46 73 987 65 43", "spaces" },
        { "to", "+46123", "7 to 15" },
        { "to", "+0739876543", "country code" },
        { "username", "u:p", "without \":\"" },
        { "password_file", "a b", "inside the secret" },
        { "url", "ftp://x", "is needed" },
    };
    static const char *const senders[] = { "Nordan", "Nat 24", "+46739876543",
                                           "71120" };
    struct post post;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        post_unset(&post, bad[i].option);
        post_set(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s = %s: %s", bad[i].option, bad[i].value, post.error.text);
        assert_null(strstr(post.error.text, "9876"));
        assert_null(strstr(post.error.text, "a b"));
        post_clear(&post);
    }
    for (size_t i = 0; i < ARRAY_COUNT(senders); i++) {
        init(&post);
        post_unset(&post, "from");
        post_set(&post, "from", senders[i]);
        assert_true(post_is_accepted(&post));
        post_clear(&post);
    }
}

static void
test_recipients(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "to", NUMBER);
    assert_true(post_is_refused(&post, "twice, as number 1 and number 2"));
    assert_null(strstr(post.error.text, "6543"));
    post_unset(&post, "to");
    assert_true(post_is_refused(&post, "no recipient"));
    post_set(&post, "to_file", "list.txt");
    assert_true(post_is_accepted(&post));
    post_set(&post, "test_to", "070");
    assert_true(post_is_refused(&post, "test_to"));
    /* A line of the file comes unchecked. */
    post.input.recipient = "073-9876543";
    (void)post.driver->next_step(&post.input, NULL, &post.step, &post.outcome);
    assert_int_not_equal(STATUS_OK,
                         post.driver->compose(&post.input, &post.request, &post.error));
    assert_null(strstr(post.error.text, "9876"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_a_test_costs_nothing),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_what_was_sent_is_found),
        cmocka_unit_test(test_what_was_not_sent_is_sent),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_recipients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
