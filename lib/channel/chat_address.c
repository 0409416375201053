/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a channel reaches its chat service, and what that makes of a message's steps and id.
 */
#include "channel/chat_address.h"

#include "base/memory.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"

#include <stdlib.h>
#include <string.h>

const char *
chat_webhook(const struct channel *channel)
{
    return channel_secret(channel, "webhook_file");
}

static bool
is_given(const struct channel *channel, const char *option)
{
    return channel_setting(channel, option) != NULL;
}

/* Every option that is needed is named, whichever is lacking. */
static enum status
check_token(const struct channel *channel, const char *const *with_token,
            struct error *error)
{
    struct buffer needed = { 0 };
    const char *lacking = NULL;
    for (const char *const *option = with_token; *option != NULL; option++) {
        if (lacking == NULL && !is_given(channel, *option))
            lacking = *option;
        buffer_addf(&needed, "%s%s", needed.len > 0 ? ", " : "", *option);
    }
    enum status status =
        lacking == NULL
            ? http_secret_check("token_file", channel_secret(channel, "token_file"),
                                error)
            : error_set(error, STATUS_INVALID,
                        "%s is not given; the channel needs webhook_file alone, or all "
                        "of %s",
                        lacking, needed.data);
    buffer_clear(&needed);
    return status;
}

enum status
chat_address_check(const struct channel *channel, const char *const *with_token,
                   struct error *error)
{
    const char *webhook = chat_webhook(channel);
    for (const char *const *option = with_token;
         webhook != NULL && option != NULL && *option != NULL; option++) {
        if (is_given(channel, *option))
            return error_set(error, STATUS_INVALID,
                             "%s does not go with webhook_file, which is an address "
                             "and a permission in one; leave one of the two out",
                             *option);
    }
    if (webhook != NULL)
        return http_secret_url_check("webhook_file", webhook, error);
    if (with_token == NULL)
        return error_set(error, STATUS_INVALID, "webhook_file is not given");
    return check_token(channel, with_token, error);
}

struct delivery_input
chat_own_ids(const struct delivery_input *input, bool (*is_remote_id)(const char *id))
{
    struct delivery_input own = *input;
    if (own.first_remote_id != NULL && !is_remote_id(own.first_remote_id))
        own.first_remote_id = NULL;
    if (own.previous_remote_id != NULL && !is_remote_id(own.previous_remote_id))
        own.previous_remote_id = NULL;
    return own;
}

const char *
chat_id_parts(const char *id, char **first)
{
    const char *space = id == NULL ? NULL : strchr(id, ' ');
    if (space == NULL || space == id || space[1] == '\0' ||
        strchr(space + 1, ' ') != NULL)
        return NULL;
    *first = string_copy_n(id, (size_t)(space - id));
    return space + 1;
}

const struct story *
chat_story(const struct channel *channel, const struct story *of_account)
{
    static const struct story of_webhook = { .edits = false };
    return chat_webhook(channel) != NULL ? &of_webhook : of_account;
}

char *
chat_id_read(const struct reply *reply, const char *first, const char *second)
{
    char *one = json_reply_text_at(reply, first);
    char *other = json_reply_text_at(reply, second);
    char *id = one == NULL || other == NULL ? NULL : string_format("%s %s", one, other);
    free(one);
    free(other);
    return id;
}
