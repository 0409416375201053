/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The fields of event format version 1: one row for each, with its rule. What an event
 * is beside its fields (identity, order, digest) is event_json.c's.
 */
#ifndef BUDKAVLE_CODEC_EVENT_FIELDS_H
#define BUDKAVLE_CODEC_EVENT_FIELDS_H

#include "codec/reader.h"
#include "model/event.h"

/*
 * Reads the member of that name, if it is one of the fields, into named and facts of
 * the event. A null clears: the field is named and not set.
 */
void event_field_read(struct reader *reader, const char *name, json_t *value,
                      struct event *event);

#endif
