/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a text is made shorter, step by step: fewer places by name, shorter names, shorter
 * words of the sender. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_FIT_STEPS_H
#define BUDKAVLE_TEXT_FIT_STEPS_H

#include "text/values.h"

/*
 * Of the soft steps, which shorten little, the one is taken at which the fewest of the
 * ranks up to scored_rank are left out, the more important first; the hard ones only
 * where what must be said does not fit otherwise.
 */
struct fit_plan {
    const struct value_style *soft;
    size_t n_soft;
    const struct value_style *hard;
    size_t n_hard;
    int scored_rank;
};

extern const struct fit_plan short_plan; /* for one text message */
extern const struct fit_plan roomy_plan; /* for more room than that */
extern const struct fit_plan
    summary_plan; /* many incidents: as many places as it can */

#endif
