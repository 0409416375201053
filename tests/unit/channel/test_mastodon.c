/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mastodon driver: what a server is asked, in which order, what its answers mean, and
 * that nothing is said twice.
 */
#include "test_delivery_fixture.h"

#include "base/utf8.h"
#include "channel/mastodon_post.h"

static void
init(struct post *post)
{
    post_init(post, "mastodon");
    post_set(post, "url", "https://social.example/");
    post_set(post, "token_file", "abc123");
    post->input.n_carried = &post->n_carried;
}

static void
init_update(struct post *post)
{
    init(post);
    post->input.first_remote_id = "100";
    post->input.previous_remote_id = "105";
}

static void
test_the_first_post(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://social.example/api/v1/statuses", post.request.url);
    assert_string_equal("Bearer abc123", post_header(&post, "Authorization"));
    assert_string_equal("m_abc234.out", post_header(&post, "Idempotency-Key"));
    assert_string_equal("application/x-www-form-urlencoded",
                        post_header(&post, "Content-Type"));
    post_assert_field(&post, "visibility", "public");
    post_assert_field(&post, "language", "sv");
    post_assert_field(&post, "in_reply_to_id", NULL);
    char *text = post_field(post.request.body.data, "status");
    assert_non_null(strstr(text, "Täby kyrkby"));
    assert_non_null(strstr(text, "13.48"));
    assert_true(utf8_count_graphemes(text) <= 500 + strlen("https://drift.example.se"));
    free(text);
    assert_false(post_answer(
        &post, 200, "{\"id\":\"109\",\"url\":\"https://social.example/@nat/109\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("109", post.outcome.remote_id);
    post_clear(&post);
}

/* The server knows a repeat by its key alone. */
static void
test_a_repeat_has_the_same_key(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    char *key = string_copy(post_header(&post, "Idempotency-Key"));
    post.input.now_ms += 20 * MINUTES_MS;
    post.input.late = post.input.in_doubt = true;
    post_begin(&post);
    assert_string_equal(key, post_header(&post, "Idempotency-Key"));
    free(key);
    post_clear(&post);
}

static void
test_an_update_edits_and_answers_the_first(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_string_equal("PUT", post.request.method);
    assert_string_equal("https://social.example/api/v1/statuses/100", post.request.url);
    assert_null(post_header(&post, "Idempotency-Key"));
    post_assert_field(&post, "language", "sv");
    post_assert_field(&post, "visibility", NULL);
    char *edited = post_field(post.request.body.data, "status");
    assert_true(post_answer(&post, 200, "{\"id\":\"100\"}"));
    assert_string_equal("POST", post.request.method);
    post_assert_field(&post, "in_reply_to_id", "100");
    post_assert_field(&post, "visibility", "unlisted");
    post_assert_field(&post, "status", edited);
    free(edited);
    assert_false(post_answer(&post, 200, "{\"id\":\"110\"}"));
    assert_string_equal("110", post.outcome.remote_id);
    post_clear(&post);
}

/* What cannot be edited does not keep the news back; what is not so now does, and
 * nothing was said then. */
static void
test_what_an_edit_comes_to(void **state)
{
    static const struct {
        int64_t code;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 200, true, OUTCOME_DELIVERED },    { 404, true, OUTCOME_DELIVERED },
        { 405, true, OUTCOME_DELIVERED },    { 410, true, OUTCOME_DELIVERED },
        { 422, true, OUTCOME_DELIVERED },    { 401, false, OUTCOME_CREDENTIALS },
        { 429, false, OUTCOME_RETRY },       { 503, false, OUTCOME_RETRY },
        { 403, false, OUTCOME_CREDENTIALS },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_int_equal(rows[i].goes_on, post_answer(&post, rows[i].code, "{}"));
        if (rows[i].goes_on)
            assert_string_equal("POST", post.request.method);
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_clear(&post);
}

static void
test_a_thread_that_is_gone(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 404, "{\"error\":\"Record not found\"}"));
    post_assert_field(&post, "in_reply_to_id", "100");
    assert_true(post_answer(&post, 404, "{\"error\":\"Record not found\"}"));
    post_assert_field(&post, "in_reply_to_id", "105");
    assert_true(post_answer(&post, 404, "{\"error\":\"Record not found\"}"));
    post_assert_field(&post, "in_reply_to_id", NULL);
    post_assert_field(&post, "visibility", "public");
    assert_false(post_answer(&post, 404, "{\"error\":\"Record not found\"}"));
    assert_int_equal(OUTCOME_CREDENTIALS, post.outcome.kind);
    post.input.previous_remote_id = "100";
    post_begin(&post);
    assert_true(post_answer(&post, 404, "{}"));
    assert_true(post_answer(&post, 404, "{}"));
    post_assert_field(&post, "in_reply_to_id", NULL);
    post_clear(&post);
}

/* In doubt, and the key is forgotten: what the account said is looked through. */
static void
begin_in_doubt(struct post *post)
{
    post->input.in_doubt = true;
    post->input.now_ms = post->message.written_at_ms + 2 * HOURS_MS;
    post_begin(post);
    assert_string_equal("GET", post->request.method);
    assert_string_equal("https://social.example/api/v1/accounts/verify_credentials",
                        post->request.url);
    assert_string_equal("Bearer abc123", post_header(post, "Authorization"));
}

/* As the server shows our text: paragraphs, links in three pieces, entities. */
static char *
shown(const char *text, const char *created_at)
{
    struct buffer out = { 0 };
    buffer_add(&out, "[{\"id\":\"1\",\"created_at\":\"2026-11-23T13:05:20.000Z\","
                     "\"content\":\"<p>Something else</p>\"},{\"id\":\"77\","
                     "\"created_at\":\"");
    buffer_addf(&out, "%s\",\"content\":\"<p>", created_at);
    for (; *text != '\0'; text++) {
        if (strncmp(text, "https://", 8) == 0) {
            buffer_add(&out, "<a href='x'><span class='invisible'>https://</span>");
            text += 7;
        } else if (*text == '\n') {
            buffer_add(&out, "<br />");
        } else if (*text == '&') {
            buffer_add(&out, "&amp;");
        } else {
            buffer_add_char(&out, *text);
        }
    }
    buffer_add(&out, "</span></a></p>\"}]");
    return buffer_take(&out);
}

static char *
text_said(struct post *post)
{
    post_begin(post);
    return post_field(post->request.body.data, "status");
}

static void
test_what_was_said_is_found(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.organisation = "Täby & Nät";
    char *text = text_said(&post);
    assert_non_null(strstr(text, "Täby & Nät"));
    char *list = shown(text, "2026-11-23T13:05:03.000Z");
    begin_in_doubt(&post);
    post.input.late = true; /* the text says now when it was written */
    assert_true(post_answer(&post, 200, "{\"id\":\"7\"}"));
    assert_string_equal("https://social.example/api/v1/accounts/7/statuses?limit=40",
                        post.request.url);
    assert_false(post_answer(&post, 200, list));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("77", post.outcome.remote_id);
    free(list);
    free(text);
    post_clear(&post);
}

static void
test_what_was_not_said_is_said(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    char *text = text_said(&post);
    char *old = shown(text, "2026-11-23T12:30:00.000Z"); /* an earlier one */
    static const struct {
        int64_t code;
        const char *body;
    } accounts[] = {
        { 403, "{\"error\":\"outside the authorized scopes\"}" },
        { 200, "{}" },
        { 200, "{\"id\":\"../x\"}" },
    };
    const char *const lists[] = { "[]", old, "not json", "{}" };
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        begin_in_doubt(&post);
        assert_true(post_answer(&post, 200, "{\"id\":\"7\"}"));
        assert_true(post_answer(&post, 200, lists[i]));
        assert_string_equal("POST", post.request.method);
    }
    for (size_t i = 0; i < ARRAY_COUNT(accounts); i++) {
        begin_in_doubt(&post);
        assert_true(post_answer(&post, accounts[i].code, accounts[i].body));
        assert_string_equal("POST", post.request.method);
    }
    begin_in_doubt(&post);
    assert_false(post_answer(&post, 503, NULL));
    assert_int_equal(OUTCOME_RETRY, post.outcome.kind);
    free(old);
    free(text);
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const char throttled[] = "{\"error\":\"Too many requests\"}";
    static const struct post_row rows[] = {
        { 200, "{\"id\":\"1\"}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 401, "{\"error\":\"The access token is invalid\"}", NULL, false,
          OUTCOME_CREDENTIALS, "token in token_file is not valid", 0 },
        { 403, "{\"error\":\"This action is outside the authorized scopes\"}", NULL,
          false, OUTCOME_CREDENTIALS, "write:statuses", 0 },
        { 403, "{\"error\":\"Your login is currently disabled\"}", NULL, false,
          OUTCOME_CREDENTIALS, "Your login is currently disabled", 0 },
        { 404, "<html>", NULL, false, OUTCOME_CREDENTIALS, "address of a Mastodon", 0 },
        { 422,
          "{\"error\":\"Validation failed: Text character limit of 500 exceeded\"}",
          NULL, false, OUTCOME_REFUSED, "max_characters", 0 },
        { 422, "{\"error\":\"Validation failed: Text can't be blank\"}", NULL, false,
          OUTCOME_REFUSED,
          "422 Unprocessable Content: Validation failed: Text can't be blank", 0 },
        { 429, throttled, "X-RateLimit-Reset: 2026-11-23T13:10:10.000000Z", false,
          OUTCOME_RETRY, "Too many requests", 5 * MINUTES_MS },
        { 429, throttled, "X-RateLimit-Reset: 1795439410", false, OUTCOME_RETRY, NULL,
          5 * MINUTES_MS },
        { 429, throttled, "Retry-After: 30", false, OUTCOME_RETRY, NULL, 30000 },
        { 429, throttled, NULL, false, OUTCOME_RETRY, NULL, -1 },
        { 500, NULL, NULL, false, OUTCOME_RETRY, "500", 0 },
        { 503, NULL, NULL, false, OUTCOME_RETRY, "503 Service Unavailable", 0 },
        { 302, NULL, NULL, false, OUTCOME_RETRY, "302", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    struct reply reply = { .result = REPLY_UNKNOWN };
    assert_int_equal(OUTCOME_UNKNOWN, post_classify(&post, &reply, false)->kind);
    reply = (struct reply){ .result = REPLY_NOT_SENT };
    assert_int_equal(OUTCOME_TRANSPORT, post_classify(&post, &reply, false)->kind);
    post_clear(&post);
}

/* Only the account itself sees a test. */
static void
test_a_test(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    post_assert_field(&post, "visibility", "direct");
    post_clear(&post);
}

static void
test_nobody_is_addressed(void **state)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        { "@all i Täby", "\uFF20all i Täby" },
        { "Svara @nat@social.example.", "Svara \uFF20nat@social.example." },
        { "(@x)", "(\uFF20x)" },
        { "drift@example.se", "drift@example.se" },
        { "kl. 14 @ Täby", "kl. 14 @ Täby" },
        { "@", "@" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *text = string_copy(rows[i].text);
        mastodon_address_nobody(&text);
        assert_string_equal(rows[i].wanted, text);
        free(text);
    }
    struct post post;
    init(&post);
    string_replace(&post.message.facts.places[0].name, "@alla@social.example");
    post_begin(&post);
    char *text = post_field(post.request.body.data, "status");
    assert_null(strstr(text, "@alla"));
    assert_non_null(strstr(text, "\uFF20alla"));
    free(text);
    post_clear(&post);
}

static void
test_languages(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "languages", "en");
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    post_assert_field(&post, "language", "en");
    post_set(&post, "languages", "sv");
    assert_true(post_is_refused(&post, "make a channel for each language"));
    post_set(&post, "max_characters", "2000");
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    char *text = post_field(post.request.body.data, "status");
    char *swedish = strstr(text, "Strömmen");
    assert_non_null(strstr(text, "The power"));
    assert_non_null(swedish);
    assert_true(strstr(text, "The power") < swedish);
    free(text);
    post_set(&post, "languages", "sv");
    assert_true(post_is_refused(&post, "twice"));
    post_clear(&post);
}

/* What has room is told with it; and a post never has more than the server takes. */
static void
test_what_was_missed(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_begin(&post);
    char *text = post_field(post.request.body.data, "status");
    assert_int_equal(2, post.n_carried);
    struct length_rule rule;
    post.driver->length(&post.channel, &rule);
    assert_true(length_fits(&rule, text));
    assert_int_equal(500, rule.most);
    assert_int_equal(23, rule.link);
    free(text);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "url", "social.example", "is needed" },
        { "url", "https://social.example/?x=1", "query" },
        { "url", "https://me:secret@social.example", "secrets" },
        { "token_file", "abc def", "inside the secret" },
        { "token_file", "abc\ndef", "inside the secret" },
        { "token_file", "", "empty" },
    };
    struct post post;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        post_unset(&post, bad[i].option);
        post_set(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s: %s", bad[i].value, post.error.text);
        assert_null(strstr(post.error.text, "def"));
        post_clear(&post);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_post),
        cmocka_unit_test(test_a_repeat_has_the_same_key),
        cmocka_unit_test(test_an_update_edits_and_answers_the_first),
        cmocka_unit_test(test_what_an_edit_comes_to),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_what_was_said_is_found),
        cmocka_unit_test(test_what_was_not_said_is_said),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_nobody_is_addressed),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_what_was_missed),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
