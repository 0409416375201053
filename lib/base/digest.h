/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Digests, base64 and random bytes. Uses libcrypto.
 */
#ifndef BUDKAVLE_BASE_DIGEST_H
#define BUDKAVLE_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SHA1_BYTES = 20,
    SHA256_BYTES = 32,
    SHA256_HEX_SIZE = 65
};

void sha256_hex(const void *data, size_t len, char out[SHA256_HEX_SIZE]);

/* A digest over many pieces. free() is part of finish. */
struct sha256;
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *state, const void *data, size_t len);
void sha256_finish(struct sha256 *state, char out[SHA256_HEX_SIZE]);
void sha256_finish_bytes(struct sha256 *state, unsigned char out[SHA256_BYTES]);

void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
                 unsigned char out[SHA256_BYTES]);

/* Whether both have the same len bytes, in a time that does not tell where they differ. */
bool digest_is_equal(const void *a, const void *b, size_t len);

/* For protocols that ask for it (RFC 2104 with SHA-1). */
void hmac_sha1(const void *key, size_t key_len, const void *data, size_t len,
               unsigned char out[SHA1_BYTES]);

/* Standard base64 (RFC 4648) with padding; caller frees. */
char *base64_encode(const void *data, size_t len);

/* False when text is not base64. *data is the caller's to free(). */
bool base64_decode(const char *text, unsigned char **data, size_t *len);

/* From the kernel's generator; never fails. */
void random_bytes(void *out, size_t len);

/* n characters of a-z2-7 (5 random bits each), and a NUL. */
void random_id(char *out, size_t n);

#endif
