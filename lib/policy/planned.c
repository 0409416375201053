/* SPDX-License-Identifier: EUPL-1.2 */
/* The moments that are spoken of by themselves: of planned work, of promises, and of the
 * right to compensation. */
#include "policy/planned.h"

#include "base/memory.h"
#include "policy/notice.h"
#include "policy/promise.h"
#include "policy/rights.h"

/* How long after its moment a notice about it is still sent. */
#define MOMENT_GRACE_MS HOURS_MS
/* Work that is reported under way so long before its time has begun early. */
#define EARLY_START_MS HOURS_MS

/* In order of time. */
static const struct stage {
    enum notice notice;
    int64_t before_ms;
} stages[] = {
    { NOTICE_PLANNED, INT64_MAX },      { NOTICE_PLANNED_3D, 3 * DAYS_MS },
    { NOTICE_PLANNED_1D, 1 * DAYS_MS }, { NOTICE_PLANNED_1H, 1 * HOURS_MS },
    { NOTICE_PLANNED_STARTED, 0 },
};

/* The place in the table of what was said last. */
static size_t
stage_rank(enum notice said)
{
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++) {
        if (stages[i].notice == said)
            return i;
    }
    return 0;
}

bool
planned_is_past(enum notice notice, const struct facts *facts, int64_t now_ms)
{
    return notice_is_of_plan(notice) && notice != NOTICE_PLANNED_ENDED &&
           facts_has(facts, FIELD_PLANNED) &&
           facts->planned.to_ms < now_ms - MOMENT_GRACE_MS;
}

enum notice
planned_stage_at(const struct facts *facts, int64_t now_ms)
{
    enum notice newest = NOTICE_PLANNED;

    if (!facts_has(facts, FIELD_PLANNED))
        return newest;
    for (size_t i = 1; i < ARRAY_COUNT(stages); i++) {
        if (facts->planned.from_ms - stages[i].before_ms <= now_ms)
            newest = stages[i].notice;
    }
    return newest;
}

static bool
is_under_way(const struct facts *facts, int64_t from_ms, int64_t now_ms)
{
    return facts_has(facts, FIELD_PLANNED) && from_ms <= now_ms &&
           now_ms < facts->planned.to_ms;
}

enum notice
planned_word(const struct incident *incident, enum notice notice, int64_t now_ms)
{
    const struct facts *facts = &incident->facts;
    const struct said *said = &incident->said;
    bool told_start = said->anything && said->planned_stage == NOTICE_PLANNED_STARTED;
    int64_t from_ms = facts_has(facts, FIELD_PLANNED) ? facts->planned.from_ms : 0;

    if (notice == NOTICE_PLANNED && is_under_way(facts, from_ms, now_ms))
        return NOTICE_PLANNED_STARTED;
    if (notice == NOTICE_FIRST && facts->status == INCIDENT_CONFIRMED &&
        is_under_way(facts, from_ms - EARLY_START_MS, now_ms))
        return told_start && said->status == INCIDENT_PLANNED ? NOTICE_NONE
                                                              : NOTICE_PLANNED_STARTED;
    if (((notice == NOTICE_RESTORED || notice == NOTICE_FALSE_ALARM) && told_start) ||
        (notice == NOTICE_PLANNED_OFF &&
         (told_start || (from_ms != 0 && from_ms <= now_ms))))
        return NOTICE_PLANNED_ENDED;
    return notice;
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
    for (size_t i = stage_rank(incident->said.planned_stage) + 1;
         i < ARRAY_COUNT(stages); i++) {
        if (facts->planned.from_ms - stages[i].before_ms >= now_ms - MOMENT_GRACE_MS)
            return &stages[i];
    }
    return NULL;
}

/* The moment of the right to compensation, unless it is too late to speak of it. */
static int64_t
rights_moment(const struct incident *incident, int64_t now_ms)
{
    int64_t due_ms = rights_due_at(incident);

    return due_ms >= now_ms - MOMENT_GRACE_MS ? due_ms : TIME_NEVER;
}

enum notice
notice_due(const struct incident *incident, int64_t now_ms)
{
    const struct stage *stage = next_stage(incident, now_ms);

    if (promise_due_at(incident) <= now_ms)
        return NOTICE_LAPSED;
    if (stage != NULL && incident->facts.planned.from_ms - stage->before_ms <= now_ms)
        return stage->notice;
    return rights_moment(incident, now_ms) <= now_ms ? NOTICE_RIGHTS_12H : NOTICE_NONE;
}

void
notice_pass_over(struct incident *incident, enum notice notice)
{
    if (notice == NOTICE_LAPSED)
        incident->said.lapses = PROMISE_UNHEARD;
    else if (notice == NOTICE_RIGHTS_12H)
        incident->said.rights = true;
    else
        incident->said.planned_stage = notice;
}

int64_t
notice_next_check(const struct incident *incident, int64_t now_ms)
{
    const struct stage *stage = next_stage(incident, now_ms);
    int64_t next_ms = promise_due_at(incident);
    int64_t rights_ms = rights_moment(incident, now_ms);

    if (stage != NULL && incident->facts.planned.from_ms - stage->before_ms < next_ms)
        next_ms = incident->facts.planned.from_ms - stage->before_ms;
    return rights_ms < next_ms ? rights_ms : next_ms;
}
