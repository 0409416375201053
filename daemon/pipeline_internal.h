/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the pipeline's files share. Internal to them.
 */
#ifndef BUDKAVLE_PIPELINE_INTERNAL_H
#define BUDKAVLE_PIPELINE_INTERNAL_H

#include "outbound/rows.h"
#include "pipeline.h"
#include "policy/alarm.h"
#include "policy/incident.h"
#include "policy/notice.h"
#include "store/retention.h"
#include "store/storm.h"

/* The daemon's own trouble: what is told, and what was said of it from outside. */
struct alarming {
    struct alarms alarms; /* as in the store, once is_loaded */
    bool is_loaded;
    struct outside *outside;
    size_t n_outside;
    bool is_news;    /* something was said from outside, or must be read anew */
    int64_t next_ms; /* when there is something to tell without news */
};

struct pipeline {
    struct store *store;
    const struct config *config;
    struct pipeline_ports ports;
    struct outbound *outbound;
    struct catalogue **catalogues;
    size_t n_catalogues;
    struct metrics metrics;
    int64_t unrouted;
    int64_t started_at_ms;
    struct retention retention;
    int64_t next_retention_ms;  /* the next piece of it */
    struct pipeline_news *news; /* of the running turn */
    size_t n_news;
    struct alarming alarming;
    enum priority least;   /* the least urgent that is taken */
    bool trying;           /* a check or a preview: nothing is remembered */
    bool storm_sweep;      /* the configuration is new: what is held may have to go */
    int64_t storm_wait_ms; /* when what waits for room may have some */
    struct strings storm_lists; /* channels where a list may have been dealt with */
};

/* A zeroed one for the caller to fill in; NULL while trying. */
struct pipeline_news *news_add(struct pipeline *pipeline, enum news_kind kind,
                               const struct incident *incident);
/* Forgets all but the first n. */
void news_drop(struct pipeline *pipeline, size_t n);
/* Tells them (told) or forgets them, and clears the list. */
void news_settle(struct pipeline *pipeline, bool told);

/* Called for each message that is made, with the channels that get it. */
typedef void said_port(void *context, const struct message *message,
                       const struct strings *channels);

/* One event, inside a transaction. said may be NULL. STATUS_CONFLICT with a fault. */
enum status pipeline_apply(struct pipeline *pipeline, struct event *event,
                           size_t number, int64_t now_ms, struct submit_result *result,
                           struct faults *faults, said_port *said, void *context);

/* pipeline_merge.c: merge_into was set or cleared; the incident has a row. */
void pipeline_note_merge(struct pipeline *pipeline, struct incident *incident);
/* The event would make its incident part of a part of itself. */
bool pipeline_merges_in_circle(struct pipeline *pipeline, const struct event *event);
/* The incident came to exist: parts that were known before it are its own now. */
void pipeline_adopt_parts(struct pipeline *pipeline, const struct incident *incident);

/* What it takes to say something. */
struct speech {
    struct pipeline *pipeline;
    said_port *said;
    void *context;
    int64_t now_ms;
    int64_t message_row;    /* of the last message made; 0: none */
    enum priority priority; /* of that message */
};

/* pipeline_say.c: what is said because of the change; returns the rows made, or *why
 * there are none (static). */
int64_t pipeline_speak(struct speech *speech, struct incident *incident,
                       const struct event *event, const struct change *change,
                       const char **why);
/* pipeline_rest.c: when the message may go to the channel. */
struct rest pipeline_rest(const struct speech *speech, const struct incident *incident,
                          const struct message *message, const char *channel);
/* The event names another mode than the incident has. */
bool event_is_apart(const struct event *event, const struct incident *incident);

/* pipeline_alarm.c: tells what is to be told of the daemon's own trouble, inside the
 * transaction that ends the turn. */
void pipeline_tell_alarms(struct pipeline *pipeline, int64_t now_ms);
/* The transaction was lost: the store knows what was told. */
void pipeline_forget_alarms(struct pipeline *pipeline);
int64_t pipeline_alarms_wake(const struct pipeline *pipeline, int64_t now_ms);
void pipeline_report_alarms(const struct pipeline *pipeline,
                            struct daemon_report *report, int64_t now_ms);
void alarming_clear(struct alarming *alarming);

/* pipeline_storm.c: storm mode, where one running summary stands in for the notices of
 * single incidents. The rule for one of these: true when its delivery is held until the
 * end of the turn, which decides. */
bool pipeline_storm_holds(const struct speech *speech, const struct incident *incident,
                          const struct message *message, const char *channel);
/* The end of a turn, inside its transaction: what goes, what a storm holds, and the
 * summaries whose time has come. */
void pipeline_storm_tell(struct pipeline *pipeline, int64_t now_ms);
/* A delivery was concluded or put off. */
void pipeline_storm_concluded(struct pipeline *pipeline, const struct outbound_row *row,
                              enum delivery_state state, int64_t now_ms);
/* The port of outbound. */
void pipeline_on_concluded(void *context, const struct outbound_row *row,
                           const struct outcome *outcome, enum delivery_state state,
                           int64_t now_ms);
int64_t pipeline_storm_wake(struct pipeline *pipeline, int64_t now_ms);
void pipeline_report_storms(struct pipeline *pipeline, struct daemon_report *report,
                            int64_t now_ms);

/* pipeline_retention.c: removes a piece of what is old, when it is time for one. */
void pipeline_retain(struct pipeline *pipeline, int64_t now_ms);
/* The event is about a time of which incidents were removed: whether it was received
 * before cannot be known. */
bool pipeline_is_forgotten(const struct pipeline *pipeline, const struct event *event);

/* Notices about a moment that has come, inside a transaction. */
void pipeline_say_due(struct pipeline *pipeline, int64_t now_ms);

#endif
