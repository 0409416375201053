/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a summary says in words: the values of a catalogue's slots for a message about
 * many incidents. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_SUMMARY_VALUES_H
#define BUDKAVLE_TEXT_SUMMARY_VALUES_H

#include "text/values.h"

/* For slot_values_fill, which has cleared *values. */
void summary_values_fill(const struct catalogue *catalogue,
                         const struct message *message,
                         const struct compose_context *context,
                         struct value_style style, struct slot_values *values);

#endif
