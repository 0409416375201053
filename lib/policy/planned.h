/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The moments of planned work: which notices are about it, when each reminder is due,
 * and when it is too late to speak of it.
 */
#ifndef BUDKAVLE_POLICY_PLANNED_H
#define BUDKAVLE_POLICY_PLANNED_H

#include "model/event.h"

/* NOTICE_PLANNED to NOTICE_PLANNED_OFF. */
bool planned_is_about(enum notice notice);

/* True when the notice is about planned work that ended more than 1 h before now_ms:
 * notices about a moment are not sent so late (docs/events.md). */
bool planned_is_past(enum notice notice, const struct facts *facts, int64_t now_ms);

/* The newest stage (NOTICE_PLANNED, _3D, _1D, _1H) that an announcement made at now_ms
 * makes needless. */
enum notice planned_stage_at(const struct facts *facts, int64_t now_ms);

#endif
