/* SPDX-License-Identifier: EUPL-1.2 */
/* Making the message that says a notice, and remembering that it was said. */
#include "policy/notice.h"

#include "base/memory.h"
#include "policy/planned.h"
#include "policy/promise.h"

#include <stdio.h>

static bool
ends_it(enum notice notice)
{
    return notice == NOTICE_RESTORED || notice == NOTICE_FALSE_ALARM ||
           notice == NOTICE_PLANNED_OFF || notice == NOTICE_MERGED;
}

/* The sender's own word goes first; a start of planned work is a word by itself. */
static int64_t
next_word(const struct incident *incident, enum notice notice, int64_t next_word_ms,
          int64_t now_ms)
{
    const struct facts *facts = &incident->facts;

    if (ends_it(notice))
        return TIME_NONE;
    if (facts_has(facts, FIELD_NEXT_WORD_AT) && facts->next_word_at_ms > now_ms)
        return facts->next_word_at_ms;
    if (planned_is_about(notice) && facts_has(facts, FIELD_PLANNED) &&
        facts->planned.from_ms > now_ms)
        return facts->planned.from_ms;
    if (notice == NOTICE_LAPSED && promise_is_last(incident))
        return TIME_NONE;
    return now_ms + next_word_ms;
}

void
message_note_said(struct incident *incident, const struct message *message,
                  int64_t now_ms)
{
    const struct facts *facts = &incident->facts;
    bool has_planned = facts_has(facts, FIELD_PLANNED);

    incident->said = (struct said){
        .anything = true,
        .status = facts->status,
        .etr_at_ms = facts_has(facts, FIELD_ETR) ? facts->etr.at_ms : TIME_NONE,
        .cause = notice_cause_is_known(facts),
        .planned_from_ms = has_planned ? facts->planned.from_ms : 0,
        .planned_to_ms = has_planned ? facts->planned.to_ms : 0,
        .planned_stage = facts->status == INCIDENT_PLANNED
                             ? planned_stage_at(facts, now_ms)
                             : NOTICE_NONE,
        .merged = message->notice == NOTICE_MERGED,
        .spoken_at_ms = now_ms,
        .next_word_at_ms = message->next_word_at_ms,
        .lapses = message->notice == NOTICE_LAPSED ? incident->said.lapses + 1 : 0,
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
    message->priority = notice_priority(notice, &incident->facts);
    message->written_at_ms = now_ms;
    snprintf(message->incident_id, sizeof(message->incident_id), "%s", incident->id);
    string_replace(&message->source, incident->source);
    string_replace(&message->incident, incident->incident);
    facts_copy(&message->facts, &incident->facts);
    message->revision = incident->newest.has_revision ? incident->newest.revision : -1;
    message->at_ms = incident->newest.at_ms;
    message->updated_at_ms = incident->updated_at_ms;
    message->old_etr_at_ms = said->anything ? said->etr_at_ms : TIME_NONE;
    message->old_planned_from_ms = said_planned ? said->planned_from_ms : TIME_NONE;
    message->old_planned_to_ms = said_planned ? said->planned_to_ms : TIME_NONE;
    message->old_next_word_at_ms = said->anything ? said->next_word_at_ms : TIME_NONE;
    message->next_word_at_ms = next_word(incident, notice, next_word_ms, now_ms);
    snprintf(message->merged_into_id, sizeof(message->merged_into_id), "%s",
             merged_into_id != NULL ? merged_into_id : "");
    message_note_said(incident, message, now_ms);
}
