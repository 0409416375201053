/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page for programs: the places as GeoJSON (RFC 7946), and everything that is shown
 * as one JSON object.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "codec/shape.h"

#include <jansson.h>
#include <stdlib.h>

/* The default language's, whose addresses are the permanent ones. */
static struct page_locale
first_locale(const struct page_view *view)
{
    return (struct page_locale){ .view = view,
                                 .catalogue = view->input->catalogues[0],
                                 .index = 0,
                                 .is_default = true };
}

static void
put_compact(json_t *value_taken, struct buffer *out)
{
    char *text = json_dumps(value_taken, JSON_COMPACT | JSON_PRESERVE_ORDER);

    buffer_add(out, text);
    free(text);
    json_decref(value_taken);
}

static void
set_url(const struct page_view *view, const struct page_incident *item, json_t *object)
{
    struct page_locale locale = first_locale(view);
    char *url = page_incident_url(&locale, item->incident.id);

    if (url != NULL)
        json_object_set_new(object, "url", json_string(url));
    free(url);
}

static size_t
count_geometries(const struct facts *facts)
{
    size_t count = 0;

    for (size_t i = 0; facts_has(facts, FIELD_PLACES) && i < facts->n_places; i++)
        count += facts->places[i].geometry != NULL;
    return count;
}

/*
 * One geometry as it is, several as a collection, none as null (RFC 7946, 3.2). The
 * codec has checked and written them; in a storm, reading megabytes of coordinates anew
 * for every rendering would be most of its work.
 */
static void
put_geometry(const struct facts *facts, struct buffer *out)
{
    size_t count = count_geometries(facts), n = 0;

    if (count == 0) {
        buffer_add(out, "null");
        return;
    }
    if (count > 1)
        buffer_add(out, "{\"type\":\"GeometryCollection\",\"geometries\":[");
    for (size_t i = 0; i < facts->n_places; i++) {
        if (facts->places[i].geometry == NULL)
            continue;
        if (n++ > 0)
            buffer_add_char(out, ',');
        buffer_add(out, facts->places[i].geometry);
    }
    if (count > 1)
        buffer_add(out, "]}");
}

static json_t *
place_names(const struct facts *facts)
{
    json_t *list = json_array();

    for (size_t i = 0; facts_has(facts, FIELD_PLACES) && i < facts->n_places; i++)
        json_array_append_new(list, json_string(facts->places[i].name));
    return list;
}

static json_t *
properties_of(const struct page_view *view, const struct page_incident *item)
{
    const struct facts *facts = &item->incident.facts;
    json_t *object = json_pack("{s:s, s:s, s:s}", "id", item->incident.id, "kind",
                               name_of(&kind_names, (int)facts->kind), "status",
                               name_of(&status_names, (int)facts->status));

    if (page_mode_of(item) != MODE_ACTUAL)
        json_object_set_new(object, "mode",
                            json_string(name_of(&mode_names, (int)page_mode_of(item))));
    json_object_set_new(object, "places", place_names(facts));
    if (facts_has(facts, FIELD_CUSTOMERS_AFFECTED))
        json_object_set_new(object, "customers_affected",
                            json_integer(facts->customers_affected));
    if (facts_has(facts, FIELD_CUSTOMERS_RESTORED))
        json_object_set_new(object, "customers_restored",
                            json_integer(facts->customers_restored));
    if (facts_has(facts, FIELD_STARTED_AT))
        json_object_set_new(object, "started_at", time_shape(facts->started_at_ms));
    if (facts_has(facts, FIELD_ETR) && !page_is_over(item))
        json_object_set_new(object, "etr", time_shape(facts->etr.at_ms));
    if (facts_has(facts, FIELD_PLANNED)) {
        json_object_set_new(object, "planned_from", time_shape(facts->planned.from_ms));
        json_object_set_new(object, "planned_to", time_shape(facts->planned.to_ms));
    }
    json_object_set_new(object, "updated_at", time_shape(item->incident.updated_at_ms));
    set_url(view, item, object);
    return object;
}

void
page_geojson(const struct page_view *view, struct buffer *out)
{
    buffer_add(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < view->current.count; i++) {
        const struct page_incident *item = view->current.items[i];

        buffer_addf(out, "%s\n{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":",
                    i > 0 ? "," : "", item->incident.id);
        put_geometry(&item->incident.facts, out);
        buffer_add(out, ",\"properties\":");
        put_compact(properties_of(view, item), out);
        buffer_add_char(out, '}');
    }
    buffer_add(out, "]}\n");
}

/* The incident as others see it, without geometry: that stands in incidents.geojson. */
static json_t *
shape_of(const struct page_view *view, const struct page_incident *item)
{
    struct incident incident = item->incident; /* borrows all but the places */
    size_t n = incident.facts.n_places;
    struct place *places = memory_array(n + 1, sizeof(places[0]));
    json_t *shape;

    for (size_t i = 0; i < n; i++) {
        places[i] = item->incident.facts.places[i];
        places[i].geometry = NULL;
    }
    incident.facts.places = places;
    shape = incident_shape(&incident, item->merged_into_id);
    set_url(view, item, shape);
    free(places);
    return shape;
}

static int64_t
customers_affected(const struct page_list *list)
{
    int64_t sum = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct facts *facts = &list->items[i]->incident.facts;

        if (facts_has(facts, FIELD_CUSTOMERS_AFFECTED))
            sum += facts->customers_affected;
    }
    return sum;
}

void
page_status_json(const struct page_view *view, struct buffer *out)
{
    json_t *incidents = json_array(), *document = json_object();

    for (size_t i = 0; i < view->current.count; i++) {
        json_array_append_new(incidents, shape_of(view, view->current.items[i]));
    }
    json_object_set_new(document, "organisation",
                        json_string(view->input->organisation));
    json_object_set_new(document, "updated_at", time_shape(view->input->now_ms));
    json_object_set_new(document, "open", json_integer((json_int_t)view->open.count));
    json_object_set_new(document, "planned",
                        json_integer((json_int_t)view->planned.count));
    json_object_set_new(document, "customers_affected",
                        json_integer(customers_affected(&view->open)));
    json_object_set_new(document, "customers_without",
                        json_integer(view->customers_without));
    json_object_set_new(document, "incidents", incidents);
    put_compact(document, out);
    buffer_add(out, "\n");
}
