/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The text for channels with little room. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_COMPOSE_SHORT_H
#define BUDKAVLE_TEXT_COMPOSE_SHORT_H

#include "text/compose.h"

/* At most 160 septets of GSM-7, beginning with mark ("ÖVNING: ", or ""). Caller frees. */
char *compose_short(const struct catalogue *catalogue, const struct message *message,
                    const struct compose_context *context, const char *mark);

#endif
