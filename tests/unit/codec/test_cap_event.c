/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Alerts of CAP 1.2 become events, or are refused with a sentence that says which
 * element on which line, what was found and what would be right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/event_json.h"
#include "model/cap.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECEIVED INT64_C(1795439100000) /* 2026-11-23T13:05:00Z */

struct parsed {
    enum status status;
    struct events events;
    struct faults faults;
};

static void
parsed_clear(struct parsed *parsed)
{
    events_clear(&parsed->events);
    faults_clear(&parsed->faults);
}

static struct parsed
parse_as(const char *text, const struct cap_kinds *kinds)
{
    struct parsed parsed = { 0 };

    parsed.status = kinds == NULL
                        ? events_parse(text, strlen(text), "cap", RECEIVED,
                                       &parsed.events, &parsed.faults)
                        : events_parse_with(text, strlen(text), "cap", kinds, RECEIVED,
                                            &parsed.events, &parsed.faults);
    return parsed;
}

static char *
read_data(const char *name)
{
    char *path = string_format("%s/tests/data/cap/%s", SOURCE_DIR, name);
    struct buffer content = { 0 };
    FILE *file = fopen(path, "r");
    char block[4096];
    size_t n;

    assert_non_null(file);
    while ((n = fread(block, 1, sizeof(block), file)) > 0)
        buffer_append(&content, block, n);
    fclose(file);
    free(path);
    return buffer_take(&content);
}

static const struct event *
only_event(const struct parsed *parsed)
{
    struct buffer text = { 0 };

    faults_format(&parsed->faults, &text);
    if (parsed->status != STATUS_OK)
        fail_msg("refused: %s", text.data);
    assert_int_equal(1, parsed->events.count);
    buffer_clear(&text);
    return &parsed->events.items[0];
}

/* The text with the first `from` replaced. Caller frees. */
static char *
changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    return string_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static int64_t
moment(const char *text)
{
    int64_t time_ms = 0;

    assert_true(timestamp_parse(text, &time_ms));
    return time_ms;
}

static void
test_an_outage(void **state)
{
    char *text = read_data("power.xml");
    struct parsed parsed = parse_as(text, NULL);
    const struct event *event = only_event(&parsed);
    const struct facts *facts = &event->facts;

    (void)state;
    assert_string_equal("se-ex-inc42-u2", event->event_id);
    assert_string_equal("inc42", event->incident);
    assert_int_equal(moment("2026-11-23T09:10:00+01:00"), event->at_ms);
    assert_int_equal(1, event->references.count);
    assert_string_equal("se-ex-inc42-u1", event->references.items[0]);
    assert_int_equal(MODE_ACTUAL, facts->mode);
    assert_int_equal(KIND_POWER, facts->kind);
    assert_int_equal(INCIDENT_CONFIRMED, facts->status);
    assert_int_equal(SEVERITY_MODERATE, facts->severity);
    assert_int_equal(AUDIENCE_PUBLIC, facts->audience);
    assert_int_equal(moment("2026-11-23T08:50:00+01:00"), facts->started_at_ms);
    assert_int_equal(1, facts->n_places);
    assert_string_equal("Åre tätort", facts->places[0].name);
    assert_string_equal("2321", facts->places[0].code);
    /* Longitude first, whatever CAP does. */
    assert_non_null(strstr(facts->places[0].geometry, "[[[13.05"));
    assert_string_equal("Strömavbrott i Åre\nCirka 800 kunder saknar el. Felsökning "
                        "pågår.\nRör inte nedfallna ledningar.",
                        localized_find(&facts->note, "sv"));
    assert_null(event->warning);
    parsed_clear(&parsed);
    free(text);
}

/* The well-known shapes of the specification. */
static void
test_alerts_of_others(void **state)
{
    static const struct {
        const char *file, *incident;
        enum incident_kind kind;
        enum incident_status status;
        enum severity severity;
        size_t n_places;
        const char *place, *geometry;
    } rows[] = {
        { "homeland.xml", "43b080713727", KIND_OTHER, INCIDENT_SUSPECTED,
          SEVERITY_SEVERE, 1, "The whole country, worldwide interests", NULL },
        { "thunderstorm.xml", "KSTO1055887203", KIND_OTHER, INCIDENT_CONFIRMED,
          SEVERITY_SEVERE, 1, "Three counties in the mountains", "Polygon" },
        { "earthquake.xml", "TRI13970876.1", KIND_OTHER, INCIDENT_RESTORED,
          SEVERITY_MINOR, 1, "1 mi. WSW of the town; 8 mi. S of the city", "Point" },
        { "amber.xml", "KAR0-0306112239-SW", KIND_OTHER, INCIDENT_SUSPECTED,
          SEVERITY_SEVERE, 1, "The county", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *text = read_data(rows[i].file);
        struct parsed parsed = parse_as(text, NULL);
        const struct event *event = only_event(&parsed);
        const struct facts *facts = &event->facts;

        assert_string_equal(rows[i].incident, event->incident);
        assert_int_equal(rows[i].kind, facts->kind);
        assert_int_equal(rows[i].status, facts->status);
        assert_int_equal(rows[i].severity, facts->severity);
        assert_int_equal(rows[i].n_places, facts->n_places);
        assert_string_equal(rows[i].place, facts->places[0].name);
        if (rows[i].geometry == NULL)
            assert_null(facts->places[0].geometry);
        else
            assert_non_null(strstr(facts->places[0].geometry, rows[i].geometry));
        parsed_clear(&parsed);
        free(text);
    }
}

static void
test_languages(void **state)
{
    char *text = read_data("amber.xml");
    struct parsed parsed = parse_as(text, NULL);
    const struct facts *facts = &only_event(&parsed)->facts;

    (void)state;
    assert_int_equal(2, facts->note.texts.count);
    assert_non_null(strstr(localized_find(&facts->note, "en"), "A child was taken"));
    assert_non_null(strstr(localized_find(&facts->note, "es"), "Un niño fue llevado"));
    parsed_clear(&parsed);
    free(text);
}

/* What is withdrawn needs no <info>; the oldest reference names the incident. */
static void
test_a_cancel(void **state)
{
    char *text = read_data("cancel.xml");
    struct parsed parsed = parse_as(text, NULL);
    const struct event *event = only_event(&parsed);

    (void)state;
    assert_string_equal("se-ex-inc42-u1", event->incident);
    assert_int_equal(2, event->references.count);
    assert_int_equal(INCIDENT_CANCELLED, event->facts.status);
    assert_false(event->named & FIELD_BIT(FIELD_KIND));
    parsed_clear(&parsed);
    free(text);
}

static void
test_oldest_reference_in_any_order(void **state)
{
    char *text = read_data("cancel.xml");
    char *turned =
        changed(text,
                "drift@alerts.example,se-ex-inc42-u1,2026-11-23T08:55:00+01:00 "
                "drift@alerts.example,se-ex-inc42-u2,2026-11-23T09:10:00+01:00",
                "drift@alerts.example,se-ex-inc42-u2,2026-11-23T09:10:00+01:00\n"
                "drift@alerts.example,se-ex-inc42-u1,2026-11-23T08:55:00+01:00");
    struct parsed parsed = parse_as(turned, NULL);

    (void)state;
    assert_string_equal("se-ex-inc42-u1", only_event(&parsed)->incident);
    parsed_clear(&parsed);
    free(turned);
    free(text);
}

/* An element changed, and the sentence that must come of it. */
struct fault_row {
    const char *from, *to, *field;
    size_t line;
    const char *problem;
};

static void
check_fault(const char *text, const struct fault_row *row)
{
    char *broken = changed(text, row->from, row->to);
    struct parsed parsed = parse_as(broken, NULL);
    bool found = false;
    struct buffer all = { 0 };

    faults_format(&parsed.faults, &all);
    assert_int_equal(0, parsed.events.count);
    for (size_t i = 0; i < parsed.faults.count; i++) {
        const struct fault *fault = &parsed.faults.items[i];

        found = found ||
                (strcmp(fault->field, row->field) == 0 && fault->line == row->line &&
                 strstr(fault->problem, row->problem) != NULL);
    }
    if (parsed.status == STATUS_OK || !found)
        fail_msg("%s -> %s: expected %s (line %zu): %s\nfound:\n%s", row->from, row->to,
                 row->field, row->line, row->problem, all.data == NULL ? "" : all.data);
    buffer_clear(&all);
    parsed_clear(&parsed);
    free(broken);
}

static void
test_faults(void **state)
{
    static const struct fault_row rows[] = {
        { "se-ex-inc42-u2</i", "se ex</i", "identifier", 3, "no blank, comma, < or &" },
        { "<sender>drift@alerts.example", "<sender>a,b", "sender", 4,
          "\"a,b\" is not" },
        { "<sent>2026-11-23T09:10:00+01:00", "<sent>2026-11-23T09:10:00Z", "sent", 5,
          "never Z (UTC is -00:00)" },
        { "<sent>2026-11-23T09:10:00+01:00", "<sent>2026-11-23T09:10:00.5+01:00",
          "sent", 5, "whole seconds" },
        { "<sent>2026-11-23T09:10:00+01:00", "<sent>2026-02-30T09:10:00+01:00", "sent",
          5, "is not a time" },
        { "<status>Actual", "<status>actual", "status", 6,
          "allowed are Actual, Exercise, System, Test or Draft" },
        { "<status>Actual", "<status>System", "status", 6, "is System" },
        { "<msgType>Update", "<msgType>Error", "msgType", 7, "is Error" },
        { "<scope>Public", "<scope>Restricted", "restriction", 2, "to whom" },
        { "<scope>Public", "<scope>Private", "addresses", 2, "to whom" },
        { "u1,2026-11-23T08:55:00+01:00", "u1", "references", 9,
          "sender,identifier,sent for each" },
        { "u1,2026-11-23T08:55:00+01:00", "u1,2026-11-23T09:55:00+01:00", "references",
          9, "later time" },
        { "inc42-u1,2026", "inc42-u2,2026", "references", 9, "is the message itself" },
        { "  <incidents>inc42</incidents>\n", "  <incident>inc42</incident>\n",
          "incident", 10, "is no element of <alert>" },
        { "<language>sv-SE", "<language>svenska språket", "info.language", 12,
          "a language tag such as sv" },
        { "<category>Infra</category>", "", "info.category", 11,
          "is missing in <info>" },
        { "<category>Infra</category>", "<category>Power</category>", "info.category",
          13, "allowed are Geo, Met," },
        { "<urgency>Immediate", "<urgency>Now", "info.urgency", 16, "allowed are" },
        { "<event>Strömavbrott</event>", "<event> </event>", "info.event", 14,
          "is not a text" },
        { "<urgency>Immediate</urgency>\n    <severity>Moderate</severity>",
          "<severity>Moderate</severity>\n    <urgency>Immediate</urgency>",
          "info.urgency", 17, "stands behind <severity>; it belongs before it" },
        { "<event>Strömavbrott</event>", "<event>a</event><event>b</event>",
          "info.event", 14, "stands more than once in <info>" },
        { "<expires>2026-11-23T15", "<expires>2026-11-23T08", "info.expires", 21,
          "is not later than the message's own sent" },
        { " 63.39,13.05</polygon>", "</polygon>", "info.area.polygon", 29,
          "the last one the same as the first" },
        { "63.39,13.12 63.42", "63.39,13.12;63.42", "info.area.polygon", 29,
          "latitude,longitude in degrees" },
        { "63.39,13.12 63.42", "163.39,13.12 63.42", "info.area.polygon", 29,
          "latitude,longitude in degrees" },
        { "<value>2321</value>", "", "info.area.geocode.value", 30,
          "is missing in <geocode>" },
        { "</geocode>", "</geocode><ceiling>100</ceiling>", "info.area.altitude", 27,
          "a ceiling needs it" },
        { "<areaDesc>Åre tätort</areaDesc>", "", "info.area.areaDesc", 27,
          "is missing in <area>" },
        { "<info>", "<info>text", "info", 11, "between elements" },
        { "<event>Strömavbrott", "<event><b/>Strömavbrott", "info.event", 14,
          "it is to hold text" },
        { "<event>", "<event xmlns=\"urn:x\">", "info.event", 14,
          "is no element of CAP 1.2" },
    };
    char *text = read_data("power.xml");

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        check_fault(text, &rows[i]);
    }
    free(text);
}

static void
test_every_fault_is_told(void **state)
{
    char *text = read_data("power.xml");
    char *one = changed(text, "<status>Actual", "<status>Real");
    char *two = changed(one, "<severity>Moderate", "<severity>Bad");
    char *three = changed(two, "<certainty>Observed</certainty>", "");
    struct parsed parsed = parse_as(three, NULL);

    (void)state;
    assert_int_equal(STATUS_REFUSED, parsed.status);
    assert_int_equal(3, parsed.faults.count);
    assert_int_equal(1, parsed.faults.items[0].event);
    parsed_clear(&parsed);
    free(three);
    free(two);
    free(one);
    free(text);
}

static void
check_refused(const char *text, enum status status, const char *problem)
{
    struct parsed parsed = parse_as(text, NULL);

    assert_int_equal(status, parsed.status);
    assert_int_equal(0, parsed.events.count);
    assert_int_equal(1, parsed.faults.count);
    if (strstr(parsed.faults.items[0].problem, problem) == NULL)
        fail_msg("\"%s\" is missing in: %s", problem, parsed.faults.items[0].problem);
    parsed_clear(&parsed);
}

static void
test_what_is_no_event(void **state)
{
    static const struct {
        const char *file;
        const char *problem;
    } rows[] = {
        { "version11.xml", "is CAP 1.1" },
        { "ack.xml", "is Ack: that a message was received is no event" },
        { "draft.xml", "is Draft: a draft is not to be acted on" },
        { "entities.xml", "has a document type" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *text = read_data(rows[i].file);

        check_refused(text, STATUS_REFUSED, rows[i].problem);
        free(text);
    }
}

static void
test_what_is_no_alert(void **state)
{
    char *text = read_data("power.xml");
    char *info = string_copy_n(text, (size_t)(strstr(text, "  <info>") - text));
    char *without = string_format("%s</alert>", info);
    struct buffer deep = { 0 }, large = { 0 };

    (void)state;
    check_refused("<a>", STATUS_REFUSED, "is <a> of namespace");
    check_refused("<alert xmlns=\"" CAP_NAMESPACE "\">", STATUS_INVALID,
                  "no element found");
    check_refused("<alert/>", STATUS_REFUSED, "is <alert> of namespace \"\"");
    check_refused("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><alert/>",
                  STATUS_REFUSED, "is declared as \"ISO-8859-1\"; CAP is UTF-8");
    check_refused("<alert xmlns=\"" CAP_NAMESPACE "x\"/>", STATUS_REFUSED,
                  "is CAP 1.2x");
    check_refused(without, STATUS_REFUSED, "nothing is said of the incident");
    for (size_t len = strlen(text); len > 20; len -= 7) {
        char *cut = string_copy_n(text, len - 4);
        struct parsed parsed = parse_as(cut, NULL);

        /* A half-written file is waited for: that it is cut off is what is told. */
        assert_int_equal(STATUS_INVALID, parsed.status);
        parsed_clear(&parsed);
        free(cut);
    }
    buffer_add(&deep, "<alert xmlns=\"" CAP_NAMESPACE "\">");
    for (int i = 0; i < 100000; i++)
        buffer_add(&deep, "<a>");
    deep.len = EVENT_MAX_BYTES - 10;
    deep.data[deep.len] = '\0';
    check_refused(deep.data, STATUS_LIMIT, "more than 16 levels");
    buffer_add(&large, text);
    while (large.len <= EVENT_MAX_BYTES)
        buffer_add(&large, "          ");
    check_refused(large.data, STATUS_LIMIT, "at most 262144 (256 KiB) are allowed");
    buffer_clear(&deep);
    buffer_clear(&large);
    free(without);
    free(info);
    free(text);
}

static void
test_utf16_and_marks(void **state)
{
    char *text = read_data("homeland.xml");
    struct buffer wide = { 0 };
    struct parsed parsed = { 0 };
    char *marked = string_format("\xEF\xBB\xBF\r\n%s", strchr(text, '\n') + 1);

    (void)state;
    buffer_append(&wide, "\xFF\xFE", 2);
    for (const char *c = text; *c != '\0'; c++) {
        buffer_add_char(&wide, *c);
        buffer_add_char(&wide, '\0');
    }
    parsed.status = events_parse(wide.data, wide.len, "cap", RECEIVED, &parsed.events,
                                 &parsed.faults);
    assert_string_equal("43b080713727", only_event(&parsed)->incident);
    parsed_clear(&parsed);
    parsed = parse_as(marked, NULL);
    assert_string_equal("43b080713727", only_event(&parsed)->incident);
    assert_true(events_look_like_xml(wide.data, wide.len));
    assert_true(events_look_like_xml(marked, strlen(marked)));
    assert_false(events_look_like_xml("{}", 2));
    assert_false(events_look_like_xml("", 0));
    parsed_clear(&parsed);
    free(marked);
    buffer_clear(&wide);
    free(text);
}

static void
check_status(const char *text, const char *from, const char *to,
             enum incident_status status)
{
    char *other = changed(text, from, to);
    struct parsed parsed = parse_as(other, NULL);

    assert_int_equal(status, only_event(&parsed)->facts.status);
    parsed_clear(&parsed);
    free(other);
}

static void
test_status(void **state)
{
    char *text = read_data("power.xml");

    (void)state;
    check_status(text, "<responseType>Monitor", "<responseType>AllClear",
                 INCIDENT_RESTORED);
    check_status(text, "<urgency>Immediate", "<urgency>Past", INCIDENT_RESTORED);
    check_status(text, "<msgType>Update", "<msgType>Cancel", INCIDENT_CANCELLED);
    check_status(text, "<certainty>Observed", "<certainty>Likely", INCIDENT_SUSPECTED);
    check_status(text, "<certainty>Observed", "<certainty>Unknown", INCIDENT_SUSPECTED);
    check_status(text, "<onset>2026-11-23T08:50", "<onset>2026-11-23T12:00",
                 INCIDENT_PLANNED);
    /* Of a storm to come nobody planned anything. */
    free(text);
    text = read_data("thunderstorm.xml");
    check_status(text, "    <expires>",
                 "    <onset>2003-06-17T15:30:00-07:00</onset>\n    <expires>",
                 INCIDENT_CONFIRMED);
    free(text);
}

static void
test_planned_work(void **state)
{
    char *text = read_data("power.xml");
    char *other = changed(text, "<onset>2026-11-23T08:50", "<onset>2026-11-23T12:00");
    struct parsed parsed = parse_as(other, NULL);
    const struct facts *facts = &only_event(&parsed)->facts;

    (void)state;
    assert_int_equal(moment("2026-11-23T12:00:00+01:00"), facts->planned.from_ms);
    assert_int_equal(moment("2026-11-23T15:10:00+01:00"), facts->planned.to_ms);
    assert_false(facts_has(facts, FIELD_STARTED_AT));
    parsed_clear(&parsed);
    free(other);
    free(text);
}

static void
test_modes_and_audiences(void **state)
{
    char *text = read_data("power.xml");
    char *drill = changed(text, "<status>Actual", "<status>Exercise");
    char *closed = changed(drill, "<scope>Public</scope>",
                           "<scope>Restricted</scope><restriction>crews</restriction>");
    struct parsed parsed = parse_as(closed, NULL);
    const struct facts *facts = &only_event(&parsed)->facts;

    (void)state;
    assert_int_equal(MODE_EXERCISE, facts->mode);
    assert_int_equal(AUDIENCE_STAFF, facts->audience);
    parsed_clear(&parsed);
    free(closed);
    free(drill);
    free(text);
}

static void
test_kinds(void **state)
{
    static const struct {
        const char *event;
        enum incident_kind kind;
    } rows[] = {
        { "Power Outage", KIND_POWER },
        { "STRÖMAVBROTT", KIND_POWER },
        { "water", KIND_WATER },
        { "Boil Water Advisory", KIND_WATER },
        { "Dricksvatten", KIND_WATER },
        { "911 Telephone Outage Emergency", KIND_TELECOM },
        { "High water", KIND_OTHER },
        { "Fault A7", KIND_GAS },
        { "fault a7", KIND_GAS },
        { "Heat", KIND_HEATING },
    };
    struct cap_kinds kinds = { .otherwise = KIND_OTHER };
    char *text = read_data("power.xml");

    (void)state;
    strings_add(&kinds.words, "Fault A7=gas");
    strings_add(&kinds.words, "HEAT=heating");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *other = changed(text, "<event>Strömavbrott", "<event>KIND");
        char *named = changed(other, "KIND", rows[i].event);
        struct parsed parsed = parse_as(named, &kinds);

        assert_int_equal(rows[i].kind, only_event(&parsed)->facts.kind);
        parsed_clear(&parsed);
        free(named);
        free(other);
    }
    kinds.otherwise = KIND_TRANSPORT;
    free(text);
    text = read_data("thunderstorm.xml");
    struct parsed parsed = parse_as(text, &kinds);
    assert_int_equal(KIND_TRANSPORT, only_event(&parsed)->facts.kind);
    parsed_clear(&parsed);
    strings_add(&kinds.words, "SVR=power"); /* by its code */
    parsed = parse_as(text, &kinds);
    assert_int_equal(KIND_POWER, only_event(&parsed)->facts.kind);
    parsed_clear(&parsed);
    cap_kinds_clear(&kinds);
    free(text);
}

static char *
geometry_with(const char *shapes)
{
    char *text = read_data("earthquake.xml");
    char *other = changed(text, "<circle>32.9525,-115.5527 0</circle>", shapes);
    struct parsed parsed = parse_as(other, NULL);
    char *geometry = string_copy(only_event(&parsed)->facts.places[0].geometry);

    parsed_clear(&parsed);
    free(other);
    free(text);
    return geometry;
}

static void
test_geometry(void **state)
{
    char *point = geometry_with("<circle>59.5,18 0</circle>");
    char *round = geometry_with("<circle>59.5,18 10</circle>");
    char *both = geometry_with("<polygon>1,2 1,3 2,3 1,2</polygon>"
                               "<circle>59.5,18 0</circle><circle>59.5,18 1</circle>");
    json_t *root = json_loads(round, 0, NULL);
    json_t *ring = json_array_get(json_object_get(root, "coordinates"), 0);
    json_t *first = json_array_get(ring, 0);

    (void)state;
    assert_string_equal("{\"type\":\"Point\",\"coordinates\":[18,59.5]}", point);
    assert_int_equal(33, json_array_size(ring));
    assert_true(json_equal(first, json_array_get(ring, 32)));
    /* Ten kilometres north. */
    assert_true(json_number_value(json_array_get(first, 1)) > 59.5895);
    assert_true(json_number_value(json_array_get(first, 1)) < 59.5905);
    assert_non_null(strstr(both, "MultiPolygon"));
    assert_non_null(strstr(both, "[[[[2,1],[3,1],[3,2],[2,1]]]"));
    json_decref(root);
    free(both);
    free(round);
    free(point);
}

static void
test_expired(void **state)
{
    char *text = read_data("thunderstorm.xml");
    struct parsed parsed = parse_as(text, NULL);

    (void)state;
    assert_non_null(strstr(only_event(&parsed)->warning,
                           "expires: 2003-06-17T23:00:00Z had passed"));
    parsed_clear(&parsed);
    free(text);
}

/* The same alert twice is a repeat; another one under its identifier is not. */
static void
test_digest(void **state)
{
    char *text = read_data("power.xml");
    char *spaced = changed(text, "  <info>", "\n\n    <info>");
    char *other = changed(text, "i Åre</headline>", "i Lund</headline>");
    struct parsed one = parse_as(text, NULL), two = parse_as(spaced, NULL),
                  three = parse_as(other, NULL);

    (void)state;
    assert_string_equal(only_event(&one)->digest, only_event(&two)->digest);
    assert_string_not_equal(only_event(&one)->digest, only_event(&three)->digest);
    parsed_clear(&one);
    parsed_clear(&two);
    parsed_clear(&three);
    free(other);
    free(spaced);
    free(text);
}

static void
test_long_texts(void **state)
{
    char *text = read_data("power.xml");
    struct buffer words = { 0 };

    (void)state;
    for (int i = 0; i < 300; i++)
        buffer_add(&words, "Åska. ö\t");
    char *other =
        changed(text, "Cirka 800 kunder saknar el. Felsökning pågår.", words.data);
    struct parsed parsed = parse_as(other, NULL);
    /* The description has no room; the instruction has. */
    assert_string_equal("Strömavbrott i Åre\nRör inte nedfallna ledningar.",
                        localized_find(&only_event(&parsed)->facts.note, "sv"));
    parsed_clear(&parsed);
    buffer_clear(&words);
    free(other);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_outage),
        cmocka_unit_test(test_alerts_of_others),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_a_cancel),
        cmocka_unit_test(test_oldest_reference_in_any_order),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_every_fault_is_told),
        cmocka_unit_test(test_what_is_no_event),
        cmocka_unit_test(test_what_is_no_alert),
        cmocka_unit_test(test_utf16_and_marks),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_planned_work),
        cmocka_unit_test(test_modes_and_audiences),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_geometry),
        cmocka_unit_test(test_expired),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
