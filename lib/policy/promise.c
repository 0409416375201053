/* SPDX-License-Identifier: EUPL-1.2 */
/* When a promise passes. */
#include "policy/promise.h"

#include "base/timestamp.h"
#include "model/danger.h"

static bool
has_begun(const struct said *said)
{
    return said->planned_stage == NOTICE_PLANNED_STARTED;
}

/* Somebody waits for a word: it goes on, planned work has begun, or it is over and has
 * left a danger behind. */
static bool
is_awaited(const struct incident *incident)
{
    enum incident_status status = incident->facts.status;

    return status_is_open(status) ||
           (status == INCIDENT_PLANNED && has_begun(&incident->said)) ||
           (status == INCIDENT_RESTORED && incident->said.danger != 0 &&
            danger_named(&incident->facts) != 0);
}

static void
take_earlier(struct promise *promise, enum promise_kind kind, int64_t at_ms)
{
    if (at_ms != TIME_NONE && at_ms <= promise->at_ms) {
        promise->kind = kind;
        promise->at_ms = at_ms;
    }
}

struct promise
promise_next(const struct incident *incident)
{
    const struct said *said = &incident->said;
    enum incident_status status = incident->facts.status;
    struct promise promise = { .at_ms = TIME_NEVER, .made_ms = said->spoken_at_ms };
    bool open = status_is_open(status);

    if (!incident->exists || !said->anything || said->merged ||
        incident_is_merged(incident) || said->spoken_at_ms == TIME_NONE ||
        said->lapses >= PROMISE_UNHEARD)
        return promise;
    /* The last word promised no other, but it may have named a time. */
    if (is_awaited(incident) && said->lapses < PROMISE_LAPSES_MOST)
        take_earlier(&promise, PROMISE_WORD, said->next_word_at_ms);
    /* A later word on the time stands in for the end of the work. */
    if ((status == INCIDENT_PLANNED || (open && has_begun(said))) &&
        said->etr_at_ms == TIME_NONE && said->planned_to_ms > said->spoken_at_ms)
        take_earlier(&promise, PROMISE_END, said->planned_to_ms);
    if ((open || (status == INCIDENT_PLANNED && has_begun(said))) &&
        said->etr_at_ms > said->spoken_at_ms)
        take_earlier(&promise, PROMISE_ESTIMATE, said->etr_at_ms);
    return promise;
}

int64_t
promise_due_at(const struct incident *incident)
{
    return promise_next(incident).at_ms;
}

bool
promise_is_last(const struct incident *incident)
{
    return incident->said.lapses + 1 >= PROMISE_LAPSES_MOST;
}
