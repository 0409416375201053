/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Events and incidents in the store. Rows carry what is searched for in columns and
 * the rest as a record (codec/record.h), which the store does not read.
 */
#ifndef BUDKAVLE_STORE_INCIDENTS_H
#define BUDKAVLE_STORE_INCIDENTS_H

#include "model/incident.h"
#include "store/store.h"

#include <stddef.h>

/* Columns of an incident. The strings are owned by the row. Valid when zeroed. */
struct incident_row {
    int64_t row; /* 0: new */
    char id[PUBLIC_ID_SIZE];
    char *source;
    char *incident;
    char *record;
    bool exists;
    enum incident_status status; /* while exists */
    enum event_mode mode;
    bool merged; /* is part of another one */
    bool own; /* the daemon's own, of its alarms: no incident, in no list or number */
    int64_t sequence;
    int64_t created_at_ms, updated_at_ms, exists_since_ms, closed_at_ms, next_check_ms;
    int64_t promise_at_ms;   /* when the promise in force passes; TIME_NEVER: none */
    int64_t promise_made_ms; /* when it was said; TIME_NONE */
    int64_t lapses;          /* promises that passed since the newest event */
};
void incident_row_clear(struct incident_row *row);

/* Each clears *row first and returns whether it was found. */
bool store_incident_find(struct store *store, const char *source, const char *number,
                         struct incident_row *row);
bool store_incident_get(struct store *store, int64_t key, struct incident_row *row);
bool store_incident_get_id(struct store *store, const char *id,
                           struct incident_row *row);
/* By the sender's number from any source; *others counts further matches. */
bool store_incident_get_number(struct store *store, const char *number,
                               struct incident_row *row, size_t *others);

/* Inserts (row == 0: fills in row and id) or updates. */
void store_incident_save(struct store *store, struct incident_row *row);

struct incident_filter {
    bool open_only;      /* exists, and status planned to partly_restored, unmerged */
    bool waiting_only;   /* does not exist yet */
    const char *number;  /* the sender's number, or NULL */
    const char *channel; /* with a message that was given to this channel, or NULL */
    int64_t closed_since_ms; /* with open_only: also those closed since; TIME_NONE */
    int64_t closed_most;     /* of those, only so many, closed last; 0: all */
    int64_t after;           /* key of the last row seen; 0 */
    int64_t limit;           /* 0: no limit */
    bool newest_first;       /* by updated_at instead of key; `after` is not used */
};
/* Calls each for every match until it returns false. The row is borrowed. Existing
 * incidents only, unless waiting_only. `each` may read and change the store, but not
 * read the same list again; that holds for all lists here and in outbound.h. */
void store_incidents_list(struct store *store, const struct incident_filter *filter,
                          bool (*each)(void *context, const struct incident_row *row),
                          void *context);

/* Existing incidents by status (each of INCIDENT_STATUS_COUNT), and waiting ones. */
void store_incident_counts(struct store *store, int64_t counts[INCIDENT_STATUS_COUNT],
                           int64_t *waiting, int64_t *oldest_waiting_ms);

/* Keys of incidents whose next_check_ms has come, at most max; returns how many. */
size_t store_incidents_due(struct store *store, int64_t now_ms, int64_t *keys,
                           size_t max);
int64_t store_incidents_next_check(struct store *store); /* TIME_NEVER: none */

/* Incidents of the source whose record says they are part of `number`: keys. */
size_t store_incidents_merged_into(struct store *store, int64_t target_row,
                                   int64_t *keys, size_t max);

/* Remembers that `row` is part of the incident `number` of its source, or (NULL) not. */
void store_incident_merge(struct store *store, int64_t row, const char *source,
                          const char *number);

/* Events. */
struct event_known {
    char digest[SHA256_HEX_SIZE];
    int64_t incident_row;
};
bool store_event_find(struct store *store, const char *source, const char *event_id,
                      struct event_known *known);
/* Returns the number of receipt. */
int64_t store_event_add(struct store *store, const struct event *event,
                        int64_t incident_row);
/* The user who sent it over the socket; -1: it came another way, or is not known. */
int64_t store_event_uid(struct store *store, int64_t receipt);
/* What came of it: result, the message it made (0: none), or why none (or NULL). */
void store_event_result(struct store *store, int64_t receipt, enum event_result result,
                        int64_t message_row, const char *why);

/* The bodies of an incident's events in order of receipt; each as above. */
void store_incident_events(struct store *store, int64_t incident_row,
                           bool (*each)(void *context, int64_t receipt,
                                        int64_t received_at_ms, const char *body),
                           void *context);

/* The timeline of one incident, oldest first. */
enum timeline_kind {
    TIMELINE_EVENT,
    TIMELINE_MESSAGE,
    TIMELINE_DELIVERY,
    TIMELINE_ACTION
};
struct timeline_entry {
    int64_t at_ms;
    enum timeline_kind kind;
    const char *event_id; /* event */
    const char *body;     /* event: its JSON */
    int result;           /* event: enum event_result; delivery: enum delivery_state */
    const char *why;      /* event: why nothing was said; delivery: last error; action:
                              the reason */
    int notice;           /* message: enum notice; else -1 */
    int64_t sequence;     /* message, delivery */
    const char *channel;  /* delivery */
    int64_t covered_by;   /* delivery: sequence of what says it instead; 0: none */
    int64_t recipients;   /* delivery: so many that ended alike are one entry */
    enum report_state reported; /* delivery: what the gateway said later */
    const char *report_reason;  /* why it failed; NULL */
    int64_t uid;                /* action; -1 */
    const char *action;         /* action: "cancel", "retry" … */
};
void store_timeline(struct store *store, int64_t incident_row,
                    bool (*each)(void *context, const struct timeline_entry *entry),
                    void *context);

/* What a person did or decided, into the audit log (store/log.h) and the timeline of the
 * incident, which is the delivery's unless it is given; both may be 0. `reason` is also
 * what the act was about. */
void store_action_add(struct store *store, int64_t at_ms, int64_t uid,
                      const char *action, int64_t incident_row, int64_t delivery_row,
                      const char *channel, const char *reason);

/* Spool files that were taken: (source, name, content). */
bool store_file_known(struct store *store, const char *source, const char *name,
                      const char *sha256);
void store_file_add(struct store *store, const char *source, const char *name,
                    const char *sha256, int64_t now_ms);
/* Deaths of the process while this file was being parsed. */
int64_t store_file_deaths(struct store *store, const char *source, const char *name);
/* One more. */
void store_file_died(struct store *store, const char *source, const char *name);
/* They are forgotten. */
void store_file_survived(struct store *store, const char *source, const char *name);

#endif
