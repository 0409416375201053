/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page for programs: GeoJSON and the status.
 */
#include "test_page_fixture.h"

#include <jansson.h>

static json_t *
parse(const struct site *site, const char *name)
{
    json_error_t error;
    json_t *document = json_loads(file(site, name), JSON_REJECT_DUPLICATES, &error);

    if (document == NULL)
        fail_msg("%s: %s", name, error.text);
    return document;
}

static json_t *
feature(const json_t *document, size_t i)
{
    return json_array_get(json_object_get(document, "features"), i);
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    if (text == NULL)
        fail_msg("%s is missing", key);
    return text;
}

static void
test_geometries(void **state)
{
    static const char point[] = "{\"type\":\"Point\",\"coordinates\":[18.07,59.44]}";
    struct site site;
    struct page_incident *item;
    json_t *document, *geometry;

    (void)state;
    site_init(&site);
    add_incident(&site, "none", "Täby", 1);
    item = add_incident(&site, "one", "Täby", 1);
    add_place(&item->incident.facts, "Gribbylund", point);
    item = add_incident(&site, "two", NULL, 1);
    add_place(&item->incident.facts, "Gribbylund", point);
    add_place(&item->incident.facts, "Ensta", point);
    render(&site);
    document = parse(&site, "incidents.geojson");
    assert_string_equal("FeatureCollection", text_of(document, "type"));
    assert_int_equal(3, json_array_size(json_object_get(document, "features")));
    assert_true(json_is_null(json_object_get(feature(document, 0), "geometry")));
    geometry = json_object_get(feature(document, 1), "geometry");
    assert_string_equal("Point", text_of(geometry, "type"));
    geometry = json_object_get(feature(document, 2), "geometry");
    assert_string_equal("GeometryCollection", text_of(geometry, "type"));
    assert_int_equal(2, json_array_size(json_object_get(geometry, "geometries")));
    json_decref(document);
    site_clear(&site);
}

static void
test_properties(void **state)
{
    struct site site;
    struct page_incident *item;
    json_t *document, *properties;

    (void)state;
    site_init(&site);
    item = add_incident(&site, "a", "Täby", 1432);
    item->incident.facts.etr.at_ms = moment("2026-11-23T16:30:00Z");
    facts_set(&item->incident.facts, FIELD_ETR);
    strings_add(&item->incident.facts.premises, "735999100000000001");
    facts_set(&item->incident.facts, FIELD_PREMISES);
    render(&site);
    document = parse(&site, "incidents.geojson");
    properties = json_object_get(feature(document, 0), "properties");
    assert_string_equal("a", text_of(properties, "id"));
    assert_string_equal("power", text_of(properties, "kind"));
    assert_string_equal("confirmed", text_of(properties, "status"));
    assert_string_equal("2026-11-23T16:30:00Z", text_of(properties, "etr"));
    assert_string_equal("https://drift.example.se/incident/a.html",
                        text_of(properties, "url"));
    assert_int_equal(
        1432, json_integer_value(json_object_get(properties, "customers_affected")));
    assert_string_equal("Täby", json_string_value(json_array_get(
                                    json_object_get(properties, "places"), 0)));
    json_decref(document);
    /* Points of delivery are nobody's business. */
    for (size_t i = 0; i < site.request.n_files; i++)
        assert_lacks(site.request.files[i].content.data, "735999100000000001");
    site_clear(&site);
}

static void
test_status(void **state)
{
    struct site site;
    struct page_incident *item;
    json_t *document;

    (void)state;
    site_init(&site);
    add_incident(&site, "a", "Täby", 100);
    item = add_incident(&site, "b", "Täby", 50);
    item->incident.facts.status = INCIDENT_PARTLY_RESTORED;
    item->incident.facts.customers_restored = 30;
    facts_set(&item->incident.facts, FIELD_CUSTOMERS_RESTORED);
    add_incident(&site, "c", "Täby", 7)->incident.facts.status = INCIDENT_PLANNED;
    add_incident(&site, "d", "Täby", 9)->incident.facts.status = INCIDENT_RESTORED;
    render(&site);
    document = parse(&site, "status.json");
    assert_string_equal("Täby Nät", text_of(document, "organisation"));
    assert_string_equal("2026-11-23T13:10:00Z", text_of(document, "updated_at"));
    assert_int_equal(2, json_integer_value(json_object_get(document, "open")));
    assert_int_equal(1, json_integer_value(json_object_get(document, "planned")));
    assert_int_equal(
        150, json_integer_value(json_object_get(document, "customers_affected")));
    assert_int_equal(
        120, json_integer_value(json_object_get(document, "customers_without")));
    assert_int_equal(3, json_array_size(json_object_get(document, "incidents")));
    assert_string_equal(
        "a", text_of(json_array_get(json_object_get(document, "incidents"), 0), "id"));
    json_decref(document);
    site_clear(&site);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_geometries),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
