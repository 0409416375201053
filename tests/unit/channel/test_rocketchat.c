/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rocketchat driver: both ways in, the thread and the edits of the first message, and
 * what every answer means, also under a code that says yes.
 */
#include "test_chat_fixture.h"

#define WEBHOOK                                                                        \
    "https://chat.example.se/hooks/64f0c2a1b2c3d4e5f6a7b8c9/"                          \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
#define FIRST "GENERAL 7aDSXtjMA3KPLxLjt"
#define LATER "GENERAL 8bDSXtjMA3KPLxLjt"
#define NO(error) "{\"success\":false,\"error\":\"" error "\"}"

static void
init_webhook(struct post *post)
{
    post_init(post, "rocketchat");
    post_set(post, "webhook_file", WEBHOOK);
    post->input.n_carried = &post->n_carried;
}

static void
init(struct post *post)
{
    post_init(post, "rocketchat");
    post_set(post, "url", "https://chat.example.se");
    post_set(post, "user_id", "aobEdbYhXfu5hkeqG");
    post_set(post, "token_file", "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF");
    post_set(post, "room", "#drift");
    post->input.n_carried = &post->n_carried;
}

static void
init_update(struct post *post)
{
    init(post);
    post->input.first_remote_id = FIRST;
    post->input.previous_remote_id = LATER;
}

static void
test_a_webhook_gets_one_text(void **state)
{
    struct post post;
    (void)state;
    init_webhook(&post);
    post.input.first_remote_id = FIRST; /* of a token that the channel had before */
    post_begin(&post);
    assert_string_equal(WEBHOOK, post.request.url);
    assert_null(post_header(&post, "X-Auth-Token"));
    char *text = chat_at(&post, "/text");
    assert_ptr_equal(text, strstr(text, "*Strömmen är borta i Täby kyrkby"));
    assert_non_null(strstr(text, "\n*Vad*: Strömavbrott\n"));
    assert_non_null(strstr(text, "https://drift.example.se/incident/i_xyz567.html"));
    free(text);
    assert_false(post_answer(&post, 200, "{\"success\":true}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_null(post.outcome.remote_id);
    post_clear(&post);
}

static void
test_the_first_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("https://chat.example.se/api/v1/chat.postMessage",
                        post.request.url);
    assert_string_equal("aobEdbYhXfu5hkeqG", post_header(&post, "X-User-Id"));
    assert_string_equal("9HqLlyZOugoStsXCUfD_0YdwnNnunAJF",
                        post_header(&post, "X-Auth-Token"));
    assert_true(post.request.recent_connection);
    chat_assert_at(&post, "/channel", "#drift");
    assert_false(chat_has_at(&post, "/tmid"));
    assert_false(post_answer(&post, 200,
                             "{\"success\":true,\"message\":{\"rid\":\"GENERAL\","
                             "\"_id\":\"7aDSXtjMA3KPLxLjt\"}}"));
    assert_string_equal(FIRST, post.outcome.remote_id);
    post_unset(&post, "room");
    post_set(&post, "room", "ByehQjC44FwMeiLbX");
    post_begin(&post);
    chat_assert_at(&post, "/roomId", "ByehQjC44FwMeiLbX");
    post_clear(&post);
}

static void
test_an_update_edits_and_answers_the_first(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_string_equal("https://chat.example.se/api/v1/chat.update", post.request.url);
    chat_assert_at(&post, "/roomId", "GENERAL");
    chat_assert_at(&post, "/msgId", "7aDSXtjMA3KPLxLjt");
    char *edited = chat_at(&post, "/text");
    assert_true(post_answer(&post, 200, "{\"success\":true}"));
    assert_string_equal("https://chat.example.se/api/v1/chat.postMessage",
                        post.request.url);
    chat_assert_at(&post, "/tmid", "7aDSXtjMA3KPLxLjt");
    chat_assert_at(&post, "/text", edited);
    assert_false(chat_is_true_at(&post, "/tshow"));
    free(edited);
    post.message.notice = NOTICE_DANGER;
    post_begin(&post);
    assert_true(post_answer(&post, 200, "{\"success\":true}"));
    assert_true(chat_is_true_at(&post, "/tshow"));
    post_clear(&post);
}

static void
test_what_an_edit_comes_to(void **state)
{
    static const struct {
        int64_t code;
        const char *body;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 200, "{\"success\":true}", true, OUTCOME_DELIVERED },
        { 400, NO("No message found with the id of x."), true, OUTCOME_DELIVERED },
        { 200, NO("Message editing not allowed [error-action-not-allowed]"), true,
          OUTCOME_DELIVERED },
        { 400, NO("error-message-editing-blocked"), true, OUTCOME_DELIVERED },
        { 404, "", true, OUTCOME_DELIVERED },
        { 401, "{\"status\":\"error\"}", false, OUTCOME_CREDENTIALS },
        { 429, NO("too many requests"), false, OUTCOME_RETRY },
        { 502, "", false, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_int_equal(rows[i].goes_on,
                         post_answer(&post, rows[i].code, rows[i].body));
        if (rows[i].goes_on)
            chat_assert_at(&post, "/tmid", "7aDSXtjMA3KPLxLjt");
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_clear(&post);
}

static void
test_a_thread_that_is_gone(void **state)
{
    static const char gone[] = NO("Invalid message [error-invalid-message]");
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, NO("No message found with the id of x")));
    assert_true(post_answer(&post, 400, gone));
    chat_assert_at(&post, "/tmid", "8bDSXtjMA3KPLxLjt");
    assert_true(post_answer(&post, 400, gone));
    assert_false(chat_has_at(&post, "/tmid"));
    assert_false(post_answer(&post, 400, gone));
    assert_int_equal(OUTCOME_REFUSED, post.outcome.kind);
    post_clear(&post);
}

static void
test_what_answers_mean(void **state)
{
    static const struct post_row rows[] = {
        { .code = 200, .body = "", .kind = OUTCOME_DELIVERED },
        { .code = 200, .body = "<html>", .kind = OUTCOME_DELIVERED },
        { .code = 200,
          .body = NO("[invalid-channel]"),
          .kind = OUTCOME_REFUSED,
          .says = "room should be" },
        { .code = 400,
          .body = NO("error-invalid-room"),
          .kind = OUTCOME_REFUSED,
          .says = "room should be" },
        { .code = 400,
          .body = NO("error-message-size-exceeded"),
          .kind = OUTCOME_REFUSED,
          .says = "max_characters" },
        { .code = 400, .body = NO("room_is_archived"), .kind = OUTCOME_REFUSED },
        { .code = 200, .body = "{\"success\":false}", .kind = OUTCOME_REFUSED },
        { .code = 401,
          .body = "{\"status\":\"error\",\"message\":\"You must be logged in to do "
                  "this.\"}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "make a new token" },
        { .code = 403, .kind = OUTCOME_CREDENTIALS, .says = "member of the room" },
        { .code = 404, .kind = OUTCOME_CREDENTIALS, .says = "url" },
        { .code = 400,
          .body = NO("Invalid integration id or token provided."),
          .kind = OUTCOME_CREDENTIALS,
          .says = "make a new one" },
        { .code = 200,
          .body = NO("Error, too many requests. Please slow down. "
                     "[error-too-many-requests]"),
          .header = "Retry-After: 28",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 28 * SECONDS_MS },
        { .code = 429,
          .body = NO("error-too-many-requests"),
          .header = "X-RateLimit-Reset: 1795439120500", /* 10.5 s later, in ms */
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 10500 },
        { .code = 500, .kind = OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_clear(&post);
    init_webhook(&post);
    chat_assert_secret_hidden(
        &post,
        "no /hooks/64f0c2a1b2c3d4e5f6a7b8c9/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
        "NOPQRSTUV",
        "abcdefghijklmnopqrstuvwxyz");
    post_clear(&post);
}

static void
test_nobody_is_addressed(void **state)
{
    struct post post;
    (void)state;
    init_webhook(&post);
    chat_be_hostile(&post);
    post_begin(&post);
    chat_assert_harmless(&post);
    chat_assert_no_markdown_link(&post);
    chat_assert_body_lacks(&post, "||");
    post_clear(&post);
}

static void
test_the_limit_is_the_servers(void **state)
{
    struct post post;
    (void)state;
    init_webhook(&post);
    post_set(&post, "max_characters", "1000");
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "en");
    post_miss(&post);
    post_begin(&post);
    char *text = chat_at(&post, "/text");
    assert_true(length_units(&(struct length_rule){ .unit = LENGTH_UTF16 }, text) <=
                1000);
    assert_non_null(strstr(text, "Strömmen"));
    assert_non_null(strstr(text, "The power"));
    free(text);
    post_clear(&post);
}

static void
test_a_marked_test(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal("GET", post.request.method);
    assert_string_equal("https://chat.example.se/api/v1/rooms.info?roomName=drift",
                        post.request.url);
    assert_non_null(post_header(&post, "X-Auth-Token"));
    post_clear(&post);
    init_webhook(&post);
    post.input.is_test = true;
    post_begin(&post);
    chat_assert_body_has(&post, "*TEST. Inget har hänt.*");
    post_clear(&post);
}

static void
test_check(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "room");
    post_set(&post, "room", "drift & ops");
    assert_true(post_is_refused(&post, "room is \"drift & ops\""));
    post_unset(&post, "room");
    assert_true(post_is_refused(&post, "room is not given"));
    post_set(&post, "room", "#drift");
    post_unset(&post, "user_id");
    post_set(&post, "user_id", "a\rb");
    assert_true(post_is_refused(&post, "user_id is"));
    post_set(&post, "webhook_file", WEBHOOK);
    assert_true(post_is_refused(&post, "does not go with webhook_file"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_webhook_gets_one_text),
        cmocka_unit_test(test_the_first_message),
        cmocka_unit_test(test_an_update_edits_and_answers_the_first),
        cmocka_unit_test(test_what_an_edit_comes_to),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_what_answers_mean),
        cmocka_unit_test(test_nobody_is_addressed),
        cmocka_unit_test(test_the_limit_is_the_servers),
        cmocka_unit_test(test_a_marked_test),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
