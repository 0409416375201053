/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of places and free words come from outside, and nobody is to be addressed through
 * them: an "@" that a channel would take for the beginning of a name, or of "everybody
 * here", is written as its wide sister, which looks alike and addresses nobody.
 */
#ifndef BUDKAVLE_CHANNEL_MENTION_H
#define BUDKAVLE_CHANNEL_MENTION_H

#include <stdbool.h>
#include <stddef.h>

/* What is written instead; as long as "@" in characters. */
#define MENTION_HARMLESS "\uFF20"

/* There is an "@" at text[at] with a word behind it, and it is not in the middle of a
 * word, where it makes an address of e-mail. */
bool mention_begins(const char *text, size_t at);

#endif
