/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What waits for a second person. The facts of an incident are said at once, without
 * what must wait (pipeline_say.c); what must wait is a message of its own, the newest of
 * its incident, whose deliveries are held. There is at most one: whatever is said after
 * it takes its place, and what waits then waits as a new message.
 */
#include "pipeline_internal.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RULES_OF_CONTENT = HOLD_RULE_DANGER | HOLD_RULE_FREE_TEXT,
    RULES_OF_LISTS = HOLD_RULE_RECIPIENTS | HOLD_RULE_UNREAD
};

static bool
any_has_heard(struct pipeline *pipeline, const struct incident *incident,
              const struct strings *channels)
{
    struct strings heard = { 0 };
    bool any = false;

    store_incident_channel_names(pipeline->store, incident->row, &heard);
    for (size_t i = 0; i < channels->count; i++) {
        any = any || strings_has(&heard, channels->items[i]);
    }
    strings_clear(&heard);
    return any;
}

/* --- What waits --------------------------------------------------------------------- */

/* The message that is to wait. */
struct holding {
    unsigned rules; /* 0: nothing waits */
    enum notice notice;
    struct strings channels;
};

/* What stood before, with its message. */
struct standing {
    bool stands;
    struct approval approval;
    struct message message;
    struct strings channels; /* with a delivery that is held */
};

static void
standing_load(struct pipeline *pipeline, int64_t incident_row,
              struct standing *standing)
{
    struct outbound_rows rows = { 0 };

    standing->stands =
        store_approval_find(pipeline->store, incident_row, &standing->approval) &&
        message_load(pipeline->store, standing->approval.message_row,
                     &standing->message);
    if (standing->stands) {
        store_approval_rows(pipeline->store, standing->approval.message_row, &rows);
        pipeline_channels_of_rows(&rows, &standing->channels);
    }
    outbound_rows_clear(&rows);
}

static void
standing_clear(struct standing *standing)
{
    approval_clear(&standing->approval);
    message_clear(&standing->message);
    strings_clear(&standing->channels);
}

/* Dangerous advice and the sender's words wait with the whole picture, on all
 * channels. */
static void
want_content(const struct speech *speech, const struct incident *incident,
             const struct strings *channels, struct holding *wanted)
{
    struct change change = { .existed = true };
    struct verdict verdict;

    wanted->rules = hold_rules_of(&incident->withheld);
    if ((wanted->rules & HOLD_RULE_DANGER) != 0) {
        change.changed = FIELD_BIT(FIELD_ADVICE);
    }
    verdict = notice_decide(incident, &change, INT64_MAX, speech->now_ms);
    wanted->notice = verdict.notice != NOTICE_NONE
                         ? verdict.notice
                         : notice_whole(incident, speech->now_ms);
    strings_copy(&wanted->channels, channels);
    for (size_t i = 0; i < channels->count; i++) {
        wanted->rules |=
            pipeline_rule_of_channel(speech, wanted->notice, channels->items[i]);
    }
}

/* Long lists are told what the others were, or all of it when they have heard nothing
 * yet. */
static void
want_lists(struct speech *speech, const struct incident *incident,
           const struct standing *standing, struct holding *wanted)
{
    wanted->rules = speech->wide_rules;
    wanted->notice = speech->wide_notice;
    strings_copy(&wanted->channels, &speech->wide);
    if ((wanted->notice == NOTICE_LAPSED || wanted->notice == NOTICE_CORRECTION) &&
        standing->stands) {
        wanted->notice = standing->message.notice;
    } else if (!notice_is_of_plan(wanted->notice) &&
               !any_has_heard(speech->pipeline, incident, &speech->wide)) {
        wanted->notice = notice_whole(incident, speech->now_ms);
    }
}

/* Nothing is to be said that was not said, and lists wait for what was: if they need
 * not wait any more they are told, and else they wait for what is known now. */
static int64_t
think_again(struct speech *speech, struct incident *incident,
            const struct standing *standing, const struct strings *channels)
{
    bool content = (standing->approval.rules & RULES_OF_CONTENT) != 0;
    struct strings concerned = { 0 };
    struct facts whole = { 0 };
    int64_t rows;

    for (size_t i = 0; i < standing->channels.count; i++) {
        const char *channel = standing->channels.items[i];

        /* Those without a long list were told the facts. */
        if (strings_has(channels, channel) &&
            (!content ||
             pipeline_rule_of_channel(speech, standing->message.notice, channel))) {
            strings_add(&concerned, channel);
        }
    }
    pipeline_open_facts(incident, &whole);
    rows = pipeline_say(speech, incident, standing->message.notice, &concerned, false);
    pipeline_whole_facts(incident, &whole);
    strings_clear(&concerned);
    return rows;
}

static bool
may_be_said(const struct incident *incident, const struct strings *channels)
{
    return channels->count > 0 && incident->exists && !incident_is_merged(incident) &&
           incident->facts.status != INCIDENT_CANCELLED;
}

/* Returns the rows of what need not wait any more. */
static int64_t
decide(struct speech *speech, struct incident *incident, const struct strings *channels,
       const struct standing *standing, struct holding *wanted)
{
    unsigned before = standing->stands ? standing->approval.rules : 0;
    int64_t rows = 0;

    if (!may_be_said(incident, channels)) {
        return 0;
    }
    if (hold_withholds(&incident->withheld) &&
        (!incident->withheld.asked || (before & RULES_OF_CONTENT) != 0)) {
        want_content(speech, incident, channels, wanted);
        return 0;
    }
    if (speech->wide.count == 0 && !speech->has_spoken &&
        (before & RULES_OF_LISTS) != 0) {
        rows = think_again(speech, incident, standing, channels);
    }
    /* That a promise lapsed is no reason to ask for what a person gave up. */
    if (speech->wide.count > 0 &&
        (standing->stands || speech->wide_notice != NOTICE_LAPSED)) {
        want_lists(speech, incident, standing, wanted);
    }
    return rows;
}

/* The same words wait for the same people already. */
static bool
is_there(const struct speech *speech, struct incident *incident,
         const struct standing *standing, const struct holding *wanted)
{
    struct facts whole = { 0 };
    char *audience;
    bool same = standing->stands && !speech->has_spoken && !speech->is_stale &&
                standing->approval.rules == wanted->rules &&
                standing->message.notice == wanted->notice &&
                standing->channels.count == wanted->channels.count;

    if (!same) {
        return false;
    }
    if ((wanted->rules & RULES_OF_CONTENT) == 0) {
        pipeline_open_facts(incident, &whole);
        same = hold_same_words(&incident->facts, &standing->message.facts);
        pipeline_whole_facts(incident, &whole);
    } else {
        same = hold_same_words(&incident->facts, &standing->message.facts);
    }
    audience = pipeline_audience_text(speech->pipeline, &wanted->channels);
    same = same && strcmp(audience, standing->approval.audience) == 0;
    free(audience);
    return same;
}

static void
withdraw(const struct speech *speech, const struct standing *standing,
         const char *reason)
{
    struct pipeline *pipeline = speech->pipeline;
    struct outbound_rows rows = { 0 };

    store_approval_withdraw(pipeline->store, standing->approval.message_row, reason,
                            speech->now_ms, &rows);
    outbound_tell(pipeline->outbound, &rows, speech->now_ms);
}

/* --- Holding ------------------------------------------------------------------------ */

static void
add_uid(struct buffer *uids, int64_t uid)
{
    char one[24];
    const char *found = uids->data;
    size_t len = (size_t)snprintf(one, sizeof(one), "%" PRId64, uid);

    for (; uid >= 0 && found != NULL; found = strchr(found, ' ')) {
        found += *found == ' ' ? 1 : 0;
        if (strncmp(found, one, len) == 0 &&
            (found[len] == ' ' || found[len] == '\0')) {
            return;
        }
    }
    if (uid >= 0) {
        buffer_addf(uids, "%s%s", uids->len > 0 ? " " : "", one);
    }
}

/* Who has sent what waits: of content the author of each part; of what goes to many
 * whoever sent something of it since it was held. */
static char *
uids_of(const struct speech *speech, const struct incident *incident,
        const struct standing *standing, unsigned rules)
{
    struct store *store = speech->pipeline->store;
    struct buffer uids = { 0 };

    if ((rules & HOLD_RULE_FREE_TEXT) != 0) {
        add_uid(&uids, store_event_uid(store, incident->stamps[FIELD_NOTE].receipt));
    }
    if ((rules & HOLD_RULE_DANGER) != 0) {
        add_uid(&uids, store_event_uid(store, incident->stamps[FIELD_ADVICE].receipt));
    }
    if ((rules & RULES_OF_CONTENT) == 0) {
        if (standing->stands) {
            buffer_add(&uids, standing->approval.uids);
        }
        if (speech->event != NULL && speech->event->has_uid) {
            add_uid(&uids, speech->event->uid);
        }
    }
    buffer_add(&uids, "");
    return buffer_take(&uids);
}

static void
note_hold(const struct speech *speech, const struct incident *incident,
          const struct message *message, unsigned rules)
{
    struct buffer reason = { 0 };
    int64_t uid =
        speech->event != NULL && speech->event->has_uid ? speech->event->uid : -1;
    struct pipeline_news *news = news_add(speech->pipeline, NEWS_MESSAGE, incident);

    if (news != NULL) {
        memcpy(news->message_id, message->id, sizeof(news->message_id));
        news->notice = message->notice;
        news->sequence = message->sequence;
    }
    buffer_addf(&reason, "%s: ", message->id);
    hold_rules_format(rules, &reason);
    store_action_add(speech->pipeline->store, speech->now_ms, uid, "hold",
                     incident->row, 0, NULL, reason.data);
    buffer_clear(&reason);
}

/* What lists wait for follows on what they were told, not on what others were. */
static void
make_message(struct speech *speech, struct incident *incident,
             const struct standing *standing, const struct holding *wanted,
             struct message *message)
{
    bool content = (wanted->rules & RULES_OF_CONTENT) != 0;
    const struct message *before = &standing->message;
    struct said said = incident->said;
    struct facts whole = { 0 };

    if (!content) {
        pipeline_open_facts(incident, &whole);
        incident->said = speech->said_before;
    }
    message_make(incident, wanted->notice, speech->pipeline->config->next_word_ms, NULL,
                 speech->now_ms, message);
    incident->said = said; /* nothing of it was said */
    if (!content) {
        pipeline_whole_facts(incident, &whole);
    }
    if (!content && standing->stands) {
        message->old_etr_at_ms = before->old_etr_at_ms;
        message->old_planned_from_ms = before->old_planned_from_ms;
        message->old_planned_to_ms = before->old_planned_to_ms;
        message->old_next_word_at_ms = before->old_next_word_at_ms;
    }
    if ((wanted->rules & HOLD_RULE_DANGER) != 0) {
        message->priority = PRIORITY_URGENT;
    }
    message_save(speech->pipeline->store, message);
}

static int64_t
add_held_rows(struct speech *speech, const struct incident *incident,
              const struct message *message, const struct strings *channels)
{
    struct message_row row = { .row = message->row,
                               .incident_row = message->incident_row,
                               .sequence = message->sequence,
                               .priority = message->priority,
                               .notice = message->notice };
    int64_t rows = 0;

    speech->holding = true;
    for (size_t i = 0; i < channels->count; i++) {
        struct rest rest = pipeline_rest(speech, incident, message, channels->items[i]);

        rows += (int64_t)outbound_add(speech->pipeline->outbound, &row,
                                      channels->items[i], &rest, speech->now_ms);
    }
    speech->holding = false;
    return rows;
}

static int64_t
hold(struct speech *speech, struct incident *incident, const struct standing *standing,
     const struct holding *wanted)
{
    struct pipeline *pipeline = speech->pipeline;
    struct message message = { 0 };
    struct approval approval = { .incident_row = incident->row,
                                 .rules = wanted->rules,
                                 .since_ms = standing->stands
                                                 ? standing->approval.since_ms
                                                 : speech->now_ms };
    int64_t rows;

    make_message(speech, incident, standing, wanted, &message);
    rows = add_held_rows(speech, incident, &message, &wanted->channels);
    approval.message_row = message.row;
    approval.uids = uids_of(speech, incident, standing, wanted->rules);
    approval.audience = pipeline_audience_text(pipeline, &wanted->channels);
    store_approval_add(pipeline->store, &approval);
    note_hold(speech, incident, &message, wanted->rules);
    if (speech->said != NULL) {
        speech->said(speech->context, &message, &wanted->channels);
    }
    if (speech->message_row == 0) {
        speech->message_row = message.row;
        speech->priority = message.priority;
    }
    memcpy(speech->held_id, message.id, sizeof(speech->held_id));
    approval_clear(&approval);
    message_clear(&message);
    return rows;
}

int64_t
pipeline_hold(struct speech *speech, struct incident *incident,
              const struct strings *channels)
{
    struct standing standing = { 0 };
    struct holding wanted = { 0 };
    bool asks = speech->wide.count > 0 ||
                (hold_withholds(&incident->withheld) && !incident->withheld.asked);
    int64_t rows;

    standing_load(speech->pipeline, incident->row, &standing);
    rows = decide(speech, incident, channels, &standing, &wanted);
    if (!may_be_said(incident, channels)) {
        incident->withheld.asked =
            false; /* it is asked for when it may be said again */
    }
    if (wanted.rules == 0 && standing.stands) {
        incident->withheld.asked = false; /* when it is to be said again */
        withdraw(speech, &standing, "no longer to be said");
    } else if (wanted.rules != 0 && is_there(speech, incident, &standing, &wanted)) {
        if (asks) {
            memcpy(speech->held_id, standing.message.id, sizeof(speech->held_id));
        }
    } else if (wanted.rules != 0) {
        if (standing.stands) {
            withdraw(speech, &standing, "replaced before release");
        }
        rows += hold(speech, incident, &standing, &wanted);
    }
    if ((wanted.rules & RULES_OF_CONTENT) != 0) {
        incident->withheld.asked = true;
    }
    strings_clear(&wanted.channels);
    standing_clear(&standing);
    return rows;
}
