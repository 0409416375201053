/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long a message takes to be written for each kind of room, beside the long text,
 * which only fills in its sentences, in the same run. Only the ratios mean anything.
 *
 *   bench_compose [MESSAGES]
 */
#include "base/memory.h"
#include "base/timestamp.h"
#include "text/fit.h"
#include "text/local_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOW INT64_C(1795439102000)

enum {
    MESSAGES = 10000,
    MAX_PLACES = 12
};

static double
seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Something about a power cut that knows more or less, by number. */
static void
make(struct message *message, int number)
{
    static const enum notice notices[] = { NOTICE_FIRST, NOTICE_ETR_CHANGED,
                                           NOTICE_PARTLY_RESTORED, NOTICE_RESTORED };
    struct facts *facts = &message->facts;

    message->notice = notices[(size_t)number % ARRAY_COUNT(notices)];
    message->written_at_ms = NOW;
    message->old_etr_at_ms = NOW - HOURS_MS;
    message->old_planned_from_ms = message->old_planned_to_ms = TIME_NONE;
    message->old_next_word_at_ms = TIME_NONE;
    message->next_word_at_ms = NOW + HOURS_MS;
    (void)snprintf(message->incident_id, sizeof(message->incident_id), "i_abc_1");
    facts->kind = KIND_POWER;
    facts->status = INCIDENT_CONFIRMED;
    facts->started_at_ms = NOW - 2 * HOURS_MS;
    facts->etr.at_ms = NOW + (number % 48) * HOURS_MS;
    facts->etr.basis = ETR_BASIS_CREW;
    facts->cause.code = CAUSE_TREE;
    facts->customers_affected = 1 + number;
    facts->customers_restored = number / 2;
    facts->n_places = (size_t)(1 + number % MAX_PLACES);
    facts->places = memory_array(facts->n_places, sizeof(*facts->places));
    for (size_t i = 0; i < facts->n_places; i++) {
        facts->places[i].name = string_format("Täby kyrkby norra %zu", i);
    }
    strings_add(&facts->advice, "keep_fridge_closed");
    strings_add(&facts->advice, "stay_away_from_lines");
    facts->has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) |
                 FIELD_BIT(FIELD_STARTED_AT) | FIELD_BIT(FIELD_ETR) |
                 FIELD_BIT(FIELD_CAUSE) | FIELD_BIT(FIELD_CUSTOMERS_AFFECTED) |
                 FIELD_BIT(FIELD_CUSTOMERS_RESTORED) | FIELD_BIT(FIELD_PLACES) |
                 FIELD_BIT(FIELD_ADVICE);
}

/* Seconds for n messages by the rule; NULL: the long text. */
static double
measure(const struct catalogue *catalogue, const struct length_rule *rule, int n)
{
    const struct compose_context context = { .organisation = "Täby Nät",
                                             .contact = "Ring 020-00 00 00",
                                             .page_url = "https://drift.example.se",
                                             .now_ms = NOW };
    double total = 0;

    for (int i = 0; i < n; i++) {
        struct message message = { 0 };
        struct fitted fitted = { 0 };
        double began;

        make(&message, i);
        began = seconds();
        text_fit(catalogue, &message, &context, NULL, rule, &fitted);
        total += seconds() - began;
        fitted_clear(&fitted);
        message_clear(&message);
    }
    return total;
}

int
main(int argc, char **argv)
{
    static const char *const rules[] = { "1 sms",           "2 sms",
                                         "3 sms ucs2",      "280 weighted",
                                         "500 graphemes",   "300 graphemes",
                                         "500 code points", "1000 bytes" };
    int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : MESSAGES;
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };
    double whole;

    if (local_zone_set("Europe/Stockholm", &error) != STATUS_OK ||
        catalogue_builtin("sv", &catalogue, &error) != STATUS_OK) {
        fatal("%s", error.text);
    }
    whole = measure(catalogue, NULL, n);
    printf("%-16s %8.1f us each\n", "long text", whole / n * 1e6);
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        struct length_rule rule;
        double took;

        if (length_rule_parse(rules[i], &rule, &error) != STATUS_OK) {
            fatal("%s", error.text);
        }
        took = measure(catalogue, &rule, n);
        printf("%-16s %8.1f us each, %5.2f times the long text\n", rules[i],
               took / n * 1e6, took / whole);
    }
    catalogue_free(catalogue);
    return 0;
}
