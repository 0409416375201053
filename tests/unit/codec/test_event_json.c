/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What senders may write, what is made of it, and what they are told when it is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/event_json.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-23T13:05:00Z */
#define RECEIVED INT64_C(1795439100000)

struct parsed {
    struct events events;
    struct faults faults;
    enum status status;
};

static struct parsed
parse_bytes(const char *data, size_t len)
{
    struct parsed parsed = { .status = STATUS_OK };

    parsed.status =
        events_parse(data, len, "oms", RECEIVED, &parsed.events, &parsed.faults);
    if (parsed.status == STATUS_OK) {
        assert_int_equal(parsed.faults.count, 0);
    } else {
        assert_int_equal(parsed.events.count, 0);
        assert_true(parsed.faults.count > 0);
    }
    return parsed;
}

static struct parsed
parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

static void
parsed_clear(struct parsed *parsed)
{
    events_clear(&parsed->events);
    faults_clear(&parsed->faults);
}

/* One event with the incident and these further members. */
static struct parsed
parse_with(const char *members)
{
    char *text = string_format("{\"incident\": \"A1\"%s%s}",
                               members[0] == '\0' ? "" : ", ", members);
    struct parsed parsed = parse(text);

    if (parsed.status == STATUS_OK)
        assert_int_equal(parsed.events.count, 1);
    free(text);
    return parsed;
}

static void
print_faults(const struct faults *faults)
{
    struct buffer text = { 0 };

    faults_format(faults, &text);
    print_message("%s", text.data == NULL ? "" : text.data);
    buffer_clear(&text);
}

/* Fails unless there is a fault of that field whose sentence holds problem. */
static void
assert_fault(const struct parsed *parsed, const char *field, const char *problem)
{
    size_t i;

    for (i = 0; i < parsed->faults.count; i++) {
        if (strcmp(parsed->faults.items[i].field, field) == 0 &&
            strstr(parsed->faults.items[i].problem, problem) != NULL)
            return;
    }
    print_faults(&parsed->faults);
    fail_msg("no fault of \"%s\" with \"%s\"", field, problem);
}

static void
test_example_of_the_documentation(void **state)
{
    struct parsed parsed =
        parse("{\"event_id\": \"OMS-77120-4\", \"incident\": \"OMS-77120\","
              " \"at\": \"2026-11-23T14:05:00+01:00\", \"kind\": \"power\","
              " \"status\": \"confirmed\", \"customers_affected\": 1432,\n"
              " \"places\": [{\"name\": \"Täby kyrkby\", \"code\": \"0160-03\"}],"
              " \"started_at\": \"2026-11-23T13:48:00+01:00\","
              " \"etr\": {\"at\": \"2026-11-23T17:30:00+01:00\", \"basis\": \"crew\"},"
              " \"cause\": \"tree\", \"crew\": \"on_site\","
              " \"advice\": [\"stay_away_from_lines\"]}");
    const struct event *event = parsed.events.items;

    (void)state;
    assert_int_equal(parsed.status, STATUS_OK);
    assert_int_equal(parsed.events.count, 1);
    assert_string_equal(event->source, "oms");
    assert_string_equal(event->incident, "OMS-77120");
    assert_string_equal(event->event_id, "OMS-77120-4");
    assert_false(event->has_revision);
    assert_int_equal(event->at_ms, RECEIVED);
    assert_int_equal(event->received_at_ms, RECEIVED);
    assert_null(event->warning);
    assert_int_equal(event->facts.kind, KIND_POWER);
    assert_int_equal(event->facts.status, INCIDENT_CONFIRMED);
    assert_int_equal(event->facts.customers_affected, 1432);
    assert_int_equal(event->facts.n_places, 1);
    assert_string_equal(event->facts.places[0].name, "Täby kyrkby");
    assert_string_equal(event->facts.places[0].code, "0160-03");
    assert_null(event->facts.places[0].geometry);
    assert_int_equal(event->facts.started_at_ms, RECEIVED - 17 * MINUTES_MS);
    assert_int_equal(event->facts.etr.at_ms, RECEIVED + 205 * MINUTES_MS);
    assert_int_equal(event->facts.etr.basis, ETR_BASIS_CREW);
    assert_int_equal(event->facts.cause.code, CAUSE_TREE);
    assert_int_equal(event->facts.crew, CREW_ON_SITE);
    assert_int_equal(event->facts.advice.count, 1);
    assert_int_equal(event->named, event->facts.has);
    assert_int_equal(event->named, FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) |
                                       FIELD_BIT(FIELD_CUSTOMERS_AFFECTED) |
                                       FIELD_BIT(FIELD_PLACES) |
                                       FIELD_BIT(FIELD_STARTED_AT) |
                                       FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_CAUSE) |
                                       FIELD_BIT(FIELD_CREW) | FIELD_BIT(FIELD_ADVICE));
    parsed_clear(&parsed);
}

/* Every rule that refuses, and the words for it. */
static const struct {
    const char *members, *field, *problem;
} refusals[] = {
    { "\"event_id\": 7", "event_id", "7 is not a string" },
    { "\"event_id\": \"\"", "event_id", "is empty" },
    { "\"revision\": -1", "revision", "-1 is not a whole number from 0" },
    { "\"revision\": 1.5", "revision", "1.5 is not a whole number" },
    { "\"revision\": 9007199254740993", "revision", "to 9007199254740992" },
    { "\"revision\": \"4\"", "revision", "\"4\" is not a whole number" },
    { "\"at\": \"2026-11-23T14:05:00\"", "at", "is not an RFC 3339 time" },
    { "\"mode\": \"live\"", "mode", "allowed are actual, exercise or test" },
    { "\"kind\": \"powr\"", "kind",
      "\"powr\" is not allowed; allowed are power, water" },
    { "\"kind\": null", "kind", "cannot be cleared" },
    { "\"status\": null", "status", "cannot be cleared" },
    { "\"status\": 3", "status", "3 is not allowed; allowed are planned, suspected" },
    { "\"severity\": \"high\"", "severity", "minor or unknown" },
    { "\"places\": \"Täby\"", "places", "\"Täby\" is not a list of places" },
    { "\"places\": [\"Täby\"]", "places[0]", "\"Täby\" is not a place" },
    { "\"places\": [{\"name\": \"a\"}, {\"code\": \"b\"}]", "places[1].name",
      "is missing" },
    { "\"places\": [{\"name\": \"\"}]", "places[0].name", "is empty" },
    { "\"places\": [{\"name\": \"a\", \"code\": 7}]", "places[0].code",
      "7 is not a string" },
    { "\"premises\": [7]", "premises[0]", "7 is not a string" },
    { "\"premises\": {}", "premises", "an object is not a list of strings" },
    { "\"customers_affected\": -1", "customers_affected", "-1 is not" },
    { "\"customers_restored\": true", "customers_restored", "true is not" },
    { "\"started_at\": 1795439100", "started_at", "is not an RFC 3339 time" },
    { "\"ended_at\": \"1999-12-31T23:59:59Z\"", "ended_at", "years 2000 to 2100" },
    { "\"next_word_at\": \"\"", "next_word_at", "is not an RFC 3339 time" },
    { "\"etr\": \"tomorrow\"", "etr",
      "\"tomorrow\" is not an RFC 3339 time with an offset" },
    { "\"etr\": {\"at\": \"tomorrow\"}", "etr.at",
      "\"tomorrow\" is not an RFC 3339 time with an offset, such as "
      "2026-11-23T17:30:00+01:00 (years 2000 to 2100)" },
    { "\"etr\": {\"basis\": \"crew\"}", "etr.at", "is missing" },
    { "\"etr\": {\"at\": \"2026-11-23T17:30:00Z\", \"basis\": \"none\"}", "etr.basis",
      "\"none\" is not allowed; allowed are average, area or crew" },
    { "\"etr\": {\"at\": \"2026-11-23T17:30:00Z\", \"reason\": 1}", "etr.reason",
      "1 is not a text" },
    { "\"etr\": 5", "etr", "5 is not an estimated time" },
    { "\"planned\": \"soon\"", "planned", "is not an object with from, to" },
    { "\"planned\": {\"from\": \"2026-11-23T17:30:00Z\"}", "planned.to", "is missing" },
    { "\"planned\": {\"from\": \"2026-11-23T17:30:00Z\","
      " \"to\": \"2026-11-23T17:30:00Z\"}",
      "planned", "is not before to" },
    { "\"cause\": \"moose\"", "cause", "\"moose\" is not allowed; allowed are tree" },
    { "\"cause\": {}", "cause", "neither a code nor a text" },
    { "\"cause\": {\"text\": \"\"}", "cause", "neither a code nor a text" },
    { "\"cause\": {\"code\": \"moose\"}", "cause.code", "allowed are tree" },
    { "\"crew\": \"lost\"", "crew", "on_site or done" },
    { "\"advice\": [\"Boil water\"]", "advice[0]", "is not a catalogue key" },
    { "\"advice\": [\"a234567890123456789012345678901234567890x\"]", "advice[0]",
      "is not a catalogue key" },
    { "\"note\": [\"a\"]", "note", "a list is not a text" },
    { "\"note\": {\"swedish\": \"a\"}", "note.swedish", "is not a language tag" },
    { "\"note\": {\"sv-\": \"a\"}", "note.sv-", "is not a language tag" },
    { "\"note\": {\"sv\": 1}", "note.sv", "1 is not a string" },
    { "\"note\": \"a\\tb\"", "note", "control character" },
    { "\"note\": \"a\\u0000b\"", "note", "control character" },
    { "\"note\": \"a\\u0085b\"", "note", "control character" },
    { "\"x\": {\"y\": [1, \"\\u001b\"]}", "x.y[1]", "control character" },
    { "\"x\": {\"y\\u0007\": 1}", "x.y\\x07", "control character" },
    { "\"audience\": \"press\"", "audience", "public or staff" },
    { "\"merge_into\": \"\"", "merge_into", "is empty" },
    { "\"merge_into\": \"A1\"", "merge_into", "is the incident itself" },
};

static void
test_refusals(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(refusals); i++) {
        struct parsed parsed = parse_with(refusals[i].members);

        assert_fault(&parsed, refusals[i].field, refusals[i].problem);
        assert_int_equal(parsed.status, STATUS_REFUSED);
        assert_int_equal(parsed.faults.items[0].event, 1);
        assert_int_equal(parsed.faults.items[0].line, 0);
        parsed_clear(&parsed);
    }
}

static void
test_all_faults_are_told(void **state)
{
    struct parsed parsed =
        parse("[{\"kind\": \"powr\", \"status\": \"on\"}, {\"incident\": \"A\"}, 7]");

    (void)state;
    assert_int_equal(parsed.status, STATUS_REFUSED);
    assert_int_equal(parsed.faults.count, 4);
    assert_fault(&parsed, "incident", "is missing");
    assert_fault(&parsed, "kind", "powr");
    assert_fault(&parsed, "status", "on");
    assert_fault(&parsed, "", "7 is not an event");
    assert_int_equal(parsed.faults.items[0].event, 1);
    assert_int_equal(parsed.faults.items[3].event, 3);
    parsed_clear(&parsed);
}

static void
test_lengths_are_in_characters(void **state)
{
    struct buffer text = { 0 };
    struct parsed parsed;
    int i;

    (void)state;
    buffer_add(&text, "{\"incident\": \"");
    for (i = 0; i < 120; i++)
        buffer_add(&text, "å");
    buffer_add(&text, "\"}");
    parsed = parse(text.data);
    assert_int_equal(parsed.status, STATUS_OK);
    parsed_clear(&parsed);

    text.len -= 2;
    buffer_add(&text, "x\"}");
    parsed = parse(text.data);
    assert_int_equal(parsed.status, STATUS_REFUSED);
    assert_fault(&parsed, "incident", "has 121 characters; at most 120 are allowed");
    parsed_clear(&parsed);
    buffer_clear(&text);
}

static void
test_note_has_at_most_2000_characters(void **state)
{
    struct buffer text = { 0 };
    struct parsed parsed;
    int i;

    (void)state;
    buffer_add(&text, "\"note\": {\"sv\": \"");
    for (i = 0; i < 2000; i++)
        buffer_add_char(&text, 'n');
    buffer_add(&text, "\"}");
    parsed = parse_with(text.data);
    assert_int_equal(parsed.status, STATUS_OK);
    parsed_clear(&parsed);
    text.len -= 2;
    buffer_add(&text, "n\"}");
    parsed = parse_with(text.data);
    assert_fault(&parsed, "note.sv", "has 2001 characters; at most 2000");
    parsed_clear(&parsed);
    buffer_clear(&text);
}

static void
test_null_clears(void **state)
{
    struct parsed parsed = parse_with(
        "\"mode\": null, \"severity\": null, \"places\": null, \"premises\": null,"
        " \"customers_affected\": null, \"customers_restored\": null,"
        " \"started_at\": null, \"ended_at\": null, \"etr\": null, \"planned\": null,"
        " \"cause\": null, \"crew\": null, \"advice\": null, \"note\": null,"
        " \"next_word_at\": null, \"audience\": null, \"merge_into\": null,"
        " \"event_id\": null, \"revision\": null, \"at\": null");
    const struct event *event = parsed.events.items;
    uint32_t all = FIELD_BIT(FIELD_COUNT) - 1;

    (void)state;
    assert_int_equal(parsed.status, STATUS_OK);
    assert_int_equal(event->named,
                     all & ~(FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS)));
    assert_int_equal(event->facts.has, 0);
    assert_string_equal(event->event_id, event->digest);
    assert_false(event->has_revision);
    assert_int_equal(event->at_ms, RECEIVED);
    parsed_clear(&parsed);
}

static void
test_absent_is_unchanged(void **state)
{
    struct parsed parsed = parse_with("");

    (void)state;
    assert_int_equal(parsed.status, STATUS_OK);
    assert_int_equal(parsed.events.items[0].named, 0);
    assert_int_equal(parsed.events.items[0].facts.has, 0);
    parsed_clear(&parsed);
}

static void
test_short_forms(void **state)
{
    struct parsed parsed = parse_with(
        "\"etr\": \"2026-11-23T17:30:00+01:00\", \"cause\": {\"text\": \"en gren\"},"
        " \"note\": \"\", \"advice\": [], \"places\": [{\"name\": \"a\", \"code\": \"\"}],"
        " \"planned\": {\"from\": \"2026-11-24T08:00:00Z\","
        " \"to\": \"2026-11-24T09:00:00Z\", \"work\": {\"sv\": \"byte\","
        " \"nb-NO\": \"bytte\", \"fi\": null}}, \"revision\": 9007199254740992");
    const struct facts *facts = &parsed.events.items[0].facts;

    (void)state;
    assert_int_equal(parsed.status, STATUS_OK);
    assert_int_equal(facts->etr.at_ms, RECEIVED + 205 * MINUTES_MS);
    assert_int_equal(facts->etr.basis, ETR_BASIS_NONE);
    assert_int_equal(facts->cause.code, CAUSE_OTHER);
    assert_string_equal(localized_find(&facts->cause.text, "sv"), "en gren");
    assert_true((parsed.events.items[0].named & FIELD_BIT(FIELD_NOTE)) != 0);
    assert_false(facts_has(facts, FIELD_NOTE));
    assert_true(facts_has(facts, FIELD_ADVICE));
    assert_null(facts->places[0].code);
    assert_int_equal(facts->planned.work.texts.count, 2);
    assert_string_equal(localized_find(&facts->planned.work, "nb-NO"), "bytte");
    assert_true(parsed.events.items[0].has_revision);
    assert_int_equal(parsed.events.items[0].revision, INT64_C(9007199254740992));
    parsed_clear(&parsed);
}

static void
test_every_name_of_a_table_is_taken(void **state)
{
    static const struct {
        const char *field;
        const struct names *names;
        size_t offset;
        int first;
    } tables[] = {
        { "\"mode\": \"%s\"", &mode_names, offsetof(struct facts, mode), 0 },
        { "\"kind\": \"%s\"", &kind_names, offsetof(struct facts, kind), 0 },
        { "\"status\": \"%s\"", &status_names, offsetof(struct facts, status), 0 },
        { "\"severity\": \"%s\"", &severity_names, offsetof(struct facts, severity),
          0 },
        { "\"crew\": \"%s\"", &crew_names, offsetof(struct facts, crew), 0 },
        { "\"audience\": \"%s\"", &audience_names, offsetof(struct facts, audience),
          0 },
        { "\"cause\": {\"code\": \"%s\"}", &cause_names,
          offsetof(struct facts, cause.code), 0 },
        { "\"etr\": {\"at\": \"2026-11-23T17:30:00Z\", \"basis\": \"%s\"}",
          &etr_basis_names, offsetof(struct facts, etr.basis), ETR_BASIS_AVERAGE },
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(tables); i++) {
        int value;

        for (value = tables[i].first; value < tables[i].names->n; value++) {
            char members[128];
            struct parsed parsed;
            unsigned found;

            const char *sign = strstr(tables[i].field, "%s");
            (void)snprintf(members, sizeof(members), "%.*s%s%s",
                           (int)(sign - tables[i].field), tables[i].field,
                           name_of(tables[i].names, value), sign + 2);
            parsed = parse_with(members);
            assert_int_equal(parsed.status, STATUS_OK);
            memcpy(&found, (char *)&parsed.events.items[0].facts + tables[i].offset,
                   sizeof(found));
            assert_int_equal(found, value);
            parsed_clear(&parsed);
        }
    }
}

static void
test_texts_are_normalised(void **state)
{
    /* "Å" as A and a ring, and in the unknown field too. */
    struct parsed parsed = parse("{\"incident\": \"A\xcc\x8a\", \"x\": \"a\xcc\x8a\","
                                 " \"note\": \"rad ett\\nrad tva\xcc\x8a\"}");
    const struct event *event = parsed.events.items;

    (void)state;
    assert_int_equal(parsed.status, STATUS_OK);
    assert_string_equal(event->incident, "\xc3\x85");
    assert_string_equal(localized_find(&event->facts.note, "sv"),
                        "rad ett\nrad tv\xc3\xa5");
    assert_non_null(strstr(event->body, "\"x\":\"\xc3\xa5\""));
    parsed_clear(&parsed);
}

static void
test_identity_is_the_canonical_form(void **state)
{
    struct parsed a =
        parse("{\"incident\": \"A\", \"source\": \"evil\", \"z\": {\"b\": 1,"
              " \"a\": [1.5, true]}}");
    struct parsed b = parse("{\"z\":{\"a\":[1.5,true],\"b\":1},\n\"source\":\"evil\","
                            "\"incident\":\"\\u0041\"}\n");
    struct parsed c = parse("{\"incident\": \"A\", \"event_id\": \"mine\"}");
    char digest[SHA256_HEX_SIZE];

    (void)state;
    assert_string_equal(
        a.events.items[0].body,
        "{\"incident\":\"A\",\"source\":\"evil\",\"z\":{\"a\":[1.5,true],"
        "\"b\":1}}");
    assert_string_equal(a.events.items[0].body, b.events.items[0].body);
    sha256_hex(a.events.items[0].body, strlen(a.events.items[0].body), digest);
    assert_string_equal(a.events.items[0].digest, digest);
    assert_string_equal(a.events.items[0].event_id, digest);
    assert_string_equal(b.events.items[0].event_id, digest);
    assert_string_equal(a.events.items[0].source, "oms");
    assert_string_equal(c.events.items[0].event_id, "mine");
    assert_string_not_equal(c.events.items[0].digest, "mine");
    parsed_clear(&a);
    parsed_clear(&b);
    parsed_clear(&c);
}

static void
test_a_clock_far_ahead(void **state)
{
    struct parsed near = parse_with("\"at\": \"2026-11-24T13:05:00Z\"");
    struct parsed far = parse_with("\"at\": \"2026-11-24T13:05:00.001Z\"");
    struct parsed past = parse_with("\"at\": \"2001-01-01T00:00:00Z\"");

    (void)state;
    assert_int_equal(near.events.items[0].at_ms, RECEIVED + DAYS_MS);
    assert_null(near.events.items[0].warning);
    assert_int_equal(far.events.items[0].at_ms, RECEIVED);
    assert_non_null(strstr(far.events.items[0].warning, "more than 24 h ahead"));
    assert_int_equal(past.events.items[0].at_ms, INT64_C(978307200000));
    assert_null(past.events.items[0].warning);
    parsed_clear(&near);
    parsed_clear(&far);
    parsed_clear(&past);
}

static const struct {
    const char *geometry, *field, *problem; /* field NULL: taken */
} geometries[] = {
    { "{\"type\":\"Point\",\"coordinates\":[18.07,59.45]}", NULL, NULL },
    { "{\"type\":\"Point\",\"coordinates\":[-180,90,12.5]}", NULL, NULL },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}", NULL,
      NULL },
    { "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0.0,0]]],"
      "[[[5,5],[6,5],[6,6],[5,5]]]]}",
      NULL, NULL },
    { "7", "", "7 is not a GeoJSON geometry" },
    { "{\"coordinates\":[1,2]}", ".type", "is missing" },
    { "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}", ".type",
      "\"LineString\" is not allowed; allowed are Point, Polygon or MultiPolygon" },
    { "{\"type\":\"Point\"}", ".coordinates", "is not a position" },
    { "{\"type\":\"Point\",\"coordinates\":[1]}", ".coordinates", "is not a position" },
    { "{\"type\":\"Point\",\"coordinates\":[180.01,2]}", ".coordinates[0]",
      "is not a longitude, -180 to 180" },
    { "{\"type\":\"Point\",\"coordinates\":[18,-91]}", ".coordinates[1]",
      "-91 is not a latitude, -90 to 90" },
    { "{\"type\":\"Point\",\"coordinates\":[\"18\",2]}", ".coordinates[0]",
      "\"18\" is not a number" },
    { "{\"type\":\"Polygon\",\"coordinates\":[]}", ".coordinates",
      "must be a list of rings" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[0,0]]]}", ".coordinates[0]",
      "has 3 positions; a ring has at least 4" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}",
      ".coordinates[0]", "is not closed" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,\"x\"],[0,0]]]}",
      ".coordinates[0][2][1]", "\"x\" is not a number" },
    { "{\"type\":\"MultiPolygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}",
      ".coordinates[0][0][0]", "is not a position" },
};

static void
test_geometries(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(geometries); i++) {
        char *members = string_format(
            "\"places\": [{\"name\": \"a\"}, {\"name\": \"b\", \"geometry\": %s}]",
            geometries[i].geometry);
        struct parsed parsed = parse_with(members);

        if (geometries[i].field == NULL) {
            assert_int_equal(parsed.status, STATUS_OK);
            assert_non_null(strstr(parsed.events.items[0].facts.places[1].geometry,
                                   "\"coordinates\""));
        } else {
            char *field = string_format("places[1].geometry%s", geometries[i].field);

            assert_int_equal(parsed.status, STATUS_REFUSED);
            assert_fault(&parsed, field, geometries[i].problem);
            free(field);
        }
        free(members);
        parsed_clear(&parsed);
    }
}

static void
test_geometry_keeps_what_was_checked_only(void **state)
{
    struct parsed parsed =
        parse_with("\"places\": [{\"name\": \"a\", \"owner\": \"Kalle\", \"geometry\":"
                   " {\"coordinates\": [18.5, 59], \"type\": \"Point\","
                   " \"properties\": {\"name\": \"Kalle\"}}}]");

    (void)state;
    assert_int_equal(parsed.status, STATUS_OK);
    assert_string_equal(parsed.events.items[0].facts.places[0].geometry,
                        "{\"type\":\"Point\",\"coordinates\":[18.5,59]}");
    assert_non_null(strstr(parsed.events.items[0].body, "\"owner\":\"Kalle\""));
    parsed_clear(&parsed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example_of_the_documentation),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_all_faults_are_told),
        cmocka_unit_test(test_lengths_are_in_characters),
        cmocka_unit_test(test_note_has_at_most_2000_characters),
        cmocka_unit_test(test_null_clears),
        cmocka_unit_test(test_absent_is_unchanged),
        cmocka_unit_test(test_short_forms),
        cmocka_unit_test(test_every_name_of_a_table_is_taken),
        cmocka_unit_test(test_texts_are_normalised),
        cmocka_unit_test(test_identity_is_the_canonical_form),
        cmocka_unit_test(test_a_clock_far_ahead),
        cmocka_unit_test(test_geometries),
        cmocka_unit_test(test_geometry_keeps_what_was_checked_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
