/* SPDX-License-Identifier: EUPL-1.2 */
/* What is said, and to whom: the channels of an incident, the message and its rows, and
 * the notices about a moment that has come. */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/routing.h"

#include <stdlib.h>
#include <string.h>

static void
add_sticky(void *context, const char *channel, int64_t last_sequence)
{
    struct strings *channels = context;

    (void)last_sequence;
    if (!strings_has(channels, channel)) {
        strings_add(channels, channel);
    }
}

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

/*
 * The channels of an incident: those that a route gives it now, and those that were
 * given it before. fresh gets the ones that join now.
 */
static const char *
channels_of(struct pipeline *pipeline, const struct incident *incident,
            struct strings *all, struct strings *fresh)
{
    const struct config *config = pipeline->config;
    struct strings before = { 0 };
    const char *why =
        routes_channels(config->routes, config->n_routes, config->channels,
                        config->n_channels, incident->source, &incident->facts, all);

    store_incident_channels(pipeline->store, incident->row, add_sticky, &before);
    for (size_t i = 0; i < all->count; i++) {
        if (!strings_has(&before, all->items[i])) {
            strings_add(fresh, all->items[i]);
        }
    }
    for (size_t i = 0; i < before.count; i++) {
        if (may_go_on(pipeline, incident, before.items[i])) {
            add_sticky(all, before.items[i], 0);
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

int64_t
pipeline_say(struct speech *speech, struct incident *incident, enum notice notice,
             const struct strings *channels)
{
    struct pipeline *pipeline = speech->pipeline;
    struct message message = { 0 };
    struct message_row row = { 0 };
    struct pipeline_news *news;
    char merged_into[PUBLIC_ID_SIZE];
    int64_t rows = 0;

    target_id(pipeline, incident, merged_into);
    message_make(incident, notice, pipeline->config->next_word_ms, merged_into,
                 speech->now_ms, &message);
    pipeline_take_back(speech, &message, channels);
    message_save(pipeline->store, &message);
    row.row = message.row;
    row.incident_row = message.incident_row;
    row.sequence = message.sequence;
    row.priority = message.priority;
    row.notice = notice;
    row.wrong_from = message.correction.from;
    for (size_t i = 0; i < channels->count; i++) {
        struct rest rest =
            pipeline_rest(speech, incident, &message, channels->items[i]);

        rows += (int64_t)outbound_add(pipeline->outbound, &row, channels->items[i],
                                      &rest, speech->now_ms);
    }
    if (speech->said != NULL) {
        speech->said(speech->context, &message, channels);
    }
    news = news_add(pipeline, NEWS_MESSAGE, incident);
    if (news != NULL) {
        memcpy(news->message_id, message.id, sizeof(news->message_id));
        news->notice = notice;
        news->sequence = message.sequence;
    }
    speech->message_row = message.row;
    speech->priority = message.priority;
    message_clear(&message);
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

/* What is said because of the change; returns the rows made, and why none. */
int64_t
pipeline_speak(struct speech *speech, struct incident *incident,
               const struct event *event, const struct change *change, const char **why)
{
    struct verdict verdict = notice_decide(incident, change, speech->now_ms);
    enum notice correction;
    struct strings all = { 0 };
    struct strings fresh = { 0 };
    const char *nobody = channels_of(speech->pipeline, incident, &all, &fresh);
    int64_t rows = 0;

    *why = NULL;
    correction = pipeline_correction(speech, incident, event, &fresh, &all);
    if (correction != NOTICE_NONE) {
        verdict = (struct verdict){ .notice = correction };
    } else if (is_for_hearers(verdict.notice)) {
        leave_out(&all, &fresh);
    }
    if (event_is_apart(event, incident)) {
        *why = why_mode;
    } else if (nobody != NULL) {
        *why = nobody;
        speech->pipeline->unrouted += speech->pipeline->trying ? 0 : 1;
    } else if (all.count == 0) {
        *why = "nobody had heard of it";
    } else if (verdict.notice != NOTICE_NONE) {
        rows = pipeline_say(speech, incident, verdict.notice, &all);
    } else if (fresh.count > 0 && incident->said.anything &&
               status_is_open(incident->facts.status) &&
               !incident_is_merged(incident)) {
        rows = pipeline_say(
            speech, incident,
            notice_for_status(false, incident->facts.status, incident->facts.status),
            &fresh);
    } else {
        *why = verdict.why;
    }
    strings_clear(&all);
    strings_clear(&fresh);
    return rows;
}

static void
say_if_due(struct pipeline *pipeline, struct incident *incident, int64_t now_ms)
{
    struct speech speech = { .pipeline = pipeline, .now_ms = now_ms };
    enum notice notice = notice_due(incident, now_ms);
    struct strings all = { 0 };
    struct strings fresh = { 0 };

    if (notice != NOTICE_NONE) {
        channels_of(pipeline, incident, &all, &fresh);
        if (all.count > 0) {
            pipeline_say(&speech, incident, notice, &all);
        } else {
            notice_pass_over(incident, notice);
        }
    }
    incident->next_check_ms = notice_next_check(incident, now_ms);
    incident_save(pipeline->store, incident);
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
