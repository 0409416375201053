/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * OAuth 1.0a with HMAC-SHA1 (RFC 5849): a request signed with two pairs of keys. Only the
 * address and form fields are signed; a JSON body is not.
 */
#ifndef BUDKAVLE_CHANNEL_OAUTH1_H
#define BUDKAVLE_CHANNEL_OAUTH1_H

#include <stddef.h>
#include <stdint.h>

/* Borrowed. */
struct oauth1_keys {
    const char *consumer_key, *consumer_secret; /* the application's */
    const char *token, *token_secret;           /* the account's */
};

/* A field of the query or of a form, not encoded. Borrowed. */
struct oauth1_field {
    const char *name, *value;
};

struct oauth1_request {
    const char *method, *url; /* url without its query */
    const struct oauth1_field *fields;
    size_t n_fields;
    const char *nonce; /* never used before with this timestamp */
    int64_t timestamp_s;
};

/* The signature of 3.4, base64; caller frees. */
char *oauth1_signature(const struct oauth1_keys *keys,
                       const struct oauth1_request *request);

/* What follows "Authorization: " (3.5.1); caller frees. */
char *oauth1_header(const struct oauth1_keys *keys,
                    const struct oauth1_request *request);

#endif
