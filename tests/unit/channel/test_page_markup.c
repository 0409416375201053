/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Escaping: what comes from outside can never become markup, nor hide or turn text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/markup.h"

struct text_case {
    const char *text, *expected;
};

static const struct text_case text_cases[] = {
    { "", "" },
    { "Täby kyrkby", "Täby kyrkby" },
    { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { "\" onmouseover='x'", "&quot; onmouseover=&#39;x&#39;" },
    { "a & b &amp; c", "a &amp; b &amp;amp; c" },
    { "]]>", "]]&gt;" },
    { "a\tb\nc\rd", "a b\ncd" },
    { "a\x01\x1B[31mb\x7F", "a[31mb" },
    { "a\xC2\x85"
      "b\xC2\xAD"
      "c",
      "abc" }, /* NEL, soft hyphen */
    { "a\xE2\x80\xAE"
      "b\xE2\x80\x8B"
      "c",
      "abc" }, /* override, zero width space */
    { "a\xE2\x81\xA6"
      "b\xE2\x81\xA9"
      "c",
      "abc" }, /* isolates */
    { "a\xEF\xBB\xBF"
      "b\xEF\xBF\xBF"
      "c",
      "abc" }, /* BOM, noncharacter */
    { "a\xF3\xA0\x81\x81"
      "b",
      "ab" },                                   /* a tag character */
    { "a\xFF<", "a\xEF\xBF\xBD&lt;" },          /* not UTF-8 */
    { "\xF0\x9F\x94\xA6", "\xF0\x9F\x94\xA6" }, /* emoji stay */
};

static void
test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(text_cases); i++) {
        struct buffer out = { 0 };

        buffer_add(&out, "");
        markup_text(&out, text_cases[i].text);
        assert_string_equal(text_cases[i].expected, out.len > 0 ? out.data : "");
        buffer_clear(&out);
    }
}

static void
test_attribute_cannot_be_left(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    markup_link(&out, "https://x.example/?a=1&b=\"><script>", "<b>");
    assert_string_equal(
        "<a href=\"https://x.example/?a=1&amp;b=&quot;&gt;&lt;script&gt;\">"
        "&lt;b&gt;</a>",
        out.data);
    buffer_clear(&out);
}

static void
test_element_with_attributes(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    markup_element(&out, "p class=\"x\"", "a<b");
    assert_string_equal("<p class=\"x\">a&lt;b</p>", out.data);
    buffer_clear(&out);
}

static void
test_time(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    markup_time(&out, INT64_C(1795437000123), "13.30");
    assert_string_equal("<time datetime=\"2026-11-23T12:30:00Z\">13.30</time>",
                        out.data);
    buffer_clear(&out);
}

static void
test_paragraphs(void **state)
{
    struct buffer out = { 0 };

    (void)state;
    markup_paragraphs(&out, "\none\ntwo & a half\n\n\nthree\n");
    assert_string_equal("<p>one<br>two &amp; a half</p>\n<p>three</p>\n", out.data);
    buffer_reset(&out);
    markup_paragraphs(&out, NULL);
    markup_paragraphs(&out, "\n\n");
    assert_int_equal(0, out.len);
    buffer_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_attribute_cannot_be_left),
        cmocka_unit_test(test_element_with_attributes),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_paragraphs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
