/* SPDX-License-Identifier: EUPL-1.2 */
/* When the right to compensation is spoken of. */
#include "policy/rights.h"

#include "base/timestamp.h"

static bool
is_planned_work(const struct facts *facts)
{
    return facts_has(facts, FIELD_PLANNED) ||
           (facts_has(facts, FIELD_CAUSE) && facts->cause.code == CAUSE_PLANNED_WORK);
}

int64_t
rights_due_at(const struct incident *incident)
{
    const struct facts *facts = &incident->facts;
    const struct said *said = &incident->said;

    if (!incident->exists || facts->kind != KIND_POWER ||
        incident->confirmed_at_ms == TIME_NONE || is_planned_work(facts) ||
        incident_is_merged(incident) || !said->anything || said->merged || said->rights)
        return TIME_NEVER;
    return RIGHTS_AFTER_MS + (facts_has(facts, FIELD_STARTED_AT)
                                  ? facts->started_at_ms
                                  : incident->confirmed_at_ms);
}
