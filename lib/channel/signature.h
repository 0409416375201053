/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signatures as Standard Webhooks defines them (scheme v1: HMAC-SHA256 with a secret
 * that both sides know).
 */
#ifndef BUDKAVLE_CHANNEL_SIGNATURE_H
#define BUDKAVLE_CHANNEL_SIGNATURE_H

#include "base/buffer.h"
#include "base/status.h"

#include <stdint.h>

/*
 * secrets: one or, while they are being changed, several, separated by white space; each
 * is "whsec_" and the base64 of 24 to 64 bytes. STATUS_INVALID if one is not, or none
 * is there.
 */
enum status signature_check(const char *secrets, struct error *error);

/* The value of webhook-signature: one signature for each secret. id holds no ".". Caller
 * frees. */
char *signature_format(const char *secrets, const char *id, int64_t timestamp_s,
                       const struct buffer *body);

#endif
