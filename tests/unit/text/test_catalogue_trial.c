/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Catalogues tried out: every language that is part of the program passes every rule that
 * stops a text, and what an officer changes is found with its file and line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "text/catalogue_trial.h"
#include "text/gsm7.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

static struct strings languages;

static int
set_up(void **state)
{
    (void)state;
    catalogue_languages(&languages);
    return local_zone_set("Europe/Stockholm", NULL) != STATUS_OK || languages.count < 3;
}

static int
tear_down(void **state)
{
    (void)state;
    strings_clear(&languages);
    return 0;
}

static struct catalogue *
builtin(const char *language)
{
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };

    if (catalogue_builtin(language, &catalogue, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
    return catalogue;
}

static void
look_at(void *context, const struct trial *trial)
{
    const struct catalogue *catalogue = context;
    const char *mark = catalogue_phrase(catalogue, "mode.exercise");
    const char *const texts[] = { trial->text->title, trial->text->short_text,
                                  trial->text->long_text };

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (strpbrk(texts[i], "{}[]") != NULL) {
            fail_msg("%s: a slot was left in \"%s\"", catalogue_language(catalogue),
                     texts[i]);
        }
        if (facts_has(&trial->message->facts, FIELD_MODE)) {
            assert_memory_equal(texts[i], mark, strlen(mark));
        }
    }
    assert_true(gsm7_length(trial->text->short_text) <= GSM7_SINGLE_PART);
}

static void
every_language_passes_the_rules(void **state)
{
    const struct compose_context context = trial_context();

    (void)state;
    for (size_t i = 0; i < languages.count; i++) {
        struct catalogue *catalogue = builtin(languages.items[i]);
        struct trial_findings findings = { 0 };
        struct buffer told = { 0 };

        if (catalogue_try(catalogue, &context, &findings, look_at, catalogue) > 0) {
            for (size_t j = 0; j < findings.count; j++) {
                if (plain_stops(findings.items[j].rule)) {
                    char *sentence = trial_sentence(&findings.items[j]);

                    buffer_addf(&told, "%s\n", sentence);
                    free(sentence);
                }
            }
            fail_msg("%s", told.data);
        }
        if (getenv("TRIAL_SHOW") != NULL) {
            for (size_t j = 0; j < findings.count; j++) {
                char *sentence = trial_sentence(&findings.items[j]);
                print_message("%s\n", sentence);
                free(sentence);
            }
        }
        buffer_clear(&told);
        trial_findings_clear(&findings);
        catalogue_free(catalogue);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_passes_the_rules),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
