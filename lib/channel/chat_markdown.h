/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the two chat services have in common that people run themselves, Mattermost and
 * Rocket.Chat: a message is one text in Markdown, and the limit is the server's.
 */
#ifndef BUDKAVLE_CHANNEL_CHAT_MARKDOWN_H
#define BUDKAVLE_CHANNEL_CHAT_MARKDOWN_H

#include "channel/chat_text.h"

enum {
    CHAT_LEAST_CHARACTERS = 1000,
    CHAT_MOST_CHARACTERS = 100000
};

/* The form with the channel's own max_characters, when it has one. */
struct chat_form chat_form_of(const struct chat_form *form,
                              const struct channel *channel);

/* The whole text of a delivery; of an edit the message alone. Caller frees; NULL with a
 * sentence. */
char *chat_delivery_text(const struct chat_form *form,
                         const struct delivery_input *input, struct error *error);

#endif
