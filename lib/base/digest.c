/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Digests by libcrypto, base64, and the kernel's random bytes.
 */
#include "base/digest.h"

#include "base/memory.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct sha256 {
    EVP_MD_CTX *context;
};

static void
to_hex(const unsigned char bytes[SHA256_BYTES], char out[SHA256_HEX_SIZE])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 0x0F];
    }
    out[SHA256_HEX_SIZE - 1] = '\0';
}

void
sha256_hex(const void *data, size_t len, char out[SHA256_HEX_SIZE])
{
    unsigned char bytes[SHA256_BYTES];

    if (EVP_Digest(data, len, bytes, NULL, EVP_sha256(), NULL) != 1) {
        fatal("digest: libcrypto has no SHA-256");
    }
    to_hex(bytes, out);
}

struct sha256 *
sha256_new(void)
{
    struct sha256 *state = memory_alloc(sizeof(*state));

    state->context = EVP_MD_CTX_new();
    if (state->context == NULL ||
        EVP_DigestInit_ex(state->context, EVP_sha256(), NULL) != 1) {
        fatal("digest: libcrypto has no SHA-256");
    }
    return state;
}

void
sha256_add(struct sha256 *state, const void *data, size_t len)
{
    if (EVP_DigestUpdate(state->context, data, len) != 1) {
        fatal("digest: libcrypto failed while adding %zu bytes", len);
    }
}

void
sha256_finish_bytes(struct sha256 *state, unsigned char out[SHA256_BYTES])
{
    if (EVP_DigestFinal_ex(state->context, out, NULL) != 1) {
        fatal("digest: libcrypto failed to finish a digest");
    }
    EVP_MD_CTX_free(state->context);
    free(state);
}

void
sha256_finish(struct sha256 *state, char out[SHA256_HEX_SIZE])
{
    unsigned char bytes[SHA256_BYTES];

    sha256_finish_bytes(state, bytes);
    to_hex(bytes, out);
}

static void
make_hmac(const EVP_MD *digest, const void *key, size_t key_len, const void *data,
          size_t len, unsigned char *out)
{
    if (key_len > INT32_MAX ||
        HMAC(digest, key, (int)key_len, data, len, out, NULL) == NULL) {
        fatal("digest: libcrypto failed to make an HMAC with a key of %zu bytes",
              key_len);
    }
}

void
hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
            unsigned char out[SHA256_BYTES])
{
    make_hmac(EVP_sha256(), key, key_len, data, len, out);
}

void
hmac_sha1(const void *key, size_t key_len, const void *data, size_t len,
          unsigned char out[SHA1_BYTES])
{
    make_hmac(EVP_sha1(), key, key_len, data, len, out);
}

bool
digest_is_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

enum {
    PADDING = 64
};

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

char *
base64_encode(const void *data, size_t len)
{
    const unsigned char *bytes = data;
    char *out = memory_array(len / 3 + 2, 4);
    size_t at = 0;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t group = (uint32_t)bytes[i] << 16 |
                         (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? (uint32_t)bytes[i + 2] : 0);

        out[at++] = alphabet[group >> 18 & 0x3F];
        out[at++] = alphabet[group >> 12 & 0x3F];
        out[at++] = alphabet[left > 1 ? group >> 6 & 0x3F : PADDING];
        out[at++] = alphabet[left > 2 ? group & 0x3F : PADDING];
    }
    return out;
}

/* The characters before the padding; SIZE_MAX when the padding is wrong. */
static size_t
unpadded_length(const char *text)
{
    size_t len = strlen(text);
    size_t padding = 0;

    if (len % 4 != 0) {
        return SIZE_MAX;
    }
    while (padding < 2 && padding < len && text[len - 1 - padding] == '=') {
        padding++;
    }
    return len - padding;
}

bool
base64_decode(const char *text, unsigned char **data, size_t *len)
{
    size_t n = unpadded_length(text);
    uint32_t group = 0;
    unsigned bits = 0;
    size_t used = 0;

    if (n == SIZE_MAX) {
        return false;
    }
    unsigned char *out = memory_alloc(n / 4 * 3 + 3);
    for (size_t i = 0; i < n; i++) {
        const char *digit = memchr(alphabet, text[i], PADDING);

        if (digit == NULL) {
            free(out);
            return false;
        }
        group = (group << 6 | (uint32_t)(digit - alphabet)) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[used++] = (unsigned char)(group >> bits & 0xFF);
        }
    }
    /* What is left over must be zero, else two texts would mean the same bytes. */
    if ((group & ((1U << bits) - 1U)) != 0) {
        free(out);
        return false;
    }
    *data = out;
    *len = used;
    return true;
}

void
random_bytes(void *out, size_t len)
{
    unsigned char *at = out;

    while (len > 0) {
        ssize_t got = getrandom(at, len > 256 ? 256 : len, 0);

        if (got < 0 && errno != EINTR) {
            fatal("digest: the kernel gives no random bytes (%s)", strerror(errno));
        }
        if (got > 0) {
            at += got;
            len -= (size_t)got;
        }
    }
}

void
random_id(char *out, size_t n)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

    random_bytes(out, n);
    for (size_t i = 0; i < n; i++) {
        out[i] = letters[(unsigned char)out[i] & 0x1FU];
    }
    out[n] = '\0';
}
