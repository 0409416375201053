/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Counting and folding of text messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "text/gsm7.h"

#include <stdlib.h>
#include <string.h>

static void
counts_known_texts(void **state)
{
    static const struct {
        const char *text;
        long septets;
    } cases[] = {
        { "", 0 },
        { "a", 1 },
        { "Strömavbrott i Åre, åtgärd pågår. Läs mer på vår sida", 53 },
        { "€", 2 },
        { "^{}\\[~]|", 16 },
        { "@£$¥èéùìòÇ\nØø\rÅå", 16 },
        { "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ", 15 },
        { "¤¡ÄÖÑÜ§¿äöñüà", 13 },
        { "https://drift.example.se/incident/a_b.html", 42 },
        { "ç", -1 },
        { "`", -1 },
        { "\t", -1 },
        { "п", -1 },
        { "😀", -1 },
        { "\xC3", -1 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        assert_int_equal(gsm7_length(cases[i].text), cases[i].septets);
    }
}

static void
counts_every_printable_ascii_character(void **state)
{
    (void)state;
    for (int c = ' '; c < 0x7F; c++) {
        char text[] = { (char)c, '\0' };
        long expected = strchr("^{}\\[~]|", c) ? 2 : 1;
        if (c == '`') {
            expected = -1;
        }
        assert_int_equal(gsm7_length(text), expected);
    }
}

static void
folds_pasted_text(void **state)
{
    static const struct {
        const char *text, *folded;
    } cases[] = {
        { "Täby kyrkby", "Täby kyrkby" },
        { "“Hej” – sa ‘hon’…", "\"Hej\" - sa 'hon'..." },
        { "1 432\u00A0kunder", "1 432 kunder" },
        { "a\u030Angstro\u0308m", "ångström" }, /* decomposed letters */
        { "François Škoda Łódź", "Francois Skoda Lodz" },
        { "Fredrikstad – Ðorđe", "Fredrikstad - Dorde" },
        { "½ m² \u200Bx", "1/2 m2 x" },
        { "hi 😀!", "hi ?!" },
        { "привет", "??????" },
        { "{org} [x] €", "{org} [x] €" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *folded = gsm7_fold(cases[i].text);
        assert_string_equal(folded, cases[i].folded);
        free(folded);
    }
}

static void
folded_text_can_always_be_sent(void **state)
{
    char text[8];

    (void)state;
    /* Each code point of the Basic Multilingual Plane, surrogates aside. */
    for (int c = 1; c < 0x10000; c++) {
        size_t n = 0;
        char *folded;
        if (c >= 0xD800 && c <= 0xDFFF) {
            continue;
        }
        if (c < 0x80) {
            text[n++] = (char)c;
        } else if (c < 0x800) {
            text[n++] = (char)(0xC0 | (c >> 6));
            text[n++] = (char)(0x80 | (c & 0x3F));
        } else {
            text[n++] = (char)(0xE0 | (c >> 12));
            text[n++] = (char)(0x80 | ((c >> 6) & 0x3F));
            text[n++] = (char)(0x80 | (c & 0x3F));
        }
        text[n] = '\0';
        folded = gsm7_fold(text);
        assert_true(gsm7_length(folded) >= 0);
        free(folded);
    }
}

static void
folds_bytes_that_are_no_text(void **state)
{
    char *folded = gsm7_fold("a\xFFz");

    (void)state;
    assert_true(gsm7_length(folded) > 0);
    assert_true(folded[0] == 'a' && folded[strlen(folded) - 1] == 'z');
    free(folded);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_known_texts),
        cmocka_unit_test(counts_every_printable_ascii_character),
        cmocka_unit_test(folds_pasted_text),
        cmocka_unit_test(folded_text_can_always_be_sent),
        cmocka_unit_test(folds_bytes_that_are_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
