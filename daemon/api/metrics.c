/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The counters as Prometheus reads them, text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). No id and no address
 * is a label. Numbers are written without printf's %f, which follows the locale.
 */
#include "api/answers.h"
#include "api/internal.h"
#include "api/rows.h"

#include <math.h>
#include <stdlib.h>

enum {
    MICROS_S = 1000000,
    MICROS_MS = 1000
};

struct label {
    const char *name, *value;
};
struct labels {
    struct label items[2];
    size_t n;
};

/* --- Writing ---------------------------------------------------------------------- */

static void
add_family(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
add_label_value(struct buffer *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            buffer_add(out, "\\n");
            continue;
        }
        if (*value == '"' || *value == '\\') {
            buffer_add_char(out, '\\');
        }
        buffer_add_char(out, *value);
    }
}

/* Up to the blank before the value. */
static void
add_head(struct buffer *out, const char *name, const char *suffix,
         const struct labels *labels)
{
    buffer_addf(out, "%s%s", name, suffix);
    for (size_t i = 0; i < labels->n; i++) {
        buffer_addf(out, "%c%s=\"", i == 0 ? '{' : ',', labels->items[i].name);
        add_label_value(out, labels->items[i].value);
        buffer_add_char(out, '"');
    }
    buffer_add(out, labels->n > 0 ? "} " : " ");
}

static void
add_sample(struct buffer *out, const char *name, const struct labels *labels, int64_t n)
{
    add_head(out, name, "", labels);
    buffer_addf(out, "%lld\n", (long long)n);
}

/* Seconds from millionths, without zeros at the end. */
static void
add_seconds(struct buffer *out, int64_t micros)
{
    long long whole = llabs(micros) / MICROS_S;
    long long part = llabs(micros) % MICROS_S;

    buffer_addf(out, "%s%lld", micros < 0 ? "-" : "", whole);
    if (part == 0) {
        return;
    }
    buffer_addf(out, ".%06lld", part);
    while (out->data[out->len - 1] == '0') {
        out->data[--out->len] = '\0';
    }
}

static void
add_seconds_sample(struct buffer *out, const char *name, const char *suffix,
                   const struct labels *labels, int64_t micros)
{
    add_head(out, name, suffix, labels);
    add_seconds(out, micros);
    buffer_add_char(out, '\n');
}

static void
add_counters(struct buffer *out, const char *name, const char *label_a,
             const struct counters *counters)
{
    for (size_t i = 0; i < counters->count; i++) {
        const struct counter *counter = &counters->items[i];
        const struct labels labels = {
            { { label_a, counter->a }, { "result", counter->b } }, 2
        };

        add_sample(out, name, &labels, counter->n);
    }
}

static int64_t
micros_of(double seconds)
{
    return (int64_t)llround(seconds * MICROS_S);
}

static void
add_bucket(struct buffer *out, const char *name, const char *bound, int64_t n)
{
    const struct labels labels = { { { "le", bound } }, 1 };

    add_head(out, name, "_bucket", &labels);
    buffer_addf(out, "%lld\n", (long long)n);
}

static void
add_histogram(struct buffer *out, const char *name, const char *help,
              const struct histogram *histogram)
{
    static const struct labels none = { 0 };
    struct buffer bound = { 0 };

    add_family(out, name, "histogram", help);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        buffer_reset(&bound);
        add_seconds(&bound, micros_of(histogram->bounds[i]));
        add_bucket(out, name, bound.data, histogram->buckets[i]);
    }
    buffer_clear(&bound);
    add_bucket(out, name, "+Inf", histogram->count);
    add_seconds_sample(out, name, "_sum", &none, micros_of(histogram->sum));
    add_head(out, name, "_count", &none);
    buffer_addf(out, "%lld\n", (long long)histogram->count);
}

/* --- Incidents and queues --------------------------------------------------------- */

static void
add_incidents(struct buffer *out, struct store *store)
{
    static const char name[] = "budkavle_incidents";
    int64_t counts[INCIDENT_STATUS_COUNT];
    int64_t waiting, oldest_ms;

    store_incident_counts(store, counts, &waiting, &oldest_ms);
    add_family(out, name, "gauge",
               "Incidents by state; waiting: too little is known of them.");
    for (int status = 0; status < INCIDENT_STATUS_COUNT; status++) {
        const struct labels labels = { { { "state", name_of(&status_names, status) } },
                                       1 };

        add_sample(out, name, &labels, counts[status]);
    }
    add_sample(out, name, &(const struct labels){ { { "state", "waiting" } }, 1 },
               waiting);
}

struct queues {
    struct store *store;
    struct strings names;
};

static bool
has_unfinished(struct store *store, const char *channel)
{
    struct channel_counts counts;
    int64_t n = 0;

    store_outbound_counts(store, channel, &counts);
    for (int state = DELIVERY_HELD; state <= DELIVERY_PARKED; state++) {
        n += counts.states[state];
    }
    return n > 0;
}

static void
on_channel(void *context, const char *channel)
{
    struct queues *queues = context;

    if (!strings_has(&queues->names, channel) &&
        has_unfinished(queues->store, channel)) {
        strings_add(&queues->names, channel);
    }
}

/* The configured channels, and those that are not any more and still have a queue. */
static void
collect_queues(const struct daemon_report *report, struct queues *queues)
{
    for (size_t i = 0; i < report->n_channels; i++) {
        strings_add(&queues->names, report->channels[i].name);
    }
    store_outbound_channels(queues->store, on_channel, queues);
}

static void
add_queue_messages(struct buffer *out, const struct queues *queues)
{
    static const char name[] = "budkavle_queue_messages";
    struct channel_counts counts;

    add_family(out, name, "gauge", "Deliveries that are not concluded, by state.");
    for (size_t i = 0; i < queues->names.count; i++) {
        store_outbound_counts(queues->store, queues->names.items[i], &counts);
        for (int state = DELIVERY_HELD; state <= DELIVERY_PARKED; state++) {
            const struct labels labels = {
                { { "channel", queues->names.items[i] },
                  { "state", name_of(&delivery_state_names, state) } },
                2
            };

            add_sample(out, name, &labels, counts.states[state]);
        }
    }
}

static void
add_queue_oldest(struct buffer *out, const struct queues *queues, int64_t now_ms)
{
    static const char name[] = "budkavle_queue_oldest_seconds";

    add_family(out, name, "gauge",
               "Age of the oldest delivery that waits; parked ones do not count.");
    for (size_t i = 0; i < queues->names.count; i++) {
        const char *channel = queues->names.items[i];
        const struct labels labels = { { { "channel", channel } }, 1 };
        int64_t oldest_ms = store_outbound_oldest(queues->store, channel, false);
        bool none = oldest_ms == TIME_NONE || oldest_ms > now_ms;

        add_seconds_sample(out, name, "", &labels,
                           none ? 0 : (now_ms - oldest_ms) * MICROS_MS);
    }
}

static void
add_channels_up(struct buffer *out, const struct daemon_report *report)
{
    static const char name[] = "budkavle_channel_up";

    add_family(out, name, "gauge",
               "1 when the channel takes messages, 0 when it is down or paused.");
    for (size_t i = 0; i < report->n_channels; i++) {
        const struct channel_report *channel = &report->channels[i];
        const struct labels labels = { { { "channel", channel->name } }, 1 };

        add_sample(out, name, &labels, channel->state == CHANNEL_UP ? 1 : 0);
    }
}

static void
add_storms(struct buffer *out, const struct daemon_report *report)
{
    static const char name[] = "budkavle_storm";

    add_family(out, name, "gauge",
               "1 while the channel gets one running summary instead of a notice for "
               "each incident.");
    for (size_t i = 0; i < report->n_channels; i++) {
        const struct channel_report *channel = &report->channels[i];
        const struct labels labels = { { { "channel", channel->name } }, 1 };

        add_sample(out, name, &labels, channel->is_storm ? 1 : 0);
    }
}

static void
add_alarms(struct buffer *out, const struct daemon_report *report)
{
    static const char name[] = "budkavle_alarms";
    int64_t n[ALARM_KIND_COUNT] = { 0 };

    for (size_t i = 0; i < report->alarms.count; i++) {
        n[report->alarms.items[i].kind]++;
    }
    add_family(out, name, "gauge", "Alarms that are going on, by kind.");
    for (int kind = 0; kind < ALARM_KIND_COUNT; kind++) {
        const struct labels labels = { { { "kind", name_of(&alarm_kind_names, kind) } },
                                       1 };

        add_sample(out, name, &labels, n[kind]);
    }
}

/* --- The whole -------------------------------------------------------------------- */

void
metrics_format(const struct metrics *metrics, const struct daemon_report *report,
               struct store *store, int64_t now_ms, struct buffer *out)
{
    static const struct labels build = { { { "version", BUDKAVLE_VERSION } }, 1 };
    static const struct labels none = { 0 };
    struct queues queues = { .store = store };

    collect_queues(report, &queues);
    add_family(out, "budkavle_build_info", "gauge", "The version that runs; always 1.");
    add_sample(out, "budkavle_build_info", &build, 1);
    add_family(out, "budkavle_events_total", "counter",
               "Events that were taken, by source and result.");
    add_counters(out, "budkavle_events_total", "source", &metrics->events);
    add_incidents(out, store);
    add_family(out, "budkavle_deliveries_total", "counter",
               "Attempts at deliveries, by channel and what came of them.");
    add_counters(out, "budkavle_deliveries_total", "channel", &metrics->deliveries);
    add_family(out, "budkavle_returned_total", "counter",
               "Words that came back of deliveries, by channel and what they say.");
    add_counters(out, "budkavle_returned_total", "channel", &metrics->returned);
    add_family(out, "budkavle_reports_total", "counter",
               "Delivery reports, by channel and what they say: pending, failed, "
               "delivered; unknown (of a delivery removed since); refused.");
    add_counters(out, "budkavle_reports_total", "channel", &metrics->reports);
    add_queue_messages(out, &queues);
    add_queue_oldest(out, &queues, now_ms);
    add_channels_up(out, report);
    add_storms(out, report);
    add_alarms(out, report);
    add_family(out, "budkavle_configuration_last_good", "gauge",
               "1 while the last good configuration is in force, because it does not "
               "load as it is written now.");
    add_sample(out, "budkavle_configuration_last_good", &none,
               report->configuration_why != NULL ? 1 : 0);
    add_histogram(out, "budkavle_event_to_delivery_seconds",
                  "Time from the receipt of an event to the delivery of its message.",
                  &metrics->event_to_delivery);
    add_histogram(out, "budkavle_commit_seconds", "Time that a commit to disk took.",
                  &metrics->commit);
    strings_clear(&queues.names);
}

void
handle_metrics(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    struct daemon_report report = { 0 };
    struct buffer text = { 0 };

    ports->report(ports->context, &report);
    metrics_format(ports->metrics(ports->context), &report, call_store(call),
                   clock_wall_ms(), &text);
    daemon_report_clear(&report);
    if (store_failed(call_store(call))) {
        answer_read(call, NULL);
    } else {
        answer_text(call, 200, "text/plain; version=0.0.4; charset=utf-8", text.data,
                    text.len);
    }
    buffer_clear(&text);
}
