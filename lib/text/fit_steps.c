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

/* A summary names as many places as it can: that is what it is for. */
#define NAMING(n)                                                                      \
    {                                                                                  \
        .short_form = true, .max_named = (n), .short_names = true                      \
    }
static const struct value_style summary_steps[] = {
    NAMING(48),
    NAMING(40),
    NAMING(32),
    NAMING(28),
    NAMING(24),
    NAMING(22),
    NAMING(20),
    NAMING(18),
    NAMING(16),
    NAMING(14),
    NAMING(12),
    NAMING(11),
    NAMING(10),
    NAMING(9),
    NAMING(8),
    NAMING(7),
    NAMING(6),
    NAMING(5),
    NAMING(4),
    NAMING(3),
    NAMING(2),
    NAMING(1),
    { .short_form = true,
      .max_named = 1,
      .name_septets = 24,
      .org_septets = 24,
      .short_names = true },
    { .short_form = true,
      .max_named = 1,
      .name_septets = 16,
      .org_septets = 16,
      .short_names = true },
};

const struct fit_plan short_plan = { short_steps, 3, short_steps + 3, 4, RANK_SHOULD };
const struct fit_plan roomy_plan = { roomy_steps, ARRAY_COUNT(roomy_steps),
                                     short_steps + 3, 4, 7 };
const struct fit_plan summary_plan = { NULL, 0, summary_steps,
                                       ARRAY_COUNT(summary_steps), RANK_MUST };
