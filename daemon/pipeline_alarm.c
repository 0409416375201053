/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon's own trouble becomes messages: at the end of a turn the conditions are
 * gathered, what is to be told is decided, and each word is a message with rows of its
 * own in the same transaction, so that it is delivered as surely as any other.
 *
 * Each alarm has a row among the incidents that is the daemon's own: its messages are in
 * order and cover each other, and it is in no list, number, route or page.
 */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "codec/record.h"
#include "outbound/trouble.h"
#include "store/alarms.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* After a start: who watches a disk or a spool has said by then how it is. */
    OUTSIDE_KNOWN_MS = 10 * 60 * 1000
};

/* What others than the channels say is wrong, or is not. */
struct outside {
    enum alarm_kind kind;
    char *subject;
    char *cause; /* NULL: it is well */
};

/* Kinds that the channels tell themselves (outbound/trouble.h). */
static bool
is_of_channel(enum alarm_kind kind)
{
    static const bool of_channel[ALARM_KIND_COUNT] = {
        [ALARM_CHANNEL_PAUSED] = true, [ALARM_PARKED] = true,
        [ALARM_REDIRECTS] = true,      [ALARM_UNDELIVERABLE] = true,
        [ALARM_CHANNEL_DOWN] = true,   [ALARM_LIST] = true,
        [ALARM_REPORTS] = true,
    };

    return of_channel[kind];
}

/* Kinds that are read from the store, so that they are known at once. */
static bool
is_of_promises(enum alarm_kind kind)
{
    return kind == ALARM_PROMISE_NEAR || kind == ALARM_LAPSED;
}

void
alarming_clear(struct alarming *alarming)
{
    alarms_clear(&alarming->alarms);
    for (size_t i = 0; i < alarming->n_outside; i++) {
        free(alarming->outside[i].subject);
        free(alarming->outside[i].cause);
    }
    free(alarming->outside);
}

static struct outside *
find_outside(const struct alarming *alarming, enum alarm_kind kind, const char *subject)
{
    for (size_t i = 0; i < alarming->n_outside; i++) {
        if (alarming->outside[i].kind == kind &&
            strcmp(alarming->outside[i].subject, subject) == 0) {
            return &alarming->outside[i];
        }
    }
    return NULL;
}

bool
pipeline_trouble(struct pipeline *pipeline, enum alarm_kind kind, const char *subject,
                 const char *cause)
{
    struct alarming *alarming = &pipeline->alarming;
    struct outside *outside = find_outside(alarming, kind, subject);

    if (outside != NULL && string_equal(outside->cause, cause)) {
        return false;
    }
    if (outside == NULL) {
        alarming->outside = memory_resize(alarming->outside, alarming->n_outside + 1,
                                          sizeof(*alarming->outside));
        outside = &alarming->outside[alarming->n_outside++];
        *outside = (struct outside){ .kind = kind, .subject = string_copy(subject) };
    }
    string_replace(&outside->cause, cause);
    alarming->is_news = true;
    return true;
}

/* --- Conditions ------------------------------------------------------------------- */

/* Alarms of an earlier life about which nobody has said anything in this one yet. */
static void
add_unsaid(const struct pipeline *pipeline, int64_t now_ms,
           struct alarm_conditions *conditions, int64_t *next_ms)
{
    const struct alarming *alarming = &pipeline->alarming;
    int64_t known_ms = pipeline->started_at_ms + OUTSIDE_KNOWN_MS;

    for (size_t i = 0; i < alarming->alarms.count && now_ms < known_ms; i++) {
        const struct alarm *alarm = &alarming->alarms.items[i];

        if (!is_of_channel(alarm->kind) && !is_of_promises(alarm->kind) &&
            alarm->kind != ALARM_HELD &&
            find_outside(alarming, alarm->kind, alarm->subject) == NULL) {
            alarm_conditions_add(conditions, alarm->kind, alarm->subject, alarm->cause)
                ->presence = ALARM_UNSURE;
            *next_ms = known_ms < *next_ms ? known_ms : *next_ms;
        }
    }
}

static int64_t
gather(struct pipeline *pipeline, int64_t now_ms, struct alarm_conditions *conditions)
{
    const struct alarming *alarming = &pipeline->alarming;
    int64_t next_ms = outbound_troubles(pipeline->outbound, now_ms, conditions);
    int64_t held_ms;

    for (size_t i = 0; i < alarming->n_outside; i++) {
        const struct outside *outside = &alarming->outside[i];

        if (outside->cause != NULL) {
            alarm_conditions_add(conditions, outside->kind, outside->subject,
                                 outside->cause);
        }
    }
    pipeline_watch_promises(pipeline, now_ms, conditions, &next_ms);
    add_unsaid(pipeline, now_ms, conditions, &next_ms);
    held_ms = pipeline_held_troubles(pipeline, now_ms, conditions);
    return held_ms < next_ms ? held_ms : next_ms;
}

/* --- Telling ---------------------------------------------------------------------- */

struct telling {
    struct pipeline *pipeline;
    int64_t now_ms;
};

/* The row that the messages of this alarm hang on; made when it is first told. */
static void
own_incident(struct pipeline *pipeline, const struct alarm *alarm, bool is_over,
             int64_t now_ms, struct incident_row *row)
{
    struct incident nothing = { 0 };
    struct buffer number = { 0 };

    buffer_addf(&number, "%s%s%s", name_of(&alarm_kind_names, (int)alarm->kind),
                alarm->subject[0] != '\0' ? " " : "", alarm->subject);
    if (alarm->kind == ALARM_PARKED) {
        buffer_addf(&number, " %s", alarm->cause);
    }
    if (!store_incident_find(pipeline->store, CONFIG_OWN_SOURCE, number.data, row)) {
        row->own = true;
        row->source = string_copy(CONFIG_OWN_SOURCE);
        row->incident = string_copy(number.data);
        row->record = incident_record_format(&nothing);
        row->created_at_ms = now_ms;
        row->exists_since_ms = TIME_NONE;
        row->next_check_ms = TIME_NEVER;
        row->promise_at_ms = TIME_NEVER;
        row->promise_made_ms = TIME_NONE;
    }
    row->sequence++;
    row->updated_at_ms = now_ms;
    row->closed_at_ms = is_over ? now_ms : TIME_NONE;
    store_incident_save(pipeline->store, row);
    buffer_clear(&number);
}

/* The channel that the alarm is about, when another one can tell it. */
static bool
is_spared(const struct strings *channels, const struct alarm *alarm,
          const char *channel)
{
    return is_of_channel(alarm->kind) && channels->count > 1 &&
           strcmp(alarm->subject, channel) == 0;
}

/* An end is told to those who were told the beginning. */
static void
hearers(struct pipeline *pipeline, const struct alarm *alarm, int64_t incident_row,
        bool is_over, struct strings *hear)
{
    const struct strings *channels = &pipeline->config->alarm_channels;
    struct strings before = { 0 };

    store_incident_channel_names(pipeline->store, incident_row, &before);
    for (size_t i = 0; i < channels->count; i++) {
        const char *channel = channels->items[i];
        bool knows = strings_has(&before, channel);

        if (!strings_has(hear, channel) &&
            (is_over ? knows : !is_spared(channels, alarm, channel))) {
            strings_add(hear, channel);
        }
    }
    strings_clear(&before);
}

/* Trouble with a channel for exercises is told as one, so that nobody hurries. */
static void
mark_drill(const struct pipeline *pipeline, const struct alarm *alarm,
           struct facts *facts)
{
    bool of_channel = alarm->subject != NULL && alarm->kind != ALARM_SPOOL;
    const struct channel *channel =
        of_channel ? config_channel(pipeline->config, alarm->subject) : NULL;

    if (channel != NULL && !channel->live) {
        facts->has |= FIELD_BIT(FIELD_MODE);
        facts->mode = MODE_EXERCISE;
    }
}

static void
send_word(struct pipeline *pipeline, enum alarm_word word, const struct alarm *alarm,
          int64_t now_ms)
{
    bool is_over = word == ALARM_OVER;
    struct incident_row incident = { 0 };
    struct message message = { .notice = is_over ? NOTICE_ALARM_OVER : NOTICE_ALARM,
                               .priority = PRIORITY_URGENT,
                               .written_at_ms = now_ms,
                               .revision = -1,
                               .at_ms = now_ms,
                               .updated_at_ms = now_ms,
                               .old_etr_at_ms = TIME_NONE,
                               .old_planned_from_ms = TIME_NONE,
                               .old_planned_to_ms = TIME_NONE,
                               .next_word_at_ms = TIME_NONE };
    struct message_row row = { .priority = PRIORITY_URGENT };
    const struct rest rest = { .until_ms = now_ms };
    struct strings hear = { 0 };

    own_incident(pipeline, alarm, is_over, now_ms, &incident);
    mark_drill(pipeline, alarm, &message.facts);
    message.incident_row = incident.row;
    message.sequence = incident.sequence;
    alarm_copy(&message.alarm, alarm);
    message_save(pipeline->store, &message);
    row.row = message.row;
    row.incident_row = message.incident_row;
    row.sequence = message.sequence;
    hearers(pipeline, alarm, incident.row, is_over, &hear);
    for (size_t i = 0; i < hear.count; i++) {
        outbound_add(pipeline->outbound, &row, hear.items[i], &rest, now_ms);
    }
    strings_clear(&hear);
    message_clear(&message);
    incident_row_clear(&incident);
}

static void
on_word(void *context, enum alarm_word word, const struct alarm *alarm)
{
    const struct telling *telling = context;
    struct pipeline *pipeline = telling->pipeline;
    struct pipeline_news *news = news_add(pipeline, NEWS_ALARM, NULL);

    if (news != NULL) {
        news->alarm = name_of(&alarm_kind_names, (int)alarm->kind);
        news->channel = string_copy(alarm->subject);
        news->why = string_copy(alarm->cause);
        news->result = name_of(&alarm_word_names, (int)word);
    }
    if (pipeline->config->alarm_channels.count > 0) {
        send_word(pipeline, word, alarm, telling->now_ms);
    }
}

void
pipeline_tell_alarms(struct pipeline *pipeline, int64_t now_ms)
{
    struct alarming *alarming = &pipeline->alarming;
    struct alarm_conditions conditions = { 0 };
    struct telling telling = { pipeline, now_ms };
    struct alarm_decision decision;
    int64_t next_ms;

    if (!alarming->is_loaded) {
        store_alarms_load(pipeline->store, &alarming->alarms);
        alarming->is_loaded = true;
    }
    next_ms = gather(pipeline, now_ms, &conditions);
    decision =
        alarms_decide(&alarming->alarms, &conditions, pipeline->config->alarm_repeat_ms,
                      now_ms, on_word, &telling);
    if (decision.changed) {
        store_alarms_save(pipeline->store, &alarming->alarms);
    }
    alarming->next_ms = decision.next_ms < next_ms ? decision.next_ms : next_ms;
    alarming->is_news = false;
    alarm_conditions_clear(&conditions);
}

void
pipeline_forget_alarms(struct pipeline *pipeline)
{
    pipeline->alarming.is_loaded = false;
    pipeline->alarming.is_news = true;
    pipeline_promises_changed(pipeline);
    outbound_parked_changed(pipeline->outbound);
}

int64_t
pipeline_alarms_wake(const struct pipeline *pipeline, int64_t now_ms)
{
    return pipeline->alarming.is_news ? now_ms : pipeline->alarming.next_ms;
}

/* --- Report ----------------------------------------------------------------------- */

/* What the status line does not say by itself of channels. */
static void
add_note(struct daemon_report *report, const struct alarm *alarm)
{
    switch (alarm->kind) {
    case ALARM_LIST:
        strings_take(&report->notes, string_format("the list of channel %s: %s",
                                                   alarm->subject, alarm->cause));
        return;
    case ALARM_CRASHES:
        strings_take(&report->notes, string_copy(alarm->cause));
        return;
    case ALARM_PROMISE_NEAR:
        strings_take(&report->notes,
                     string_format("promises about to pass: %s", alarm->cause));
        return;
    case ALARM_LAPSED:
        strings_take(&report->notes,
                     string_format("incidents without news: %s", alarm->cause));
        return;
    case ALARM_REPORTS:
        strings_take(&report->notes,
                     string_format("channel %s: %s", alarm->subject, alarm->cause));
        return;
    case ALARM_CHANNEL_PAUSED:
    case ALARM_PARKED:
    case ALARM_REDIRECTS:
    case ALARM_UNDELIVERABLE:
    case ALARM_DISK_LOW:
    case ALARM_DISK_CRITICAL:
    case ALARM_DATABASE_SET_ASIDE:
    case ALARM_CONFIGURATION:
    case ALARM_SPOOL:
    case ALARM_CHANNEL_DOWN:
    case ALARM_HELD: /* the report counts what is held, from its first minute on */
    case ALARM_KIND_COUNT:
        return;
    }
}

void
pipeline_report_alarms(const struct pipeline *pipeline, struct daemon_report *report,
                       int64_t now_ms)
{
    const struct alarms *alarms = &pipeline->alarming.alarms;

    for (size_t i = 0; i < alarms->count; i++) {
        if (alarm_is_active(&alarms->items[i], now_ms)) {
            alarm_copy(alarms_add(&report->alarms), &alarms->items[i]);
            add_note(report, &alarms->items[i]);
        }
    }
}
