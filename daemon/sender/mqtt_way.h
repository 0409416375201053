/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where a channel's broker is, and as whom it is reached: what of a request a connection
 * depends on.
 */
#ifndef BUDKAVLE_SENDER_MQTT_WAY_H
#define BUDKAVLE_SENDER_MQTT_WAY_H

#include "model/request.h"

/* Valid when zeroed: then it leads nowhere. */
struct mqtt_way {
    char *host; /* without brackets; NULL: the request's url names none */
    int port;
    bool is_encrypted;
    struct request
        request; /* its credentials, authorities and names, without the rest */
};

/* Would a connection for this request be the same? */
bool mqtt_way_is(const struct mqtt_way *way, const struct request *request);
void mqtt_way_set(struct mqtt_way *way, const struct request *request);
void mqtt_way_clear(struct mqtt_way *way);

#endif
