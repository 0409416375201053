/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Incidents, messages, texts, results, counters and histograms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/report.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static void
test_merged_incident(void **state)
{
    struct incident incident = { .source = string_copy("oms"),
                                 .incident = string_copy("I-1") };

    (void)state;
    assert_false(incident_is_merged(&incident));
    incident.facts.merge_into = string_copy("I-2");
    incident.facts.has = FIELD_BIT(FIELD_MERGE_INTO);
    assert_true(incident_is_merged(&incident));
    incident_clear(&incident);
    assert_false(incident_is_merged(&incident));
}

static void
test_texts(void **state)
{
    struct texts texts = { .items = memory_array(2, sizeof(struct text_set)),
                           .count = 2 };
    struct message message = { .source = string_copy("oms"),
                               .incident = string_copy("I-1") };

    (void)state;
    texts.items[0].language = string_copy("sv");
    texts.items[1].language = string_copy("en");
    texts.items[1].title = string_copy("t");
    texts.items[1].short_text = string_copy("s");
    texts.items[1].long_text = string_copy("l");
    assert_string_equal(texts_find(&texts, "en")->title, "t");
    assert_null(texts_find(&texts, "fi"));
    texts_clear(&texts);
    assert_null(texts_find(&texts, "sv"));
    message_clear(&message);
    assert_null(message.source);
}

static void
test_results_and_report(void **state)
{
    struct submit_results results = { 0 };
    struct daemon_report report = { .line = string_copy("ok") };

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct submit_result *result = submit_results_add(&results);

        assert_null(result->why);
        result->event_id = string_copy("e");
        result->incident = string_copy("i");
        result->why = string_copy("no route matched");
        result->warning = string_copy("w");
    }
    assert_int_equal(results.count, 5);
    submit_results_clear(&results);
    assert_int_equal(results.count, 0);

    strings_add(&report.notes, "a note");
    report.channels = memory_array(1, sizeof(*report.channels));
    report.n_channels = 1;
    report.channels[0].name = string_copy("mail");
    report.channels[0].driver = string_copy("email");
    report.channels[0].last_error = string_copy("refused");
    daemon_report_clear(&report);
    assert_null(report.line);
}

static void
test_counters(void **state)
{
    struct counters counters = { 0 };

    (void)state;
    counters_add(&counters, "oms", "applied", 2);
    counters_add(&counters, "oms", "repeat", 1);
    counters_add(&counters, "oms", "applied", 3);
    counters_add(&counters, "oms", NULL, 4);
    assert_int_equal(counters.count, 3);
    assert_int_equal(counters.items[0].n, 5);
    assert_string_equal(counters.items[1].b, "repeat");
    assert_int_equal(counters.items[2].n, 4);
    counters_clear(&counters);
    assert_int_equal(counters.count, 0);
}

static void
test_bounds_rise(void **state)
{
    (void)state;
    for (size_t i = 1; i < HISTOGRAM_BUCKETS; i++) {
        assert_true(histogram_delivery_bounds[i] > histogram_delivery_bounds[i - 1]);
        assert_true(histogram_commit_bounds[i] > histogram_commit_bounds[i - 1]);
    }
}

static void
test_histogram_is_cumulative(void **state)
{
    struct metrics metrics;

    (void)state;
    metrics_init(&metrics);
    histogram_add(&metrics.event_to_delivery, 0.1); /* the bound belongs to it */
    histogram_add(&metrics.event_to_delivery, 3.0);
    histogram_add(&metrics.event_to_delivery, 1e6);
    assert_int_equal(metrics.event_to_delivery.count, 3);
    assert_true(fabs(metrics.event_to_delivery.sum - 1000003.1) < 1e-6);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        int64_t expected = histogram_delivery_bounds[i] >= 3.0 ? 2 : 1;
        assert_int_equal(metrics.event_to_delivery.buckets[i], expected);
    }
    counters_add(&metrics.events, "a", "b", 1);
    counters_add(&metrics.deliveries, "a", "b", 1);
    metrics_clear(&metrics);
    assert_int_equal(metrics.events.count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merged_incident),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_results_and_report),
        cmocka_unit_test(test_counters),
        cmocka_unit_test(test_bounds_rise),
        cmocka_unit_test(test_histogram_is_cumulative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
