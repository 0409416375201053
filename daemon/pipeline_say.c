/* SPDX-License-Identifier: EUPL-1.2 */
/* What is said, and to whom: the channels of an incident, the message and its rows, and
 * the notices about a moment that has come. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/promise.h"
#include "policy/routing.h"

#include <stdlib.h>
#include <string.h>

/* A channel that was given the incident and may still be: it is configured, a live one
 * never hears of an exercise, and what has become a matter for staff goes only where
 * routes send it now (D11). */
static bool
may_go_on(const struct pipeline *pipeline, const struct incident *incident,
          const char *name)
{
    const struct channel *channel = config_channel(pipeline->config, name);
    bool actual =
        !facts_has(&incident->facts, FIELD_MODE) || incident->facts.mode == MODE_ACTUAL;

    bool staff = facts_has(&incident->facts, FIELD_AUDIENCE) &&
                 incident->facts.audience == AUDIENCE_STAFF;

    return channel != NULL && channel->live == actual && !staff;
}

const char *
pipeline_channels_of(struct pipeline *pipeline, const struct incident *incident,
                     struct strings *all, struct strings *fresh)
{
    const struct config *config = pipeline->config;
    struct strings before = { 0 };
    const char *why =
        routes_channels(config->routes, config->n_routes, config->channels,
                        config->n_channels, incident->source, &incident->facts, all);

    store_incident_channel_names(pipeline->store, incident->row, &before);
    for (size_t i = 0; i < all->count; i++) {
        if (!strings_has(&before, all->items[i])) {
            strings_add(fresh, all->items[i]);
        }
    }
    for (size_t i = 0; i < before.count; i++) {
        if (!strings_has(all, before.items[i]) &&
            may_go_on(pipeline, incident, before.items[i])) {
            strings_add(all, before.items[i]);
        }
    }
    strings_clear(&before);
    return all->count == 0 ? why : NULL;
}

static void
target_id(struct pipeline *pipeline, const struct incident *incident,
          char out[PUBLIC_ID_SIZE])
{
    struct incident_row target = { 0 };

    out[0] = '\0';
    if (incident_is_merged(incident) &&
        store_incident_find(pipeline->store, incident->source,
                            incident->facts.merge_into, &target)) {
        memcpy(out, target.id, PUBLIC_ID_SIZE);
    }
    incident_row_clear(&target);
}

/* The rows of the message on a channel; how many. */
static int64_t
give(struct speech *speech, const struct incident *incident,
     const struct message *message, const char *channel)
{
    struct message_row row = { .row = message->row,
                               .incident_row = message->incident_row,
                               .sequence = message->sequence,
                               .priority = message->priority,
                               .notice = message->notice,
                               .wrong_from = message->correction.from };
    struct rest rest;
    int64_t rows;

    if ((message->notice == NOTICE_RESTORED || message->notice == NOTICE_FALSE_ALARM) &&
        pipeline_was_short(speech, incident, channel)) {
        return 0;
    }
    rest = pipeline_rest(speech, incident, message, channel);
    rows = (int64_t)outbound_add(speech->pipeline->outbound, &row, channel, &rest,
                                 speech->now_ms);
    if (rows > 0) {
        pipeline_rest_note(speech, incident, message, channel, &rest);
    }
    return rows;
}

/* Makes the message and its rows; returns how many rows. for_all: every channel of the
 * incident gets it. */
static int64_t
say(struct speech *speech, struct incident *incident, enum notice notice,
    const struct strings *channels, bool for_all)
{
    struct pipeline *pipeline = speech->pipeline;
    const struct said before = incident->said;
    struct strings given = { 0 };
    int64_t promise_ms = promise_due_at(incident);
    struct message message = { 0 };
    struct pipeline_news *news;
    char merged_into[PUBLIC_ID_SIZE];
    int64_t rows = 0;

    target_id(pipeline, incident, merged_into);
    message_make(incident, notice, pipeline->config->next_word_ms, merged_into,
                 speech->now_ms, &message);
    pipeline_take_back(speech, &message, channels);
    if (!for_all) {
        message_keep_promise(incident, &before, promise_ms, speech->now_ms, &message);
    }
    message_save(pipeline->store, &message);
    for (size_t i = 0; i < channels->count; i++) {
        int64_t n = give(speech, incident, &message, channels->items[i]);

        if (n > 0) {
            strings_add(&given, channels->items[i]);
        }
        rows += n;
    }
    if (speech->said != NULL) {
        speech->said(speech->context, &message, &given);
    }
    news = news_add(pipeline, NEWS_MESSAGE, incident);
    if (news != NULL) {
        memcpy(news->message_id, message.id, sizeof(news->message_id));
        news->notice = notice;
        news->sequence = message.sequence;
    }
    speech->message_row = message.row;
    speech->priority = message.priority;
    speech->has_spoken = true;
    strings_clear(&given);
    message_clear(&message);
    return rows;
}

int64_t
pipeline_say(struct speech *speech, struct incident *incident, enum notice notice,
             const struct strings *channels, bool for_all)
{
    struct strings open = { 0 };
    int64_t rows = 0;

    pipeline_split(speech, incident, notice, channels, &open);
    if (open.count > 0) {
        rows = say(speech, incident, notice, &open,
                   for_all && open.count == channels->count);
    }
    strings_clear(&open);
    return rows;
}

static const char why_mode[] = "the event is an exercise or a test and the incident is "
                               "not: it reaches no channel";

static enum event_mode
mode_of(const struct facts *facts)
{
    return facts_has(facts, FIELD_MODE) ? facts->mode : MODE_ACTUAL;
}

/* An exercise must never reach a live channel: an event that is one closes the gate
 * even where newer events have made the incident a real one. Nor does an exercise
 * become real by having its mode cleared. */
bool
event_is_apart(const struct event *event, const struct incident *incident)
{
    return (event->named & FIELD_BIT(FIELD_MODE)) != 0 &&
           mode_of(&event->facts) != mode_of(&incident->facts);
}

/* What takes back or hands on what was said goes to those who heard it, and nobody
 * else (D6). */
static bool
is_for_hearers(enum notice notice)
{
    return notice == NOTICE_FALSE_ALARM || notice == NOTICE_PLANNED_OFF ||
           notice == NOTICE_MERGED;
}

static void
leave_out(struct strings *all, const struct strings *fresh)
{
    struct strings kept = { 0 };

    for (size_t i = 0; i < all->count; i++) {
        if (!strings_has(fresh, all->items[i])) {
            strings_add(&kept, all->items[i]);
        }
    }
    strings_clear(all);
    *all = kept;
}

/* The channels that join now, and have not been held back before they could. */
static void
leave_out_held(const struct speech *speech, const struct incident *incident,
               struct strings *fresh)
{
    struct strings held = { 0 };

    if (fresh->count > 0) {
        pipeline_held_channels(speech->pipeline, incident->row, &held);
        leave_out(fresh, &held);
    }
    strings_clear(&held);
}

/* What is said at once because of the change, on the channels `all`; returns the rows
 * made, and why none. */
static int64_t
speak_openly(struct speech *speech, struct incident *incident,
             const struct event *event, const struct change *change,
             struct strings *all, const char **why)
{
    struct strings fresh = { 0 };
    const char *nobody = pipeline_channels_of(speech->pipeline, incident, all, &fresh);
    struct verdict verdict =
        notice_decide(incident, change, pipeline_etr_tolerance(speech, incident, all),
                      speech->now_ms);
    size_t n_all = all->count;
    enum notice correction = pipeline_correction(speech, incident, event, &fresh, all);
    int64_t rows = 0;

    *why = NULL;
    if (correction != NOTICE_NONE) {
        verdict = (struct verdict){ .notice = correction };
    } else if (is_for_hearers(verdict.notice)) {
        leave_out(all, &fresh);
        n_all = all->count;
    }
    leave_out_held(speech, incident, &fresh);
    if (nobody != NULL) {
        *why = nobody;
        speech->pipeline->unrouted += speech->pipeline->trying ? 0 : 1;
    } else if (all->count == 0) {
        *why = "nobody had heard of it";
    } else if (verdict.notice != NOTICE_NONE) {
        if (correction == NOTICE_NONE) {
            pipeline_leave_out_unmoved(speech, incident, change, verdict.notice, all);
        }
        rows = pipeline_say(speech, incident, verdict.notice, all, all->count == n_all);
        *why = speech->unsaid.data;
    } else if (fresh.count > 0 && incident->said.anything &&
               status_is_open(incident->facts.status) &&
               !incident_is_merged(incident)) {
        rows = pipeline_say(speech, incident, notice_whole(incident, speech->now_ms),
                            &fresh, fresh.count == n_all);
    } else {
        pipeline_leave_out_unmoved(speech, incident, change, NOTICE_NONE, all);
        *why = speech->unsaid.len > 0 ? speech->unsaid.data : verdict.why;
    }
    strings_clear(&fresh);
    return rows;
}

int64_t
pipeline_speak(struct speech *speech, struct incident *incident,
               const struct event *event, const struct change *change, const char **why)
{
    struct strings all = { 0 };
    struct facts whole = { 0 };
    int64_t rows;

    if (event_is_apart(event, incident)) {
        *why = why_mode;
        return 0;
    }
    speech->said_before = incident->said;
    pipeline_open_facts(incident, &whole);
    rows = speak_openly(speech, incident, event, change, &all, why);
    pipeline_whole_facts(incident, &whole);
    rows += pipeline_hold(speech, incident, &all);
    strings_clear(&all);
    return rows;
}

static void
say_if_due(struct pipeline *pipeline, struct incident *incident, int64_t now_ms)
{
    struct speech speech = { .pipeline = pipeline,
                             .now_ms = now_ms,
                             .said_before = incident->said };
    enum notice notice = notice_due(incident, now_ms);
    struct strings all = { 0 };
    struct strings fresh = { 0 };
    struct facts whole = { 0 };

    if (notice == NOTICE_RIGHTS_12H && !pipeline->config->rights_12h) {
        notice_pass_over(incident, notice);
    } else if (notice != NOTICE_NONE) {
        pipeline_open_facts(incident, &whole);
        pipeline_channels_of(pipeline, incident, &all, &fresh);
        pipeline_say(&speech, incident, notice, &all, true);
        pipeline_whole_facts(incident, &whole);
        pipeline_hold(&speech, incident, &all);
        if (!speech.has_spoken) {
            notice_pass_over(incident, notice);
        }
    }
    speech_clear(&speech);
    incident->next_check_ms = notice_next_check(incident, now_ms);
    incident_save(pipeline->store, incident);
    pipeline_promises_changed(pipeline);
    strings_clear(&all);
    strings_clear(&fresh);
}

void
pipeline_say_due(struct pipeline *pipeline, int64_t now_ms)
{
    int64_t keys[64];
    size_t n = store_incidents_due(pipeline->store, now_ms, keys, ARRAY_COUNT(keys));

    for (size_t i = 0; i < n; i++) {
        struct incident_row row = { 0 };
        struct incident incident = { 0 };
        struct error error = { 0 };

        if (!store_incident_get(pipeline->store, keys[i], &row)) {
            continue;
        }
        if (incident_from_row(&row, &incident, &error) == STATUS_OK) {
            say_if_due(pipeline, &incident, now_ms);
        } else {
            log_error("pipeline: %s", error.text);
            row.next_check_ms = now_ms + HOURS_MS;
            store_incident_save(pipeline->store, &row);
        }
        incident_clear(&incident);
        incident_row_clear(&row);
    }
}
