/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The JSON in an HTTP answer, as far as drivers read it: ids, sentences, lists.
 */
#ifndef BUDKAVLE_CHANNEL_JSON_REPLY_H
#define BUDKAVLE_CHANNEL_JSON_REPLY_H

#include "model/request.h"

#include <jansson.h>

/* The body; NULL when it is not a whole object or list. A new reference. */
json_t *json_reply(const struct reply *reply);

/* A member of the body's object that is a string or a whole number, made printable, at
 * most 200 bytes; caller frees; NULL: there is none. */
char *json_reply_text(const struct reply *reply, const char *member);
char *json_member_text(const json_t *object, const char *member);

/* What a JSON pointer (RFC 6901; "" is the whole, "/data/id" a member's member, "/0" the
 * first of a list) points at. Borrowed; NULL: there is nothing. */
const json_t *json_at(const json_t *root, const char *pointer);
/* The same, of the body, as json_reply_text gives a member. */
char *json_reply_text_at(const struct reply *reply, const char *pointer);

#endif
