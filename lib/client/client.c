/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The calls of libbudkavle: what is asked of the control socket.
 */
#include "budkavle/client.h"

#include "client/event_kind.h"
#include "client/exchange.h"
#include "client/pending.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_MS = 10 * 1000,
    ANSWER_MS = 300 * 1000 /* a large batch is committed before the answer comes */
};

/* libcurl's own set-up is not safe in threads, so it is done once. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_status = CURLE_FAILED_INIT;

static void
start_curl(void)
{
    curl_status = curl_global_init(CURL_GLOBAL_DEFAULT);
}

const char *
budkavle_version(void)
{
    return BUDKAVLE_VERSION;
}

struct budkavle *
budkavle_open(const char *path)
{
    struct budkavle *client;
    bool is_flowing;

    pthread_once(&curl_once, start_curl);
    client = curl_status == CURLE_OK ? calloc(1, sizeof(*client)) : NULL;
    if (client == NULL)
        return NULL;
    client->connect_ms = CONNECT_MS;
    client->answer_ms = ANSWER_MS;
    client->path = strdup(path == NULL ? BUDKAVLE_DEFAULT_SOCKET : path);
    client->curl = curl_easy_init();
    is_flowing = flow_open(&client->flow);
    if (client->path == NULL || client->curl == NULL || !is_flowing) {
        budkavle_close(client);
        return NULL;
    }
    return client;
}

void
budkavle_close(struct budkavle *client)
{
    if (client == NULL)
        return;
    budkavle_cancel(client);
    curl_easy_cleanup(client->curl);
    flow_close(&client->flow);
    free(client->path);
    free(client);
}

const char *
budkavle_error(const struct budkavle *client)
{
    return client->error;
}

void
budkavle_set_timeouts(struct budkavle *client, long connect_ms, long answer_ms)
{
    client->connect_ms = connect_ms > 0 ? connect_ms : CONNECT_MS;
    client->answer_ms = answer_ms > 0 ? answer_ms : ANSWER_MS;
}

void
budkavle_answer_clear(struct budkavle_answer *answer)
{
    free(answer->body);
    *answer = (struct budkavle_answer){ .retry_after_s = -1 };
}

/* Paths go on the request line as they are. */
static bool
is_path(const char *path)
{
    size_t i;

    for (i = 0; path[i] != '\0'; i++) {
        if ((unsigned char)path[i] <= ' ' || (unsigned char)path[i] >= 0x7f ||
            path[i] == '#')
            return false;
    }
    return path[0] == '/';
}

/* BUDKAVLE_OK, or why the request cannot be made. */
static enum budkavle_result
check_request(struct budkavle *client, const char *method, const char *path)
{
    if (client->pending != NULL)
        return client_fail(
            client, BUDKAVLE_FAILED,
            "a request is under way on this handle: proceed until it has "
            "ended, or cancel it");
    if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
        return client_fail(client, BUDKAVLE_FAILED, "method %s is not GET or POST",
                           method);
    if (!is_path(path))
        return client_fail(client, BUDKAVLE_FAILED,
                           "path %s must begin with / and be percent-encoded", path);
    return BUDKAVLE_OK;
}

static const char *
type_of(const char *method, const char *content_type)
{
    if (strcmp(method, "POST") != 0)
        return NULL;
    return content_type == NULL ? "application/json" : content_type;
}

/* The answer of what has ended; its body is there, if only as "", whatever came. */
static enum budkavle_result
take_answer(struct exchange *exchange, struct budkavle_answer *answer)
{
    *answer = (struct budkavle_answer){ .status = exchange->status,
                                        .retry_after_s = exchange->retry_after_s };
    if (!bytes_add(&exchange->answer, "", 0))
        return client_fail(exchange->client, BUDKAVLE_FAILED, "memory is out");
    answer->body = exchange->answer.data;
    answer->body_len = exchange->answer.len;
    exchange->answer = (struct bytes){ 0 };
    return exchange->result;
}

enum budkavle_result
budkavle_call(struct budkavle *client, const char *method, const char *path,
              const char *content_type, const void *body, size_t len,
              struct budkavle_answer *answer)
{
    struct exchange exchange = {
        .client = client,
        .method = method,
        .path = path,
        .content_type = type_of(method, content_type),
        .body = body,
        .len = body == NULL ? 0 : len,
        .has_deadline = true,
    };
    enum budkavle_result result = check_request(client, method, path);

    *answer = (struct budkavle_answer){ .retry_after_s = -1 };
    if (result != BUDKAVLE_OK)
        return result;
    (void)exchange_perform(&exchange);
    return take_answer(&exchange, answer);
}

static const char *
events_path(int check)
{
    return check ? "/v1/events?check=1" : "/v1/events";
}

enum budkavle_result
budkavle_send(struct budkavle *client, const void *events, size_t len, int check,
              struct budkavle_answer *answer)
{
    return budkavle_call(client, "POST", events_path(check), event_kind(events, len),
                         events, len, answer);
}

/* --- Without waiting -------------------------------------------------------------- */

int
budkavle_fd(const struct budkavle *client)
{
    return client->flow.epoll;
}

enum budkavle_result
budkavle_begin(struct budkavle *client, const char *method, const char *path,
               const char *content_type, const void *body, size_t len)
{
    enum budkavle_result result = check_request(client, method, path);
    struct pending *pending;

    if (result != BUDKAVLE_OK)
        return result;
    pending = pending_new(client, method, path, type_of(method, content_type), body,
                          body == NULL ? 0 : len);
    if (pending == NULL)
        return client_fail(client, BUDKAVLE_FAILED, "memory is out");
    if (!exchange_begin(&pending->exchange)) {
        pending_free(pending);
        return BUDKAVLE_FAILED;
    }
    client->pending = pending;
    return BUDKAVLE_UNDER_WAY;
}

enum budkavle_result
budkavle_begin_send(struct budkavle *client, const void *events, size_t len, int check)
{
    return budkavle_begin(client, "POST", events_path(check), event_kind(events, len),
                          events, len);
}

enum budkavle_result
budkavle_proceed(struct budkavle *client, struct budkavle_answer *answer)
{
    struct pending *pending = client->pending;
    enum budkavle_result result;

    *answer = (struct budkavle_answer){ .retry_after_s = -1 };
    if (pending == NULL)
        return client_fail(client, BUDKAVLE_FAILED, "no request is under way");
    if (!exchange_proceed(&pending->exchange))
        return BUDKAVLE_UNDER_WAY;
    result = take_answer(&pending->exchange, answer);
    budkavle_cancel(client); /* it has ended: only what it held is let go */
    return result;
}

void
budkavle_cancel(struct budkavle *client)
{
    if (client->pending == NULL)
        return;
    exchange_end(&client->pending->exchange);
    pending_free(client->pending);
    client->pending = NULL;
}

/* --- Long answers ----------------------------------------------------------------- */

/* RFC 9530: sha-256=:BASE64: */
static void
read_digest(CURL *curl, char sha256[BUDKAVLE_SHA256_SIZE])
{
    static const char prefix[] = "sha-256=:";
    struct curl_header *header;
    const char *digest;

    sha256[0] = '\0';
    if (curl_easy_header(curl, "Repr-Digest", 0, CURLH_HEADER, -1, &header) !=
            CURLHE_OK ||
        strncmp(header->value, prefix, sizeof(prefix) - 1) != 0)
        return;
    digest = header->value + sizeof(prefix) - 1;
    if (strcspn(digest, ":") != BUDKAVLE_SHA256_SIZE - 1)
        return;
    memcpy(sha256, digest, BUDKAVLE_SHA256_SIZE - 1);
    sha256[BUDKAVLE_SHA256_SIZE - 1] = '\0';
}

enum budkavle_result
budkavle_backup(struct budkavle *client,
                int (*each)(void *context, const void *data, size_t len), void *context,
                char sha256[BUDKAVLE_SHA256_SIZE], struct budkavle_answer *answer)
{
    struct exchange exchange = {
        .client = client,
        .method = "GET",
        .path = "/v1/backup",
        .each_block = each,
        .context = context,
    };
    enum budkavle_result result = check_request(client, exchange.method, exchange.path);

    *answer = (struct budkavle_answer){ .retry_after_s = -1 };
    sha256[0] = '\0';
    if (result != BUDKAVLE_OK)
        return result;
    (void)exchange_perform(&exchange);
    read_digest(client->curl, sha256);
    return take_answer(&exchange, answer);
}

enum budkavle_result
budkavle_stream(struct budkavle *client,
                int (*each)(void *context, const char *name, const char *data),
                void *context)
{
    struct event_stream stream = { .each = each, .context = context };
    struct exchange exchange = {
        .client = client,
        .method = "GET",
        .path = "/v1/stream",
        .stream = &stream,
    };
    enum budkavle_result result = check_request(client, exchange.method, exchange.path);

    if (result == BUDKAVLE_OK)
        result = exchange_perform(&exchange);

    event_stream_clear(&stream);
    bytes_clear(&exchange.answer);
    return result;
}
