/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Builds POST requests with a JSON body, and checks the addresses they go to.
 */
#include "channel/json_post.h"

#include "base/memory.h"

#include <string.h>
#include <strings.h>

void
request_header(struct request *request, const char *name, const char *format, ...)
{
    struct buffer line = { 0 };
    buffer_add(&line, name);
    buffer_add(&line, ": ");
    va_list arguments;
    va_start(arguments, format);
    buffer_addv(&line, format, arguments);
    va_end(arguments);
    strings_take(&request->headers, buffer_take(&line));
}

static int
append_bytes(const char *bytes, size_t len, void *context)
{
    buffer_append(context, bytes, len);
    return 0;
}

void
json_post(struct request *request, const char *url, json_t *body_take)
{
    request->sender = SENDER_HTTP;
    request->method = string_copy("POST");
    request->url = string_copy(url);
    request_header(request, "Content-Type", "application/json");
    request_header(request, "User-Agent", "Budkavle/%s", BUDKAVLE_VERSION);
    if (json_dump_callback(body_take, append_bytes, &request->body, JSON_COMPACT) != 0)
        fatal("json: a body for %s cannot be written", url);
    json_decref(body_take);
}

static size_t
scheme_length(const char *url)
{
    static const char *const schemes[] = { "https://", "http://" };
    for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return strlen(schemes[i]);
    }
    return 0;
}

enum status
http_url_check(const char *option, const char *url, struct error *error)
{
    for (const char *c = url; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return error_set(
                error, STATUS_INVALID,
                "%s has a space, a control character or a letter outside "
                "ASCII at byte %zu; write it percent-encoded (%%20), a host "
                "in its xn-- form",
                option, (size_t)(c - url) + 1);
    }
    const char *host = url + scheme_length(url);
    size_t host_len = strcspn(host, "/?#");
    if (host == url || host_len == 0 || host[0] == ':')
        return error_set(error, STATUS_INVALID,
                         "%s is \"%s\"; an address such as "
                         "https://example.se/hooks/outage is needed",
                         option, url);
    if (memchr(host, '@', host_len) != NULL)
        return error_set(error, STATUS_INVALID,
                         "%s holds a user name or password before \"@\"; secrets are "
                         "read from files and never written in an address",
                         option);
    if (strchr(url, '#') != NULL)
        return error_set(
            error, STATUS_INVALID,
            "%s has a fragment (\"#…\"), which is never sent; leave it out", option);
    return STATUS_OK;
}
