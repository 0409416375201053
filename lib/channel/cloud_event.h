/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CloudEvents 1.0 over HTTP: the same data in an envelope that brokers and functions know,
 * whole in the body (structured) or with its attributes in headers (binary).
 */
#ifndef BUDKAVLE_CHANNEL_CLOUD_EVENT_H
#define BUDKAVLE_CHANNEL_CLOUD_EVENT_H

#include "base/status.h"
#include "model/request.h"

#include <jansson.h>

/* Borrowed. source and id together are the event's identity. */
struct cloud_event {
    const char *id, *source, *type, *time;
    const char *subject; /* NULL: none */
};

#define CLOUD_EVENT_TYPE "application/cloudevents+json; charset=utf-8"

/* The envelope with the data in it: the body of a structured event. A new reference. */
json_t *cloud_event_wrap(const struct cloud_event *event, json_t *data_take);

/* The headers of a binary event, percent-encoded where that is needed. */
void cloud_event_headers(const struct cloud_event *event, struct request *request);

/* STATUS_INVALID unless the source is a reference of RFC 3986: not empty, of ASCII and
 * without white space. The sentence names the option. */
enum status cloud_event_source_check(const char *option, const char *source,
                                     struct error *error);

#endif
