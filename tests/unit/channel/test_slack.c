/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The slack driver: both ways in, the thread and the edits of the first message, what is
 * shown, and what every answer means.
 */
#include "test_chat_fixture.h"

#define WEBHOOK                                                                        \
    "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"
#define FIRST "C0123456789 1700000000.000100"
#define LATER "C0123456789 1700000055.000200"

static void
init_webhook(struct post *post)
{
    post_init(post, "slack");
    post_set(post, "webhook_file", WEBHOOK);
    post->input.n_carried = &post->n_carried;
}

static void
init(struct post *post)
{
    post_init(post, "slack");
    post_set(post, "token_file", "xoxb-1-abcdefghijklmnop");
    post_set(post, "channel_id", "C0123456789");
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
test_a_webhook_gets_blocks_and_a_text(void **state)
{
    struct post post;
    (void)state;
    init_webhook(&post);
    post.input.first_remote_id = FIRST; /* of a token that the channel had before */
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal(WEBHOOK, post.request.url);
    assert_true(post.request.recent_connection);
    assert_null(post_header(&post, "Authorization"));
    chat_assert_at(&post, "/blocks/0/type", "header");
    chat_assert_at(&post, "/blocks/0/text/type", "plain_text");
    chat_assert_at(&post, "/blocks/0/text/text",
                   "Strömmen är borta i Täby kyrkby sedan 13.48");
    chat_assert_at(&post, "/blocks/1/text/type", "mrkdwn");
    assert_true(chat_is_true_at(&post, "/blocks/1/text/verbatim"));
    chat_assert_at(&post, "/blocks/2/fields/0/text", "*Vad*\nStrömavbrott");
    chat_assert_body_has(&post, "<https://drift.example.se/incident/i_xyz567.html>");
    char *text = chat_at(&post, "/text");
    assert_non_null(strstr(text, "Strömmen är borta i Täby kyrkby sedan 13.48"));
    free(text);
    assert_true(chat_has_at(&post, "/unfurl_links"));
    assert_false(chat_is_true_at(&post, "/unfurl_links"));
    assert_false(chat_has_at(&post, "/channel"));
    assert_false(post_answer(&post, 200, "ok"));
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
    assert_string_equal("https://slack.com/api/chat.postMessage", post.request.url);
    assert_string_equal("Bearer xoxb-1-abcdefghijklmnop",
                        post_header(&post, "Authorization"));
    chat_assert_at(&post, "/channel", "C0123456789");
    assert_false(chat_has_at(&post, "/thread_ts"));
    assert_false(chat_has_at(&post, "/reply_broadcast"));
    assert_false(post_answer(
        &post, 200,
        "{\"ok\":true,\"channel\":\"C0123456789\",\"ts\":\"1700000000.000100\"}"));
    assert_string_equal(FIRST, post.outcome.remote_id);
    post_set(&post, "url", "http://127.0.0.1:7/api/");
    post_begin(&post);
    assert_string_equal("http://127.0.0.1:7/api/chat.postMessage", post.request.url);
    post_clear(&post);
}

static void
test_an_update_edits_and_answers_the_first(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_string_equal("https://slack.com/api/chat.update", post.request.url);
    chat_assert_at(&post, "/channel", "C0123456789");
    chat_assert_at(&post, "/ts", "1700000000.000100");
    assert_false(chat_has_at(&post, "/unfurl_links"));
    assert_true(chat_has_at(&post, "/blocks/1"));
    assert_true(post_answer(&post, 200, "{\"ok\":true,\"ts\":\"1700000000.000100\"}"));
    assert_string_equal("https://slack.com/api/chat.postMessage", post.request.url);
    chat_assert_at(&post, "/thread_ts", "1700000000.000100");
    assert_false(chat_has_at(&post, "/reply_broadcast"));
    assert_false(post_answer(
        &post, 200,
        "{\"ok\":true,\"channel\":\"C0123456789\",\"ts\":\"1700000099.000300\"}"));
    assert_string_equal("C0123456789 1700000099.000300", post.outcome.remote_id);
    post_clear(&post);
}

/* What changes what readers rely on is shown to those too who do not open the thread. */
static void
test_what_everybody_is_to_see(void **state)
{
    static const struct {
        enum notice notice;
        enum incident_status status;
        bool is_shown;
    } rows[] = {
        { NOTICE_ETR_CHANGED, INCIDENT_CONFIRMED, false },
        { NOTICE_CAUSE, INCIDENT_CONFIRMED, false },
        { NOTICE_DANGER, INCIDENT_CONFIRMED, true },
        { NOTICE_CORRECTION, INCIDENT_CONFIRMED, true },
        { NOTICE_FALSE_ALARM, INCIDENT_CANCELLED, true },
        { NOTICE_RESTORED, INCIDENT_RESTORED, true },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct post post;
        init_update(&post);
        post.message.notice = rows[i].notice;
        post.message.facts.status = rows[i].status;
        post_begin(&post);
        assert_true(post_answer(&post, 200, "{\"ok\":true}"));
        assert_int_equal(rows[i].is_shown, chat_is_true_at(&post, "/reply_broadcast"));
        post_clear(&post);
    }
}

/* What cannot be edited does not keep the news back; what is not so now does. */
static void
test_what_an_edit_comes_to(void **state)
{
    static const struct {
        int64_t code;
        const char *body;
        bool goes_on;
        enum outcome_kind kind;
    } rows[] = {
        { 200, "{\"ok\":true}", true, OUTCOME_DELIVERED },
        { 200, "{\"ok\":false,\"error\":\"message_not_found\"}", true,
          OUTCOME_DELIVERED },
        { 200, "{\"ok\":false,\"error\":\"cant_update_message\"}", true,
          OUTCOME_DELIVERED },
        { 200, "{\"ok\":false,\"error\":\"edit_window_closed\"}", true,
          OUTCOME_DELIVERED },
        { 200, "{\"ok\":false,\"error\":\"msg_too_long\"}", true, OUTCOME_DELIVERED },
        { 200, "{\"ok\":false,\"error\":\"no_text\"}", true, OUTCOME_DELIVERED },
        { 200, "{\"ok\":false,\"error\":\"invalid_auth\"}", false,
          OUTCOME_CREDENTIALS },
        { 200, "{\"ok\":false,\"error\":\"ratelimited\"}", false, OUTCOME_RETRY },
        { 200, "{\"ok\":false,\"error\":\"fatal_error\"}", false, OUTCOME_TRANSPORT },
        { 429, "", false, OUTCOME_RETRY },
        { 503, "", false, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_int_equal(rows[i].goes_on,
                         post_answer(&post, rows[i].code, rows[i].body));
        if (rows[i].goes_on)
            chat_assert_at(&post, "/thread_ts", "1700000000.000100");
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_clear(&post);
}

static void
test_a_thread_that_is_gone(void **state)
{
    static const char gone[] = "{\"ok\":false,\"error\":\"thread_not_found\"}";
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 200, gone));
    assert_true(post_answer(&post, 200, gone));
    chat_assert_at(&post, "/thread_ts", "1700000055.000200");
    assert_true(post_answer(&post, 200, gone));
    assert_false(chat_has_at(&post, "/thread_ts"));
    chat_assert_at(&post, "/channel", "C0123456789");
    assert_false(post_answer(&post, 200, gone));
    assert_int_equal(OUTCOME_REFUSED, post.outcome.kind);
    post_clear(&post);
}

/* Ids of another driver that the channel had before, and what is no id at all. */
static void
test_foreign_ids_are_passed_over(void **state)
{
    static const char *const ids[] = { "109",
                                       "C1 1700000000.0001",
                                       "C1  1700000000.000100",
                                       "C/1 1700000000.000100",
                                       " 1700000000.000100",
                                       "C1 1700000000.000100 x",
                                       "C1 " };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        post.input.first_remote_id = post.input.previous_remote_id = ids[i];
        post_begin(&post);
        assert_string_equal("https://slack.com/api/chat.postMessage", post.request.url);
        assert_false(chat_has_at(&post, "/thread_ts"));
    }
    post_clear(&post);
}

static void
test_what_the_api_says(void **state)
{
#define NO(error) "{\"ok\":false,\"error\":\"" error "\"}"
    static const struct post_row rows[] = {
        { .code = 200,
          .body = NO("channel_not_found"),
          .kind = OUTCOME_REFUSED,
          .says = "channel_id should be an id" },
        { .code = 200,
          .body = NO("not_in_channel"),
          .kind = OUTCOME_REFUSED,
          .says = "invite the app" },
        { .code = 200,
          .body = NO("is_archived"),
          .kind = OUTCOME_REFUSED,
          .says = "archived" },
        { .code = 200,
          .body = NO("invalid_blocks"),
          .kind = OUTCOME_REFUSED,
          .says = "200: invalid_blocks" },
        { .code = 200,
          .body = NO("msg_blocks_too_long"),
          .kind = OUTCOME_REFUSED,
          .says = "msg_blocks_too_long" },
        { .code = 200,
          .body = NO("invalid_auth"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "token_file" },
        { .code = 200, .body = NO("not_authed"), .kind = OUTCOME_CREDENTIALS },
        { .code = 200, .body = NO("token_revoked"), .kind = OUTCOME_CREDENTIALS },
        { .code = 200, .body = NO("token_expired"), .kind = OUTCOME_CREDENTIALS },
        { .code = 200, .body = NO("account_inactive"), .kind = OUTCOME_CREDENTIALS },
        { .code = 200,
          .body = NO("missing_scope"),
          .kind = OUTCOME_CREDENTIALS,
          .says = "chat:write" },
        { .code = 200,
          .body = NO("ratelimited"),
          .header = "Retry-After: 30",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 30 * SECONDS_MS },
        { .code = 200, .body = NO("service_unavailable"), .kind = OUTCOME_RETRY },
        { .code = 200, .body = NO("internal_error"), .kind = OUTCOME_UNKNOWN },
        { .code = 200, .body = NO("fatal_error"), .kind = OUTCOME_UNKNOWN },
        { .code = 200,
          .body = NO("something_new"),
          .kind = OUTCOME_REFUSED,
          .says = "something_new" },
        { .code = 200, .body = "{\"ok\":false}", .kind = OUTCOME_REFUSED },
        { .code = 200, .body = "<html>", .kind = OUTCOME_DELIVERED },
        { .code = 200, .body = "{\"ok\":true}", .kind = OUTCOME_DELIVERED },
        { .code = 429,
          .header = "Retry-After: 7",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 7 * SECONDS_MS },
        { .code = 401, .kind = OUTCOME_CREDENTIALS },
        { .code = 500, .kind = OUTCOME_RETRY },
    };
#undef NO
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_clear(&post);
}

static void
test_what_a_webhook_says(void **state)
{
    static const struct post_row rows[] = {
        { .code = 200, .body = "ok", .kind = OUTCOME_DELIVERED },
        { .code = 400,
          .body = "invalid_payload",
          .kind = OUTCOME_REFUSED,
          .says = "400 Bad Request: invalid_payload" },
        { .code = 400, .body = "user_not_found", .kind = OUTCOME_REFUSED },
        { .code = 403,
          .body = "action_prohibited",
          .kind = OUTCOME_CREDENTIALS,
          .says = "action_prohibited" },
        { .code = 404, .body = "channel_not_found", .kind = OUTCOME_CREDENTIALS },
        { .code = 404,
          .body = "no_service",
          .kind = OUTCOME_CREDENTIALS,
          .says = "gone" },
        { .code = 410,
          .body = "channel_is_archived",
          .kind = OUTCOME_CREDENTIALS,
          .says = "archived" },
        { .code = 500, .body = "rollup_error", .kind = OUTCOME_RETRY },
        { .code = 429,
          .header = "Retry-After: 1",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = SECONDS_MS },
    };
    struct post post;
    (void)state;
    init_webhook(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    chat_assert_secret_hidden(
        &post, "cannot POST /services/T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx",
        "abcdefghijklmnopqrstuvwx");
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
    chat_assert_body_has(&post, "&lt;!channel&gt;");
    chat_assert_at(&post, "/parse", "none");
    assert_true(chat_has_at(&post, "/link_names"));
    assert_false(chat_is_true_at(&post, "/link_names"));
    post_clear(&post);
}

/* Every text within Slack's limits, the markup counted, whatever the sender wrote. */
static void
test_limits_are_kept(void **state)
{
    struct post post;
    size_t i, j;
    json_t *block, *field;
    (void)state;
    init_webhook(&post);
    char *name = memory_alloc(2001);
    memset(name, '&', 2000);
    string_replace(&post.message.facts.places[0].name, name);
    free(name);
    post_begin(&post);
    json_t *body = chat_body(&post);
    assert_true(json_array_size(json_at(body, "/blocks")) <= 50);
    json_array_foreach(json_at(body, "/blocks"), i, block)
    {
        const char *text = json_string_value(json_at(block, "/text/text"));
        const char *type = json_string_value(json_at(block, "/type"));
        size_t most = strcmp(type, "header") == 0 ? 150 : 3000;
        assert_true(text == NULL || strlen(text) <= most);
        assert_true(json_array_size(json_at(block, "/fields")) <= 10);
        json_array_foreach(json_at(block, "/fields"), j, field)
        {
            const char *value = json_string_value(json_at(field, "/text"));
            assert_true(strlen(value) <= 2000);
        }
    }
    json_decref(body);
    post_clear(&post);
}

static void
test_two_languages_below_each_other(void **state)
{
    struct post post;
    (void)state;
    init_webhook(&post);
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "en");
    post_miss(&post);
    post_begin(&post);
    chat_assert_body_has(&post, "Strömmen är borta");
    chat_assert_body_has(&post, "{\"type\":\"divider\"}");
    chat_assert_body_has(&post, "The power has been off");
    assert_int_equal(2, post.n_carried);
    chat_assert_body_has(&post, "Tidigare");
    post_clear(&post);
}

static void
test_a_marked_test_harms_nothing(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal("https://slack.com/api/auth.test", post.request.url);
    assert_string_equal("{}", post.request.body.data);
    assert_false(post_answer(&post, 200, "{\"ok\":true,\"user\":\"nat\"}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
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
    post_unset(&post, "channel_id");
    assert_true(post_is_refused(&post, "channel_id is not given"));
    post_set(&post, "channel_id", "#drift");
    assert_true(post_is_refused(&post, "channel_id is \"#drift\""));
    post_unset(&post, "channel_id");
    post_set(&post, "channel_id", "C0123456789");
    post_set(&post, "webhook_file", WEBHOOK);
    assert_true(post_is_refused(&post, "does not go with webhook_file"));
    post_unset(&post, "token_file");
    post_unset(&post, "channel_id");
    assert_true(post_is_accepted(&post));
    post_unset(&post, "webhook_file");
    assert_true(post_is_refused(&post, "webhook_file"));
    post_set(&post, "webhook_file", "hooks.slack.com/services/T0/B0/abcdefghijkl");
    assert_true(post_is_refused(&post, "the file holds no address"));
    assert_null(strstr(post.error.text, "abcdefghijkl"));
    post_unset(&post, "webhook_file");
    post_set(&post, "webhook_file", "https://u:abcdefghijkl@hooks.slack.com/x");
    assert_true(post_is_refused(&post, "user name or password"));
    assert_null(strstr(post.error.text, "abcdefghijkl"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_webhook_gets_blocks_and_a_text),
        cmocka_unit_test(test_the_first_message),
        cmocka_unit_test(test_an_update_edits_and_answers_the_first),
        cmocka_unit_test(test_what_everybody_is_to_see),
        cmocka_unit_test(test_what_an_edit_comes_to),
        cmocka_unit_test(test_a_thread_that_is_gone),
        cmocka_unit_test(test_foreign_ids_are_passed_over),
        cmocka_unit_test(test_what_the_api_says),
        cmocka_unit_test(test_what_a_webhook_says),
        cmocka_unit_test(test_nobody_is_addressed),
        cmocka_unit_test(test_limits_are_kept),
        cmocka_unit_test(test_two_languages_below_each_other),
        cmocka_unit_test(test_a_marked_test_harms_nothing),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
