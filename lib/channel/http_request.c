/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Headers, credentials, forms and addresses of HTTP requests.
 */
#include "channel/http_request.h"

#include "base/digest.h"
#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    WORD_MAX_BYTES = 64,
};

void
http_request(struct request *request, const char *method, char *url_take)
{
    request->sender = SENDER_HTTP;
    request->method = string_copy(method);
    request->url = url_take;
    request_header(request, "User-Agent", "Budkavle/%s", BUDKAVLE_VERSION);
}

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

void
request_bearer(struct request *request, const char *token)
{
    request_header(request, "Authorization", "Bearer %s", token);
}

void
request_basic(struct request *request, const char *username, const char *password)
{
    char *pair = string_format("%s:%s", username, password);
    char *encoded = base64_encode(pair, strlen(pair));
    request_header(request, "Authorization", "Basic %s", encoded);
    free(encoded);
    free(pair);
}

/* The bytes that a form leaves as they are (WHATWG URL, 5.1); a space is "+". */
static bool
is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("*-._", c) != NULL);
}

static void
add_encoded(struct buffer *form, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (is_plain(*c))
            buffer_add_char(form, *c);
        else if (*c == ' ')
            buffer_add_char(form, '+');
        else
            buffer_addf(form, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

void
form_add(struct buffer *form, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (form->len > 0 && form->data[form->len - 1] != '?')
        buffer_add_char(form, '&');
    add_encoded(form, name);
    buffer_add_char(form, '=');
    add_encoded(form, value);
}

void
request_form(struct request *request, struct buffer *form)
{
    request_header(request, "Content-Type", "application/x-www-form-urlencoded");
    request->body = *form;
    *form = (struct buffer){ 0 };
}

void
http_percent_add(struct buffer *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if ((is_plain(*c) && *c != '*') || *c == '~')
            buffer_add_char(out, *c);
        else
            buffer_addf(out, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

char *
http_url_join(const char *base, const char *path)
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    return string_format("%.*s%s", (int)len, base, path);
}

bool
http_is_word(const char *text)
{
    size_t len = text == NULL ? 0 : strlen(text);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] >= 0x80 || !isalnum((unsigned char)text[i]))
            return false;
    }
    return len > 0 && len <= WORD_MAX_BYTES;
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

/* What is said of these does not show the address, which may be a secret. */
static enum status
check_letters(const char *option, const char *url, struct error *error)
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
    return STATUS_OK;
}

static enum status
check_parts(const char *option, const char *url, struct error *error)
{
    const char *host = url + scheme_length(url);
    if (memchr(host, '@', strcspn(host, "/?#")) != NULL)
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

static bool
has_host(const char *url)
{
    const char *host = url + scheme_length(url);
    return host != url && host[0] != ':' && strcspn(host, "/?#") > 0;
}

enum status
http_url_check(const char *option, const char *url, struct error *error)
{
    enum status status = check_letters(option, url, error);
    if (status == STATUS_OK && !has_host(url))
        status = error_set(error, STATUS_INVALID,
                           "%s is \"%s\"; an address such as "
                           "https://example.se/hooks/outage is needed",
                           option, url);
    return status == STATUS_OK ? check_parts(option, url, error) : status;
}

enum status
http_secret_url_check(const char *option, const char *url, struct error *error)
{
    enum status status = http_secret_check(option, url, error);
    if (status == STATUS_OK && !has_host(url))
        status = error_set(error, STATUS_INVALID,
                           "%s: the file holds no address; the whole address that the "
                           "service gave, https://…, is needed, on one line",
                           option);
    return status == STATUS_OK ? check_parts(option, url, error) : status;
}

enum status
http_base_check(const char *option, const char *url, struct error *error)
{
    enum status status = http_url_check(option, url, error);
    if (status == STATUS_OK && strchr(url, '?') != NULL)
        status = error_set(error, STATUS_INVALID,
                           "%s has a query (\"?\"); the address alone, such as "
                           "https://api.example.se, is needed",
                           option);
    return status;
}

enum status
http_secret_check(const char *option, const char *secret, struct error *error)
{
    for (const char *c = secret; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return error_set(error, STATUS_INVALID,
                             "%s: the file has a space, a line break or a letter "
                             "outside ASCII inside the secret; the secret alone, on "
                             "one line, is needed",
                             option);
    }
    return *secret != '\0' ? STATUS_OK
                           : error_set(error, STATUS_INVALID,
                                       "%s: the file is empty; it should hold the "
                                       "secret, on one line",
                                       option);
}
