/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Regular expressions of a configuration (POSIX extended, letter case aside) over answers
 * from outside. Both are bounded: PATTERN_MAX_BYTES and PATTERN_TEXT_MAX_BYTES; what is
 * longer of a text is not looked at.
 */
#ifndef BUDKAVLE_CHANNEL_PATTERN_H
#define BUDKAVLE_CHANNEL_PATTERN_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PATTERN_MAX_BYTES = 200,
    PATTERN_TEXT_MAX_BYTES = 4096
};

/* STATUS_INVALID unless the pattern is one, without back-references; the sentence names
 * option. groups: it must have a group in parentheses. */
enum status pattern_check(const char *option, const char *pattern, bool groups,
                          struct error *error);

/* Whether the pattern (NULL: none) is somewhere in the text, which may have any bytes. */
bool pattern_is_in(const char *pattern, const char *text, size_t len);

/* What the first group of the pattern stands for in the text, printable and cut to 200
 * bytes; caller frees; NULL: nothing. */
char *pattern_find(const char *pattern, const char *text, size_t len);

#endif
