/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Builds requests with a JSON body.
 */
#include "channel/json_post.h"

#include "base/memory.h"
#include "channel/http_request.h"

static int
append_bytes(const char *bytes, size_t len, void *context)
{
    buffer_append(context, bytes, len);
    return 0;
}

void
json_bytes(const json_t *value, struct buffer *out)
{
    if (json_dump_callback(value, append_bytes, out, JSON_COMPACT) != 0)
        fatal("json: a body of a request cannot be written");
}

/* No word of the address: it may be a secret. */
static void
request_json(struct request *request, const char *method, char *url_take,
             const char *type, json_t *body_take)
{
    http_request(request, method, url_take);
    request_header(request, "Content-Type", "%s", type);
    json_bytes(body_take, &request->body);
    json_decref(body_take);
}

void
json_request(struct request *request, const char *method, char *url_take,
             json_t *body_take)
{
    request_json(request, method, url_take, "application/json", body_take);
}

void
json_post_as(struct request *request, const char *url, const char *type,
             json_t *body_take)
{
    request_json(request, "POST", string_copy(url), type, body_take);
}

void
json_post(struct request *request, const char *url, json_t *body_take)
{
    json_request(request, "POST", string_copy(url), body_take);
}
