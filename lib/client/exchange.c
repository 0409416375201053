/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A request by way of libcurl, and libcurl's many ways to fail to the few results that
 * a caller can act on.
 */
#include "client/exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum budkavle_result
client_fail(struct budkavle *client, enum budkavle_result result, const char *format,
            ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(client->error, sizeof(client->error), format, arguments);
    va_end(arguments);
    return result;
}

static long
response_code(const struct exchange *exchange)
{
    long code = 0;

    curl_easy_getinfo(exchange->client->curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* A refusal of the stream is an answer like any other. */
static size_t
on_body(char *data, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t len = size * count;
    bool is_event = exchange->stream != NULL && response_code(exchange) / 100 == 2;

    if (is_event)
        return event_stream_feed(exchange->stream, data, len) ? len : 0;
    if (exchange->each_block != NULL && response_code(exchange) / 100 == 2) {
        exchange->stopped = exchange->each_block(exchange->context, data, len) == 0;
        return exchange->stopped ? 0 : len;
    }
    if (!bytes_add(&exchange->answer, data, len)) {
        exchange->out_of_memory = true;
        return 0;
    }
    return len;
}

static void
set_connection(const struct exchange *exchange)
{
    CURL *curl = exchange->client->curl;

    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, exchange->client->path);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, exchange->client->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     exchange->has_deadline ? exchange->client->answer_ms : 0L);
}

/* Adds to the list, or frees it and returns NULL. */
static struct curl_slist *
add_header(struct curl_slist *headers, const char *header)
{
    struct curl_slist *longer = curl_slist_append(headers, header);

    if (longer == NULL)
        curl_slist_free_all(headers);
    return longer;
}

/* NULL when memory is out. "Expect:" and no value: the body goes at once. */
static struct curl_slist *
make_headers(const struct exchange *exchange)
{
    static const char name[] = "Content-Type: ";
    struct curl_slist *headers = add_header(NULL, "Expect:");
    struct bytes line = { 0 };

    if (headers == NULL || exchange->content_type == NULL)
        return headers;
    if (bytes_add(&line, name, sizeof(name) - 1) &&
        bytes_add(&line, exchange->content_type, strlen(exchange->content_type))) {
        headers = add_header(headers, line.data);
    } else {
        curl_slist_free_all(headers);
        headers = NULL;
    }
    bytes_clear(&line);
    return headers;
}

static void
set_request(struct exchange *exchange, const char *url, struct curl_slist *headers)
{
    CURL *curl = exchange->client->curl;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->client->curl_error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    if (strcmp(exchange->method, "POST") == 0) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
                         exchange->body == NULL ? "" : exchange->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->len);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
}

static enum budkavle_result
connection_failed(const struct exchange *exchange)
{
    struct budkavle *client = exchange->client;
    long system_error = 0;
    const char *reason = exchange->client->curl_error;

    curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &system_error);
    if (system_error == EACCES || system_error == EPERM)
        return client_fail(
            client, BUDKAVLE_NOT_ALLOWED,
            "not allowed to connect to %s; ask to be put in the group that "
            "owns it",
            client->path);
    if (system_error == EAGAIN)
        return client_fail(client, BUDKAVLE_TRY_LATER,
                           "%s: too many connections at once", client->path);
    if (system_error != 0)
        reason = strerrordesc_np((int)system_error);
    return client_fail(client, BUDKAVLE_NOT_RUNNING, "nobody answers on %s: %s",
                       client->path, reason);
}

/* The exchange broke off: what that means, and a sentence. */
static enum budkavle_result
exchange_failed(const struct exchange *exchange, CURLcode code)
{
    struct budkavle *client = exchange->client;

    if (exchange->stream != NULL && exchange->stream->stopped)
        return BUDKAVLE_OK;
    if (exchange->stopped)
        return client_fail(client, BUDKAVLE_FAILED, "it was ended by the caller");
    if (exchange->out_of_memory || code == CURLE_OUT_OF_MEMORY ||
        (exchange->stream != NULL && exchange->stream->out_of_memory))
        return client_fail(client, BUDKAVLE_FAILED, "memory is out");
    if (code == CURLE_COULDNT_CONNECT)
        return connection_failed(exchange);
    if (exchange->stream != NULL && response_code(exchange) / 100 == 2) {
        client_fail(client, BUDKAVLE_OK, "%s: the connection ended", client->path);
        return BUDKAVLE_OK;
    }
    return client_fail(client, BUDKAVLE_FAILED, "%s: no whole answer: %s", client->path,
                       exchange->client->curl_error[0] != '\0'
                           ? exchange->client->curl_error
                           : curl_easy_strerror(code));
}

static enum budkavle_result
result_of(long code)
{
    static const struct {
        long code;
        enum budkavle_result result;
    } special[] = {
        { 403, BUDKAVLE_NOT_ALLOWED },
        { 429, BUDKAVLE_TRY_LATER },
        { 503, BUDKAVLE_TRY_LATER },
    };
    size_t i;

    for (i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        if (special[i].code == code)
            return special[i].result;
    }
    if (code / 100 == 2)
        return BUDKAVLE_OK;
    return code / 100 == 4 ? BUDKAVLE_REFUSED : BUDKAVLE_FAILED;
}

static long
retry_after(CURL *curl)
{
    struct curl_header *header;
    curl_off_t seconds = 0;

    if (curl_easy_header(curl, "Retry-After", 0, CURLH_HEADER, -1, &header) !=
        CURLHE_OK)
        return -1;
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
    return (long)seconds;
}

static enum budkavle_result
exchange_answered(struct exchange *exchange)
{
    struct budkavle *client = exchange->client;
    enum budkavle_result result = result_of(response_code(exchange));

    exchange->status = response_code(exchange);
    exchange->retry_after_s = retry_after(client->curl);

    if (result != BUDKAVLE_OK)
        client_fail(client, result, "%s %s was answered with HTTP status %ld",
                    exchange->method, exchange->path, exchange->status);
    return result;
}

bool
exchange_begin(struct exchange *exchange)
{
    struct budkavle *client = exchange->client;

    client->error[0] = '\0';
    client->curl_error[0] = '\0';
    exchange->retry_after_s = -1;
    curl_easy_reset(client->curl);
    exchange->headers = make_headers(exchange);
    if (exchange->headers != NULL &&
        bytes_add(&exchange->url, "http://localhost", 16) &&
        bytes_add(&exchange->url, exchange->path, strlen(exchange->path))) {
        set_connection(exchange);
        set_request(exchange, exchange->url.data, exchange->headers);
        if (flow_start(&client->flow, client->curl))
            return true;
    }
    exchange->result = client_fail(client, BUDKAVLE_FAILED, "memory is out");
    exchange_end(exchange);
    return false;
}

bool
exchange_proceed(struct exchange *exchange)
{
    CURLcode code = CURLE_OK;

    if (!flow_step(&exchange->client->flow, &code))
        return false;
    exchange->result = code == CURLE_OK ? exchange_answered(exchange)
                                        : exchange_failed(exchange, code);
    return true;
}

void
exchange_end(struct exchange *exchange)
{
    flow_end(&exchange->client->flow, exchange->client->curl);
    curl_slist_free_all(exchange->headers);
    exchange->headers = NULL;
    bytes_clear(&exchange->url);
}

enum budkavle_result
exchange_perform(struct exchange *exchange)
{
    struct pollfd ready = { .fd = exchange->client->flow.epoll, .events = POLLIN };

    if (!exchange_begin(exchange))
        return exchange->result;
    while (!exchange_proceed(exchange)) {
        (void)poll(&ready, 1, -1); /* a signal only asks once more */
    }
    exchange_end(exchange);
    return exchange->result;
}
