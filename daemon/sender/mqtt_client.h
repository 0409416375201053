/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One connection to a broker at one address, from its first byte to its end: libmosquitto
 * on the event loop. Knows nothing of requests and of trying again.
 */
#ifndef BUDKAVLE_SENDER_MQTT_CLIENT_H
#define BUDKAVLE_SENDER_MQTT_CLIENT_H

#include "base/buffer.h"
#include "loop/loop.h"
#include "sender/mqtt_way.h"

#include <sys/socket.h>

struct mqtt_client;

/* How it ended, or why it did not begin. */
struct mqtt_end {
    enum reply_result result; /* ANSWERED: the broker refused it, and code says how */
    int64_t code;
    char *detail;
};

struct mqtt_client_owner {
    void (*on_up)(void *context);
    void (*on_acknowledged)(void *context, int message, int reason);
    /* Once; it is to be freed then, or later. */
    void (*on_end)(void *context, const struct mqtt_end *end);
    void *context;
};

/* Never calls back before it returns. way is borrowed for as long as it lives. */
struct mqtt_client *mqtt_client_new(struct loop *loop, const struct mqtt_way *way,
                                    const struct sockaddr *address,
                                    const struct mqtt_client_owner *owner);
void mqtt_client_free(struct mqtt_client *client);

/* When it is up: with QoS 1; *message is its number until it is acknowledged. False when
 * it cannot be published: *end says why, and the connection stands. */
bool mqtt_client_publish(struct mqtt_client *client, const char *topic,
                         const struct buffer *payload, bool is_retained, int *message,
                         struct mqtt_end *end);

/* Says "offline" and disconnects, as far as the socket takes it now. */
void mqtt_client_leave(struct mqtt_client *client);

#endif
