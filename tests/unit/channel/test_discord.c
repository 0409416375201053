/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The discord driver: the webhook's address and what is added to it, the first message
 * that is edited, what is shown, and what every answer means.
 */
#include "test_chat_fixture.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyz_0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123"
#define WEBHOOK "https://discord.com/api/webhooks/1234567890/" TOKEN

static void
init(struct post *post)
{
    post_init(post, "discord");
    post_set(post, "webhook_file", WEBHOOK);
    post->input.n_carried = &post->n_carried;
}

static void
init_update(struct post *post)
{
    init(post);
    post->input.first_remote_id = "1100000000000000001";
    post->input.previous_remote_id = "1100000000000000002";
}

static void
test_the_first_message(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_begin(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal(WEBHOOK "?wait=true", post.request.url);
    assert_true(post.request.recent_connection);
    char *content = chat_at(&post, "/content");
    assert_ptr_equal(
        content, strstr(content, "**Strömmen är borta i Täby kyrkby sedan 13.48**"));
    assert_non_null(
        strstr(content, "<https://drift.example.se/incident/i_xyz567.html>"));
    free(content);
    chat_assert_at(&post, "/embeds/0/fields/0/name", "Vad");
    chat_assert_at(&post, "/embeds/0/fields/0/value", "Strömavbrott");
    chat_assert_body_has(&post, "\"allowed_mentions\":{\"parse\":[]}");
    chat_assert_body_has(&post, "\"flags\":0");
    assert_false(post_answer(&post, 200, "{\"id\":\"1100000000000000001\"}"));
    assert_string_equal("1100000000000000001", post.outcome.remote_id);
    post_clear(&post);
}

/* It carries the newest word; later ones follow it, for a webhook cannot answer. */
static void
test_an_update_edits_the_first_and_follows_it(void **state)
{
    struct post post;
    (void)state;
    init_update(&post);
    post_set(&post, "thread_id", "998877");
    post_begin(&post);
    assert_string_equal("PATCH", post.request.method);
    assert_string_equal(WEBHOOK "/messages/1100000000000000001?thread_id=998877",
                        post.request.url);
    chat_assert_body_has(&post, "\"allowed_mentions\":{\"parse\":[]}");
    assert_true(post_answer(&post, 200, "{\"id\":\"1100000000000000001\"}"));
    assert_string_equal("POST", post.request.method);
    assert_string_equal(WEBHOOK "?wait=true&thread_id=998877", post.request.url);
    assert_false(post_answer(&post, 200, "{\"id\":\"1100000000000000003\"}"));
    assert_string_equal("1100000000000000003", post.outcome.remote_id);
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
        { 200, "{}", true, OUTCOME_DELIVERED },
        { 404, "{\"message\":\"Unknown Message\",\"code\":10008}", true,
          OUTCOME_DELIVERED },
        { 404, "", true, OUTCOME_DELIVERED },
        { 400, "{\"message\":\"Invalid Form Body\",\"code\":50035}", true,
          OUTCOME_DELIVERED },
        /* After that of the webhook it is not asked again. */
        { 404, "{\"message\":\"Unknown Webhook\",\"code\":10015}", false,
          OUTCOME_CREDENTIALS },
        { 401, "{}", false, OUTCOME_CREDENTIALS },
        { 429, "{\"retry_after\":1.5}", false, OUTCOME_RETRY },
        { 500, "", false, OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init_update(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_begin(&post);
        assert_string_equal("PATCH", post.request.method);
        assert_int_equal(rows[i].goes_on,
                         post_answer(&post, rows[i].code, rows[i].body));
        if (rows[i].goes_on)
            assert_string_equal("POST", post.request.method);
        else
            assert_int_equal(rows[i].kind, post.outcome.kind);
    }
    post_clear(&post);
}

static void
test_foreign_ids_are_passed_over(void **state)
{
    static const char *const ids[] = { "C1 17.1", "12x", "", "../1",
                                       "123456789012345678901" };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        post.input.first_remote_id = post.input.previous_remote_id = ids[i];
        post_begin(&post);
        assert_string_equal("POST", post.request.method);
    }
    post_clear(&post);
}

static void
test_what_answers_mean(void **state)
{
    static const struct post_row rows[] = {
        { .code = 204, .kind = OUTCOME_DELIVERED },
        { .code = 200, .body = "<html>", .kind = OUTCOME_DELIVERED },
        { .code = 400,
          .body = "{\"message\":\"Invalid Form Body\",\"code\":50035}",
          .kind = OUTCOME_REFUSED,
          .says = "400 Bad Request: Invalid Form Body" },
        { .code = 400,
          .body = "{\"message\":\"Webhooks posted to forum channels must have a "
                  "thread_name or thread_id\",\"code\":220001}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "as thread_id" },
        { .code = 401, .kind = OUTCOME_CREDENTIALS, .says = "Integrations" },
        { .code = 403, .kind = OUTCOME_CREDENTIALS },
        { .code = 404,
          .body = "{\"message\":\"Unknown Webhook\",\"code\":10015}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "the webhook is gone" },
        { .code = 404,
          .body = "{\"message\":\"Unknown Channel\",\"code\":10003}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "thread_id" },
        { .code = 405, .kind = OUTCOME_REFUSED },
        { .code = 429,
          .body = "{\"message\":\"You are being rate limited.\",\"retry_after\":"
                  "64.57,\"global\":false}",
          .header = "Retry-After: 65",
          .kind = OUTCOME_RETRY,
          .says = "rate limited",
          .retry_after_ms = 65 * SECONDS_MS },
        { .code = 429,
          .body = "{\"retry_after\":0.4337,\"global\":true}",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 434 },
        { .code = 429,
          .header = "X-RateLimit-Reset-After: 1.25",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 1250 },
        { .code = 429,
          .header = "X-RateLimit-Reset: 1795439120.123", /* 10.123 s later */
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 11 * SECONDS_MS },
        { .code = 429, .body = "error code: 1015", .kind = OUTCOME_RETRY },
        { .code = 502, .kind = OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    chat_assert_secret_hidden(&post, "no such path /api/webhooks/1/" TOKEN, TOKEN);
    post_clear(&post);
}

static void
test_nobody_is_addressed(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    chat_be_hostile(&post);
    post_begin(&post);
    chat_assert_harmless(&post);
    chat_assert_no_markdown_link(&post);
    chat_assert_body_has(&post, "\\\\|\\\\|x\\\\|\\\\|");
    post_clear(&post);
}

/* Without facts there is nothing of ours to show but the text, and no preview either. */
static void
test_an_alarm_has_no_embed(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.message.notice = NOTICE_ALARM;
    post.message.alarm.kind = ALARM_CHANNEL_PAUSED;
    post.message.alarm.subject = string_copy("mail");
    post.message.alarm.cause = string_copy("535 no");
    post_begin(&post);
    chat_assert_body_has(&post, "\"embeds\":[]");
    chat_assert_body_has(&post, "\"flags\":4");
    post_clear(&post);
}

static void
test_limits_are_kept(void **state)
{
    struct post post;
    size_t i, total = 0;
    json_t *field;
    (void)state;
    init(&post);
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "en");
    char *name = memory_alloc(1801);
    memset(name, '*', 1800);
    string_replace(&post.message.facts.places[0].name, name);
    free(name);
    post_begin(&post);
    json_t *body = chat_body(&post);
    assert_true(strlen(json_string_value(json_at(body, "/content"))) <= 2000);
    json_array_foreach(json_at(body, "/embeds/0/fields"), i, field)
    {
        const char *value = json_string_value(json_at(field, "/value"));
        assert_true(strlen(value) <= 1024);
        total += strlen(value);
    }
    assert_true(i > 0 && i <= 25 && total <= 6000);
    json_decref(body);
    post_clear(&post);
}

static void
test_check(void **state)
{
    static const char *const wrong[] = {
        "https://discord.com/api/webhooks/" TOKEN,
        "https://discord.com/api/webhooks/12/",
        "https://discord.com/api/webhooks/12/" TOKEN "/slack",
        "https://discord.com/" TOKEN,
    };
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        post_unset(&post, "webhook_file");
        post_set(&post, "webhook_file", wrong[i]);
        assert_true(post_is_refused(&post, "webhooks/ID/TOKEN"));
        assert_null(strstr(post.error.text, TOKEN));
    }
    post_unset(&post, "webhook_file");
    post_set(&post, "webhook_file", WEBHOOK "?thread_id=5");
    assert_true(post_is_accepted(&post));
    post_begin(&post);
    assert_string_equal(WEBHOOK "?wait=true", post.request.url);
    post_set(&post, "thread_id", "general");
    assert_true(post_is_refused(&post, "thread_id is \"general\""));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_message),
        cmocka_unit_test(test_an_update_edits_the_first_and_follows_it),
        cmocka_unit_test(test_what_an_edit_comes_to),
        cmocka_unit_test(test_foreign_ids_are_passed_over),
        cmocka_unit_test(test_what_answers_mean),
        cmocka_unit_test(test_nobody_is_addressed),
        cmocka_unit_test(test_an_alarm_has_no_embed),
        cmocka_unit_test(test_limits_are_kept),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
