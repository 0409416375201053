/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes the string that is signed, signs it, and writes the header.
 */
#include "channel/oauth1.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "channel/http_request.h"

#include <stdlib.h>
#include <string.h>

enum {
    OWN_FIELDS = 6,
    TIMESTAMP_DIGITS = 24,
};

/* RFC 5849, 3.6, encodes as RFC 3986 does. */
static char *
encoded(const char *text)
{
    struct buffer out = { 0 };
    http_percent_add(&out, text);
    return buffer_take(&out);
}

/* Both encoded: they are sorted as such (3.4.1.3.2). */
struct pair {
    char *name, *value;
};

static int
compare_pairs(const void *a, const void *b)
{
    const struct pair *one = a, *other = b;
    int order = strcmp(one->name, other->name);
    return order != 0 ? order : strcmp(one->value, other->value);
}

static void
own_fields(const struct oauth1_keys *keys, const struct oauth1_request *request,
           char timestamp[TIMESTAMP_DIGITS], struct oauth1_field out[OWN_FIELDS])
{
    const struct oauth1_field fields[OWN_FIELDS] = {
        { "oauth_consumer_key", keys->consumer_key },
        { "oauth_nonce", request->nonce },
        { "oauth_signature_method", "HMAC-SHA1" },
        { "oauth_timestamp", timestamp },
        { "oauth_token", keys->token },
        { "oauth_version", "1.0" },
    };
    char *digits = string_format("%lld", (long long)request->timestamp_s);
    memcpy(timestamp, digits, strlen(digits) + 1);
    memcpy(out, fields, sizeof fields);
    free(digits);
}

/* All parameters, encoded, sorted and joined (3.4.1.3.2). */
static char *
parameters_of(const struct oauth1_field own[OWN_FIELDS],
              const struct oauth1_request *request)
{
    size_t n = OWN_FIELDS + request->n_fields;
    struct pair *pairs = memory_array(n, sizeof *pairs);
    struct buffer out = { 0 };
    for (size_t i = 0; i < n; i++) {
        const struct oauth1_field *field =
            i < OWN_FIELDS ? &own[i] : &request->fields[i - OWN_FIELDS];
        pairs[i] = (struct pair){ encoded(field->name), encoded(field->value) };
    }
    qsort(pairs, n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < n; i++) {
        buffer_addf(&out, "%s%s=%s", i > 0 ? "&" : "", pairs[i].name, pairs[i].value);
        free(pairs[i].name);
        free(pairs[i].value);
    }
    free(pairs);
    return buffer_take(&out);
}

char *
oauth1_signature(const struct oauth1_keys *keys, const struct oauth1_request *request)
{
    char timestamp[TIMESTAMP_DIGITS];
    struct oauth1_field own[OWN_FIELDS];
    struct buffer base = { 0 }, key = { 0 };
    unsigned char digest[SHA1_BYTES];
    own_fields(keys, request, timestamp, own);
    char *parameters = parameters_of(own, request);
    buffer_addf(&base, "%s&", request->method);
    http_percent_add(&base, request->url);
    buffer_add_char(&base, '&');
    http_percent_add(&base, parameters);
    http_percent_add(&key, keys->consumer_secret);
    buffer_add_char(&key, '&');
    http_percent_add(&key, keys->token_secret);
    hmac_sha1(key.data, key.len, base.data, base.len, digest);
    explicit_bzero(key.data, key.len);
    buffer_clear(&key);
    buffer_clear(&base);
    free(parameters);
    return base64_encode(digest, sizeof digest);
}

char *
oauth1_header(const struct oauth1_keys *keys, const struct oauth1_request *request)
{
    char timestamp[TIMESTAMP_DIGITS];
    struct oauth1_field own[OWN_FIELDS];
    struct buffer out = { 0 };
    char *signature = oauth1_signature(keys, request);
    own_fields(keys, request, timestamp, own);
    buffer_add(&out, "OAuth oauth_signature=\"");
    http_percent_add(&out, signature);
    for (size_t i = 0; i < OWN_FIELDS; i++) {
        buffer_addf(&out, "\", %s=\"", own[i].name);
        http_percent_add(&out, own[i].value);
    }
    buffer_add_char(&out, '"');
    free(signature);
    return buffer_take(&out);
}
