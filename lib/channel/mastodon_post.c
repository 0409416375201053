/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads posts back, to know one of ours again.
 */
#include "channel/mastodon_post.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"
#include "channel/mention.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Their clock and ours may differ by so much. */
#define CLOCKS_DIFFER_MS (5 * MINUTES_MS)

char *
mastodon_url(const struct delivery_input *input, const char *path, ...)
{
    struct buffer whole = { 0 };
    va_list arguments;
    va_start(arguments, path);
    buffer_addv(&whole, path, arguments);
    va_end(arguments);
    char *url = http_url_join(channel_setting(input->channel, "url"), whole.data);
    buffer_clear(&whole);
    return url;
}

void
mastodon_address_nobody(char **text)
{
    struct buffer out = { 0 };
    for (size_t i = 0; (*text)[i] != '\0'; i++) {
        if (mention_begins(*text, i))
            buffer_add(&out, MENTION_HARMLESS);
        else
            buffer_add_char(&out, (*text)[i]);
    }
    free(*text);
    *text = buffer_take(&out);
}

bool
mastodon_is_id(const char *id)
{
    return http_is_word(id);
}

static const struct {
    const char *written;
    char letter;
} entities[] = {
    { "&amp;", '&' },  { "&lt;", '<' },   { "&gt;", '>' },
    { "&quot;", '"' }, { "&#39;", '\'' }, { "&apos;", '\'' },
};

/* The letter that an entity at html stands for, and its length in bytes. */
static char
entity_letter(const char *html, size_t *len)
{
    for (size_t i = 0; i < ARRAY_COUNT(entities); i++) {
        *len = strlen(entities[i].written);
        if (strncmp(html, entities[i].written, *len) == 0)
            return entities[i].letter;
    }
    *len = 1;
    return *html;
}

/* What is written, without tags and without white space: the server makes paragraphs and
 * links of a text, and leaves its letters as they are. Caller frees. */
static char *
letters_of(const char *text, bool is_html)
{
    struct buffer out = { 0 };
    buffer_reserve(&out, strlen(text) + 1);
    while (*text != '\0') {
        size_t len = 1;
        if (is_html && *text == '<') {
            const char *end = strchr(text, '>');
            text = end == NULL ? text + strlen(text) : end + 1;
            continue;
        }
        char letter = *text;
        if (is_html)
            letter = entity_letter(text, &len);
        if (!isspace((unsigned char)letter))
            buffer_add_char(&out, letter);
        text += len;
    }
    return buffer_take(&out);
}

static bool
is_ours(const json_t *post, const char *letters, int64_t begun_at_ms)
{
    const char *content = json_string_value(json_object_get(post, "content"));
    const char *created = json_string_value(json_object_get(post, "created_at"));
    int64_t created_at_ms;
    if (content == NULL || created == NULL ||
        !timestamp_parse(created, &created_at_ms) ||
        created_at_ms < begun_at_ms - CLOCKS_DIFFER_MS)
        return false;
    char *theirs = letters_of(content, true);
    bool is_same = strncmp(theirs, letters, strlen(letters)) == 0;
    free(theirs);
    return is_same;
}

char *
mastodon_find_post(const struct reply *reply, const char *text, int64_t begun_at_ms)
{
    json_t *posts = json_reply(reply);
    char *letters = letters_of(text, false);
    char *id = NULL;
    size_t i;
    json_t *post;
    json_array_foreach(posts, i, post)
    {
        if (id == NULL && is_ours(post, letters, begun_at_ms))
            id = json_member_text(post, "id");
    }
    free(letters);
    json_decref(posts);
    if (!mastodon_is_id(id)) {
        free(id);
        id = NULL;
    }
    return id;
}
