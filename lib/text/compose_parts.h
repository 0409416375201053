/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What texts of every length are made with. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_COMPOSE_PARTS_H
#define BUDKAVLE_TEXT_COMPOSE_PARTS_H

#include "text/compose.h"

/* "ÖVNING: ", which stands in front of every text that is not real; "" otherwise.
 * Caller frees. */
char *compose_mark(const struct catalogue *catalogue, const struct facts *facts);

/* The whole text, in paragraphs with an empty line between; caller frees. */
char *compose_long(const struct catalogue *catalogue, const struct message *message,
                   const struct compose_context *context, const char *mark);

#endif
