/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What would address somebody.
 */
#include "channel/mention.h"

#include <ctype.h>

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

bool
mention_begins(const char *text, size_t at)
{
    return text[at] == '@' && is_word(text[at + 1]) &&
           (at == 0 || !is_word(text[at - 1]));
}
