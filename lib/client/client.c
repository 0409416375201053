/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The calls of libbudkavle: what is asked of the control socket.
 */
#include "budkavle/client.h"

#include "client/exchange.h"
#include "codec/event_json.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALL_TIMEOUT_S = 300 /* a large batch is committed before the answer comes */
};

/* libcurl's own set-up is not safe in threads, so it is done once. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_status = CURLE_FAILED_INIT;

static void
start_curl(void)
{
    curl_status = curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct budkavle *
budkavle_open(const char *path)
{
    struct budkavle *client;

    pthread_once(&curl_once, start_curl);
    client = curl_status == CURLE_OK ? calloc(1, sizeof(*client)) : NULL;
    if (client == NULL)
        return NULL;
    client->path = strdup(path == NULL ? BUDKAVLE_DEFAULT_SOCKET : path);
    client->curl = curl_easy_init();
    if (client->path == NULL || client->curl == NULL) {
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
    curl_easy_cleanup(client->curl);
    free(client->path);
    free(client);
}

const char *
budkavle_error(const struct budkavle *client)
{
    return client->error;
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

enum budkavle_result
budkavle_call(struct budkavle *client, const char *method, const char *path,
              const char *content_type, const void *body, size_t len,
              struct budkavle_answer *answer)
{
    struct exchange exchange = {
        .client = client,
        .method = method,
        .path = path,
        .body = body,
        .len = body == NULL ? 0 : len,
        .timeout_s = CALL_TIMEOUT_S,
    };
    enum budkavle_result result;

    *answer = (struct budkavle_answer){ .retry_after_s = -1 };
    if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
        return client_fail(client, BUDKAVLE_FAILED, "method %s is not GET or POST",
                           method);
    if (!is_path(path))
        return client_fail(client, BUDKAVLE_FAILED,
                           "path %s must begin with / and be percent-encoded", path);
    if (strcmp(method, "POST") == 0)
        exchange.content_type =
            content_type == NULL ? "application/json" : content_type;
    result = exchange_perform(&exchange);
    answer->status = exchange.status;
    answer->retry_after_s = exchange.retry_after_s;
    /* The body is there, if only as "", whatever came. */
    if (!bytes_add(&exchange.answer, "", 0))
        return client_fail(client, BUDKAVLE_FAILED, "memory is out");
    answer->body = exchange.answer.data;
    answer->body_len = exchange.answer.len;
    return result;
}

/* What the events are; the daemon looks at the content as well. */
static const char *
events_type(const char *events, size_t len)
{
    if (events_look_like_xml(events, len))
        return "application/cap+xml";
    return events_look_like_lines(events, len) ? "application/x-ndjson"
                                               : "application/json";
}

enum budkavle_result
budkavle_send(struct budkavle *client, const void *events, size_t len, int check,
              struct budkavle_answer *answer)
{
    return budkavle_call(client, "POST", check ? "/v1/events?check=1" : "/v1/events",
                         events_type(events, len), events, len, answer);
}

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
    enum budkavle_result result = exchange_perform(&exchange);

    *answer = (struct budkavle_answer){ .status = exchange.status,
                                        .retry_after_s = exchange.retry_after_s };
    read_digest(client->curl, sha256);
    if (!bytes_add(&exchange.answer, "", 0))
        return client_fail(client, BUDKAVLE_FAILED, "memory is out");
    answer->body = exchange.answer.data;
    answer->body_len = exchange.answer.len;
    return result;
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
    enum budkavle_result result = exchange_perform(&exchange);

    event_stream_clear(&stream);
    bytes_clear(&exchange.answer);
    return result;
}
