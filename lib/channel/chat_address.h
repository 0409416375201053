/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two ways into a chat service: an address that was made for one channel there and is
 * itself the secret (a webhook), or an account of the service with a token. A webhook
 * tells no ids, so that its messages are neither edited nor answered.
 */
#ifndef BUDKAVLE_CHANNEL_CHAT_ADDRESS_H
#define BUDKAVLE_CHANNEL_CHAT_ADDRESS_H

#include "channel/driver.h"
#include "channel/story.h"

/* Documentation of an option that every driver with a webhook has. */
#define CHAT_LANGUAGES_DOC                                                             \
    "The languages of a message, one below the other; the first of languages alone."

/* The address in webhook_file; NULL: the channel has an account instead. */
const char *chat_webhook(const struct channel *channel);

/*
 * STATUS_INVALID unless the channel has webhook_file, with an address in it that no
 * sentence shows, or, where `with_token` names options (ended by NULL), all of these
 * instead.
 */
enum status chat_address_check(const struct channel *channel,
                               const char *const *with_token, struct error *error);

/* The steps of a message: those of an account, or, through a webhook, one alone. */
const struct story *chat_story(const struct channel *channel,
                               const struct story *of_account);

/* A copy of the input without ids that are not of the channel's form: those of another
 * driver that the channel had before, or of a webhook. */
struct delivery_input chat_own_ids(const struct delivery_input *input,
                                   bool (*is_remote_id)(const char *id));

/* An id of two words from the answer's body, by their JSON pointers; caller frees; NULL: one
 * of them is not there. */
char *chat_id_read(const struct reply *reply, const char *first, const char *second);

/* The parts of an id of two words, "C123 1700.0001": its second word, and the first in
 * *first (caller frees); NULL, and nothing in *first: it has not two. */
const char *chat_id_parts(const char *id, char **first);

#endif
