/* SPDX-License-Identifier: EUPL-1.2 */
/* The moments that are spoken of by themselves: of planned work, and of promises. */
#include "policy/planned.h"

#include "base/memory.h"
#include "policy/notice.h"
#include "policy/promise.h"

/* How long after its moment a notice about it is still sent. */
#define MOMENT_GRACE_MS HOURS_MS

/* In order of time. */
static const struct stage {
    enum notice notice;
    int64_t before_ms;
} stages[] = {
    { NOTICE_PLANNED_3D, 3 * DAYS_MS },
    { NOTICE_PLANNED_1D, 1 * DAYS_MS },
    { NOTICE_PLANNED_1H, 1 * HOURS_MS },
};

bool
planned_is_about(enum notice notice)
{
    return notice >= NOTICE_PLANNED && notice <= NOTICE_PLANNED_OFF;
}

bool
planned_is_past(enum notice notice, const struct facts *facts, int64_t now_ms)
{
    return planned_is_about(notice) && facts_has(facts, FIELD_PLANNED) &&
           facts->planned.to_ms < now_ms - MOMENT_GRACE_MS;
}

enum notice
planned_stage_at(const struct facts *facts, int64_t now_ms)
{
    enum notice newest = NOTICE_PLANNED;

    if (!facts_has(facts, FIELD_PLANNED))
        return newest;
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++) {
        if (facts->planned.from_ms - stages[i].before_ms <= now_ms)
            newest = stages[i].notice;
    }
    return newest;
}

/* The first stage that was not said and is not too late, or NULL. */
static const struct stage *
next_stage(const struct incident *incident, int64_t now_ms)
{
    const struct facts *facts = &incident->facts;

    if (!incident->exists || incident_is_merged(incident) ||
        facts->status != INCIDENT_PLANNED || !facts_has(facts, FIELD_PLANNED) ||
        !incident->said.anything || incident->said.status != INCIDENT_PLANNED)
        return NULL;
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++) {
        if (stages[i].notice > incident->said.planned_stage &&
            facts->planned.from_ms - stages[i].before_ms >= now_ms - MOMENT_GRACE_MS)
            return &stages[i];
    }
    return NULL;
}

enum notice
notice_due(const struct incident *incident, int64_t now_ms)
{
    const struct stage *stage = next_stage(incident, now_ms);

    if (promise_due_at(incident) <= now_ms)
        return NOTICE_LAPSED;
    if (stage == NULL || incident->facts.planned.from_ms - stage->before_ms > now_ms)
        return NOTICE_NONE;
    return stage->notice;
}

void
notice_pass_over(struct incident *incident, enum notice notice)
{
    if (notice == NOTICE_LAPSED)
        incident->said.lapses = PROMISE_LAPSES_MOST;
    else
        incident->said.planned_stage = notice;
}

int64_t
notice_next_check(const struct incident *incident, int64_t now_ms)
{
    const struct stage *stage = next_stage(incident, now_ms);

    return stage == NULL ? promise_due_at(incident)
                         : incident->facts.planned.from_ms - stage->before_ms;
}
