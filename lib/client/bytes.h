/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A growing text of the client. Unlike base/buffer.h it tells when memory is out: a
 * library must not end its host's process. Valid when zeroed.
 */
#ifndef BUDKAVLE_CLIENT_BYTES_H
#define BUDKAVLE_CLIENT_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    char *data; /* with a NUL behind; NULL while nothing was added */
    size_t len, capacity;
};

/* False, and nothing is added, when memory is out. */
bool bytes_add(struct bytes *bytes, const char *data, size_t len);
void bytes_reset(struct bytes *bytes); /* keeps the memory */
void bytes_clear(struct bytes *bytes);

/* The text; "" while nothing was added. Borrowed. */
const char *bytes_text(const struct bytes *bytes);

#endif
