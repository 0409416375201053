/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A text cut into words, numbers, clock times and addresses. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_PLAIN_TOKENS_H
#define BUDKAVLE_TEXT_PLAIN_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,  /* "1 432" is one */
    TOKEN_CLOCK,   /* "17.05", "17:05", "09.00-12.00" */
    TOKEN_ADDRESS, /* of the web or of mail */
    TOKEN_OTHER
};

struct token {
    enum token_kind kind;
    char *text;         /* without punctuation around it */
    char *folded;       /* the same, without case */
    size_t letters;     /* of a word */
    bool ends_sentence; /* . ! ? or : follows, or a line ends */
    bool has_full_stop; /* and nothing else follows: "24. november" goes on */
};

struct tokens {
    struct token *items;
    size_t count;
};

/* abbreviations: words that a full stop follows without an end, such as "kl, ca"; NULL:
 * none. Clears nothing first. */
void tokens_read(const char *text, const char *abbreviations, struct tokens *tokens);
void tokens_clear(struct tokens *tokens);

#endif
