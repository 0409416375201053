/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Corrections and retractions in words: each kind of fact in both languages, held to the
 * rules of plain language, in one text message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message_fixture.h"
#include "text/plain.h"

enum {
    SV,
    EN
};

#define TOLD                                                                           \
    (FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) | FIELD_BIT(FIELD_PLACES) |       \
     FIELD_BIT(FIELD_CUSTOMERS_AFFECTED) | FIELD_BIT(FIELD_STARTED_AT) |               \
     FIELD_BIT(FIELD_ENDED_AT) | FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_PLANNED) |     \
     FIELD_BIT(FIELD_CAUSE) | FIELD_BIT(FIELD_ADVICE) | FIELD_BIT(FIELD_NOTE))

/* A correction of the fields, everything known; what was said differs in each of them. */
static void
correction_of(struct message *message, uint32_t wrong, enum incident_kind kind)
{
    struct facts *was = &message->correction.was;

    full_message(message, NOTICE_CORRECTION, kind);
    message->facts.has &= ~FIELD_BIT(FIELD_NOTE);
    message->correction.from = 1;
    message->correction.wrong = wrong;
    message->correction.said_at_ms = moment("2026-11-23T13:52:00+01:00");
    facts_copy(was, &message->facts);
    was->has |= FIELD_BIT(FIELD_NOTE);
    was->status = INCIDENT_RESTORED;
    was->kind = kind == KIND_WATER ? KIND_POWER : KIND_WATER;
    string_replace(&was->places[0].name, "Vallentuna");
    was->customers_affected = 12;
    was->started_at_ms -= HOURS_MS;
    was->ended_at_ms -= HOURS_MS;
    was->etr.at_ms -= HOURS_MS;
    was->planned.from_ms -= DAYS_MS;
    was->planned.to_ms -= DAYS_MS;
    was->cause.code = CAUSE_STORM;
    strings_clear(&was->advice);
    strings_add(&was->advice, "conserve_water");
    localized_clear(&was->note);
    localized_add(&was->note, "", "Vatten finns vid torget");
}

static void
write_text(const struct message *message, int language, struct text_set *text)
{
    const struct compose_context context = usual_context();

    text_compose(catalogues[language], message, &context, text);
}

static void
expect_plain(const struct message *message, const struct text_set *text)
{
    const struct compose_context context = usual_context();
    const char *forms[] = { text->short_text, text->long_text };
    int language = strcmp(text->language, "sv") == 0 ? SV : EN;

    for (int form = 0; form < 2; form++) {
        const struct plain_subject subject = { .catalogue = catalogues[language],
                                               .text = forms[form],
                                               .organisation = context.organisation,
                                               .page_url = context.page_url,
                                               .message = message,
                                               .short_form = form == 0 };
        struct plain_findings findings = { 0 };

        if (plain_check(&subject, &findings) > 0) {
            fail_msg("%s: %s in \"%s\"", text->language, findings.items[0].problem,
                     subject.text);
        }
        plain_findings_clear(&findings);
    }
}

/* Every field alone, every pair, and all: of every kind, in both languages. */
static void
test_every_field_is_plain(void **state)
{
    (void)state;
    for (int which = 0; which < FIELD_COUNT * FIELD_COUNT * 2; which++) {
        uint32_t wrong =
            FIELD_BIT(which / 2 / FIELD_COUNT) | FIELD_BIT(which / 2 % FIELD_COUNT);

        if ((wrong & ~TOLD) != 0) {
            continue;
        }
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            struct message message;
            struct text_set text = { 0 };

            correction_of(&message, wrong, (enum incident_kind)kind);
            write_text(&message, which % 2, &text);
            expect_plain(&message, &text);
            text_set_free(&text);
            message_clear(&message);
        }
    }
}

static void
expect_has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, words);
    }
}

/* What was said, and what is right, stand in the short text and in the long one. */
static void
test_each_field_says_both(void **state)
{
    static const struct {
        enum event_field field;
        int language;
        const char *was, *now;
    } rows[] = {
        { FIELD_PLACES, SV, "Vi skrev Vallentuna.", "Rätt är Täby kyrkby." },
        { FIELD_PLACES, EN, "We said Vallentuna.", "Right is Täby kyrkby." },
        { FIELD_STATUS, SV, "Vi skrev: Strömmen är tillbaka.", "Strömmen är borta" },
        { FIELD_STATUS, EN, "We said: The power is back.", "The power is off" },
        { FIELD_KIND, SV, "Vi skrev Vattenavbrott.", "Rätt är Strömavbrott." },
        { FIELD_KIND, EN, "We said Water cut.", "Right is Power cut." },
        { FIELD_ETR, SV, "Vi skrev klart kl. 16.30.", "Rätt är kl. 17.30." },
        { FIELD_ETR, EN, "We said done at 16:30.", "Right is at 17:30." },
        { FIELD_STARTED_AT, SV, "Vi skrev början kl. 12.48.", "Rätt är kl. 13.48." },
        { FIELD_STARTED_AT, EN, "We said it began at 12:48.", "Right is at 13:48." },
        { FIELD_ENDED_AT, SV, "Vi skrev slut kl. 13.01.", "Rätt är kl. 14.01." },
        { FIELD_ENDED_AT, EN, "We said it ended at 13:01.", "Right is at 14:01." },
        { FIELD_CUSTOMERS_AFFECTED, SV, "Vi skrev 12 kunder.",
          "Rätt är 1 432 kunder." },
        { FIELD_CUSTOMERS_AFFECTED, EN, "We said 12 customers.", "Right is 1,432" },
        { FIELD_CAUSE, SV, "Vi skrev: Stormen har skadat nätet.", "Rätt är: Ett träd" },
        { FIELD_CAUSE, EN, "We said: The storm has", "Right is: A tree" },
        { FIELD_PLANNED, SV, "25 nov", "26 nov" },
        { FIELD_PLANNED, EN, "25 Nov", "26 Nov" },
        { FIELD_ADVICE, SV, "Vi gav fel råd.", "Rätt råd: Håll kyl och frys stängda." },
        { FIELD_ADVICE, EN, "Our advice was wrong.", "fridge" },
        { FIELD_NOTE, SV, "Vi skrev: Vatten finns vid torget.", "Det stämmer inte." },
        { FIELD_NOTE, EN, "We said: Vatten finns vid torget.", "That is not so." },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct message message;
        struct text_set text = { 0 };

        correction_of(&message, FIELD_BIT(rows[i].field), KIND_POWER);
        write_text(&message, rows[i].language, &text);
        expect_has(text.short_text, rows[i].was);
        expect_has(text.short_text, rows[i].now);
        expect_has(text.long_text, rows[i].was);
        expect_has(text.long_text, rows[i].now);
        expect_has(text.short_text, rows[i].language == SV ? "Vi hade fel kl. 13.52."
                                                           : "We were wrong at 13:52.");
        text_set_free(&text);
        message_clear(&message);
    }
}

/* Nothing is right in the place of what was wrong. */
static void
test_what_is_gone(void **state)
{
    struct message message;
    struct text_set text = { 0 };

    (void)state;
    correction_of(&message, FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_CAUSE), KIND_POWER);
    message.facts.has &= ~(FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_CAUSE));
    write_text(&message, SV, &text);
    expect_has(text.long_text, "Vi skrev klart kl. 16.30. Vi har ingen tid än.");
    expect_has(text.long_text, "Stormen har skadat nätet. Det stämmer inte.");
    expect_plain(&message, &text);
    text_set_free(&text);
    message_clear(&message);
}

/* Where there is little room the first goes, and that there is more. */
static void
test_much_was_wrong(void **state)
{
    struct message message;
    struct text_set text = { 0 };

    (void)state;
    correction_of(&message, TOLD, KIND_POWER);
    write_text(&message, SV, &text);
    expect_has(text.short_text, "Vi skrev: Strömmen är tillbaka.");
    expect_has(text.short_text, "Mer var fel.");
    assert_null(strstr(text.long_text, "Mer var fel."));
    expect_has(text.long_text, "Rätt är 1 432 kunder.");
    expect_plain(&message, &text);
    text_set_free(&text);
    message_clear(&message);
}

static void
test_reason_of_a_person(void **state)
{
    struct message message;
    struct text_set text = { 0 };

    (void)state;
    correction_of(&message, FIELD_BIT(FIELD_PLACES), KIND_POWER);
    localized_add(&message.correction.reason, "sv", "Vi läste fel på kartan");
    localized_add(&message.correction.reason, "en", "We misread the map.");
    write_text(&message, SV, &text);
    expect_has(text.short_text, "Vi läste fel på kartan.");
    write_text(&message, EN, &text);
    expect_has(text.long_text, "We misread the map.");
    assert_null(strstr(text.long_text, "map.."));
    message.notice = NOTICE_FALSE_ALARM;
    write_text(&message, SV, &text);
    expect_has(text.short_text, "Vi hade fel kl. 13.52. Strömmen är inte borta");
    expect_has(text.short_text, "Vi läste fel på kartan.");
    expect_plain(&message, &text);
    text_set_free(&text);
    message_clear(&message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_is_plain),
        cmocka_unit_test(test_each_field_says_both),
        cmocka_unit_test(test_what_is_gone),
        cmocka_unit_test(test_much_was_wrong),
        cmocka_unit_test(test_reason_of_a_person),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
