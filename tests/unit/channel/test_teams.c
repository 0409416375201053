/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The teams driver: the card, its size, and what answers mean, also those that say yes
 * and mean no.
 */
#include "test_chat_fixture.h"

#define SIG "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
#define WEBHOOK                                                                          \
    "https://prod-1.example.logic.azure.com/workflows/0123456789abcdef0123456789abcdef/" \
    "triggers/manual/paths/invoke?api-version=2016-06-01&sig=" SIG

#define CARD "/attachments/0/content"

static void
init(struct post *post)
{
    post_init(post, "teams");
    post_set(post, "webhook_file", WEBHOOK);
    post->input.n_carried = &post->n_carried;
}

static void
test_the_card(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    assert_string_equal("POST", post.request.method);
    assert_string_equal(WEBHOOK, post.request.url);
    assert_true(post.request.recent_connection);
    chat_assert_at(&post, "/type", "message");
    chat_assert_at(&post, "/attachments/0/contentType",
                   "application/vnd.microsoft.card.adaptive");
    chat_assert_at(&post, CARD "/type", "AdaptiveCard");
    chat_assert_at(&post, CARD "/version", "1.4");
    chat_assert_at(&post, CARD "/body/0/type", "TextBlock");
    chat_assert_at(&post, CARD "/body/0/weight", "Bolder");
    chat_assert_at(&post, CARD "/body/0/text",
                   "Strömmen är borta i Täby kyrkby sedan 13.48");
    assert_true(chat_is_true_at(&post, CARD "/body/0/wrap"));
    chat_assert_body_has(&post, "\"type\":\"FactSet\"");
    chat_assert_body_has(&post, "{\"title\":\"Vad\",\"value\":\"Strömavbrott\"}");
    chat_assert_at(&post, CARD "/actions/0/type", "Action.OpenUrl");
    chat_assert_at(&post, CARD "/actions/0/url",
                   "https://drift.example.se/incident/i_xyz567.html");
    assert_null(post.driver->next_step);
    post_clear(&post);
}

static void
test_without_a_page_there_is_no_button(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.page_url = NULL;
    post_compose(&post);
    assert_false(chat_has_at(&post, CARD "/actions"));
    post_clear(&post);
}

/* Each line is a block of its own, as near to the one before as in the text. */
static void
test_lines_stay_lines(void **state)
{
    struct post post;
    size_t i;
    json_t *block;
    bool has_near = false;
    (void)state;
    init(&post);
    post_miss(&post);
    post_compose(&post);
    json_t *body = chat_body(&post);
    json_array_foreach(json_at(body, CARD "/body"), i, block)
    {
        const char *text = json_string_value(json_at(block, "/text"));
        const char *spacing = json_string_value(json_at(block, "/spacing"));
        assert_true(text == NULL || strchr(text, '\n') == NULL);
        has_near = has_near || (spacing != NULL && strcmp(spacing, "None") == 0);
    }
    assert_true(has_near);
    assert_int_equal(2, post.n_carried);
    json_decref(body);
    post_clear(&post);
}

static void
test_what_answers_mean(void **state)
{
    static const struct post_row rows[] = {
        { .code = 200, .body = "1", .kind = OUTCOME_DELIVERED },
        { .code = 200, .kind = OUTCOME_DELIVERED },
        { .code = 202, .kind = OUTCOME_DELIVERED },
        { .code = 200,
          .body =
              "Webhook message delivery failed with error: Microsoft Teams endpoint "
              "returned HTTP error 429 with ContextId tcid=1,server=x",
          .header = "Retry-After: 40",
          .kind = OUTCOME_RETRY,
          .says = "HTTP error 429",
          .retry_after_ms = 40 * SECONDS_MS },
        { .code = 200,
          .body = "Microsoft Teams endpoint returned HTTP error 403 with ContextId x",
          .kind = OUTCOME_CREDENTIALS,
          .says = "the workflow is off or gone" },
        { .code = 200,
          .body = "Microsoft Teams endpoint returned HTTP error 413 with ContextId x",
          .kind = OUTCOME_REFUSED },
        { .code = 200, .body = "HTTP error 503", .kind = OUTCOME_RETRY },
        { .code = 200, .body = "HTTP error ", .kind = OUTCOME_RETRY },
        { .code = 400,
          .body = "{\"error\":{\"code\":\"InvalidRequestContent\",\"message\":\"no\"}}",
          .kind = OUTCOME_REFUSED,
          .says = "InvalidRequestContent: no" },
        { .code = 400,
          .body = "{\"error\":{\"code\":\"WorkflowTriggerIsNotEnabled\",\"message\":"
                  "\"trigger 'manual' with state 'Disabled'\"}}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "turn it on" },
        { .code = 401, .kind = OUTCOME_CREDENTIALS },
        { .code = 403, .kind = OUTCOME_CREDENTIALS },
        { .code = 404,
          .body = "{\"error\":{\"code\":\"WorkflowNotFound\",\"message\":\"gone\"}}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "its owner left" },
        { .code = 413, .kind = OUTCOME_REFUSED },
        { .code = 429,
          .header = "Retry-After: 9",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 9 * SECONDS_MS },
        { .code = 504, .kind = OUTCOME_RETRY },
    };
    struct post post;
    (void)state;
    init(&post);
    post_assert_rows(&post, rows, ARRAY_COUNT(rows));
    chat_assert_secret_hidden(&post, "no route for /x?sig=" SIG, SIG);
    post_clear(&post);
}

static void
test_nothing_is_a_link_or_a_tag(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    chat_be_hostile(&post);
    post_compose(&post);
    chat_assert_harmless(&post);
    chat_assert_no_markdown_link(&post);
    post_clear(&post);
}

/* Whatever the sender wrote, the request is within 28 KB. */
static void
test_the_card_stays_small(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "languages", "sv");
    post_set(&post, "languages", "en");
    struct facts *facts = &post.message.facts;
    facts->places = memory_resize(facts->places, 40, sizeof *facts->places);
    memset(facts->places + 1, 0, 39 * sizeof *facts->places);
    for (size_t i = 1; i < 40; i++) {
        char name[1001] = "";
        memset(name, '"', 1000);
        facts->places[i].name = string_copy(name);
    }
    facts->n_places = 40;
    post_compose(&post);
    assert_true(post.request.body.len > 2000);
    assert_true(post.request.body.len <= (size_t)28 * 1024);
    post_clear(&post);
}

static void
test_the_rate_keeps_within_all_limits(void **state)
{
    const struct driver *driver = driver_find("teams");
    (void)state;
    assert_int_equal(60, driver->rate.count);
    assert_int_equal(HOURS_MS, driver->rate.period_ms);
    assert_int_equal(1, driver->concurrency);
}

static void
test_check(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_unset(&post, "webhook_file");
    post_set(&post, "webhook_file",
             "https://nat.webhook.office.com/webhookb2/abcdefgh/IncomingWebhook/x");
    assert_true(post_is_refused(&post, "which Microsoft retired"));
    assert_null(strstr(post.error.text, "abcdefgh"));
    post_unset(&post, "webhook_file");
    assert_true(post_is_refused(&post, "webhook_file is not given"));
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_card),
        cmocka_unit_test(test_without_a_page_there_is_no_button),
        cmocka_unit_test(test_lines_stay_lines),
        cmocka_unit_test(test_what_answers_mean),
        cmocka_unit_test(test_nothing_is_a_link_or_a_tag),
        cmocka_unit_test(test_the_card_stays_small),
        cmocka_unit_test(test_the_rate_keeps_within_all_limits),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
