/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The areas of an alert as places with GeoJSON geometry. CAP puts latitude first,
 * GeoJSON longitude.
 */
#include "codec/cap_event.h"

#include "base/memory.h"
#include "codec/cap_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CIRCLE_CORNERS = 32
};

#define EARTH_RADIUS_KM 6371.0088
#define DEGREES (57.295779513082320877)

/* A whole number stays one, so that what was written is read as the same. */
static json_t *
number(double value)
{
    return value >= -1000 && value <= 1000 && !(value < trunc(value)) &&
                   !(value > trunc(value))
               ? json_integer((json_int_t)value)
               : json_real(value);
}

static json_t *
position(struct cap_position at)
{
    return json_pack("[o, o]", number(at.longitude), number(at.latitude));
}

static json_t *
ring_of_polygon(const char *text)
{
    struct strings words = { 0 };
    json_t *ring = json_array();

    cap_words(text, &words);
    for (size_t i = 0; i < words.count; i++) {
        struct cap_position at;

        if (cap_position_parse(words.items[i], &at))
            json_array_append_new(ring, position(at));
    }
    strings_clear(&words);
    return ring;
}

static double
within(double value, double limit)
{
    return value > limit ? limit : value < -limit ? -limit : value;
}

/* A corner in six decimals, which is a tenth of a metre. */
static struct cap_position
corner(const struct cap_circle *circle, int i)
{
    double angle = 2 * 3.14159265358979323846 * i / CIRCLE_CORNERS;
    double north = circle->radius_km / EARTH_RADIUS_KM * DEGREES * cos(angle);
    double narrow = cos(circle->centre.latitude / DEGREES);
    double east = circle->radius_km / EARTH_RADIUS_KM * DEGREES * sin(angle) /
                  (narrow < 0.01 ? 0.01 : narrow);
    struct cap_position at = {
        .latitude = within(circle->centre.latitude + north, 90),
        .longitude = within(circle->centre.longitude + east, 180),
    };

    at.latitude = round(at.latitude * 1e6) / 1e6;
    at.longitude = round(at.longitude * 1e6) / 1e6;
    return at;
}

/* Counter-clockwise, as RFC 7946 wants an outer ring. */
static json_t *
ring_of_circle(const struct cap_circle *circle)
{
    json_t *ring = json_array();

    for (int i = CIRCLE_CORNERS; i >= 0; i--)
        json_array_append_new(ring, position(corner(circle, i % CIRCLE_CORNERS)));
    return ring;
}

/* The rings of all polygons and circles; a circle without extent is a point, which
 * stands only where there is nothing else. */
static json_t *
rings_of(const struct cap_element *area, json_t **point)
{
    json_t *rings = json_array();

    for (const struct cap_element *polygon = cap_child(area, "polygon");
         polygon != NULL; polygon = cap_next(polygon)) {
        char *text = cap_own_text(polygon);

        json_array_append_new(rings, ring_of_polygon(text));
        free(text);
    }
    for (const struct cap_element *element = cap_child(area, "circle"); element != NULL;
         element = cap_next(element)) {
        char *text = cap_own_text(element);
        struct cap_circle circle;

        if (cap_circle_parse(text, &circle) && circle.radius_km > 0)
            json_array_append_new(rings, ring_of_circle(&circle));
        else if (*point == NULL)
            *point = position(circle.centre);
        free(text);
    }
    return rings;
}

static json_t *
geometry_of(const struct cap_element *area)
{
    json_t *point = NULL, *geometry = NULL, *rings = rings_of(area, &point);
    json_t *polygons = json_array(), *ring;
    size_t i;

    json_array_foreach(rings, i, ring)
    {
        json_array_append_new(polygons, json_pack("[O]", ring));
    }
    if (json_array_size(rings) == 1)
        geometry = json_pack("{s:s, s:O}", "type", "Polygon", "coordinates", rings);
    else if (json_array_size(rings) > 1)
        geometry =
            json_pack("{s:s, s:O}", "type", "MultiPolygon", "coordinates", polygons);
    else if (point != NULL)
        geometry = json_pack("{s:s, s:O}", "type", "Point", "coordinates", point);
    json_decref(polygons);
    json_decref(rings);
    json_decref(point);
    return geometry;
}

static json_t *
place_of(const struct cap_element *area)
{
    json_t *place = json_object(), *geometry = geometry_of(area);
    char *name = cap_text(area, "areaDesc");
    char *code = cap_text(cap_child(area, "geocode"), "value");

    json_object_set_new(place, "name", json_string(name));
    if (code != NULL)
        json_object_set_new(place, "code", json_string(code));
    if (geometry != NULL)
        json_object_set_new(place, "geometry", geometry);
    free(code);
    free(name);
    return place;
}

json_t *
cap_places(const struct cap_element *info)
{
    const struct cap_element *area = cap_child(info, "area");
    json_t *places;

    if (area == NULL)
        return NULL;
    places = json_array();
    for (; area != NULL; area = cap_next(area))
        json_array_append_new(places, place_of(area));
    return places;
}
