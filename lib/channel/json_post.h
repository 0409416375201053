/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A POST with a JSON body: what most HTTP channels ask for. The driver adds what is its
 * own (signature, token) to request->headers afterwards.
 */
#ifndef BUDKAVLE_CHANNEL_JSON_POST_H
#define BUDKAVLE_CHANNEL_JSON_POST_H

#include "base/buffer.h"
#include "model/request.h"

#include <jansson.h>

/* Fills in the request, which must be zeroed. Takes the reference to body. The bytes
 * depend on body alone, keys in the order in which they were set. */
void json_post(struct request *request, const char *url, json_t *body_take);
/* The same with another Content-Type. */
void json_post_as(struct request *request, const char *url, const char *type,
                  json_t *body_take);

/* The same with another method, such as PATCH. Takes url too. */
void json_request(struct request *request, const char *method, char *url_take,
                  json_t *body_take);

/* Adds a list or an object as it stands in a body. */
void json_bytes(const json_t *value, struct buffer *out);

#endif
