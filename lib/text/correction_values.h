/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was said wrong and what is right, in words: the slots of notices that take
 * something back. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_CORRECTION_VALUES_H
#define BUDKAVLE_TEXT_CORRECTION_VALUES_H

#include "text/values.h"

/* kind: whose forms are used, as in slot_values. */
void correction_values_fill(const struct catalogue *catalogue,
                            const struct message *message,
                            const struct compose_context *context,
                            struct value_style style, struct slot_values *values);

#endif
