/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The telegram driver: what the Bot API is asked, what its answers mean, groups that get
 * another number, and that the token is nowhere but in the address.
 */
#include "test_json_fixture.h"

#include "channel/delivery_text.h"
#include "channel/telegram_chat.h"
#include "channel/telegram_text.h"

#define TOKEN "4711:AAE-x_Y"
#define BASE "https://api.telegram.org/bot" TOKEN

static void
init(struct post *post)
{
    post_init(post, "telegram");
    post_set(post, "token_file", TOKEN);
    post_set(post, "to", "-100123");
    post->input.recipient = "-100123";
    post->input.n_carried = &post->n_carried;
}

static void
init_update(struct post *post)
{
    init(post);
    post->input.first_remote_id = "-100123:55";
    post->input.previous_remote_id = "-100123:58";
}

static void
test_the_first_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal(BASE "/sendMessage", post.request.url);
    assert_true(post.request.recent_connection);
    for (size_t i = 0; i < post.request.headers.count; i++)
        assert_null(strstr(post.request.headers.items[i], "4711"));
    post_assert_member(&post, "/chat_id", "-100123");
    post_assert_member(&post, "/parse_mode", "HTML");
    post_assert_member(&post, "/link_preview_options/is_disabled", "true");
    post_assert_member(&post, "/disable_notification", "false");
    post_assert_member(&post, "/reply_parameters", NULL);
    post_assert_member_has(
        &post, "/text",
        "Täby Nät: <b>Strömmen är borta i Täby kyrkby sedan 13.48</b>. ");
    assert_false(post_answer(&post, 200,
                             "{\"ok\":true,\"result\":{\"message_id\":56,"
                             "\"chat\":{\"id\":-100123}}}"));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("-100123:56", post.outcome.remote_id);
    assert_null(post.outcome.detail);
    post_clear(&post);
}

static void
test_an_update_edits_and_answers_the_first(void **state)
{
    static const char *const edited[][2] = {
        { "200", "{\"ok\":true,\"result\":{\"message_id\":55}}" },
        { "400", "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: "
                 "message is not modified\"}" },
        { "400", "{\"ok\":false,\"description\":\"Bad Request: message to edit not "
                 "found\"}" },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(edited); i++) {
        post_begin(&post);
        assert_string_equal(BASE "/editMessageText", post.request.url);
        post_assert_member(&post, "/message_id", "55");
        post_assert_member(&post, "/chat_id", "-100123");
        post_assert_member(&post, "/parse_mode", "HTML");
        post_assert_member_has(&post, "/text", "Täby kyrkby");
        assert_true(post_answer(&post, strtol(edited[i][0], NULL, 10), edited[i][1]));
        assert_string_equal(BASE "/sendMessage", post.request.url);
        post_assert_member(&post, "/reply_parameters/message_id", "55");
        post_assert_member(&post, "/reply_parameters/allow_sending_without_reply",
                           "true");
        assert_false(
            post_answer(&post, 200, "{\"ok\":true,\"result\":{\"message_id\":60}}"));
        assert_string_equal("60", post.outcome.remote_id);
    }
    post_clear(&post);
}

/* What is so now keeps the news back: nothing was said then. */
static void
test_an_edit_that_has_to_wait(void **state)
{
    static const struct {
        int64_t code;
        enum outcome_kind kind;
    } rows[] = {
        { 401, OUTCOME_CREDENTIALS }, { 403, OUTCOME_CREDENTIALS },
        { 404, OUTCOME_CREDENTIALS }, { 429, OUTCOME_RETRY },
        { 500, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_false(post_answer(&post, rows[i].code, "{\"ok\":false}"));
        assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_clear(&post);
}

#define MIGRATED                                                                       \
    "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group chat was "  \
    "upgraded to a supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":-100777}}"
#define SENT_THERE                                                                     \
    "{\"ok\":true,\"result\":{\"message_id\":3,\"chat\":{\"id\":-100777}}}"

static void
test_a_group_that_moved(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, MIGRATED));
    assert_string_equal("-100123>-100777", post.session);
    post_assert_member(&post, "/chat_id", "-100777");
    assert_string_equal(BASE "/sendMessage", post.request.url);
    assert_false(post_answer(&post, 200, SENT_THERE));
    assert_int_equal(OUTCOME_DELIVERED, post.outcome.kind);
    assert_string_equal("-100777:3", post.outcome.remote_id);
    assert_non_null(strstr(post.outcome.detail, "write -100777 in place of -100123"));

    /* Another incident goes there at once, and says so as long as that is not done. */
    post.input.session = "-5>-6 -100123>-100777";
    post_begin(&post);
    post_assert_member(&post, "/chat_id", "-100777");
    assert_false(post_answer(&post, 200, SENT_THERE));
    assert_non_null(strstr(post.outcome.detail, "write -100777"));

    /* The same incident goes on there, also when nothing is remembered. */
    post.input.session = NULL;
    post.input.first_remote_id = post.input.previous_remote_id = "-100777:3";
    post_begin(&post);
    assert_string_equal(BASE "/editMessageText", post.request.url);
    post_assert_member(&post, "/chat_id", "-100777");
    assert_true(post_answer(&post, 200, "{\"ok\":true}"));
    post_assert_member(&post, "/chat_id", "-100777");
    post_assert_member(&post, "/reply_parameters/message_id", "3");
    post_clear(&post);
}

/* What stands in the old group can be neither edited nor answered from the new one. */
static void
test_a_story_that_began_before_the_group_moved(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, MIGRATED));
    assert_string_equal(BASE "/sendMessage", post.request.url);
    post_assert_member(&post, "/chat_id", "-100777");
    post_assert_member(&post, "/reply_parameters", NULL);
    assert_false(post_answer(&post, 200, SENT_THERE));
    post.input.previous_remote_id = "-100777:3";
    post_begin(&post);
    assert_string_equal(BASE "/sendMessage", post.request.url);
    post_assert_member(&post, "/chat_id", "-100777");
    post_assert_member(&post, "/reply_parameters/message_id", "3");
    post_clear(&post);
}

static void
test_a_group_that_moves_again_and_again_ends(void **state)
{
    static const char *const odd[] = {
        "{\"ok\":false,\"parameters\":{\"migrate_to_chat_id\":\"@a b\"}}",
        "{\"ok\":false,\"parameters\":{\"migrate_to_chat_id\":[1]}}",
        "{\"ok\":false,\"parameters\":7}",
    };
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_true(post_answer(&post, 400, MIGRATED));
    assert_false(post_answer(&post, 400, MIGRATED));
    assert_int_equal(OUTCOME_REFUSED, post.outcome.kind);
    for (size_t i = 0; i < ARRAY_COUNT(odd); i++) {
        post_begin(&post);
        assert_false(post_answer(&post, 400, odd[i]));
        assert_int_equal(OUTCOME_REFUSED, post.outcome.kind);
    }
    post_clear(&post);
}

static void
test_answers(void **state)
{
    static const char slow[] = "{\"ok\":false,\"error_code\":429,\"description\":\"Too "
                               "Many Requests: retry after 8\",\"parameters\":"
                               "{\"retry_after\":8}}";
    static const char blocked[] = "{\"ok\":false,\"error_code\":403,\"description\":"
                                  "\"Forbidden: bot was blocked by the user\"}";
    static const char absent[] = "{\"ok\":false,\"error_code\":400,\"description\":"
                                 "\"Bad Request: chat not found\"}";
    static const char unable[] = "{\"ok\":false,\"description\":\"Bad Request: not "
                                 "enough rights to send text messages to the chat\"}";
    static const char lengthy[] = "{\"ok\":false,\"error_code\":400,\"description\":"
                                  "\"Bad Request: message is too long\"}";
    static const struct post_row rows[] = {
        { 200, "{\"ok\":true,\"result\":{\"message_id\":1}}", NULL, false,
          OUTCOME_DELIVERED, NULL, 0 },
        { 200, "<html>", NULL, false, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{\"ok\":false,\"description\":\"odd\"}", NULL, false, OUTCOME_REFUSED,
          "odd", 0 },
        { 400, lengthy, NULL, false, OUTCOME_REFUSED, "message is too long", 0 },
        { 400, lengthy, NULL, true, OUTCOME_REFUSED, "message is too long", 0 },
        { 400, absent, NULL, false, OUTCOME_CREDENTIALS, "add the bot", 0 },
        { 400, unable, NULL, false, OUTCOME_CREDENTIALS, "add the bot", 0 },
        { 403, blocked, NULL, false, OUTCOME_CREDENTIALS, "blocked by the user", 0 },
        { 401, "{\"ok\":false,\"description\":\"Unauthorized\"}", NULL, true,
          OUTCOME_CREDENTIALS, "@BotFather", 0 },
        { 404, "{\"ok\":false,\"description\":\"Not Found\"}", NULL, true,
          OUTCOME_CREDENTIALS, "token_file", 0 },
        { 429, slow, NULL, false, OUTCOME_RETRY, "Too Many Requests", 8000 },
        { 429, slow, "Retry-After: 9", false, OUTCOME_RETRY, NULL, 9000 },
        { 429, "<html>", "Retry-After: 9", false, OUTCOME_RETRY, NULL, 9000 },
        { 429, "{\"ok\":false,\"parameters\":{\"retry_after\":\"x\"}}", NULL, false,
          OUTCOME_RETRY, NULL, -1 },
        { 500, "{\"ok\":false}", NULL, false, OUTCOME_RETRY, "500", 0 },
        { 502, "<html>", NULL, false, OUTCOME_RETRY, "502 Bad Gateway", 0 },
    };
    static const struct post_row several[] = {
        { 400, absent, NULL, true, OUTCOME_UNDELIVERABLE, "chat not found", 0 },
        { 400, unable, NULL, true, OUTCOME_UNDELIVERABLE, "not enough rights", 0 },
        { 403, blocked, NULL, true, OUTCOME_UNDELIVERABLE, "blocked by the user", 0 },
        { 401, NULL, NULL, true, OUTCOME_CREDENTIALS, "@BotFather", 0 },
        { 429, slow, NULL, true, OUTCOME_RETRY, NULL, 8000 },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_assert_no_answers(&post);
    post_set(&post, "to", "-100124");
    post_assert_rows(&post, several, ARRAY_COUNT(several));
    post_clear(&post);
}

/* Left out from then on; not who may yet let the bot in. */
static void
test_who_has_left(void **state)
{
    static const struct {
        const char *words;
        bool gone;
    } rows[] = {
        { "Forbidden: bot was blocked by the user", true },
        { "Forbidden: user is deactivated", true },
        { "Forbidden: bot was kicked from the supergroup chat", true },
        { "Forbidden: bot is not a member of the channel chat", true },
        { "Forbidden: bot can't initiate conversation with a user", false },
        { "", false },
    };
    struct post post;
    (void)state;
    init(&post);
    for (int n_chats = 1; n_chats <= 2; n_chats++) {
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            struct reply reply = { .result = REPLY_ANSWERED, .code = 403 };
            buffer_addf(&reply.body, "{\"ok\":false,\"description\":\"%s\"}",
                        rows[i].words);
            const struct outcome *outcome = post_classify(&post, &reply, true);
            assert_int_equal(n_chats > 1 && rows[i].gone, outcome->gone);
        }
        post_set(&post, "to", "-100124");
    }
    post_clear(&post);
}

static void
test_the_token_is_never_quoted(void **state)
{
    static const struct post_row rows[] = {
        { 404, "{\"description\":\"no /bot" TOKEN "/sendMessage here\"}", NULL, false,
          OUTCOME_CREDENTIALS, "is not shown", 0 },
        { 404, "<p>The requested URL /bot" TOKEN "/sendMessage was not found", NULL,
          false, OUTCOME_CREDENTIALS, "token_file", 0 },
        { 418, "no /bot" TOKEN " here", NULL, false, OUTCOME_REFUSED, "418", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_assert_rows(&post, &rows[i], 1);
        assert_null(strstr(post.outcome.detail, TOKEN));
    }
    post_clear(&post);
}

static void
test_how_loud_it_is(void **state)
{
    static const struct {
        enum priority priority;
        const char *is_silent;
    } rows[] = { { PRIORITY_URGENT, "false" },
                 { PRIORITY_NORMAL, "false" },
                 { PRIORITY_BULK, "true" } };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post.message.priority = rows[i].priority;
        post_begin(&post);
        post_assert_member(&post, "/disable_notification", rows[i].is_silent);
    }
    post_clear(&post);
}

/* Asks what the bot may do, which nobody sees; or says it where tests are said. */
static void
test_a_test(void **state)
{
    static const struct post_row rows[] = {
        { 200,
          "{\"ok\":true,\"result\":{\"status\":\"administrator\","
          "\"can_post_messages\":true}}",
          NULL, true, OUTCOME_DELIVERED, NULL, 0 },
        { 200, "{\"ok\":true,\"result\":{\"status\":\"member\"}}", NULL, true,
          OUTCOME_DELIVERED, NULL, 0 },
        { 200,
          "{\"ok\":true,\"result\":{\"status\":\"administrator\","
          "\"can_post_messages\":false}}",
          NULL, true, OUTCOME_CREDENTIALS, "may not post; add the bot", 0 },
        { 200, "{\"ok\":true,\"result\":{\"status\":\"left\"}}", NULL, true,
          OUTCOME_CREDENTIALS, "the bot is left; add the bot", 0 },
        { 200, "{\"ok\":true,\"result\":{\"status\":\"kicked\"}}", NULL, true,
          OUTCOME_CREDENTIALS, "kicked", 0 },
    };
    struct post post;
    (void)state;
    init(&post);
    post.input.is_test = true;
    post_begin(&post);
    assert_string_equal(BASE "/getChatMember", post.request.url);
    post_assert_member(&post, "/chat_id", "-100123");
    post_assert_member(&post, "/user_id", "4711");
    post_assert_member(&post, "/text", NULL);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    post_set(&post, "test_to", "@nordan_test");
    post.input.recipient = "@nordan_test";
    post_begin(&post);
    assert_string_equal(BASE "/sendMessage", post.request.url);
    post_assert_member(&post, "/chat_id", "@nordan_test");
    post_assert_member(&post, "/disable_notification", "true");
    post_clear(&post);
}

/* Nothing in a name is markup, and the markup does not count. */
static void
test_the_text(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    string_replace(&post.message.facts.places[0].name, "<a href='x'>&amp; _*[Täby]");
    post_begin(&post);
    post_assert_member_has(&post, "/text",
                           "&lt;a href='x'&gt;&amp;amp; _*[Täby] sedan 13.48</b>");
    struct length_rule rule;
    post.driver->length(&post.channel, &rule);
    assert_int_equal(4096, rule.most);
    assert_int_equal(LENGTH_UTF16, rule.unit);
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "en");
    assert_true(post_is_accepted(&post));
    char *text = telegram_text(&post.input, &rule, DELIVERY_TEXT_WHOLE, NULL);
    char *swedish = strstr(text, "<b>Strömmen"),
         *english = strstr(text, "<b>The power");
    assert_non_null(swedish);
    assert_true(english > swedish);
    free(text);
    post_set(&post, "languages", "de");
    post.input.recipient = "-100123";
    struct request request = { 0 };
    assert_int_equal(STATUS_INVALID,
                     post.driver->compose(&post.input, &request, &post.error));
    assert_non_null(strstr(post.error.text, "\"de\""));
    post_clear(&post);
}

static void
test_what_was_missed(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_miss(&post);
    post_begin(&post);
    assert_int_equal(2, post.n_carried);
    post_assert_member_has(&post, "/text", "13.35: ");
    post_clear(&post);
}

static void
test_chats(void **state)
{
    static const struct {
        const char *chat;
        bool is_good;
    } rows[] = {
        { "-1001234567890", true },
        { "4711", true },
        { "@nordan_drift", true },
        { "@abc", false },
        { "nordan", false },
        { "", false },
        { "-", false },
        { "@", false },
        { "@nordan drift", false },
        { "1234567890123456789", false },
        { "12x", false },
    };
    struct error error = { 0 };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if ((telegram_chat_check(rows[i].chat, &error) == STATUS_OK) != rows[i].is_good)
            fail_msg("\"%s\"", rows[i].chat);
    }
}

static void
test_options(void **state)
{
    static const struct post_fault bad[] = {
        { "token_file", "AAE-x_Y", "@BotFather" },
        { "token_file", "4711:hid/den", "does not hold a bot's token" },
        { "token_file", "4711:", "does not hold a bot's token" },
        { "token_file", "", "does not hold a bot's token" },
        { "to", "nordan", "to, number 1: the chat is neither" },
        { "test_to", "nordan", "test_to: the chat is neither" },
        { "url", "api.telegram.org", "is needed" },
        { "url", "https://api.telegram.org/?x", "query" },
    };
    struct post post;
    (void)state;
    post_assert_faults(init, bad, ARRAY_COUNT(bad));
    init(&post);
    post_unset(&post, "token_file");
    post_set(&post, "token_file", "4711:hid/den");
    assert_true(post_is_refused(&post, "token_file"));
    assert_null(strstr(post.error.text, "hid/den"));
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "sv");
    post_unset(&post, "token_file");
    post_set(&post, "token_file", TOKEN);
    assert_true(post_is_refused(&post, "twice"));
    post.input.recipient = "no chat"; /* a line of a list */
    post.step.number = 0;
    assert_int_equal(STATUS_INVALID,
                     post.driver->compose(&post.input, &post.request, &post.error));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_message),
        cmocka_unit_test(test_an_update_edits_and_answers_the_first),
        cmocka_unit_test(test_an_edit_that_has_to_wait),
        cmocka_unit_test(test_a_group_that_moved),
        cmocka_unit_test(test_a_story_that_began_before_the_group_moved),
        cmocka_unit_test(test_a_group_that_moves_again_and_again_ends),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_who_has_left),
        cmocka_unit_test(test_the_token_is_never_quoted),
        cmocka_unit_test(test_how_loud_it_is),
        cmocka_unit_test(test_a_test),
        cmocka_unit_test(test_the_text),
        cmocka_unit_test(test_what_was_missed),
        cmocka_unit_test(test_chats),
        cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
