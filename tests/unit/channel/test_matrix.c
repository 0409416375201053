/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The matrix driver: events, threads and edits, transactions that are the same at every
 * attempt, and what a homeserver's answers mean.
 */
#include "test_json_fixture.h"

#define ROOM "https://matrix.example/_matrix/client/v3/rooms/%21abc%3Aexample.se"
#define SEND ROOM "/send/m.room.message/"

static void
init(struct post *post)
{
    post_init(post, "matrix");
    post_set(post, "url", "https://matrix.example/");
    post_set(post, "token_file", "syt_secret");
    post_set(post, "room_id", "!abc:example.se");
    post->input.n_carried = &post->n_carried;
}

static void
init_update(struct post *post)
{
    init(post);
    post->input.first_remote_id = "$first";
    post->input.previous_remote_id = "$newest";
}

static void
test_the_first_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("PUT", post.request.method);
    assert_string_equal(SEND "m_abc234.out", post.request.url);
    assert_string_equal("Bearer syt_secret", post_header(&post, "Authorization"));
    post_assert_member(&post, "/msgtype", "m.notice");
    post_assert_member(&post, "/format", "org.matrix.custom.html");
    post_assert_member(&post, "/m.mentions", "{}");
    post_assert_member(&post, "/m.relates_to", NULL);
    post_assert_member_has(&post, "/body", "Strömmen är borta i Täby kyrkby");
    post_assert_member_has(&post, "/body", "Vad: Strömavbrott");
    post_assert_member_has(&post, "/formatted_body", "<td>Täby kyrkby</td>");
    assert_false(post_answer(&post, 200, "{\"event_id\":\"$e1\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("$e1", post.outcome.remote_id);
    post_clear(&post);
}

static void
test_an_update_replaces_the_first_and_is_its_thread(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_string_equal("PUT", post.request.method);
    assert_string_equal(SEND "m_abc234.out.edit", post.request.url);
    post_assert_member(&post, "/m.relates_to/rel_type", "m.replace");
    post_assert_member(&post, "/m.relates_to/event_id", "$first");
    post_assert_member(&post, "/m.new_content/msgtype", "m.notice");
    post_assert_member(&post, "/m.new_content/m.mentions", "{}");
    post_assert_member_has(&post, "/m.new_content/formatted_body", "<table");
    post_assert_member_has(&post, "/body", "* Strömmen");
    assert_true(post_answer(&post, 200, "{\"event_id\":\"$edit\"}"));
    assert_string_equal(SEND "m_abc234.out", post.request.url);
    post_assert_member(&post, "/m.relates_to/rel_type", "m.thread");
    post_assert_member(&post, "/m.relates_to/event_id", "$first");
    post_assert_member(&post, "/m.relates_to/is_falling_back", "true");
    post_assert_member(&post, "/m.relates_to/m.in_reply_to/event_id", "$newest");
    post_assert_member(&post, "/m.new_content", NULL);
    char *html = post_member(&post, "/formatted_body");
    assert_null(strstr(html, "<table")); /* it stands above it */
    free(html);
    assert_false(post_answer(&post, 200, "{\"event_id\":\"$e2\"}"));
    assert_string_equal("$e2", post.outcome.remote_id);
    post_clear(&post);
}

/* The server knows a repeat by its transaction alone. */
static void
test_a_repeat_is_the_same_transaction(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    for (int i = 0; i < 2; i++) {
        post.input.in_doubt = i > 0;
        post.input.late = i > 0;
        post.input.now_ms += (int64_t)i * HOURS_MS;
        post_begin(&post);
        assert_string_equal(SEND "m_abc234.out.edit", post.request.url);
        assert_true(post_answer(&post, 200, "{\"event_id\":\"$x\"}"));
        assert_string_equal(SEND "m_abc234.out", post.request.url);
    }
    post_clear(&post);
}

#define NO_RELATION                                                                    \
    "{\"errcode\":\"M_INVALID_PARAM\",\"error\":\"Can't send relation to unknown "     \
    "event\"}"

static void
test_a_thread_that_is_gone(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 404, "{\"errcode\":\"M_NOT_FOUND\"}"));
    post_assert_member(&post, "/m.relates_to/event_id", "$first");
    assert_true(post_answer(&post, 400, NO_RELATION));
    assert_string_equal(SEND "m_abc234.out.answer", post.request.url);
    post_assert_member(&post, "/m.relates_to",
                       "{\"m.in_reply_to\":{\"event_id\":\"$newest\"}}");
    assert_true(post_answer(&post, 400, NO_RELATION));
    assert_string_equal(SEND "m_abc234.out.alone", post.request.url);
    post_assert_member(&post, "/m.relates_to", NULL);
    assert_false(post_answer(&post, 400, NO_RELATION));
    assert_int_equal(OUTCOME_REFUSED, post.outcome.kind);
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const char slow[] = "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"Too Many "
                               "Requests\",\"retry_after_ms\":2500}";
    static const struct post_row rows[] = {
        { 200, "{\"event_id\":\"$a\"}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{\"event_id\":\"no id\"}", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 401,
          "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"error\":\"Unrecognised access token\","
          "\"soft_logout\":true}",
          NULL, false, OUTCOME_CREDENTIALS, "M_UNKNOWN_TOKEN: Unrecognised", 0 },
        { 401, "{\"errcode\":\"M_MISSING_TOKEN\"}", NULL, false, OUTCOME_CREDENTIALS,
          "token in token_file", 0 },
        { 403,
          "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"User @b:x not in room !abc:x\"}",
          NULL, false, OUTCOME_CREDENTIALS, "let it join", 0 },
        { 404, "{\"errcode\":\"M_UNRECOGNIZED\"}", NULL, false, OUTCOME_CREDENTIALS,
          "url should be the address of a homeserver", 0 },
        { 405, "<html>", NULL, false, OUTCOME_CREDENTIALS, "homeserver", 0 },
        { 413, "{\"errcode\":\"M_TOO_LARGE\",\"error\":\"event too large\"}", NULL,
          false, OUTCOME_REFUSED, "M_TOO_LARGE: event too large", 0 },
        { 400, "{\"errcode\":\"M_BAD_JSON\"}", NULL, false, OUTCOME_REFUSED,
          "M_BAD_JSON", 0 },
        { 429, slow, NULL, false, OUTCOME_RETRY, "M_LIMIT_EXCEEDED", 2500 },
        { 429, slow, "Retry-After: 4", false, OUTCOME_RETRY, NULL, 4000 },
        { 429, "{\"errcode\":\"M_LIMIT_EXCEEDED\"}", NULL, false, OUTCOME_RETRY, NULL,
          -1 },
        { 502, "<html>", NULL, false, OUTCOME_RETRY, "502 Bad Gateway", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_assert_no_answers(&post);
    struct reply reply = { .result = REPLY_ANSWERED, .code = 200 };
    buffer_add(&reply.body, "{\"event_id\":\"no id\"}");
    assert_null(post_classify(&post, &reply, false)->remote_id);
    post_clear(&post);
}

static void
test_a_test(void **state)
{
    static const struct post_row rows[] = {
        { 200, "{\"joined_rooms\":[\"!x:example.se\",\"!abc:example.se\"]}", NULL,
          false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{\"joined_rooms\":[\"!x:example.se\",7]}", NULL, false,
          OUTCOME_CREDENTIALS, "the account is not in the room", 0 },
        { 200, "{\"joined_rooms\":[]}", NULL, false, OUTCOME_CREDENTIALS,
          "accept the invitation", 0 },
    };
    struct post post;
    (void)state;
    init_update(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal("GET", post.request.method);
    assert_string_equal("https://matrix.example/_matrix/client/v3/joined_rooms",
                        post.request.url);
    assert_string_equal("Bearer syt_secret", post_header(&post, "Authorization"));
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_set(&post, "test_room_id", "!test:example.se");
    post_begin(&post);
    assert_string_equal("https://matrix.example/_matrix/client/v3/rooms/"
                        "%21test%3Aexample.se/send/m.room.message/m_abc234.out",
                        post.request.url);
    post_assert_member(&post, "/m.relates_to", NULL);
    post_clear(&post);
}

/* However much there is to say, a server takes it. */
static void
test_what_is_too_large(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_miss(&post);
    struct facts *facts = &post.message.facts;
    free(facts->places[0].name);
    free(facts->places);
    facts->n_places = 400;
    facts->places = memory_array(facts->n_places, sizeof *facts->places);
    for (size_t i = 0; i < facts->n_places; i++)
        facts->places[i].name = string_format(
            "Byn \"%zu\" med ett namn som är långt, längre än de flesta byars är det",
            i);
    post_begin(&post);
    assert_true(post.request.body.len < 60000);
    post_assert_member(&post, "/m.new_content/formatted_body", NULL);
    assert_true(post_answer(&post, 200, "{\"event_id\":\"$x\"}"));
    assert_true(post.request.body.len < 60000);
    assert_true(post.n_carried <= 2);
    post_assert_member_has(&post, "/body", "Byn");
    post_clear(&post);
}

static void
test_what_was_missed(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_miss(&post);
    post_begin(&post);
    char *body = post_member(&post, "/m.new_content/body");
    assert_null(strstr(body, "13.35")); /* the answer says it */
    free(body);
    assert_true(post_answer(&post, 200, "{}"));
    assert_int_equal(2, post.n_carried);
    post_assert_member_has(&post, "/formatted_body", "<li>13.35");
    post_clear(&post);
}

static void
test_languages(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "languages", "en");
    post_set(&post, "languages", "sv");
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    char *body = post_member(&post, "/body");
    char *english = strstr(body, "The power"), *swedish = strstr(body, "Strömmen");
    assert_non_null(english);
    assert_true(swedish > english);
    free(body);
    post_clear(&post);
}

static void
test_options(void **state)
{
    static const struct post_fault bad[] = {
        { "url", "matrix.example", "is needed" },
        { "url", "https://matrix.example/?x", "query" },
        { "token_file", "two words", "inside the secret" },
        { "room_id", "#drift:example.se", "begins with \"!\"" },
        { "room_id", "!a/b", "begins with \"!\"" },
        { "room_id", "!", "begins with \"!\"" },
        { "test_room_id", "drift", "test_room_id is \"drift\"" },
    };
    (void)state;
    post_assert_faults(init, bad, ARRAY_COUNT(bad));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_message),
        cmocka_unit_test(test_an_update_replaces_the_first_and_is_its_thread),
        cmocka_unit_test(test_a_repeat_is_the_same_transaction),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_what_is_too_large),
        cmocka_unit_test(test_what_was_missed),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
