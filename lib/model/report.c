/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the program tells about itself, as plain data.
 */
#include "model/report.h"

#include "base/memory.h"

#include <stdlib.h>

struct submit_result *
submit_results_add(struct submit_results *results)
{
    results->items =
        memory_grow(results->items, results->count, sizeof(*results->items));
    results->items[results->count] = (struct submit_result){ 0 };
    return &results->items[results->count++];
}

void
submit_results_clear(struct submit_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        free(results->items[i].event_id);
        free(results->items[i].incident);
        free(results->items[i].why);
        free(results->items[i].warning);
    }
    free(results->items);
    *results = (struct submit_results){ 0 };
}

void
daemon_report_clear(struct daemon_report *report)
{
    free(report->line);
    free(report->configuration_why);
    strings_clear(&report->notes);
    alarms_clear(&report->alarms);
    for (size_t i = 0; i < report->n_channels; i++) {
        free(report->channels[i].name);
        free(report->channels[i].driver);
        free(report->channels[i].last_error);
    }
    free(report->channels);
    *report = (struct daemon_report){ 0 };
}

void
counters_add(struct counters *counters, const char *a, const char *b, int64_t n)
{
    for (size_t i = 0; i < counters->count; i++) {
        struct counter *counter = &counters->items[i];

        if (string_equal(counter->a, a) && string_equal(counter->b, b)) {
            counter->n += n;
            return;
        }
    }
    counters->items =
        memory_grow(counters->items, counters->count, sizeof(*counters->items));
    counters->items[counters->count++] =
        (struct counter){ .a = string_copy(a), .b = string_copy(b), .n = n };
}

void
counters_clear(struct counters *counters)
{
    for (size_t i = 0; i < counters->count; i++) {
        free(counters->items[i].a);
        free(counters->items[i].b);
    }
    free(counters->items);
    *counters = (struct counters){ 0 };
}

const double histogram_delivery_bounds[HISTOGRAM_BUCKETS] = { 0.1, 0.25, 0.5, 1,
                                                              2,   5,    10,  30,
                                                              60,  300,  900, 3600 };
const double histogram_commit_bounds[HISTOGRAM_BUCKETS] = { 0.0005, 0.001, 0.002, 0.005,
                                                            0.01,   0.02,  0.05,  0.1,
                                                            0.2,    0.5,   1,     5 };

void
histogram_add(struct histogram *histogram, double seconds)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        histogram->buckets[i] += seconds <= histogram->bounds[i];
    }
    histogram->count++;
    histogram->sum += seconds;
}

void
metrics_init(struct metrics *metrics)
{
    *metrics = (struct metrics){ 0 };
    metrics->event_to_delivery.bounds = histogram_delivery_bounds;
    metrics->commit.bounds = histogram_commit_bounds;
}

void
metrics_clear(struct metrics *metrics)
{
    counters_clear(&metrics->events);
    counters_clear(&metrics->deliveries);
    counters_clear(&metrics->returned);
    counters_clear(&metrics->reports);
    *metrics = (struct metrics){ 0 };
}
