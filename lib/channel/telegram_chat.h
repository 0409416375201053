/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Chats and messages as Telegram names them: which chat a delivery goes to, which message
 * there it answers, and groups that got another number.
 */
#ifndef BUDKAVLE_CHANNEL_TELEGRAM_CHAT_H
#define BUDKAVLE_CHANNEL_TELEGRAM_CHAT_H

#include "channel/driver.h"

#include <jansson.h>

/* "123456:AB-c_d", as it may stand in an address. The sentence never has it. */
enum status telegram_token_check(const char *token, struct error *error);

/* A chat's number, or @ and a name of 4 to 32 letters, digits and underscores. */
enum status telegram_chat_check(const char *chat, struct error *error);

/* As the API wants it: a number, or the @name; a new reference. */
json_t *telegram_chat_json(const char *chat);

/* "chat:message" of an answer to sendMessage, or the message alone where the answer does
 * not name the chat; caller frees; NULL: there is none. */
char *telegram_remote_id(const struct reply *reply);

/* The message's number in such an id; 0: there is none. */
int64_t telegram_message_number(const char *remote_id);

/* Where the delivery goes: where the newest message of the incident went, or the group
 * that took the place of the recipient. Caller frees. */
char *telegram_chat(const struct delivery_input *input);

/* The id of the message that one in this chat answers; NULL: none of them is there. */
const char *telegram_answered(const struct delivery_input *input, const char *chat);
/* The incident's first message is in the chat that the delivery goes to. */
bool telegram_can_edit(const struct delivery_input *input);

/* The chat that the delivery goes to has got another number: from now on that. */
void telegram_remember(const struct delivery_input *input, const char *new_chat,
                       struct outcome *outcome);
/* A delivery that went elsewhere than the configuration says tells what to write there. */
void telegram_tell_migration(const struct delivery_input *input,
                             struct outcome *outcome);

#endif
