/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Advice in the catalogue's words. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_ADVICE_H
#define BUDKAVLE_TEXT_ADVICE_H

#include "model/event.h"
#include "text/catalogue.h"

/* Advice without which people can come to harm, said before anything else
 * (advice_first in the catalogue); and the rest. Joined by spaces; in the short form
 * the rest is its first sentence. Caller frees; NULL: none. */
char *advice_said_first(const struct catalogue *catalogue, const struct facts *facts,
                        bool short_form);
char *advice_said_later(const struct catalogue *catalogue, const struct facts *facts,
                        bool short_form);

/* "advice.KEY.form" of the gravest of these DANGER_BITs; NULL: none. Caller frees. */
char *advice_of_danger(const struct catalogue *catalogue, int64_t dangers,
                       const char *form);

/* True when the advice says that the water is not fit to drink. */
bool advice_against_water(const struct facts *facts);

#endif
