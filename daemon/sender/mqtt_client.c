/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libmosquitto calls back from inside its own functions, where it must not be freed: what
 * it says there is noted, and told when it has returned.
 */
#include "sender/mqtt_client.h"

#include "base/memory.h"
#include "sender/mqtt_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEEP_ALIVE_S = 30,
    TICK_MS = 1000,
    CONNECT_LIMIT_MS = 10000,     /* until the broker has said yes */
    FIRST_REASON_OF_REFUSAL = 128 /* MQTT 5.0, 2.4 */
};

#define ONLINE "online"
#define OFFLINE "offline"

struct mqtt_client {
    const struct mqtt_way *way;
    struct mqtt_client_owner owner;
    struct loop *loop;
    struct mosquitto *mosquitto;
    struct mqtt_tls tls;
    struct loop_watch *watch;
    struct loop_timer *tick; /* before it is up: the limit of connecting */
    int fd;
    bool is_open; /* the socket is connected */
    bool is_up;
    bool is_ended; /* told, or about to be */
    /* Noted by callbacks: */
    bool is_accepted;
    int refusal;      /* of the CONNACK; 0: none */
    int disconnected; /* reason of the broker's DISCONNECT; 0: none */
    struct mqtt_end end;
};

static void
end_set(struct mqtt_end *end, enum reply_result result, int64_t code, char *detail_take)
{
    free(end->detail);
    *end = (struct mqtt_end){ .result = result, .code = code, .detail = detail_take };
}

/* --- What libmosquitto says -------------------------------------------------------- */

static void
on_connack(struct mosquitto *mosquitto, void *context, int reason, int flags,
           const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)flags;
    (void)properties;
    struct mqtt_client *client = context;
    client->is_accepted = reason == 0;
    client->refusal = reason;
}

static void
on_disconnected(struct mosquitto *mosquitto, void *context, int reason,
                const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)properties;
    struct mqtt_client *client = context;
    if (reason >= FIRST_REASON_OF_REFUSAL) {
        client->disconnected = reason;
    }
}

static void
on_published(struct mosquitto *mosquitto, void *context, int message, int reason,
             const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)properties;
    struct mqtt_client *client = context;
    client->owner.on_acknowledged(client->owner.context, message, reason);
}

/* --- The end ----------------------------------------------------------------------- */

static const char *
words_of(int reason, bool is_5)
{
    return is_5 ? mosquitto_reason_string(reason) : mosquitto_connack_string(reason);
}

/* What the broker itself said comes first, then TLS, then the system. */
static void
find_end(struct mqtt_client *client, int code, int reason)
{
    const char *host = client->way->host;
    const int port = client->way->port;
    if (client->refusal != 0) {
        end_set(&client->end, REPLY_ANSWERED, MQTT_CODE_CONNACK + client->refusal,
                string_format("%s:%d refused the connection: %s", host, port,
                              words_of(client->refusal, client->way->request.mqtt_5)));
    } else if (client->disconnected != 0) {
        end_set(&client->end, client->is_up ? REPLY_UNKNOWN : REPLY_ANSWERED,
                MQTT_CODE_DISCONNECT + client->disconnected,
                string_format("%s:%d closed the connection: %s%s", host, port,
                              mosquitto_reason_string(client->disconnected),
                              client->disconnected == MQTT_RC_SESSION_TAKEN_OVER
                                  ? "; another client has this client_id"
                                  : ""));
    } else if (client->tls.verify_error != 0) {
        end_set(&client->end, REPLY_CERTIFICATE, 0,
                string_format("the certificate of %s:%d is not valid: %s", host, port,
                              X509_verify_cert_error_string(client->tls.verify_error)));
    } else if (client->is_up) {
        end_set(&client->end, REPLY_UNKNOWN, 0,
                string_format("the connection to %s:%d was lost", host, port));
    } else {
        end_set(&client->end, REPLY_NOT_SENT, 0,
                string_format("no connection to %s:%d: %s", host, port,
                              code == MOSQ_ERR_ERRNO && reason != 0
                                  ? strerror(reason)
                                  : mosquitto_strerror(code)));
    }
}

static void
on_ended(void *context)
{
    struct mqtt_client *client = context;
    client->owner.on_end(client->owner.context, &client->end); /* may free it */
}

/* Told in the next round: it may be ending inside a call of its owner. */
static void
finish(struct mqtt_client *client, int code, int reason)
{
    if (client->is_ended) {
        return;
    }
    find_end(client, code, reason);
    client->is_ended = true;
    loop_watch_free(client->watch);
    client->watch = NULL;
    loop_timer_free(client->tick);
    client->tick = loop_timer_new(client->loop, on_ended, client);
    loop_timer_set(client->tick, 0);
}

/* --- The socket -------------------------------------------------------------------- */

/* While TLS greets, libmosquitto wants to write what waits for the other side's words:
 * those are to be waited for. */
static void
watch_socket(struct mqtt_client *client)
{
    const bool greets = client->way->is_encrypted && client->is_open && !client->is_up;
    const bool wants_to_write =
        !client->is_open || (mosquitto_want_write(client->mosquitto) && !greets);
    loop_watch_set(client->watch, LOOP_READ | (wants_to_write ? LOOP_WRITE : 0));
}

static void
say_status(struct mqtt_client *client, const char *status, int qos)
{
    const char *topic = client->way->request.status_topic;
    if (topic != NULL) {
        (void)mosquitto_publish_v5(client->mosquitto, NULL, topic, (int)strlen(status),
                                   status, qos, true, NULL);
    }
}

static void
on_tick(void *context)
{
    struct mqtt_client *client = context;
    if (!client->is_up) {
        finish(client, MOSQ_ERR_ERRNO, ETIMEDOUT);
        return;
    }
    const int code = mosquitto_loop_misc(client->mosquitto);
    if (code != MOSQ_ERR_SUCCESS) {
        finish(client, code, errno);
        return;
    }
    watch_socket(client);
    loop_timer_set(client->tick, TICK_MS);
}

static void
become_up(struct mqtt_client *client)
{
    client->is_up = true;
    loop_timer_set(client->tick, TICK_MS);
    say_status(client, ONLINE, 1);
    client->owner.on_up(client->owner.context);
}

/* The first event of a socket that connects tells whether it did. */
static int
open_socket(struct mqtt_client *client, int *reason)
{
    socklen_t len = sizeof(*reason);
    if (getsockopt(client->fd, SOL_SOCKET, SO_ERROR, reason, &len) != 0) {
        *reason = errno;
    }
    client->is_open = *reason == 0;
    return client->is_open ? MOSQ_ERR_SUCCESS : MOSQ_ERR_ERRNO;
}

static int
exchange(struct mqtt_client *client, int what, int *reason)
{
    int code = client->is_open ? MOSQ_ERR_SUCCESS : open_socket(client, reason);
    errno = 0;
    if (code == MOSQ_ERR_SUCCESS && (what & LOOP_READ) != 0) {
        code = mosquitto_loop_read(client->mosquitto, 1);
    }
    if (code == MOSQ_ERR_SUCCESS && mosquitto_want_write(client->mosquitto)) {
        code = mosquitto_loop_write(client->mosquitto, 1);
    }
    *reason = *reason == 0 ? errno : *reason;
    if (code == MOSQ_ERR_SUCCESS && mosquitto_socket(client->mosquitto) < 0) {
        code = MOSQ_ERR_CONN_LOST; /* closed by the broker, in order */
    }
    return code;
}

static void
on_socket_ready(void *context, int what)
{
    struct mqtt_client *client = context;
    int reason = 0;
    const int code = exchange(client, what, &reason);
    if (code != MOSQ_ERR_SUCCESS || client->refusal != 0) {
        finish(client, code, reason);
        return;
    }
    if (client->is_accepted && !client->is_up) {
        become_up(client);
    }
    if (!client->is_ended) {
        watch_socket(client);
    }
}

/* --- The beginning ----------------------------------------------------------------- */

/* False when libmosquitto takes it not: out of memory, or what cannot be (a name that is
 * no UTF-8). */
static bool
set_options(struct mqtt_client *client)
{
    const struct request *request = &client->way->request;
    struct mosquitto *mosquitto = client->mosquitto;
    mosquitto_connect_v5_callback_set(mosquitto, on_connack);
    mosquitto_disconnect_v5_callback_set(mosquitto, on_disconnected);
    mosquitto_publish_v5_callback_set(mosquitto, on_published);
    return mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION,
                                request->mqtt_5
                                    ? MQTT_PROTOCOL_V5
                                    : MQTT_PROTOCOL_V311) == MOSQ_ERR_SUCCESS &&
           mosquitto_int_option(mosquitto, MOSQ_OPT_TCP_NODELAY, 1) ==
               MOSQ_ERR_SUCCESS &&
           (request->username == NULL ||
            mosquitto_username_pw_set(mosquitto, request->username,
                                      request->password) == MOSQ_ERR_SUCCESS) &&
           (request->status_topic == NULL ||
            mosquitto_will_set(mosquitto, request->status_topic, (int)strlen(OFFLINE),
                               OFFLINE, 1, true) == MOSQ_ERR_SUCCESS);
}

static bool
set_tls(struct mqtt_client *client)
{
    const struct request *request = &client->way->request;
    if (!client->way->is_encrypted) {
        return true;
    }
    return mqtt_tls_open(&client->tls, client->way->host, request->ca_pem) &&
           mosquitto_void_option(client->mosquitto, MOSQ_OPT_SSL_CTX,
                                 client->tls.context) == MOSQ_ERR_SUCCESS &&
           mosquitto_int_option(client->mosquitto, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) ==
               MOSQ_ERR_SUCCESS; /* the defaults ask for files */
}

static void
begin(struct mqtt_client *client, const char *address)
{
    if (!set_options(client)) {
        client->is_ended = true;
        end_set(&client->end, REPLY_BAD_REQUEST, 0,
                string_copy("username, topic or password cannot be said in MQTT"));
    } else if (!set_tls(client)) {
        client->is_ended = true;
        end_set(&client->end, REPLY_CERTIFICATE, 0,
                string_copy("the certificate authorities of ca_file cannot be used"));
    }
    if (client->is_ended) {
        client->tick = loop_timer_new(client->loop, on_ended, client);
        loop_timer_set(client->tick, 0);
        return;
    }
    client->tick = loop_timer_new(client->loop, on_tick, client);
    loop_timer_set(client->tick, CONNECT_LIMIT_MS);
    errno = 0;
    const int code = mosquitto_connect_async(client->mosquitto, address,
                                             client->way->port, KEEP_ALIVE_S);
    client->fd = mosquitto_socket(client->mosquitto);
    if (code != MOSQ_ERR_SUCCESS || client->fd < 0) {
        finish(client, code == MOSQ_ERR_SUCCESS ? MOSQ_ERR_ERRNO : code, errno);
        return;
    }
    client->watch = loop_watch_new(client->loop, client->fd, LOOP_READ | LOOP_WRITE,
                                   on_socket_ready, client);
}

struct mqtt_client *
mqtt_client_new(struct loop *loop, const struct mqtt_way *way,
                const struct sockaddr *address, const struct mqtt_client_owner *owner)
{
    char text[INET6_ADDRSTRLEN + 16];
    struct mqtt_client *client = memory_alloc(sizeof(*client));
    client->loop = loop;
    client->way = way;
    client->owner = *owner;
    client->fd = -1;
    client->mosquitto = mosquitto_new(way->request.client_id, true, client);
    if (client->mosquitto == NULL) {
        fatal("sender: libmosquitto gives no client");
    }
    /* With the scope of a link-local address. */
    if (getnameinfo(address,
                    address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                   : sizeof(struct sockaddr_in),
                    text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0) {
        text[0] = '\0';
    }
    begin(client, text);
    return client;
}

void
mqtt_client_free(struct mqtt_client *client)
{
    if (client == NULL) {
        return;
    }
    loop_watch_free(client->watch);
    loop_timer_free(client->tick);
    mosquitto_destroy(client->mosquitto);
    mqtt_tls_close(&client->tls);
    free(client->end.detail);
    free(client);
}

bool
mqtt_client_publish(struct mqtt_client *client, const char *topic,
                    const struct buffer *payload, bool is_retained, int *message,
                    struct mqtt_end *end)
{
    const int code = mosquitto_publish_v5(
        client->mosquitto, message, topic, (int)payload->len,
        payload->len > 0 ? payload->data : NULL, 1, is_retained, NULL);
    if (code == MOSQ_ERR_SUCCESS) {
        if (!client->is_ended) {
            watch_socket(client);
        }
        return true;
    }
    if (code == MOSQ_ERR_NO_CONN || code == MOSQ_ERR_CONN_LOST) {
        end_set(end, REPLY_NOT_SENT, 0, string_copy(mosquitto_strerror(code)));
        return false;
    }
    end_set(end, REPLY_ANSWERED, MQTT_CODE_LIMIT + code,
            string_copy(mosquitto_strerror(code)));
    return false;
}

/* The first is not to be acknowledged: an answer to a closed socket could make the broker
 * forget what it has not read yet. */
void
mqtt_client_leave(struct mqtt_client *client)
{
    if (client->is_ended || !client->is_up) {
        return;
    }
    say_status(client, OFFLINE, 0);
    (void)mosquitto_disconnect(client->mosquitto);
    for (int i = 0; i < 8 && mosquitto_want_write(client->mosquitto); i++) {
        (void)mosquitto_loop_write(client->mosquitto, 1);
    }
}
