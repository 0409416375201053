/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The steps of a story: one function each, in one table. The language is described in
 * docs/scenarios.md.
 */
#ifndef BUDKAVLE_SCENARIO_STEPS_H
#define BUDKAVLE_SCENARIO_STEPS_H

#include "world.h"

struct story {
    struct world world;
    const char *file;
    int line;
    int64_t begin_ms;
    struct buffer config; /* of the world, with the story's additions */
};

/* A step with its words; false when it was not met, after saying why on stderr. */
bool step_run(struct story *story, char *text);

#endif
