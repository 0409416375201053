/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The outbound queue at work: expand, claim what is due, compose, hand over; classify
 * replies and record what came of them. It runs inside the caller's transaction and
 * hands nothing over before that is committed: outbound_claim decides, outbound_hand_over
 * does. No loop: the wall clock's `now` is an argument, the monotonic one is a port, and
 * the next wake-up a result.
 */
#ifndef BUDKAVLE_OUTBOUND_OUTBOUND_H
#define BUDKAVLE_OUTBOUND_OUTBOUND_H

#include "channel/driver.h"
#include "model/report.h"
#include "store/outbound.h"

struct outbound;

/* What surrounds it. Borrowed as long as the outbound lives; the setting may be
 * replaced by outbound_configure. */
struct outbound_setting {
    const struct channel *channels;
    size_t n_channels;
    struct catalogue *const *catalogues;
    size_t n_catalogues;
    const char *organisation, *contact, *page_url;
    bool hold_pages; /* what stands on pages stays: the store has lost what it knew */
};

struct outbound_ports {
    void *submit_context;
    void (*submit)(void *submit_context, struct request *request); /* takes contents */
    void *random_context;
    uint64_t (*random)(void *random_context);
    void *clock_context;
    int64_t (*mono_ms)(void *clock_context); /* waits and windows go by it */
    void *context;
    /* A delivery was concluded, or put off; for the log, the stream, the metrics. */
    void (*concluded)(void *context, const struct outbound_row *row,
                      const struct outcome *outcome, enum delivery_state state,
                      int64_t now_ms);
};

struct outbound *outbound_new(struct store *store,
                              const struct outbound_setting *setting,
                              const struct outbound_ports *ports, const char *owner);
void outbound_free(struct outbound *outbound);
/* Puts a setting in place, at the start and at every reload; what is in flight is
 * concluded under the new one. */
void outbound_configure(struct outbound *outbound,
                        const struct outbound_setting *setting, int64_t now_ms);

/* At start: what was in flight in an earlier life is unknown now, and treated by the
 * channel's on_unknown. */
void outbound_recover(struct outbound *outbound, int64_t now_ms);

/* When a message may go to a channel: not before until_ms, and while it is held not at
 * all. */
struct rest {
    int64_t until_ms;
    enum hold hold;
};

/* Adds the row(s) of a message for a channel: the first half of D2. Returns how many. */
size_t outbound_add(struct outbound *outbound, const struct message_row *message,
                    const char *channel, const struct rest *rest, int64_t now_ms);

/* What waits on the channel of the incident, never tried, may go now. */
void outbound_end_rest(struct outbound *outbound, int64_t incident_row,
                       const char *channel, int64_t now_ms);
/* What waits there is not said any more, for this reason. */
void outbound_cancel_rest(struct outbound *outbound, int64_t incident_row,
                          const char *channel, const char *reason, int64_t now_ms);
/* Who would hear a message on the channel now. */
struct outbound_audience {
    int64_t persons; /* 0: the channel has no recipients of its own */
    bool is_unread;  /* its list is being read for the first time: there are more */
    char digest[SHA256_HEX_SIZE]; /* another one when the recipients are others */
};
void outbound_audience(struct outbound *outbound, const char *channel,
                       struct outbound_audience *audience);
/* How many lists of recipients were read so far: another number, other recipients. */
int64_t outbound_lists_read(const struct outbound *outbound);
/* Tells of rows that were concluded without an attempt, and clears the list. */
void outbound_tell(struct outbound *outbound, struct outbound_rows *rows,
                   int64_t now_ms);

/* There is hardly any room to write: lists are neither read nor, but for what is urgent,
 * expanded. */
void outbound_spare(struct outbound *outbound, bool spare);

/* Inside a transaction: expands lists a batch further, claims what is due. */
void outbound_claim(struct outbound *outbound, int64_t now_ms);
/* After the commit: composes and submits what was claimed. What cannot be composed is
 * parked in the next turn. */
void outbound_hand_over(struct outbound *outbound, int64_t now_ms);
/* After a rollback: forgets what was claimed and not handed over. */
void outbound_forget_claims(struct outbound *outbound);

/* Keeps the reply for the next outbound_record. The reply's contents are taken. */
void outbound_on_reply(struct outbound *outbound, struct reply *reply);
/* Inside a transaction: records all replies that came; again in the next one, until
 * outbound_hand_over has been told that a transaction was committed. */
void outbound_record(struct outbound *outbound, int64_t now_ms);

/* When outbound_claim has something to do next; TIME_NEVER if nothing waits. */
int64_t outbound_next_wake(struct outbound *outbound, int64_t now_ms);
size_t outbound_in_flight(const struct outbound *outbound);

/* An incident changed without a message: the channels that show everything write it
 * anew at the next opportunity. 0: everything. */
void outbound_touch(struct outbound *outbound, int64_t incident_row);

/* Operators. NOT_FOUND for an unknown channel. */
/* An attempt is wanted now: what a breaker or the peer's own wish holds back may go.
 * NULL: on all channels. */
void outbound_hasten(struct outbound *outbound, const char *channel);
enum status outbound_pause(struct outbound *outbound, const char *channel, bool paused,
                           int64_t now_ms, struct error *error);
/* The recipient of a list that the text names, as deliveries have it; the caller frees it.
 * NOT_FOUND for an unknown channel, REFUSED for one without recipients, and for a
 * text that the channel takes for none. */
enum status outbound_recipient(struct outbound *outbound, const char *channel,
                               const char *text, char **recipient, struct error *error);
/* Submits a marked test; `done` gets the outcome later (borrowed). */
enum status outbound_test(struct outbound *outbound, const char *channel,
                          int64_t now_ms,
                          void (*done)(void *context, const struct outcome *outcome),
                          void *context, struct error *error);

struct report_call;
/*
 * Takes a delivery report (channel/report.h) for the channel, which fills in
 * call->channel. STATUS_OK also for a delivery that is not known any more: *state is then
 * REPORT_NONE. NOT_FOUND: no such channel, or it takes none; INVALID: it is no report;
 * REFUSED: it does not prove what it is about; BUSY: it came before the answer with the
 * id that it names was recorded, or is about none of ours.
 */
enum status outbound_take_report(struct outbound *outbound, const char *channel,
                                 struct report_call *call, int64_t now_ms,
                                 enum report_state *state, struct error *error);

/* The texts that the channel's reader would get of the message, sent now; nothing is
 * changed. False for an unknown channel. What a delivery tells besides of messages that
 * were missed is not known before it is claimed. */
bool outbound_show(struct outbound *outbound, const char *channel,
                   const struct message *message, int64_t now_ms, struct shown *shown);
/* What the channel's reader was told last of the incident, as it read then, and when it
 * was written; false: nothing has been delivered there. */
bool outbound_show_last(struct outbound *outbound, const char *channel,
                        int64_t incident_row, struct shown *shown,
                        int64_t *written_at_ms);

/* Fills in report->channels, waiting, parked and oldest_ms. */
void outbound_report(struct outbound *outbound, struct daemon_report *report);

#endif
