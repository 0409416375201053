/* SPDX-License-Identifier: EUPL-1.2 */
/* Copies for a request that outlives the call that began it. */
#include "client/pending.h"

#include <stdlib.h>
#include <string.h>

static char *
copy_bytes(const void *bytes, size_t len)
{
    char *copy = malloc(len + 1);

    if (copy != NULL) {
        if (len > 0)
            memcpy(copy, bytes, len);
        copy[len] = '\0';
    }
    return copy;
}

struct pending *
pending_new(struct budkavle *client, const char *method, const char *path,
            const char *content_type, const void *body, size_t len)
{
    struct pending *pending = calloc(1, sizeof(*pending));

    if (pending == NULL)
        return NULL;
    pending->method = strdup(method);
    pending->path = strdup(path);
    pending->content_type = content_type == NULL ? NULL : strdup(content_type);
    pending->body = copy_bytes(body, len);
    if (pending->method == NULL || pending->path == NULL || pending->body == NULL ||
        (content_type != NULL && pending->content_type == NULL)) {
        pending_free(pending);
        return NULL;
    }
    pending->exchange = (struct exchange){
        .client = client,
        .method = pending->method,
        .path = pending->path,
        .content_type = pending->content_type,
        .body = pending->body,
        .len = len,
        .has_deadline = true,
    };
    return pending;
}

void
pending_free(struct pending *pending)
{
    if (pending == NULL)
        return;
    bytes_clear(&pending->exchange.answer);
    free(pending->method);
    free(pending->path);
    free(pending->content_type);
    free(pending->body);
    free(pending);
}
