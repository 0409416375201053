/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The data flow on one page: event in, incident changed, notice decided, message and
 * rows made, deliveries out. The siblings of daemon/ meet here. No clock, no loop: the
 * daemon and the scenario tests drive it with the same calls.
 *
 * A turn: pipeline_take and the operators' calls any number of times, pipeline_on_reply
 * any number of times, then pipeline_commit once.
 */
#ifndef BUDKAVLE_PIPELINE_H
#define BUDKAVLE_PIPELINE_H

#include "channel/leave_page.h"
#include "config/config.h"
#include "model/mail_report.h"
#include "model/report.h"
#include "outbound/outbound.h"
#include "sender/transport.h"
#include "store/store.h"
#include "text/plain.h"

struct pipeline;

/* Something that happened and is committed, for the log and the stream. Unset members
 * are NULL or 0. */
enum news_kind {
    NEWS_EVENT,
    NEWS_MESSAGE,
    NEWS_DELIVERY,
    NEWS_ALARM,
    NEWS_RETURNED /* something came back of a delivery */
};
struct pipeline_news {
    enum news_kind kind;
    char *source, *incident; /* the sender's number */
    char incident_id[PUBLIC_ID_SIZE];
    char *event_id;
    char *why;
    char message_id[PUBLIC_ID_SIZE];
    enum notice notice;
    int64_t sequence;
    char *channel; /* of an alarm: what it is about */
    int64_t delivery;
    const char *alarm;  /* kind of alarm; static */
    const char *result; /* of the event, the delivery or the alarm; static */
    int64_t messages;   /* rows that the event caused */
    double seconds;     /* from the event to the delivery; negative: not delivered */
};

struct pipeline_ports {
    void *context;
    struct transport transport;
    uint64_t (*random)(void *context);
    int64_t (*mono_ms)(void *context); /* never goes back; see clock_mono_ms */
    /* May be NULL. Called after the commit that made it true. */
    void (*news)(void *context, const struct pipeline_news *news);
};

/* The configuration is borrowed until the next pipeline_configure. STATUS_INVALID: a
 * language without a catalogue, and so on. Recovers what an earlier life left. */
enum status pipeline_new(struct store *store, const struct config *config,
                         const struct pipeline_ports *ports, int64_t now_ms,
                         struct pipeline **pipeline, struct error *error);
void pipeline_free(struct pipeline *pipeline);

/* Another configuration; on failure the old one stays. */
enum status pipeline_configure(struct pipeline *pipeline, const struct config *config,
                               int64_t now_ms, struct error *error);

/* From now on pipeline_take refuses what is less urgent; at first nothing is. */
void pipeline_set_least(struct pipeline *pipeline, enum priority least);

/*
 * Takes events into the running turn, all or none. STATUS_OK: one result each;
 * STATUS_CONFLICT: an event_id is known with other content (*faults says which);
 * STATUS_FULL: none of them is urgent enough now; STATUS_IO: the store has failed.
 */
enum status pipeline_take(struct pipeline *pipeline, struct events *events,
                          int64_t now_ms, struct submit_results *results,
                          struct faults *faults);

/*
 * The words of persons in the events (text/own_words.h). pipeline_judge_words adds a fault
 * for each finding that stops a text; STATUS_REFUSED when there is one.
 * pipeline_note_words tells the log and the incidents' timelines of those in events that
 * were taken into the running turn: as an override for its reason (override NULL: they
 * came from a program, which nothing stops).
 */
enum status pipeline_judge_words(struct pipeline *pipeline, const struct events *events,
                                 struct faults *faults);
void pipeline_note_words(struct pipeline *pipeline, const struct events *events,
                         const struct submit_results *results, const char *override,
                         int64_t uid, int64_t now_ms);

/* The same, and undone again: what would come of it. */
enum status pipeline_check(struct pipeline *pipeline, struct events *events,
                           int64_t now_ms, struct submit_results *results,
                           struct faults *faults);

/* True when there is room enough for something as urgent as these: pipeline_take would
 * not refuse them for want of it. */
bool pipeline_has_room(const struct pipeline *pipeline,
                       const struct submit_results *results);

/* The texts that each channel would get of these events, and what its reader was told
 * last; calls each once a channel; nothing is stored. */
struct preview {
    const char *event_id, *incident;
    const char *channel; /* NULL: nobody hears it; see why */
    const char *driver;
    const char *why;
    const struct message *message;
    const struct shown *shown;
    const struct shown *before; /* NULL: nothing was delivered there */
    int64_t before_at_ms;
    const struct plain_findings *findings; /* in each language, as the catalogues */
    const struct catalogue *const *catalogues;
    size_t n_catalogues;
};
enum status pipeline_preview(struct pipeline *pipeline, struct events *events,
                             int64_t now_ms, bool *has_room,
                             void (*each)(void *context, const struct preview *preview),
                             void *context, struct faults *faults);

/* Takes the contents of *reply. */
void pipeline_on_reply(struct pipeline *pipeline, struct reply *reply);

/*
 * Ends the turn: records replies, makes notices that are due, expands lists, claims
 * what is due, commits, and only then hands requests over. accepting: false while the
 * daemon stops, then nothing new is claimed.
 */
enum status pipeline_commit(struct pipeline *pipeline, int64_t now_ms, bool claiming,
                            struct error *error);

/* When pipeline_commit has something to do next without new input; TIME_NEVER. */
int64_t pipeline_next_wake(struct pipeline *pipeline, int64_t now_ms);
size_t pipeline_in_flight(const struct pipeline *pipeline);

/*
 * Says that something is wrong with the daemon's surroundings, and why, or (cause NULL)
 * that it is well: a disk, a spool, what ended the daemon before. The subject is "" or
 * what it is about, such as a spool. Told as an alarm at the end of the next turn, so
 * join one when the answer is true: what was said is new. A kind and subject that nobody
 * says anything of within 10 minutes of the start is taken to be well.
 */
bool pipeline_trouble(struct pipeline *pipeline, enum alarm_kind kind,
                      const char *subject, const char *cause);

/* Operators; all inside the running turn. uid is who asked. */
enum status pipeline_retry(struct pipeline *pipeline,
                           const struct outbound_selector *which, int64_t uid,
                           int64_t now_ms, int64_t *count, struct error *error);
enum status pipeline_cancel(struct pipeline *pipeline,
                            const struct outbound_selector *which, const char *reason,
                            int64_t uid, int64_t now_ms, int64_t *count,
                            struct error *error);
enum status pipeline_pause(struct pipeline *pipeline, const char *channel, bool paused,
                           int64_t uid, int64_t now_ms, struct error *error);
/* A recipient of a list leaves by a person's word; *number is that of the row. And a
 * person takes it back, for a reason or NULL. */
enum status pipeline_leave(struct pipeline *pipeline, const char *channel,
                           const char *recipient, enum left_reason reason, int64_t uid,
                           int64_t now_ms, int64_t *number, struct error *error);
enum status pipeline_return(struct pipeline *pipeline, const char *channel,
                            const char *recipient, const char *reason, int64_t uid,
                            int64_t now_ms, struct error *error);

/* What came back of a delivery. Valid when zeroed. */
struct returned {
    int64_t delivery;   /* 0: a marked test, of which nothing is kept */
    char *channel;      /* NULL: of a test, or it was dropped */
    const char *result; /* "unsubscribed", "gone", "failed" …; static; NULL: dropped */
    int64_t left;       /* number of the recipient, who is left out now; 0: nobody is */
    const char *why;    /* nothing changed, and why; static; NULL */
};
void returned_clear(struct returned *returned);

/* The reader who was sent the token in text leaves its list. STATUS_NOT_FOUND: it is not one of
 * ours, or too old; STATUS_REFUSED: the channel has no list to leave. */
enum status pipeline_unsubscribe(struct pipeline *pipeline, const char *text,
                                 int64_t uid, int64_t now_ms, struct returned *returned,
                                 struct error *error);
/* A mail came back to address, in which there is a token. */
void pipeline_bounce(struct pipeline *pipeline, const struct mail_report *report,
                     const char *address, int64_t uid, int64_t now_ms,
                     struct returned *returned);
/* The page for a reader who leaves; caller frees. */
char *pipeline_leave_page(const struct pipeline *pipeline, enum leave_page page);

enum status pipeline_test(struct pipeline *pipeline, const char *channel,
                          int64_t now_ms,
                          void (*done)(void *context, const struct outcome *outcome),
                          void *context, struct error *error);

/* pipeline_report.c: a delivery report, as outbound_take_report takes it; counted. */
struct report_call;
enum status pipeline_take_report(struct pipeline *pipeline, const char *channel,
                                 struct report_call *call, int64_t now_ms,
                                 struct error *error);
/* One that could not be read so far. */
void pipeline_count_report(struct pipeline *pipeline, const char *channel,
                           enum report_state state, enum status status);

/* What waits for a second person. */
struct held_channel {
    const char *name, *driver;
    int64_t persons;              /* on its list; 0: it has none */
    bool is_unread;               /* its list is being read: there are more */
    char digest[SHA256_HEX_SIZE]; /* of its recipients */
    struct texts texts;           /* exactly as they would be sent now */
};
struct held {
    const struct message *message;
    unsigned rules; /* a set of enum hold_rule */
    int64_t since_ms;
    int64_t *uids; /* users who sent it over the socket */
    size_t n_uids;
    struct held_channel *channels;
    size_t n_channels;
    char sha256[SHA256_HEX_SIZE]; /* of texts and audience */
};
void pipeline_held(struct pipeline *pipeline, int64_t now_ms,
                   void (*each)(void *context, const struct held *held), void *context);

/*
 * A second person, uid, releases the message whose texts and audience have the digest.
 * STATUS_NOT_FOUND: nothing of that id waits; STATUS_REFUSED: the uid sent it itself;
 * STATUS_CONFLICT: texts or audience are others now, *sha256 is their digest.
 */
enum status pipeline_release(struct pipeline *pipeline, const char *id, int64_t uid,
                             int64_t now_ms, char sha256[SHA256_HEX_SIZE],
                             int64_t *count, struct error *error);
/* One person's word that something that was said is wrong. */
struct amendment {
    const char *incident_id;        /* the daemon's */
    const char *patch;              /* JSON: the right values of fields; NULL: all of it
                                       was wrong, it is taken back */
    const struct localized *reason; /* told to those who heard it; NULL */
    int64_t uid;
    bool check; /* only what would come of it */
};

/* Readers of a channel who heard what was wrong, or may have; and those who were still to
 * be told it, and are not. */
struct amended_channel {
    char *name;
    int64_t heard, waiting;
};

/* What came of it. Valid when zeroed. */
struct amended {
    char *event_id;
    enum event_result result;
    enum notice notice; /* NOTICE_NONE: nothing is said */
    int64_t sequence;   /* of the message */
    int64_t messages;   /* rows for channels */
    uint32_t wrong;     /* FIELD_BITs of what was said wrong */
    char *why;          /* why nobody hears of it; NULL */
    struct amended_channel *channels;
    size_t n_channels;
};
void amended_clear(struct amended *amended);

/*
 * Takes back, or sets right, what was said of an incident: one person, at once, to those
 * who heard it (D6). each (may be NULL) gets the texts. STATUS_CONFLICT: not in this
 * state, or nothing differs; STATUS_REFUSED: the patch has faults; each with a fault.
 */
enum status pipeline_amend(struct pipeline *pipeline, const struct amendment *amendment,
                           int64_t now_ms,
                           void (*each)(void *context, const struct preview *preview),
                           void *context, struct amended *amended,
                           struct faults *faults);

/* Clears and fills in everything but notes of others. */
void pipeline_report(struct pipeline *pipeline, struct daemon_report *report,
                     int64_t now_ms);
/* Input that was refused before it came here, for the counters. */
void pipeline_count_refused(struct pipeline *pipeline, const char *source);
const struct metrics *pipeline_metrics(struct pipeline *pipeline);

#endif
