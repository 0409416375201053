/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tokens of RFC 8292: a JSON Web Token of RFC 7519, signed with ES256.
 */
#include "channel/vapid.h"

#include "base/base64url.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/subscription.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TOKEN_LASTS_MS (12 * HOURS_MS) /* at most 24 h (RFC 8292, 2) */

enum status
vapid_key_check(const char *key, struct error *error)
{
    unsigned char private[P256_PRIVATE_BYTES];
    bool valid = p256_private_parse(key, private);
    explicit_bzero(private, sizeof private);
    return valid ? STATUS_OK
                 : error_set(error, STATUS_INVALID,
                             "vapid_key_file: the file has no private key on the curve "
                             "P-256, as PEM without a password or as base64url of its "
                             "32 bytes; make one with: budkavle vapid --new FILE");
}

/* The host of a mailto: or https: address, in *len bytes; NULL: it is neither. */
static const char *
host_of(const char *subject, size_t *len)
{
    const char *host = NULL;
    if (strncmp(subject, "mailto:", 7) == 0) {
        const char *at = strrchr(subject, '@');
        host = at == NULL || at == subject + 7 ? NULL : at + 1;
    } else if (strncmp(subject, "https://", 8) == 0) {
        host = subject + 8;
    }
    *len = host == NULL ? 0 : strcspn(host, ":/?#");
    return host;
}

enum status
vapid_subject_check(const char *subject, struct error *error)
{
    size_t len;
    const char *host = host_of(subject, &len);
    if (len == 0 || strpbrk(subject, " \t\r\n\"\\<>") != NULL)
        return error_set(error, STATUS_INVALID,
                         "subject is \"%s\"; the push services want to know whom to "
                         "ask: \"mailto:drift@example.se\", or an https:// address",
                         subject);
    if (len == 9 && strncasecmp(host, "localhost", len) == 0)
        return error_set(error, STATUS_INVALID,
                         "subject is \"%s\", which nobody else can reach; push "
                         "services refuse it: \"mailto:drift@example.se\" is needed",
                         subject);
    return STATUS_OK;
}

static void
add_part(struct buffer *token, json_t *part_take)
{
    char *text = json_dumps(part_take, JSON_COMPACT);
    char *encoded = base64url_encode(text, strlen(text));
    buffer_addf(token, "%s%s", token->len > 0 ? "." : "", encoded);
    free(encoded);
    free(text);
    json_decref(part_take);
}

static void
add_claims(struct buffer *token, const char *subject, const char *endpoint,
           int64_t now_ms)
{
    char *audience = subscription_origin(endpoint);
    add_part(token, json_pack("{s:s, s:s}", "typ", "JWT", "alg", "ES256"));
    add_part(token, json_pack("{s:s, s:I, s:s}", "aud", audience, "exp",
                              (json_int_t)((now_ms + TOKEN_LASTS_MS) / SECONDS_MS),
                              "sub", subject));
    free(audience);
}

char *
vapid_authorization(const char *key, const char *subject, const char *endpoint,
                    int64_t now_ms)
{
    unsigned char private[P256_PRIVATE_BYTES], public[P256_PUBLIC_BYTES];
    unsigned char signature[P256_SIGNATURE_BYTES];
    struct buffer token = { 0 };
    char *whole = NULL;
    add_claims(&token, subject, endpoint, now_ms);
    if (p256_private_parse(key, private) && p256_public(private, public) &&
        p256_sign(private, token.data, token.len, signature)) {
        char *signed_part = base64url_encode(signature, sizeof signature);
        char *known = base64url_encode(public, sizeof public);
        whole = string_format("vapid t=%s.%s, k=%s", token.data, signed_part, known);
        free(signed_part);
        free(known);
    }
    explicit_bzero(private, sizeof private);
    buffer_clear(&token);
    return whole;
}
