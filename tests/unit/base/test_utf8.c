/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * UTF-8: validity, normal form, counting, cutting, printing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void
test_validity(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool valid;
    } cells[] = {
        { "", 0, true },
        { "a\0b", 3, true },
        { "\xC3\xA5", 2, true },          /* å */
        { "\xF0\x9F\x98\x80", 4, true },  /* emoji */
        { "\xC3", 1, false },             /* cut off */
        { "\xA5", 1, false },             /* no start */
        { "\xC0\xAF", 2, false },         /* overlong */
        { "\xE0\x80\xAF", 3, false },     /* overlong */
        { "\xED\xA0\x80", 3, false },     /* surrogate */
        { "\xF4\x90\x80\x80", 4, false }, /* above U+10FFFF */
        { "\xFF", 1, false },
        { "abc\xE2\x82", 5, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        assert_int_equal(utf8_is_valid(cells[i].bytes, cells[i].len), cells[i].valid);
    }
}

static void
test_next_and_encode_are_inverse(void **state)
{
    static const int32_t points[] = { 0x01,  0x7F,   0x80,    0x7FF,
                                      0x800, 0xFFFD, 0x10000, 0x10FFFF };
    char text[4 * ARRAY_COUNT(points)];
    size_t len = 0;
    size_t offset = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(points); i++) {
        len += utf8_encode(points[i], text + len);
    }
    for (size_t i = 0; i < ARRAY_COUNT(points); i++) {
        assert_int_equal(utf8_next(text, len, &offset), points[i]);
    }
    assert_int_equal(utf8_next(text, len, &offset), -1);
    assert_int_equal(offset, len);
}

static void
expect_mapped(char *(*map)(const char *), const char *text, const char *expected)
{
    char *out = map(text);
    assert_string_equal(out, expected);
    free(out);
}

static void
test_maps(void **state)
{
    (void)state;
    expect_mapped(utf8_normalise, "", "");
    expect_mapped(utf8_normalise,
                  "Ta\xCC\x88"
                  "by",
                  "Täby");
    expect_mapped(utf8_normalise, "Täby", "Täby");
    expect_mapped(utf8_casefold, "TÄBY Straße", "täby strasse");
    expect_mapped(utf8_strip_marks, "Crème Brûlée åäö łø", "Creme Brulee aao łø");
}

static void
test_what_hides_or_reorders_is_stripped(void **state)
{
    (void)state;
    expect_mapped(utf8_strip_format, "", "");
    expect_mapped(utf8_strip_format, "Täby\nkyrkby – 20 °C", "Täby\nkyrkby – 20 °C");
    expect_mapped(utf8_strip_format,
                  "a\xE2\x80\xAE"
                  "b\xE2\x80\x8B"
                  "c\xEF\xBB\xBF",
                  "abc");
    expect_mapped(utf8_strip_format,
                  "a\rb\tc\x1b[31m\xE2\x80\xA8"
                  "d\xC2\x85\xff",
                  "abc[31md");
}

static void
test_a_flood_of_marks_ends(void **state)
{
    struct buffer flood = { 0 };

    (void)state;
    buffer_add(&flood, "a");
    for (int i = 0; i < 50000; i++) {
        buffer_add(&flood, i % 2 == 0 ? "\xCC\x81" : "\xCC\xA3"); /* above, below */
    }
    char *normal = utf8_normalise(flood.data);
    assert_true(utf8_is_valid(normal, strlen(normal)));
    assert_int_equal(utf8_count_graphemes(normal), 1);
    char *again = utf8_normalise(normal);
    assert_string_equal(again, normal);
    free(again);
    free(normal);
    buffer_clear(&flood);
}

static void
test_controls(void **state)
{
    (void)state;
    assert_false(utf8_has_control("plain åäö", 11, NULL));
    assert_true(utf8_has_control("a\nb", 3, NULL));
    assert_false(utf8_has_control("a\nb", 3, "\n"));
    assert_true(utf8_has_control("a\n\tb", 4, "\n"));
    assert_true(utf8_has_control("a\0b", 3, "\n"));
    assert_true(utf8_has_control("a\x7F", 2, "\n"));
    assert_true(utf8_has_control("a\xC2\x85", 3, "\n"));     /* U+0085 */
    assert_false(utf8_has_control("\xE2\x80\x8B", 3, NULL)); /* Cf, not Cc */
}

static void
test_counts(void **state)
{
    /* e and an accent; a family of three joined; a flag of two letters */
    static const char text[] =
        "e\xCC\x81"
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D"
        "\xF0\x9F\x91\xA6"
        "\xF0\x9F\x87\xB8\xF0\x9F\x87\xAA";

    (void)state;
    assert_int_equal(utf8_count_code_points(""), 0);
    assert_int_equal(utf8_count_code_points(text), 2 + 5 + 2);
    assert_int_equal(utf8_count_graphemes(""), 0);
    assert_int_equal(utf8_count_graphemes(text), 3);
    assert_int_equal(utf8_count_graphemes("åäö"), 3);
}

static void
test_cut(void **state)
{
    static const struct {
        const char *text;
        size_t max, cut;
    } cells[] = {
        { "", 0, 0 },    { "", 9, 0 },           { "abc", 0, 0 }, { "abc", 2, 2 },
        { "abc", 3, 3 }, { "abc", SIZE_MAX, 3 }, { "aå", 1, 1 },  { "aå", 2, 1 },
        { "aå", 3, 3 },  { "€", 1, 0 },          { "€", 2, 0 },   { "€x", 3, 3 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        assert_int_equal(utf8_cut(cells[i].text, cells[i].max), cells[i].cut);
    }
}

static void
expect_printable(const char *text, size_t len, size_t max, const char *expected)
{
    char *out = utf8_printable(text, len, max);
    assert_string_equal(out, expected);
    free(out);
}

static void
test_printable(void **state)
{
    (void)state;
    expect_printable("Täby €", 9, 99, "Täby €");
    expect_printable("a\x1B[31m\n", 7, 99, "a\\x1B[31m\\x0A");
    expect_printable("\xFF\xC3", 2, 99, "\\xFF\\xC3");
    expect_printable("\xE2\x80\xAE"
                     "txt",
                     6, 99, "\\xE2\\x80\\xAEtxt"); /* bidi */
    expect_printable("a\0b", 3, 99, "a\\x00b");
    expect_printable("abcdef", 6, 3, "abc…");
    expect_printable("abc", 3, 3, "abc");
    expect_printable("ab€", 5, 4, "ab…");
    expect_printable("", 0, 0, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_next_and_encode_are_inverse),
        cmocka_unit_test(test_maps),
        cmocka_unit_test(test_what_hides_or_reorders_is_stripped),
        cmocka_unit_test(test_a_flood_of_marks_ends),
        cmocka_unit_test(test_controls),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
