/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The data flow on one page. An event changes its incident; the change makes a notice
 * or nothing; the notice becomes a message with one row for each channel that hears it;
 * all of it is one transaction. At the end of the turn replies are recorded, what is
 * due is claimed, the transaction is committed, and only then anything leaves.
 */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "base/quantity.h"
#include "model/danger.h"

#include <stdlib.h>
#include <string.h>

static enum status
find_repeat(struct pipeline *pipeline, const struct event *event, size_t number,
            struct submit_result *result, struct faults *faults)
{
    struct event_known known = { 0 };
    struct incident_row row = { 0 };

    if (!store_event_find(pipeline->store, event->source, event->event_id, &known)) {
        return STATUS_NOT_FOUND;
    }
    if (strcmp(known.digest, event->digest) != 0) {
        faults_add(faults, number, 0, "event_id",
                   "\"%s\" was received before with other content; a new fact needs a "
                   "new event_id",
                   event->event_id);
        return STATUS_CONFLICT;
    }
    result->result = RESULT_REPEAT;
    result->why = string_copy("the same event was received before");
    if (store_incident_get(pipeline->store, known.incident_row, &row)) {
        memcpy(result->incident_id, row.id, sizeof(result->incident_id));
    }
    incident_row_clear(&row);
    return STATUS_OK;
}

/* Its incident may have been removed, and what it says have been said long ago. */
static enum status
refuse_forgotten(const struct pipeline *pipeline, const struct event *event,
                 size_t number, struct faults *faults)
{
    char at[TIMESTAMP_SIZE];
    char keep[DURATION_SIZE];

    faults_add(faults, number, 0, "at",
               "%s is of a time of which incidents were removed (they are kept for %s: "
               "keep), and incident \"%s\" is not known: whether it was told before "
               "cannot be known; a new fact has a new time",
               timestamp_format_seconds(event->at_ms, at),
               duration_format(pipeline->config->keep_ms, keep), event->incident);
    return STATUS_REFUSED;
}

/* The incident the event is about, saved, so that it has a row and an id. */
static enum status
load_incident(struct pipeline *pipeline, const struct event *event, size_t number,
              int64_t now_ms, struct incident *incident, struct faults *faults)
{
    struct incident_row row = { 0 };
    struct error error = { 0 };
    enum status status = STATUS_OK;

    if (store_incident_find(pipeline->store, event->source, event->incident, &row)) {
        status = incident_from_row(&row, incident, &error);
        if (status != STATUS_OK) {
            faults_add(faults, number, 0, "incident", "%s", error.text);
        }
    } else if (pipeline_is_forgotten(pipeline, event)) {
        status = refuse_forgotten(pipeline, event, number, faults);
    } else {
        incident_begin(incident, event->source, event->incident, now_ms);
        incident_save(pipeline->store, incident);
    }
    incident_row_clear(&row);
    return status;
}

/* What an event may not do to an incident that is there already. */
static enum status
check_against(struct pipeline *pipeline, const struct event *event,
              const struct incident *incident, size_t number, struct faults *faults)
{
    if (incident->exists && event_is_apart(event, incident)) {
        faults_add(
            faults, number, 0, "mode",
            "is %s, and incident \"%s\" is %s: that cannot change; give the other "
            "one a number of its own",
            name_of(&mode_names, (int)event->facts.mode), event->incident,
            name_of(&mode_names, (int)incident->facts.mode));
        return STATUS_REFUSED;
    }
    if (pipeline_merges_in_circle(pipeline, event)) {
        faults_add(
            faults, number, 0, "merge_into",
            "\"%s\" is itself part of \"%s\": an incident cannot be part of itself",
            event->facts.merge_into, event->incident);
        return STATUS_REFUSED;
    }
    return STATUS_OK;
}

static void
note_event(struct pipeline *pipeline, const struct incident *incident,
           const struct event *event, const struct submit_result *result)
{
    struct pipeline_news *news = news_add(pipeline, NEWS_EVENT, incident);

    if (news != NULL) {
        string_replace(&news->source, event->source);
        string_replace(&news->incident, event->incident);
        news->event_id = string_copy(event->event_id);
        news->result = name_of(&result_names, (int)result->result);
        news->messages = result->messages;
        news->why = string_copy(result->why);
    }
}

/* Adds a sentence to those there are; text_take may be NULL. */
static void
add_warning(struct buffer *text, char *text_take)
{
    if (text_take != NULL) {
        buffer_addf(text, "%s%s", text->len > 0 ? "; " : "", text_take);
    }
    free(text_take);
}

static char *
unknown_advice(const struct pipeline *pipeline, const char *advice)
{
    char *key = string_format("advice.%s", advice);
    bool known = catalogue_phrase(pipeline->catalogues[0], key) != NULL;

    free(key);
    return known ? NULL
                 : string_format("advice: no catalogue knows \"%s\", so it is not said",
                                 advice);
}

/* What the sender should look at, though it was taken: words that nobody knows. */
static void
add_warnings(const struct pipeline *pipeline, const struct incident *incident,
             const struct event *event, struct submit_result *result)
{
    struct buffer text = { 0 };

    buffer_add(&text, event->warning);
    add_warning(&text, pipeline_words_of(pipeline, event, false));
    for (size_t i = 0; i < event->facts.advice.count; i++) {
        add_warning(&text, unknown_advice(pipeline, event->facts.advice.items[i]));
    }
    if (facts_has(&event->facts, FIELD_MERGE_INTO) && incident->merged_into_row == 0) {
        add_warning(&text, string_format("merge_into: there is no incident \"%s\" yet; "
                                         "until there is, this one speaks for itself",
                                         event->facts.merge_into));
    }
    if (incident->facts.status == INCIDENT_CANCELLED &&
        danger_named(&incident->facts) != 0) {
        add_warning(&text,
                    string_copy("advice: it concerns life and health, and a cancelled "
                                "incident takes it back; if it still holds, send "
                                "another status"));
    }
    if (text.len > 0) {
        result->warning = buffer_take(&text);
    }
}

/* Something waits for a second person; what does not wait is on its way. */
static void
note_held(const struct speech *speech, struct submit_result *result)
{
    if (speech->held_id[0] == '\0') {
        return;
    }
    result->result = RESULT_HELD;
    memcpy(result->held_id, speech->held_id, sizeof(result->held_id));
    free(result->why);
    result->why = string_format(
        "%s waits for a second person (budkavle held); %s", speech->held_id,
        speech->has_spoken ? "what does not is said now" : "nothing else is said now");
}

static void
apply_new(struct speech *speech, struct incident *incident, struct event *event,
          struct submit_result *result)
{
    struct pipeline *pipeline = speech->pipeline;
    struct change change = { 0 };
    struct facts before = { 0 };
    const char *why = "kind and status of the incident are not known yet";
    int64_t receipt = store_event_add(pipeline->store, event, incident->row);

    facts_copy(&before, &incident->facts);
    result->result = incident_apply(incident, event, receipt, &change);
    pipeline_take_in(speech, &before, incident, &change);
    facts_clear(&before);
    if (change.changed & FIELD_BIT(FIELD_MERGE_INTO)) {
        pipeline_note_merge(pipeline, incident);
    }
    if (change.came_to_exist) {
        pipeline_adopt_parts(pipeline, incident);
    }
    if (result->result == RESULT_OUTDATED) {
        why = "newer events had said all of it";
    } else if (incident->exists) {
        result->messages = pipeline_speak(speech, incident, event, &change, &why);
        incident->next_check_ms = notice_next_check(incident, speech->now_ms);
        if (!pipeline->trying) {
            outbound_touch(pipeline->outbound, incident->row);
        }
    }
    result->priority = speech->message_row != 0
                           ? speech->priority
                           : notice_priority(NOTICE_NONE, &incident->facts);
    result->why = string_copy(result->messages > 0 ? NULL : why);
    note_held(speech, result);
    add_warnings(pipeline, incident, event, result);
    incident_save(pipeline->store, incident);
    pipeline_promises_changed(pipeline);
    /* Where some channels are told, the timeline says why others are not. */
    store_event_result(pipeline->store, receipt, result->result, speech->message_row,
                       result->messages > 0 ? speech->unsaid.data : result->why);
}

enum status
pipeline_apply_as(struct speech *speech, struct event *event, size_t number,
                  struct submit_result *result, struct faults *faults)
{
    struct pipeline *pipeline = speech->pipeline;
    struct incident incident = { 0 };
    enum status status;

    speech->event = event;
    pipeline_refer(pipeline, event);
    result->event_id = string_copy(event->event_id);
    result->incident = string_copy(event->incident);
    status = find_repeat(pipeline, event, number, result, faults);
    if (status != STATUS_NOT_FOUND) {
        if (status == STATUS_OK) {
            note_event(pipeline, NULL, event, result);
        }
        return status;
    }
    status = load_incident(pipeline, event, number, speech->now_ms, &incident, faults);
    if (status == STATUS_OK) {
        status = check_against(pipeline, event, &incident, number, faults);
    }
    if (status == STATUS_OK) {
        apply_new(speech, &incident, event, result);
        memcpy(result->incident_id, incident.id, sizeof(result->incident_id));
        note_event(pipeline, &incident, event, result);
    }
    incident_clear(&incident);
    speech_clear(speech);
    return status;
}

enum status
pipeline_apply(struct pipeline *pipeline, struct event *event, size_t number,
               int64_t now_ms, struct submit_result *result, struct faults *faults,
               said_port *said, void *context)
{
    struct speech speech = {
        .pipeline = pipeline, .said = said, .context = context, .now_ms = now_ms
    };

    return pipeline_apply_as(&speech, event, number, result, faults);
}

/* --- The turn --------------------------------------------------------------------- */

void
pipeline_set_least(struct pipeline *pipeline, enum priority least)
{
    pipeline->least = least;
    outbound_spare(pipeline->outbound, least == PRIORITY_URGENT);
}

/* A batch is as urgent as its most urgent event; a repeat takes no room. */
bool
pipeline_has_room(const struct pipeline *pipeline, const struct submit_results *results)
{
    bool all_repeats = true;

    for (size_t i = 0; i < results->count; i++) {
        if (results->items[i].result != RESULT_REPEAT) {
            all_repeats = false;
            if (results->items[i].priority <= pipeline->least) {
                return true;
            }
        }
    }
    return all_repeats;
}

/* What was tried is undone. Pages that were changed and changed back would be written
 * all the same, so a transaction that holds nothing else is given up as a whole. */
static void
undo_take(struct pipeline *pipeline, bool was_open)
{
    store_try_undo(pipeline->store);
    if (!was_open && !store_failed(pipeline->store)) {
        store_rollback(pipeline->store);
    }
}

enum status
pipeline_take(struct pipeline *pipeline, struct events *events, int64_t now_ms,
              struct submit_results *results, struct faults *faults)
{
    bool was_open = store_in_transaction(pipeline->store);
    int64_t unrouted = pipeline->unrouted;
    enum status status = STATUS_OK;
    size_t n_news = pipeline->n_news;

    store_begin(pipeline->store);
    store_try_begin(pipeline->store);
    for (size_t i = 0; i < events->count; i++) {
        enum status one =
            pipeline_apply(pipeline, &events->items[i], i + 1, now_ms,
                           submit_results_add(results), faults, NULL, NULL);

        status = one != STATUS_OK ? one : status;
    }
    if (status == STATUS_OK && !store_failed(pipeline->store) &&
        !pipeline_has_room(pipeline, results)) {
        status = STATUS_FULL;
    }
    if (status != STATUS_OK) {
        undo_take(pipeline, was_open);
        news_drop(pipeline, n_news);
        pipeline->unrouted = unrouted;
        submit_results_clear(results);
        return status;
    }
    store_try_keep(pipeline->store);
    return store_failed(pipeline->store) ? STATUS_IO : STATUS_OK;
}

void
pipeline_on_reply(struct pipeline *pipeline, struct reply *reply)
{
    outbound_on_reply(pipeline->outbound, reply);
}

enum status
pipeline_commit(struct pipeline *pipeline, int64_t now_ms, bool claiming,
                struct error *error)
{
    enum status status;

    store_begin(pipeline->store);
    outbound_record(pipeline->outbound, now_ms);
    if (claiming) {
        pipeline_refresh_held(pipeline, now_ms);
        pipeline_say_due(pipeline, now_ms);
        pipeline_storm_tell(pipeline, now_ms);
        pipeline_tell_alarms(pipeline, now_ms);
        pipeline_retain(pipeline, now_ms);
        outbound_claim(pipeline->outbound, now_ms);
    }
    status = store_commit(pipeline->store, error);
    news_settle(pipeline, status == STATUS_OK);
    if (status != STATUS_OK) {
        outbound_forget_claims(pipeline->outbound);
        pipeline_forget_alarms(pipeline);
        return status;
    }
    outbound_hand_over(pipeline->outbound, now_ms);
    return STATUS_OK;
}

int64_t
pipeline_next_wake(struct pipeline *pipeline, int64_t now_ms)
{
    int64_t notice = store_incidents_next_check(pipeline->store);
    int64_t outbound = outbound_next_wake(pipeline->outbound, now_ms);
    int64_t next = notice < outbound ? notice : outbound;

    int64_t alarm = pipeline_alarms_wake(pipeline, now_ms);
    int64_t storm = pipeline_storm_wake(pipeline, now_ms);

    next = next < alarm ? next : alarm;
    next = next < storm ? next : storm;
    return next < pipeline->next_retention_ms ? next : pipeline->next_retention_ms;
}
