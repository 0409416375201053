/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A list of owned strings. Valid when zeroed.
 */
#ifndef BUDKAVLE_BASE_STRINGS_H
#define BUDKAVLE_BASE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

struct strings {
    char **items;
    size_t count;
};

void strings_add(struct strings *list, const char *text);          /* copies */
void strings_take(struct strings *list, char *text);               /* takes over text */
void strings_copy(struct strings *to, const struct strings *from); /* clears to first */
void strings_clear(struct strings *list);
bool strings_has(const struct strings *list, const char *text);
bool strings_equal(const struct strings *a, const struct strings *b);

#endif
