/* SPDX-License-Identifier: EUPL-1.2 */
/* Finding the terms of a list in a text. */
#include "text/plain_terms.h"

#include "base/memory.h"

#include <string.h>

/* One word of a term against one of the text. */
static bool
word_is(const char *word, size_t len, const struct token *token)
{
    size_t have = strlen(token->folded);

    if (len > 0 && word[len - 1] == '*') {
        return strncmp(token->folded, word, len - 1) == 0;
    }
    if (len > 0 && word[0] == '*') {
        return have >= len - 1 &&
               strncmp(token->folded + have - (len - 1), word + 1, len - 1) == 0;
    }
    return have == len && strncmp(token->folded, word, len) == 0;
}

/* The term of that length; how many tokens it takes, 0 when it is not there. */
static size_t
term_matches(const char *term, size_t len, const struct tokens *tokens, size_t at)
{
    size_t n = 0;

    for (size_t i = 0; i < len; n++) {
        size_t word = strcspn(term + i, " ,");

        if (word > len - i) {
            word = len - i;
        }
        if (at + n >= tokens->count ||
            !word_is(term + i, word, &tokens->items[at + n])) {
            return 0;
        }
        i += word;
        i += strspn(term + i, " ");
    }
    return n;
}

size_t
term_at(const char *list, const struct tokens *tokens, size_t at)
{
    while (list != NULL && *list != '\0') {
        size_t len = strcspn(list, ",");
        size_t n = term_matches(list, len, tokens, at);

        if (n > 0) {
            return n;
        }
        list += len;
        list += strspn(list, ", ");
    }
    return 0;
}

size_t
term_find(const char *list, const struct tokens *tokens)
{
    size_t at = 0;

    while (at < tokens->count && term_at(list, tokens, at) == 0) {
        at++;
    }
    return at;
}

bool
term_ends(const char *endings, const struct token *token, size_t stem)
{
    size_t have = strlen(token->folded);

    while (endings != NULL && *endings != '\0') {
        size_t len = strcspn(endings, ", ");

        if (have >= len + stem &&
            strncmp(token->folded + have - len, endings, len) == 0) {
            return true;
        }
        endings += len;
        endings += strspn(endings, ", ");
    }
    return false;
}
