/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of plain language: each finds what it is for and nothing else, and what the
 * catalogues say passes all of them.
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

/* The codes that are found, in order, separated by spaces. */
static void
expect_codes(const struct plain_subject *subject, const char *codes)
{
    struct plain_findings findings = { 0 };
    struct buffer found = { 0 };

    plain_check(subject, &findings);
    buffer_add(&found, "");
    for (size_t i = 0; i < findings.count; i++) {
        buffer_addf(&found, "%s%s", i > 0 ? " " : "",
                    plain_code(findings.items[i].rule));
    }
    if (strcmp(found.len > 0 ? found.data : "", codes) != 0) {
        fail_msg("\"%s\": found %s, not %s (%s)", subject->text,
                 found.len > 0 ? found.data : "nothing", codes,
                 findings.count > 0 ? findings.items[0].problem : "");
    }
    buffer_clear(&found);
    plain_findings_clear(&findings);
}

static void
own_words_are_judged(void **state)
{
    static const struct {
        int language;
        const char *text, *codes;
    } rows[] = {
        { SV, "Vi lagar felet till 17.30.", "" },
        { SV, "Vi lagar felet.", "E3" },
        { SV, "Vi lagar felet kl. 17.30 på {plats}.", "E7" },
        { SV,
          "Vi har nu skickat ut två lag som letar efter det som är trasigt längs hela den "
          "långa ledningen till byn före kl. 17.30.",
          "E9" },
        { SV, "Läs mer på https://example.com/x. Vi hörs kl. 17.30.", "E12" },
        { SV, "Det är troligen ett träd. Vi hörs kl. 17.30.", "E13" },
        { SV, "Det är troligen ett träd, men vi vet inte än. Vi hörs kl. 17.30.", "" },
        { SV, "Avseende felet hörs vi kl. 17.30.", "W1" },
        { SV, "Vi återkommer så snart som möjligt, senast 17.30.", "W1" },
        { SV, "Vi ser att felet lagas till kl. 17.30.", "W2" },
        { SV, "Vi finns på plats kl. 17.30.", "" },
        { SV, "Felsökning pågår. Vi hörs kl. 17.30.", "W3" },
        { SV, "Strömmen är tillbaka kl. 17.30.", "W4" },
        { SV, "Vi lagar det i morgon kl. 9.30.", "W5" },
        { SV, "Vi lagar det i morgon tisdag 24 november kl. 9.30.", "" },
        { SV, "Vi har 1 432 hem utan ström kl. 17.30.", "" },
        { SV, "Vi har 2 fel, 3 lag, 4 bilar och 5 hem kl. 17.30.", "W6" },
        { SV, "Vi är SNART klara, kl. 17.30.", "W1 W7" },
        { SV, "Vi beklagar.", "E3 W8" },
        { EN, "We expect your power back at 17:30.", "" },
        { EN, "The line is repaired and you have power by 17:30.", "W2" },
        { EN, "We will mend it tomorrow at 9:30.", "W5" },
        { EN, "We are sorry.", "E3 W8" },
        { EN, "The restoration is under way, we say more at 17:30.", "W1 W3" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct plain_subject subject = { .catalogue =
                                                   catalogues[rows[i].language],
                                               .text = rows[i].text };

        expect_codes(&subject, rows[i].codes);
    }
}

static void
a_notice_needs_more(void **state)
{
    struct message message;
    struct plain_subject subject = { .catalogue = catalogues[SV],
                                     .organisation = "Täby Nät",
                                     .message = &message,
                                     .next_word = "15.30",
                                     .short_form = true };

    (void)state;
    bare_message(&message, NOTICE_RESTORED, KIND_POWER);
    add_place(&message, "Täby kyrkby");
    subject.text = "Strömmen är tillbaka hos dig sedan 14.01.";
    expect_codes(&subject, "E1 E2 E4 E10");
    subject.text =
        "Täby Nät: Strömmen är tillbaka i Täby kyrkby sedan 14.01. Stämmer det "
        "hos dig? Nytt besked senast 15.30. \xe2\x80\x9d";
    expect_codes(&subject, "E6");
    message.facts.mode = MODE_EXERCISE;
    know(&message, FIELD_MODE);
    subject.text = "Täby Nät: Ström i Täby kyrkby kl. 14.01? Hos dig 15.30.";
    expect_codes(&subject, "E14");
    subject.text = "ÖVNING: Täby Nät: Ström i Täby kyrkby kl. 14.01? Hos dig 15.30.";
    expect_codes(&subject, "");
    message_clear(&message);
}

static void
what_to_do_comes_first_when_health_is_at_stake(void **state)
{
    struct message message;
    struct plain_subject subject = { .catalogue = catalogues[SV],
                                     .organisation = "Täby Nät",
                                     .message = &message };

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_WATER);
    add_place(&message, "Täby kyrkby");
    add_advice(&message, "boil_water");
    subject.text =
        "Täby Nät: Vattnet i Täby kyrkby är förorenat sedan 14.01. Koka det.";
    expect_codes(&subject, "E11 W4");
    subject.text =
        "Täby Nät: Koka vattnet. I Täby kyrkby är det inte bra sedan 14.01. Vi "
        "söker felet.";
    expect_codes(&subject, "");
    message_clear(&message);
}

static void
difficulty_is_measured(void **state)
{
    struct reading reading;

    (void)state;
    plain_read("Vi lagar. Ring kl. 17.30 om elnätsanslutningen krånglar!", &reading);
    assert_int_equal(reading.words, 8);
    assert_int_equal(reading.sentences, 2);
    assert_int_equal(reading.long_words, 2);
    assert_int_equal(reading.longest_sentence, 6);
    /* 8/2 + 100*2/8 */
    assert_true(plain_lix(&reading) > 28.9 && plain_lix(&reading) < 29.1);
    plain_read("The cat sat on the mat.", &reading);
    assert_int_equal(reading.syllables, 6);
    /* 206.835 - 1.015*6 - 84.6 */
    assert_true(plain_flesch(&reading) > 116.1 && plain_flesch(&reading) < 116.2);
}

static void
hard_texts_are_stopped(void **state)
{
    const struct plain_subject subject = {
        .catalogue = catalogues[SV],
        .text =
            "Elnätsföretaget informerar samtliga abonnenter. Reparationsarbetet "
            "fortskrider planenligt. Ansvariga driftledare utreder orsakssambanden. "
            "Elförsörjningen återställs etappvis. Kundtjänsten besvarar frågor. "
            "Återinkoppling beräknas klockan 17.30. Fortlöpande lägesinformation "
            "publiceras. Allmänheten uppmanas undvika området. Vi återkommer senare.",
    };
    struct plain_findings findings = { 0 };
    bool found = false;

    (void)state;
    assert_true(plain_check(&subject, &findings) >= 1);
    for (size_t i = 0; i < findings.count; i++) {
        found = found || findings.items[i].rule == PLAIN_DIFFICULT;
    }
    assert_true(found);
    plain_findings_clear(&findings);
}

/* No E rule, in any notice to the public, of any kind, of which everything or nothing is known. */
static void
the_catalogues_pass(void **state)
{
    const struct compose_context context = usual_context();

    (void)state;
    for (int which = 0; which < (NOTICE_COUNT - 1) * KIND_COUNT * 4; which++) {
        enum notice notice = (enum notice)(1 + which / (KIND_COUNT * 4));
        enum incident_kind kind = (enum incident_kind)(which / 4 % KIND_COUNT);
        int language = which % 2;
        struct message message;
        struct text_set text = { 0 };
        const char *forms[2];

        if (notice_is_alarm(notice)) {
            continue;
        }
        if (which / 2 % 2 == 0) {
            full_message(&message, notice, kind);
            /* The sender's own words and an advice for every reader are not ours. */
            message.facts.has &= ~FIELD_BIT(FIELD_NOTE);
        } else {
            bare_message(&message, notice, kind);
            message.next_word_at_ms = moment("2026-11-23T15:30:00+01:00");
            know(&message, FIELD_STARTED_AT);
            message.facts.started_at_ms = moment("2026-11-23T13:48:00+01:00");
        }
        text_compose(catalogues[language], &message, &context, &text);
        forms[0] = text.short_text;
        forms[1] = text.long_text;
        for (int form = 0; form < 2; form++) {
            const struct plain_subject subject = { .catalogue = catalogues[language],
                                                   .text = forms[form],
                                                   .organisation = context.organisation,
                                                   .page_url = context.page_url,
                                                   .message = &message,
                                                   .short_form = form == 0 };
            struct plain_findings findings = { 0 };

            if (plain_check(&subject, &findings) > 0) {
                fail_msg("%s %s %s: %s in \"%s\"", name_of(&notice_names, (int)notice),
                         name_of(&kind_names, (int)kind), text.language,
                         findings.items[0].problem, subject.text);
            }
            plain_findings_clear(&findings);
        }
        text_set_free(&text);
        message_clear(&message);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_words_are_judged),
        cmocka_unit_test(a_notice_needs_more),
        cmocka_unit_test(what_to_do_comes_first_when_health_is_at_stake),
        cmocka_unit_test(difficulty_is_measured),
        cmocka_unit_test(hard_texts_are_stopped),
        cmocka_unit_test(the_catalogues_pass),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
