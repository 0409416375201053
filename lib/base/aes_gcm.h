/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * AES-128-GCM (NIST SP 800-38D), without further authenticated data. Uses libcrypto.
 */
#ifndef BUDKAVLE_BASE_AES_GCM_H
#define BUDKAVLE_BASE_AES_GCM_H

#include <stddef.h>

enum {
    AES_GCM_KEY_BYTES = 16,
    AES_GCM_NONCE_BYTES = 12,
    AES_GCM_TAG_BYTES = 16
};

/* Encrypts len bytes; out has room for them and the tag behind them. */
void aes_gcm_seal(const unsigned char key[AES_GCM_KEY_BYTES],
                  const unsigned char nonce[AES_GCM_NONCE_BYTES], const void *data,
                  size_t len, unsigned char *out);

#endif
