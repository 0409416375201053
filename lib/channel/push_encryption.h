/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The encryption of a Web Push message (RFC 8291): one record of the content coding
 * aes128gcm (RFC 8188), which only the browser that subscribed can read.
 */
#ifndef BUDKAVLE_CHANNEL_PUSH_ENCRYPTION_H
#define BUDKAVLE_CHANNEL_PUSH_ENCRYPTION_H

#include "base/aes_gcm.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/p256.h"

#include <stdbool.h>

enum {
    PUSH_AUTH_BYTES = 16,
    PUSH_SALT_BYTES = 16,
    PUSH_RECORD_BYTES = 4096,
    /* Salt, record size, length of a key and the key; the delimiter; the tag. */
    PUSH_OVERHEAD_BYTES = 86 + 1 + AES_GCM_TAG_BYTES,
    PUSH_PLAIN_MOST_BYTES = PUSH_RECORD_BYTES - PUSH_OVERHEAD_BYTES
};

/* What the keys of a message are made of. The pair and the salt are new for each. */
struct push_secrets {
    unsigned char browser_public[P256_PUBLIC_BYTES]; /* p256dh */
    unsigned char auth[PUSH_AUTH_BYTES];
    unsigned char own_private[P256_PRIVATE_BYTES], own_public[P256_PUBLIC_BYTES];
    unsigned char salt[PUSH_SALT_BYTES];
};

/* Each step, by its name in the RFC. */
struct push_keys {
    unsigned char ecdh[P256_SHARED_BYTES];
    unsigned char prk_key[SHA256_BYTES], ikm[SHA256_BYTES], prk[SHA256_BYTES];
    unsigned char cek[AES_GCM_KEY_BYTES], nonce[AES_GCM_NONCE_BYTES];
};

/* False when a key is none. */
bool push_keys_derive(const struct push_secrets *secrets, struct push_keys *keys);

/* Appends the body; false when a key is none, or there are more than
 * PUSH_PLAIN_MOST_BYTES. */
bool push_encrypt(const struct push_secrets *secrets, const void *plain, size_t len,
                  struct buffer *out);

#endif
