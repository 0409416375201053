/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pushover driver: what is sent, emergencies and their end, and what the vendor's
 * answers mean.
 */
#include "test_json_fixture.h"

#define TOKEN "azGDORePK8gMaC0QOYAMyEEuzJnyUi"
#define USER "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
#define OTHER "gznej3rKEVAvPUxu9vvNnqpmZpokzF"

static void
init(struct post *post)
{
    post_init(post, "pushover");
    post_set(post, "token_file", TOKEN);
    post_set(post, "user_key_file", USER);
    post->input.n_carried = &post->n_carried;
}

static void
test_a_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://api.pushover.net/1/messages.json", post.request.url);
    assert_true(post.request.recent_connection);
    assert_string_equal("application/x-www-form-urlencoded",
                        post_header(&post, "Content-Type"));
    post_assert_field(&post, "token", TOKEN);
    post_assert_field(&post, "user", USER);
    post_assert_field(&post, "title", "Strömmen är borta i Täby kyrkby sedan 13.48");
    post_assert_field(&post, "url", "https://drift.example.se/incident/i_xyz567.html");
    post_assert_field(&post, "url_title", "Läget just nu");
    post_assert_field(&post, "timestamp", "1795439101");
    post_assert_field(&post, "priority", "0");
    post_assert_field(&post, "retry", NULL);
    post_assert_field(&post, "ttl", NULL);
    char *text = post_field(post.request.body.data, "message");
    assert_non_null(strstr(text, "Täby Nät: Strömmen är borta"));
    assert_null(strstr(text, "https://"));
    free(text);
    assert_false(
        post_answer(&post, 200, "{\"status\":1,\"request\":\"647d2300-702c\"}"));
    assert_string_equal("647d2300-702c", post.outcome.remote_id);
    post_set(&post, "ttl", "2h");
    post_begin(&post);
    post_assert_field(&post, "ttl", "7200");
    post_clear(&post);
}

static void
test_how_loud_it_is(void **state)
{
    static const struct {
        enum priority priority;
        const char *wanted;
    } rows[] = { { PRIORITY_URGENT, "1" },
                 { PRIORITY_NORMAL, "0" },
                 { PRIORITY_BULK, "-1" } };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post.message.priority = rows[i].priority;
        post_begin(&post);
        post_assert_field(&post, "priority", rows[i].wanted);
        post_assert_field(&post, "expire", NULL);
    }
    post_clear(&post);
}

static void
test_danger_is_repeated_until_it_is_over(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_endanger(&post);
    post_set(&post, "ttl", "2h");
    post_begin(&post);
    assert_string_equal("https://api.pushover.net/1/messages.json", post.request.url);
    post_assert_field(&post, "priority", "2");
    post_assert_field(&post, "retry", "60");
    post_assert_field(&post, "expire", "3600");
    post_assert_field(&post, "tags", "budkavle-i_xyz567");
    post_assert_field(&post, "ttl", NULL);
    assert_false(post_answer(&post, 200, "{\"status\":1,\"receipt\":\"r\"}"));

    /* It was said, and holds: news of it is no second emergency. */
    post.message.old_danger = ~INT64_C(0);
    post_begin(&post);
    assert_string_equal("https://api.pushover.net/1/messages.json", post.request.url);
    post_assert_field(&post, "priority", "1");

    /* It is over. */
    strings_clear(&post.message.facts.advice);
    post.message.notice = NOTICE_DANGER_OVER;
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://api.pushover.net/1/receipts/cancel_by_tag/"
                        "budkavle-i_xyz567.json",
                        post.request.url);
    post_assert_field(&post, "token", TOKEN);
    assert_true(post_answer(&post, 200, "{\"status\":1,\"canceled\":1}"));
    assert_string_equal("https://api.pushover.net/1/messages.json", post.request.url);
    post_assert_field(&post, "priority", "1");
    assert_false(post_answer(&post, 200, "{\"status\":1,\"request\":\"q\"}"));
    assert_string_equal("q", post.outcome.remote_id);
    post_clear(&post);
}

/* What cannot be cancelled does not keep the news back; what is so now does. */
static void
test_what_a_cancelling_comes_to(void **state)
{
    static const struct {
        int64_t code;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 200, true, OUTCOME_DELIVERED }, { 400, true, OUTCOME_DELIVERED },
        { 422, true, OUTCOME_DELIVERED }, { 429, false, OUTCOME_RETRY },
        { 500, false, OUTCOME_RETRY },    { 401, false, OUTCOME_CREDENTIALS },
    };
    struct post post;
    (void)state;
    init(&post);
    post.message.old_danger = 1;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_int_equal(rows[i].goes_on, post_answer(&post, rows[i].code, "{}"));
        if (rows[i].goes_on)
            assert_string_equal("https://api.pushover.net/1/messages.json",
                                post.request.url);
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_begin(&post);
    struct reply reply = { .result = REPLY_UNKNOWN };
    post_classify(&post, &reply, false);
    assert_false(
        post.driver->next_step(&post.input, &reply, &post.step, &post.outcome));
    assert_int_equal(OUTCOME_TRANSPORT, post.outcome.kind); /* nothing was said */
    post_clear(&post);
}

static void
test_danger_that_is_said_once(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_endanger(&post);
    post_set(&post, "emergency", "0s");
    post_begin(&post);
    post_assert_field(&post, "priority", "1");
    post_assert_field(&post, "expire", NULL);
    post_unset(&post, "emergency");
    post_set(&post, "emergency", "3h");
    post_begin(&post);
    post_assert_field(&post, "expire", "10800");
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const char used_up[] =
        "{\"status\":0,\"errors\":[\"application message limit reached\"]}";
    static const struct post_row rows[] = {
        { 200, "{\"status\":1,\"request\":\"x\"}", NULL, false, OUTCOME_DELIVERED, NULL,
          0 },
        { 200, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{\"status\":0,\"errors\":[\"odd\"]}", NULL, false, OUTCOME_REFUSED,
          "odd", 0 },
        { 400,
          "{\"token\":\"invalid\",\"errors\":[\"application token is invalid, see "
          "https://pushover.net/api\"],\"status\":0}",
          NULL, false, OUTCOME_CREDENTIALS, "token_file should hold", 0 },
        { 400,
          "{\"user\":\"invalid\",\"errors\":[\"user identifier is not a valid user, "
          "group, or subscribed user key\"],\"status\":0}",
          NULL, false, OUTCOME_CREDENTIALS, "user_key_file should hold", 0 },
        { 400,
          "{\"status\":0,\"errors\":[\"user is valid but has no active devices\"]}",
          NULL, false, OUTCOME_CREDENTIALS, "no device left", 0 },
        { 400, "{\"status\":0,\"errors\":[\"message cannot be blank\"]}", NULL, false,
          OUTCOME_REFUSED, "message cannot be blank", 0 },
        { 401, NULL, NULL, false, OUTCOME_CREDENTIALS, "token_file", 0 },
        { 404, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 413, NULL, NULL, false, OUTCOME_REFUSED, "413", 0 },
        { 429, used_up, "X-Limit-App-Reset: 1795439410", false, OUTCOME_RETRY,
          "of this month are used up", 5 * MINUTES_MS },
        { 429, used_up, "Retry-After: 60", false, OUTCOME_RETRY, NULL, MINUTES_MS },
        { 429, used_up, NULL, false, OUTCOME_RETRY, NULL, -1 },
        { 500, NULL, NULL, false, OUTCOME_RETRY, "500", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_assert_no_answers(&post);
    assert_int_equal(5 * SECONDS_MS, post.driver->retry_floor_ms);
    post_clear(&post);
}

/* The keys are tried, and nobody gets anything; or one user gets it, without a sound. */
static void
test_a_test(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal("https://api.pushover.net/1/users/validate.json",
                        post.request.url);
    post_assert_field(&post, "token", TOKEN);
    post_assert_field(&post, "user", USER);
    post_assert_field(&post, "message", NULL);
    post_set(&post, "test_user_key_file", OTHER);
    post_begin(&post);
    assert_string_equal("https://api.pushover.net/1/messages.json", post.request.url);
    post_assert_field(&post, "user", OTHER);
    post_assert_field(&post, "priority", "-2");
    post_clear(&post);
}

static void
test_what_has_room(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_begin(&post);
    assert_int_equal(2, post.n_carried);
    char *page = string_format("https://drift.example.se/%0500d", 1);
    post.input.page_url = page;
    post_begin(&post);
    post_assert_field(&post, "url", NULL); /* at most 512 bytes: it is in the text */
    post_assert_field(&post, "url_title", NULL);
    char *text = post_field(post.request.body.data, "message");
    struct length_rule rule;
    post.driver->length(&post.channel, &rule);
    assert_true(length_fits(&rule, text));
    assert_int_equal(1024, rule.most);
    assert_non_null(strstr(text, page));
    free(text);
    free(page);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct post_fault bad[] = {
        { "token_file", "hidden", "30 letters" },
        { "token_file", TOKEN "x", "30 letters" },
        { "user_key_file", "hidden", "user_key_file: the file" },
        { "test_user_key_file", "hidden-hidden-hidden-hidden-12", "30 letters" },
        { "url", "api.pushover.net", "is needed" },
    };
    struct post post;
    (void)state;
    post_assert_faults(init, bad, ARRAY_COUNT(bad));
    init(&post);
    post_unset(&post, "token_file");
    post_set(&post, "token_file", "hidden");
    assert_true(post_is_refused(&post, "token_file"));
    assert_null(strstr(post.error.text, "hidden"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message),
        cmocka_unit_test(test_how_loud_it_is),
        cmocka_unit_test(test_danger_is_repeated_until_it_is_over),
        cmocka_unit_test(test_what_a_cancelling_comes_to),
        cmocka_unit_test(test_danger_that_is_said_once),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_what_has_room),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
