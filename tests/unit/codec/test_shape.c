/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What others read of incidents, messages, texts and faults, as whole documents.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/shape.h"

#include "facts_fixture.h"

#include <stdlib.h>
#include <string.h>

#define ALL_FACTS                                                                        \
    "\"mode\":\"exercise\",\"kind\":\"heating\",\"status\":\"partly_restored\","         \
    "\"severity\":\"moderate\",\"places\":[{\"name\":\"Täby kyrkby\","                  \
    "\"code\":\"0160-03\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"             \
    "[18.5,59.25]}},{\"name\":\"Ella \\\"park\\\"\\nnorr\"}],"                           \
    "\"customers_affected\":1432,\"customers_restored\":0,"                              \
    "\"started_at\":\"2026-11-23T12:48:00Z\","                                           \
    "\"ended_at\":\"2026-11-23T12:48:00.001Z\","                                         \
    "\"etr\":{\"at\":\"2026-11-23T16:30:00Z\",\"basis\":\"area\",\"reason\":"            \
    "{\"sv\":\"ledningen är längre\",\"en\":\"the line is longer\"}},"                 \
    "\"planned\":{\"from\":\"2026-11-24T06:00:00Z\",\"to\":\"2026-11-24T07:00:00Z\","    \
    "\"work\":\"byte av kabel\"},"                                                       \
    "\"cause\":{\"code\":\"digging\",\"text\":{\"nb-NO\":\"graving\"}},"                 \
    "\"crew\":\"en_route\",\"advice\":[\"stay_away_from_lines\"],"                       \
    "\"note\":\"Vi gör vad vi kan.\\n😀\",\"next_word_at\":\"2026-11-23T15:00:00Z\"," \
    "\"audience\":\"staff\""

/* Takes the shape. */
static void
assert_shape(json_t *shape, const char *expected)
{
    char *text = json_dumps(shape, JSON_COMPACT | JSON_ENCODE_ANY);

    assert_string_equal(text, expected);
    free(text);
    json_decref(shape);
}

static void
test_all_public_facts(void **state)
{
    struct facts facts = { 0 };

    (void)state;
    fill_facts(&facts);
    assert_shape(facts_shape(&facts), "{" ALL_FACTS "}");
    facts_clear(&facts);
}

static void
test_cleared_facts_are_absent(void **state)
{
    struct facts facts = { 0 };

    (void)state;
    fill_facts(&facts);
    facts.has = FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_CAUSE);
    facts.etr.basis = ETR_BASIS_NONE;
    localized_clear(&facts.etr.reason);
    localized_clear(&facts.cause.text);
    assert_shape(facts_shape(&facts), "{\"etr\":{\"at\":\"2026-11-23T16:30:00Z\"},"
                                      "\"cause\":{\"code\":\"digging\"}}");
    facts.has = 0;
    assert_shape(facts_shape(&facts), "{}");
    facts_clear(&facts);
}

static void
test_incident(void **state)
{
    struct incident incident = { .id = "i_abc", .sequence = 3 };

    (void)state;
    incident.source = string_copy("oms");
    incident.incident = string_copy("OMS-77120");
    incident.updated_at_ms = INT64_C(1795439100000);
    incident.closed_at_ms = TIME_NONE;
    fill_facts(&incident.facts);
    incident.newest = (struct stamp){ true, true, 12, INT64_C(1795438080000), 99 };
    assert_shape(incident_shape(&incident, "i_other"),
                 "{\"id\":\"i_abc\",\"source\":\"oms\",\"incident\":\"OMS-77120\","
                 "\"sequence\":3,\"updated_at\":\"2026-11-23T13:05:00Z\","
                 "\"revision\":12,\"at\":\"2026-11-23T12:48:00Z\","
                 "\"merged_into\":\"i_other\"," ALL_FACTS "}");
    incident.facts.has = 0;
    incident.newest.has_revision = false;
    assert_shape(incident_shape(&incident, NULL),
                 "{\"id\":\"i_abc\",\"source\":\"oms\",\"incident\":\"OMS-77120\","
                 "\"sequence\":3,\"updated_at\":\"2026-11-23T13:05:00Z\","
                 "\"at\":\"2026-11-23T12:48:00Z\"}");
    incident_clear(&incident);
}

static void
test_message(void **state)
{
    struct message message = { .id = "m_1",
                               .incident_id = "i_abc",
                               .sequence = 2,
                               .notice = NOTICE_MERGED,
                               .revision = -1,
                               .at_ms = INT64_C(1795438080000),
                               .updated_at_ms = INT64_C(1795439100000),
                               .written_at_ms = INT64_C(1795439101000),
                               .next_word_at_ms = TIME_NONE,
                               .merged_into_id = "i_other" };

    (void)state;
    message.source = string_copy("oms");
    message.incident = string_copy("A1");
    assert_shape(message_shape(&message),
                 "{\"message\":\"m_1\",\"incident\":\"i_abc\",\"sequence\":2,"
                 "\"notice\":\"merged\",\"written_at\":\"2026-11-23T13:05:01Z\"}");
    assert_shape(message_incident_shape(&message),
                 "{\"id\":\"i_abc\",\"source\":\"oms\",\"incident\":\"A1\","
                 "\"sequence\":2,\"updated_at\":\"2026-11-23T13:05:00Z\","
                 "\"at\":\"2026-11-23T12:48:00Z\",\"merged_into\":\"i_other\"}");
    message.next_word_at_ms = INT64_C(1795446000000);
    message.notice = NOTICE_FIRST;
    message.merged_into_id[0] = '\0';
    message.revision = 0;
    assert_shape(message_shape(&message),
                 "{\"message\":\"m_1\",\"incident\":\"i_abc\",\"sequence\":2,"
                 "\"notice\":\"first\",\"written_at\":\"2026-11-23T13:05:01Z\","
                 "\"next_word_at\":\"2026-11-23T15:00:00Z\"}");
    assert_shape(message_incident_shape(&message),
                 "{\"id\":\"i_abc\",\"source\":\"oms\",\"incident\":\"A1\","
                 "\"sequence\":2,\"updated_at\":\"2026-11-23T13:05:00Z\","
                 "\"revision\":0,\"at\":\"2026-11-23T12:48:00Z\"}");
    message_clear(&message);
}

static void
test_texts(void **state)
{
    struct text_set sets[2] = {
        { string_copy("sv"), string_copy("Avbrott"), string_copy("kort"),
          string_copy("lång\n\ntext") },
        { string_copy("en"), string_copy("Outage"), string_copy("short"),
          /* Bytes that are no UTF-8 are shown, not dropped. */
          string_copy("bad \xff") },
    };
    struct texts texts = { memory_copy(sets, sizeof(sets)), 2 };

    (void)state;
    assert_shape(texts_shape(&texts),
                 "{\"sv\":{\"title\":\"Avbrott\",\"short\":\"kort\",\"long\":\"lång\\n"
                 "\\ntext\"},\"en\":{\"title\":\"Outage\",\"short\":\"short\",\"long\":"
                 "\"bad \\\\xFF\"}}");
    texts_clear(&texts);
}

static void
test_faults(void **state)
{
    struct faults faults = { 0 };

    (void)state;
    faults_add(&faults, 3, 4, "etr.at", "\"%s\" is wrong", "x");
    faults_add(&faults, 0, 0, "", "the text is empty");
    assert_shape(
        faults_shape(&faults),
        "[{\"event\":3,\"line\":4,\"field\":\"etr.at\",\"problem\":\"\\\"x\\\" "
        "is wrong\"},{\"field\":\"\",\"problem\":\"the text is empty\"}]");
    faults.dropped = 5;
    faults_clear(&faults);
    faults.dropped = 5;
    assert_shape(faults_shape(&faults),
                 "[{\"field\":\"\",\"problem\":\"and 5 more faults\"}]");
}

static void
test_times(void **state)
{
    (void)state;
    assert_null(time_shape(TIME_NONE));
    assert_null(time_shape(TIME_NEVER));
    assert_shape(time_shape(0), "\"1970-01-01T00:00:00Z\"");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_public_facts),
        cmocka_unit_test(test_cleared_facts_are_absent),
        cmocka_unit_test(test_incident),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
