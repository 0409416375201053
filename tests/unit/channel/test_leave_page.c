/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page on which a reader leaves a list: a button in every language, and nothing from
 * elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "channel/leave_page.h"

#include <stdlib.h>
#include <string.h>

static char *
make(enum leave_page page, const char *contact)
{
    struct catalogue *catalogues[2];
    struct error error = { "" };
    assert_int_equal(STATUS_OK, catalogue_builtin("sv", &catalogues[0], &error));
    assert_int_equal(STATUS_OK, catalogue_builtin("en", &catalogues[1], &error));
    char *html = leave_page(page, catalogues, 2, "Täby <Nät>", contact);
    catalogue_free(catalogues[0]);
    catalogue_free(catalogues[1]);
    return html;
}

static size_t
count(const char *text, const char *word)
{
    size_t n = 0;
    for (; (text = strstr(text, word)) != NULL; text++)
        n++;
    return n;
}

static void
test_asks_with_a_button_in_each_language(void **state)
{
    char *html = make(LEAVE_PAGE_ASK, "Ring 020-00 00 00");
    (void)state;
    assert_int_equal(2, count(html, "<form method=\"post\">"));
    assert_int_equal(2, count(html, "name=\"List-Unsubscribe\" value=\"One-Click\""));
    assert_int_equal(2, count(html, "<button type=\"submit\">"));
    assert_non_null(strstr(html, "<section lang=\"sv\">\n<h1>Sluta få mejl om"));
    assert_non_null(strstr(html, "<section lang=\"en\">\n<h1>Stop e-mail about"));
    assert_int_equal(2, count(html, "Ring 020-00 00 00"));
    assert_non_null(strstr(html, "<title>Täby &lt;Nät&gt;</title>"));
    /* The address has a token that nobody else is to see. */
    assert_non_null(strstr(html, "name=\"referrer\" content=\"no-referrer\""));
    assert_null(strstr(html, "http:"));
    assert_null(strstr(html, "https:"));
    free(html);
}

static void
test_answers_have_no_button(void **state)
{
    char *done = make(LEAVE_PAGE_DONE, NULL);
    char *unknown = make(LEAVE_PAGE_UNKNOWN, NULL);
    (void)state;
    assert_null(strstr(done, "<form"));
    assert_null(strstr(unknown, "<form"));
    assert_non_null(strstr(done, "Du får inga fler"));
    assert_non_null(strstr(done, "You will get no more"));
    assert_non_null(strstr(unknown, "Länken gäller inte"));
    assert_null(strstr(done, "Questions?"));
    free(done);
    free(unknown);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks_with_a_button_in_each_language),
        cmocka_unit_test(test_answers_have_no_button),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
