/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Places as areas of CAP. GeoJSON puts longitude first, CAP latitude; CAP has no holes
 * in a polygon, so the outer ring stands for it.
 */
#include "channel/cap.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seven decimals are a centimetre; no exponent, no zeros at the end. */
static void
put_number(struct buffer *out, double number)
{
    char text[64];
    size_t len;

    (void)snprintf(text, sizeof(text), "%.7f", number);
    len = strlen(text);
    while (text[len - 1] == '0')
        len--;
    if (text[len - 1] == '.')
        len--;
    text[len] = '\0';
    buffer_add(out, strcmp(text, "-0") == 0 ? "0" : text);
}

static void
put_position(struct buffer *out, json_t *position)
{
    put_number(out, json_number_value(json_array_get(position, 1)));
    buffer_add_char(out, ',');
    put_number(out, json_number_value(json_array_get(position, 0)));
}

static void
put_polygon(struct buffer *out, json_t *rings)
{
    json_t *ring = json_array_get(rings, 0), *position;
    struct buffer text = { 0 };
    size_t i;

    json_array_foreach(ring, i, position)
    {
        if (i > 0)
            buffer_add_char(&text, ' ');
        put_position(&text, position);
    }
    cap_element(out, "polygon", text.data);
    buffer_clear(&text);
}

static void
put_polygons(struct buffer *out, json_t *polygons)
{
    json_t *rings;
    size_t i;

    json_array_foreach(polygons, i, rings)
    {
        put_polygon(out, rings);
    }
}

/* How far it reaches is not known, so the circle has no extent. */
static void
put_point(struct buffer *out, json_t *position)
{
    struct buffer text = { 0 };

    put_position(&text, position);
    buffer_add(&text, " 0");
    cap_element(out, "circle", text.data);
    buffer_clear(&text);
}

static const struct {
    const char *type;
    void (*put)(struct buffer *out, json_t *coordinates);
} shapes[] = {
    { "Point", put_point },
    { "Polygon", put_polygon },
    { "MultiPolygon", put_polygons },
};

/* The codec has checked it when the event came. */
static void
put_geometry(struct buffer *out, const char *geometry)
{
    json_t *root = geometry == NULL ? NULL : json_loads(geometry, 0, NULL);
    const char *type = json_string_value(json_object_get(root, "type"));

    for (size_t i = 0; type != NULL && i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        if (strcmp(shapes[i].type, type) == 0)
            shapes[i].put(out, json_object_get(root, "coordinates"));
    }
    json_decref(root);
}

void
cap_write_areas(const struct channel *channel, const struct facts *facts,
                struct buffer *out)
{
    for (size_t i = 0; facts_has(facts, FIELD_PLACES) && i < facts->n_places; i++) {
        const struct place *place = &facts->places[i];

        buffer_add(out, "<area>\n");
        cap_element(out, "areaDesc", place->name);
        put_geometry(out, place->geometry);
        cap_element_value(out, "geocode",
                          cap_option(channel, "geocode", CAP_OWN_PREFIX "code"),
                          place->code);
        buffer_add(out, "</area>\n");
    }
}
