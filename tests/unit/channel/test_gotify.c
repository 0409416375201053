/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The gotify driver: what is sent, how loud, and what a server's answers mean.
 */
#include "test_json_fixture.h"

static void
init(struct post *post)
{
    post_init(post, "gotify");
    post_set(post, "url", "https://push.example/gotify/");
    post_set(post, "token_file", "AbCdEf");
    post->input.n_carried = &post->n_carried;
}

static void
test_a_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://push.example/gotify/message", post.request.url);
    assert_string_equal("AbCdEf", post_header(&post, "X-Gotify-Key"));
    assert_true(post.request.recent_connection);
    post_assert_member(&post, "/title", "Strömmen är borta i Täby kyrkby sedan 13.48");
    post_assert_member_has(&post, "/message", "Täby Nät: Strömmen är borta");
    post_assert_member(&post, "/priority", "5");
    post_assert_member(&post, "/extras/client::display/contentType", "text/plain");
    post_assert_member(&post, "/extras/client::notification/click/url",
                       "https://drift.example.se/incident/i_xyz567.html");
    post.input.page_url = NULL;
    post_compose(&post);
    post_assert_member(&post, "/extras/client::notification", NULL);
    struct reply reply = { .result = REPLY_ANSWERED, .code = 200 };
    buffer_add(&reply.body, "{\"id\":25,\"appid\":5,\"message\":\"…\"}");
    assert_string_equal("25", post_classify(&post, &reply, false)->remote_id);
    post_clear(&post);
}

static void
test_how_loud_it_is(void **state)
{
    static const struct {
        enum priority priority;
        const char *wanted;
    } rows[] = { { PRIORITY_URGENT, "8" },
                 { PRIORITY_NORMAL, "5" },
                 { PRIORITY_BULK, "2" } };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post.message.priority = rows[i].priority;
        post_compose(&post);
        post_assert_member(&post, "/priority", rows[i].wanted);
    }
    post_endanger(&post);
    post_compose(&post);
    post_assert_member(&post, "/priority", "10");
    post.input.is_test = true;
    post_compose(&post);
    post_assert_member(&post, "/priority", "0");
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { 200, "{\"id\":1}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 400,
          "{\"error\":\"Bad Request\",\"errorCode\":400,\"errorDescription\":\"Field "
          "'message' is required\"}",
          NULL, false, OUTCOME_REFUSED, "Field 'message' is required", 0 },
        { 401,
          "{\"error\":\"Unauthorized\",\"errorDescription\":\"you need to provide a "
          "valid access token\"}",
          NULL, false, OUTCOME_CREDENTIALS, "not that of a client", 0 },
        { 403, "{\"errorDescription\":\"you are not allowed\"}", NULL, false,
          OUTCOME_CREDENTIALS, "you are not allowed", 0 },
        { 404, "{\"errorDescription\":\"page not found\"}", NULL, false,
          OUTCOME_CREDENTIALS, "url should be", 0 },
        { 405, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 429, NULL, "Retry-After: 3", false, OUTCOME_RETRY, "429", 3000 },
        { 500, NULL, NULL, false, OUTCOME_RETRY, "500", 0 },
        { 503, NULL, "Retry-After: 3", false, OUTCOME_RETRY, "503", 3000 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_assert_no_answers(&post);
    post_clear(&post);
}

static void
test_what_was_missed(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_compose(&post);
    assert_int_equal(2, post.n_carried);
    post_assert_member_has(&post, "/message", "13.35: ");
    post_set(&post, "languages", "en");
    post_compose(&post);
    post_assert_member_has(&post, "/title", "The power");
    post_assert_member_has(&post, "/message", "The power");
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct post_fault bad[] = {
        { "url", "push.example", "is needed" },
        { "url", "https://push.example/?token=x", "query" },
        { "token_file", "A bc", "inside the secret" },
        { "token_file", "", "empty" },
    };
    (void)state;
    post_assert_faults(init, bad, ARRAY_COUNT(bad));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message), cmocka_unit_test(test_how_loud_it_is),
        cmocka_unit_test(test_answers),   cmocka_unit_test(test_what_was_missed),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
