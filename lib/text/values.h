/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a message knows, in words: the values of a catalogue's slots. Inside lib/text
 * only.
 */
#ifndef BUDKAVLE_TEXT_VALUES_H
#define BUDKAVLE_TEXT_VALUES_H

#include "text/compose.h"
#include "text/slots.h"

/* How much room the text has. */
struct value_style {
    size_t max_named;    /* places by name */
    size_t name_septets; /* of each of them; 0: no limit, here and below */
    size_t org_septets;
    size_t text_septets; /* of the sender's own words */
    bool short_form;     /* advice in its short form, and only the first */
    bool short_names;    /* of days and months */
    bool drop_start;     /* no room for the start when the text says another time */
    bool say_written;    /* condition [late] */
};

/* Clears *values first; the caller clears it. */
void slot_values_fill(const struct catalogue *catalogue, const struct message *message,
                      const struct compose_context *context, struct value_style style,
                      struct slot_values *values);

#endif
