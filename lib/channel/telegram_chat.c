/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads and compares what Telegram calls chats and messages.
 */
#include "channel/telegram_chat.h"

#include "base/memory.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MOST = 18,
    NAME_LEAST = 4,
    NAME_MOST = 32,
    /* More groups than a channel has; then it begins anew. */
    SESSION_MOST_BYTES = 4096,
};

#define DIGITS "0123456789"
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "_"

enum status
telegram_token_check(const char *token, struct error *error)
{
    size_t n_digits = strspn(token, DIGITS);
    const char *rest = token + n_digits;
    size_t len = *rest == ':' ? strspn(rest + 1, NAME_LETTERS "-") : 0;
    if (n_digits > 0 && n_digits <= DIGITS_MOST && len > 0 && rest[1 + len] == '\0')
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "token_file: the file does not hold a bot's token; the bot's "
                     "number, \":\", and letters, digits, - and _ are needed, on one "
                     "line, as @BotFather gave them");
}

static bool
is_number(const char *chat)
{
    const char *digits = chat + (chat[0] == '-' ? 1 : 0);
    size_t len = strspn(digits, DIGITS);
    return len > 0 && len <= DIGITS_MOST && digits[len] == '\0';
}

enum status
telegram_chat_check(const char *chat, struct error *error)
{
    size_t len = chat[0] == '@' ? strspn(chat + 1, NAME_LETTERS) : 0;
    bool is_name = len >= NAME_LEAST && len <= NAME_MOST && chat[1 + len] == '\0';
    return is_name || is_number(chat)
               ? STATUS_OK
               : error_set(error, STATUS_INVALID,
                           "the chat is neither a number, such as -1001234567890, nor "
                           "the name of a channel or group, such as @nordan_drift");
}

json_t *
telegram_chat_json(const char *chat)
{
    return is_number(chat) ? json_integer(strtoll(chat, NULL, 10)) : json_string(chat);
}

char *
telegram_remote_id(const struct reply *reply)
{
    json_t *body = json_reply(reply);
    const json_t *message = json_at(body, "/result/message_id");
    const json_t *chat = json_at(body, "/result/chat/id");
    char *id = NULL;
    if (json_is_integer(message) && json_integer_value(message) > 0)
        id = json_is_integer(chat)
                 ? string_format("%lld:%lld", (long long)json_integer_value(chat),
                                 (long long)json_integer_value(message))
                 : string_format("%lld", (long long)json_integer_value(message));
    json_decref(body);
    return id;
}

int64_t
telegram_message_number(const char *remote_id)
{
    const char *colon = strchr(remote_id, ':');
    return strtoll(colon == NULL ? remote_id : colon + 1, NULL, 10);
}

/* The chat in the id of a message, else where the delivery is to go; caller frees. */
static char *
chat_of(const struct delivery_input *input, const char *remote_id)
{
    const char *colon = remote_id == NULL ? NULL : strchr(remote_id, ':');
    return colon == NULL ? string_copy(input->recipient)
                         : string_format("%.*s", (int)(colon - remote_id), remote_id);
}

/* The newest "old>new" in the session, which has a space behind each; NULL. Caller
 * frees. */
static char *
moved_to(const char *session, const char *chat)
{
    char *wanted = string_format("%s>", chat);
    size_t len = strlen(wanted);
    char *found = NULL;
    for (const char *c = session; c != NULL && *c != '\0';) {
        size_t entry = strcspn(c, " ");
        if (entry > len && strncmp(c, wanted, len) == 0) {
            free(found);
            found = string_format("%.*s", (int)(entry - len), c + len);
        }
        c += entry + (c[entry] == ' ' ? 1 : 0);
    }
    free(wanted);
    return found;
}

char *
telegram_chat(const struct delivery_input *input)
{
    if (input->step->note != NULL)
        return string_copy(input->step->note);
    char *chat = input->is_test ? string_copy(input->recipient)
                                : chat_of(input, input->previous_remote_id);
    char *moved = moved_to(input->session, chat);
    if (moved == NULL)
        return chat;
    free(chat);
    return moved;
}

static bool
is_in_chat(const struct delivery_input *input, const char *remote_id, const char *chat)
{
    if (remote_id == NULL || telegram_message_number(remote_id) <= 0)
        return false;
    char *its = chat_of(input, remote_id);
    bool is_there = strcmp(its, chat) == 0;
    free(its);
    return is_there;
}

const char *
telegram_answered(const struct delivery_input *input, const char *chat)
{
    if (input->is_test)
        return NULL;
    if (is_in_chat(input, input->first_remote_id, chat))
        return input->first_remote_id;
    return is_in_chat(input, input->previous_remote_id, chat)
               ? input->previous_remote_id
               : NULL;
}

bool
telegram_can_edit(const struct delivery_input *input)
{
    char *chat = telegram_chat(input);
    bool can_edit = !input->is_test && is_in_chat(input, input->first_remote_id, chat);
    free(chat);
    return can_edit;
}

void
telegram_remember(const struct delivery_input *input, const char *new_chat,
                  struct outcome *outcome)
{
    char *old_chat = telegram_chat(input);
    const char *before = input->session;
    bool has_room = before != NULL && strlen(before) < SESSION_MOST_BYTES;
    free(outcome->session);
    outcome->session = string_format("%s%s%s>%s", has_room ? before : "",
                                     has_room ? " " : "", old_chat, new_chat);
    free(old_chat);
}

void
telegram_tell_migration(const struct delivery_input *input, struct outcome *outcome)
{
    char *moved = input->step->note != NULL
                      ? string_copy(input->step->note)
                      : moved_to(input->session, input->recipient);
    if (moved != NULL) {
        free(outcome->detail);
        outcome->detail = string_format(
            "delivered, but the group is a supergroup now: write %s in place of %s",
            moved, input->recipient);
    }
    free(moved);
}
