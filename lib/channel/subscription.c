/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads push subscriptions, and writes them in one form.
 */
#include "channel/subscription.h"

#include "base/base64url.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "channel/http_request.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    ENDPOINT_MAX_BYTES = 2000, /* the longest that are met have 500 */
    LANGUAGE_MAX_BYTES = 35,   /* RFC 5646, 4.4.1 */
};

static const char form[] =
    "{\"endpoint\": \"https://…\", \"keys\": {\"p256dh\": \"…\", \"auth\": \"…\"}}";

void
subscription_clear(struct subscription *subscription)
{
    free(subscription->endpoint);
    free(subscription->language);
    memset(subscription, 0, sizeof *subscription);
}

static enum status
read_endpoint(const json_t *root, struct subscription *subscription,
              struct error *error)
{
    const char *endpoint = json_string_value(json_object_get(root, "endpoint"));
    struct error unused = { 0 };
    if (endpoint == NULL)
        return error_set(error, STATUS_INVALID,
                         "the subscription has no endpoint; it should be %s", form);
    if (strlen(endpoint) > ENDPOINT_MAX_BYTES)
        return error_set(error, STATUS_INVALID,
                         "the subscription's endpoint has %zu bytes; at most %d are "
                         "taken",
                         strlen(endpoint), ENDPOINT_MAX_BYTES);
    /* Its sentence would have the address in it. */
    if (http_url_check("endpoint", endpoint, &unused) != STATUS_OK)
        return error_set(error, STATUS_INVALID,
                         "the subscription's endpoint is no address; it should be the "
                         "https:// address that the browser gave, unchanged");
    subscription->endpoint = string_copy(endpoint);
    return STATUS_OK;
}

/* A key of exactly this many bytes. */
static enum status
read_key(const json_t *root, const char *name, unsigned char *out, size_t size,
         struct error *error)
{
    const json_t *keys = json_object_get(root, "keys");
    const char *text = json_string_value(json_object_get(keys, name));
    unsigned char *bytes = NULL;
    size_t len = 0;
    bool fits;
    if (text == NULL)
        return error_set(error, STATUS_INVALID,
                         "the subscription has no keys.%s; it should be %s", name,
                         form);
    if (!base64url_decode(text, &bytes, &len))
        return error_set(error, STATUS_INVALID,
                         "the subscription's keys.%s is not base64url", name);
    fits = len == size;
    if (fits)
        memcpy(out, bytes, size);
    free(bytes);
    return fits ? STATUS_OK
                : error_set(error, STATUS_INVALID,
                            "the subscription's keys.%s has %zu bytes; %zu are needed",
                            name, len, size);
}

static enum status
read_keys(const json_t *root, struct subscription *subscription, struct error *error)
{
    enum status status = read_key(root, "p256dh", subscription->browser_public,
                                  sizeof subscription->browser_public, error);
    if (status == STATUS_OK)
        status = read_key(root, "auth", subscription->auth, sizeof subscription->auth,
                          error);
    if (status == STATUS_OK && !p256_is_public(subscription->browser_public))
        status = error_set(error, STATUS_INVALID,
                           "the subscription's keys.p256dh is no point on the curve "
                           "P-256");
    return status;
}

static enum status
read_language(const json_t *root, struct subscription *subscription,
              struct error *error)
{
    const json_t *value = json_object_get(root, "language");
    const char *language = json_string_value(value);
    if (value == NULL || json_is_null(value))
        return STATUS_OK;
    if (language == NULL || language[0] == '\0' ||
        strlen(language) > LANGUAGE_MAX_BYTES ||
        strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789-") != strlen(language))
        return error_set(error, STATUS_INVALID,
                         "the subscription's language is none; it should be as in the "
                         "configuration's languages, such as \"sv\"");
    subscription->language = string_copy(language);
    return STATUS_OK;
}

enum status
subscription_parse(const char *text, struct subscription *subscription,
                   struct error *error)
{
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    enum status status = STATUS_OK;
    subscription_clear(subscription);
    if (!json_is_object(root))
        status =
            error_set(error, STATUS_INVALID,
                      "this is no subscription; it should be %s, on one line", form);
    if (status == STATUS_OK)
        status = read_endpoint(root, subscription, error);
    if (status == STATUS_OK)
        status = read_keys(root, subscription, error);
    if (status == STATUS_OK)
        status = read_language(root, subscription, error);
    json_decref(root);
    if (status != STATUS_OK)
        subscription_clear(subscription);
    return status;
}

char *
subscription_format(const struct subscription *subscription)
{
    char *public = base64url_encode(subscription->browser_public,
                                    sizeof subscription->browser_public);
    char *auth = base64url_encode(subscription->auth, sizeof subscription->auth);
    json_t *root = json_pack("{s:s, s:{s:s, s:s}, s:s*}", "endpoint",
                             subscription->endpoint, "keys", "p256dh", public, "auth",
                             auth, "language", subscription->language);
    char *text = json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
    char *copy = string_copy(text);
    free(text);
    json_decref(root);
    free(public);
    free(auth);
    return copy;
}

/* The port's text where it is the scheme's own, and need not be said. */
static bool
is_default_port(const char *scheme, const char *port, size_t len)
{
    const char *own = strncmp(scheme, "https:", 6) == 0 ? ":443" : ":80";
    return len == strlen(own) && strncmp(port, own, len) == 0;
}

char *
subscription_origin(const char *endpoint)
{
    size_t scheme = (size_t)(strstr(endpoint, "://") - endpoint) + 3;
    size_t len = scheme + strcspn(endpoint + scheme, "/?#");
    char *origin = string_copy_n(endpoint, len);
    char *port;
    for (char *at = origin; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    /* The colons of an address of IPv6 stand in brackets. */
    port = strrchr(origin + scheme, ':');
    if (port != NULL && strchr(port, ']') == NULL &&
        is_default_port(origin, port, strlen(port)))
        *port = '\0';
    return origin;
}
