/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads JSON answers.
 */
#include "channel/json_reply.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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

static char *
text_of(const json_t *value)
{
    if (json_is_integer(value))
        return string_format("%lld", (long long)json_integer_value(value));
    if (!json_is_string(value) || json_string_length(value) == 0)
        return NULL;
    return utf8_printable(json_string_value(value), json_string_length(value),
                          TEXT_MAX_BYTES);
}

char *
json_member_text(const json_t *object, const char *member)
{
    return text_of(json_object_get(object, member));
}

/* One name of a pointer, which ends at "/" or with it; ~1 is "/" and ~0 is "~". */
static char *
pointer_name(const char *name, size_t len)
{
    struct buffer out = { 0 };
    for (size_t i = 0; i < len; i++) {
        bool is_escape =
            name[i] == '~' && i + 1 < len && (name[i + 1] == '0' || name[i + 1] == '1');
        char c = name[i];
        if (is_escape) {
            i++;
            c = '~';
            if (name[i] == '1')
                c = '/';
        }
        buffer_add_char(&out, c);
    }
    buffer_add(&out, "");
    return buffer_take(&out);
}

static const json_t *
json_step(const json_t *value, const char *name)
{
    char *end;
    if (!json_is_array(value))
        return json_object_get(value, name);
    unsigned long index = strtoul(name, &end, 10);
    return isdigit((unsigned char)name[0]) && *end == '\0'
               ? json_array_get(value, index)
               : NULL;
}

const json_t *
json_at(const json_t *root, const char *pointer)
{
    while (root != NULL && *pointer == '/') {
        size_t len = strcspn(pointer + 1, "/");
        char *name = pointer_name(pointer + 1, len);
        root = json_step(root, name);
        free(name);
        pointer += 1 + len;
    }
    return *pointer == '\0' ? root : NULL;
}

char *
json_reply_text_at(const struct reply *reply, const char *pointer)
{
    json_t *body = json_reply(reply);
    char *text = text_of(json_at(body, pointer));
    json_decref(body);
    return text;
}

char *
json_reply_text(const struct reply *reply, const char *member)
{
    json_t *body = json_reply(reply);
    char *text = json_member_text(body, member);
    json_decref(body);
    return text;
}
