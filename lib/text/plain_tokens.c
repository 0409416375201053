/* SPDX-License-Identifier: EUPL-1.2 */
/* Cutting a text into words. */
#include "text/plain_tokens.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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
is_address(const char *text, size_t len)
{
    return (len > 7 && strncmp(text, "http://", 7) == 0) ||
           (len > 8 && strncmp(text, "https://", 8) == 0) ||
           (len > 4 && strncmp(text, "www.", 4) == 0) || has_at(text, len);
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

/* "kl." and its like end no sentence; neither does a number behind which more follows. */
static bool
ends_sentence(const struct token *token, const char *behind, size_t n_behind)
{
    bool mark = false;

    for (size_t i = 0; i < n_behind; i++) {
        mark = mark || strchr(".!?:", behind[i]) != NULL;
    }
    return mark && strcmp(token->folded, "kl") != 0;
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
add(struct tokens *tokens, const char *raw, size_t len)
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
    token.ends_sentence = ends_sentence(&token, raw + end, len - end);
    if (joins(tokens, &token)) {
        tokens->items[tokens->count - 1].ends_sentence = token.ends_sentence;
        token_clear(&token);
        return;
    }
    tokens->items = memory_resize(tokens->items, tokens->count + 1, sizeof(token));
    tokens->items[tokens->count++] = token;
}

void
tokens_read(const char *text, struct tokens *tokens)
{
    const char *at = text;

    while (*at != '\0') {
        size_t len = 0;

        while (at[len] != '\0' && !is_space(at[len])) {
            len++;
        }
        if (len > 0) {
            add(tokens, at, len);
        }
        at += len;
        while (is_space(*at)) {
            if (*at == '\n' && tokens->count > 0) {
                tokens->items[tokens->count - 1].ends_sentence = true;
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
