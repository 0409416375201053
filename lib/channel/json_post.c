/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Builds POST requests with a JSON body.
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
json_post(struct request *request, const char *url, json_t *body_take)
{
    http_request(request, "POST", string_copy(url));
    request_header(request, "Content-Type", "application/json");
    if (json_dump_callback(body_take, append_bytes, &request->body, JSON_COMPACT) != 0)
        fatal(
            "json: the body of a request cannot be written"); /* no word of url: it may
                                                                    be a secret */
    json_decref(body_take);
}
