/* SPDX-License-Identifier: EUPL-1.2 */
/* Making the message that says a notice, and remembering that it was said. */
#include "policy/notice.h"

#include "base/memory.h"
#include "model/danger.h"
#include "policy/planned.h"
#include "policy/promise.h"

#include <stdio.h>

/* Nothing more is promised; an end that leaves a danger behind is none. */
static bool
ends_it(enum notice notice, const struct incident *incident, int64_t now_ms)
{
    static const bool ends[NOTICE_COUNT] = {
        [NOTICE_RESTORED] = true,
        [NOTICE_PLANNED_ENDED] = true,
        [NOTICE_FALSE_ALARM] = true,
        [NOTICE_PLANNED_OFF] = true,
    };
    enum incident_status status = incident->facts.status;

    /* A part of another one speaks of nothing but its own danger. */
    if (notice == NOTICE_MERGED ||
        (incident->said.merged && incident_is_merged(incident)))
        return true;
    if (danger_in_force(&incident->facts, now_ms) != 0)
        return false;
    return ends[notice] || status == INCIDENT_RESTORED || status == INCIDENT_CANCELLED;
}

/* Planned work: its beginning is a word by itself, and then its end. */
static int64_t
planned_word_at(const struct facts *facts, enum notice notice, int64_t now_ms)
{
    if (!facts_has(facts, FIELD_PLANNED) || !notice_is_of_plan(notice))
        return TIME_NONE;
    if (facts->planned.from_ms > now_ms)
        return notice == NOTICE_PLANNED_STARTED ? facts->planned.to_ms
                                                : facts->planned.from_ms;
    return facts->planned.to_ms > now_ms ? facts->planned.to_ms : TIME_NONE;
}

/* The sender's own word goes first. */
static int64_t
next_word(const struct incident *incident, enum notice notice, int64_t next_word_ms,
          int64_t now_ms)
{
    const struct facts *facts = &incident->facts;
    int64_t planned_ms = planned_word_at(facts, notice, now_ms);

    if (ends_it(notice, incident, now_ms))
        return TIME_NONE;
    if (facts_has(facts, FIELD_NEXT_WORD_AT) && facts->next_word_at_ms > now_ms)
        return facts->next_word_at_ms;
    if (planned_ms != TIME_NONE)
        return planned_ms;
    if (notice == NOTICE_LAPSED && promise_is_last(incident))
        return TIME_NONE;
    /* It says nothing new of the incident: the promise in force stands, or its absence. */
    if (notice == NOTICE_RIGHTS_12H && (incident->said.next_word_at_ms == TIME_NONE ||
                                        incident->said.next_word_at_ms > now_ms))
        return incident->said.next_word_at_ms;
    return now_ms + next_word_ms;
}

/* Work that has begun stays so, whatever its status is called from then on. */
static enum notice
stage_said(const struct incident *incident, enum notice notice, int64_t now_ms)
{
    const struct facts *facts = &incident->facts;

    if (notice == NOTICE_PLANNED_STARTED)
        return NOTICE_PLANNED_STARTED;
    if (facts->status == INCIDENT_PLANNED)
        return planned_stage_at(facts, now_ms);
    return status_is_open(facts->status) && facts_has(facts, FIELD_PLANNED) &&
                   incident->said.planned_stage == NOTICE_PLANNED_STARTED
               ? NOTICE_PLANNED_STARTED
               : NOTICE_NONE;
}

static int64_t
lapses_said(const struct said *said, enum notice notice)
{
    if (notice == NOTICE_LAPSED)
        return said->lapses + 1;
    return notice == NOTICE_RIGHTS_12H ? said->lapses : 0;
}

void
message_note_said(struct incident *incident, const struct message *message,
                  int64_t now_ms)
{
    const struct facts *facts = &incident->facts;
    const struct said *said = &incident->said;
    enum notice notice = message->notice;
    bool has_planned = facts_has(facts, FIELD_PLANNED);
    bool is_danger = notice == NOTICE_DANGER || notice == NOTICE_DANGER_OVER;

    incident->said = (struct said){
        .anything = true,
        .status = facts->status,
        .etr_at_ms = facts_has(facts, FIELD_ETR) ? facts->etr.at_ms : TIME_NONE,
        .cause = notice_cause_is_known(facts),
        .planned_from_ms = has_planned ? facts->planned.from_ms : 0,
        .planned_to_ms = has_planned ? facts->planned.to_ms : 0,
        .planned_stage = stage_said(incident, notice, now_ms),
        .merged = notice == NOTICE_MERGED ||
                  (said->merged && is_danger && incident_is_merged(incident)),
        .spoken_at_ms = now_ms,
        .next_word_at_ms = message->next_word_at_ms,
        .lapses = lapses_said(said, notice),
        .danger = danger_in_force(facts, now_ms),
        .rights = said->rights || notice == NOTICE_RIGHTS_12H,
    };
}

void
message_make(struct incident *incident, enum notice notice, int64_t next_word_ms,
             const char *merged_into_id, int64_t now_ms, struct message *message)
{
    const struct said *said = &incident->said;
    bool said_planned = said->planned_from_ms != 0 || said->planned_to_ms != 0;

    incident->sequence++;
    message->incident_row = incident->row;
    message->sequence = incident->sequence;
    message->notice = notice;
    message->old_danger = said->anything ? said->danger : 0;
    message->priority = danger_in_force(&incident->facts, now_ms) != message->old_danger
                            ? PRIORITY_URGENT
                            : notice_priority(notice, &incident->facts);
    message->written_at_ms = now_ms;
    snprintf(message->incident_id, sizeof(message->incident_id), "%s", incident->id);
    string_replace(&message->source, incident->source);
    string_replace(&message->incident, incident->incident);
    facts_copy(&message->facts, &incident->facts);
    message->revision = incident->newest.has_revision ? incident->newest.revision : -1;
    message->at_ms = incident->newest.at_ms;
    message->updated_at_ms = incident->updated_at_ms;
    message->old_etr_at_ms = notice_said_end(said);
    message->old_planned_from_ms = said_planned ? said->planned_from_ms : TIME_NONE;
    message->old_planned_to_ms = said_planned ? said->planned_to_ms : TIME_NONE;
    message->old_next_word_at_ms = said->anything ? said->next_word_at_ms : TIME_NONE;
    message->next_word_at_ms = next_word(incident, notice, next_word_ms, now_ms);
    snprintf(message->merged_into_id, sizeof(message->merged_into_id), "%s",
             merged_into_id != NULL ? merged_into_id : "");
    message_note_said(incident, message, now_ms);
}

void
message_keep_promise(struct incident *incident, const struct said *before,
                     int64_t promise_ms, int64_t now_ms, struct message *message)
{
    if (promise_ms == TIME_NEVER || promise_ms <= now_ms ||
        message->next_word_at_ms == TIME_NONE || promise_ms >= message->next_word_at_ms)
        return;
    message->next_word_at_ms = promise_ms;
    incident->said.next_word_at_ms = promise_ms;
    incident->said.spoken_at_ms = before->spoken_at_ms;
}
