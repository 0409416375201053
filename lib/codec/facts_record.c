/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One row for each field of facts: how its value is written and read back. Names stand
 * for enumerations and milliseconds for times, so that a record outlives a new member.
 */
#include "codec/facts_record.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* What a field holds: one row of kinds for each type of value. Parse returns false
 * when the record is damaged; what it filled in is the facts' own to clear. */
struct value_kind {
    json_t *(*format)(const void *value, const struct names *names);
    bool (*parse)(json_t *record, void *value, const struct names *names);
};

static json_t *
format_name(const void *value, const struct names *names)
{
    const unsigned *number = value;

    return json_string(name_of(names, (int)*number));
}

static bool
parse_name(json_t *record, void *value, const struct names *names)
{
    const char *text = json_string_value(record);
    int index = text == NULL ? -1 : name_find(names, text);
    unsigned *number = value;

    *number = index < 0 ? 0 : (unsigned)index;
    return index >= 0;
}

static json_t *
format_integer(const void *value, const struct names *names)
{
    const int64_t *number = value;

    (void)names;
    return json_integer(*number);
}

static bool
parse_integer(json_t *record, void *value, const struct names *names)
{
    int64_t *number = value;

    (void)names;
    *number = json_integer_value(record);
    return json_is_integer(record);
}

/* NULL is written as null. */
static json_t *
format_string(const void *value, const struct names *names)
{
    char *const *text = value;

    (void)names;
    return *text == NULL ? json_null() : json_string(*text);
}

static bool
parse_string(json_t *record, void *value, const struct names *names)
{
    char **text = value;

    (void)names;
    *text = string_copy(json_string_value(record));
    return json_is_string(record) || json_is_null(record);
}

static json_t *
format_strings(const void *value, const struct names *names)
{
    const struct strings *list = value;
    json_t *array = json_array();
    size_t i;

    (void)names;
    for (i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    return array;
}

static bool
parse_strings(json_t *record, void *value, const struct names *names)
{
    struct strings *list = value;
    json_t *element;
    size_t i;

    (void)names;
    json_array_foreach(record, i, element)
    {
        if (!json_is_string(element))
            return false;
        strings_add(list, json_string_value(element));
    }
    return json_is_array(record);
}

/* Languages and texts in turn, which keeps their order. */
static json_t *
format_text(const void *value, const struct names *names)
{
    const struct localized *text = value;
    json_t *array = json_array();
    size_t i;

    (void)names;
    for (i = 0; i < text->texts.count; i++) {
        json_array_append_new(array, json_string(text->languages.items[i]));
        json_array_append_new(array, json_string(text->texts.items[i]));
    }
    return array;
}

static bool
parse_text(json_t *record, void *value, const struct names *names)
{
    struct localized *text = value;
    size_t i;

    (void)names;
    for (i = 0; i + 1 < json_array_size(record); i += 2) {
        const char *language = json_string_value(json_array_get(record, i));
        const char *words = json_string_value(json_array_get(record, i + 1));

        if (language == NULL || words == NULL)
            return false;
        localized_add(text, language, words);
    }
    return json_is_array(record) && json_array_size(record) % 2 == 0;
}

static const struct value_kind a_name = { format_name, parse_name };
static const struct value_kind an_integer = { format_integer, parse_integer };
static const struct value_kind a_string = { format_string, parse_string };
static const struct value_kind a_list = { format_strings, parse_strings };
static const struct value_kind a_text = { format_text, parse_text };

/* A member of a struct: its key, where it is and what it holds. */
struct member {
    const char *key;
    size_t offset;
    const struct value_kind *kind;
    const struct names *names;
};

static json_t *
format_members(const struct member *members, size_t n_members, const void *from)
{
    json_t *object = json_object();
    size_t i;

    for (i = 0; i < n_members; i++)
        json_object_set_new(
            object, members[i].key,
            members[i].kind->format((const char *)from + members[i].offset,
                                    members[i].names));
    return object;
}

static bool
parse_members(json_t *record, const struct member *members, size_t n_members, void *to)
{
    size_t i;

    for (i = 0; i < n_members; i++) {
        if (!members[i].kind->parse(json_object_get(record, members[i].key),
                                    (char *)to + members[i].offset, members[i].names))
            return false;
    }
    return true;
}

static const struct member etr_members[] = {
    { "at", offsetof(struct etr, at_ms), &an_integer, NULL },
    { "basis", offsetof(struct etr, basis), &a_name, &etr_basis_names },
    { "reason", offsetof(struct etr, reason), &a_text, NULL },
};
static const struct member planned_members[] = {
    { "from", offsetof(struct planned, from_ms), &an_integer, NULL },
    { "to", offsetof(struct planned, to_ms), &an_integer, NULL },
    { "work", offsetof(struct planned, work), &a_text, NULL },
};
static const struct member cause_members[] = {
    { "code", offsetof(struct cause, code), &a_name, &cause_names },
    { "text", offsetof(struct cause, text), &a_text, NULL },
};
static const struct member place_members[] = {
    { "name", offsetof(struct place, name), &a_string, NULL },
    { "code", offsetof(struct place, code), &a_string, NULL },
    { "geometry", offsetof(struct place, geometry), &a_string, NULL },
};

static json_t *
format_etr(const void *value, const struct names *names)
{
    (void)names;
    return format_members(etr_members, ARRAY_COUNT(etr_members), value);
}

static bool
parse_etr(json_t *record, void *value, const struct names *names)
{
    (void)names;
    return parse_members(record, etr_members, ARRAY_COUNT(etr_members), value);
}

static json_t *
format_planned(const void *value, const struct names *names)
{
    (void)names;
    return format_members(planned_members, ARRAY_COUNT(planned_members), value);
}

static bool
parse_planned(json_t *record, void *value, const struct names *names)
{
    (void)names;
    return parse_members(record, planned_members, ARRAY_COUNT(planned_members), value);
}

static json_t *
format_cause(const void *value, const struct names *names)
{
    (void)names;
    return format_members(cause_members, ARRAY_COUNT(cause_members), value);
}

static bool
parse_cause(json_t *record, void *value, const struct names *names)
{
    (void)names;
    return parse_members(record, cause_members, ARRAY_COUNT(cause_members), value);
}

/* The list and its length are two members of facts, so the value is facts itself. */
static json_t *
format_places(const void *value, const struct names *names)
{
    const struct facts *facts = value;
    json_t *array = json_array();
    size_t i;

    (void)names;
    for (i = 0; i < facts->n_places; i++)
        json_array_append_new(array,
                              format_members(place_members, ARRAY_COUNT(place_members),
                                             &facts->places[i]));
    return array;
}

static bool
parse_places(json_t *record, void *value, const struct names *names)
{
    struct facts *facts = value;
    json_t *element;
    size_t i;

    (void)names;
    if (json_array_size(record) > 0)
        facts->places = memory_array(json_array_size(record), sizeof(struct place));
    json_array_foreach(record, i, element)
    {
        facts->n_places++;
        if (!parse_members(element, place_members, ARRAY_COUNT(place_members),
                           &facts->places[i]))
            return false;
    }
    return json_is_array(record);
}

static const struct value_kind an_etr = { format_etr, parse_etr };
static const struct value_kind a_plan = { format_planned, parse_planned };
static const struct value_kind a_cause = { format_cause, parse_cause };
static const struct value_kind places = { format_places, parse_places };

#define MEMBER(name, member, kind, names)                                              \
    [FIELD_##name] = { #member, offsetof(struct facts, member), kind, names }
#define TIME_MEMBER(name, member)                                                      \
    [FIELD_##name] = { #member, offsetof(struct facts, member##_ms), &an_integer, NULL }

static const struct member fact_members[FIELD_COUNT] = {
    MEMBER(MODE, mode, &a_name, &mode_names),
    MEMBER(KIND, kind, &a_name, &kind_names),
    MEMBER(STATUS, status, &a_name, &status_names),
    MEMBER(SEVERITY, severity, &a_name, &severity_names),
    [FIELD_PLACES] = { "places", 0, &places, NULL },
    MEMBER(PREMISES, premises, &a_list, NULL),
    MEMBER(CUSTOMERS_AFFECTED, customers_affected, &an_integer, NULL),
    MEMBER(CUSTOMERS_RESTORED, customers_restored, &an_integer, NULL),
    TIME_MEMBER(STARTED_AT, started_at),
    TIME_MEMBER(ENDED_AT, ended_at),
    MEMBER(ETR, etr, &an_etr, NULL),
    MEMBER(PLANNED, planned, &a_plan, NULL),
    MEMBER(CAUSE, cause, &a_cause, NULL),
    MEMBER(CREW, crew, &a_name, &crew_names),
    MEMBER(ADVICE, advice, &a_list, NULL),
    MEMBER(NOTE, note, &a_text, NULL),
    TIME_MEMBER(NEXT_WORD_AT, next_word_at),
    MEMBER(AUDIENCE, audience, &a_name, &audience_names),
    MEMBER(MERGE_INTO, merge_into, &a_string, NULL),
};

/* The names are stored through unsigned. */
_Static_assert(sizeof(enum incident_kind) == sizeof(unsigned), "enums are unsigned");

json_t *
facts_record_format(const struct facts *facts)
{
    json_t *object = json_object();
    int field;

    for (field = 0; field < FIELD_COUNT; field++) {
        const struct member *member = &fact_members[field];

        if (facts_has(facts, (enum event_field)field))
            json_object_set_new(
                object, member->key,
                member->kind->format((const char *)facts + member->offset,
                                     member->names));
    }
    return object;
}

enum status
facts_record_parse(json_t *record, struct facts *facts, struct error *error)
{
    int field;

    facts_clear(facts);
    if (!json_is_object(record))
        return error_set(error, STATUS_INVALID, "facts: an object is missing");
    for (field = 0; field < FIELD_COUNT; field++) {
        const struct member *member = &fact_members[field];
        json_t *value = json_object_get(record, member->key);

        if (value == NULL)
            continue;
        if (!member->kind->parse(value, (char *)facts + member->offset,
                                 member->names)) {
            facts_clear(facts);
            return error_set(error, STATUS_INVALID, "facts.%s: the record is damaged",
                             member->key);
        }
        facts->has |= FIELD_BIT(field);
    }
    return STATUS_OK;
}

enum status
record_integer_parse(json_t *record, const char *key, int64_t *out, struct error *error)
{
    json_t *value = json_object_get(record, key);

    if (!json_is_integer(value))
        return error_set(error, STATUS_INVALID, "%s: an integer is missing", key);
    *out = json_integer_value(value);
    return STATUS_OK;
}
