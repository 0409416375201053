/* SPDX-License-Identifier: EUPL-1.2 */
/* A person takes back or sets right what was said: an event of their own, which is the
 * newest whatever the sender's numbers are, and what came of it. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "codec/amendment.h"
#include "policy/correction.h"

#include <stdlib.h>
#include <string.h>

/* --- The event -------------------------------------------------------------------- */

static void
raise_order(struct stamp *newest, const struct stamp *stamp)
{
    if (!stamp->named) {
        return;
    }
    if (stamp->has_revision) {
        newest->revision = newest->has_revision && newest->revision > stamp->revision
                               ? newest->revision
                               : stamp->revision;
        newest->has_revision = true;
    }
    newest->at_ms = stamp->at_ms > newest->at_ms ? stamp->at_ms : newest->at_ms;
}

/* An order in which no event that was received is newer: received last, it wins. */
static struct stamp
newest_order(const struct incident *incident, int64_t now_ms)
{
    struct stamp newest = { .named = true, .at_ms = now_ms };

    raise_order(&newest, &incident->newest);
    for (int field = 0; field < FIELD_COUNT; field++) {
        raise_order(&newest, &incident->stamps[field]);
    }
    return newest;
}

static enum status
make_event(struct pipeline *pipeline, const struct amendment *amendment,
           const struct incident *incident, int64_t now_ms, struct events *events,
           struct faults *faults)
{
    char *event_id = string_format(
        "%s-%016llx", amendment->patch != NULL ? "correct" : "retract",
        (unsigned long long)pipeline->ports.random(pipeline->ports.context));
    const struct amendment_identity identity = { .source = incident->source,
                                                 .incident = incident->incident,
                                                 .event_id = event_id,
                                                 .order =
                                                     newest_order(incident, now_ms) };
    enum status status =
        amendment_parse(amendment->patch, &identity, now_ms, events, faults);

    free(event_id);
    return status;
}

/* --- In which state --------------------------------------------------------------- */

static enum status
refuse(struct faults *faults, const char *problem)
{
    faults_add(faults, 0, 0, "", "%s", problem);
    return STATUS_CONFLICT;
}

static enum status
check_state(const struct incident *incident, struct faults *faults)
{
    if (!incident->exists) {
        return refuse(faults, "the incident waits for its kind or status, and nothing "
                              "was said of it: send an event with what is right");
    }
    if (incident_is_merged(incident) && incident->merged_into_row != 0) {
        faults_add(faults, 0, 0, "",
                   "the incident is part of \"%s\", and who heard of it follows that "
                   "one: correct or retract that one",
                   incident->facts.merge_into);
        return STATUS_CONFLICT;
    }
    if (incident->facts.status == INCIDENT_CANCELLED) {
        return refuse(faults, "the incident is cancelled, and what was said of it is "
                              "taken back; if it is real after all, send an event with "
                              "its status");
    }
    return STATUS_OK;
}

/* Nothing that is known would become another, and nothing that was said either. */
static bool
changes_nothing(const struct incident *incident, const struct event *event)
{
    for (int field = 0; field < FIELD_COUNT; field++) {
        bool has = facts_has(&event->facts, (enum event_field)field);
        bool had = facts_has(&incident->facts, (enum event_field)field);

        if ((event->named & FIELD_BIT(field)) != 0 &&
            (has != had || (has && !facts_field_equal(&event->facts, &incident->facts,
                                                      (enum event_field)field)))) {
            return false;
        }
    }
    return true;
}

/* --- Doing it --------------------------------------------------------------------- */

struct showing {
    struct pipeline *pipeline;
    void (*each)(void *context, const struct preview *preview);
    void *context;
    int64_t now_ms;
};

static void
show(void *context, const struct message *message, const struct strings *channels)
{
    const struct showing *showing = context;

    pipeline_show(showing->pipeline, message, channels, showing->each, showing->context,
                  showing->now_ms);
}

/* What was set right, and why, in one line of the log. */
static void
note_act(struct pipeline *pipeline, const struct amendment *amendment,
         const struct incident *incident, const struct event *event, int64_t now_ms)
{
    const char *language = catalogue_language(pipeline->catalogues[0]);
    const char *reason =
        amendment->reason != NULL ? localized_find(amendment->reason, language) : NULL;
    struct buffer text = { 0 };

    for (int field = 0; amendment->patch != NULL && field < FIELD_COUNT; field++) {
        if ((event->named & FIELD_BIT(field)) != 0) {
            buffer_addf(&text, "%s%s", text.len > 0 ? ", " : "",
                        name_of(&field_names, field));
        }
    }
    if (reason != NULL) {
        buffer_addf(&text, "%s%s", text.len > 0 ? ": " : "", reason);
    }
    store_action_add(pipeline->store, now_ms, amendment->uid,
                     amendment->patch != NULL ? "correct" : "retract", incident->row, 0,
                     NULL, text.len > 0 ? text.data : NULL);
    buffer_clear(&text);
}

/* All of it, or nothing. */
static enum status
apply(struct speech *speech, const struct amendment *amendment,
      const struct incident *incident, struct event *event, struct faults *faults)
{
    struct pipeline *pipeline = speech->pipeline;
    struct amended *amended = speech->amending->amended;
    struct submit_results results = { 0 };
    bool was_open = store_in_transaction(pipeline->store);
    size_t n_news = pipeline->n_news;
    enum status status;

    store_begin(pipeline->store);
    store_try_begin(pipeline->store);
    pipeline->trying = amendment->check;
    status = pipeline_apply_as(speech, event, 1, submit_results_add(&results), faults);
    pipeline->trying = false;
    if (status == STATUS_OK) {
        amended->event_id = string_copy(results.items[0].event_id);
        amended->result = results.items[0].result;
        amended->messages = results.items[0].messages;
        amended->why = string_copy(results.items[0].why);
    }
    submit_results_clear(&results);
    if (status == STATUS_OK && !amendment->check) {
        note_act(pipeline, amendment, incident, event, speech->now_ms);
        store_try_keep(pipeline->store);
        return store_failed(pipeline->store) ? STATUS_IO : STATUS_OK;
    }
    store_try_undo(pipeline->store);
    if (!was_open && !store_failed(pipeline->store)) {
        store_rollback(pipeline->store);
    }
    news_drop(pipeline, n_news);
    return status;
}

static enum status
amend(struct speech *speech, const struct amendment *amendment,
      const struct incident *incident, struct faults *faults)
{
    struct events events = { 0 };
    enum status status = check_state(incident, faults);

    if (status == STATUS_OK) {
        status = make_event(speech->pipeline, amendment, incident, speech->now_ms,
                            &events, faults);
    }
    if (status == STATUS_OK && changes_nothing(incident, &events.items[0]) &&
        !pipeline_said_otherwise(speech->pipeline, incident, events.items[0].named)) {
        status = refuse(faults, "nothing differs: this is known of the incident "
                                "already, and nothing else was said");
    }
    if (status == STATUS_OK) {
        status = apply(speech, amendment, incident, &events.items[0], faults);
    }
    events_clear(&events);
    return status;
}

/* The incident with the daemon's id. Its own, of alarms, are none. */
static enum status
load(struct pipeline *pipeline, const char *id, struct incident *incident,
     struct faults *faults)
{
    struct incident_row row = { 0 };
    struct error error = { 0 };
    enum status status = STATUS_NOT_FOUND;

    if (store_incident_get_id(pipeline->store, id, &row) && !row.own) {
        status = incident_from_row(&row, incident, &error);
    } else {
        error_set(&error, STATUS_NOT_FOUND, "there is no incident \"%.80s\"", id);
    }
    if (status != STATUS_OK) {
        faults_add(faults, 0, 0, "incident", "%s", error.text);
    }
    incident_row_clear(&row);
    return status;
}

enum status
pipeline_amend(struct pipeline *pipeline, const struct amendment *amendment,
               int64_t now_ms,
               void (*each)(void *context, const struct preview *preview),
               void *context, struct amended *amended, struct faults *faults)
{
    struct showing showing = { pipeline, each, context, now_ms };
    struct amending amending = { .is_correction = amendment->patch != NULL,
                                 .reason = amendment->reason,
                                 .amended = amended };
    struct speech speech = { .pipeline = pipeline,
                             .said = each != NULL ? show : NULL,
                             .context = &showing,
                             .amending = &amending,
                             .now_ms = now_ms };
    struct incident incident = { 0 };
    enum status status;

    amended_clear(amended);
    status = load(pipeline, amendment->incident_id, &incident, faults);
    if (status == STATUS_OK) {
        status = amend(&speech, amendment, &incident, faults);
    }
    correction_clear(&amending.correction);
    incident_clear(&incident);
    return status;
}
