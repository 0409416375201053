/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signs bodies for Standard Webhooks, and checks the secrets that do it.
 */
#include "channel/signature.h"

#include "base/digest.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECRET_MIN_BYTES = 24, /* Standard Webhooks, "Signature scheme" */
    SECRET_MAX_BYTES = 64,
};

static const char secret_prefix[] = "whsec_";
static const char white_space[] = " \t\r\n";

/* The next secret of the file, decoded; false at the end. *valid tells whether it is
 * one; *key is the caller's to free() when it is. */
static bool
next_secret(const char **text, bool *valid, unsigned char **key, size_t *key_len)
{
    const size_t prefix_len = sizeof secret_prefix - 1;
    *text += strspn(*text, white_space);
    size_t len = strcspn(*text, white_space);
    if (len == 0)
        return false;
    char *word = string_copy_n(*text, len);
    *text += len;
    *valid = strncmp(word, secret_prefix, prefix_len) == 0 &&
             base64_decode(word + prefix_len, key, key_len);
    if (*valid && (*key_len < SECRET_MIN_BYTES || *key_len > SECRET_MAX_BYTES)) {
        free(*key);
        *valid = false;
    }
    free(word);
    return true;
}

enum status
signature_check(const char *secrets, struct error *error)
{
    unsigned char *key;
    size_t key_len;
    size_t n = 0;
    bool valid;
    while (next_secret(&secrets, &valid, &key, &key_len)) {
        n++;
        if (!valid)
            return error_set(
                error, STATUS_INVALID,
                "secret_file: secret %zu in the file is not \"whsec_\" and "
                "the base64 of 24 to 64 bytes; make one with: echo "
                "whsec_$(openssl rand -base64 32)",
                n);
        free(key);
    }
    if (n == 0)
        return error_set(
            error, STATUS_INVALID,
            "secret_file: the file is empty; it should hold \"whsec_\" and "
            "the base64 of 24 to 64 bytes");
    return STATUS_OK;
}

char *
signature_format(const char *secrets, const char *id, int64_t timestamp_s,
                 const struct buffer *body)
{
    struct buffer content = { 0 }, list = { 0 };
    unsigned char *key;
    size_t key_len;
    bool valid;
    buffer_addf(&content, "%s.%lld.", id, (long long)timestamp_s);
    buffer_append(&content, body->data, body->len);
    while (next_secret(&secrets, &valid, &key, &key_len)) {
        unsigned char digest[SHA256_BYTES];
        if (!valid)
            continue; /* signature_check has told of it */
        hmac_sha256(key, key_len, content.data, content.len, digest);
        free(key);
        char *encoded = base64_encode(digest, sizeof digest);
        buffer_addf(&list, "%sv1,%s", list.len > 0 ? " " : "", encoded);
        free(encoded);
    }
    buffer_clear(&content);
    return buffer_take(&list);
}
