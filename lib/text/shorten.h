/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes outside values fit to stand in a text: on one line, and no longer than there is
 * room for. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_SHORTEN_H
#define BUDKAVLE_TEXT_SHORTEN_H

#include <stddef.h>

/* White space and control characters as single spaces, none at the ends, and nothing
 * that turns the direction of writing. Caller frees; NULL when nothing is left. */
char *single_line(const char *text);

/*
 * The text, or as many of its first words as fit with "..." in max_septets of GSM-7;
 * only a single word that is longer than that is broken. 0: no limit. Caller frees.
 */
char *shorten(const char *text, size_t max_septets);

#endif
