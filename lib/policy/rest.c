/* SPDX-License-Identifier: EUPL-1.2 */
/* How long a message rests. */
#include "policy/rest.h"

#include "policy/notice.h"

/* They do not wait, whatever their priority. */
static const bool never_rests[NOTICE_COUNT] = {
    [NOTICE_FALSE_ALARM] = true,                         /* takes back */
    [NOTICE_PLANNED_OFF] = true, [NOTICE_MERGED] = true, /* hands on */
    [NOTICE_LAPSED] = true, /* was promised for this minute */
    [NOTICE_ALARM] = true,       [NOTICE_ALARM_OVER] = true,
};

bool
rest_is_needless(const struct message *message)
{
    return message->priority == PRIORITY_URGENT || never_rests[message->notice];
}

/* When it began, as far as it is known: a start that is still to come is none. */
static int64_t
began_at(const struct incident *incident, int64_t now_ms)
{
    const struct facts *facts = &incident->facts;

    if (facts_has(facts, FIELD_STARTED_AT) && facts->started_at_ms <= now_ms)
        return facts->started_at_ms;
    return incident->exists_since_ms;
}

/* Planned work is announced however short it is, and what is urgent is told. */
static bool
may_be_short(const struct incident *incident)
{
    const struct facts *facts = &incident->facts;

    return facts->status != INCIDENT_PLANNED && !facts_has(facts, FIELD_PLANNED) &&
           notice_priority(NOTICE_NONE, facts) != PRIORITY_URGENT;
}

static int64_t
window_end(const struct rest_rule *rule, const struct rest_standing *standing,
           int64_t now_ms)
{
    int64_t end_ms = now_ms + rule->hold_down_ms;
    bool is_open =
        standing->rests_until_ms != TIME_NONE && standing->rests_until_ms > now_ms;

    return is_open && standing->rests_until_ms < end_ms ? standing->rests_until_ms
                                                        : end_ms;
}

int64_t
rest_until(const struct incident *incident, const struct message *message,
           const struct rest_rule *rule, const struct rest_standing *standing,
           int64_t now_ms)
{
    bool is_end = !status_is_open(incident->facts.status) &&
                  incident->facts.status != INCIDENT_PLANNED;
    int64_t until_ms;

    if (rest_is_needless(message) || (is_end && standing->told))
        return now_ms;
    until_ms = window_end(rule, standing, now_ms);
    if (rule->short_interruption_ms > 0 && !standing->told && !is_end &&
        may_be_short(incident)) {
        int64_t long_at_ms = began_at(incident, now_ms) + rule->short_interruption_ms;

        until_ms = long_at_ms > until_ms ? long_at_ms : until_ms;
    }
    return until_ms;
}

bool
rest_was_short(const struct incident *incident, int64_t limit_ms, int64_t now_ms,
               int64_t *lasted_ms)
{
    const struct facts *facts = &incident->facts;
    int64_t began_ms = began_at(incident, now_ms);
    int64_t ended_ms = incident->closed_at_ms;

    *lasted_ms = 0;
    if (ended_ms == TIME_NONE || !may_be_short(incident))
        return false;
    if (facts_has(facts, FIELD_ENDED_AT) && facts->ended_at_ms <= now_ms &&
        facts->ended_at_ms >= began_ms)
        ended_ms = facts->ended_at_ms;
    if (began_ms == incident->exists_since_ms && ended_ms <= began_ms)
        return false;
    *lasted_ms = ended_ms > began_ms ? ended_ms - began_ms : 0;
    return *lasted_ms < limit_ms;
}
