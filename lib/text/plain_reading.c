/* SPDX-License-Identifier: EUPL-1.2 */
/* How hard a text is to read. */
#include "text/plain.h"
#include "text/plain_tokens.h"

#include "base/memory.h"

#include <string.h>

enum {
    LONG_WORD_LETTERS = 6 /* a long word has more (LIX) */
};

/* Groups of vowels; a last e is mute, unless it is the only one. For English. */
static size_t
syllables_of(const char *word)
{
    size_t n = 0, len = strlen(word);
    bool in_vowels = false;

    for (size_t i = 0; i < len; i++) {
        bool vowel = strchr("aeiouy", word[i]) != NULL;

        n += vowel && !in_vowels ? 1 : 0;
        in_vowels = vowel;
    }
    if (n > 1 && word[len - 1] == 'e' && (len < 2 || word[len - 2] != 'l')) {
        n--;
    }
    return n > 0 ? n : 1;
}

/* A word as a reader counts them: neither an address nor a mark by itself. */
static bool
count_word(const struct token *token, struct reading *reading)
{
    if (token->kind == TOKEN_OTHER || token->kind == TOKEN_ADDRESS) {
        return false;
    }
    reading->words++;
    reading->long_words += token->letters > LONG_WORD_LETTERS ? 1 : 0;
    reading->syllables += token->kind == TOKEN_WORD ? syllables_of(token->folded) : 1;
    return true;
}

void
plain_read(const struct catalogue *catalogue, const char *text, struct reading *reading)
{
    struct tokens tokens = { 0 };
    size_t in_sentence = 0;

    *reading = (struct reading){ 0 };
    tokens_read(text, catalogue_phrase(catalogue, "plain.abbreviations"), &tokens);
    for (size_t i = 0; i < tokens.count; i++) {
        const struct token *token = &tokens.items[i];

        in_sentence += count_word(token, reading) ? 1 : 0;
        if (in_sentence > reading->longest_sentence) {
            reading->longest_sentence = in_sentence;
        }
        if (in_sentence > 0 && (token->ends_sentence || i + 1 == tokens.count)) {
            reading->sentences++;
            in_sentence = 0;
        }
    }
    tokens_clear(&tokens);
}

double
plain_lix(const struct reading *reading)
{
    double words = (double)reading->words;

    if (reading->words == 0 || reading->sentences == 0) {
        return 0;
    }
    return words / (double)reading->sentences +
           100.0 * (double)reading->long_words / words;
}

double
plain_flesch(const struct reading *reading)
{
    double words = (double)reading->words;

    if (reading->words == 0 || reading->sentences == 0) {
        return 100;
    }
    return 206.835 - 1.015 * words / (double)reading->sentences -
           84.6 * (double)reading->syllables / words;
}
