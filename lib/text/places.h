/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The names of an incident's places as people say them in a row: "i Täby kyrkby,
 * Gribbylund och 4 platser till". Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_PLACES_H
#define BUDKAVLE_TEXT_PLACES_H

#include "model/event.h"
#include "text/catalogue.h"

/* The names that are known, each once, on one line. */
void place_names(const struct facts *facts, struct strings *names);

/* At most max_named of them, each shortened to name_septets (0: not), and how many
 * more there are; one more is named where that takes no more room than to count it.
 * *named: how many are. Caller frees; NULL without names. */
char *place_list(const struct catalogue *catalogue, const struct strings *names,
                 size_t max_named, size_t name_septets, size_t *named);

/* The list with the preposition that its n_named first places take. Caller frees. */
char *place_list_with_preposition(const struct catalogue *catalogue,
                                  const struct strings *names, size_t n_named,
                                  const char *list);

#endif
