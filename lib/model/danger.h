/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Advice that concerns life and health: the one place that says which keys of `advice`
 * it is. Such advice is a notice of its own (danger), and so is its end (danger_over).
 * Advice that goes with any outage, such as stay_away_from_lines, is none of it.
 */
#ifndef BUDKAVLE_MODEL_DANGER_H
#define BUDKAVLE_MODEL_DANGER_H

#include "model/event.h"

/* The gravest first: a text that has room for one says that. Numbers are stored. */
enum danger {
    DANGER_DO_NOT_DRINK,
    DANGER_BOIL_WATER,
    DANGER_COUNT
};
extern const struct names danger_names; /* the keys of the advice */

#define DANGER_BIT(danger) (INT64_C(1) << (unsigned)(danger))

/* DANGER_BITs of what the advice names; 0: nothing. */
int64_t danger_named(const struct facts *facts);

/*
 * The same, as far as it holds at now_ms: nothing of a cancelled incident, which is
 * taken back with its advice, and nothing of planned work that has not begun. It still
 * holds when the incident is restored.
 */
int64_t danger_in_force(const struct facts *facts, int64_t now_ms);

#endif
