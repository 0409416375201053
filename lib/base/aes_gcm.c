/* SPDX-License-Identifier: EUPL-1.2 */
/* AES-128-GCM by libcrypto. */
#include "base/aes_gcm.h"

#include "base/memory.h"

#include <limits.h>
#include <openssl/evp.h>

void
aes_gcm_seal(const unsigned char key[AES_GCM_KEY_BYTES],
             const unsigned char nonce[AES_GCM_NONCE_BYTES], const void *data,
             size_t len, unsigned char *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int n = 0;
    int end = 0;

    if (context == NULL || len > INT_MAX ||
        EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, key, nonce) != 1 ||
        EVP_EncryptUpdate(context, out, &n, data, (int)len) != 1 ||
        EVP_EncryptFinal_ex(context, out + n, &end) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AES_GCM_TAG_BYTES,
                            out + len) != 1) {
        fatal("aes_gcm: libcrypto could not encrypt %zu bytes", len);
    }
    EVP_CIPHER_CTX_free(context);
}
