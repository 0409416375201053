/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a message says in a Matrix room: plain and as HTML, within the size that an event
 * may have.
 */
#ifndef BUDKAVLE_CHANNEL_MATRIX_EVENT_H
#define BUDKAVLE_CHANNEL_MATRIX_EVENT_H

#include "channel/driver.h"

#include <jansson.h>

/* The room of the plain text alone, for a message that is too large with everything. */
extern const struct length_rule matrix_room_of_text;

enum matrix_event_kind {
    MATRIX_EVENT_FIRST,  /* with the facts as a table */
    MATRIX_EVENT_ANSWER, /* the words alone: the table stands above it */
    MATRIX_EVENT_EDIT    /* as the first, in place of one that was sent */
};

/* The content of an m.room.message without what it relates to; a new reference. NULL with
 * a sentence when a language is not configured. *input->n_carried is set but by an
 * edit. */
json_t *matrix_event(const struct delivery_input *input, enum matrix_event_kind kind,
                     struct error *error);

#endif
