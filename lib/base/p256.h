/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys on the curve P-256 (FIPS 186-4; OpenSSL's prime256v1): agreement, signatures, and
 * the texts they are kept in. Uses libcrypto. A private key is a number of 32 bytes, a
 * public one an uncompressed point: 04, x, y.
 */
#ifndef BUDKAVLE_BASE_P256_H
#define BUDKAVLE_BASE_P256_H

#include <stdbool.h>
#include <stddef.h>

enum {
    P256_PRIVATE_BYTES = 32,
    P256_PUBLIC_BYTES = 65,
    P256_SHARED_BYTES = 32,
    P256_SIGNATURE_BYTES = 64,
    /* 64 more bits than the order has, so that no number is likelier than another
     * (FIPS 186-4, B.4.1). */
    P256_SEED_BYTES = 40
};

/* A point on the curve, and not the one at infinity. */
bool p256_is_public(const unsigned char public[P256_PUBLIC_BYTES]);

/* A key pair from random bytes. */
void p256_from_seed(const unsigned char seed[P256_SEED_BYTES],
                    unsigned char private[P256_PRIVATE_BYTES],
                    unsigned char public[P256_PUBLIC_BYTES]);

/* The public key of a private one; false when it is not between 1 and the order. */
bool p256_public(const unsigned char private[P256_PRIVATE_BYTES],
                 unsigned char public[P256_PUBLIC_BYTES]);

/* The x coordinate of their product (ECDH); false when one of them is no key. */
bool p256_agree(const unsigned char private[P256_PRIVATE_BYTES],
                const unsigned char peer[P256_PUBLIC_BYTES],
                unsigned char shared[P256_SHARED_BYTES]);

/* ECDSA with SHA-256 over the data, r and s of 32 bytes each (JWS calls it ES256, RFC
 * 7518, 3.4). libcrypto draws the number that each signature needs by itself. False when
 * the private key is none. */
bool p256_sign(const unsigned char private[P256_PRIVATE_BYTES], const void *data,
               size_t len, unsigned char signature[P256_SIGNATURE_BYTES]);
bool p256_verify(const unsigned char public[P256_PUBLIC_BYTES], const void *data,
                 size_t len, const unsigned char signature[P256_SIGNATURE_BYTES]);

/* A private key as files have it: PEM (PKCS #8 or SEC 1, not encrypted), or base64url of
 * the 32 bytes. False when it is none of these on this curve. */
bool p256_private_parse(const char *text, unsigned char private[P256_PRIVATE_BYTES]);

#endif
