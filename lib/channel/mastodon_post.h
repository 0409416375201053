/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Posts as a Mastodon server tells of them: their addresses, their ids, and the text in
 * the HTML that it made of ours.
 */
#ifndef BUDKAVLE_CHANNEL_MASTODON_POST_H
#define BUDKAVLE_CHANNEL_MASTODON_POST_H

#include "channel/driver.h"

/* The channel's server and the path; caller frees. */
char *mastodon_url(const struct delivery_input *input, const char *path, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the "@" out of what would address another account: names of places come from
 * outside, and nobody is to be written to through them. As long as before. */
void mastodon_address_nobody(char **text);

/* Letters and digits alone, so that it can stand in an address. NULL: false. */
bool mastodon_is_id(const char *id);

/*
 * The id of the newest post in a list of an account's posts that begins with the text,
 * spaces and line breaks aside, and was not made before begun_at_ms; caller frees; NULL:
 * there is none.
 */
char *mastodon_find_post(const struct reply *reply, const char *text,
                         int64_t begun_at_ms);

#endif
