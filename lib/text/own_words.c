/* SPDX-License-Identifier: EUPL-1.2 */
/* Judging the words of a person's own. */
#include "text/own_words.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Rules that a part of a text can break: the others ask for the whole. */
static const bool of_parts[PLAIN_RULE_COUNT] = {
    [PLAIN_SLOT] = true,     [PLAIN_DIFFICULT] = true, [PLAIN_SENTENCE] = true,
    [PLAIN_LINK] = true,     [PLAIN_GUESS] = true,     [PLAIN_WORD] = true,
    [PLAIN_PASSIVE] = true,  [PLAIN_NOUN] = true,      [PLAIN_DAY] = true,
    [PLAIN_CAPITALS] = true,
};

struct judging {
    struct catalogue *const *catalogues;
    size_t n;
    const char *page_url;
    own_words_port *each;
    void *context;
    size_t stopping;
};

static const struct catalogue *
catalogue_of(const struct judging *judging, const char *language)
{
    for (size_t i = 0; i < judging->n; i++) {
        const char *own = catalogue_language(judging->catalogues[i]);
        size_t len = strlen(language);

        if (language[0] == '\0' || strcmp(own, language) == 0 ||
            (strncmp(own, language, len) == 0 && own[len] == '-')) {
            return judging->catalogues[i];
        }
    }
    return NULL;
}

static void
judge_text(struct judging *judging, const char *field, const char *language,
           const char *text)
{
    const struct plain_subject subject = { .catalogue = catalogue_of(judging, language),
                                           .text = text,
                                           .page_url = judging->page_url };
    char *path =
        string_format("%s%s%s", field, language[0] != '\0' ? "." : "", language);
    struct plain_findings findings = { 0 };

    if (subject.catalogue != NULL) {
        plain_check(&subject, &findings);
    }
    for (size_t i = 0; i < findings.count; i++) {
        const struct plain_finding *finding = &findings.items[i];

        if (of_parts[finding->rule]) {
            judging->stopping += plain_stops(finding->rule) ? 1 : 0;
            judging->each(judging->context, path, finding);
        }
    }
    plain_findings_clear(&findings);
    free(path);
}

static void
judge_words(struct judging *judging, const char *field, const struct localized *words)
{
    for (size_t i = 0; i < words->texts.count; i++) {
        judge_text(judging, field, words->languages.items[i], words->texts.items[i]);
    }
}

size_t
own_words_check(struct catalogue *const *catalogues, size_t n, const char *page_url,
                const struct facts *facts, own_words_port *each, void *context)
{
    struct judging judging = { catalogues, n, page_url, each, context, 0 };
    const struct {
        enum event_field field;
        const char *name;
        const struct localized *words;
    } rows[] = {
        { FIELD_ETR, "etr.reason", &facts->etr.reason },
        { FIELD_PLANNED, "planned.work", &facts->planned.work },
        { FIELD_CAUSE, "cause.text", &facts->cause.text },
        { FIELD_NOTE, "note", &facts->note },
    };

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (facts_has(facts, rows[i].field)) {
            judge_words(&judging, rows[i].name, rows[i].words);
        }
    }
    return judging.stopping;
}

struct sentence_of_words {
    struct buffer text;
    bool stopping;
};

static void
add_to_sentence(void *context, const char *field, const struct plain_finding *finding)
{
    struct sentence_of_words *sentence = context;

    if (!sentence->stopping || plain_stops(finding->rule)) {
        buffer_addf(&sentence->text, "%s%s: %s: %s", sentence->text.len > 0 ? "; " : "",
                    field, plain_code(finding->rule), finding->problem);
    }
}

char *
own_words_sentence(struct catalogue *const *catalogues, size_t n, const char *page_url,
                   const struct facts *facts, bool stopping)
{
    struct sentence_of_words sentence = { .stopping = stopping };

    own_words_check(catalogues, n, page_url, facts, add_to_sentence, &sentence);
    return sentence.text.len > 0 ? buffer_take(&sentence.text) : NULL;
}
