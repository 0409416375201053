/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What one Budkavle writes as an alert another reads as the same facts, field by field,
 * and what was cleared is cleared.
 */
#include "test_cap_fixture.h"

#include "codec/event_json.h"

#define EVENT                                                                           \
    "{\"incident\":\"O-1\",\"kind\":\"water\",\"status\":\"partly_restored\","          \
    "\"severity\":\"severe\",\"places\":["                                              \
    "{\"name\":\"Täby kyrkby\",\"code\":\"0160-03\",\"geometry\":{\"type\":\"Point\"," \
    "\"coordinates\":[18.07,59.45]}},"                                                  \
    "{\"name\":\"Gribbylund\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"      \
    "[[[18,59.5],[18.25,59.5],[18.25,59.75],[18,59.5]]]}},"                             \
    "{\"name\":\"Öar\",\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":"       \
    "[[[[1.5,2],[3,2],[3,4],[1.5,2]]],[[[5,6],[7,6],[7,8],[5,6]]]]}},"                  \
    "{\"name\":\"Okänd by\"}],\"premises\":[\"secret-1\"],"                            \
    "\"customers_affected\":1432,\"customers_restored\":400,"                           \
    "\"started_at\":\"2026-11-23T12:48:00Z\",\"ended_at\":\"2026-11-23T12:58:00Z\","    \
    "\"etr\":{\"at\":\"2026-11-23T16:30:00Z\",\"basis\":\"crew\","                      \
    "\"reason\":{\"sv\":\"Ny skada.\",\"en\":\"New damage.\"}},"                        \
    "\"planned\":{\"from\":\"2026-11-24T08:00:00Z\",\"to\":\"2026-11-24T09:00:00Z\","   \
    "\"work\":{\"sv\":\"Byte av ventil\",\"en\":\"A new valve\"}},"                     \
    "\"cause\":{\"code\":\"pipe_burst\",\"text\":{\"sv\":\"Ett rör.\","                \
    "\"en\":\"A pipe.\"}},\"crew\":\"on_site\","                                        \
    "\"advice\":[\"boil_water\",\"save_water\"],"                                       \
    "\"note\":{\"sv\":\"Vi & ni <alla>\",\"en\":\"We all\"},"                           \
    "\"next_word_at\":\"2026-11-23T15:00:00Z\",\"audience\":\"public\"}"

static struct events
read_events(const char *text)
{
    struct events events = { 0 };
    struct faults faults = { 0 };
    struct buffer all = { 0 };

    if (events_parse(text, strlen(text), "in", moment("2026-11-23T14:00:00Z"), &events,
                     &faults) != STATUS_OK) {
        faults_format(&faults, &all);
        fail_msg("refused: %s\n%s", all.data, text);
    }
    assert_int_equal(1, events.count);
    return events;
}

/* The facts as an alert, and read again. */
static struct events
there_and_back(const struct facts *facts)
{
    struct cap_site cap;
    struct page_incident *item;
    struct events events;

    cap_site_init(&cap);
    item = add_incident(&cap.site, "i_1", NULL, 0);
    facts_copy(&item->incident.facts, facts);
    say(item, NOTICE_FIRST, "2026-11-23T13:05:00Z");
    cap_due(&cap, item, 1);
    cap_render(&cap);
    assert_lacks(alert_of(&cap, item, 0), "secret-1");
    events = read_events(alert_of(&cap, item, 0));
    site_clear(&cap.site);
    return events;
}

static void
check_same(const struct facts *before, const struct facts *after)
{
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (field == FIELD_PREMISES || field == FIELD_MERGE_INTO || field == FIELD_MODE)
            continue;
        if (!facts_field_equal(before, after, (enum event_field)field))
            fail_msg("%s is another one", field_names.items[field]);
    }
}

static void
test_every_field(void **state)
{
    struct events out = read_events(EVENT);
    struct events in = there_and_back(&out.items[0].facts);
    const struct event *event = &in.items[0];

    (void)state;
    assert_string_equal("i_1", event->incident);
    assert_string_equal("m_i_1_1", event->event_id);
    assert_int_equal(moment("2026-11-23T13:05:00Z"), event->at_ms);
    assert_int_equal(MODE_ACTUAL, event->facts.mode);
    check_same(&out.items[0].facts, &event->facts);
    events_clear(&out);
    events_clear(&in);
}

/* An alert of ours is the whole picture: what it does not say is named, and cleared. */
static void
test_what_is_not_there_is_cleared(void **state)
{
    struct events out =
        read_events("{\"incident\":\"O-1\",\"kind\":\"power\",\"status\":\"confirmed\","
                    "\"severity\":\"unknown\",\"audience\":\"public\"}");
    struct events in = there_and_back(&out.items[0].facts);
    const struct event *event = &in.items[0];

    (void)state;
    check_same(&out.items[0].facts, &event->facts);
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (field != FIELD_PREMISES)
            assert_true(event->named & FIELD_BIT(field));
    }
    events_clear(&out);
    events_clear(&in);
}

static void
test_every_status(void **state)
{
    (void)state;
    for (int status = 0; status < INCIDENT_STATUS_COUNT; status++) {
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            struct events out = read_events(
                "{\"incident\":\"O-1\",\"kind\":\"power\",\"status\":\"confirmed\","
                "\"severity\":\"unknown\",\"audience\":\"public\",\"note\":\"Ett ord\"}");
            struct facts *facts = &out.items[0].facts;
            struct events in;

            facts->status = (enum incident_status)status;
            facts->kind = (enum incident_kind)kind;
            in = there_and_back(facts);
            check_same(facts, &in.items[0].facts);
            events_clear(&out);
            events_clear(&in);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field),
        cmocka_unit_test(test_what_is_not_there_is_cleared),
        cmocka_unit_test(test_every_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
