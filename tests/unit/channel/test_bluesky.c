/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The bluesky driver: records under a key of our own, their texts, links and cards, and
 * what the answers mean.
 */
#include "test_bluesky_fixture.h"

#include "base/utf8.h"

static void
test_the_first_post(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_true(creates_session(&post));
    assert_text_at(&post, "/identifier", "nat.example");
    assert_text_at(&post, "/password", "abcd-efgh-ijkl-mnop");
    assert_null(post_header(&post, "Authorization"));
    assert_true(post_answer(&post, 200, SESSION));
    assert_string_equal("did:plc:abc acc1 ref1", post.session);
    assert_true(puts_record(&post));
    assert_string_equal("Bearer acc1", post_header(&post, "Authorization"));
    assert_text_at(&post, "/repo", "did:plc:abc");
    assert_text_at(&post, "/collection", "app.bsky.feed.post");
    assert_text_at(&post, "/record/$type", "app.bsky.feed.post");
    assert_text_at(&post, "/record/langs/0", "sv");
    assert_text_at(&post, "/record/createdAt", "2026-11-23T13:05:01.250Z");
    assert_text_at(&post, "/record/reply/root/uri", NULL);
    assert_text_at(&post, "/record/embed/external/uri",
                   "https://drift.example.se/incident/i_xyz567.html");
    assert_text_at(&post, "/record/embed/external/description", "Täby Nät");
    char *text = text_at(&post, "/record/text");
    assert_non_null(strstr(text, "Täby kyrkby"));
    assert_non_null(strstr(text, "13.48"));
    assert_null(strstr(text, "https://"));
    assert_true(utf8_count_graphemes(text) <= 300);
    free(text);
    assert_false(post_answer(&post, 200, SAID));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal(POST_URI "3l5ab2cdefg2j bafythree", post.outcome.remote_id);
    post_clear(&post);
}

/* The same record under the same key, whatever the time and the step. */
static void
test_a_repeat_is_the_same_record(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_begin(&post);
    char *body = string_copy_n(post.request.body.data, post.request.body.len);
    post.input.now_ms += 5 * MINUTES_MS;
    post_begin(&post);
    assert_true(post_answer(&post, 400, EXPIRED));
    assert_true(post_answer(&post, 200, RENEWED));
    assert_string_equal("Bearer acc2", post_header(&post, "Authorization"));
    assert_int_equal(strlen(body), post.request.body.len);
    assert_memory_equal(body, post.request.body.data, post.request.body.len);
    free(body);
    post_clear(&post);
}

static void
test_keys(void **state)
{
    char key[BLUESKY_KEY_SIZE], other[BLUESKY_KEY_SIZE];
    struct post post;
    (void)state;
    init(&post);
    post.input.begun_at_ms = moment("2026-11-23T13:05:01.250Z");
    bluesky_key(&post.input, key);
    assert_int_equal(13, strlen(key));
    assert_int_equal(13, strspn(key, "234567abcdefghijklmnopqrstuvwxyz"));
    assert_non_null(strchr("234567abcdefghij", key[0])); /* the highest bit is 0 */
    uint64_t number = 0;
    for (const char *c = key; *c != '\0'; c++)
        number = number << 5 | (uint64_t)(*c >= 'a' ? *c - 'a' + 6 : *c - '2');
    int64_t micros = (int64_t)(number >> 10);
    assert_true(micros <= post.input.begun_at_ms * 1000);
    assert_true(micros > (post.input.begun_at_ms - 68 * SECONDS_MS) * 1000);
    post.input.now_ms += DAYS_MS;
    bluesky_key(&post.input, other);
    assert_string_equal(key, other);
    string_replace(&post.channel.name, "other");
    bluesky_key(&post.input, other);
    assert_string_not_equal(key, other);
    string_replace(&post.channel.name, "out");
    post.message.id[2] = 'b';
    bluesky_key(&post.input, other);
    assert_string_not_equal(key, other);
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const char full[] = "{\"error\":\"RateLimitExceeded\",\"message\":\"Rate "
                               "Limit Exceeded\"}";
    static const struct post_row rows[] = {
        { 200, SAID, NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 400, EXPIRED, NULL, false, OUTCOME_RETRY, "ExpiredToken: Token has expired",
          0 },
        { 400, "{\"error\":\"InvalidToken\"}", NULL, false, OUTCOME_RETRY,
          "InvalidToken", 0 },
        { 401, "{\"error\":\"AuthMissing\"}", NULL, false, OUTCOME_RETRY, "AuthMissing",
          0 },
        { 400, "{\"error\":\"InvalidRequest\",\"message\":\"Record/text too long\"}",
          NULL, false, OUTCOME_REFUSED, "InvalidRequest: Record/text too long", 0 },
        { 400, "{\"error\":\"InvalidSwap\"}", NULL, false, OUTCOME_REFUSED,
          "InvalidSwap", 0 },
        { 400, "{\"error\":\"AccountTakedown\"}", NULL, false, OUTCOME_CREDENTIALS,
          "taken down", 0 },
        { 400, "{\"error\":\"AccountSuspended\"}", NULL, false, OUTCOME_CREDENTIALS,
          "suspended", 0 },
        { 403, "{\"error\":\"AccountDeactivated\"}", NULL, false, OUTCOME_CREDENTIALS,
          "activate it", 0 },
        { 400, "{\"error\":\"RepoDeactivated\"}", NULL, false, OUTCOME_CREDENTIALS,
          "activate it", 0 },
        { 401, "{\"error\":\"AuthFactorTokenRequired\"}", NULL, false,
          OUTCOME_CREDENTIALS, "app password", 0 },
        { 401, "{}", NULL, false, OUTCOME_CREDENTIALS, "app password", 0 },
        { 403, "{}", NULL, false, OUTCOME_CREDENTIALS, "may not post", 0 },
        { 404, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 405, "<html>", NULL, false, OUTCOME_CREDENTIALS, "url should be", 0 },
        { 409, "{}", NULL, false, OUTCOME_REFUSED, "409", 0 },
        { 413, "{\"error\":\"PayloadTooLarge\"}", NULL, false, OUTCOME_REFUSED,
          "PayloadTooLarge", 0 },
        { 429, full, "RateLimit-Reset: 1795439410", false, OUTCOME_RETRY,
          "Rate Limit Exceeded", 5 * MINUTES_MS },
        { 429, full, "ratelimit-reset: 1795439410", false, OUTCOME_RETRY, NULL,
          5 * MINUTES_MS },
        { 429, full, "Retry-After: 30", false, OUTCOME_RETRY, NULL, 30000 },
        { 429, full, "Retry-After: Mon, 23 Nov 2026 13:10:10 GMT", false, OUTCOME_RETRY,
          NULL, 5 * MINUTES_MS },
        { 429, full, NULL, false, OUTCOME_RETRY, NULL, -1 },
        { 500, "{\"error\":\"InternalServerError\"}", NULL, false, OUTCOME_RETRY,
          "InternalServerError", 0 },
        { 501, "{\"error\":\"MethodNotImplemented\"}", NULL, false, OUTCOME_RETRY,
          "MethodNotImplemented", 0 },
        { 502, "{\"error\":\"UpstreamFailure\"}", NULL, false, OUTCOME_RETRY, NULL, 0 },
        { 503, NULL, NULL, false, OUTCOME_RETRY, NULL, 0 },
        { 302, NULL, NULL, false, OUTCOME_RETRY, NULL, 0 },
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

/* What was taken is not sent again, though nobody can read what the server said. */
static void
test_a_post_that_is_taken_without_an_id(void **state)
{
    static const char *const bodies[] = { "<html>", "", "[]", "{\"uri\":7}" };
    struct post post;
    (void)state;
    init_with_session(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
        post_begin(&post);
        assert_false(post_answer(&post, 200, bodies[i]));
        assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
        assert_null(post.outcome.remote_id);
    }
    post_clear(&post);
}

/* Each mark holds exactly a link's bytes, whatever letters come before it. */
static void
test_links_are_marked_in_bytes(void **state)
{
    static const char text[] =
        "Åäö 👩‍👩‍👧 – se https://drift.example.se/1. Eller "
        "(https://räksmörgås.example/å?x=1)!";
    struct post post;
    (void)state;
    init(&post);
    json_t *record = bluesky_record(&post.input, text, "sv", NULL, NULL, NULL);
    const json_t *facets = json_object_get(record, "facets");
    assert_int_equal(2, json_array_size(facets));
    assert_null(json_object_get(record, "embed"));
    for (size_t i = 0; i < json_array_size(facets); i++) {
        const json_t *facet = json_array_get(facets, i);
        size_t start = (size_t)json_integer_value(json_at(facet, "/index/byteStart"));
        size_t end = (size_t)json_integer_value(json_at(facet, "/index/byteEnd"));
        const char *uri = json_string_value(json_at(facet, "/features/0/uri"));
        assert_string_equal("app.bsky.richtext.facet#link",
                            json_string_value(json_at(facet, "/features/0/$type")));
        assert_int_equal(strlen(uri), end - start);
        assert_memory_equal(uri, text + start, end - start);
        assert_string_equal(i == 0 ? "https://drift.example.se/1"
                                   : "https://räksmörgås.example/å?x=1",
                            uri);
    }
    json_decref(record);
    post_clear(&post);
}

static void
test_without_a_card_the_text_has_the_address(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_set(&post, "card", "false");
    post_begin(&post);
    char *text = text_at(&post, "/record/text");
    char *uri = text_at(&post, "/record/facets/0/features/0/uri");
    assert_text_at(&post, "/record/embed/$type", NULL);
    assert_non_null(strstr(text, "https://drift.example.se"));
    assert_non_null(strstr(text, uri));
    assert_true(utf8_count_graphemes(text) <= 300);
    free(text);
    free(uri);
    post_clear(&post);
}

static void
test_without_a_page_there_is_no_card(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post.input.page_url = NULL;
    post_begin(&post);
    assert_text_at(&post, "/record/embed/$type", NULL);
    post_clear(&post);
}

static void
test_the_language(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post_set(&post, "language", "en");
    post_begin(&post);
    assert_text_at(&post, "/record/langs/0", "en");
    assert_text_at(&post, "/record/embed/external/uri",
                   "https://drift.example.se/en/incident/i_xyz567.html");
    char *text = text_at(&post, "/record/text");
    assert_non_null(strstr(text, "power"));
    free(text);
    post_unset(&post, "language");
    post_set(&post, "language", "fi");
    assert_int_equal(STATUS_INVALID,
                     post.driver->compose(&post.input, &post.request, &post.error));
    assert_non_null(strstr(post.error.text, "\"fi\""));
    post_clear(&post);
}

/* Both limits hold: people's characters, and bytes. */
static void
test_room(void **state)
{
    struct length_rule rule;
    struct post post;
    (void)state;
    init_with_session(&post);
    post_miss(&post);
    post_begin(&post);
    char *text = text_at(&post, "/record/text");
    post.driver->length(&post.channel, &rule);
    assert_int_equal(300, rule.most);
    assert_int_equal(3000, rule.most_bytes);
    assert_true(length_fits(&rule, text));
    free(text);
    struct buffer marks = { 0 };
    buffer_add(&marks, "x");
    while (marks.len < 3100) /* one character for people, and many bytes */
        buffer_add(&marks, "\u0301");
    assert_false(length_fits(&rule, marks.data));
    buffer_clear(&marks);
    post_clear(&post);
}

/* Nothing that nobody sees can be posted: a test asks for a session, and posts nothing. */
static void
test_a_test(void **state)
{
    struct post post;
    (void)state;
    init_with_session(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_true(creates_session(&post));
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "identifier", "@nat.example", "without \"@\"" },
        { "identifier", "nat", "is needed" },
        { "identifier", "nat example.se", "is needed" },
        { "identifier", "https://bsky.app/profile/nat.example", "is needed" },
        { "url", "bsky.social", "is needed" },
        { "url", "https://bsky.social/?x=1", "query" },
        { "password_file", "abcd efgh", "inside the secret" },
        { "password_file", "", "empty" },
    };
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "identifier");
    post_set(&post, "identifier", "did:plc:abc");
    assert_true(post_is_accepted(&post));
    post_clear(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        post_unset(&post, bad[i].option);
        post_set(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s: %s", bad[i].value, post.error.text);
        assert_null(strstr(post.error.text, "efgh"));
        post_clear(&post);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_post),
        cmocka_unit_test(test_a_repeat_is_the_same_record),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_post_that_is_taken_without_an_id),
        cmocka_unit_test(test_links_are_marked_in_bytes),
        cmocka_unit_test(test_without_a_card_the_text_has_the_address),
        cmocka_unit_test(test_without_a_page_there_is_no_card),
        cmocka_unit_test(test_the_language),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
