/* SPDX-License-Identifier: EUPL-1.2 */
/* What of an incident takes two persons by the configuration's rules: what of its facts
 * is withheld, and which lists are too long. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "model/danger.h"

#include <stdlib.h>

static struct hold_rules
rules_of(const struct config *config)
{
    return (struct hold_rules){
        .in_force = config->access.n_principals[ROLE_APPROVE] > 0,
        .danger = config->approve.danger,
        .note = true,
        .recipients = config->approve.recipients,
        .free_text = &config->approve.free_text,
    };
}

void
speech_clear(struct speech *speech)
{
    strings_clear(&speech->wide);
    buffer_clear(&speech->unsaid);
}

/* --- What is withheld --------------------------------------------------------------- */

static bool
same_advice(const struct facts *before, const struct withheld *withheld_before,
            const struct incident *incident)
{
    struct facts then = { 0 };
    struct facts now = { 0 };
    bool same;

    facts_copy_field(&then, before, FIELD_ADVICE);
    facts_copy_field(&now, &incident->facts, FIELD_ADVICE);
    hold_leave_out(&then, withheld_before);
    hold_leave_out(&now, &incident->withheld);
    same = facts_field_equal(&then, &now, FIELD_ADVICE);
    facts_clear(&then);
    facts_clear(&now);
    return same;
}

void
pipeline_take_in(struct speech *speech, const struct facts *before,
                 struct incident *incident, struct change *change)
{
    struct hold_rules rules = rules_of(speech->pipeline->config);
    struct withheld withheld_before = { 0 };

    if (speech->amending != NULL) {
        /* One person sets right what was said; what was not said is new. */
        rules.note = !facts_has(before, FIELD_NOTE) || incident->withheld.note;
        rules.danger = rules.danger && (danger_named(before) == 0 ||
                                        incident->withheld.advice.count > 0);
    }
    hold_copy(&withheld_before, &incident->withheld);
    (void)hold_take_in(&rules, before, incident);
    if (same_advice(before, &withheld_before, incident)) {
        change->changed &= ~FIELD_BIT(FIELD_ADVICE);
    }
    hold_end(&withheld_before);
}

void
pipeline_open_facts(struct incident *incident, struct facts *whole)
{
    facts_copy(whole, &incident->facts);
    hold_leave_out(&incident->facts, &incident->withheld);
}

void
pipeline_whole_facts(struct incident *incident, struct facts *whole)
{
    facts_clear(&incident->facts);
    incident->facts = *whole;
    *whole = (struct facts){ 0 };
}

/* --- Who must wait ------------------------------------------------------------------ */

void
pipeline_channels_of_rows(const struct outbound_rows *rows, struct strings *channels)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (!strings_has(channels, rows->items[i].channel)) {
            strings_add(channels, rows->items[i].channel);
        }
    }
}

void
pipeline_held_channels(struct pipeline *pipeline, int64_t incident_row,
                       struct strings *channels)
{
    struct approval approval = { 0 };
    struct outbound_rows rows = { 0 };

    if (store_approval_find(pipeline->store, incident_row, &approval)) {
        store_approval_rows(pipeline->store, approval.message_row, &rows);
        pipeline_channels_of_rows(&rows, channels);
    }
    outbound_rows_clear(&rows);
    approval_clear(&approval);
}

unsigned
pipeline_rule_of_channel(const struct speech *speech, enum notice notice,
                         const char *channel)
{
    const struct hold_rules rules = rules_of(speech->pipeline->config);
    struct outbound_audience audience;

    outbound_audience(speech->pipeline->outbound, channel, &audience);
    return hold_rule_of_list(&rules, notice,
                             audience.is_unread ? -1 : audience.persons);
}

void
pipeline_split(struct speech *speech, const struct incident *incident,
               enum notice notice, const struct strings *channels, struct strings *open)
{
    struct strings heard = { 0 };
    /* To those who have heard nothing they would be a first word. */
    bool follows = notice == NOTICE_LAPSED || notice == NOTICE_CORRECTION;

    if (follows) {
        store_incident_channel_names(speech->pipeline->store, incident->row, &heard);
    }
    for (size_t i = 0; i < channels->count; i++) {
        unsigned rule = pipeline_rule_of_channel(speech, notice, channels->items[i]);

        if (rule == 0 && follows && !strings_has(&heard, channels->items[i])) {
            rule = pipeline_rule_of_channel(speech, NOTICE_FIRST, channels->items[i]);
        }
        if (rule == 0) {
            strings_add(open, channels->items[i]);
        } else if (!strings_has(&speech->wide, channels->items[i])) {
            strings_add(&speech->wide, channels->items[i]);
            speech->wide_rules |= rule;
            speech->wide_notice = notice;
        }
    }
    strings_clear(&heard);
}

char *
pipeline_audience_text(struct pipeline *pipeline, const struct strings *channels)
{
    struct buffer text = { 0 };

    buffer_add(&text, "");
    for (size_t i = 0; i < channels->count; i++) {
        struct outbound_audience audience;

        outbound_audience(pipeline->outbound, channels->items[i], &audience);
        buffer_addf(&text, "%s %s\n", channels->items[i], audience.digest);
    }
    return buffer_take(&text);
}
