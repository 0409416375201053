/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One small function for the rule of each field, and the table that names them.
 */
#include "codec/event_fields.h"

#include "base/memory.h"
#include "codec/geometry.h"

#include <stdlib.h>
#include <string.h>

enum {
    ADVICE_KEY_MAX = 40
};

/* Rules return whether there is a value to set; an empty text is none, and no fault. */
typedef bool field_rule(struct reader *reader, json_t *value, struct facts *facts);

static bool
read_mode(struct reader *reader, json_t *value, struct facts *facts)
{
    int index = reader_name(reader, value, &mode_names);

    facts->mode = (enum event_mode)(index < 0 ? 0 : index);
    return index >= 0;
}

static bool
read_kind(struct reader *reader, json_t *value, struct facts *facts)
{
    int index = reader_name(reader, value, &kind_names);

    facts->kind = (enum incident_kind)(index < 0 ? 0 : index);
    return index >= 0;
}

static bool
read_status(struct reader *reader, json_t *value, struct facts *facts)
{
    int index = reader_name(reader, value, &status_names);

    facts->status = (enum incident_status)(index < 0 ? 0 : index);
    return index >= 0;
}

static bool
read_severity(struct reader *reader, json_t *value, struct facts *facts)
{
    int index = reader_name(reader, value, &severity_names);

    facts->severity = (enum severity)(index < 0 ? 0 : index);
    return index >= 0;
}

static bool
read_crew(struct reader *reader, json_t *value, struct facts *facts)
{
    int index = reader_name(reader, value, &crew_names);

    facts->crew = (enum crew)(index < 0 ? 0 : index);
    return index >= 0;
}

static bool
read_audience(struct reader *reader, json_t *value, struct facts *facts)
{
    int index = reader_name(reader, value, &audience_names);

    facts->audience = (enum audience)(index < 0 ? 0 : index);
    return index >= 0;
}

/* Calls each for every element, inside its path. */
static bool
read_list(struct reader *reader, json_t *value, const char *what,
          void (*each)(struct reader *reader, json_t *element, struct facts *facts),
          struct facts *facts)
{
    size_t before = reader->n_faults;
    json_t *element;
    size_t i;

    if (!json_is_array(value))
        return reader_refuse(reader, value, what);
    json_array_foreach(value, i, element)
    {
        size_t mark = reader_enter_index(reader, i);

        each(reader, element, facts);
        reader_leave(reader, mark);
    }
    return reader->n_faults == before;
}

static bool
read_place_name(struct reader *reader, json_t *value, void *out)
{
    return reader_string(reader, value, 0, out);
}

/* Many senders write "" for a code they do not have. */
static bool
read_place_code(struct reader *reader, json_t *value, void *out)
{
    if (json_is_string(value) && json_string_length(value) == 0)
        return true;
    return reader_string(reader, value, 0, out);
}

static const struct reader_member place_members[] = {
    { "name", true, read_place_name, offsetof(struct place, name) },
    { "code", false, read_place_code, offsetof(struct place, code) },
    { "geometry", false, geometry_read, offsetof(struct place, geometry) },
};

static void
read_place(struct reader *reader, json_t *value, struct facts *facts)
{
    struct place *place = &facts->places[facts->n_places];

    if (!json_is_object(value)) {
        reader_refuse(reader, value, "a place, such as {\"name\": \"Täby kyrkby\"}");
        return;
    }
    /* Counted in any case, so that what a faulty one holds is freed. */
    facts->n_places++;
    reader_members(reader, value, place_members, ARRAY_COUNT(place_members), place);
}

static bool
read_places(struct reader *reader, json_t *value, struct facts *facts)
{
    if (json_array_size(value) > 0)
        facts->places = memory_array(json_array_size(value), sizeof(struct place));
    return read_list(reader, value, "a list of places", read_place, facts);
}

static void
read_premise(struct reader *reader, json_t *value, struct facts *facts)
{
    char *id = NULL;

    if (reader_string(reader, value, 0, &id))
        strings_take(&facts->premises, id);
}

static bool
read_premises(struct reader *reader, json_t *value, struct facts *facts)
{
    return read_list(reader, value, "a list of strings", read_premise, facts);
}

static bool
read_customers_affected(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_integer(reader, value, &facts->customers_affected);
}

static bool
read_customers_restored(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_integer(reader, value, &facts->customers_restored);
}

static bool
read_started_at(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_time(reader, value, &facts->started_at_ms);
}

static bool
read_ended_at(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_time(reader, value, &facts->ended_at_ms);
}

static bool
read_next_word_at(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_time(reader, value, &facts->next_word_at_ms);
}

/* ETR_BASIS_NONE stands for an absent basis; nobody may write it. */
static bool
read_basis(struct reader *reader, json_t *value, void *out)
{
    const struct names allowed = {
        etr_basis_names.items + ETR_BASIS_AVERAGE,
        etr_basis_names.n - ETR_BASIS_AVERAGE,
    };
    enum etr_basis *basis = out;
    int index;

    index = reader_name(reader, value, &allowed);
    if (index >= 0)
        *basis = (enum etr_basis)(index + ETR_BASIS_AVERAGE);
    return index >= 0;
}

static const struct reader_member etr_members[] = {
    { "at", true, reader_time_member, offsetof(struct etr, at_ms) },
    { "basis", false, read_basis, offsetof(struct etr, basis) },
    { "reason", false, reader_text_member, offsetof(struct etr, reason) },
};

static bool
read_etr(struct reader *reader, json_t *value, struct facts *facts)
{
    if (json_is_object(value))
        return reader_members(reader, value, etr_members, ARRAY_COUNT(etr_members),
                              &facts->etr);
    if (json_is_string(value))
        return reader_time(reader, value, &facts->etr.at_ms);
    return reader_refuse(reader, value,
                         "an estimated time of restoration: a time such as "
                         "2026-11-23T17:30:00+01:00, or an object with at, basis and "
                         "reason");
}

static const struct reader_member planned_members[] = {
    { "from", true, reader_time_member, offsetof(struct planned, from_ms) },
    { "to", true, reader_time_member, offsetof(struct planned, to_ms) },
    { "work", false, reader_text_member, offsetof(struct planned, work) },
};

static bool
read_planned(struct reader *reader, json_t *value, struct facts *facts)
{
    if (!json_is_object(value))
        return reader_refuse(reader, value, "an object with from, to and work");
    if (!reader_members(reader, value, planned_members, ARRAY_COUNT(planned_members),
                        &facts->planned))
        return false;
    if (facts->planned.from_ms < facts->planned.to_ms)
        return true;
    reader_fault(reader, "from \"%s\" is not before to \"%s\"",
                 json_string_value(json_object_get(value, "from")),
                 json_string_value(json_object_get(value, "to")));
    return false;
}

static bool
read_cause_code(struct reader *reader, json_t *value, void *out)
{
    int index = reader_name(reader, value, &cause_names);
    enum cause_code *code = out;

    if (index >= 0)
        *code = (enum cause_code)index;
    return index >= 0;
}

static const struct reader_member cause_members[] = {
    { "code", false, read_cause_code, offsetof(struct cause, code) },
    { "text", false, reader_text_member, offsetof(struct cause, text) },
};

static bool
read_cause(struct reader *reader, json_t *value, struct facts *facts)
{
    json_t *code = json_object_get(value, "code");

    if (!json_is_object(value))
        return read_cause_code(reader, value, &facts->cause.code);
    facts->cause.code = CAUSE_OTHER;
    if (!reader_members(reader, value, cause_members, ARRAY_COUNT(cause_members),
                        &facts->cause))
        return false;
    if ((code != NULL && !json_is_null(code)) || facts->cause.text.texts.count > 0)
        return true;
    reader_fault(reader, "has neither a code nor a text; one of them is needed");
    return false;
}

static bool
is_advice_key(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return n > 0 && n <= ADVICE_KEY_MAX && text[n] == '\0';
}

static void
read_advice_key(struct reader *reader, json_t *value, struct facts *facts)
{
    const char *key = json_string_value(value);

    if (key != NULL && is_advice_key(key))
        strings_add(&facts->advice, key);
    else
        reader_refuse(reader, value,
                      "a catalogue key: 1 to 40 of the characters a-z, 0-9 and _, "
                      "such as boil_water");
}

static bool
read_advice(struct reader *reader, json_t *value, struct facts *facts)
{
    return read_list(reader, value, "a list of catalogue keys", read_advice_key, facts);
}

static bool
read_note(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_text(reader, value, &facts->note) && facts->note.texts.count > 0;
}

static bool
read_merge_into(struct reader *reader, json_t *value, struct facts *facts)
{
    return reader_string(reader, value, ID_MAX_CHARACTERS, &facts->merge_into);
}

static const struct {
    const char *name;
    enum event_field field;
    field_rule *read;
    bool cannot_be_cleared;
} fields[] = {
    { "mode", FIELD_MODE, read_mode, false },
    { "kind", FIELD_KIND, read_kind, true },
    { "status", FIELD_STATUS, read_status, true },
    { "severity", FIELD_SEVERITY, read_severity, false },
    { "places", FIELD_PLACES, read_places, false },
    { "premises", FIELD_PREMISES, read_premises, false },
    { "customers_affected", FIELD_CUSTOMERS_AFFECTED, read_customers_affected, false },
    { "customers_restored", FIELD_CUSTOMERS_RESTORED, read_customers_restored, false },
    { "started_at", FIELD_STARTED_AT, read_started_at, false },
    { "ended_at", FIELD_ENDED_AT, read_ended_at, false },
    { "etr", FIELD_ETR, read_etr, false },
    { "planned", FIELD_PLANNED, read_planned, false },
    { "cause", FIELD_CAUSE, read_cause, false },
    { "crew", FIELD_CREW, read_crew, false },
    { "advice", FIELD_ADVICE, read_advice, false },
    { "note", FIELD_NOTE, read_note, false },
    { "next_word_at", FIELD_NEXT_WORD_AT, read_next_word_at, false },
    { "audience", FIELD_AUDIENCE, read_audience, false },
    { "merge_into", FIELD_MERGE_INTO, read_merge_into, false },
};

void
event_field_read(struct reader *reader, const char *name, json_t *value,
                 struct event *event)
{
    size_t i = 0;

    while (i < ARRAY_COUNT(fields) && strcmp(fields[i].name, name) != 0)
        i++;
    if (i == ARRAY_COUNT(fields))
        return;
    event->named |= FIELD_BIT(fields[i].field);
    if (json_is_null(value)) {
        if (fields[i].cannot_be_cleared)
            reader_fault(reader, "cannot be cleared with null; leave it out where it "
                                 "is unchanged");
        return;
    }
    if (fields[i].read(reader, value, &event->facts))
        event->facts.has |= FIELD_BIT(fields[i].field);
}
