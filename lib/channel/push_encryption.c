/* SPDX-License-Identifier: EUPL-1.2 */
/* The steps of RFC 8291, 3.4, and the header of RFC 8188, 2.1. */
#include "channel/push_encryption.h"

#include <string.h>

enum {
    LAST_RECORD = 2, /* the delimiter behind the last record's plain text */
};

/* HMAC-SHA256 over an info text, its NUL, and what else belongs to it. */
static void
expand(const unsigned char key[SHA256_BYTES], const char *info, const void *more,
       size_t more_len, unsigned char out[SHA256_BYTES])
{
    struct buffer data = { 0 };
    buffer_append(&data, info, strlen(info) + 1);
    if (more_len > 0)
        buffer_append(&data, more, more_len);
    buffer_append(&data, "\x01", 1);
    hmac_sha256(key, SHA256_BYTES, data.data, data.len, out);
    buffer_clear(&data);
}

bool
push_keys_derive(const struct push_secrets *secrets, struct push_keys *keys)
{
    unsigned char both[2 * P256_PUBLIC_BYTES];
    unsigned char whole[SHA256_BYTES];
    if (!p256_agree(secrets->own_private, secrets->browser_public, keys->ecdh))
        return false;
    memcpy(both, secrets->browser_public, P256_PUBLIC_BYTES);
    memcpy(both + P256_PUBLIC_BYTES, secrets->own_public, P256_PUBLIC_BYTES);
    hmac_sha256(secrets->auth, PUSH_AUTH_BYTES, keys->ecdh, sizeof keys->ecdh,
                keys->prk_key);
    expand(keys->prk_key, "WebPush: info", both, sizeof both, keys->ikm);
    hmac_sha256(secrets->salt, PUSH_SALT_BYTES, keys->ikm, sizeof keys->ikm, keys->prk);
    expand(keys->prk, "Content-Encoding: aes128gcm", NULL, 0, whole);
    memcpy(keys->cek, whole, sizeof keys->cek);
    expand(keys->prk, "Content-Encoding: nonce", NULL, 0, whole);
    memcpy(keys->nonce, whole, sizeof keys->nonce);
    explicit_bzero(whole, sizeof whole);
    return true;
}

static void
add_header(const struct push_secrets *secrets, struct buffer *out)
{
    const unsigned char sizes[] = { 0, 0, PUSH_RECORD_BYTES >> 8, 0,
                                    P256_PUBLIC_BYTES };
    buffer_append(out, secrets->salt, PUSH_SALT_BYTES);
    buffer_append(out, sizes, sizeof sizes);
    buffer_append(out, secrets->own_public, P256_PUBLIC_BYTES);
}

bool
push_encrypt(const struct push_secrets *secrets, const void *plain, size_t len,
             struct buffer *out)
{
    unsigned char record[PUSH_PLAIN_MOST_BYTES + 1];
    unsigned char sealed[sizeof record + AES_GCM_TAG_BYTES];
    struct push_keys keys;
    if (len > PUSH_PLAIN_MOST_BYTES || !push_keys_derive(secrets, &keys))
        return false;
    memcpy(record, plain, len);
    record[len] = LAST_RECORD;
    aes_gcm_seal(keys.cek, keys.nonce, record, len + 1, sealed);
    add_header(secrets, out);
    buffer_append(out, sealed, len + 1 + AES_GCM_TAG_BYTES);
    explicit_bzero(&keys, sizeof keys);
    return true;
}
