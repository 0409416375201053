/* SPDX-License-Identifier: EUPL-1.2 */
/* Summaries in every language: whole, short enough, the places that matter first, and
 * held to the rules of plain language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "text/compose.h"
#include "text/fit.h"
#include "text/gsm7.h"
#include "text/local_time.h"
#include "text/plain.h"

#include <stdlib.h>
#include <string.h>

static const int64_t t0 = INT64_C(1795439100000); /* 14:05 in Sweden */
static const char *const languages[] = { "sv", "en" };
static struct catalogue *catalogues[ARRAY_COUNT(languages)];

static const struct compose_context context = { .organisation = "Täby Nät",
                                                .contact = "Ring 020-00 00 00",
                                                .page_url = "https://drift.example.se",
                                                .now_ms = INT64_C(1795439100000) };

static void
add_place(struct message *message, const char *name, int64_t customers,
          int64_t incidents, bool is_due)
{
    struct summary_place *place = summary_place_add(&message->summary);

    place->name = string_copy(name);
    place->customers = customers;
    place->incidents = incidents;
    place->is_due = is_due;
    message->summary.open += incidents;
    message->summary.customers += customers;
}

static void
add_advice(struct message *message)
{
    message->facts.kind = KIND_POWER;
    message->facts.has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_ADVICE);
    strings_add(&message->facts.advice, "stay_away_from_lines");
    strings_add(&message->facts.advice, "unplug_appliances");
    strings_add(&message->facts.advice, "check_on_neighbours");
}

static void
make(struct message *message, enum notice notice)
{
    *message = (struct message){
        .notice = notice,
        .written_at_ms = t0,
        .next_word_at_ms =
            notice == NOTICE_STORM_OVER ? TIME_NONE : t0 + 10 * MINUTES_MS,
        .summary = { .since_ms = t0 - HOURS_MS, .every_ms = 10 * MINUTES_MS }
    };
    add_advice(message);
    add_place(message, "Lund", 40, 2, false);
    add_place(message, "Ystad", 1432, 1, true);
    add_place(message, "Skurup", 700, 0, true);
    message->summary.fresh = 2;
    message->summary.ended = 1;
    summary_sort(&message->summary, 200);
}

static void
compose(struct message *message, struct texts *texts)
{
    texts_compose(catalogues, ARRAY_COUNT(languages), message, &context, texts);
}

static void
test_words(void **state)
{
    struct message message;
    struct texts texts = { 0 };

    (void)state;
    make(&message, NOTICE_STORM_BEGUN);
    message.summary.customers = 1472;
    compose(&message, &texts);
    assert_string_equal(texts.items[0].short_text,
                        "Täby Nät: 3 avbrott just nu. 1 472 kunder är utan ström i "
                        "Ystad, Skurup (över) och Lund (2). Nytt besked senast 14.15. "
                        "https://drift.example.se");
    assert_string_equal(texts.items[1].title, "Many faults. No power: 1,472 customers");
    assert_string_equal(
        texts.items[1].long_text,
        "Täby Nät: 3 faults now. No power in Ystad, Skurup (over) and Lund (2): 1,472 "
        "customers. Next word by 14:15. We write about all of them at once, with 10 "
        "minutes between. You get that instead of a word on each fault.\n\n"
        "Most customers: Ystad (1,432 customers), Lund (40 customers). Since the last "
        "word: 2 new faults. Since the last word: 1 fault is over.\n\n"
        "If you see a line on the ground, stay away and call 112. Turn off the stove "
        "and the iron, and unplug what can break. Look in on a neighbour who may need "
        "help.\n\n"
        "Questions? Ring 020-00 00 00. Please pass it on: "
        "https://drift.example.se/en");
    texts_clear(&texts);
    message_clear(&message);
}

static void
test_over_and_nothing_left(void **state)
{
    struct message message;
    struct texts texts = { 0 };

    (void)state;
    make(&message, NOTICE_STORM_OVER);
    summary_clear(&message.summary);
    compose(&message, &texts);
    assert_string_equal(texts.items[0].short_text,
                        "Täby Nät: Nu är det färre avbrott. Inga avbrott just nu. Vi "
                        "skriver om varje avbrott igen. Skrivet kl. 14.05. "
                        "https://drift.example.se");
    texts_clear(&texts);
    message_clear(&message);
}

/* How many places the short text names in every language. */
static size_t
named_in_all(const struct message *message)
{
    static const struct length_rule one_sms = { .unit = LENGTH_GSM7, .most = 1 };
    size_t least = message->summary.n_places;

    for (size_t i = 0; i < ARRAY_COUNT(languages); i++) {
        struct fitted fitted = { 0 };

        text_fit(catalogues[i], message, &context, NULL, &one_sms, &fitted);
        least = fitted.n_named < least ? fitted.n_named : least;
        fitted_clear(&fitted);
    }
    return least;
}

/* As many places as there is room for. */
static void
test_names_fill_the_short_text(void **state)
{
    struct message message;
    struct texts texts = { 0 };
    size_t named;

    (void)state;
    make(&message, NOTICE_STORM);
    for (int i = 0; i < 60; i++) {
        char *name = string_format("Platsen%02d", i);

        add_place(&message, name, 500 - i, 1, true);
        free(name);
    }
    summary_sort(&message.summary, 20);
    assert_int_equal(message.summary.n_places, 62); /* those that are due stay */
    assert_int_equal(message.summary.n_more, 1);
    named = named_in_all(&message);
    assert_in_range(named, 4, 20);
    compose(&message, &texts);
    for (size_t i = 0; i < texts.count; i++) {
        assert_true(gsm7_length(texts.items[i].short_text) <= GSM7_SINGLE_PART);
        for (size_t j = 0; j < named; j++) {
            assert_non_null(
                strstr(texts.items[i].short_text, message.summary.places[j].name));
        }
        /* The long text names all. */
        assert_non_null(strstr(texts.items[i].long_text, "Platsen59"));
    }
    texts_clear(&texts);
    message.summary.is_further = true;
    assert_true(named_in_all(&message) > named);
    message_clear(&message);
}

static void
test_every_kind_is_short_and_has_what_it_must(void **state)
{
    (void)state;
    for (int notice = NOTICE_STORM_BEGUN; notice <= NOTICE_STORM_OVER; notice++) {
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            struct message message;
            struct texts texts = { 0 };

            make(&message, (enum notice)notice);
            message.facts.kind = (enum incident_kind)kind;
            message.summary.is_further = notice == NOTICE_STORM && kind % 2 == 0;
            string_replace(&message.summary.places[1].name,
                           "{org} [x]\r\nBcc: a@b.se\u202Egnp");
            compose(&message, &texts);
            for (size_t i = 0; i < texts.count; i++) {
                const struct text_set *set = &texts.items[i];

                assert_true(gsm7_length(set->short_text) <= GSM7_SINGLE_PART);
                assert_non_null(strstr(set->short_text, "Täby Nät"));
                assert_non_null(strstr(set->short_text, "Ystad"));
                assert_non_null(strpbrk(set->short_text, "1234567890"));
                assert_true(utf8_count_graphemes(set->title) <= 90);
                assert_null(strpbrk(set->short_text, "\r\n"));
                assert_null(strstr(set->long_text, "\u202E"));
            }
            texts_clear(&texts);
            message_clear(&message);
        }
    }
}

/* No rule that stops a text is broken, in any form. */
static void
expect_plain(const struct text_set *set, const struct catalogue *catalogue)
{
    const char *const forms[] = { set->short_text, set->long_text };

    for (size_t form = 0; form < ARRAY_COUNT(forms); form++) {
        const struct plain_subject subject = { .catalogue = catalogue,
                                               .text = forms[form],
                                               .organisation = context.organisation,
                                               .page_url = context.page_url,
                                               .short_form = form == 0 };
        struct plain_findings findings = { 0 };

        if (plain_check(&subject, &findings) > 0) {
            fail_msg("%s: %s", findings.items[0].problem, forms[form]);
        }
        plain_findings_clear(&findings);
    }
}

static void
test_plain_language(void **state)
{
    (void)state;
    for (int notice = NOTICE_STORM_BEGUN; notice <= NOTICE_STORM_OVER; notice++) {
        struct message message;
        struct texts texts = { 0 };

        make(&message, (enum notice)notice);
        compose(&message, &texts);
        for (size_t i = 0; i < texts.count; i++) {
            expect_plain(&texts.items[i], catalogues[i]);
        }
        texts_clear(&texts);
        message_clear(&message);
    }
}

static int
setup(void **state)
{
    struct error error = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(languages); i++) {
        if (catalogue_builtin(languages[i], &catalogues[i], &error) != STATUS_OK) {
            return -1;
        }
    }
    return local_zone_set("Europe/Stockholm", &error) == STATUS_OK ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(languages); i++) {
        catalogue_free(catalogues[i]);
    }
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_over_and_nothing_left),
        cmocka_unit_test(test_names_fill_the_short_text),
        cmocka_unit_test(test_every_kind_is_short_and_has_what_it_must),
        cmocka_unit_test(test_plain_language),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
