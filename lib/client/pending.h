/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A request that goes on between the caller's turns, with its own copies of what it is
 * made of.
 */
#ifndef BUDKAVLE_CLIENT_PENDING_H
#define BUDKAVLE_CLIENT_PENDING_H

#include "client/exchange.h"

struct pending {
    struct exchange exchange; /* borrows what follows */
    char *method, *path, *content_type, *body;
};

/* Copies everything; content_type may be NULL. NULL when memory is out. */
struct pending *pending_new(struct budkavle *client, const char *method,
                            const char *path, const char *content_type,
                            const void *body, size_t len);
/* The exchange must have ended. NULL: nothing happens. */
void pending_free(struct pending *pending);

#endif
