/* SPDX-License-Identifier: EUPL-1.2 */
/* The fields by name, what was said of them, since when, and why. */
#include "codec/correction_record.h"

#include "codec/facts_record.h"

static json_t *
format_wrong(uint32_t wrong)
{
    json_t *names = json_array();

    for (int field = 0; field < FIELD_COUNT; field++) {
        if ((wrong & FIELD_BIT(field)) != 0)
            json_array_append_new(names, json_string(name_of(&field_names, field)));
    }
    return names;
}

static json_t *
format_reason(const struct localized *reason)
{
    json_t *object = json_object();

    for (size_t i = 0; i < reason->texts.count; i++)
        json_object_set_new(object, reason->languages.items[i],
                            json_string(reason->texts.items[i]));
    return object;
}

json_t *
correction_record_format(const struct correction *correction)
{
    json_t *object = json_object();

    json_object_set_new(object, "wrong", format_wrong(correction->wrong));
    json_object_set_new(object, "was", facts_record_format(&correction->was));
    json_object_set_new(object, "reason", format_reason(&correction->reason));
    json_object_set_new(object, "said_at", json_integer(correction->said_at_ms));
    json_object_set_new(object, "from", json_integer(correction->from));
    return object;
}

static enum status
parse_wrong(json_t *names, struct correction *correction, struct error *error)
{
    size_t i;
    json_t *name;

    json_array_foreach(names, i, name)
    {
        int field = name_find(&field_names, json_string_value(name));

        if (field < 0)
            return error_set(error, STATUS_INVALID,
                             "wrong: the name of a field is missing");
        correction->wrong |= FIELD_BIT(field);
    }
    return STATUS_OK;
}

static void
parse_reason(json_t *texts, struct localized *reason)
{
    const char *language;
    json_t *text;

    json_object_foreach(texts, language, text)
    {
        if (json_is_string(text))
            localized_add(reason, language, json_string_value(text));
    }
}

enum status
correction_record_parse(json_t *record, struct correction *correction,
                        struct error *error)
{
    if (record == NULL)
        return STATUS_OK;
    parse_reason(json_object_get(record, "reason"), &correction->reason);
    if (parse_wrong(json_object_get(record, "wrong"), correction, error) == STATUS_OK &&
        record_integer_parse(record, "said_at", &correction->said_at_ms, error) ==
            STATUS_OK &&
        record_integer_parse(record, "from", &correction->from, error) == STATUS_OK &&
        facts_record_parse(json_object_get(record, "was"), &correction->was, error) ==
            STATUS_OK)
        return STATUS_OK;
    error_prefix(error, "correction");
    return STATUS_INVALID;
}
