/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes, finds and checks the tokens of deliveries.
 */
#include "channel/delivery_token.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_MIN_BYTES = 32,
    DIGITS_MAX = 19, /* of a row's number */
};

static const char white_space[] = " \t\r\n";
/* Without letters that differ in case only, and without 0, 1, 8 and 9. */
static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

/* The next key of the file; false at the end. Borrowed. */
static bool
next_key(const char **text, const char **key, size_t *len)
{
    *key = *text + strspn(*text, white_space);
    *len = strcspn(*key, white_space);
    *text = *key + *len;
    return *len > 0;
}

enum status
delivery_token_check_keys(const char *keys, const char *option, struct error *error)
{
    const char *key;
    size_t len, n = 0;
    while (next_key(&keys, &key, &len)) {
        n++;
        if (len < KEY_MIN_BYTES)
            return error_set(error, STATUS_INVALID,
                             "%s: key %zu in the file has %zu characters; a key is a "
                             "word of at least %d, as openssl rand -hex 32 makes it",
                             option, n, len, (int)KEY_MIN_BYTES);
    }
    if (n == 0)
        return error_set(error, STATUS_INVALID,
                         "%s: the file is empty; it should hold a key, as "
                         "openssl rand -hex 32 makes it",
                         option);
    return STATUS_OK;
}

/* The purpose stands in front, so that the key's other codes mean nothing here. */
static void
make_code(const char *key, size_t key_len, const struct token_subject *subject,
          char out[DELIVERY_TOKEN_CODE_BYTES])
{
    unsigned char digest[SHA256_BYTES];
    char *text = string_format("delivery\n%s\n%lld\n%s", subject->channel,
                               (long long)subject->delivery, subject->recipient);
    hmac_sha256(key, key_len, text, strlen(text), digest);
    for (size_t i = 0; i < DELIVERY_TOKEN_CODE_BYTES; i++)
        out[i] = letters[digest[i] & 0x1F];
    free(text);
}

void
delivery_token_format(const char *keys, const struct token_subject *subject,
                      char out[DELIVERY_TOKEN_SIZE])
{
    char code[DELIVERY_TOKEN_CODE_BYTES];
    const char *key;
    size_t len;
    (void)next_key(&keys, &key, &len);
    make_code(key, len, subject, code);
    (void)snprintf(out, DELIVERY_TOKEN_SIZE, "%lld-%.*s", (long long)subject->delivery,
                   (int)sizeof code, code);
}

/* How many bytes from text on are a token; 0: none begins there. */
static size_t
token_length(const char *text)
{
    size_t digits = 0, n = 0;
    while (isdigit((unsigned char)text[digits]))
        digits++;
    if (digits == 0 || digits > DIGITS_MAX || text[digits] != '-' ||
        (text[0] == '0' && digits > 1))
        return 0;
    const char *code = text + digits + 1;
    while (isalnum((unsigned char)code[n]))
        n++;
    return n == DELIVERY_TOKEN_CODE_BYTES ? digits + 1 + n : 0;
}

int64_t
delivery_token_number(const char *token)
{
    size_t len = token_length(token);
    /* 19 digits may be more than a number holds. */
    if (len == 0 || token[len] != '\0' ||
        (len == DELIVERY_TOKEN_SIZE - 1 &&
         strncmp(token, "9223372036854775807", 19) > 0))
        return -1;
    return strtoll(token, NULL, 10);
}

bool
delivery_token_is_valid(const char *keys, const struct token_subject *subject,
                        const char *token)
{
    char given[DELIVERY_TOKEN_CODE_BYTES], right[DELIVERY_TOKEN_CODE_BYTES];
    const char *key;
    size_t len;
    bool is_valid = false;
    if (delivery_token_number(token) != subject->delivery)
        return false;
    const char *code = strchr(token, '-') + 1;
    for (size_t i = 0; i < sizeof given; i++)
        given[i] = (char)tolower((unsigned char)code[i]);
    while (next_key(&keys, &key, &len)) {
        make_code(key, len, subject, right);
        is_valid = digest_is_equal(given, right, sizeof given) || is_valid;
    }
    return is_valid;
}

bool
delivery_token_find(const char *text, char out[DELIVERY_TOKEN_SIZE])
{
    for (const char *at = text; *at != '\0'; at++) {
        size_t len = token_length(at);
        if (len == 0 || (at > text && isdigit((unsigned char)at[-1])))
            continue;
        (void)snprintf(out, DELIVERY_TOKEN_SIZE, "%.*s", (int)len, at);
        return true;
    }
    return false;
}

char *
delivery_token_fill(const char *pattern, const char *token)
{
    struct buffer out = { 0 };
    for (const char *slot; (slot = strstr(pattern, DELIVERY_TOKEN_SLOT)) != NULL;
         pattern = slot + sizeof DELIVERY_TOKEN_SLOT - 1) {
        buffer_append(&out, pattern, (size_t)(slot - pattern));
        buffer_add(&out, token);
    }
    buffer_add(&out, pattern);
    return buffer_take(&out);
}
