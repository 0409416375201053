/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signal driver: what the server is asked, first and later, and what its answers mean.
 */
#include "test_json_fixture.h"

static void
init(struct post *post)
{
    post_init(post, "signal");
    post_set(post, "url", "http://127.0.0.1:8080/");
    post_set(post, "number", "+46701234567");
    post_set(post, "recipient", "group.ckRzaEd4VmRz");
    post->input.n_carried = &post->n_carried;
}

static void
test_the_first_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("http://127.0.0.1:8080/v2/send", post.request.url);
    assert_true(post.request.recent_connection);
    post_assert_member(&post, "/number", "+46701234567");
    post_assert_member(&post, "/recipients/0", "group.ckRzaEd4VmRz");
    post_assert_member_has(&post, "/message", "Täby kyrkby");
    post_assert_member(&post, "/edit_timestamp", NULL);
    assert_false(post_answer(&post, 201, "{\"timestamp\":\"1700000000123\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("1700000000123", post.outcome.remote_id);
    post_clear(&post);
}

static void
test_a_later_message_edits_the_first(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.first_remote_id = post.input.previous_remote_id = "1700000000123";
    post_begin(&post);
    post_assert_member(&post, "/edit_timestamp", "1700000000123");
    assert_true(post_answer(&post, 201, "{\"timestamp\":\"1700000000456\"}"));
    post_assert_member(&post, "/edit_timestamp", NULL);
    assert_false(post_answer(&post, 201, "{\"timestamp\":\"1700000000789\"}"));
    assert_string_equal("1700000000789", post.outcome.remote_id);
    /* Too old, or gone: said without it. */
    post_begin(&post);
    assert_true(post_answer(&post, 400, "{\"error\":\"Failed to edit\"}"));
    post_assert_member(&post, "/edit_timestamp", NULL);
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const struct post_row rows[] = {
        { 201, "{\"timestamp\":\"17\"}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 201, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 400, "{\"error\":\"User +46701234567 is not registered.\"}", NULL, false,
          OUTCOME_CREDENTIALS, "register the account", 0 },
        { 400, "{\"error\":\"Group not found\"}", NULL, false, OUTCOME_CREDENTIALS,
          "set recipient", 0 },
        { 400, "{\"error\":\"Network failure\"}", NULL, false, OUTCOME_RETRY,
          "Network failure", -1 },
        { 404, "404 page not found", NULL, false, OUTCOME_CREDENTIALS, "url", 0 },
        { 429, "{\"error\":\"Rate limited\",\"challenge_tokens\":[\"a\"]}", NULL, false,
          OUTCOME_CREDENTIALS, "captcha", 0 },
        { 413, NULL, NULL, false, OUTCOME_REFUSED, "413", 0 },
        { 500, NULL, NULL, false, OUTCOME_RETRY, "500", 0 },
        { 503, NULL, "Retry-After: 30", false, OUTCOME_RETRY, "503", 30000 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post.step.number = 2; /* a message */
    struct reply reply = { .result = REPLY_ANSWERED, .code = 201 };
    buffer_add(&reply.body, "{\"timestamp\":\"17; DROP\"}");
    assert_null(post_classify(&post, &reply, false)->remote_id);
    post_clear(&post);
}

static void
test_a_test_sends_nothing(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal("GET", post.request.method);
    assert_string_equal("http://127.0.0.1:8080/v1/about", post.request.url);
    assert_int_equal(0, post.request.body.len);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "url", "signal.example", "is needed" },
        { "number", "0701234567", "country code" },
        { "recipient", "group.", "neither" },
        { "recipient", "group.a b", "neither" },
        { "recipient", "duty", "neither" },
    };
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_clear(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        post_unset(&post, bad[i].option);
        post_set(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s: %s", bad[i].value, post.error.text);
        post_clear(&post);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_message),
        cmocka_unit_test(test_a_later_message_edits_the_first),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_test_sends_nothing),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
