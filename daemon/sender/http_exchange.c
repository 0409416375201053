/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One HTTP request and its reply as a libcurl transfer.
 */
#include "sender/http_exchange.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    /* libcurl keeps every header line in memory, so an endless run of them is cut. */
    MAX_RECEIVED_HEADER_BYTES = 256 * 1024
};

void
http_exchange_clear(struct http_exchange *exchange)
{
    request_clear(&exchange->request);
    reply_clear(&exchange->reply);
    curl_slist_free_all(exchange->header_lines);
    *exchange = (struct http_exchange){ 0 };
}

static size_t
on_header(char *line, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    const size_t len = size * count;
    exchange->n_received_bytes += len;
    if (exchange->n_received_bytes > MAX_RECEIVED_HEADER_BYTES) {
        return 0;
    }
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        /* The answer begins; one before it was an interim answer (1xx). */
        strings_clear(&exchange->reply.headers);
        exchange->n_header_bytes = 0;
    } else if (memchr(line, ':', len) != NULL) {
        (void)reply_keep_line(&exchange->reply, &exchange->n_header_bytes, line, len);
    }
    return len;
}

static size_t
on_body(char *data, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    struct buffer *body = &exchange->reply.body;
    const size_t len = size * count;
    const size_t room = REPLY_MAX_BODY - body->len;
    buffer_append(body, data, len < room ? len : room);
    if (len > room) {
        exchange->is_body_full = true; /* what is there is answer enough */
        return 0;
    }
    return len;
}

static bool
has_line_break(const char *text)
{
    return strpbrk(text, "\r\n") != NULL;
}

/* Header names and methods are tokens of RFC 9110, 5.6.2. */
static size_t
token_length(const char *text)
{
    return strspn(text, "!#$%&'*+-.^_`|~0123456789"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

static bool
check_fields(const struct request *request, struct reply *reply)
{
    if (request->method == NULL || request->method[0] == '\0' ||
        request->method[token_length(request->method)] != '\0') {
        reply_fail(reply, REPLY_BAD_REQUEST, "the request has no method");
        return false;
    }
    for (size_t i = 0; i < request->headers.count; i++) {
        const char *line = request->headers.items[i];
        const size_t name_len = token_length(line);
        if (name_len == 0 || line[name_len] != ':' || has_line_break(line)) {
            reply_fail(reply, REPLY_BAD_REQUEST,
                       "header %zu of the request is not \"Name: value\" on one line",
                       i + 1);
            return false;
        }
    }
    return true;
}

static void
add_header(struct http_exchange *exchange, const char *line)
{
    struct curl_slist *longer = curl_slist_append(exchange->header_lines, line);
    if (longer == NULL) {
        fatal("sender: no memory for a request's headers");
    }
    exchange->header_lines = longer;
}

static bool
has_header(const struct request *request, const char *name)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < request->headers.count; i++) {
        const char *line = request->headers.items[i];
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            return true;
        }
    }
    return false;
}

static void
set_headers(struct http_exchange *exchange, CURL *easy)
{
    const struct request *request = &exchange->request;
    for (size_t i = 0; i < request->headers.count; i++) {
        add_header(exchange, request->headers.items[i]);
    }
    add_header(exchange, "Expect:"); /* no second of waiting before large bodies */
    if (!has_header(request, "Content-Type")) {
        add_header(exchange, "Content-Type:"); /* libcurl would call it a form */
    }
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->header_lines);
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "budkavle/" BUDKAVLE_VERSION);
}

static void
set_method(const struct request *request, CURL *easy)
{
    const bool is_get = strcmp(request->method, "GET") == 0;
    if (strcmp(request->method, "HEAD") == 0) {
        (void)curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (request->body.len == 0 &&
               (is_get || strcmp(request->method, "DELETE") == 0)) {
        (void)curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    } else {
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                               request->body.len == 0 ? "" : request->body.data);
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)request->body.len);
    }
    if (!is_get || request->body.len > 0) {
        (void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

bool
http_exchange_prepare(struct http_exchange *exchange, CURL *easy)
{
    const struct request *request = &exchange->request;
    if (!check_fields(request, &exchange->reply) ||
        !transfer_prepare(&exchange->transfer, easy, request,
                          request->allow_http ? "http,https" : "https",
                          &exchange->reply)) {
        return false;
    }
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set_method(request, easy);
    set_headers(exchange, easy);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    return true;
}

void
http_exchange_conclude(struct http_exchange *exchange, CURL *easy, CURLcode code)
{
    long status = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    const bool is_whole =
        code == CURLE_OK || (code == CURLE_WRITE_ERROR && exchange->is_body_full);
    if (is_whole && status >= 200) {
        exchange->reply.result = REPLY_ANSWERED;
        exchange->reply.code = status;
        return;
    }
    transfer_failed(&exchange->transfer, easy,
                    code == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : code,
                    &exchange->request, &exchange->reply);
    strings_clear(&exchange->reply.headers);
    buffer_clear(&exchange->reply.body);
}
