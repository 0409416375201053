/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lists of terms in phrases of a catalogue: "a, b c, d*". A term is one word or several;
 * a word that ends with * stands for all that begin so, one that begins with * for all
 * that end so. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_PLAIN_TERMS_H
#define BUDKAVLE_TEXT_PLAIN_TERMS_H

#include "text/plain_tokens.h"

/* How many tokens from `at` on are a term of the list; 0: none is. list may be NULL. */
size_t term_at(const char *list, const struct tokens *tokens, size_t at);
/* Where the first term of the list stands, or tokens->count. */
size_t term_find(const char *list, const struct tokens *tokens);
/* The word ends with one of the endings and has at least `stem` letters before it. */
bool term_ends(const char *endings, const struct token *token, size_t stem);

#endif
