/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Facts field by field: copying, comparing, clearing; localized texts; lists of events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/event.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void
add_place(struct facts *facts, const char *name, const char *code)
{
    facts->places =
        memory_resize(facts->places, facts->n_places + 1, sizeof(*facts->places));
    facts->places[facts->n_places++] =
        (struct place){ .name = string_copy(name), .code = string_copy(code) };
}

/* Every field has a value of its own. */
static void
fill(struct facts *facts)
{
    *facts = (struct facts){ 0 };
    facts->has = (UINT32_C(1) << FIELD_COUNT) - 1;
    facts->mode = MODE_TEST;
    facts->kind = KIND_GAS;
    facts->status = INCIDENT_RESTORED;
    facts->severity = SEVERITY_MINOR;
    facts->crew = CREW_ON_SITE;
    facts->audience = AUDIENCE_STAFF;
    add_place(facts, "Täby kyrkby", "0160-03");
    add_place(facts, "Vallentuna", NULL);
    facts->places[1].geometry = string_copy("{\"type\":\"Point\"}");
    strings_add(&facts->premises, "735999");
    facts->customers_affected = 1432;
    facts->customers_restored = 7;
    facts->started_at_ms = 1001;
    facts->ended_at_ms = 1002;
    facts->next_word_at_ms = 1003;
    facts->etr.at_ms = 1004;
    facts->etr.basis = ETR_BASIS_CREW;
    localized_add(&facts->etr.reason, "sv", "mer skador");
    facts->planned.from_ms = 1005;
    facts->planned.to_ms = 1006;
    localized_add(&facts->planned.work, "", "new cable");
    facts->cause.code = CAUSE_OTHER;
    localized_add(&facts->cause.text, "en", "a balloon");
    strings_add(&facts->advice, "boil_water");
    localized_add(&facts->note, "sv", "Hej");
    localized_add(&facts->note, "en", "Hello");
    facts->merge_into = string_copy("OMS-1");
}

/* Changes the value of one field. */
static void
change(struct facts *facts, enum event_field field)
{
    switch (field) {
    case FIELD_MODE:
        facts->mode = MODE_ACTUAL;
        break;
    case FIELD_KIND:
        facts->kind = KIND_WATER;
        break;
    case FIELD_STATUS:
        facts->status = INCIDENT_CONFIRMED;
        break;
    case FIELD_SEVERITY:
        facts->severity = SEVERITY_SEVERE;
        break;
    case FIELD_PLACES:
        string_replace(&facts->places[1].code, "x");
        break;
    case FIELD_PREMISES:
        strings_add(&facts->premises, "736");
        break;
    case FIELD_CUSTOMERS_AFFECTED:
        facts->customers_affected++;
        break;
    case FIELD_CUSTOMERS_RESTORED:
        facts->customers_restored++;
        break;
    case FIELD_STARTED_AT:
        facts->started_at_ms++;
        break;
    case FIELD_ENDED_AT:
        facts->ended_at_ms++;
        break;
    case FIELD_ETR:
        localized_add(&facts->etr.reason, "en", "more damage");
        break;
    case FIELD_PLANNED:
        facts->planned.to_ms++;
        break;
    case FIELD_CAUSE:
        string_replace(&facts->cause.text.texts.items[0], "a kite");
        break;
    case FIELD_CREW:
        facts->crew = CREW_DONE;
        break;
    case FIELD_ADVICE:
        strings_add(&facts->advice, "stay_away_from_lines");
        break;
    case FIELD_NOTE:
        string_replace(&facts->note.languages.items[0], "fi");
        break;
    case FIELD_NEXT_WORD_AT:
        facts->next_word_at_ms++;
        break;
    case FIELD_AUDIENCE:
        facts->audience = AUDIENCE_PUBLIC;
        break;
    case FIELD_MERGE_INTO:
        string_replace(&facts->merge_into, "OMS-2");
        break;
    case FIELD_COUNT:
        fail();
        break;
    }
}

/* The fields in which two differ, as a set. */
static uint32_t
difference(const struct facts *a, const struct facts *b)
{
    uint32_t set = 0;

    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!facts_field_equal(a, b, (enum event_field)i)) {
            set |= FIELD_BIT(i);
        }
    }
    return set;
}

static void
test_each_field_is_copied_and_compared_alone(void **state)
{
    (void)state;
    for (int i = 0; i < FIELD_COUNT; i++) {
        enum event_field field = (enum event_field)i;
        struct facts a;
        struct facts b;

        fill(&a);
        fill(&b);
        assert_int_equal(difference(&a, &b), 0);
        change(&b, field);
        assert_int_equal(difference(&a, &b), FIELD_BIT(i));
        facts_copy_field(&a, &b, field);
        assert_int_equal(difference(&a, &b), 0);

        b.has &= ~FIELD_BIT(i);
        assert_int_equal(difference(&a, &b), FIELD_BIT(i));
        facts_copy_field(&a, &b, field);
        assert_false(facts_has(&a, field));
        assert_int_equal(difference(&a, &b), 0);
        facts_clear(&a);
        facts_clear(&b);
    }
}

static void
test_a_copy_is_deep(void **state)
{
    struct facts a;
    struct facts b;

    (void)state;
    fill(&a);
    fill(&b);
    change(&b, FIELD_ADVICE);
    facts_copy(&b, &a);
    facts_copy(&b, &b);
    assert_int_equal(difference(&a, &b), 0);
    facts_clear(&a);
    assert_int_equal(a.has, 0);
    assert_string_equal(b.places[0].name, "Täby kyrkby");
    assert_string_equal(b.places[0].code, "0160-03");
    assert_string_equal(b.places[1].geometry, "{\"type\":\"Point\"}");
    assert_string_equal(localized_find(&b.note, "en"), "Hello");
    assert_string_equal(b.merge_into, "OMS-1");
    facts_copy(&b, &a);
    assert_int_equal(b.has, 0);
    assert_null(b.merge_into);
    facts_clear(&b);
}

static void
test_clear_leaves_zeros(void **state)
{
    static const struct facts zero;
    struct facts facts;

    (void)state;
    fill(&facts);
    facts_clear(&facts);
    facts_clear(&facts);
    assert_int_equal(facts.n_places, zero.n_places);
    assert_null(facts.places);
    assert_int_equal(facts.etr.at_ms, 0);
    assert_int_equal(facts.customers_affected, 0);
    assert_int_equal(facts.note.texts.count, 0);
}

static void
test_which_language_is_found(void **state)
{
    struct localized text = { 0 };
    struct localized other = { 0 };

    (void)state;
    assert_null(localized_find(&text, "sv"));
    localized_add(&text, "sv", "Hej");
    assert_string_equal(localized_find(&text, "en"), "Hej");
    localized_add(&text, "", "Plain");
    assert_string_equal(localized_find(&text, "en"), "Plain");
    localized_add(&text, "en", "Hello");
    assert_string_equal(localized_find(&text, "en"), "Hello");
    assert_string_equal(localized_find(&text, NULL), "Plain");
    assert_string_equal(localized_find(&text, "en-GB"), "Hello");
    assert_string_equal(localized_find(&text, "en-Latn-GB"), "Hello");
    assert_string_equal(localized_find(&text, "nb-NO"), "Plain");

    localized_add(&other, "en", "Hello");
    localized_add(&other, "", "Plain");
    assert_false(localized_equal(&text, &other));
    localized_add(&other, "sv", "Hej");
    assert_true(localized_equal(&text, &other));
    localized_copy(&other, &text);
    localized_clear(&text);
    assert_string_equal(localized_find(&other, "sv"), "Hej");
    localized_clear(&other);
}

static void
test_list_of_events(void **state)
{
    struct events list = { 0 };

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct event *event = events_add(&list);

        assert_null(event->source);
        event->source = string_copy("oms");
        event->incident = string_format("I-%d", i);
        event->event_id = string_copy("e");
        event->body = string_copy("{}");
        event->warning = string_copy("w");
        fill(&event->facts);
    }
    assert_int_equal(list.count, 20);
    assert_string_equal(list.items[19].incident, "I-19");
    events_clear(&list);
    assert_int_equal(list.count, 0);
    events_clear(&list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_field_is_copied_and_compared_alone),
        cmocka_unit_test(test_a_copy_is_deep),
        cmocka_unit_test(test_clear_leaves_zeros),
        cmocka_unit_test(test_which_language_is_found),
        cmocka_unit_test(test_list_of_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
