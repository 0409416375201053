/* SPDX-License-Identifier: EUPL-1.2 */
/* Summaries to JSON and back. */
#include "codec/summary_record.h"

#include "base/memory.h"
#include "codec/facts_record.h"
#include "codec/shape.h"

#include <string.h>

static const struct {
    const char *key;
    size_t offset;
} integers[] = {
    { "since", offsetof(struct summary, since_ms) },
    { "every", offsetof(struct summary, every_ms) },
    { "open", offsetof(struct summary, open) },
    { "customers", offsetof(struct summary, customers) },
    { "new", offsetof(struct summary, fresh) },
    { "ended", offsetof(struct summary, ended) },
    { "more", offsetof(struct summary, n_more) },
};

json_t *
summary_record_format(const struct summary *summary)
{
    json_t *object = json_object();
    json_t *places = json_array();

    for (size_t i = 0; i < ARRAY_COUNT(integers); i++) {
        int64_t value;

        memcpy(&value, (const char *)summary + integers[i].offset, sizeof(value));
        json_object_set_new(object, integers[i].key, json_integer(value));
    }
    json_object_set_new(object, "further", json_boolean(summary->is_further));
    for (size_t i = 0; i < summary->n_places; i++) {
        const struct summary_place *place = &summary->places[i];

        json_array_append_new(
            places, json_pack("{s:s, s:I, s:I, s:b}", "name", place->name, "customers",
                              (json_int_t)place->customers, "incidents",
                              (json_int_t)place->incidents, "due", (int)place->is_due));
    }
    json_object_set_new(object, "places", places);
    return object;
}

static enum status
parse_place(json_t *record, struct summary_place *place, struct error *error)
{
    const char *name = json_string_value(json_object_get(record, "name"));

    if (name == NULL) {
        return error_set(error, STATUS_INVALID, "name: it is missing");
    }
    string_replace(&place->name, name);
    place->is_due = json_is_true(json_object_get(record, "due"));
    if (record_integer_parse(record, "customers", &place->customers, error) !=
        STATUS_OK) {
        return STATUS_INVALID;
    }
    return record_integer_parse(record, "incidents", &place->incidents, error);
}

enum status
summary_record_parse(json_t *record, struct summary *summary, struct error *error)
{
    json_t *places = json_object_get(record, "places");
    enum status status = STATUS_OK;

    if (record == NULL) {
        return STATUS_OK;
    }
    for (size_t i = 0; i < ARRAY_COUNT(integers) && status == STATUS_OK; i++) {
        int64_t value = 0;

        status = record_integer_parse(record, integers[i].key, &value, error);
        memcpy((char *)summary + integers[i].offset, &value, sizeof(value));
    }
    summary->is_further = json_is_true(json_object_get(record, "further"));
    for (size_t i = 0; i < json_array_size(places) && status == STATUS_OK; i++) {
        struct summary_place *place = summary_place_add(summary);

        place->name = string_copy("");
        status = parse_place(json_array_get(places, i), place, error);
    }
    if (status != STATUS_OK) {
        error_prefix(error, "summary");
    }
    return status;
}

json_t *
summary_shape(const struct message *message)
{
    const struct summary *summary = &message->summary;
    json_t *shape = json_object();
    json_t *places = json_array();

    json_object_set_new(shape, "since", time_shape(summary->since_ms));
    json_object_set_new(shape, "incidents", json_integer(summary->open));
    json_object_set_new(shape, "customers", json_integer(summary->customers));
    json_object_set_new(shape, "new", json_integer(summary->fresh));
    json_object_set_new(shape, "ended", json_integer(summary->ended));
    for (size_t i = 0; i < summary->n_places; i++) {
        const struct summary_place *place = &summary->places[i];
        json_t *item = json_object();

        if (place->name[0] != '\0') {
            json_object_set_new(item, "name", json_string(place->name));
        }
        json_object_set_new(item, "incidents", json_integer(place->incidents));
        json_object_set_new(item, "customers", json_integer(place->customers));
        json_array_append_new(places, item);
    }
    json_object_set_new(shape, "places", places);
    json_object_set_new(shape, "more_places", json_integer(summary->n_more));
    json_object_set_new(shape, "further", json_boolean(summary->is_further));
    json_object_set_new(shape, "over",
                        json_boolean(message->notice == NOTICE_STORM_OVER));
    json_object_set_new(shape, "next_word_at", time_shape(message->next_word_at_ms));
    return shape;
}
