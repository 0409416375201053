/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every phrase that counts something: one is one, and everything else is several, in
 * every language.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message_fixture.h"
#include "text/fit.h"
#include "text/missed.h"
#include "text/script.h"

/* What is said of 0, 1, 2, 21 and 1000; "" where a phrase needs other values too. */
static const int64_t numbers[] = { 0, 1, 2, 21, 1000 };
static const struct {
    const char *key;
    const char *said[2][ARRAY_COUNT(numbers)];
} rows[] = {
    { "customers",
      { { "0 kunder", "1 kund", "2 kunder", "21 kunder", "1 000 kunder" },
        { "0 customers", "1 customer", "2 customers", "21 customers",
          "1,000 customers" } } },
    { "page.n_open",
      { { "0 fel pågår.", "1 fel pågår.", "2 fel pågår.", "21 fel pågår.",
          "1 000 fel pågår." },
        { "0 faults are going on.", "1 fault is going on.", "2 faults are going on.",
          "21 faults are going on.", "1,000 faults are going on." } } },
    { "page.n_without",
      { { "0 kunder är drabbade nu.", "1 kund är drabbad nu.",
          "2 kunder är drabbade nu.", "21 kunder är drabbade nu.",
          "1 000 kunder är drabbade nu." },
        { "0 customers are affected now.", "1 customer is affected now.",
          "2 customers are affected now.", "21 customers are affected now.",
          "1,000 customers are affected now." } } },
    { "page.n_back",
      { { "av dem har 0 fått det lagat", "av dem har 1 fått det lagat",
          "av dem har 2 fått det lagat", "av dem har 21 fått det lagat",
          "av dem har 1 000 fått det lagat" },
        { "mended for 0 of them", "mended for 1 of them", "mended for 2 of them",
          "mended for 21 of them", "mended for 1,000 of them" } } },
    { "page.n_smaller",
      { { "0 till", "1 till", "2 till", "21 till", "1 000 till" },
        { "0 more", "1 more", "2 more", "21 more", "1,000 more" } } },
    { "page.newest_ended",
      { { "Här står bara de 0 senaste.", "Här står bara den senaste.",
          "Här står bara de 2 senaste.", "Här står bara de 21 senaste.",
          "Här står bara de 1 000 senaste." },
        { "Only the 0 newest are shown.", "Only the newest is shown.",
          "Only the 2 newest are shown.", "Only the 21 newest are shown.",
          "Only the 1,000 newest are shown." } } },
    { "alarm.waiting",
      { { "0 besked väntar", "1 besked väntar", "2 besked väntar", "21 besked väntar",
          "1 000 besked väntar" },
        { "0 messages wait", "1 message waits", "2 messages wait", "21 messages wait",
          "1,000 messages wait" } } },
    { "storm.incidents",
      { { "0 avbrott", "1 avbrott", "2 avbrott", "21 avbrott", "1 000 avbrott" },
        { "0 faults", "1 fault", "2 faults", "21 faults", "1,000 faults" } } },
    { "storm.new",
      { { "0 nya avbrott", "1 nytt avbrott", "2 nya avbrott", "21 nya avbrott",
          "1 000 nya avbrott" },
        { "0 new faults", "1 new fault", "2 new faults", "21 new faults",
          "1,000 new faults" } } },
    { "storm.ended",
      { { "0 avbrott är över", "1 avbrott är över", "2 avbrott är över",
          "21 avbrott är över", "1 000 avbrott är över" },
        { "0 faults are over", "1 fault is over", "2 faults are over",
          "21 faults are over", "1,000 faults are over" } } },
    { "storm.minutes",
      { { "0 minuter", "1 minut", "2 minuter", "21 minuter", "1 000 minuter" },
        { "0 minutes", "1 minute", "2 minutes", "21 minutes", "1,000 minutes" } } },
};

static void
each_number_has_its_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        for (size_t language = 0; language < 2; language++) {
            for (size_t n = 0; n < ARRAY_COUNT(numbers); n++) {
                char *said =
                    catalogue_plural(catalogues[language], rows[i].key, numbers[n]);

                assert_string_equal(said, rows[i].said[language][n]);
                free(said);
            }
        }
    }
}

/* Those that need more than the number; tested below, that of alarms in
 * many_promises_one_alarm.story. */
static const char *const with_more[] = { "places.more", "missed.more", "missed.count",
                                         "alarm.promise.more" };

static bool
is_tested(const char *key, size_t len)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (strlen(rows[i].key) == len && strncmp(rows[i].key, key, len) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(with_more); i++) {
        if (strlen(with_more[i]) == len && strncmp(with_more[i], key, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool
ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);

    return len >= n && strcmp(text + len - n, end) == 0;
}

/* A phrase that counts and is not in the table above would not be tested. */
static void
no_counting_phrase_is_left_out(void **state)
{
    (void)state;
    for (size_t language = 0; language < 2; language++) {
        const struct catalogue *catalogue = catalogues[language];
        size_t n = 0;

        for (size_t i = 0; i < catalogue->n_phrases; i++) {
            const char *key = catalogue->phrases[i].key;

            if (!ends_with(key, ".one")) {
                continue;
            }
            n++;
            if (!is_tested(key, strlen(key) - strlen(".one"))) {
                fail_msg("%s is not tested", key);
            }
        }
        assert_int_equal(n, ARRAY_COUNT(rows) + ARRAY_COUNT(with_more));
    }
}

static void
expect_places(size_t n, const char *swedish, const char *english)
{
    const char *const expected[] = { swedish, english };
    struct message message;

    bare_message(&message, NOTICE_FIRST, KIND_POWER);
    for (size_t i = 0; i < n; i++) {
        char *name = string_format("Mycket långt namn %zu", i + 1);

        add_place(&message, name);
        free(name);
    }
    for (size_t language = 0; language < 2; language++) {
        char *text = text_places(catalogues[language], &message.facts, 1);

        assert_string_equal(text, expected[language]);
        free(text);
    }
    message_clear(&message);
}

static void
places_that_are_not_named_are_counted(void **state)
{
    (void)state;
    expect_places(1, "Mycket långt namn 1", "Mycket långt namn 1");
    expect_places(2, "Mycket långt namn 1 och 1 plats till",
                  "Mycket långt namn 1 and 1 more place");
    expect_places(3, "Mycket långt namn 1 och 2 platser till",
                  "Mycket långt namn 1 and 2 more places");
    expect_places(22, "Mycket långt namn 1 och 21 platser till",
                  "Mycket långt namn 1 and 21 more places");
    expect_places(1001, "Mycket långt namn 1 och 1 000 platser till",
                  "Mycket långt namn 1 and 1,000 more places");
}

static void
expect_missed(size_t n, size_t language, const char *more, const char *count)
{
    const struct compose_context context = usual_context();
    const struct missed missed = { .count = n,
                                   .from_ms = moment("2026-11-23T13:50:00+01:00") };
    struct strings lines = { 0 };
    char *sentence = text_missed_count(catalogues[language], &missed, &context);

    text_missed(catalogues[language], &missed, &context, &lines);
    assert_int_equal(lines.count, 2);
    assert_string_equal(lines.items[1], more);
    assert_string_equal(sentence, count);
    strings_clear(&lines);
    free(sentence);
}

static void
missed_messages_are_counted(void **state)
{
    (void)state;
    expect_missed(1, 0, "Dessutom 1 äldre meddelande, skrivet kl. 13.50",
                  "Det här ersätter ett besked, skrivet kl. 13.50.");
    expect_missed(21, 0, "Dessutom 21 äldre meddelanden, det första skrivet kl. 13.50",
                  "Det här ersätter 21 besked, det första skrivet kl. 13.50.");
    expect_missed(1, 1, "And 1 older message, written at 13:50",
                  "This replaces one message, written at 13:50.");
    expect_missed(1000, 1, "And 1,000 older messages, the first written at 13:50",
                  "This replaces 1,000 messages, the first written at 13:50.");
}

/* In a whole sentence: {restored} of {customers}, and those who wait. */
static void
expect_partly(int64_t affected, int64_t restored, size_t language, const char *sentence)
{
    const struct compose_context context = usual_context();
    struct text_set set = { 0 };
    struct message message;

    bare_message(&message, NOTICE_PARTLY_RESTORED, KIND_POWER);
    know(&message, FIELD_CUSTOMERS_AFFECTED);
    know(&message, FIELD_CUSTOMERS_RESTORED);
    message.facts.customers_affected = affected;
    message.facts.customers_restored = restored;
    text_compose(catalogues[language], &message, &context, &set);
    if (strstr(set.long_text, sentence) == NULL) {
        fail_msg("\"%s\" lacks \"%s\"", set.long_text, sentence);
    }
    text_set_free(&set);
    message_clear(&message);
}

static void
sentences_about_customers_agree(void **state)
{
    (void)state;
    expect_partly(2, 1, 0, "1 av 2 kunder har ström igen.");
    expect_partly(2, 1, 0, "1 kund väntar fortfarande.");
    expect_partly(1432, 411, 0, "411 av 1 432 kunder har ström igen.");
    expect_partly(1432, 411, 0, "1 021 kunder väntar fortfarande.");
    expect_partly(1, 1, 0, "1 kund har ström igen.");
    expect_partly(2, 1, 1, "The power is back for 1 of 2 customers.");
    expect_partly(2, 1, 1, "Still waiting: 1 customer.");
    expect_partly(1, 1, 1, "The power is back for 1 customer.");
}

/* A time that was given on another day is told with its day. */
static void
an_old_estimate_names_its_day(void **state)
{
    const struct compose_context context = usual_context();
    static const char *const said[2][2] = {
        { "Vi sa kl. 16.00.", "Vi sa söndag 22 november kl. 17.30." },
        { "We expected it at 16:00.", "We expected it on Sunday 22 November at 17:30." }
    };
    static const char *const times[] = { "2026-11-23T16:00:00+01:00",
                                         "2026-11-22T17:30:00+01:00" };

    (void)state;
    for (size_t language = 0; language < 2; language++) {
        for (size_t i = 0; i < 2; i++) {
            struct message message;
            struct text_set set = { 0 };

            full_message(&message, NOTICE_ETR_CHANGED, KIND_POWER);
            message.old_etr_at_ms = moment(times[i]);
            text_compose(catalogues[language], &message, &context, &set);
            if (strstr(set.short_text, said[language][i]) == NULL ||
                strstr(set.long_text, said[language][i]) == NULL) {
                fail_msg("\"%s\" and \"%s\" lack \"%s\"", set.short_text, set.long_text,
                         said[language][i]);
            }
            text_set_free(&set);
            message_clear(&message);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_has_its_form),
        cmocka_unit_test(no_counting_phrase_is_left_out),
        cmocka_unit_test(places_that_are_not_named_are_counted),
        cmocka_unit_test(missed_messages_are_counted),
        cmocka_unit_test(sentences_about_customers_agree),
        cmocka_unit_test(an_old_estimate_names_its_day),
    };

    return cmocka_run_group_tests(tests, set_up_catalogues, tear_down_catalogues);
}
