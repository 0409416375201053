/* SPDX-License-Identifier: EUPL-1.2 */
/* How it is said: length, difficulty, words that people do not use. */
#include "text/plain_rules.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    SENTENCE_WORDS_MOST = 20,
    MEASURED_FROM_WORDS = 30, /* below, only the length of sentences is judged */
    NUMBERS_MOST = 3,
    CAPITALS_FROM_LETTERS = 4,
    PASSIVE_STEM = 2 /* letters before an ending */
};

void
plain_check_slot(struct check *check)
{
    static const char *const traces[] = { "{", "}", "  ", " ,", " .", "()" };

    for (size_t i = 0; i < ARRAY_COUNT(traces); i++) {
        if (strstr(check->subject->text, traces[i]) != NULL) {
            plain_find(check, "\"%s\" looks like a slot that was left empty",
                       traces[i]);
            return;
        }
    }
}

void
plain_check_difficult(struct check *check)
{
    const char *measure = plain_list(check, "plain.measure");
    double limit = measure == NULL ? 0 : strtod(measure + strcspn(measure, " "), NULL);

    if (measure == NULL || check->reading.words < MEASURED_FROM_WORDS) {
        return;
    }
    if (strncmp(measure, "flesch", strlen("flesch")) == 0) {
        if (plain_flesch(&check->reading) < limit) {
            plain_find(check,
                       "Flesch is %.0f, which is hard; it should be %.0f or more: "
                       "shorter sentences, shorter words",
                       plain_flesch(&check->reading), limit);
        }
    } else if (plain_lix(&check->reading) > limit) {
        plain_find(check,
                   "LIX is %.0f, which is hard; it should be %.0f or less: shorter "
                   "sentences, shorter words",
                   plain_lix(&check->reading), limit);
    }
}

void
plain_check_sentence(struct check *check)
{
    if (check->reading.longest_sentence > SENTENCE_WORDS_MOST) {
        plain_find(check,
                   "a sentence has %zu words; say one thing a sentence, in at most %d",
                   check->reading.longest_sentence, SENTENCE_WORDS_MOST);
    }
}

void
plain_check_guess(struct check *check)
{
    size_t at = term_find(plain_list(check, "plain.guesses"), &check->tokens);

    if (at < check->tokens.count && term_find(plain_list(check, "plain.not_known"),
                                              &check->tokens) == check->tokens.count) {
        plain_find(check, "\"%s\" is a guess; say that we do not know yet",
                   check->tokens.items[at].text);
    }
}

/* Rows "avseende, beträffande -> om", numbered from 1. */
void
plain_check_word(struct check *check)
{
    for (int row = 1;; row++) {
        char *key = string_format("plain.instead.%d", row);
        const char *phrase = plain_list(check, key);
        const char *arrow = phrase != NULL ? strstr(phrase, " -> ") : NULL;
        char *list =
            arrow != NULL ? string_copy_n(phrase, (size_t)(arrow - phrase)) : NULL;
        size_t at =
            list != NULL ? term_find(list, &check->tokens) : check->tokens.count;

        free(key);
        free(list);
        if (phrase == NULL) {
            return;
        }
        if (at < check->tokens.count) {
            plain_find(check, "\"%s\" has a plainer word: %s",
                       check->tokens.items[at].text, arrow + strlen(" -> "));
        }
    }
}

void
plain_check_passive(struct check *check)
{
    const char *endings = plain_list(check, "plain.passive_endings");
    const char *verbs = plain_list(check, "plain.passive_verbs");
    const char *participles = plain_list(check, "plain.participle_endings");

    for (size_t i = 0; i < check->tokens.count; i++) {
        const struct token *token = &check->tokens.items[i];
        bool ending =
            token->kind == TOKEN_WORD && term_ends(endings, token, PASSIVE_STEM) &&
            term_at(plain_list(check, "plain.not_passive"), &check->tokens, i) == 0;
        bool verb =
            i + 1 < check->tokens.count && term_at(verbs, &check->tokens, i) > 0 &&
            term_ends(participles, &check->tokens.items[i + 1], 2) &&
            term_at(plain_list(check, "plain.not_passive"), &check->tokens, i + 1) == 0;

        if (ending || verb) {
            plain_find(check, "\"%s\" does not say who does it; say \"we\"",
                       verb ? check->tokens.items[i + 1].text : token->text);
            return;
        }
    }
}

void
plain_check_noun(struct check *check)
{
    for (size_t i = 1; i < check->tokens.count; i++) {
        if (term_at(plain_list(check, "plain.noun_verbs"), &check->tokens, i) > 0 &&
            term_ends(plain_list(check, "plain.noun_endings"),
                      &check->tokens.items[i - 1], PASSIVE_STEM)) {
            plain_find(check, "\"%s %s\" is a verb made into a noun; say who does what",
                       check->tokens.items[i - 1].text, check->tokens.items[i].text);
            return;
        }
    }
}

void
plain_check_person(struct check *check)
{
    const char *people = plain_list(check, "plain.people");

    if (people != NULL && term_find(people, &check->tokens) == check->tokens.count) {
        plain_find(check, "neither \"we\" nor \"you\" is there; speak to the reader");
    }
}

/* A weekday in the sentence that the token stands in. */
static bool
has_weekday(const struct check *check, size_t at)
{
    for (size_t i = at; i < check->tokens.count; i++) {
        for (int day = 1; day <= 7; day++) {
            char *key = string_format("weekday.%d", day);
            const char *name = plain_list(check, key);
            char *folded = name != NULL ? utf8_casefold(name) : NULL;
            bool same =
                folded != NULL && strcmp(check->tokens.items[i].folded, folded) == 0;

            free(folded);
            free(key);
            if (same) {
                return true;
            }
        }
        if (check->tokens.items[i].ends_sentence) {
            break;
        }
    }
    return false;
}

void
plain_check_day(struct check *check)
{
    const char *days = plain_list(check, "plain.relative_days");

    for (size_t i = 0; i < check->tokens.count; i++) {
        if (term_at(days, &check->tokens, i) > 0 && !has_weekday(check, i)) {
            plain_find(check, "\"%s\" is another day tomorrow; add the weekday",
                       check->tokens.items[i].text);
            return;
        }
    }
}

void
plain_check_numbers(struct check *check)
{
    size_t numbers = 0;

    for (size_t i = 0; i < check->tokens.count; i++) {
        numbers += check->tokens.items[i].kind == TOKEN_NUMBER ? 1 : 0;
    }
    if (numbers > NUMBERS_MOST) {
        plain_find(check, "%zu numbers are more than a reader keeps in mind (%d)",
                   numbers, NUMBERS_MOST);
    }
}

void
plain_check_capitals(struct check *check)
{
    for (size_t i = 0; i < check->tokens.count; i++) {
        const struct token *token = &check->tokens.items[i];

        if (token->kind == TOKEN_WORD && token->letters >= CAPITALS_FROM_LETTERS &&
            utf8_is_capitals(token->text) &&
            term_at(plain_list(check, "plain.capitals"), &check->tokens, i) == 0) {
            plain_find(check, "\"%s\" shouts; capitals are for keywords", token->text);
            return;
        }
    }
}

void
plain_check_apology(struct check *check)
{
    size_t at = term_find(plain_list(check, "plain.apologies"), &check->tokens);

    if (at < check->tokens.count && !plain_has_clock(check)) {
        plain_find(check, "\"%s\" alone helps nobody; say what is done and until when",
                   check->tokens.items[at].text);
    }
}
