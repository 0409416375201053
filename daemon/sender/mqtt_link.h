/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A channel's connection to its broker: made when there is something to publish, or kept
 * while the channel stands, and made again when it is lost. Every request gets its reply.
 */
#ifndef BUDKAVLE_SENDER_MQTT_LINK_H
#define BUDKAVLE_SENDER_MQTT_LINK_H

#include "loop/loop.h"
#include "model/request.h"

struct mqtt_link;

/* on_reply borrows the reply; it may come from inside mqtt_link_take. */
struct mqtt_link *mqtt_link_new(struct loop *loop,
                                void (*on_reply)(void *context,
                                                 const struct reply *reply),
                                void *context);
/* Says that it leaves, if it is connected; what waits gets no reply. */
void mqtt_link_free(struct mqtt_link *link);

/* Takes a request to publish or to stand. One that names another way to the broker than
 * the last makes a new connection. */
void mqtt_link_take(struct mqtt_link *link, struct request *request_take);

#endif
