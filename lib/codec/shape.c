/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Facts, incidents, messages, texts and faults as the JSON that others read. What may
 * be published is what stands in the table here.
 */
#include "codec/shape.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Never drops a text: bytes that are no UTF-8 are shown as \xNN. NULL for NULL. */
static json_t *
string_shape(const char *text)
{
    json_t *value = json_string(text);
    char *printable;

    if (text == NULL || value != NULL)
        return value;
    printable = utf8_printable(text, strlen(text), SIZE_MAX);
    value = json_string(printable);
    free(printable);
    return value;
}

json_t *
time_shape(int64_t time_ms)
{
    char text[TIMESTAMP_SIZE];

    if (time_ms == TIME_NONE || time_ms == TIME_NEVER)
        return NULL;
    return json_string(timestamp_format(time_ms, text));
}

static json_t *
name_shape(const struct names *names, int value)
{
    return json_string(name_of(names, value));
}

static json_t *
strings_shape(const struct strings *list)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < list->count; i++)
        json_array_append_new(array, string_shape(list->items[i]));
    return array;
}

/* A string when it has no language; NULL when there is no text. */
static json_t *
localized_shape(const struct localized *text)
{
    json_t *object;
    size_t i;

    if (text->texts.count == 0)
        return NULL;
    if (text->texts.count == 1 && text->languages.items[0][0] == '\0')
        return string_shape(text->texts.items[0]);
    object = json_object();
    for (i = 0; i < text->texts.count; i++)
        json_object_set_new(object, text->languages.items[i],
                            string_shape(text->texts.items[i]));
    return object;
}

static json_t *
shape_mode(const struct facts *facts)
{
    return name_shape(&mode_names, (int)facts->mode);
}

static json_t *
shape_kind(const struct facts *facts)
{
    return name_shape(&kind_names, (int)facts->kind);
}

static json_t *
shape_status(const struct facts *facts)
{
    return name_shape(&status_names, (int)facts->status);
}

static json_t *
shape_severity(const struct facts *facts)
{
    return name_shape(&severity_names, (int)facts->severity);
}

static json_t *
place_shape(const struct place *place)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", string_shape(place->name));
    json_object_set_new(object, "code", string_shape(place->code));
    if (place->geometry != NULL)
        json_object_set_new(object, "geometry", json_loads(place->geometry, 0, NULL));
    return object;
}

static json_t *
shape_places(const struct facts *facts)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < facts->n_places; i++)
        json_array_append_new(array, place_shape(&facts->places[i]));
    return array;
}

static json_t *
shape_customers_affected(const struct facts *facts)
{
    return json_integer(facts->customers_affected);
}

static json_t *
shape_customers_restored(const struct facts *facts)
{
    return json_integer(facts->customers_restored);
}

static json_t *
shape_started_at(const struct facts *facts)
{
    return time_shape(facts->started_at_ms);
}

static json_t *
shape_ended_at(const struct facts *facts)
{
    return time_shape(facts->ended_at_ms);
}

static json_t *
shape_etr(const struct facts *facts)
{
    json_t *object = json_object();

    json_object_set_new(object, "at", time_shape(facts->etr.at_ms));
    if (facts->etr.basis != ETR_BASIS_NONE)
        json_object_set_new(object, "basis",
                            name_shape(&etr_basis_names, (int)facts->etr.basis));
    json_object_set_new(object, "reason", localized_shape(&facts->etr.reason));
    return object;
}

static json_t *
shape_planned(const struct facts *facts)
{
    json_t *object = json_object();

    json_object_set_new(object, "from", time_shape(facts->planned.from_ms));
    json_object_set_new(object, "to", time_shape(facts->planned.to_ms));
    json_object_set_new(object, "work", localized_shape(&facts->planned.work));
    return object;
}

static json_t *
shape_cause(const struct facts *facts)
{
    json_t *object = json_object();

    json_object_set_new(object, "code",
                        name_shape(&cause_names, (int)facts->cause.code));
    json_object_set_new(object, "text", localized_shape(&facts->cause.text));
    return object;
}

static json_t *
shape_crew(const struct facts *facts)
{
    return name_shape(&crew_names, (int)facts->crew);
}

static json_t *
shape_advice(const struct facts *facts)
{
    return strings_shape(&facts->advice);
}

static json_t *
shape_note(const struct facts *facts)
{
    return localized_shape(&facts->note);
}

static json_t *
shape_next_word_at(const struct facts *facts)
{
    return time_shape(facts->next_word_at_ms);
}

static json_t *
shape_audience(const struct facts *facts)
{
    return name_shape(&audience_names, (int)facts->audience);
}

/*
 * Left out: premises, which tell who lives without power, and merge_into, which others
 * see as merged_into with the daemon's own id.
 */
static const struct {
    enum event_field field;
    json_t *(*shape)(const struct facts *facts);
} public_fields[] = {
    { FIELD_MODE, shape_mode },
    { FIELD_KIND, shape_kind },
    { FIELD_STATUS, shape_status },
    { FIELD_SEVERITY, shape_severity },
    { FIELD_PLACES, shape_places },
    { FIELD_CUSTOMERS_AFFECTED, shape_customers_affected },
    { FIELD_CUSTOMERS_RESTORED, shape_customers_restored },
    { FIELD_STARTED_AT, shape_started_at },
    { FIELD_ENDED_AT, shape_ended_at },
    { FIELD_ETR, shape_etr },
    { FIELD_PLANNED, shape_planned },
    { FIELD_CAUSE, shape_cause },
    { FIELD_CREW, shape_crew },
    { FIELD_ADVICE, shape_advice },
    { FIELD_NOTE, shape_note },
    { FIELD_NEXT_WORD_AT, shape_next_word_at },
    { FIELD_AUDIENCE, shape_audience },
};

json_t *
facts_shape(const struct facts *facts)
{
    json_t *object = json_object();
    size_t i;

    for (i = 0; i < ARRAY_COUNT(public_fields); i++) {
        if (facts_has(facts, public_fields[i].field))
            json_object_set_new(object,
                                name_of(&field_names, (int)public_fields[i].field),
                                public_fields[i].shape(facts));
    }
    return object;
}

/* What an incident and the snapshot of one in a message have in common. */
struct identity {
    const char *id, *source, *incident;
    int64_t sequence, updated_at_ms;
    bool has_revision;
    int64_t revision;
    int64_t at_ms; /* TIME_NONE: no event yet */
    const char *merged_into_id;
    const struct facts *facts;
};

static json_t *
identity_shape(const struct identity *identity)
{
    json_t *object = json_object();
    json_t *facts = facts_shape(identity->facts);

    json_object_set_new(object, "id", string_shape(identity->id));
    json_object_set_new(object, "source", string_shape(identity->source));
    json_object_set_new(object, "incident", string_shape(identity->incident));
    json_object_set_new(object, "sequence", json_integer(identity->sequence));
    json_object_set_new(object, "updated_at", time_shape(identity->updated_at_ms));
    if (identity->has_revision)
        json_object_set_new(object, "revision", json_integer(identity->revision));
    json_object_set_new(object, "at", time_shape(identity->at_ms));
    if (identity->merged_into_id != NULL && identity->merged_into_id[0] != '\0')
        json_object_set_new(object, "merged_into",
                            string_shape(identity->merged_into_id));
    json_object_update(object, facts);
    json_decref(facts);
    return object;
}

json_t *
incident_shape(const struct incident *incident, const char *merged_into_id)
{
    const struct identity identity = {
        .id = incident->id,
        .source = incident->source,
        .incident = incident->incident,
        .sequence = incident->sequence,
        .updated_at_ms = incident->updated_at_ms,
        .has_revision = incident->newest.named && incident->newest.has_revision,
        .revision = incident->newest.revision,
        .at_ms = incident->newest.named ? incident->newest.at_ms : TIME_NONE,
        .merged_into_id = merged_into_id,
        .facts = &incident->facts,
    };

    return identity_shape(&identity);
}

json_t *
message_incident_shape(const struct message *message)
{
    const struct identity identity = {
        .id = message->incident_id,
        .source = message->source,
        .incident = message->incident,
        .sequence = message->sequence,
        .updated_at_ms = message->updated_at_ms,
        .has_revision = message->revision >= 0,
        .revision = message->revision,
        .at_ms = message->at_ms,
        .merged_into_id = message->merged_into_id,
        .facts = &message->facts,
    };

    return identity_shape(&identity);
}

json_t *
correction_shape(const struct correction *correction)
{
    json_t *object = json_object();
    json_t *wrong = json_array();

    for (int field = 0; field < FIELD_COUNT; field++) {
        if ((correction->wrong & FIELD_BIT(field)) != 0)
            json_array_append_new(wrong, name_shape(&field_names, field));
    }
    json_object_set_new(object, "wrong", wrong);
    json_object_set_new(object, "was", facts_shape(&correction->was));
    if (correction->said_at_ms != 0)
        json_object_set_new(object, "said_at", time_shape(correction->said_at_ms));
    if (correction->reason.texts.count > 0)
        json_object_set_new(object, "reason", localized_shape(&correction->reason));
    return object;
}

json_t *
alarm_shape(const struct alarm *alarm)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "kind", name_shape(&alarm_kind_names, (int)alarm->kind));
    if (alarm->subject[0] != '\0')
        json_object_set_new(shape, "subject", json_string(alarm->subject));
    if (alarm->cause[0] != '\0')
        json_object_set_new(shape, "cause", json_string(alarm->cause));
    json_object_set_new(shape, "since", time_shape(alarm->raised_at_ms));
    json_object_set_new(shape, "told_at", time_shape(alarm->told_at_ms));
    json_object_set_new(shape, "times", json_integer(alarm->times));
    if (alarm->waiting > 0)
        json_object_set_new(shape, "waiting", json_integer(alarm->waiting));
    return shape;
}

json_t *
message_shape(const struct message *message)
{
    json_t *object = json_object();

    json_object_set_new(object, "message", string_shape(message->id));
    json_object_set_new(object, "incident", string_shape(message->incident_id));
    json_object_set_new(object, "sequence", json_integer(message->sequence));
    json_object_set_new(object, "notice",
                        name_shape(&notice_names, (int)message->notice));
    json_object_set_new(object, "written_at", time_shape(message->written_at_ms));
    json_object_set_new(object, "next_word_at", time_shape(message->next_word_at_ms));
    return object;
}

static json_t *
text_set_shape(const struct text_set *set)
{
    json_t *object = json_object();

    json_object_set_new(object, "title", string_shape(set->title));
    json_object_set_new(object, "short", string_shape(set->short_text));
    json_object_set_new(object, "long", string_shape(set->long_text));
    return object;
}

json_t *
texts_shape(const struct texts *texts)
{
    json_t *object = json_object();
    size_t i;

    for (i = 0; i < texts->count; i++)
        json_object_set_new(object, texts->items[i].language,
                            text_set_shape(&texts->items[i]));
    return object;
}

static json_t *
fault_shape(size_t event, size_t line, const char *field, const char *problem)
{
    json_t *object = json_object();

    if (event > 0)
        json_object_set_new(object, "event", json_integer((json_int_t)event));
    if (line > 0)
        json_object_set_new(object, "line", json_integer((json_int_t)line));
    json_object_set_new(object, "field", string_shape(field));
    json_object_set_new(object, "problem", string_shape(problem));
    return object;
}

json_t *
faults_shape(const struct faults *faults)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];

        json_array_append_new(array, fault_shape(fault->event, fault->line,
                                                 fault->field, fault->problem));
    }
    if (faults->dropped > 0) {
        char *more = string_format("and %zu more faults", faults->dropped);

        json_array_append_new(array, fault_shape(0, 0, "", more));
        free(more);
    }
    return array;
}
