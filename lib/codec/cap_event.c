/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What of an alert becomes which field. It is checked before; values that the event
 * format is stricter about are left to its own gate.
 */
#include "codec/cap_event.h"

#include "base/memory.h"
#include "codec/cap_rules.h"
#include "codec/cap_values.h"

#include <stdlib.h>
#include <string.h>

static void
set(json_t *event, const char *field, const char *text)
{
    if (text != NULL)
        json_object_set_new(event, field, json_string(text));
}

static void
set_child(json_t *event, const char *field, const struct cap_element *parent,
          const char *name)
{
    char *text = cap_text(parent, name);

    set(event, field, text);
    free(text);
}

static int
word_of(const struct cap_element *parent, const char *name, const struct names *names)
{
    char *text = cap_text(parent, name);
    int word = name_find(names, text);

    free(text);
    return word;
}

static int64_t
time_of(const struct cap_element *parent, const char *name)
{
    char *text = cap_text(parent, name);
    int64_t time_ms = TIME_NONE;

    if (text != NULL && !cap_time_parse(text, &time_ms))
        time_ms = TIME_NONE;
    free(text);
    return time_ms;
}

/* --- What is no event -------------------------------------------------------------- */

static const struct {
    const char *name, *word, *problem;
} refusals[] = {
    { "status", "System",
      "is System: a message between machines is no event of an incident; Actual, "
      "Exercise and Test are taken" },
    { "status", "Draft",
      "is Draft: a draft is not to be acted on; Actual, Exercise and Test are taken" },
    { "msgType", "Ack",
      "is Ack: that a message was received is no event of an incident; Alert, Update and "
      "Cancel are taken" },
    { "msgType", "Error",
      "is Error: that a message was refused is no event of an incident; Alert, Update "
      "and Cancel are taken" },
};

static void
refuse_at(struct reader *reader, const struct cap_element *alert, const char *name,
          const char *problem)
{
    const struct cap_element *element = cap_child(alert, name);
    size_t mark = reader_enter_key(reader, name);

    reader->line = element == NULL ? alert->line : element->line;
    reader_fault(reader, "%s", problem);
    reader_leave(reader, mark);
    reader->line = 0;
}

static void
check_is_event(const struct cap_element *alert, struct reader *reader)
{
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        char *word = cap_text(alert, refusals[i].name);

        if (string_equal(word, refusals[i].word))
            refuse_at(reader, alert, refusals[i].name, refusals[i].problem);
        free(word);
    }
    if (reader->n_faults == 0 &&
        word_of(alert, "msgType", &cap_message_names) != CAP_CANCEL &&
        cap_child(alert, "info") == NULL)
        refuse_at(reader, alert, "info",
                  "is missing: nothing is said of the incident; only a Cancel may do "
                  "without");
}

/* --- Which incident ---------------------------------------------------------------- */

/* The identifiers that are referred to, the oldest first. */
static void
read_references(const struct cap_element *alert, struct strings *references)
{
    char *text = cap_text(alert, "references");
    struct strings words = { 0 };
    int64_t oldest_ms = TIME_NEVER;

    if (text != NULL)
        cap_words(text, &words);
    for (size_t i = 0; i < words.count; i++) {
        struct cap_reference reference = { 0 };

        if (!cap_reference_parse(words.items[i], &reference))
            continue;
        strings_add(references, reference.identifier);
        if (reference.sent_ms < oldest_ms) {
            char *moved = references->items[references->count - 1];

            memmove(references->items + 1, references->items,
                    (references->count - 1) * sizeof(references->items[0]));
            references->items[0] = moved;
            oldest_ms = reference.sent_ms;
        }
        cap_reference_clear(&reference);
    }
    strings_clear(&words);
    free(text);
}

/* What the sender calls the incident; else the first message about it, so that all that
 * refer to it meet, in whatever order they come. */
static void
set_incident(const struct cap_element *alert, const struct strings *references,
             json_t *event)
{
    char *text = cap_text(alert, "incidents");
    struct strings incidents = { 0 };

    if (text != NULL)
        cap_words(text, &incidents);
    if (incidents.count > 0)
        set(event, "incident", incidents.items[0]);
    else if (references->count > 0)
        set(event, "incident", references->items[0]);
    else
        set_child(event, "incident", alert, "identifier");
    strings_clear(&incidents);
    free(text);
}

/* Kept with the event, and never shown. */
static void
set_origin(const struct cap_element *alert, const struct strings *references,
           json_t *event)
{
    json_t *origin = json_object(), *list = json_array();

    set_child(origin, "sender", alert, "sender");
    set_child(origin, "msgType", alert, "msgType");
    set_child(origin, "note", alert, "note");
    for (size_t i = 0; i < references->count; i++)
        json_array_append_new(list, json_string(references->items[i]));
    json_object_set_new(origin, "references", list);
    json_object_set_new(event, "cap", origin);
}

/* --- What is said of it ------------------------------------------------------------ */

static bool
has_response(const struct cap_element *info, enum cap_response response)
{
    const struct cap_element *element = cap_child(info, "responseType");

    for (; element != NULL; element = cap_next(element)) {
        char *word = cap_own_text(element);
        bool is_it = name_find(&cap_response_names, word) == (int)response;

        free(word);
        if (is_it)
            return true;
    }
    return false;
}

/* What has not begun is planned where it is known to be one of our outages; of a storm
 * to come nobody planned anything. */
static bool
is_planned(const struct cap_element *info, enum incident_kind kind)
{
    int64_t onset_ms = time_of(info, "onset");

    return kind != KIND_OTHER && onset_ms != TIME_NONE &&
           onset_ms > time_of(info->parent, "sent") &&
           time_of(info, "expires") > onset_ms;
}

static enum incident_status
status_of(const struct cap_element *alert, const struct cap_element *info,
          enum incident_kind kind)
{
    if (word_of(alert, "msgType", &cap_message_names) == CAP_CANCEL)
        return INCIDENT_CANCELLED;
    if (has_response(info, CAP_ALL_CLEAR) ||
        word_of(info, "urgency", &cap_urgency_names) == CAP_PAST)
        return INCIDENT_RESTORED;
    if (is_planned(info, kind))
        return INCIDENT_PLANNED;
    return word_of(info, "certainty", &cap_certainty_names) == CAP_OBSERVED
               ? INCIDENT_CONFIRMED
               : INCIDENT_SUSPECTED;
}

static void
set_begin(const struct cap_element *info, enum incident_status status, json_t *event)
{
    if (status == INCIDENT_PLANNED) {
        json_t *planned = json_object();

        set_child(planned, "from", info, "onset");
        set_child(planned, "to", info, "expires");
        json_object_set_new(event, "planned", planned);
    } else if (time_of(info, "onset") != TIME_NONE &&
               time_of(info, "onset") <= time_of(info->parent, "sent")) {
        set_child(event, "started_at", info, "onset");
    }
}

static void
set_facts(const struct cap_element *alert, const struct cap_element *info,
          const struct cap_kinds *kinds, json_t *event)
{
    bool is_named;
    enum incident_kind kind = cap_kind_of(info, kinds, &is_named);
    enum incident_status status = status_of(alert, info, kind);
    int severity = word_of(info, "severity", &cap_severity_names);
    json_t *places = cap_places(info), *texts = cap_texts(alert);

    set(event, "kind", name_of(&kind_names, (int)kind));
    set(event, "status", name_of(&status_names, (int)status));
    set(event, "severity", name_of(&severity_names, severity));
    set_begin(info, status, event);
    if (places != NULL)
        json_object_set_new(event, "places", places);
    if (texts != NULL)
        json_object_set_new(event, "note", texts);
}

static json_t *
make_event(const struct cap_element *alert, const struct cap_kinds *kinds,
           const struct strings *references)
{
    static const char *const modes[CAP_STATUS_COUNT] = {
        [CAP_ACTUAL] = "actual",
        [CAP_EXERCISE] = "exercise",
        [CAP_TEST] = "test",
    };
    const struct cap_element *info = cap_child(alert, "info");
    json_t *event = json_object();

    set_incident(alert, references, event);
    set_child(event, "event_id", alert, "identifier");
    set_child(event, "at", alert, "sent");
    set(event, "mode", modes[word_of(alert, "status", &cap_status_names)]);
    set(event, "audience",
        word_of(alert, "scope", &cap_scope_names) == CAP_PUBLIC ? "public" : "staff");
    set_origin(alert, references, event);
    if (info != NULL)
        set_facts(alert, info, kinds, event);
    else
        set(event, "status", name_of(&status_names, INCIDENT_CANCELLED));
    if (cap_is_own(alert))
        cap_own_read(alert, event);
    return event;
}

enum status
cap_event_read(const char *text, size_t len, const struct cap_kinds *kinds,
               struct reader *reader, struct cap_reading *reading)
{
    enum status status;
    struct cap_element *alert = cap_document_parse(text, len, reader, &status);

    reader->line = 0;
    if (alert == NULL)
        return status;
    cap_check(alert, reader);
    if (reader->n_faults == 0)
        check_is_event(alert, reader);
    if (reader->n_faults == 0) {
        const struct cap_element *info = cap_child(alert, "info");

        read_references(alert, &reading->references);
        reading->event = make_event(alert, kinds, &reading->references);
        reading->expires_ms = info == NULL ? TIME_NONE : time_of(info, "expires");
    }
    cap_document_free(alert);
    return reader->n_faults == 0 ? STATUS_OK : STATUS_REFUSED;
}
