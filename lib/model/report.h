/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the program tells about itself: what came of an event, how the channels are,
 * counters. Plain data, filled in by the pipeline and written out by the socket, the
 * status line and the metrics.
 */
#ifndef BUDKAVLE_MODEL_REPORT_H
#define BUDKAVLE_MODEL_REPORT_H

#include "model/message.h"

#include <stdbool.h>
#include <stdint.h>

/* What came of one event of a batch. */
struct submit_result {
    char *event_id;
    char *incident;                   /* the sender's number */
    char incident_id[PUBLIC_ID_SIZE]; /* the daemon's */
    enum event_result result;
    enum priority priority;       /* of its notice, else of the incident's facts */
    int64_t messages;             /* rows for channels that it caused */
    char held_id[PUBLIC_ID_SIZE]; /* the message that waits for a second person; "" */
    char *why;                    /* why nobody hears of it; NULL */
    char *warning;                /* what was taken otherwise; NULL */
};
struct submit_results {
    struct submit_result *items;
    size_t count;
};
struct submit_result *submit_results_add(struct submit_results *results); /* zeroed */
void submit_results_clear(struct submit_results *results);

struct channel_report {
    char *name;
    char *driver;
    enum channel_state state;
    int64_t since_ms; /* in this state since; TIME_NONE: since the start */
    int64_t waiting;  /* held, pending, in flight, unknown */
    int64_t parked;
    int64_t left;            /* recipients who left */
    int64_t oldest_ms;       /* when the oldest waiting row was made; TIME_NONE */
    int64_t next_due_ms;     /* TIME_NEVER: nothing waits */
    int64_t last_success_ms; /* TIME_NONE: never */
    int64_t redirects;       /* answers in a row that named another address (3xx) */
    char *last_error;        /* NULL: none since the last success */
    bool live;
    bool is_storm; /* gets one running summary instead of single notices */
};

struct daemon_report {
    char *line; /* what systemctl status shows */
    bool ok;
    int64_t started_at_ms;
    int64_t incidents; /* open ones */
    int64_t waiting;   /* deliveries not delivered yet */
    int64_t parked;
    int64_t oldest_ms;      /* TIME_NONE: nothing waits */
    int64_t waiting_events; /* incidents of which too little is known to exist */
    int64_t unrouted;       /* events since the start that matched no route */
    struct alarms alarms;   /* of the daemon's own trouble */
    int64_t log_row;        /* the newest row of the audit log, and its hash */
    char log_hash[SHA256_HEX_SIZE];
    int64_t configuration_ms; /* since when the configuration is in force; TIME_NONE */
    char *configuration_why;  /* it is the last good one, because of this; NULL */
    struct strings notes;     /* further sentences: what is wrong, what to do */
    struct channel_report *channels;
    size_t n_channels;
};
void daemon_report_clear(struct daemon_report *report);

/* A counter with one or two labels' values. */
struct counter {
    char *a, *b; /* e.g. source, result */
    int64_t n;
};
struct counters {
    struct counter *items;
    size_t count;
};
void counters_add(struct counters *counters, const char *a, const char *b, int64_t n);
void counters_clear(struct counters *counters);

/* Cumulative buckets as Prometheus has them. */
enum {
    HISTOGRAM_BUCKETS = 12
};
struct histogram {
    const double *bounds; /* HISTOGRAM_BUCKETS upper bounds in seconds */
    int64_t buckets[HISTOGRAM_BUCKETS];
    int64_t count;
    double sum;
};
void histogram_add(struct histogram *histogram, double seconds);

struct metrics {
    struct counters events;     /* source, result */
    struct counters deliveries; /* channel, result */
    struct counters returned;   /* channel, result */
    struct counters reports;    /* of deliveries: channel, result */
    struct histogram event_to_delivery;
    struct histogram commit;
};
extern const double histogram_delivery_bounds[HISTOGRAM_BUCKETS];
extern const double histogram_commit_bounds[HISTOGRAM_BUCKETS];
void metrics_init(struct metrics *metrics);
void metrics_clear(struct metrics *metrics);

#endif
