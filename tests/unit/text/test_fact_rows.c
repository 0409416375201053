/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of facts: what has a row, in which words, and how it stands on a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "message_fixture.h"
#include "text/fact_rows.h"

static struct fact_view
view_of(const struct message *message, int language)
{
    return (struct fact_view){ .catalogue = catalogues[language],
                               .facts = &message->facts,
                               .status = message->facts.status,
                               .ended_at_ms = TIME_NONE,
                               .next_word_at_ms = message->next_word_at_ms,
                               .now_ms = message->written_at_ms,
                               .with_head = true,
                               .with_words = true,
                               .places = PLACES_IN_A_ROW };
}

/* "label: value", a line each. */
static void
expect_table(const struct fact_view *view, const char *expected)
{
    struct fact_rows rows = { 0 };
    struct buffer out = { 0 };

    fact_rows_fill(view, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        char *value = fact_row_text(&rows.items[i]);

        buffer_addf(&out, "%s: %s\n", rows.items[i].label, value);
        free(value);
    }
    assert_string_equal(out.data, expected);
    buffer_clear(&out);
    fact_rows_clear(&rows);
}

static void
all_that_is_known_has_a_row(void **state)
{
    struct message message;
    struct fact_view view;

    (void)state;
    full_message(&message, NOTICE_FIRST, KIND_POWER);
    view = view_of(&message, 0);
    expect_table(&view, "Vad: Strömavbrott\n"
                        "Plats: Täby kyrkby\n"
                        "Läge: Pågår\n"
                        "Tid för arbetet: torsdag 26 november kl. 09.00 – 12.00. Vi "
                        "byter en transformator\n"
                        "Tid vi räknar med: 17.30. Tiden kommer från personalen som "
                        "lagar. Kabeln är skadad på två ställen.\n"
                        "Började: 13.48\n"
                        "Kunder: 1 432 kunder\n"
                        "Orsak: Ett träd har fallit på en ledning\n"
                        "Personal: Vår personal är på plats\n"
                        "Nytt besked senast: 15.30\n");
    message_clear(&message);
}

static void
what_is_waited_for_is_said_to_be_unknown(void **state)
{
    struct message message;
    struct fact_view view;

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_WATER);
    view = view_of(&message, 1);
    expect_table(&view, "What: Water cut\n"
                        "Place: We do not know the place yet\n"
                        "State: Going on\n"
                        "Time we expect: We have no time yet\n"
                        "Began: We do not know when yet\n"
                        "Cause: We do not know why yet\n");
    message_clear(&message);
}

static void
what_is_over_promises_nothing(void **state)
{
    struct message message;
    struct fact_view view;

    (void)state;
    full_message(&message, NOTICE_RESTORED, KIND_POWER);
    message.facts.has &= ~FIELD_BIT(FIELD_PLANNED);
    view = view_of(&message, 0);
    view.status = INCIDENT_RESTORED;
    view.ended_at_ms = message.facts.ended_at_ms;
    view.with_head = false;
    view.places = PLACES_LEFT_OUT;
    expect_table(&view, "Började: 13.48\nSlutade: 14.01\nKunder: 1 432 kunder\n"
                        "Orsak: Ett träd har fallit på en ledning\n");
    message_clear(&message);
}

static void
a_time_that_has_passed_says_so(void **state)
{
    struct message message;
    struct fact_view view;
    struct fact_rows rows = { 0 };

    (void)state;
    bare_message(&message, NOTICE_ETR_SET, KIND_POWER);
    know(&message, FIELD_ETR);
    message.facts.etr.at_ms = moment("2026-11-23T13:00:00+01:00");
    view = view_of(&message, 0);
    view.with_head = false;
    view.with_days = true;
    view.places = PLACES_LEFT_OUT;
    fact_rows_fill(&view, &rows);
    assert_true(rows.items[0].is_main);
    assert_int_equal(rows.items[0].n_parts, 2);
    assert_int_equal(rows.items[0].parts[0].kind, FACT_TIME);
    assert_true(rows.items[0].parts[0].time_ms == message.facts.etr.at_ms);
    assert_string_equal(rows.items[0].parts[0].text, "måndag 23 november kl. 13.00");
    assert_int_equal(rows.items[0].parts[1].kind, FACT_REMARK);
    assert_non_null(strstr(rows.items[0].parts[1].text, "har gått"));
    fact_rows_clear(&rows);
    message_clear(&message);
}

static void
every_place_can_stand_by_itself(void **state)
{
    struct message message;
    struct fact_view view;
    struct fact_rows rows = { 0 };
    char *line;

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    add_place(&message, "Täby kyrkby");
    add_place(&message, "Gribbylund");
    view = view_of(&message, 0);
    view.with_head = false;
    view.places = PLACES_EACH;
    view.part_of = "Strömavbrott: Visinge";
    view.part_of_href = "a.html";
    fact_rows_fill(&view, &rows);
    assert_int_equal(rows.items[0].parts[0].kind, FACT_LINK);
    assert_string_equal(rows.items[0].parts[0].href, "a.html");
    assert_int_equal(rows.items[1].n_parts, 2);
    assert_int_equal(rows.items[1].parts[1].kind, FACT_NAME);
    line = fact_row_text(&rows.items[1]);
    assert_string_equal(line, "Täby kyrkby, Gribbylund");
    free(line);
    fact_rows_clear(&rows);
    message_clear(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_known_has_a_row),
        cmocka_unit_test(what_is_waited_for_is_said_to_be_unknown),
        cmocka_unit_test(what_is_over_promises_nothing),
        cmocka_unit_test(a_time_that_has_passed_says_so),
        cmocka_unit_test(every_place_can_stand_by_itself),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
