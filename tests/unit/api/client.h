/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A client of the rig's socket that speaks raw bytes, in the same thread as the daemon.
 */
#ifndef BUDKAVLE_TESTS_API_CLIENT_H
#define BUDKAVLE_TESTS_API_CLIENT_H

#include "rig.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <sys/un.h>

#define RIG_PATIENCE_MS INT64_C(20000)

struct client {
    struct rig *rig;
    int fd;
    struct buffer out;
    size_t sent;
    struct buffer in;
    bool ended; /* the daemon has closed the connection */
};

static inline void
client_open(struct rig *rig, struct client *client)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    *client = (struct client){ .rig = rig };
    memcpy(address.sun_path, rig->path, strlen(rig->path) + 1);
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        connect(client->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(fcntl(client->fd, F_SETFL, O_NONBLOCK), 0);
}

static inline void
client_close(struct client *client)
{
    close(client->fd);
    buffer_clear(&client->out);
    buffer_clear(&client->in);
}

/* One round: what can be sent and received now, and what the daemon does with it. */
static inline void
client_step(struct client *client, bool reads)
{
    char piece[65536];
    ssize_t n;

    if (client->sent < client->out.len) {
        n = send(client->fd, client->out.data + client->sent,
                 client->out.len - client->sent, MSG_NOSIGNAL);
        client->sent += n > 0 ? (size_t)n : 0;
    }
    event_base_loop(loop_base(client->rig->loop), EVLOOP_NONBLOCK);
    while (reads && !client->ended) {
        n = recv(client->fd, piece, sizeof(piece), 0);
        if (n > 0) {
            buffer_append(&client->in, piece, (size_t)n);
        } else {
            client->ended = n == 0 || errno == ECONNRESET;
            break;
        }
    }
}

static inline bool
client_has_answer(const struct client *client)
{
    const char *header_end =
        client->in.len > 0 ? strstr(client->in.data, "\r\n\r\n") : NULL;
    const char *length;
    size_t header;

    if (header_end == NULL) {
        return false;
    }
    length = strcasestr(client->in.data, "Content-Length: ");
    header = (size_t)(header_end - client->in.data) + 4;
    return length == NULL || client->in.len >= header + strtoul(length + 16, NULL, 10);
}

/* Until a whole answer is there, or the connection has ended. */
static inline void
client_wait(struct client *client)
{
    int64_t start_ms = clock_mono_ms();

    while (!client_has_answer(client) && !client->ended) {
        client_step(client, true);
        if (clock_mono_ms() - start_ms > RIG_PATIENCE_MS) {
            fail_msg("no answer; so far: %.*s", (int)client->in.len, client->in.data);
        }
    }
}

static inline void
client_wait_end(struct client *client)
{
    int64_t start_ms = clock_mono_ms();

    while (!client->ended) {
        client_step(client, true);
        if (clock_mono_ms() - start_ms > RIG_PATIENCE_MS) {
            fail_msg("the connection does not end");
        }
    }
}

static inline int
client_code(const struct client *client)
{
    return client->in.len > 12 ? (int)strtol(client->in.data + 9, NULL, 10) : 0;
}

/* The body of the answer as JSON; a new reference. */
static inline json_t *
client_json(const struct client *client)
{
    const char *body = strstr(client->in.data, "\r\n\r\n");
    json_t *json = body != NULL ? json_loads(body + 4, 0, NULL) : NULL;

    if (json == NULL) {
        fail_msg("not JSON: %s", client->in.data);
    }
    return json;
}

static inline const char *
json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    assert_non_null(text);
    return text;
}

static inline void
client_ask(struct client *client, const char *method, const char *path,
           const char *headers, const char *body)
{
    buffer_addf(&client->out, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path,
                headers);
    if (body != NULL) {
        buffer_addf(&client->out, "Content-Length: %zu\r\n", strlen(body));
    }
    buffer_addf(&client->out, "\r\n%s", body != NULL ? body : "");
}

/* A whole exchange on a connection of its own; returns the code, and (answer not NULL)
 * the JSON of the body. */
static inline int
rig_exchange(struct rig *rig, const char *method, const char *path, const char *headers,
             const char *body, json_t **answer)
{
    struct client client;
    int code;

    client_open(rig, &client);
    client_ask(&client, method, path, headers, body);
    client_wait(&client);
    code = client_code(&client);
    if (answer != NULL) {
        *answer = client_json(&client);
    }
    client_close(&client);
    return code;
}

#define JSON_TYPE "Content-Type: application/json\r\n"
#define LINES_TYPE "Content-Type: application/x-ndjson\r\n"
#define EVENT_TEXT                                                                     \
    "{\"incident\": \"A-1\", \"kind\": \"power\", \"status\": \"confirmed\"}"

#endif
