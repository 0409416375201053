/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a reader missed: the earlier messages of an incident that a newer one stands in
 * for, each in a line with the time when it was written.
 */
#ifndef BUDKAVLE_TEXT_MISSED_H
#define BUDKAVLE_TEXT_MISSED_H

#include "text/compose.h"

/*
 * The heading first, then a line for each message, oldest first; those beyond
 * missed->newest are one line that counts them. Nothing when nothing was missed. Clears
 * *lines first.
 */
void text_missed(const struct catalogue *catalogue, const struct missed *missed,
                 const struct compose_context *context, struct strings *lines);

/* The same, telling at most so many of the newest one by one. */
void text_missed_newest(const struct catalogue *catalogue, const struct missed *missed,
                        size_t most_told, const struct compose_context *context,
                        struct strings *lines);

/* One sentence that counts them all, where no line has room; caller frees. */
char *text_missed_count(const struct catalogue *catalogue, const struct missed *missed,
                        const struct compose_context *context);

#endif
