/* SPDX-License-Identifier: EUPL-1.2 */
/* When a promise passes. */
#include "policy/promise.h"

#include "base/timestamp.h"

static int64_t
earlier(int64_t due_ms, int64_t time_ms)
{
    return time_ms != TIME_NONE && time_ms < due_ms ? time_ms : due_ms;
}

int64_t
promise_due_at(const struct incident *incident)
{
    const struct said *said = &incident->said;
    int64_t due_ms = TIME_NEVER;

    if (!incident->exists || !said->anything || said->merged ||
        incident_is_merged(incident) || said->spoken_at_ms == TIME_NONE ||
        said->lapses >= PROMISE_LAPSES_MOST || !status_is_open(incident->facts.status))
        return TIME_NEVER;
    due_ms = earlier(due_ms, said->next_word_at_ms);
    if (said->etr_at_ms > said->spoken_at_ms)
        due_ms = earlier(due_ms, said->etr_at_ms);
    return due_ms;
}

bool
promise_is_last(const struct incident *incident)
{
    return incident->said.lapses + 1 >= PROMISE_LAPSES_MOST;
}
