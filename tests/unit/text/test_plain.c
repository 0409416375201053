/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of plain language: each finds what it is for and nothing else. That the
 * catalogues pass them is test_catalogue_trial.c's.
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
    EN,
    NB
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
        { SV, "Felsökning pågår. Vi hörs kl. 17.30.", "W1 W3" },
        { SV, "Strömmen är tillbaka kl. 17.30.", "W4" },
        { SV, "Vi lagar det i morgon kl. 9.30.", "W5" },
        { SV, "Vi lagar det i morgon tisdag 24 november kl. 9.30.", "" },
        { SV, "Vi har 1 432 hem utan ström kl. 17.30.", "" },
        { SV, "Vi har 2 fel, 3 lag, 4 bilar och 5 hem kl. 17.30.", "W6" },
        { SV, "Vi är SNART klara, kl. 17.30.", "W1 W7" },
        { SV, "Vi beklagar.", "E3 W8" },
        { SV, "Läs mer på drift.example.se/x. Vi hörs kl. 17.30.", "E12" },
        { SV, "Skriv till HTTPS://example.com. Vi hörs kl. 17.30.", "E12" },
        { SV, "Felet är lagat.Nu hörs vi kl. 17.30.", "" },
        { SV, "Det beror nog på blixten. Vi hörs kl. 17.30.", "E13" },
        { SV, "Ett fack i stationen är trasigt. Vi hörs kl. 17.30.", "W1" },
        { SV, "Ledningen har lagats. Vi hörs kl. 17.30.", "W2" },
        { SV, "Kabeln bryts. Vi hörs kl. 17.30.", "W2" },
        { SV, "Vi har en reservplats till kundernas bilar kl. 17.30.", "" },
        { SV, "Tack för ert tålamod, vi hörs kl. 17.30.", "W1" },
        { EN, "A pole was broken. We tell you more at 17:30.", "W2" },
        { EN, "We tell you more at 17:30. Thank you for your patience.", "W1" },
        { NB, "Vi retter feilen til kl. 17.30.", "" },
        { NB, "Vi retter feilen tirsdag 24. november kl. 17.30.", "" },
        { NB, "Vi retter feilen i morgen kl. 17.30.", "W5" },
        { NB, "Vi retter feilen i morgen tirsdag 24. november kl. 17.30.", "" },
        { NB, "Det kan skyldes et tre. Vi melder mer kl. 17.30.", "E13" },
        { NB, "Det kan skyldes et tre, men vi vet ikke. Vi melder mer kl. 17.30.", "" },
        { NB, "Vedrørende feilen melder vi mer kl. 17.30.", "W1" },
        { NB, "Kabelen byttes. Vi melder mer kl. 17.30.", "W2" },
        { NB, "Kabelen blir rettet. Vi melder mer kl. 17.30.", "W2" },
        { NB, "Strømmen er tilbake kl. 17.30.", "W4" },
        { NB, "Vi beklager.", "E3 W8" },
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
a_changed_time_says_why(void **state)
{
    struct message message;
    struct plain_subject subject = { .catalogue = catalogues[SV], .message = &message };

    (void)state;
    bare_message(&message, NOTICE_ETR_CHANGED, KIND_POWER);
    add_place(&message, "Täby kyrkby");
    know(&message, FIELD_ETR);
    message.facts.etr.at_ms = moment("2026-11-23T17:30:00+01:00");
    localized_add(&message.facts.etr.reason, "sv", "Kabeln är av på två ställen.");
    subject.text = "Ny tid för Täby kyrkby. Vi räknar med kl. 17.30.";
    expect_codes(&subject, "E5 E5");
    subject.text =
        "Ny tid för Täby kyrkby. Vi sa kl. 16.00. Nu räknar vi med kl. 17.30.";
    expect_codes(&subject, "E5");
    subject.short_form = true;
    expect_codes(&subject, "");
    subject.short_form = false;
    subject.text =
        "Ny tid för Täby kyrkby. Vi sa kl. 16.00. Nu räknar vi med kl. 17.30. "
        "Skälet: Kabeln är av på två ställen.";
    expect_codes(&subject, "");
    subject.text =
        "Ny tid för Täby kyrkby. Vi sa kl. 16.00. Nu räknar vi med kl. 17.30. "
        "Vi vet inte skälet än.";
    expect_codes(&subject, "");
    message_clear(&message);
}

static void
links_lead_to_the_page(void **state)
{
    static const struct {
        const char *text, *codes;
    } rows[] = {
        { "Vi skriver på https://drift.example.se/a kl. 17.30.", "" },
        { "Vi skriver på https://drift.example.se kl. 17.30.", "" },
        { "Vi skriver på https://drift.example.se.evil.org/a kl. 17.30.", "E12" },
        { "Vi skriver på https://drift.example.sexy kl. 17.30.", "E12" },
        { "Vi svarar på drift@example.se kl. 17.30.", "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct plain_subject subject = { .catalogue = catalogues[SV],
                                               .page_url = "https://drift.example.se",
                                               .text = rows[i].text };

        expect_codes(&subject, rows[i].codes);
    }
}

static void
the_mark_of_an_exercise_stands_first(void **state)
{
    struct message message;
    struct plain_subject subject = { .catalogue = catalogues[NB], .message = &message };

    (void)state;
    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    add_place(&message, "Storvik");
    know(&message, FIELD_MODE);
    message.facts.mode = MODE_EXERCISE;
    subject.text = "ØVELSE: Vi har ikke strøm i Storvik kl. 17.30.";
    expect_codes(&subject, "");
    subject.text = "Vi har ikke strøm i Storvik kl. 17.30. Dette er en ØVELSE.";
    expect_codes(&subject, "E14");
    message.facts.mode = MODE_TEST;
    subject.text = "ØVELSE: Vi har ikke strøm i Storvik kl. 17.30.";
    expect_codes(&subject, "E14");
    message_clear(&message);
}

static void
difficulty_is_measured(void **state)
{
    struct reading reading;

    (void)state;
    plain_read(catalogues[SV],
               "Vi lagar. Ring kl. 17.30 om elnätsanslutningen krånglar!", &reading);
    assert_int_equal(reading.words, 8);
    assert_int_equal(reading.sentences, 2);
    assert_int_equal(reading.long_words, 2);
    assert_int_equal(reading.longest_sentence, 6);
    /* 8/2 + 100*2/8 */
    assert_true(plain_lix(&reading) > 28.9 && plain_lix(&reading) < 29.1);
    plain_read(catalogues[EN], "The cat sat on the mat.", &reading);
    assert_int_equal(reading.syllables, 6);
    plain_read(catalogues[NB], "Vi kommer tirsdag 24. november kl. 9.30.", &reading);
    assert_int_equal(reading.sentences, 1);
    plain_read(catalogues[EN], "The cat sat on the mat.", &reading);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_words_are_judged),
        cmocka_unit_test(a_notice_needs_more),
        cmocka_unit_test(what_to_do_comes_first_when_health_is_at_stake),
        cmocka_unit_test(a_changed_time_says_why),
        cmocka_unit_test(links_lead_to_the_page),
        cmocka_unit_test(the_mark_of_an_exercise_stands_first),
        cmocka_unit_test(difficulty_is_measured),
        cmocka_unit_test(hard_texts_are_stopped),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
