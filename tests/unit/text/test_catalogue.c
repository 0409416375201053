/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Catalogues: what they say, and what is said of their faults. The faults are made in a
 * copy of the Swedish one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "model/names.h"
#include "text/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *file;

static char *
read_file(const char *path)
{
    struct buffer text = { 0 };
    char chunk[4096];
    FILE *stream = fopen(path, "re");
    size_t n;

    assert_non_null(stream);
    while ((n = fread(chunk, 1, sizeof(chunk), stream)) > 0) {
        buffer_append(&text, chunk, n);
    }
    fclose(stream);
    return buffer_take(&text);
}

static int
set_up(void **state)
{
    (void)state;
    file = read_file(SOURCE_DIR "/lib/text/catalogues/sv.catalogue");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    free(file);
    return 0;
}

static size_t
line_at(const char *text, const char *at)
{
    size_t line = 1;

    for (; text < at; text++) {
        line += *text == '\n' ? 1 : 0;
    }
    return line;
}

/* The file with the first `from` in it replaced by `to`. Caller frees. */
static char *
changed(const char *from, const char *to)
{
    struct buffer text = { 0 };
    const char *at = strstr(file, from);

    if (!at) {
        fail_msg("the catalogue has no \"%s\"", from);
        return NULL;
    }
    buffer_append(&text, file, (size_t)(at - file));
    buffer_add(&text, to);
    buffer_add(&text, at + strlen(from));
    return buffer_take(&text);
}

/* where: what stands at the start of the line that is to be named; NULL: the last. */
static void
expect_fault(const char *text, const char *where, const char *fault)
{
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };
    const char *at = where ? strstr(text, where) : text + strlen(text) - 1;
    char *told = string_format("my.catalogue:%zu: %s", line_at(text, at), fault);

    assert_int_equal(
        catalogue_parse("sv", "my.catalogue", text, strlen(text), &catalogue, &error),
        STATUS_INVALID);
    assert_null(catalogue);
    if (!strstr(error.text, told)) {
        fail_msg("\"%s\" should be told, and was told \"%s\"", told, error.text);
    }
    free(told);
}

static void
faults_are_told_with_their_line(void **state)
{
    static const struct {
        const char *from, *to, *where, *fault;
    } cases[] = {
        { "7 {note}.", "7 {begin}.", "7 {begin}", "there is no slot {begin}" },
        { "7 {note}.", "7 {late}.", "7 {late}", "there is no slot {late}" },
        { "7 {note}.", "7 {note.", "7 {note.", "a { has no }" },
        { "7 {note}.", "7 [{note}.", "7 [{note}", "a [ has no ]" },
        { "7 {note}.", "7 {note}].", "7 {note}]",
          "a ] stands where it has no meaning" },
        { "7 {note}.", "7 [[{note}]].", "7 [[", "a [ stands where it has no meaning" },
        { "7 {note}.", "7", "7\n", "the sentence is empty" },
        { "7 {note}.", "0 {note}.", "0 {note}", "\"0\" is not phrase, notice" },
        { "7 {note}.", "10 {note}.", "10 {note}", "\"10\" is not phrase, notice" },
        { "7 {note}.", "include next", "include next\n---\nlong [reply]",
          "a block cannot include another" },
        { "1 [late] Skr", "1 [latt] Skr", "1 [latt]", "there is no condition [latt]" },
        { "notice merged", "notice merge", "notice merge\n",
          "there is no notice \"merge\"" },
        { "notice merged", "notice none", "notice none",
          "there is no notice \"none\"" },
        { "notice merged\n", "notice first\n# again\n", "notice first\n# again",
          "notice \"first\" stands already in line" },
        { "include estimate", "include estimat", "include estimat\n",
          "there is no block \"estimat\" above" },
        { "block source", "block spare\n1 Hej.\n\nblock source", "block spare",
          "block \"spare\" is never included" },
        { "phrase crew.done = ", "phrase crew.done: ", "phrase crew.done:",
          "a phrase is written \"phrase key = text\"" },
        { "phrase crew.done = ", "phrase crew.on_site = ",
          "phrase crew.on_site = Vår personal är klar",
          "phrase \"crew.on_site\" stands already in line" },
        { "= {n} kund\n", "= {m} kund\n", "phrase customers.one",
          "phrase \"customers.one\" has no slot {m}; it has n" },
        { "page.kind = Vad", "page.kind = {vad}", "phrase page.kind",
          "phrase \"page.kind\" has no slot {vad}" },
        { "customers.one", "customers.few", "phrase customers.other",
          "the plural \"customers.other\" lacks its other half \"customers.one\"" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *text = changed(cases[i].from, cases[i].to);
        expect_fault(text, cases[i].where, cases[i].fault);
        free(text);
    }
}

static void
what_is_missing_is_named(void **state)
{
    static const struct {
        const char *from, *to, *where, *fault;
    } cases[] = {
        { "notice merged", "notice unmerged", NULL, "notice \"merged\" is missing" },
        { "phrase cause.tree", "# phrase", NULL, "phrase \"cause.tree\" is missing" },
        { "phrase weekday.7", "# phrase", NULL, "phrase \"weekday.7\" is missing" },
        { "phrase advice.boil_water =", "#", NULL,
          "phrase \"advice.boil_water\" is missing" },
        { "phrase page.feed =", "#", NULL, "phrase \"page.feed\" is missing" },
        { "phrase kind.gas.again", "# phrase", "notice reopened",
          "notice reopened says {kind.again}, but phrase \"kind.gas.again\" is missing" },
        { "title Vi hade fel: ", "title [start] Vi hade fel: ", "notice false_alarm",
          "notice false_alarm needs a title without conditions" },
        { "1 [late] Skrivet", "2 [late] Skrivet", "notice suspected",
          "notice suspected needs sentences of rank 1 with {org}" },
        { "1 [!place] Vi", "2 [!place] Vi", "notice suspected",
          "notice suspected needs sentences of rank 1 with {org}" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *text = changed(cases[i].from, cases[i].to);
        expect_fault(text, cases[i].where, cases[i].fault);
        free(text);
    }
}

static void
a_file_that_is_no_text_is_refused(void **state)
{
    (void)state;
    expect_fault("phrase a = \xFF\n", "phrase", "the file is not plain UTF-8 text");
    expect_fault("phrase a = \x01\n", "phrase", "the file is not plain UTF-8 text");
    expect_fault("\n", NULL, "notice \"suspected\" is missing");
}

static void
every_fault_is_told(void **state)
{
    char *text = changed("7 {note}.", "7 {one}.\n7 {two}.");

    (void)state;
    expect_fault(text, "7 {one}.", "there is no slot {one}");
    expect_fault(text, "7 {two}.", "there is no slot {two}");
    free(text);
}

static void
windows_line_ends_and_byte_order_marks_are_taken(void **state)
{
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };
    struct buffer text = { 0 };

    (void)state;
    buffer_add(&text, "\xEF\xBB\xBF");
    for (const char *c = file; *c != '\0'; c++) {
        if (*c == '\n') {
            buffer_add_char(&text, '\r');
        }
        buffer_add_char(&text, *c);
    }
    assert_int_equal(
        catalogue_parse("sv", "my.catalogue", text.data, text.len, &catalogue, &error),
        STATUS_OK);
    assert_string_equal(catalogue_phrase(catalogue, "kind.power"), "Strömavbrott");
    catalogue_free(catalogue);
    buffer_clear(&text);
}

static void
expect_plural(const struct catalogue *catalogue, int64_t n, const char *expected)
{
    char *text = catalogue_plural(catalogue, "customers", n);

    assert_string_equal(text, expected);
    free(text);
}

static void
numbers_agree_and_are_grouped(void **state)
{
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };

    (void)state;
    assert_int_equal(catalogue_builtin("sv", &catalogue, &error), STATUS_OK);
    expect_plural(catalogue, 0, "0 kunder");
    expect_plural(catalogue, 1, "1 kund");
    expect_plural(catalogue, 999, "999 kunder");
    expect_plural(catalogue, 1432, "1 432 kunder");
    expect_plural(catalogue, INT64_MAX, "9 223 372 036 854 775 807 kunder");
    expect_plural(catalogue, INT64_MIN, "-9 223 372 036 854 775 808 kunder");
    catalogue_free(catalogue);
    assert_int_equal(catalogue_builtin("en", &catalogue, &error), STATUS_OK);
    expect_plural(catalogue, 1, "1 customer");
    expect_plural(catalogue, 1234567, "1,234,567 customers");
    catalogue_free(catalogue);
}

static void
a_language_is_found(void **state)
{
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };

    (void)state;
    assert_int_equal(catalogue_builtin("fi", &catalogue, &error), STATUS_NOT_FOUND);
    assert_null(catalogue);
    assert_string_equal(error.text, "there is no catalogue for language \"fi\"; there "
                                    "are en, nb and sv");
    assert_int_equal(catalogue_builtin("en-GB", &catalogue, &error), STATUS_OK);
    assert_string_equal(catalogue_language(catalogue), "en-GB");
    assert_string_equal(catalogue_phrase(catalogue, "page.language_name"), "English");
    catalogue_free(catalogue);
    assert_int_equal(catalogue_builtin("enx", &catalogue, &error), STATUS_NOT_FOUND);
    assert_int_equal(catalogue_builtin("", &catalogue, &error), STATUS_NOT_FOUND);
    assert_int_equal(catalogue_builtin("en", &catalogue, &error), STATUS_OK);
    assert_string_equal(catalogue_language(catalogue), "en");
    assert_string_equal(catalogue_phrase(catalogue, "page.language_name"), "English");
    assert_null(catalogue_phrase(catalogue, "page.language_names"));
    assert_null(catalogue_phrase(catalogue, ""));
    catalogue_free(catalogue);
    catalogue_free(NULL);
}

/* The file without the lists that name such words in order to find them. */
static char *
what_is_said(const char *catalogue)
{
    struct buffer said = { 0 };

    while (*catalogue != '\0') {
        size_t len = strcspn(catalogue, "\n");

        if (strncmp(catalogue, "phrase plain.", strlen("phrase plain.")) != 0) {
            buffer_append(&said, catalogue, len);
            buffer_add_char(&said, '\n');
        }
        catalogue += len + (catalogue[len] == '\n' ? 1 : 0);
    }
    return buffer_take(&said);
}

/* The plain-language list: words that hide what happens. */
static void
the_words_are_concrete(void **state)
{
    static const char *const evasive[] = {
        "avseende",      "beträffande",   "erforderlig",   "åtgärd",
        "snarast",       "inom kort",     "så snart",      "tills vidare",
        "driftstörning", "frånkoppla",    "berörda",       "olägenhet",
        "felsökning",    "prognos",       "säkerställ",    "hantera",
        "insats",        "process",       "tålamod",       "pågår en",
        "outage event",  "restoration",   "impacted",      "shortly",
        "ASAP",          "in due course", "utilise",       "experiencing",
        "unforeseen",    "certain areas", "inconvenience", "mitigate",
        "ensure",        "leverage",      "patience",      "vedrørende",
        "iverksette",    "utbedre",       "så fort som",   "inntil videre",
        "driftsforstyr", "frakobl",       "berørte",       "ulempe",
        "feilsøking",    "håndter",       "ivareta",       "tålmod",
    };
    struct strings languages = { 0 };

    (void)state;
    catalogue_languages(&languages);
    assert_true(languages.count >= 3);
    for (size_t i = 0; i < languages.count; i++) {
        struct catalogue_source source = { 0 };
        char *said;

        assert_true(catalogue_builtin_source(languages.items[i], &source));
        said = what_is_said(source.text);
        for (size_t j = 0; j < ARRAY_COUNT(evasive); j++) {
            if (strcasestr(said, evasive[j]) != NULL) {
                fail_msg("%s says \"%s\"", source.file_name, evasive[j]);
            }
        }
        free(said);
    }
    strings_clear(&languages);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_file_that_is_no_text_is_refused),
        cmocka_unit_test(every_fault_is_told),
        cmocka_unit_test(windows_line_ends_and_byte_order_marks_are_taken),
        cmocka_unit_test(numbers_agree_and_are_grouped),
        cmocka_unit_test(a_language_is_found),
        cmocka_unit_test(the_words_are_concrete),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
