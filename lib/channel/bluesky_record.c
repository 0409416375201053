/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes posts as records, and reads what names them.
 */
#include "channel/bluesky_record.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "text/links.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_LETTERS = BLUESKY_KEY_SIZE - 1,
    BITS_A_LETTER = 5,
    CLOCK_BITS = 10,
    SPREAD_BITS = 26, /* of microseconds: 67 s */
    NAME_MAX_BYTES = 512,
};

/* A number of 36 bits, always the same for this message on this channel. */
static uint64_t
digest_of(const struct delivery_input *input)
{
    unsigned char bytes[SHA256_BYTES];
    struct sha256 *state = sha256_new();
    uint64_t number = 0;
    sha256_add(state, input->message->id, strlen(input->message->id) + 1);
    sha256_add(state, input->channel->name, strlen(input->channel->name));
    sha256_finish_bytes(state, bytes);
    for (size_t i = 0; i < sizeof number; i++)
        number = number << 8 | bytes[i];
    return number & ((UINT64_C(1) << (SPREAD_BITS + CLOCK_BITS)) - 1);
}

void
bluesky_key(const struct delivery_input *input, char out[BLUESKY_KEY_SIZE])
{
    static const char letters[] = "234567abcdefghijklmnopqrstuvwxyz";
    uint64_t digest = digest_of(input);
    uint64_t micros = (uint64_t)input->begun_at_ms * 1000 - (digest >> CLOCK_BITS);
    uint64_t number = ((micros << CLOCK_BITS) & INT64_MAX) |
                      (digest & ((UINT64_C(1) << CLOCK_BITS) - 1));
    for (size_t i = KEY_LETTERS; i > 0; i--) {
        out[i - 1] = letters[number & ((1U << BITS_A_LETTER) - 1)];
        number >>= BITS_A_LETTER;
    }
    out[KEY_LETTERS] = '\0';
}

/* --- Names ------------------------------------------------------------------------ */

/* Letters, digits and these: what may stand in an address without being encoded. */
static bool
is_plain(const char *text, size_t len, const char *besides)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80 || (!isalnum(c) && strchr(besides, c) == NULL))
            return false;
    }
    return len > 0 && len <= NAME_MAX_BYTES;
}

bool
bluesky_is_did(const char *text)
{
    return text != NULL && strncmp(text, "did:", 4) == 0 &&
           is_plain(text, strlen(text), ":._-");
}

static bool
is_post(const char *uri, size_t uri_len, const char *cid)
{
    return uri_len > 5 && strncmp(uri, "at://", 5) == 0 &&
           is_plain(uri, uri_len, ":._-/~") && is_plain(cid, strlen(cid), "");
}

bool
bluesky_post_parse(const char *text, struct bluesky_post *post)
{
    const char *space = text == NULL ? NULL : strchr(text, ' ');
    *post = (struct bluesky_post){ 0 };
    if (space == NULL || !is_post(text, (size_t)(space - text), space + 1))
        return false;
    post->uri = string_copy_n(text, (size_t)(space - text));
    post->cid = string_copy(space + 1);
    return true;
}

void
bluesky_post_clear(struct bluesky_post *post)
{
    free(post->uri);
    free(post->cid);
    *post = (struct bluesky_post){ 0 };
}

char *
bluesky_post_text(const json_t *object)
{
    const char *uri = json_string_value(json_object_get(object, "uri"));
    const char *cid = json_string_value(json_object_get(object, "cid"));
    return uri != NULL && cid != NULL && is_post(uri, strlen(uri), cid)
               ? string_format("%s %s", uri, cid)
               : NULL;
}

bool
bluesky_uri_split(const char *uri, char **did_take, char **key_take)
{
    const char *did = uri + strlen("at://");
    const char *collection = strchr(did, '/');
    const char *key = collection == NULL ? NULL : strchr(collection + 1, '/');
    if (key == NULL || key[1] == '\0' || strchr(key + 1, '/') != NULL ||
        strncmp(collection, "/app.bsky.feed.post/", 20) != 0)
        return false;
    *did_take = string_copy_n(did, (size_t)(collection - did));
    *key_take = string_copy(key + 1);
    return true;
}

/* --- The record ------------------------------------------------------------------- */

/* Where a link stands, in bytes of UTF-8, the end behind its last one. */
static json_t *
facet_of(const char *text, const struct link *link)
{
    const json_int_t start = (json_int_t)link->at, len = (json_int_t)link->len;
    json_t *facet =
        json_pack("{s:{s:I,s:I},s:[{s:s,s:o}]}", "index", "byteStart", start, "byteEnd",
                  start + len, "features", "$type", "app.bsky.richtext.facet#link",
                  "uri", json_stringn(text + link->at, link->len));
    if (facet == NULL)
        fatal("bluesky: a text that is not UTF-8");
    return facet;
}

/* Nobody finds links by themselves there: what is not marked is plain text. */
static json_t *
facets_of(const char *text)
{
    json_t *facets = json_array();
    struct link link;
    for (size_t at = 0; link_find(text, at, false, &link); at = link.at + link.len)
        json_array_append_new(facets, facet_of(text, &link));
    return facets;
}

static json_t *
reference(const struct bluesky_post *post)
{
    return json_pack("{s:s,s:s}", "uri", post->uri, "cid", post->cid);
}

static void
put_reply(json_t *record, const char *parent, const char *root)
{
    struct bluesky_post answered, first;
    bool has_parent = bluesky_post_parse(parent, &answered);
    bool has_root = bluesky_post_parse(root, &first);
    if (has_parent && has_root)
        json_object_set_new(record, "reply",
                            json_pack("{s:o,s:o}", "root", reference(&first), "parent",
                                      reference(&answered)));
    bluesky_post_clear(&answered);
    bluesky_post_clear(&first);
}

json_t *
bluesky_record(const struct delivery_input *input, const char *text,
               const char *language, const struct bluesky_card *card,
               const char *parent, const char *root)
{
    char created_at[TIMESTAMP_SIZE];
    json_t *record = json_pack("{s:s,s:s,s:[s],s:s}", "$type", "app.bsky.feed.post",
                               "text", text, "langs", language, "createdAt",
                               timestamp_format(input->begun_at_ms, created_at));
    json_t *facets = facets_of(text);
    if (json_array_size(facets) > 0)
        json_object_set(record, "facets", facets);
    json_decref(facets);
    if (card != NULL)
        json_object_set_new(record, "embed",
                            json_pack("{s:s,s:{s:s,s:s,s:s}}", "$type",
                                      "app.bsky.embed.external", "external", "uri",
                                      card->url, "title", card->title, "description",
                                      card->description));
    put_reply(record, parent, root);
    return record;
}
