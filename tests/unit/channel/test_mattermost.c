/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mattermost driver: both ways in, the thread and the edits of the first post, the
 * mark of what is urgent, and what every answer means.
 */
#include "test_chat_fixture.h"

#include "channel/shown.h"

#define WEBHOOK "https://chat.example.se/hooks/abcdefghijklmnopqrstuvwxyz"
#define CHANNEL "4xp9fdt77pncbef59f4k1qe83o"
#define FIRST "aaaaaaaaaaaaaaaaaaaaaaaaa1"
#define LATER "aaaaaaaaaaaaaaaaaaaaaaaaa2"
#define SAYS(id) "{\"id\":\"" id "\",\"message\":\"No.\",\"status_code\":400}"

static void
init_webhook(struct post *post)
{
    post_init(post, "mattermost");
    post_set(post, "webhook_file", WEBHOOK);
    post->input.n_carried = &post->n_carried;
}

static void
init(struct post *post)
{
    post_init(post, "mattermost");
    post_set(post, "url", "https://chat.example.se/");
    post_set(post, "token_file", "abcdefghijklmnopqrstuvwxyz");
    post_set(post, "channel_id", CHANNEL);
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
    assert_null(post_header(&post, "Authorization"));
    assert_true(post.request.recent_connection);
    char *text = chat_at(&post, "/text");
    assert_ptr_equal(text, strstr(text, "**Strömmen är borta i Täby kyrkby"));
    assert_non_null(strstr(text, "\n**Vad**: Strömavbrott\n"));
    assert_non_null(strstr(text, "https://drift.example.se/incident/i_xyz567.html"));
    free(text);
    assert_false(chat_has_at(&post, "/priority"));
    assert_false(post_answer(&post, 200, "ok"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_null(post.outcome.remote_id);
    post_clear(&post);
}

static void
test_the_first_post(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal("https://chat.example.se/api/v4/posts", post.request.url);
    assert_string_equal("Bearer abcdefghijklmnopqrstuvwxyz",
                        post_header(&post, "Authorization"));
    chat_assert_at(&post, "/channel_id", CHANNEL);
    assert_false(chat_has_at(&post, "/root_id"));
    assert_false(post_answer(&post, 201, "{\"id\":\"" FIRST "\"}"));
    assert_string_equal(FIRST, post.outcome.remote_id);
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
    assert_string_equal("https://chat.example.se/api/v4/posts/" FIRST "/patch",
                        post.request.url);
    char *edited = chat_at(&post, "/message");
    assert_true(post_answer(&post, 200, "{\"id\":\"" FIRST "\"}"));
    chat_assert_at(&post, "/root_id", FIRST);
    chat_assert_at(&post, "/message", edited);
    free(edited);
    assert_false(post_answer(&post, 201, "{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaa3\"}"));
    assert_string_equal("aaaaaaaaaaaaaaaaaaaaaaaaa3", post.outcome.remote_id);
    post_clear(&post);
}

static void
test_what_an_edit_comes_to(void **state)
{
    static const struct {
        int64_t code;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 200, true, OUTCOME_DELIVERED },
        /* The post was taken away: the server says that it may not be edited. */
        { 403, true, OUTCOME_DELIVERED },
        { 404, true, OUTCOME_DELIVERED },
        { 400, true, OUTCOME_DELIVERED }, /* the time for edits has passed */
        { 401, false, OUTCOME_CREDENTIALS },
        { 429, false, OUTCOME_RETRY },
        { 500, false, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_int_equal(rows[i].goes_on, post_answer(&post, rows[i].code, "{}"));
        if (rows[i].goes_on)
            chat_assert_at(&post, "/root_id", FIRST);
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_clear(&post);
}

static void
test_a_thread_that_is_gone(void **state)
{
    static const char gone[] = SAYS("api.post.create_post.root_id.app_error");
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 404, "{}"));
    assert_true(post_answer(&post, 400, gone));
    chat_assert_at(&post, "/root_id", LATER);
    assert_true(post_answer(&post, 400, gone));
    assert_false(chat_has_at(&post, "/root_id"));
    assert_false(post_answer(&post, 403, SAYS("api.context.permissions.app_error")));
    assert_int_equal(OUTCOME_CREDENTIALS, post.outcome.kind);
    post_clear(&post);
}

/* An urgent post is marked so; an answer cannot be, and not every server takes it. */
static void
test_what_is_urgent_is_marked(void **state)
{
    static const char refusal[] =
        SAYS("api.post.post_priority.priority_post_not_allowed_for_user.request_error");
    struct post post;
    (void)state;
    init(&post);
    post.message.priority = PRIORITY_URGENT;
    post_begin(&post);
    chat_assert_at(&post, "/metadata/priority/priority", "urgent");
    assert_true(post_answer(&post, 403, refusal));
    assert_string_equal("https://chat.example.se/api/v4/posts", post.request.url);
    assert_false(chat_has_at(&post, "/metadata"));
    assert_false(post_answer(&post, 403, refusal));
    assert_int_equal(OUTCOME_CREDENTIALS, post.outcome.kind);
    post.input.first_remote_id = FIRST;
    post_begin(&post);
    assert_false(chat_has_at(&post, "/metadata"));
    assert_true(post_answer(&post, 200, "{}"));
    assert_false(chat_has_at(&post, "/metadata"));
    post_clear(&post);
    init_webhook(&post);
    post.message.priority = PRIORITY_URGENT;
    post_begin(&post);
    chat_assert_at(&post, "/priority/priority", "urgent");
    assert_true(post_answer(&post, 403, refusal));
    assert_false(chat_has_at(&post, "/priority"));
    post_clear(&post);
}

static void
test_what_answers_mean(void **state)
{
    static const struct post_row rows[] = {
        { .code = 201, .body = "<html>", .kind = OUTCOME_DELIVERED },
        { .code = 400,
          .body = SAYS("api.context.invalid_body_param.app_error"),
          .kind = OUTCOME_REFUSED,
          .says = "No. (api.context.invalid_body_param.app_error)" },
        { .code = 400,
          .body = SAYS("model.post.is_valid.message_length.app_error"),
          .kind = OUTCOME_REFUSED,
          .says = "max_characters" },
        { .code = 400,
          .body = SAYS("api.post.create_post.can_not_post_to_deleted.error"),
          .kind = OUTCOME_REFUSED,
          .says = "archived" },
        { .code = 401,
          .body = SAYS("api.context.session_expired.app_error"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "token_file" },
        { .code = 403,
          .body = SAYS("api.context.permissions.app_error"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "member of the channel" },
        { .code = 404, .kind = OUTCOME_CREDENTIALS, .says = "channel_id" },
        { .code = 413, .kind = OUTCOME_REFUSED },
        { .code = 429,
          .header = "Retry-After: 3",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 3 * SECONDS_MS },
        { .code = 503, .kind = OUTCOME_RETRY },
        /* of a webhook */
        { .code = 400,
          .body = SAYS("web.incoming_webhook.invalid.app_error"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "the webhook is gone" },
        { .code = 400,
          .body = SAYS("web.incoming_webhook.parse.app_error"),
          .kind = OUTCOME_REFUSED },
        { .code = 403,
          .body = SAYS("web.incoming_webhook.permissions.app_error"),
          .kind = OUTCOME_CREDENTIALS },
        { .code = 404,
          .body = SAYS("web.incoming_webhook.channel.app_error"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "the webhook is gone" },
        { .code = 501,
          .body = SAYS("web.incoming_webhook.disabled.app_error"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "off on the server" },
        { .code = 501, .kind = OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_clear(&post);
    init_webhook(&post);
    chat_assert_secret_hidden(&post, "no /hooks/abcdefghijklmnopqrstuvwxyz",
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
    chat_assert_body_has(&post, "\\\\*b\\\\*");
    post_clear(&post);
}

/* With little room first the facts go, then sentences; what is left is within the limit. */
static void
test_the_limit_is_the_servers(void **state)
{
    struct post post;
    (void)state;
    init_webhook(&post);
    char *name = memory_alloc(1801);
    memset(name, '_', 1800);
    string_replace(&post.message.facts.places[0].name, name);
    free(name);
    post_begin(&post);
    chat_assert_body_has(&post, "**Vad**");
    post_set(&post, "max_characters", "1000");
    post_begin(&post);
    char *text = chat_at(&post, "/text");
    assert_true(strlen(text) <= 1000);
    assert_null(strstr(text, "**Vad**"));
    assert_non_null(strstr(text, "13.48"));
    free(text);
    post_clear(&post);
}

/* What is shown before is what is sent, without the markup. */
static void
test_it_is_shown_as_it_is_read(void **state)
{
    struct post post;
    struct shown shown = { 0 };
    (void)state;
    init_webhook(&post);
    string_replace(&post.message.facts.places[0].name, "@all *Lund*");
    driver_show(post.driver, &post.input, &shown);
    assert_int_equal(2, shown.count);
    assert_string_equal("title", shown.items[0].part);
    assert_string_equal("Strömmen är borta i \uFF20all *Lund* sedan 13.48",
                        shown.items[0].text);
    assert_string_equal("text", shown.items[1].part);
    assert_non_null(strstr(shown.items[1].text, "borta i \uFF20all *Lund* sedan"));
    assert_int_equal(16383, shown.items[1].length.most);
    shown_clear(&shown);
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
    assert_string_equal("https://chat.example.se/api/v4/channels/" CHANNEL,
                        post.request.url);
    assert_non_null(post_header(&post, "Authorization"));
    post_clear(&post);
    init_webhook(&post);
    post.input.is_test = true;
    post_begin(&post);
    chat_assert_body_has(&post, "**TEST. Inget har hänt.**");
    post_clear(&post);
}

static void
test_check(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "channel_id");
    post_set(&post, "channel_id", "town-square");
    assert_true(post_is_refused(&post, "channel_id is \"town-square\""));
    post_unset(&post, "channel_id");
    assert_true(post_is_refused(&post, "channel_id is not given"));
    post_set(&post, "channel_id", CHANNEL);
    post_unset(&post, "url");
    assert_true(post_is_refused(&post, "url is not given"));
    post_set(&post, "url", "https://chat.example.se/?x=1");
    assert_true(post_is_refused(&post, "query"));
    post_set(&post, "webhook_file", WEBHOOK);
    assert_true(post_is_refused(&post, "does not go with webhook_file"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_webhook_gets_one_text),
        cmocka_unit_test(test_the_first_post),
        cmocka_unit_test(test_an_update_edits_and_answers_the_first),
        cmocka_unit_test(test_what_an_edit_comes_to),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_what_is_urgent_is_marked),
        cmocka_unit_test(test_what_answers_mean),
        cmocka_unit_test(test_nobody_is_addressed),
        cmocka_unit_test(test_the_limit_is_the_servers),
        cmocka_unit_test(test_it_is_shown_as_it_is_read),
        cmocka_unit_test(test_a_marked_test),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
