/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of GeoJSON geometry: one small check for each shape of coordinates.
 */
#include "codec/geometry.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* RFC 7946, 3.1.6: a ring has four or more positions, the first and last the same. */
enum {
    RING_MIN_POSITIONS = 4
};

typedef void check_function(struct reader *reader, json_t *value);

/* Checks every element of a list that has at least one. */
static void
check_list(struct reader *reader, json_t *value, const char *what,
           check_function *check)
{
    json_t *element;
    size_t i;

    if (json_array_size(value) == 0) {
        reader_fault(reader, "must be a list of %s, with at least one", what);
        return;
    }
    json_array_foreach(value, i, element)
    {
        size_t mark = reader_enter_index(reader, i);

        check(reader, element);
        reader_leave(reader, mark);
    }
}

static bool
is_in_range(json_t *value, double limit)
{
    double number = json_number_value(value);

    return json_is_number(value) && number >= -limit && number <= limit;
}

static void
check_position(struct reader *reader, json_t *value)
{
    json_t *number;
    size_t i;

    if (json_array_size(value) < 2) {
        reader_fault(reader, "is not a position: a list of longitude and latitude, "
                             "such as [18.07, 59.45]");
        return;
    }
    json_array_foreach(value, i, number)
    {
        size_t mark = reader_enter_index(reader, i);

        if (!json_is_number(number))
            reader_refuse(reader, number, "a number");
        else if (i == 0 && !is_in_range(number, 180))
            reader_refuse(reader, number, "a longitude, -180 to 180");
        else if (i == 1 && !is_in_range(number, 90))
            reader_refuse(reader, number, "a latitude, -90 to 90");
        reader_leave(reader, mark);
    }
}

static bool
is_closed(json_t *ring)
{
    json_t *first = json_array_get(ring, 0);
    json_t *last = json_array_get(ring, json_array_size(ring) - 1);
    size_t i;

    if (json_array_size(first) != json_array_size(last))
        return false;
    for (i = 0; i < json_array_size(first); i++) {
        double difference = json_number_value(json_array_get(first, i)) -
                            json_number_value(json_array_get(last, i));

        if (difference < 0 || difference > 0)
            return false;
    }
    return true;
}

static void
check_ring(struct reader *reader, json_t *value)
{
    size_t before = reader->n_faults;

    check_list(reader, value, "positions", check_position);
    if (reader->n_faults > before)
        return;
    if (json_array_size(value) < RING_MIN_POSITIONS)
        reader_fault(reader, "has %zu positions; a ring has at least %d",
                     json_array_size(value), (int)RING_MIN_POSITIONS);
    else if (!is_closed(value))
        reader_fault(reader, "is not closed; the last position of a ring must be the "
                             "same as its first");
}

static void
check_polygon(struct reader *reader, json_t *value)
{
    check_list(reader, value, "rings", check_ring);
}

static void
check_polygons(struct reader *reader, json_t *value)
{
    check_list(reader, value, "polygons", check_polygon);
}

static const struct {
    const char *type;
    check_function *check;
} shapes[] = {
    { "Point", check_position },
    { "Polygon", check_polygon },
    { "MultiPolygon", check_polygons },
};

static check_function *
find_check(const char *type)
{
    size_t i;

    for (i = 0; type != NULL && i < ARRAY_COUNT(shapes); i++) {
        if (strcmp(shapes[i].type, type) == 0)
            return shapes[i].check;
    }
    return NULL;
}

static void
check_type(struct reader *reader, json_t *type)
{
    size_t mark = reader_enter_key(reader, "type");

    if (type == NULL)
        reader_fault(reader, "is missing; allowed are Point, Polygon or MultiPolygon");
    else
        reader_refuse(reader, type,
                      "allowed; allowed are Point, Polygon or MultiPolygon");
    reader_leave(reader, mark);
}

/* The text of a geometry with nothing but type and coordinates. */
static char *
geometry_text(json_t *type, json_t *coordinates)
{
    json_t *geometry = json_object();
    char *text;

    json_object_set(geometry, "type", type);
    json_object_set(geometry, "coordinates", coordinates);
    text = json_dumps(geometry, JSON_COMPACT);
    json_decref(geometry);
    if (text == NULL)
        fatal("geometry: checked coordinates cannot be written");
    return text;
}

bool
geometry_read(struct reader *reader, json_t *value, void *out)
{
    json_t *type = json_object_get(value, "type");
    json_t *coordinates = json_object_get(value, "coordinates");
    check_function *check = find_check(json_string_value(type));
    size_t before = reader->n_faults;
    char **text = out;
    size_t mark;

    if (!json_is_object(value))
        return reader_refuse(reader, value, "a GeoJSON geometry, an object");
    if (check == NULL) {
        check_type(reader, type);
        return false;
    }
    mark = reader_enter_key(reader, "coordinates");
    check(reader, coordinates);
    reader_leave(reader, mark);
    if (reader->n_faults > before)
        return false;
    free(*text);
    *text = geometry_text(type, coordinates);
    return true;
}
