/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages and the outbound queue in the store. A row is one delivery: a message for a
 * channel, or for one recipient of it.
 *
 * Order (D5): a row is `ready` only when no older row of the same (incident, channel,
 * recipient) is unfinished; held, pending, in flight and unknown are unfinished, parked
 * is not. The store keeps `ready` true by itself at every insertion and conclusion. A
 * parked row that is retried after a newer one has begun is late; it too waits while
 * another of its order is in flight or unknown.
 *
 * Catching up (D6): a claim may take the newest waiting row of an order instead of the
 * oldest, and mark the older ones as covered by it. A marked row stays pending and is
 * not ready; it is concluded as covered when the one that covers it is delivered. While
 * that one is parked it stays marked, until that one is retried or a newer row is
 * claimed, which covers it then. When that one is cancelled the mark is taken away and
 * the row is late.
 */
#ifndef BUDKAVLE_STORE_OUTBOUND_H
#define BUDKAVLE_STORE_OUTBOUND_H

#include "model/message.h"
#include "store/store.h"

#include <stddef.h>

/* Columns of a message. */
struct message_row {
    int64_t row; /* 0: new */
    char id[PUBLIC_ID_SIZE];
    int64_t incident_row;
    char incident_id[PUBLIC_ID_SIZE]; /* filled in by finds */
    char *source, *incident;          /* filled in by finds */
    int64_t sequence;
    enum notice notice;
    enum priority priority;
    int64_t written_at_ms;
    int64_t wrong_from; /* it takes back what was said since this message; 0: nothing */
    char *record;
};
void message_row_clear(struct message_row *row);

void store_message_add(struct store *store, struct message_row *row); /* row and id */
bool store_message_get(struct store *store, int64_t key, struct message_row *row);
/* The newest message of the incident. */
bool store_message_newest(struct store *store, int64_t incident_row,
                          struct message_row *row);
struct message_filter {
    int64_t incident_row; /* 0: all */
    const char *channel;  /* with a delivery there, or NULL */
    int state;            /* with a delivery in this state; -1: any */
    bool allowed; /* with channel: not what waits, or waited in vain, for approval */
    bool told;    /* with channel: only what was given there, or is on its way */
    int64_t after, limit;
    bool newest_first; /* `after` is then the row to come before; 0: from the newest */
};
void store_messages_list(struct store *store, const struct message_filter *filter,
                         bool (*each)(void *context, const struct message_row *row),
                         void *context);

/* Sticky routes: the channels that were given a message of the incident, each with the
 * sequence of the last one. */
void store_incident_channels(struct store *store, int64_t incident_row,
                             void (*each)(void *context, const char *channel,
                                          int64_t last_sequence),
                             void *context);
/* Their names; those that are in the list already are not added. */
void store_incident_channel_names(struct store *store, int64_t incident_row,
                                  struct strings *names);
void store_incident_channel_set(struct store *store, int64_t incident_row,
                                const char *channel, int64_t last_sequence);

/* Values of outbound_row.list that are no list's key. */
enum {
    LIST_FIRST = -1,  /* the channel's first list, once it is complete */
    LIST_HEARERS = -2 /* whoever was given an older message of the incident here */
};

struct outbound_row {
    int64_t row;
    int64_t message_row, incident_row;
    int64_t sequence, previous;
    char *channel;
    char *recipient; /* NULL: the channel itself */
    int64_t list;    /* of the row that stands for a whole list, LIST_…; 0: none */
    enum delivery_state state;
    enum hold hold; /* while state is held: why */
    enum priority priority;
    bool late;
    bool transport; /* waits because no peer was reached */
    int64_t created_at_ms, due_at_ms, attempted_at_ms, concluded_at_ms;
    int64_t attempts; /* number of the attempt in flight, else of those made */
    char *owner;      /* who claimed it */
    int64_t lease_until_ms;
    char *last_error;
    char *remote_id;
    bool doubt; /* an attempt may have arrived, though no answer said so */
    enum report_state reported; /* what the gateway said later (store/reports.h) */
    int64_t reported_at_ms;     /* TIME_NONE: nothing */
    char *report_reason;        /* why it failed; NULL */
    int64_t covered_by; /* the row whose text says what this one says; 0: none */
    char message_id[PUBLIC_ID_SIZE];  /* filled in by lists */
    char incident_id[PUBLIC_ID_SIZE]; /* filled in by lists */
    enum notice notice;               /* filled in by lists */
};
void outbound_row_clear(struct outbound_row *row);

struct outbound_rows {
    struct outbound_row *items;
    size_t count;
};
void outbound_rows_clear(struct outbound_rows *rows);

enum {
    OUTBOUND_BULK_ABOVE = 1000 /* recipients of a message; unless it is urgent (D9) */
};

/* Adds a row in state pending (or held), due at due_at_ms; fills in row. A message goes
 * to a recipient once: when there is such a row, none is added, and row is 0. */
void store_outbound_add(struct store *store, struct outbound_row *row);

/*
 * Claims up to max rows of the channel and priority that are pending, ready and due at
 * due_by_ms (now, or earlier), oldest due first: in_flight, attempts + 1, owner, lease.
 * Appends them to *rows.
 */
void store_outbound_claim(struct store *store, const char *channel,
                          enum priority priority, const char *owner, int64_t due_by_ms,
                          int64_t now_ms, int64_t lease_ms, size_t max,
                          struct outbound_rows *rows);

/*
 * The same for a channel that catches up: of each order the newest pending row, which
 * begins nothing that is held, and marks the older ones as covered by it. What a
 * retraction takes back is not said any more: what waits or is parked before it is
 * cancelled, and appended to *taken_back, together with the retraction itself when
 * nothing it takes back can have arrived. Fewer rows than max may be claimed while more
 * are due.
 */
void store_outbound_claim_newest(struct store *store, const char *channel,
                                 enum priority priority, const char *owner,
                                 int64_t due_by_ms, int64_t now_ms, int64_t lease_ms,
                                 size_t max, struct outbound_rows *rows,
                                 struct outbound_rows *taken_back);
/* Messages of an incident on a channel: from `from` on, up to what takes them back. */
struct take_back {
    int64_t incident_row;
    const char *channel;
    int64_t from, sequence;
};
/* They are not said any more: what waits, is held or parked for the channel itself, and
 * lists that are not expanded to their end, is cancelled and appended. Recipients have
 * their turn when the list of the hearers is expanded. */
void store_outbound_take_back(struct store *store, const struct take_back *what,
                              int64_t now_ms, struct outbound_rows *taken_back);
/* Whether the channel was given one of them. */
bool store_outbound_was_given(struct store *store, const struct take_back *what);
/* How many readers have heard one of them, or may have; and how many more wait for one. */
void store_outbound_hearers(struct store *store, const struct take_back *what,
                            int64_t *heard, int64_t *waiting);
/* Whether the reader of the row got an older message from `from` on, or may have. */
bool store_outbound_has_heard(struct store *store, const struct outbound_row *row,
                              int64_t from);
/* An attempt did not arrive, or may not have, and the row is not said any more: it is
 * cancelled and appended, with a retraction of which nobody has to hear then. False when
 * nothing takes it back. */
bool store_outbound_take_back_failed(struct store *store,
                                     const struct outbound_row *row, int64_t now_ms,
                                     struct outbound_rows *taken_back);
/* The retraction itself, when nothing it takes back can have arrived. */
void store_outbound_drop_unheard(struct store *store,
                                 const struct outbound_row *retraction, int64_t now_ms,
                                 struct outbound_rows *taken_back);

/* The messages that the row is to cover, oldest first. Each until it returns false. */
void store_outbound_missed(struct store *store, int64_t key,
                           bool (*each)(void *context, int64_t message_row,
                                        int64_t sequence),
                           void *context);
/* Its text has no room for those before `sequence`: they go by themselves, late. */
void store_outbound_uncover(struct store *store, int64_t key, int64_t sequence);
/* What the row is to cover gets the state: covered, before it is concluded as delivered
 * itself; or undeliverable with it, for the refusal was theirs too. */
void store_outbound_conclude_covered(struct store *store, int64_t key,
                                     enum delivery_state state, const char *last_error,
                                     int64_t now_ms, struct outbound_rows *concluded);
/* The sequence of the newest message before `sequence` that was delivered in the order;
 * 0: none. */
int64_t store_outbound_last_said(struct store *store, const struct outbound_row *row);

bool store_outbound_get(struct store *store, int64_t key, struct outbound_row *row);

/* in_flight to pending again at due_at_ms; transport: no peer was reached. */
void store_outbound_again(struct store *store, int64_t key, int64_t due_at_ms,
                          bool transport, const char *last_error, int64_t now_ms);
/* in_flight to unknown. */
void store_outbound_unknown(struct store *store, int64_t key, const char *last_error,
                            int64_t now_ms);
/* unknown to pending, due at once or later. */
void store_outbound_resend(struct store *store, int64_t key, int64_t due_at_ms);
/* To parked, or to a final state; makes the next row of the same order ready. */
void store_outbound_conclude(struct store *store, int64_t key,
                             enum delivery_state state, const char *remote_id,
                             const char *last_error, int64_t now_ms);
/* Up to max rows waiting for a peer that was not reached become due now, the most urgent
 * first; how many: fewer than max when no more wait. */
int64_t store_outbound_wake(struct store *store, const char *channel, int64_t now_ms,
                            int64_t max);
/* The most urgent of them alone, but for the row `except`, as a probe. */
void store_outbound_wake_one(struct store *store, const char *channel, int64_t except,
                             int64_t now_ms);
/* Whether there is one of this priority that may go. */
bool store_outbound_waits_for_peer(struct store *store, const char *channel,
                                   enum priority priority);

/* Up to so many rows that were made or tried at a time still to come, by a clock that
 * was ahead, wait anew from now on, by at most a day; how many, 0: there are no more. */
int64_t store_outbound_rewind(struct store *store, const char *channel, int64_t now_ms,
                              int64_t max);

/* Ready rows that are due later than latest_ms, which no rule makes, become due now:
 * they were made while the clock was ahead. */
void store_outbound_clamp(struct store *store, const char *channel, int64_t latest_ms,
                          int64_t now_ms);

/* When a ready row of the channel, or of one priority of it, is due next; TIME_NEVER if
 * none. */
int64_t store_outbound_due(struct store *store, const char *channel,
                           enum priority priority);
int64_t store_outbound_next_due(struct store *store, const char *channel);

/* At start: rows in flight under another life of the owner become unknown; returns how
 * many. Then the unknown rows, for the caller to decide. */
int64_t store_outbound_recover(struct store *store, int64_t now_ms);
void store_outbound_unknown_list(struct store *store,
                                 bool (*each)(void *context,
                                              const struct outbound_row *row),
                                 void *context);

/* What an operator picks. Unset members do not restrict. */
struct outbound_selector {
    int64_t row;             /* 0: any */
    const char *channel;     /* NULL: any */
    int state;               /* -1: any unfinished or parked */
    const char *incident_id; /* NULL: any */
};
/* pending, unknown, parked (with newer ones begun: late) to pending now; how many. */
int64_t store_outbound_retry(struct store *store, const struct outbound_selector *which,
                             int64_t now_ms);
/* To cancelled, everything that is not in flight and not final; how many. */
int64_t store_outbound_cancel(struct store *store,
                              const struct outbound_selector *which, const char *reason,
                              int64_t now_ms);

struct outbound_filter {
    const char *channel;
    int state;            /* -1: any */
    bool unfinished_only; /* held to parked */
    bool reported_failed; /* by a later report (store/reports.h) */
    int64_t incident_row; /* 0: any */
    int64_t after, limit;
};
void store_outbound_list(struct store *store, const struct outbound_filter *filter,
                         bool (*each)(void *context, const struct outbound_row *row),
                         void *context);

/* Due rows of a channel that shows everything: claims all of them at once, together with
 * due ones behind them in their order, for one request carries them all. */
void store_outbound_claim_all(struct store *store, const char *channel,
                              const char *owner, int64_t now_ms, int64_t lease_ms,
                              struct outbound_rows *rows);

/* Public ids of the messages of the incident delivered here before `sequence`, oldest
 * first, separated by spaces, at most 10. Caller frees; "" for none. */
char *store_outbound_previous_ids(struct store *store, int64_t incident_row,
                                  const char *channel, const char *recipient,
                                  int64_t sequence);

/* The channel's own ids of the first and of the newest message that was delivered in the
 * order before this row and got one; caller frees; NULL for none. */
void store_outbound_thread(struct store *store, const struct outbound_row *row,
                           char **first, char **newest);

/* Counts kept up to date at every change, so reading them costs nothing. */
struct channel_counts {
    int64_t states[DELIVERY_STATE_COUNT];
};
/* Zeroed counts for a channel without rows. */
void store_outbound_counts(struct store *store, const char *channel,
                           struct channel_counts *counts);
/* Names of all channels that ever had rows. */
void store_outbound_channels(struct store *store,
                             void (*each)(void *context, const char *channel),
                             void *context);
/* created_at of the oldest row of the channel (NULL: of any) in held, pending, in_flight
 * or unknown, and (parked_too) parked; TIME_NONE if none. */
int64_t store_outbound_oldest(struct store *store, const char *channel,
                              bool parked_too);
/* Counts of one incident. */
void store_outbound_incident_counts(struct store *store, int64_t incident_row,
                                    struct channel_counts *counts);
int64_t store_message_count(struct store *store, int64_t incident_row); /* 0: all */

/* Distribution lists: versions of a file of recipients. */
/* The newest complete list, if it has this content, or 0. */
int64_t store_list_find(struct store *store, const char *channel, const char *sha256);
/* The newest complete list of the channel, or 0. */
int64_t store_list_current(struct store *store, const char *channel);
/* Begins a list (drops an unfinished one of the same channel); returns its key. */
int64_t store_list_begin(struct store *store, const char *channel, const char *sha256,
                         int64_t now_ms);
/* Adds an address; a repeat within the list is passed over. */
void store_list_add(struct store *store, int64_t list, const char *address);
/* Completes it, and drops older lists that no message is to be expanded to any more. */
void store_list_finish(struct store *store, int64_t list);
int64_t store_list_size(struct store *store, int64_t list);
/*
 * Makes rows for the next up to max recipients of the list row `key` (state pending,
 * list != 0) and stores the cursor; true when there are more. At the end the list row
 * becomes EXPANDED and the next one of its order ready. A row whose list is not
 * complete yet (list == -1) takes the channel's current list, once there is one.
 */
bool store_expand(struct store *store, int64_t key, size_t max, int64_t now_ms);
/* Keys of list rows of any channel that are ready to be expanded, and due; how many. */
size_t store_expandable(struct store *store, int64_t *keys, size_t max, int64_t now_ms);
/* When the next one that rests is due; TIME_NEVER: none rests. */
int64_t store_next_expandable(struct store *store, int64_t now_ms);

#endif
