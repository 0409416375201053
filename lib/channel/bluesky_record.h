/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A post of Bluesky as a record (app.bsky.feed.post): under a key of our own, with its
 * links marked and the posts that it answers named.
 */
#ifndef BUDKAVLE_CHANNEL_BLUESKY_RECORD_H
#define BUDKAVLE_CHANNEL_BLUESKY_RECORD_H

#include "channel/driver.h"

#include <jansson.h>

enum {
    BLUESKY_KEY_SIZE = 14 /* thirteen letters, and a NUL */
};

/*
 * The record's key, a timestamp identifier (TID): 0, 53 bits of microseconds, 10 bits of
 * a clock's number, as 13 letters of 2-7a-z. The same at every attempt of the delivery:
 * its microseconds lie up to 67 s before its beginning, by a digest of the message's id
 * and the channel's name, so that many posts of one moment have different keys.
 */
void bluesky_key(const struct delivery_input *input, char out[BLUESKY_KEY_SIZE]);

/* A post as the channel names it, "at://… bafy…": its address and the digest of what it
 * says. Two halves of remote ids. */
struct bluesky_post {
    char *uri, *cid; /* NULL: none */
};
/* False, and all NULL, when text is none. To be cleared. */
bool bluesky_post_parse(const char *text, struct bluesky_post *post);
void bluesky_post_clear(struct bluesky_post *post);
/* The post that the members uri and cid of an object name, as text; caller frees;
 * NULL: none. */
char *bluesky_post_text(const json_t *object);

bool bluesky_is_did(const char *text); /* NULL is none */
/* The parts of a post's uri, at://DID/COLLECTION/KEY; false when it has other parts. */
bool bluesky_uri_split(const char *uri, char **did_take, char **key_take);

/* Where a link leads and what it is called. All of it borrowed. */
struct bluesky_card {
    const char *url, *title, *description;
};

/* The record. card NULL: none; parent and root as remote ids, both or neither. A new
 * reference. */
json_t *bluesky_record(const struct delivery_input *input, const char *text,
                       const char *language, const struct bluesky_card *card,
                       const char *parent, const char *root);

#endif
