/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the pipeline's files share. Internal to them.
 */
#ifndef BUDKAVLE_PIPELINE_INTERNAL_H
#define BUDKAVLE_PIPELINE_INTERNAL_H

#include "outbound/rows.h"
#include "pipeline.h"
#include "policy/alarm.h"
#include "policy/hold.h"
#include "policy/incident.h"
#include "policy/notice.h"
#include "store/approvals.h"
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

/* Promises about to pass, and those that passed (pipeline_promise.c): as they were found
 * at looked_at_ms; nothing changes by itself before next_ms. */
struct watched_alarm {
    char *cause; /* NULL: nothing is the matter */
    int64_t newest_ms;
};
enum {
    WATCHED_ALARMS = 2
};
struct watching {
    struct watched_alarm alarms[WATCHED_ALARMS];
    bool is_changed; /* something was saved since */
    bool is_many;
    int64_t looked_at_ms, next_ms;
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
    struct watching watching;
    enum priority least;   /* the least urgent that is taken */
    bool held_stale;       /* the configuration is another than when things were held */
    int64_t lists_read;    /* so many lists had been read then */
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

struct speech;
/* The same with what is behind it. */
enum status pipeline_apply_as(struct speech *speech, struct event *event, size_t number,
                              struct submit_result *result, struct faults *faults);

/* pipeline_merge.c: merge_into was set or cleared; the incident has a row. */
void pipeline_note_merge(struct pipeline *pipeline, struct incident *incident);
/* The event would make its incident part of a part of itself. */
bool pipeline_merges_in_circle(struct pipeline *pipeline, const struct event *event);
/* The incident came to exist: parts that were known before it are its own now. */
void pipeline_adopt_parts(struct pipeline *pipeline, const struct incident *incident);

/* pipeline_refer.c: an event that refers to earlier ones, of which one is known, is about
 * that one's incident. */
void pipeline_refer(struct pipeline *pipeline, struct event *event);

/* pipeline_words.c: what is found in the words of a person's own in the event; NULL:
 * nothing. Caller frees. */
char *pipeline_words_of(const struct pipeline *pipeline, const struct event *event,
                        bool stopping);
/* What a person sets right, while it is applied. */
struct amending {
    bool is_correction; /* else a retraction */
    const struct localized *reason;
    struct correction correction; /* for the message that says it */
    struct amended *amended;      /* what came of it */
};

/* What it takes to say something. */
struct speech {
    struct pipeline *pipeline;
    said_port *said;
    void *context;
    struct amending *amending; /* NULL: an event like any other */
    int64_t now_ms;
    int64_t message_row;    /* of the last message made; 0: none */
    enum priority priority; /* of that message */
    struct buffer unsaid;   /* what a channel is not told, and why; for the timeline */
    /* What waits for a second person (pipeline_hold.c): */
    const struct event *event; /* because of which there is something to say; NULL */
    struct said said_before;   /* what had been said before this */
    bool has_spoken;           /* something was said that does not wait */
    bool is_stale;             /* what waits is made anew, even if nothing changed */
    bool holding;              /* the message at hand waits */
    struct strings wide;     /* channels whose lists are too long to be told at once */
    unsigned wide_rules;     /* why: a set of enum hold_rule */
    enum notice wide_notice; /* what they would have been told */
    char held_id[PUBLIC_ID_SIZE]; /* the message that waits because of this; "" */
};
void speech_clear(struct speech *speech);

/* pipeline_say.c: what is said because of the change; returns the rows made, or *why
 * there are none (static). */
int64_t pipeline_speak(struct speech *speech, struct incident *incident,
                       const struct event *event, const struct change *change,
                       const char **why);
/* The channels of an incident: those that a route gives it now, and those that were
 * given it before, of which fresh are not. NULL, or why there are none (static). */
const char *pipeline_channels_of(struct pipeline *pipeline,
                                 const struct incident *incident, struct strings *all,
                                 struct strings *fresh);
/* Makes the message and its rows on these channels, but for those that must wait;
 * returns how many rows. for_all: they are all that hear of the incident. */
int64_t pipeline_say(struct speech *speech, struct incident *incident,
                     enum notice notice, const struct strings *channels, bool for_all);

/* pipeline_withhold.c: the event has changed the incident, whose facts were `before`: what
 * of it must wait is withheld, and is no news. */
void pipeline_take_in(struct speech *speech, const struct facts *before,
                      struct incident *incident, struct change *change);
/* The facts without what is withheld, and back. */
void pipeline_open_facts(struct incident *incident, struct facts *whole);
void pipeline_whole_facts(struct incident *incident, struct facts *whole);
/* The channels that may be told the notice at once; the others are the speech's. */
void pipeline_split(struct speech *speech, const struct incident *incident,
                    enum notice notice, const struct strings *channels,
                    struct strings *open);
/* The rule by which the notice waits on the channel; 0: it does not. */
unsigned pipeline_rule_of_channel(const struct speech *speech, enum notice notice,
                                  const char *channel);
/* Adds the channels of the rows, each once. */
void pipeline_channels_of_rows(const struct outbound_rows *rows,
                               struct strings *channels);
/* pipeline_hold.c: holds what waits, in place of what waited before; how many rows. channels: of the
 * incident. */
int64_t pipeline_hold(struct speech *speech, struct incident *incident,
                      const struct strings *channels);
/* Channels with a held delivery of the incident. */
void pipeline_held_channels(struct pipeline *pipeline, int64_t incident_row,
                            struct strings *channels);
/* Who would hear a message on these channels, as text that can be compared. */
char *pipeline_audience_text(struct pipeline *pipeline, const struct strings *channels);

/* pipeline_held.c: what waits by the approval, whose message is the caller's. */
void held_load(struct pipeline *pipeline, const struct approval *approval,
               const struct message *message, int64_t now_ms, struct held *held);
void held_clear(struct held *held);

/* pipeline_release.c: after a reload or the reading of a list, inside a transaction: what
 * waits for others than it was meant for is made anew. */
void pipeline_refresh_held(struct pipeline *pipeline, int64_t now_ms);
/* pipeline_held.c: notes how much waits. */
void pipeline_report_held(struct pipeline *pipeline, struct daemon_report *report);
/* Conditions of what nobody has answered; when there is more to tell. */
int64_t pipeline_held_troubles(struct pipeline *pipeline, int64_t now_ms,
                               struct alarm_conditions *conditions);

/* pipeline_correct.c: when something that was said is wrong now, to whom the correction
 * goes of all channels (`fresh`: those that hear of the incident for the first time), and
 * the notice; NOTICE_NONE: nothing was. */
enum notice pipeline_correction(struct speech *speech, const struct incident *incident,
                                const struct event *event, const struct strings *fresh,
                                struct strings *all);
/* Of these fields something else was said than what is known. */
bool pipeline_said_otherwise(struct pipeline *pipeline, const struct incident *incident,
                             uint32_t named);
/* What the message takes back, for its text and its rows. */
void pipeline_take_back(struct speech *speech, struct message *message,
                        const struct strings *channels);
/* pipeline_trial.c: the texts of the message on each channel. */
void pipeline_show(struct pipeline *pipeline, const struct message *message,
                   const struct strings *channels,
                   void (*each)(void *context, const struct preview *preview),
                   void *context, int64_t now_ms);
/* pipeline_rest.c: when the message may go to the channel. */
struct rest pipeline_rest(const struct speech *speech, const struct incident *incident,
                          const struct message *message, const char *channel);
/* Something of the incident, or of one that is part of it, was told there, or may have
 * been. */
bool pipeline_has_heard(struct pipeline *pipeline, int64_t incident_row,
                        const char *channel);
/* The message has its rows there: remembers what the channel is given, and lets what
 * rests before a message that does not rest go with it. */
void pipeline_rest_note(const struct speech *speech, const struct incident *incident,
                        const struct message *message, const char *channel,
                        const struct rest *rest);

/* pipeline_unsaid.c: what a channel is not told though others are, noted in
 * speech->unsaid. The tolerance for notice_decide: whether the estimate moved for any of
 * the channels. */
int64_t pipeline_etr_tolerance(const struct speech *speech,
                               const struct incident *incident,
                               const struct strings *channels);
/* Takes those out of the list for whom the estimate did not move, if nothing else is
 * news to them. */
void pipeline_leave_out_unmoved(struct speech *speech, const struct incident *incident,
                                const struct change *change, enum notice notice,
                                struct strings *channels);
/* The interruption is over and was too short for the channel, which heard nothing of it:
 * what waits there is cancelled, and its end is not told. */
bool pipeline_was_short(struct speech *speech, const struct incident *incident,
                        const char *channel);
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

/* pipeline_promise.c: adds what is to be told of promises to the conditions; *next_ms
 * becomes at most the moment at which that may change without news. */
void pipeline_watch_promises(struct pipeline *pipeline, int64_t now_ms,
                             struct alarm_conditions *conditions, int64_t *next_ms);
/* An incident was saved, or a transaction was lost. */
void pipeline_promises_changed(struct pipeline *pipeline);
void watching_clear(struct watching *watching);
/* pipeline_storm.c: storm mode, where one running summary stands in for the notices of
 * single incidents. The rule for one of these: true when its delivery is held until the
 * end of the turn, which decides. */
bool pipeline_storm_holds(const struct speech *speech, const struct incident *incident,
                          const struct message *message, const char *channel);
/* The message, which was held by another rule, is urgent now: what a storm holds of its
 * incident lets it by. */
void pipeline_storm_let_by(struct pipeline *pipeline, const struct message *message,
                           const char *channel);
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
