/* SPDX-License-Identifier: EUPL-1.2 */
/* The steps as tables. */
#include "text/fit_steps.h"

#include "base/memory.h"
#include "text/pieces.h"

/* From roomy to tight. */
static const struct value_style short_steps[] = {
    { .short_form = true, .max_named = 2, .text_septets = 60 },
    { .short_form = true, .max_named = 1, .text_septets = 60 },
    { .short_form = true, .max_named = 1, .text_septets = 60, .short_names = true },
    { .short_form = true,
      .max_named = 1,
      .name_septets = 40,
      .org_septets = 40,
      .text_septets = 40,
      .short_names = true },
    { .short_form = true,
      .max_named = 1,
      .name_septets = 24,
      .org_septets = 24,
      .text_septets = 40,
      .short_names = true },
    { .short_form = true,
      .max_named = 1,
      .name_septets = 16,
      .org_septets = 16,
      .text_septets = 24,
      .short_names = true },
    { .short_form = true,
      .max_named = 1,
      .name_septets = 16,
      .org_septets = 16,
      .text_septets = 24,
      .short_names = true,
      .drop_start = true },
};
/* Where the short text is not all that there is room for. */
static const struct value_style roomy_steps[] = {
    { .max_named = 4 },
    { .max_named = 3 },
    { .max_named = 2 },
    { .max_named = 2, .text_septets = 60, .short_form = true },
    { .max_named = 1, .text_septets = 60, .short_form = true },
    { .max_named = 1, .text_septets = 60, .short_form = true, .short_names = true },
};

const struct fit_plan short_plan = { short_steps, 3, short_steps + 3, 4, RANK_SHOULD };
const struct fit_plan roomy_plan = { roomy_steps, ARRAY_COUNT(roomy_steps),
                                     short_steps + 3, 4, 7 };
