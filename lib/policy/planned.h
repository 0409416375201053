/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The moments of planned work: when each reminder is due, when it begins and ends, when
 * it is too late to speak of it, and what a change of status means for it.
 */
#ifndef BUDKAVLE_POLICY_PLANNED_H
#define BUDKAVLE_POLICY_PLANNED_H

#include "model/incident.h"

/* True when the notice is about planned work that ended more than 1 h before now_ms:
 * notices about a moment are not sent so late (docs/events.md). That it ended is. */
bool planned_is_past(enum notice notice, const struct facts *facts, int64_t now_ms);

/* The newest stage (NOTICE_PLANNED, _3D, _1D, _1H, _STARTED) that an announcement made
 * at now_ms makes needless. */
enum notice planned_stage_at(const struct facts *facts, int64_t now_ms);

/*
 * What the status asks for, seen from planned work: the announcement of work that is
 * going on is its start, `confirmed` in its time is no fault, what ends it is its end.
 * The notice itself where it is none of that.
 */
enum notice planned_word(const struct incident *incident, enum notice notice,
                         int64_t now_ms);

#endif
