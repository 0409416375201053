/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the store writes is read back exactly, field by field; what is damaged is said
 * to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/record.h"
#include "model/danger.h"

#include "facts_fixture.h"

#include <stdlib.h>
#include <string.h>

static void
assert_facts_equal(const struct facts *a, const struct facts *b)
{
    int field;

    assert_int_equal(a->has, b->has);
    for (field = 0; field < FIELD_COUNT; field++) {
        if (!facts_field_equal(a, b, (enum event_field)field))
            fail_msg("%s differs", name_of(&field_names, field));
    }
}

static void
assert_stamp_equal(const struct stamp *a, const struct stamp *b)
{
    assert_int_equal(a->named, b->named);
    assert_int_equal(a->has_revision, b->has_revision);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->at_ms, b->at_ms);
    assert_int_equal(a->receipt, b->receipt);
}

static void
fill_incident(struct incident *incident)
{
    int field;

    incident->exists = true;
    fill_facts(&incident->facts);
    for (field = 0; field < FIELD_COUNT; field += 2)
        incident->stamps[field] = (struct stamp){ .named = true,
                                                  .has_revision = field % 4 == 0,
                                                  .revision = 100 + field,
                                                  .at_ms = 200 + field,
                                                  .receipt = 300 + field };
    incident->newest = (struct stamp){ true, true, 9007199254740992, -5, INT64_MAX };
    incident->said = (struct said){ .anything = true,
                                    .status = INCIDENT_CONFIRMED,
                                    .etr_at_ms = TIME_NONE,
                                    .cause = true,
                                    .planned_from_ms = 11,
                                    .planned_to_ms = 12,
                                    .planned_stage = NOTICE_PLANNED_1D };
    incident->withheld.note = true;
    incident->withheld.asked = true;
    strings_add(&incident->withheld.advice, "boil_water");
    incident->sequence = 13;
    incident->merged_into_row = 14;
    incident->created_at_ms = 15;
    incident->updated_at_ms = 16;
    incident->exists_since_ms = 17;
    incident->closed_at_ms = TIME_NONE;
    incident->next_check_ms = TIME_NEVER;
    incident->confirmed_at_ms = 18;
    incident->said.lapses = 2;
    incident->said.danger = 3;
    incident->said.rights = true;
}

static void
assert_incident_equal(const struct incident *a, const struct incident *b)
{
    int field;

    assert_int_equal(a->exists, b->exists);
    assert_facts_equal(&a->facts, &b->facts);
    assert_int_equal(a->withheld.note, b->withheld.note);
    assert_int_equal(a->withheld.asked, b->withheld.asked);
    assert_true(strings_equal(&a->withheld.advice, &b->withheld.advice));
    for (field = 0; field < FIELD_COUNT; field++)
        assert_stamp_equal(&a->stamps[field], &b->stamps[field]);
    assert_stamp_equal(&a->newest, &b->newest);
    assert_int_equal(a->said.anything, b->said.anything);
    assert_int_equal(a->said.status, b->said.status);
    assert_int_equal(a->said.etr_at_ms, b->said.etr_at_ms);
    assert_int_equal(a->said.cause, b->said.cause);
    assert_int_equal(a->said.planned_from_ms, b->said.planned_from_ms);
    assert_int_equal(a->said.planned_to_ms, b->said.planned_to_ms);
    assert_int_equal(a->said.planned_stage, b->said.planned_stage);
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->merged_into_row, b->merged_into_row);
    assert_int_equal(a->created_at_ms, b->created_at_ms);
    assert_int_equal(a->updated_at_ms, b->updated_at_ms);
    assert_int_equal(a->exists_since_ms, b->exists_since_ms);
    assert_int_equal(a->closed_at_ms, b->closed_at_ms);
    assert_int_equal(a->next_check_ms, b->next_check_ms);
    assert_int_equal(a->confirmed_at_ms, b->confirmed_at_ms);
    assert_int_equal(a->said.lapses, b->said.lapses);
    assert_int_equal(a->said.danger, b->said.danger);
    assert_int_equal(a->said.rights, b->said.rights);
}

static void
test_incident_is_read_back(void **state)
{
    struct incident incident = { 0 };
    struct incident back = { .row = 7, .id = "i_abc" };
    char *text;

    (void)state;
    fill_incident(&incident);
    text = incident_record_format(&incident);
    assert_int_equal(incident_record_parse(text, &back, NULL), STATUS_OK);
    assert_incident_equal(&incident, &back);
    /* The places by hand: a comparison that was wrong would hide a loss. */
    assert_string_equal(back.facts.places[0].geometry,
                        incident.facts.places[0].geometry);
    assert_string_equal(back.facts.places[1].name, "Ella \"park\"\nnorr");
    assert_null(back.facts.places[1].code);
    assert_string_equal(back.facts.note.languages.items[0], "");
    /* Columns are not the record's. */
    assert_int_equal(back.row, 7);
    assert_string_equal(back.id, "i_abc");
    assert_null(back.source);
    free(text);
    incident_clear(&incident);
    incident_clear(&back);
}

static void
test_each_field_alone_is_read_back(void **state)
{
    int field;

    (void)state;
    for (field = 0; field < FIELD_COUNT; field++) {
        struct facts all = { 0 };
        struct incident incident = { 0 };
        struct incident back = { 0 };
        char *text;

        fill_facts(&all);
        facts_copy_field(&incident.facts, &all, (enum event_field)field);
        text = incident_record_format(&incident);
        assert_int_equal(incident_record_parse(text, &back, NULL), STATUS_OK);
        assert_int_equal(back.facts.has, FIELD_BIT(field));
        assert_incident_equal(&incident, &back);
        free(text);
        facts_clear(&all);
        incident_clear(&incident);
        incident_clear(&back);
    }
}

static void
test_empty_incident_is_read_back(void **state)
{
    struct incident incident = { 0 };
    struct incident back = { 0 };
    char *text = incident_record_format(&incident);

    (void)state;
    fill_incident(&back); /* what was there before is gone */
    assert_int_equal(incident_record_parse(text, &back, NULL), STATUS_OK);
    assert_incident_equal(&incident, &back);
    free(text);
    incident_clear(&back);
}

static void
test_message_is_read_back(void **state)
{
    struct message message = { .revision = -1,
                               .at_ms = 1,
                               .updated_at_ms = 2,
                               .old_etr_at_ms = TIME_NONE,
                               .old_planned_from_ms = 3,
                               .old_planned_to_ms = 4,
                               .next_word_at_ms = 5,
                               .merged_into_id = "i_other" };
    struct message back = { .sequence = 8 };
    char *text;

    (void)state;
    fill_facts(&message.facts);
    text = message_record_format(&message);
    assert_int_equal(message_record_parse(text, &back, NULL), STATUS_OK);
    assert_facts_equal(&message.facts, &back.facts);
    assert_int_equal(back.revision, -1);
    assert_int_equal(back.at_ms, 1);
    assert_int_equal(back.updated_at_ms, 2);
    assert_int_equal(back.old_etr_at_ms, TIME_NONE);
    assert_int_equal(back.old_planned_from_ms, 3);
    assert_int_equal(back.old_planned_to_ms, 4);
    assert_int_equal(back.next_word_at_ms, 5);
    assert_string_equal(back.merged_into_id, "i_other");
    assert_int_equal(back.sequence, 8);
    free(text);
    message_clear(&message);
    message_clear(&back);
}

/* Puts other in the place of part, which must be in text; the caller frees. */
static char *
replaced(const char *text, const char *part, const char *other)
{
    const char *at = strstr(text, part);

    assert_non_null(at);
    return string_format("%.*s%s%s", (int)(at - text), text, other, at + strlen(part));
}

static void
test_alarm_is_read_back(void **state)
{
    struct message message = { .notice = NOTICE_ALARM_OVER,
                               .alarm = { .kind = ALARM_SPOOL,
                                          .subject = string_copy("oms"),
                                          .cause = string_copy("gone \"now\""),
                                          .raised_at_ms = 1,
                                          .told_at_ms = 2,
                                          .times = 3,
                                          .counted = 4,
                                          .waiting = 5 } };
    struct message back = { 0 };
    struct error error = { "" };
    char *text = message_record_format(&message);
    char *damaged = replaced(text, "\"spool\"", "\"pool\"");

    (void)state;
    assert_int_equal(message_record_parse(text, &back, &error), STATUS_OK);
    assert_int_equal(back.alarm.kind, ALARM_SPOOL);
    assert_string_equal(back.alarm.subject, "oms");
    assert_string_equal(back.alarm.cause, "gone \"now\"");
    assert_int_equal(back.alarm.raised_at_ms, 1);
    assert_int_equal(back.alarm.told_at_ms, 2);
    assert_int_equal(back.alarm.times, 3);
    assert_int_equal(back.alarm.counted, 4);
    assert_int_equal(back.alarm.waiting, 5);
    message_clear(&back);
    assert_int_equal(message_record_parse(damaged, &back, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "alarm"));
    message_clear(&back);
    message_clear(&message);
    free(damaged);
    free(text);
}

static void
test_damage_is_found(void **state)
{
    static const struct {
        const char *part, *other, *said;
    } damages[] = {
        { "{", "", "damaged" },
        { "\"exists\":true", "\"exists\":1", "exists" },
        { "\"sequence\":13", "\"sequence\":\"13\"", "sequence" },
        { "\"closed_at\":", "\"gone\":", "closed_at" },
        { "\"receipt\":", "\"recept\":", "receipt" },
        { "\"stamps\":{", "\"stamp\":{", "stamps" },
        { "\"said\":{", "\"say\":{", "anything" },
        { "\"planned_1d\"", "\"planned_2d\"", "planned_stage" },
        { "\"facts\":{", "\"fact\":{", "facts" },
        { "\"heating\"", "\"cooling\"", "facts.kind" },
        { "\"area\"", "\"hunch\"", "facts.etr" },
        { "[\"sv\",", "[", "facts.etr" },
        { "\"customers_affected\":1432", "\"customers_affected\":null",
          "facts.customers_affected" },
        { "\"premises\":[", "\"premises\":[7,", "facts.premises" },
        { "\"name\":\"Täby kyrkby\"", "\"name\":7", "facts.places" },
    };
    struct incident incident = { 0 };
    char *text;
    size_t i;

    (void)state;
    fill_incident(&incident);
    text = incident_record_format(&incident);
    for (i = 0; i < ARRAY_COUNT(damages); i++) {
        char *damaged = replaced(text, damages[i].part, damages[i].other);
        struct incident back = { 0 };
        struct error error = { "" };

        assert_int_equal(incident_record_parse(damaged, &back, &error), STATUS_INVALID);
        if (strstr(error.text, damages[i].said) == NULL)
            fail_msg("\"%s\" does not say %s", error.text, damages[i].said);
        free(damaged);
        incident_clear(&back);
    }
    free(text);
    incident_clear(&incident);
}

static void
test_damaged_message_is_found(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        { "", "damaged" },
        { "[]", "revision" },
        { "{\"revision\":1,\"at\":1,\"updated_at\":1,\"old_etr_at\":1,"
          "\"old_planned_from\":1,\"old_planned_to\":1,\"next_word_at\":1,"
          "\"merged_into_id\":\"1234567890123456789012345678901234567890\","
          "\"facts\":{}}",
          "merged_into_id" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_COUNT(cases); i++) {
        struct message back = { 0 };
        struct error error = { "" };

        assert_int_equal(message_record_parse(cases[i].text, &back, &error),
                         STATUS_INVALID);
        assert_non_null(strstr(error.text, cases[i].said));
    }
}

/* The record without the member, as an earlier version wrote it. */
static char *
without(const char *record, const char *member)
{
    const char *at = strstr(record, member);

    assert_non_null(at);
    return string_format("%.*s%s", (int)(at - record), record, at + strlen(member));
}

/* An earlier version said such advice with every notice, but not before planned work. */
static void
test_danger_of_an_earlier_version(void **state)
{
    static const struct {
        enum incident_status status;
        int64_t danger;
    } cases[] = {
        { INCIDENT_CONFIRMED, DANGER_BIT(DANGER_BOIL_WATER) },
        { INCIDENT_RESTORED, DANGER_BIT(DANGER_BOIL_WATER) },
        { INCIDENT_PLANNED, 0 },
        { INCIDENT_CANCELLED, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct incident incident = { .exists = true };
        struct incident back = { 0 };
        struct error error = { 0 };
        char *record, *old;

        incident.facts.has =
            FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) | FIELD_BIT(FIELD_ADVICE);
        incident.facts.kind = KIND_WATER;
        incident.facts.status = cases[i].status;
        strings_add(&incident.facts.advice, "boil_water");
        incident.said.anything = true;
        incident.said.danger = 77;
        record = incident_record_format(&incident);
        old = without(record, ",\"danger\":77");
        if (incident_record_parse(old, &back, &error) != STATUS_OK) {
            fail_msg("%s: %s", error.text, old);
        }
        assert_int_equal(back.said.danger, cases[i].danger);
        assert_int_equal(back.confirmed_at_ms, incident.confirmed_at_ms);
        free(old);
        free(record);
        incident_clear(&back);
        incident_clear(&incident);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incident_is_read_back),
        cmocka_unit_test(test_each_field_alone_is_read_back),
        cmocka_unit_test(test_empty_incident_is_read_back),
        cmocka_unit_test(test_message_is_read_back),
        cmocka_unit_test(test_alarm_is_read_back),
        cmocka_unit_test(test_damage_is_found),
        cmocka_unit_test(test_damaged_message_is_found),
        cmocka_unit_test(test_danger_of_an_earlier_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
