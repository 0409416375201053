/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Base64 for addresses, headers and tokens (RFC 4648, 5): - and _, and no padding.
 */
#ifndef BUDKAVLE_BASE_BASE64URL_H
#define BUDKAVLE_BASE_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

/* Caller frees. */
char *base64url_encode(const void *data, size_t len);

/* False when text is not base64url; padding is allowed, for some write it. *data is the
 * caller's to free(). */
bool base64url_decode(const char *text, unsigned char **data, size_t *len);

#endif
