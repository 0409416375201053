/* SPDX-License-Identifier: EUPL-1.2 */
/* Cutting a text into words. */
#include "text/plain_tokens.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Punctuation that may stand before or behind a word. */
static bool
is_edge(const char *at)
{
    return strchr(".,;:!?()[]\"'/", *at) != NULL;
}

static bool
is_clock(const char *text, size_t len)
{
    size_t hours = 0;

    while (hours < len && isdigit((unsigned char)text[hours])) {
        hours++;
    }
    return hours >= 1 && hours <= 2 && len == hours + 3 &&
           (text[hours] == '.' || text[hours] == ':') &&
           isdigit((unsigned char)text[hours + 1]) &&
           isdigit((unsigned char)text[hours + 2]);
}

/* "17.05", or the span "09.00-12.00". */
static bool
is_clock_or_span(const char *text, size_t len)
{
    const char *dash = memchr(text, '-', len);
    size_t first = dash != NULL ? (size_t)(dash - text) : len;

    return is_clock(text, first) &&
           (dash == NULL || is_clock(dash + 1, len - first - 1));
}

static bool
has_at(const char *text, size_t len)
{
    return memchr(text, '@', len) != NULL;
}

static bool
ends_with(const char *text, size_t len, const char *end)
{
    size_t n = strlen(end);

    return len > n && strncmp(text + len - n, end, n) == 0;
}

/* "example.se/karta": a name of a host without what tells a browser so. In small letters,
 * because a space is often lacking in "Felet är lagat.Nu". */
static bool
is_host(const char *text, size_t len)
{
    static const char *const tops[] = { ".se", ".no",  ".dk",  ".fi",  ".eu",   ".nu",
                                        ".uk", ".com", ".org", ".net", ".info", ".io" };
    const char *slash = memchr(text, '/', len);
    size_t host = slash != NULL ? (size_t)(slash - text) : len;

    for (size_t i = 0; i < host; i++) {
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) &&
            strchr("-.", text[i]) == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(tops); i++) {
        if (ends_with(text, host, tops[i])) {
            return true;
        }
    }
    return false;
}

static bool
is_address(const char *text, size_t len)
{
    return memmem(text, len, "://", 3) != NULL ||
           (len > 4 && strncasecmp(text, "www.", 4) == 0) || has_at(text, len) ||
           is_host(text, len);
}

static size_t
count_letters(const char *text, size_t len)
{
    size_t offset = 0, letters = 0;
    int32_t code_point;

    while ((code_point = utf8_next(text, len, &offset)) >= 0) {
        letters += utf8_is_letter(code_point) ? 1 : 0;
    }
    return letters;
}

static enum token_kind
kind_of(const char *text, size_t len, size_t letters)
{
    if (is_address(text, len)) {
        return TOKEN_ADDRESS;
    }
    if (is_clock_or_span(text, len)) {
        return TOKEN_CLOCK;
    }
    if (letters > 0) {
        return TOKEN_WORD;
    }
    return len > 0 && isdigit((unsigned char)text[0]) ? TOKEN_NUMBER : TOKEN_OTHER;
}

static bool
is_abbreviation(const char *list, const char *word)
{
    size_t len = strlen(word);

    while (list != NULL && *list != '\0') {
        size_t n = strcspn(list, ", ");

        if (n == len && strncmp(list, word, len) == 0) {
            return true;
        }
        list += n;
        list += strspn(list, ", ");
    }
    return false;
}

/* "kl." and its like end no sentence. */
static void
look_behind(struct token *token, const char *behind, size_t n_behind,
            const char *abbreviations)
{
    bool mark = false;

    for (size_t i = 0; i < n_behind; i++) {
        mark = mark || strchr(".!?:", behind[i]) != NULL;
    }
    token->ends_sentence = mark && !is_abbreviation(abbreviations, token->folded);
    token->has_full_stop = n_behind == 1 && behind[0] == '.';
}

/* "24. november": the number counts a day, and its full stop ends nothing. */
static void
look_before(const struct tokens *tokens, const struct token *token)
{
    struct token *before = tokens->count > 0 ? &tokens->items[tokens->count - 1] : NULL;

    if (before != NULL && before->kind == TOKEN_NUMBER && before->has_full_stop &&
        strlen(before->text) <= 2 && token->kind == TOKEN_WORD &&
        strcmp(token->text, token->folded) == 0) {
        before->ends_sentence = false;
    }
}

/* "1 432": three digits behind a number belong to it. */
static bool
joins(const struct tokens *tokens, const struct token *token)
{
    const struct token *before =
        tokens->count > 0 ? &tokens->items[tokens->count - 1] : NULL;

    return before != NULL && before->kind == TOKEN_NUMBER && !before->ends_sentence &&
           token->kind == TOKEN_NUMBER && strlen(token->text) == 3;
}

static void
token_clear(struct token *token)
{
    free(token->text);
    free(token->folded);
}

static void
add(struct tokens *tokens, const char *raw, size_t len, const char *abbreviations)
{
    struct token token = { 0 };
    size_t begin = 0, end = len;

    while (begin < end && is_edge(raw + begin)) {
        begin++;
    }
    while (end > begin && is_edge(raw + end - 1)) {
        end--;
    }
    token.text = string_copy_n(raw + begin, end - begin);
    token.folded = utf8_casefold(token.text);
    token.letters = count_letters(token.text, end - begin);
    token.kind = kind_of(token.text, end - begin, token.letters);
    look_behind(&token, raw + end, len - end, abbreviations);
    look_before(tokens, &token);
    if (joins(tokens, &token)) {
        tokens->items[tokens->count - 1].ends_sentence = token.ends_sentence;
        tokens->items[tokens->count - 1].has_full_stop = token.has_full_stop;
        token_clear(&token);
        return;
    }
    tokens->items = memory_resize(tokens->items, tokens->count + 1, sizeof(token));
    tokens->items[tokens->count++] = token;
}

void
tokens_read(const char *text, const char *abbreviations, struct tokens *tokens)
{
    const char *at = text;

    while (*at != '\0') {
        size_t len = 0;

        while (at[len] != '\0' && !is_space(at[len])) {
            len++;
        }
        if (len > 0) {
            add(tokens, at, len, abbreviations);
        }
        at += len;
        while (is_space(*at)) {
            if (*at == '\n' && tokens->count > 0) {
                tokens->items[tokens->count - 1].ends_sentence = true;
                tokens->items[tokens->count - 1].has_full_stop = false;
            }
            at++;
        }
    }
}

void
tokens_clear(struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        token_clear(&tokens->items[i]);
    }
    free(tokens->items);
    *tokens = (struct tokens){ 0 };
}
