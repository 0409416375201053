/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What changed from one text to another, word by word. Internal to ctl/.
 */
#ifndef BUDKAVLE_CTL_WORD_DIFF_H
#define BUDKAVLE_CTL_WORD_DIFF_H

#include <stddef.h>

enum word_change_kind {
    WORDS_KEPT,
    WORDS_REMOVED, /* only in the text before */
    WORDS_ADDED    /* only in the text after */
};

/* Neighbouring words with the same fate, with the space behind each. */
struct word_change {
    enum word_change_kind kind;
    char *text;
};

/* Valid when zeroed. */
struct word_diff {
    struct word_change *items;
    size_t count;
};

/* Clears *diff first. Texts of very many words that differ almost everywhere are told as
 * one removed and one added. */
void word_diff(const char *before, const char *after, struct word_diff *diff);
void word_diff_clear(struct word_diff *diff);

#endif
