/* SPDX-License-Identifier: EUPL-1.2 */
/* Lengths as channels count them, against vectors from their own documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "text/length.h"
#include "text/links.h"

#include <stdlib.h>
#include <string.h>

#define EMOJI "\xF0\x9F\x98\x80" /* U+1F600 */
#define FAMILY                                                                         \
    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"
#define FLAG "\xF0\x9F\x87\xB8\xF0\x9F\x87\xAA"
#define KEYCAP_1 "1\xEF\xB8\x8F\xE2\x83\xA3"
#define HEART "\xE2\x9D\xA4\xEF\xB8\x8F" /* U+2764 U+FE0F */
#define E_ACUTE_APART "e\xCC\x81"

/* piece n times, and then last. Caller frees. */
static char *
times(const char *piece, size_t n, const char *last)
{
    struct buffer out = { 0 };

    for (size_t i = 0; i < n; i++) {
        buffer_add(&out, piece);
    }
    buffer_add(&out, last);
    return buffer_take(&out);
}

static void
expect_sms(char *text_take, int64_t used, int64_t parts, const char *encoding)
{
    static const struct length_rule rule = { .unit = LENGTH_GSM7, .most = 255 };
    struct text_length length;

    length_measure(&rule, text_take, &length);
    if (length.used != used || length.parts != parts ||
        strcmp(length.encoding, encoding) != 0) {
        fail_msg("%lld in %lld parts of %s: \"%.40s...\"", (long long)length.used,
                 (long long)length.parts, length.encoding, text_take);
    }
    free(text_take);
}

static void
text_messages_are_counted_in_septets_or_utf16_units(void **state)
{
    (void)state;
    expect_sms(times("a", 160, ""), 160, 1, "GSM-7");
    expect_sms(times("a", 161, ""), 161, 2, "GSM-7");
    expect_sms(times("a", 306, ""), 306, 2, "GSM-7");
    expect_sms(times("a", 307, ""), 307, 3, "GSM-7");
    expect_sms(times("a", 159, "€"), 161, 2, "GSM-7");
    expect_sms(times("п", 70, ""), 70, 1, "UCS-2");
    expect_sms(times("п", 71, ""), 71, 2, "UCS-2");
    expect_sms(times("п", 134, ""), 134, 2, "UCS-2");
    expect_sms(times("п", 135, ""), 135, 3, "UCS-2");
    expect_sms(times("a", 69, EMOJI), 71, 2, "UCS-2");
    expect_sms(string_copy("Strömavbrott i Åre, åtgärd pågår. Läs mer på vår sida"), 53,
               1, "GSM-7");
    expect_sms(string_copy("~^{}[]\\|€"), 18, 1, "GSM-7");
    expect_sms(string_copy("_ @£$¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§äöñüà"), 30, 1, "GSM-7");
    expect_sms(string_copy("ç"), 1, 1, "UCS-2");
    expect_sms(string_copy(""), 0, 1, "GSM-7");
}

/* An escape and its character, or a surrogate pair, never stand in two parts. */
static void
no_character_is_split_over_two_parts(void **state)
{
    char *text;

    (void)state;
    /* 152 and the first half of € would fill the first part. */
    text = times("a", 152, "");
    expect_sms(string_format("%s€%s", text, text), 306, 3, "GSM-7");
    expect_sms(string_format("%saa%s", text, text), 306, 2, "GSM-7");
    free(text);
    text = times("п", 66, "");
    expect_sms(string_format("%s" EMOJI "%s", text, text), 134, 3, "UCS-2");
    expect_sms(string_format("%sпп%s", text, text), 134, 2, "UCS-2");
    free(text);
}

static void
expect_units(enum length_unit unit, int64_t link, const char *text, int64_t units)
{
    const struct length_rule rule = { .unit = unit, .most = 1000, .link = link };
    struct text_length length;

    length_measure(&rule, text, &length);
    if (length.used != units) {
        fail_msg("\"%s\" is %lld %s, not %lld", text, (long long)length.used,
                 name_of(&length_unit_names, (int)unit), (long long)units);
    }
    assert_int_equal(length.most, 1000);
    assert_null(length.encoding);
}

static void
each_unit_counts_its_own(void **state)
{
    static const struct {
        const char *text;
        int64_t graphemes, code_points, utf16, bytes, weighted;
    } rows[] = {
        { "", 0, 0, 0, 0, 0 },
        { "Åre", 3, 3, 3, 4, 3 },
        { EMOJI, 1, 1, 2, 4, 2 },
        { FAMILY, 1, 5, 8, 18, 2 },
        { FLAG, 1, 2, 4, 8, 2 },
        { FLAG FLAG, 2, 4, 8, 16, 4 },
        { KEYCAP_1, 1, 3, 3, 7, 2 },
        { HEART, 1, 2, 2, 6, 2 },
        { E_ACUTE_APART, 1, 2, 2, 3, 2 },
        { "漢字", 2, 2, 2, 6, 4 },
        { "“så” – …", 8, 8, 8, 17, 9 },
        { "Київ", 4, 4, 4, 8, 4 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        expect_units(LENGTH_GRAPHEMES, 0, rows[i].text, rows[i].graphemes);
        expect_units(LENGTH_CODE_POINTS, 0, rows[i].text, rows[i].code_points);
        expect_units(LENGTH_UTF16, 0, rows[i].text, rows[i].utf16);
        expect_units(LENGTH_BYTES, 0, rows[i].text, rows[i].bytes);
        expect_units(LENGTH_WEIGHTED, 0, rows[i].text, rows[i].weighted);
    }
}

/* twitter-text, config v3: the ends of the light ranges. */
static void
weights_follow_the_ranges(void **state)
{
    static const struct {
        int32_t code_point;
        int64_t weight;
    } rows[] = {
        { 'a', 1 },    { 0x10FF, 1 }, { 0x1100, 2 }, { 0x1FFF, 2 },
        { 0x2000, 1 }, { 0x200E, 2 }, { 0x200F, 2 }, { 0x2010, 1 },
        { 0x201F, 1 }, { 0x2020, 2 }, { 0x2031, 2 }, { 0x2032, 1 },
        { 0x2037, 1 }, { 0x2038, 2 }, { 0x20AC, 2 }, { 0xFFFD, 2 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char text[8] = { 0 };

        utf8_encode(rows[i].code_point, text);
        expect_units(LENGTH_WEIGHTED, 0, text, rows[i].weight);
    }
}

static void
a_link_counts_as_the_channel_says(void **state)
{
    (void)state;
    expect_units(LENGTH_GRAPHEMES, 23,
                 "Mer: https://a.se/incident/k3v7q2x5m4n6p7a2.html", 5 + 23);
    expect_units(LENGTH_GRAPHEMES, 23, "http://a.se.", 23 + 1);
    expect_units(LENGTH_GRAPHEMES, 23, "(HTTPS://a.se/b) och https://c.se",
                 1 + 23 + 6 + 23);
    expect_units(LENGTH_GRAPHEMES, 0, "https://a.se", 12);
    expect_units(LENGTH_GRAPHEMES, 23, "https:// och xhttps://a.se", 26);
    expect_units(LENGTH_CODE_POINTS, 23, "https://a.se/" EMOJI EMOJI, 23);
    /* Only X takes a host by itself for a link. */
    expect_units(LENGTH_GRAPHEMES, 23, "drift.example.se", 16);
    expect_units(LENGTH_WEIGHTED, 23, "Se drift.example.se.", 3 + 23 + 1);
    expect_units(LENGTH_WEIGHTED, 23, "ett.mycket.langt.namn.example.se/med/stig", 41);
    expect_units(LENGTH_WEIGHTED, 23, "kl. 17.30 den 24.11 a@example.se", 32);
}

static void
links_are_found_where_they_stand(void **state)
{
    static const char text[] = "Se https://a.se/x?b=c, och d.example.se/e. Slut";
    struct link link;

    (void)state;
    assert_true(link_find(text, 0, true, &link));
    assert_int_equal(link.at, 3);
    assert_int_equal(link.len, strlen("https://a.se/x?b=c"));
    assert_false(link.bare);
    assert_true(link_find(text, link.at + link.len, true, &link));
    assert_int_equal(link.len, strlen("d.example.se/e"));
    assert_true(link.bare);
    assert_false(link_find(text, link.at + link.len, true, &link));
    assert_false(link_find("kl. 17.30. Nytt 24.11", 0, true, &link));
}

static void
a_text_fits_up_to_its_limit_and_not_beyond(void **state)
{
    const struct length_rule one = { .unit = LENGTH_GSM7, .most = 1 };
    const struct length_rule two = { .unit = LENGTH_GSM7, .most = 2, .ucs2 = true };
    const struct length_rule bytes = { .unit = LENGTH_GRAPHEMES,
                                       .most = 10,
                                       .most_bytes = 12 };
    char *text;

    (void)state;
    text = times("a", 160, "");
    assert_true(length_fits(&one, text));
    free(text);
    text = times("a", 161, "");
    assert_false(length_fits(&one, text));
    assert_true(length_fits(&two, text));
    free(text);
    assert_false(length_fits(&one, "п"));
    assert_true(length_fits(&two, "п"));
    assert_true(length_fits(&bytes, "åååååå"));
    assert_false(length_fits(&bytes, "ååååååå"));
    assert_false(length_fits(&bytes, "aaaaaaaaaaa"));
    assert_true(length_fits(NULL, "ett två"));
}

static void
expect_rule(const char *text, enum length_unit unit, int64_t most, bool ucs2)
{
    struct length_rule rule;
    struct error error = { 0 };

    if (length_rule_parse(text, &rule, &error) != STATUS_OK) {
        fail_msg("\"%s\": %s", text, error.text);
    }
    assert_int_equal(rule.unit, unit);
    assert_int_equal(rule.most, most);
    assert_int_equal(rule.ucs2, ucs2);
}

static void
expect_no_rule(const char *text, const char *why)
{
    struct length_rule rule;
    struct error error = { 0 };

    assert_int_equal(length_rule_parse(text, &rule, &error), STATUS_INVALID);
    if (strstr(error.text, why) == NULL || strstr(error.text, text) == NULL) {
        fail_msg("\"%s\": %s", text, error.text);
    }
}

static void
rules_are_written_as_people_say_them(void **state)
{
    (void)state;
    expect_rule("1 sms", LENGTH_GSM7, 1, false);
    expect_rule("3 sms ucs2", LENGTH_GSM7, 3, true);
    expect_rule("500 graphemes", LENGTH_GRAPHEMES, 500, false);
    expect_rule("280 weighted", LENGTH_WEIGHTED, 280, false);
    expect_rule("280 weighted characters", LENGTH_WEIGHTED, 280, false);
    expect_rule("1000 Bytes", LENGTH_BYTES, 1000, false);
    expect_rule("4096 utf-16 units", LENGTH_UTF16, 4096, false);
    expect_rule("500code points", LENGTH_CODE_POINTS, 500, false);
    expect_no_rule("sms", "begin with a number");
    expect_no_rule("", "begin with a number");
    expect_no_rule("0 sms", "begin with a number");
    expect_no_rule("99999999999 bytes", "begin with a number");
    expect_no_rule("256 sms", "255 parts");
    expect_no_rule("5", "no unit");
    expect_no_rule("5 words", "no unit");
    expect_no_rule("5 bytes ucs2", "no text message");
}

static void
expect_said(const char *rule_text, const char *text, const char *said)
{
    struct length_rule rule;
    struct text_length length;
    struct error error = { 0 };
    char *line;

    assert_int_equal(length_rule_parse(rule_text, &rule, &error), STATUS_OK);
    length_measure(&rule, text, &length);
    line = length_text(&rule, &length);
    assert_string_equal(line, said);
    free(line);
}

static void
a_length_is_said_in_words(void **state)
{
    struct text_length length;
    char *line;

    (void)state;
    expect_said("1 sms", "Hej", "3 of 160 septets, 1 part, GSM-7");
    expect_said("3 sms", "Hej", "3 of 459 septets, 1 part, GSM-7");
    expect_said("2 sms ucs2", "Київ", "4 of 134 UTF-16 units, 1 part, UCS-2");
    expect_said("500 graphemes", "Hej", "3 of 500 graphemes");
    length_measure(NULL, "Hej", &length);
    line = length_text(NULL, &length);
    assert_string_equal(line, "3 characters");
    free(line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_messages_are_counted_in_septets_or_utf16_units),
        cmocka_unit_test(no_character_is_split_over_two_parts),
        cmocka_unit_test(each_unit_counts_its_own),
        cmocka_unit_test(weights_follow_the_ranges),
        cmocka_unit_test(a_link_counts_as_the_channel_says),
        cmocka_unit_test(links_are_found_where_they_stand),
        cmocka_unit_test(a_text_fits_up_to_its_limit_and_not_beyond),
        cmocka_unit_test(rules_are_written_as_people_say_them),
        cmocka_unit_test(a_length_is_said_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
