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
#include "text/own_words.h"

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

/* Names every notice and phrase that a catalogue lacks, all at once. */
static void
every_language_is_complete(void **state)
{
    struct faults faults = { 0 };
    struct buffer told = { 0 };

    (void)state;
    for (size_t i = 0; i < languages.count; i++) {
        struct catalogue *catalogue = NULL;
        struct catalogue_source source;

        assert_true(catalogue_builtin_source(languages.items[i], &source));
        catalogue_read(languages.items[i], &source, NULL, &catalogue, &faults);
        catalogue_free(catalogue);
    }
    faults_format(&faults, &told);
    if (faults.count > 0) {
        fail_msg("%s", told.data);
    }
    faults_clear(&faults);
    buffer_clear(&told);
}

/* The built-in Swedish catalogue with the text over it; NULL with *told when refused. */
static struct catalogue *
changed_by(const char *text, struct buffer *told)
{
    const struct catalogue_source local = { "sv.local", text, strlen(text) };
    struct catalogue_source whole;
    struct catalogue *catalogue = NULL;
    struct faults faults = { 0 };

    assert_true(catalogue_builtin_source("sv", &whole));
    catalogue_read("sv", &whole, &local, &catalogue, &faults);
    faults_format(&faults, told);
    faults_clear(&faults);
    return catalogue;
}

static char *
short_of(const struct catalogue *catalogue)
{
    struct compose_context context = trial_context();
    struct message message = { .notice = NOTICE_FIRST,
                               .written_at_ms = INT64_C(1795439100000),
                               .next_word_at_ms = INT64_C(1795442700000),
                               .old_next_word_at_ms = -1,
                               .facts = { .has = FIELD_BIT(FIELD_KIND),
                                          .kind = KIND_POWER } };
    struct text_set text = { 0 };
    char *said;

    context.now_ms = message.written_at_ms;
    text_compose(catalogue, &message, &context, &text);
    said = text.short_text;
    free(text.language);
    free(text.title);
    free(text.long_text);
    return said;
}

static void
single_sentences_are_changed(void **state)
{
    static const struct {
        const char *local, *says;
    } cases[] = {
        { "# inget\n", "Strömmen är borta. " },
        { "phrase kind.power.off = Det är mörkt\n", "Det är mörkt. " },
        { "block next\n2 Vi hörs {next}.\n", "Vi hörs 15.05." },
        { "notice first\ntitle Nu\n1 {org}: här {in_places}.\n1 {org}!\n"
          "1 [!place] Var?\n1 Nu {written}.\n",
          "Storvik El! Var? Nu kl. 14.05." },
        { "notice first\ntitle Nu\ninclude mine\n1 {org} {in_places}.\n"
          "1 [!place] Var?\n1 Nu {written}.\n\nblock mine\n1 Hej.\n",
          "Hej. Var? Nu kl. 14.05." },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer told = { 0 };
        struct catalogue *catalogue = changed_by(cases[i].local, &told);
        char *said;

        if (catalogue == NULL) {
            fail_msg("%s", told.data);
            return;
        }
        said = short_of(catalogue);
        if (strstr(said, cases[i].says) == NULL) {
            fail_msg("\"%s\" is not in \"%s\"", cases[i].says, said);
        }
        free(said);
        buffer_clear(&told);
        catalogue_free(catalogue);
    }
}

static void
faults_of_changes_are_told(void **state)
{
    static const struct {
        const char *local, *told;
    } cases[] = {
        { "phrase page.titel = Nu\n", "sv.local:1: there is no phrase \"page.titel\"" },
        { "\nphrase page.title = A\nphrase page.title = B\n",
          "sv.local:3: phrase \"page.title\" stands already in line 2" },
        { "notice first\ntitle A\n", "sv.local:1: notice first needs sentences" },
        { "notice first\nnotice first\n",
          "sv.local:2: notice \"first\" stands already in line 1" },
        { "notice lost\n", "sv.local:1: there is no notice \"lost\"" },
        { "block next\n2 Vi hörs {nest}.\n", "sv.local:2: there is no slot {nest}" },
        { "block nest\n2 Vi hörs.\n", "sv.local:1: block \"nest\" is never included" },
        { "block next\n2 A.\nblock next\n2 B.\n",
          "sv.local:3: a block needs a name of its own" },
        { "phrase kind.power.off = {x}\n",
          "sv.local:1: phrase \"kind.power.off\" has no slot {x}" },
        { "phrase plain.measure = lixx 40\n",
          "sv.local:1: plain.measure is \"lixx 40\"" },
        { "sak\n", "sv.local:1: \"sak\" is not phrase" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer told = { 0 };

        assert_null(changed_by(cases[i].local, &told));
        if (strstr(told.data, cases[i].told) == NULL) {
            fail_msg("\"%s\" is not told: %s", cases[i].told, told.data);
        }
        buffer_clear(&told);
    }
}

/* The line of the sentence, also of one in a block and in the file of changes. */
static void
hard_words_are_found_with_their_line(void **state)
{
    static const struct {
        const char *local, *place, *code;
    } cases[] = {
        { "\nblock estimate\n2 Vi gör det snarast, {at_etr}.\n", "sv.local:3: ", "W1" },
        { "notice first\ntitle A\n1 {org}: {in_places}.\n1 [!place] Vi vet inte platsen."
          "\n2 Läs https://example.org/.\n1 Nu {written}.\n",
          "sv.local:5: ", "E12" },
    };
    const struct compose_context context = trial_context();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer told = { 0 };
        struct catalogue *catalogue = changed_by(cases[i].local, &told);
        struct trial_findings findings = { 0 };
        size_t found = 0;

        assert_non_null(catalogue);
        catalogue_try(catalogue, &context, &findings, NULL, NULL);
        for (size_t j = 0; j < findings.count; j++) {
            found +=
                strcmp(findings.items[j].place, cases[i].place) == 0 &&
                        strcmp(plain_code(findings.items[j].rule), cases[i].code) == 0
                    ? 1
                    : 0;
        }
        assert_int_equal(found, 1);
        trial_findings_clear(&findings);
        catalogue_free(catalogue);
        buffer_clear(&told);
    }
}

static void
words_of_an_event_are_judged(void **state)
{
    struct catalogue *catalogues[] = { builtin("sv"), builtin("nb") };
    struct facts facts = { .has = FIELD_BIT(FIELD_NOTE) | FIELD_BIT(FIELD_CAUSE) |
                                  FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_PLANNED) };
    char *told;

    (void)state;
    localized_add(&facts.note, "", "Läs https://example.org/ snarast.");
    localized_add(&facts.cause.text, "nb", "Det er trolig et tre.");
    localized_add(&facts.cause.text, "fr", "Probablement un arbre, see www.x.fr.");
    localized_add(&facts.etr.reason, "sv", "Vi söker {orsak}.");
    localized_add(&facts.planned.work, "sv", "Vi byter en stolpe.");
    told = own_words_sentence(catalogues, 2, NULL, &facts, false);
    assert_string_equal(
        told,
        "etr.reason.sv: E7: \"{\" looks like a slot that was left empty; cause.text.nb: "
        "E13: \"trolig\" is a guess; say that we do not know yet; note: E12: "
        "\"https://example.org\" leads elsewhere; people trust links to the page only; "
        "note: W1: \"snarast\" has a plainer word: ett klockslag");
    free(told);
    told = own_words_sentence(catalogues, 2, "https://example.org", &facts, true);
    assert_null(strstr(told, "E12"));
    assert_null(strstr(told, "W1"));
    free(told);
    facts.has = FIELD_BIT(FIELD_PLANNED);
    assert_null(own_words_sentence(catalogues, 2, NULL, &facts, false));
    facts_clear(&facts);
    catalogue_free(catalogues[0]);
    catalogue_free(catalogues[1]);
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
        buffer_clear(&told);
        trial_findings_clear(&findings);
        catalogue_free(catalogue);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_is_complete),
        cmocka_unit_test(every_language_passes_the_rules),
        cmocka_unit_test(single_sentences_are_changed),
        cmocka_unit_test(faults_of_changes_are_told),
        cmocka_unit_test(hard_words_are_found_with_their_line),
        cmocka_unit_test(words_of_an_event_are_judged),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
