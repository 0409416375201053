/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads JSON answers.
 */
#include "channel/json_reply.h"

#include "base/memory.h"
#include "base/utf8.h"

enum {
    TEXT_MAX_BYTES = 200,
};

json_t *
json_reply(const struct reply *reply)
{
    return reply->body.len == 0
               ? NULL
               : json_loadb(reply->body.data, reply->body.len, 0, NULL);
}

char *
json_member_text(const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    if (json_is_integer(value))
        return string_format("%lld", (long long)json_integer_value(value));
    if (!json_is_string(value) || json_string_length(value) == 0)
        return NULL;
    return utf8_printable(json_string_value(value), json_string_length(value),
                          TEXT_MAX_BYTES);
}

char *
json_reply_text(const struct reply *reply, const char *member)
{
    json_t *body = json_reply(reply);
    char *text = json_member_text(body, member);
    json_decref(body);
    return text;
}
