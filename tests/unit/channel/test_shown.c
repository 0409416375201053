/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The texts of a delivery as its reader gets them: the same as what is sent, measured as
 * the channel counts.
 */
#include "test_delivery_fixture.h"

#include "channel/rich.h"
#include "channel/shown.h"
#include "text/fit.h"

static const struct shown_text *
part_of(const struct shown *shown, const char *part, const char *language)
{
    for (size_t i = 0; i < shown->count; i++) {
        if (strcmp(shown->items[i].part, part) == 0 &&
            strcmp(shown->items[i].language, language) == 0)
            return &shown->items[i];
    }
    fail_msg("no %s in %s", part, language);
    return &shown->items[0];
}

static void
test_an_email_is_shown_as_it_is_sent(void **state)
{
    struct post post;
    struct shown shown = { 0 };
    const struct shown_text *text;

    (void)state;
    post_init(&post, "email");
    post_set(&post, "relay", "smtp://127.0.0.1");
    post_set(&post, "from", "drift@example.se");
    post_miss(&post);
    driver_show(post.driver, &post.input, &shown);
    assert_int_equal(shown.count, 2);
    text = part_of(&shown, "subject", "sv");
    assert_string_equal(text->text, "Täby Nät: Strömavbrott Täby kyrkby [OMS-77120]");
    assert_int_equal(text->length.used, 46);
    assert_false(text->has_rule);
    text = part_of(&shown, "text", "sv, en");
    assert_non_null(strstr(text->text, "Strömmen är borta i Täby kyrkby"));
    assert_non_null(strstr(text->text, "Tidigare meddelanden"));
    assert_non_null(strstr(text->text, "The power has been off"));
    /* Each language leads to its own page, and only there. */
    assert_non_null(strstr(text->text, "example.se/incident/i_xyz567.html"));
    assert_non_null(strstr(text->text, "example.se/en/incident/i_xyz567.html"));
    assert_null(strstr(strstr(text->text, "The power"), "example.se/incident/"));
    shown_clear(&shown);
    post_clear(&post);
}

static void
test_a_webhook_is_shown_as_it_is_sent(void **state)
{
    struct post post;
    struct shown shown = { 0 };
    json_t *body, *texts;

    (void)state;
    post_init(&post, "webhook");
    post_set(&post, "url", "https://example.se/hook");
    post.input.late = true; /* the text does not say so: every attempt is the same */
    post.input.now_ms += DAYS_MS;
    post_compose(&post);
    driver_show(post.driver, &post.input, &shown);
    assert_int_equal(shown.count, 6);
    body = json_loadb(post.request.body.data, post.request.body.len, 0, NULL);
    texts = json_object_get(json_object_get(body, "data"), "texts");
    for (size_t i = 0; i < shown.count; i++) {
        const struct shown_text *text = &shown.items[i];
        const json_t *set = json_object_get(texts, text->language);

        assert_string_equal(text->text,
                            json_string_value(json_object_get(set, text->part)));
    }
    assert_string_equal(part_of(&shown, "short", "sv")->length.encoding, "GSM-7");
    json_decref(body);
    shown_clear(&shown);
    post_clear(&post);
}

/* A driver that only says how much room it has. */
static void
length_of_a_post(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = (struct length_rule){ .unit = LENGTH_GRAPHEMES, .most = 200, .link = 23 };
}

static void
test_a_driver_with_a_length_is_shown_in_it(void **state)
{
    const struct driver driver = { .name = "post", .length = length_of_a_post };
    struct post post;
    struct shown shown = { 0 };
    json_t *shape, *row;

    (void)state;
    post_init(&post, "webhook");
    strings_add(&post.message.facts.advice, "keep_fridge_closed");
    strings_add(&post.message.facts.advice, "stay_away_from_lines");
    post.message.facts.has |= FIELD_BIT(FIELD_ADVICE);
    driver_show(&driver, &post.input, &shown);
    assert_int_equal(shown.count, 2);
    for (size_t i = 0; i < shown.count; i++) {
        assert_true(shown.items[i].length.used <= 200);
        assert_int_equal(shown.items[i].length.most, 200);
        assert_true(shown.items[i].left_out.count > 0);
    }
    assert_non_null(strstr(part_of(&shown, "text", "en")->text, "The power has been"));
    shape = shown_shape(&shown);
    row = json_array_get(shape, 0);
    assert_string_equal(json_string_value(json_object_get(row, "part")), "text");
    assert_string_equal(json_string_value(json_object_get(row, "unit")), "graphemes");
    assert_int_equal(json_integer_value(json_object_get(row, "most")), 200);
    assert_null(json_object_get(row, "encoding"));
    assert_true(json_array_size(json_object_get(row, "left_out")) > 0);
    json_decref(shape);
    shown_clear(&shown);
    post_clear(&post);
}

static void
test_without_a_length_it_is_the_long_text(void **state)
{
    const struct driver driver = { .name = "log" };
    struct post post;
    struct shown shown = { 0 };
    struct rich rich = { 0 };

    (void)state;
    post_init(&post, "webhook");
    driver_show(&driver, &post.input, &shown);
    rich_fill(&post.input, 0, &rich);
    assert_string_equal(part_of(&shown, "text", "sv")->text, rich.text);
    assert_int_equal(shown.items[0].left_out.count, 0);
    rich_clear(&rich);
    shown_clear(&shown);
    post_clear(&post);
}

static void
test_the_rich_form_has_it_all(void **state)
{
    struct post post;
    struct rich rich = { 0 };
    struct buffer plain = { 0 }, html = { 0 };

    (void)state;
    post_init(&post, "email");
    post.message.facts.mode = MODE_EXERCISE;
    post.message.facts.has |= FIELD_BIT(FIELD_MODE);
    string_replace(&post.message.facts.places[0].name, "Tä<b>y & \xE2\x80\xAE");
    rich_fill(&post.input, 1, &rich);
    rich_plain(&rich, &plain);
    rich_html(&rich, &html);
    assert_string_equal(rich.language, "en");
    assert_non_null(strstr(plain.data, "*** EXERCISE"));
    assert_non_null(strstr(plain.data, "Place: Tä<b>y &\n"));
    assert_null(strstr(plain.data, "\xE2\x80\xAE"));
    assert_non_null(strstr(html.data, "<div lang=\"en\">"));
    assert_non_null(strstr(html.data, "Tä&lt;b&gt;y &amp;"));
    assert_null(strstr(html.data, "<b>"));
    assert_non_null(strstr(
        html.data, "<a href=\"https://drift.example.se/en/incident/i_xyz567.html\">"));
    buffer_clear(&plain);
    buffer_clear(&html);
    rich_clear(&rich);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_email_is_shown_as_it_is_sent),
        cmocka_unit_test(test_a_webhook_is_shown_as_it_is_sent),
        cmocka_unit_test(test_a_driver_with_a_length_is_shown_in_it),
        cmocka_unit_test(test_without_a_length_it_is_the_long_text),
        cmocka_unit_test(test_the_rich_form_has_it_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
