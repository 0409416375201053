/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message as JSON for programs: what a web hook is posted, a broker is given, and a
 * program reads. Every attempt has the same bytes, so that a repeat is known as one.
 */
#ifndef BUDKAVLE_CHANNEL_NOTICE_BODY_H
#define BUDKAVLE_CHANNEL_NOTICE_BODY_H

#include "channel/driver.h"

#include <jansson.h>

/* {"type", "timestamp", "data"}, a new reference; the messages that it stands in for are
 * named in data, and counted in *input->n_carried. */
json_t *notice_body(const struct delivery_input *input);
/* Its data alone. */
json_t *notice_data(const struct delivery_input *input);

/* What kind of notice it is: "incident.notice", "incident.summary", "daemon.alarm" or
 * "channel.test". Static. */
const char *notice_type(const struct delivery_input *input);

/* Does what the message is about go on after it? */
bool notice_goes_on(const struct message *message);

/* As bytes that depend on the value alone. Takes the reference. */
void notice_write(json_t *value_take, struct buffer *out);

/* The texts in it, for a preview: as on the day itself, never marked late. */
void notice_body_show(const struct delivery_input *input, struct shown *shown);

#endif
