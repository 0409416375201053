/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What people read, notice by notice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message_fixture.h"

/* Composes for a test and keeps the last text; freed by the next and at the end. */
static struct text_set text;

static const struct text_set *
composed(struct message *message, struct compose_context context, int language)
{
    text_compose(catalogues[language], message, &context, &text);
    message_clear(message);
    return &text;
}

static int
tear_down(void **state)
{
    text_set_free(&text);
    return tear_down_catalogues(state);
}

static void
expect_has(const char *in, const char *what)
{
    if (!strstr(in, what)) {
        fail_msg("\"%s\" lacks \"%s\"", in, what);
    }
}

static void
expect_lacks(const char *in, const char *what)
{
    if (strstr(in, what)) {
        fail_msg("\"%s\" has \"%s\"", in, what);
    }
}

static void
the_first_word_says_what_is_known(void **state)
{
    struct message message;

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    add_place(&message, "Täby kyrkby");
    know(&message, FIELD_STARTED_AT);
    message.facts.started_at_ms = moment("2026-11-23T13:48:00+01:00");
    message.next_word_at_ms = moment("2026-11-23T15:30:00+01:00");
    composed(&message, usual_context(), 0);
    assert_string_equal(text.language, "sv");
    assert_string_equal(text.title, "Strömmen är borta i Täby kyrkby sedan 13.48");
    assert_string_equal(text.short_text,
                        "Täby Nät: Strömmen är borta i Täby kyrkby sedan 13.48. Vi vet "
                        "inte varför än. Vi söker felet. Nytt besked senast 15.30.");
    assert_string_equal(
        text.long_text,
        "Täby Nät: Strömmen är borta i Täby kyrkby sedan 13.48. Vi vet inte varför än. "
        "Vi söker felet. Nytt besked senast 15.30.\n\n"
        "Frågor? Ring 020-00 00 00. Skicka gärna vidare: "
        "https://drift.example.se/incident/k3v7q2x5m4n6p7a2.html");
}

static void
english_says_the_same(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    composed(&message, usual_context(), 1);
    assert_string_equal(text.title,
                        "The power has been off in Täby kyrkby since 13:48");
    assert_string_equal(
        text.long_text,
        "Täby Nät: The power has been off in Täby kyrkby since 13:48. Cause: A tree has "
        "fallen on a line. Our crew is there. We expect your power back at 17:30. The "
        "time comes from the crew at work. Next word by 15:30.\n\n"
        "No power for 1,432 customers.\n\n"
        "Keep the fridge and the freezer closed. If you see a line on the ground, stay "
        "away and call 112.\n\n"
        "Varmt kaffe finns i Gribbylunds skola.\n\n"
        "Questions? Ring 020-00 00 00. Please pass it on: "
        "https://drift.example.se/incident/k3v7q2x5m4n6p7a2.html");
}

static void
an_unknown_place_is_said_to_be_unknown(void **state)
{
    struct message message;

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_WATER);
    composed(&message, usual_context(), 0);
    assert_string_equal(
        text.short_text,
        "Täby Nät: Vattnet är borta. Vi vet inte platsen än. Vi vet inte "
        "varför än. Vi söker felet. Skrivet kl. 14.05.");
}

static void
nobody_knows_how_many_zero_is(void **state)
{
    struct message message;

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    know(&message, FIELD_CUSTOMERS_AFFECTED);
    composed(&message, usual_context(), 0);
    expect_lacks(text.long_text, "kund");
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    know(&message, FIELD_CUSTOMERS_AFFECTED);
    message.facts.customers_affected = 1;
    composed(&message, usual_context(), 0);
    expect_has(text.long_text, "1 kund är utan ström.");
}

static void
a_changed_time_says_old_new_and_reason(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_ETR_CHANGED, KIND_POWER);
    composed(&message, usual_context(), 0);
    assert_string_equal(text.title, "Ny tid för Täby kyrkby: kl. 17.30");
    expect_has(text.short_text, "Ny tid för Täby kyrkby. Vi sa kl. 16.00. Nu räknar vi "
                                "med kl. 17.30. Skälet: Kabeln är skadad på två "
                                "ställen. Nytt besked senast 15.30.");
    full_message(&message, NOTICE_ETR_CHANGED, KIND_POWER);
    message.facts.etr.at_ms = moment("2026-11-24T09:00:00+01:00");
    localized_clear(&message.facts.etr.reason);
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Nu räknar vi med tisdag 24 november kl. 09.00.");
    expect_has(text.long_text, "Vi vet inte skälet än.");
}

static void
a_withdrawn_time_is_not_left_standing(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_ETR_CHANGED, KIND_POWER);
    message.facts.has &= ~FIELD_BIT(FIELD_ETR);
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Vi sa kl. 16.00. Den tiden gäller inte längre. Vi har "
                                "ingen ny tid än.");
}

static void
a_time_that_has_passed_is_said_as_passed(void **state)
{
    struct message message;
    struct compose_context later = usual_context();

    (void)state;
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    message.facts.etr.at_ms = moment("2026-11-23T13:55:00+01:00");
    composed(&message, usual_context(), 0);
    expect_lacks(text.long_text, "Vi räknar med");
    expect_has(text.long_text, "Vi räknade med att vara klara kl. 13.55. Den tiden har "
                               "gått.");
    /* Written in time, and read when both the estimate and the promise are over. */
    later.now_ms = moment("2026-11-23T18:00:00+01:00");
    later.late = true;
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    composed(&message, later, 0);
    expect_lacks(text.short_text, "Vi räknar med");
    expect_lacks(text.short_text, "15.30");
    expect_has(text.short_text, "Skrivet kl. 14.05.");
    expect_has(text.long_text, "Skrivet kl. 14.05.");
}

static void
restored_asks_at_home(void **state)
{
    struct message message;
    struct compose_context context = usual_context();

    (void)state;
    full_message(&message, NOTICE_RESTORED, KIND_POWER);
    composed(&message, context, 0);
    expect_has(text.short_text,
               "Täby Nät: Strömmen är tillbaka i Täby kyrkby sedan 14.01. Har du ström "
               "hemma? Om inte: Ring 020-00 00 00.");
    expect_lacks(text.long_text, "Svara");
    context.reply_to = "+46701234567";
    full_message(&message, NOTICE_RESTORED, KIND_POWER);
    composed(&message, context, 0);
    expect_has(text.short_text, "Har du ström hemma? Svara LJUST eller MÖRKT.");
    full_message(&message, NOTICE_RESTORED, KIND_POWER);
    composed(&message, context, 1);
    expect_has(text.short_text, "The power came back in Täby kyrkby at 14:01. Is the "
                                "power on in your home? Reply ON or OFF.");
}

static void
partly_restored_counts(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_PARTLY_RESTORED, KIND_POWER);
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "400 av 1 432 kunder har ström igen i Täby kyrkby. Vi "
                                "räknar med att resten är klart kl. 17.30.");
    expect_has(text.long_text, "1 032 kunder väntar fortfarande.");
    full_message(&message, NOTICE_PARTLY_RESTORED, KIND_POWER);
    message.facts.customers_affected = 0;
    message.facts.customers_restored = 1;
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Täby Nät: 1 kund har ström igen i Täby kyrkby.");
    full_message(&message, NOTICE_PARTLY_RESTORED, KIND_POWER);
    message.facts.customers_restored = 0;
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Strömmen är tillbaka hos några, men inte hos alla: "
                                "Täby kyrkby.");
}

static void
planned_work_has_its_day(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_PLANNED_3D, KIND_POWER);
    composed(&message, usual_context(), 0);
    assert_string_equal(text.title, "Vi stänger av strömmen i Täby kyrkby torsdag 26 "
                                    "november kl. 09.00-12.00");
    expect_has(text.short_text,
               "Täby Nät: Vi stänger av strömmen i Täby kyrkby torsdag 26 november kl. "
               "09.00-12.00. Arbete: Vi byter en transformator.");
    full_message(&message, NOTICE_PLANNED_MOVED, KIND_POWER);
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Ny tid. Vi stänger av strömmen i Täby kyrkby torsdag "
                                "26 november kl. 09.00-12.00.");
    expect_has(text.short_text, "Förut sa vi onsdag 25 november kl. 09.00-12.00.");
    full_message(&message, NOTICE_PLANNED_OFF, KIND_POWER);
    message.facts.has &= ~FIELD_BIT(FIELD_PLANNED);
    composed(&message, usual_context(), 1);
    expect_has(text.short_text, "We will not turn off the power in Täby kyrkby on "
                                "Wednesday 25 November, 09:00-12:00. You have power as "
                                "usual.");
}

static void
dangerous_water_is_said_first(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_FIRST, KIND_WATER);
    add_advice(&message, "boil_water");
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Täby Nät: KOKA VATTNET innan du dricker det. Vattnet "
                                "är inte säkert att dricka i Täby kyrkby sedan 13.48.");
    expect_has(text.long_text, "Täby Nät: Koka vattnet tills det bubblar kraftigt");
    /* The water is back and the advice still stands: it is not called safe. */
    full_message(&message, NOTICE_RESTORED, KIND_WATER);
    message.facts.cause.code = CAUSE_CONTAMINATION;
    add_advice(&message, "boil_water");
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "KOKA VATTNET");
    expect_lacks(text.short_text, "går att dricka");
    full_message(&message, NOTICE_RESTORED, KIND_WATER);
    message.facts.cause.code = CAUSE_CONTAMINATION;
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Vattnet går att dricka igen i Täby kyrkby");
    full_message(&message, NOTICE_FALSE_ALARM, KIND_WATER);
    add_advice(&message, "boil_water");
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Vi hade fel. Vattnet går att dricka i Täby kyrkby.");
    expect_lacks(text.long_text, "Koka");
}

static void
exercises_are_marked_everywhere(void **state)
{
    static const struct {
        enum event_mode mode;
        int language;
        const char *mark;
    } cases[] = {
        { MODE_EXERCISE, 0, "ÖVNING: " },
        { MODE_EXERCISE, 1, "EXERCISE: " },
        { MODE_TEST, 0, "TEST: " },
        { MODE_TEST, 1, "TEST: " },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct message message;
        full_message(&message, NOTICE_FIRST, KIND_POWER);
        know(&message, FIELD_MODE);
        message.facts.mode = cases[i].mode;
        composed(&message, usual_context(), cases[i].language);
        assert_ptr_equal(strstr(text.title, cases[i].mark), text.title);
        assert_ptr_equal(strstr(text.short_text, cases[i].mark), text.short_text);
        assert_ptr_equal(strstr(text.long_text, cases[i].mark), text.long_text);
        assert_true(gsm7_length(text.short_text) <= GSM7_SINGLE_PART);
    }
}

static void
a_cause_is_said_in_the_senders_words_when_there_are_any(void **state)
{
    struct message message;

    (void)state;
    full_message(&message, NOTICE_CAUSE, KIND_POWER);
    message.facts.cause.code = CAUSE_OTHER;
    localized_add(&message.facts.cause.text, "", "En svan satte sig på ledningen.");
    composed(&message, usual_context(), 0);
    expect_has(text.short_text, "Orsak: En svan satte sig på ledningen. Vår");
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    message.facts.cause.code = CAUSE_UNKNOWN;
    composed(&message, usual_context(), 0);
    expect_has(text.long_text, "Vi vet inte varför än.");
    expect_lacks(text.long_text, "Orsak");
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    message.facts.cause.code = CAUSE_OTHER;
    composed(&message, usual_context(), 0);
    expect_lacks(text.long_text, "Orsak");
}

static void
a_merged_incident_points_at_the_other(void **state)
{
    struct message message;
    struct compose_context context = usual_context();

    (void)state;
    context.page_url = "https://x.se";
    full_message(&message, NOTICE_MERGED, KIND_POWER);
    composed(&message, context, 0);
    expect_has(text.short_text, "Det är en del av ett annat fel. Följ det här: "
                                "https://x.se/incident/b5c2d7e3f4g6h7i2.html");
}

static void
advice_is_given_in_sentences(void **state)
{
    struct strings advice = { 0 };
    struct strings sentences = { 0 };

    (void)state;
    strings_add(&advice, "call_112_if_danger");
    strings_add(&advice, "no_such_advice");
    strings_add(&advice, "boil_water.short");
    strings_add(&advice, "check_on_neighbours");
    text_advice(catalogues[1], &advice, &sentences);
    assert_int_equal(sentences.count, 2);
    assert_string_equal(sentences.items[0], "Call 112 if someone is in danger.");
    assert_string_equal(sentences.items[1],
                        "Look in on a neighbour who may need help.");
    strings_clear(&advice);
    strings_clear(&sentences);
}

static void
every_language_is_composed_in_order(void **state)
{
    struct message message;
    struct compose_context context = usual_context();
    struct texts texts = { 0 };

    (void)state;
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    texts_compose(catalogues, 2, &message, &context, &texts);
    texts_compose(catalogues, 2, &message, &context, &texts);
    assert_int_equal(texts.count, 2);
    assert_string_equal(texts.items[0].language, "sv");
    expect_has(texts_find(&texts, "en")->short_text, "The power");
    texts_clear(&texts);
    message_clear(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_word_says_what_is_known),
        cmocka_unit_test(english_says_the_same),
        cmocka_unit_test(an_unknown_place_is_said_to_be_unknown),
        cmocka_unit_test(nobody_knows_how_many_zero_is),
        cmocka_unit_test(a_changed_time_says_old_new_and_reason),
        cmocka_unit_test(a_withdrawn_time_is_not_left_standing),
        cmocka_unit_test(a_time_that_has_passed_is_said_as_passed),
        cmocka_unit_test(restored_asks_at_home),
        cmocka_unit_test(partly_restored_counts),
        cmocka_unit_test(planned_work_has_its_day),
        cmocka_unit_test(dangerous_water_is_said_first),
        cmocka_unit_test(exercises_are_marked_everywhere),
        cmocka_unit_test(a_cause_is_said_in_the_senders_words_when_there_are_any),
        cmocka_unit_test(a_merged_incident_points_at_the_other),
        cmocka_unit_test(advice_is_given_in_sentences),
        cmocka_unit_test(every_language_is_composed_in_order),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down);
}
