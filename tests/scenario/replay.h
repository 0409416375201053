/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A recording of events on its way through the pipeline, and what is told of it: one
 * JSON object a line on standard output.
 */
#ifndef BUDKAVLE_SCENARIO_REPLAY_H
#define BUDKAVLE_SCENARIO_REPLAY_H

#include "world.h"

struct replay {
    struct world world; /* first: what the world tells is told of the replay */
    struct catalogue **catalogues;
    struct tapped answered;  /* what the next delivery told of was about */
    int64_t played_until_ms; /* the time of the last event */
    int64_t n_events, n_turns, n_machine, longest_turn_us;
};

/* Tells of each delivery to people, with what the rules of plain language find in its
 * texts; for world.news. */
void replay_on_news(struct world *world, const struct pipeline_news *news);
/* Tells what became of everything. */
void replay_write_counts(const struct replay *replay);

#endif
