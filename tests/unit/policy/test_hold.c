/* SPDX-License-Identifier: EUPL-1.2 */
/* What takes two persons is withheld, and everything else is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/hold.h"

#include <stdlib.h>

static char trusted_source[] = "desk";
static char *trusted_items[] = { trusted_source };
static const struct strings trusted = { trusted_items, 1 };

static const struct hold_rules in_force = { .note = true,
                                            .in_force = true,
                                            .danger = true,
                                            .recipients = 10000,
                                            .free_text = &trusted };

struct world {
    struct facts before;
    struct incident incident;
};

static void
begin(struct world *world, const char *source)
{
    *world = (struct world){ .incident = { .source = string_copy(source) } };
    world->incident.facts.status = INCIDENT_CONFIRMED;
    world->incident.facts.has = FIELD_BIT(FIELD_STATUS);
}

static void
end(struct world *world)
{
    facts_clear(&world->before);
    incident_clear(&world->incident);
}

static void
set_note(struct facts *facts, const char *note)
{
    localized_clear(&facts->note);
    localized_add(&facts->note, "sv", note);
    facts->has |= FIELD_BIT(FIELD_NOTE);
}

static void
set_advice(struct facts *facts, const char *first, const char *second)
{
    strings_clear(&facts->advice);
    strings_add(&facts->advice, first);
    if (second != NULL) {
        strings_add(&facts->advice, second);
    }
    facts->has |= FIELD_BIT(FIELD_ADVICE);
}

/* Takes the facts in as the next event's. */
static bool
take_in(struct world *world, const struct hold_rules *rules)
{
    bool is_new = hold_take_in(rules, &world->before, &world->incident);

    facts_copy(&world->before, &world->incident.facts);
    return is_new;
}

static void
test_a_note_is_withheld_until_it_ends(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "oms");
    assert_false(take_in(&world, &in_force));
    set_note(&world.incident.facts, "Kaffe finns");
    assert_true(take_in(&world, &in_force));
    assert_int_equal(hold_rules_of(&world.incident.withheld), HOLD_RULE_FREE_TEXT);
    /* Another event, the same words: they wait already. */
    assert_false(take_in(&world, &in_force));
    assert_true(world.incident.withheld.note);
    world.incident.withheld.asked = true;
    assert_false(take_in(&world, &in_force));
    assert_true(world.incident.withheld.asked);
    set_note(&world.incident.facts, "Kaffet är slut");
    assert_true(take_in(&world, &in_force));
    assert_false(world.incident.withheld.asked);
    world.incident.facts.has &= ~FIELD_BIT(FIELD_NOTE);
    assert_false(take_in(&world, &in_force));
    assert_false(hold_withholds(&world.incident.withheld));
    end(&world);
}

static void
test_a_trusted_source_and_no_rules(void **state)
{
    const struct hold_rules off = { .danger = true, .free_text = &trusted };
    struct world world;

    (void)state;
    begin(&world, "desk");
    set_note(&world.incident.facts, "Kaffe finns");
    assert_false(take_in(&world, &in_force));
    assert_false(world.incident.withheld.note);
    end(&world);
    begin(&world, "oms");
    set_note(&world.incident.facts, "Kaffe finns");
    set_advice(&world.incident.facts, "boil_water", NULL);
    assert_false(take_in(&world, &off));
    assert_false(hold_withholds(&world.incident.withheld));
    /* What was said before there were rules is not asked for when there are. */
    assert_false(take_in(&world, &in_force));
    assert_false(hold_withholds(&world.incident.withheld));
    end(&world);
}

static void
test_only_dangerous_advice_that_is_new(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "oms");
    set_advice(&world.incident.facts, "stay_away_from_lines", NULL);
    assert_false(take_in(&world, &in_force));
    set_advice(&world.incident.facts, "stay_away_from_lines", "boil_water");
    assert_true(take_in(&world, &in_force));
    assert_int_equal(hold_rules_of(&world.incident.withheld), HOLD_RULE_DANGER);
    assert_false(take_in(&world, &in_force));
    set_advice(&world.incident.facts, "do_not_drink", "boil_water");
    assert_true(take_in(&world, &in_force));
    assert_int_equal(world.incident.withheld.advice.count, 2);
    set_advice(&world.incident.facts, "do_not_drink", NULL);
    assert_false(take_in(&world, &in_force));
    assert_int_equal(world.incident.withheld.advice.count, 1);
    hold_end(&world.incident.withheld); /* released */
    assert_false(take_in(&world, &in_force));
    assert_false(hold_withholds(&world.incident.withheld));
    end(&world);
}

static void
test_a_retraction_takes_one_person(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "oms");
    set_note(&world.incident.facts, "Kaffe finns");
    assert_true(take_in(&world, &in_force));
    world.incident.facts.status = INCIDENT_CANCELLED;
    assert_false(take_in(&world, &in_force));
    assert_true(world.incident.withheld.note); /* the words that waited still do */
    set_note(&world.incident.facts, "Fel fil");
    assert_false(take_in(&world, &in_force));
    assert_false(world.incident.withheld.note);
    end(&world);
}

static void
test_what_staff_were_told_is_new_to_the_public(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "oms");
    world.incident.facts.has |= FIELD_BIT(FIELD_AUDIENCE);
    world.incident.facts.audience = AUDIENCE_STAFF;
    set_note(&world.incident.facts, "Kaffe finns");
    set_advice(&world.incident.facts, "boil_water", NULL);
    assert_false(take_in(&world, &in_force));
    assert_false(hold_withholds(&world.incident.withheld));
    world.incident.facts.audience = AUDIENCE_PUBLIC;
    assert_true(take_in(&world, &in_force));
    assert_int_equal(hold_rules_of(&world.incident.withheld),
                     HOLD_RULE_DANGER | HOLD_RULE_FREE_TEXT);
    end(&world);
}

static void
test_what_is_left_out(void **state)
{
    struct world world;

    (void)state;
    begin(&world, "oms");
    set_note(&world.incident.facts, "Kaffe finns");
    set_advice(&world.incident.facts, "boil_water", "stay_away_from_lines");
    assert_true(take_in(&world, &in_force));
    hold_leave_out(&world.incident.facts, &world.incident.withheld);
    assert_false(facts_has(&world.incident.facts, FIELD_NOTE));
    assert_int_equal(world.incident.facts.advice.count, 1);
    assert_string_equal(world.incident.facts.advice.items[0], "stay_away_from_lines");
    assert_true(facts_has(&world.incident.facts, FIELD_STATUS));
    set_advice(&world.incident.facts, "boil_water", NULL);
    hold_leave_out(&world.incident.facts, &world.incident.withheld);
    assert_false(facts_has(&world.incident.facts, FIELD_ADVICE));
    end(&world);
}

static void
test_long_lists(void **state)
{
    static const struct {
        bool in_force;
        enum notice notice;
        int64_t persons;
        unsigned rule;
    } cells[] = {
        { true, NOTICE_FIRST, 10000, 0 },
        { true, NOTICE_FIRST, 10001, HOLD_RULE_RECIPIENTS },
        { true, NOTICE_RESTORED, 10001, HOLD_RULE_RECIPIENTS },
        { true, NOTICE_FIRST, -1, HOLD_RULE_UNREAD },
        { true, NOTICE_FALSE_ALARM, 1000000, 0 },
        { true, NOTICE_PLANNED_OFF, 1000000, 0 },
        { true, NOTICE_LAPSED, 1000000, 0 },
        { true, NOTICE_FALSE_ALARM, -1, 0 },
        { false, NOTICE_FIRST, 1000000, 0 },
        { false, NOTICE_FIRST, -1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        struct hold_rules rules = in_force;

        rules.in_force = cells[i].in_force;
        assert_int_equal(hold_rule_of_list(&rules, cells[i].notice, cells[i].persons),
                         cells[i].rule);
    }
}

static void
test_the_same_words(void **state)
{
    struct facts a = { 0 };
    struct facts b = { 0 };

    (void)state;
    set_note(&a, "Kaffe finns");
    set_note(&b, "Kaffe finns");
    strings_add(&b.premises, "735999");
    b.has |= FIELD_BIT(FIELD_PREMISES);
    assert_true(hold_same_words(&a, &b)); /* premises are never published */
    b.customers_affected = 3;
    b.has |= FIELD_BIT(FIELD_CUSTOMERS_AFFECTED);
    assert_false(hold_same_words(&a, &b));
    facts_clear(&a);
    facts_clear(&b);
}

static void
test_rules_in_words(void **state)
{
    struct buffer text = { 0 };

    (void)state;
    hold_rules_format(HOLD_RULE_DANGER | HOLD_RULE_RECIPIENTS, &text);
    assert_string_equal(text.data, "danger, many recipients");
    buffer_clear(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_note_is_withheld_until_it_ends),
        cmocka_unit_test(test_a_trusted_source_and_no_rules),
        cmocka_unit_test(test_only_dangerous_advice_that_is_new),
        cmocka_unit_test(test_a_retraction_takes_one_person),
        cmocka_unit_test(test_what_staff_were_told_is_new_to_the_public),
        cmocka_unit_test(test_what_is_left_out),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_the_same_words),
        cmocka_unit_test(test_rules_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
