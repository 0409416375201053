/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A lane: what is known of one channel while the daemon runs. How many transfers are
 * under way, whether the peer was reached lately, whether it asked for a pause, whether
 * a person or a credential fault holds it. Waits and windows are of the monotonic clock;
 * what people are shown is of the wall clock. Internal to outbound/.
 */
#ifndef BUDKAVLE_OUTBOUND_LANE_H
#define BUDKAVLE_OUTBOUND_LANE_H

#include "base/timestamp.h"
#include "channel/driver.h"
#include "model/report.h"
#include "outbound/written.h"
#include "policy/breaker.h"
#include "policy/bucket.h"
#include "store/outbound.h"

enum {
    LANE_RENDER_AGAIN_MS = 5 * 1000, /* after a rendering that failed */
    LANE_TOUCHED_MOST = 20000        /* while nothing is rendered; then all are */
};

struct lane {
    char *name;
    const struct channel *channel; /* NULL: no longer configured */
    const struct driver *driver;   /* NULL with channel */
    int64_t in_flight;
    struct bucket bucket;
    struct breaker breaker;
    int64_t held_until_ms[PRIORITY_COUNT]; /* the peer's Retry-After; monotonic */
    int64_t held_at_ms;                    /* when it asked; monotonic */
    int64_t probed_row;  /* the last probe: the next one is another, if there is */
    int64_t refused_row; /* the last row that the peer refused for now */
    bool bulk_turn;      /* who gets the odd one of normal and bulk that has aged */
    bool waking; /* rows that waited for the peer are made due, batch by batch */
    bool woken;  /* the last batch of them is in this transaction */
    bool paused;
    bool paused_by_fault; /* ends with a new configuration as well */
    int64_t *parked;      /* rows that the fault parked */
    size_t n_parked;
    char *pause_reason;
    int64_t key_refusals; /* of many services (services.c), since one took a message */
    /* What the driver remembers between deliveries; may be a secret. NULL: nothing. */
    char *session;
    char session_options[SHA256_HEX_SIZE]; /* channel_digest: under which options */
    struct written written;                /* the message it said last */
    int64_t failures;                      /* attempts in a row that came to nothing */
    int64_t down_since_ms;
    bool unproven; /* no success yet in this life of the daemon */
    /* What alarms are about (trouble.h): */
    bool untried;         /* no attempt ended since the start, or since it was mended */
    int64_t mended_at_ms; /* when a person last resumed or mended it; TIME_NONE */
    int64_t redirects_in_row;     /* answers that point elsewhere */
    char *list_trouble;           /* why the list of recipients is not usable; NULL */
    struct strings parked_causes; /* as of parked_seen rows */
    int64_t parked_seen;
    bool parked_changed;
    bool reports_known; /* the two below hold (reports.c) */
    bool reports_fail;  /* most of the last delivery reports say so */
    int64_t reports_until_ms;
    int64_t report_refused_at_ms; /* the log was told of one last; TIME_NONE */
    int64_t paused_since_ms;
    int64_t last_success_ms;
    char *last_error;
    /* A channel that shows everything: */
    bool all_touched;
    int64_t *touched; /* incidents to be written anew though nothing is said */
    size_t n_touched;
    int64_t render_at_ms;        /* not before; monotonic */
    int64_t render_urgent_at_ms; /* nor for urgent words before this */
    int64_t next_day_ms;         /* "ended today" changes by itself then; wall clock */
};

void lane_init(struct lane *lane, const char *name);
void lane_clear(struct lane *lane);

/* How many more may start now, of this priority: what the channel's concurrency and
 * rate, its breaker and the peer's wishes leave, of which a fifth is kept for urgent
 * ones (D9). */
size_t lane_room(struct lane *lane, enum priority priority, int64_t mono_ms);
/* When, on the monotonic clock, one of this priority may start; mono_ms: now;
 * TIME_NEVER: a reply decides. */
int64_t lane_start_ms(struct lane *lane, enum priority priority, int64_t mono_ms);
void lane_started(struct lane *lane, size_t n, int64_t mono_ms);
/* One at a time, the most urgent first, whether it is due or not. */
bool lane_is_probing(const struct lane *lane);

/* An attempt that began at started_ms (monotonic) has ended. */
void lane_succeeded(struct lane *lane, int64_t started_ms, struct moment now);
/* It came to nothing; broken: nobody was reached, or the peer refuses everything. */
void lane_failed(struct lane *lane, const char *detail, bool broken, struct moment now);
/* The peer wants nothing for so long. */
void lane_hold(struct lane *lane, int64_t retry_after_ms, int64_t mono_ms);
/* A person wants an attempt now: neither breaker nor the peer's wish stand against it. */
void lane_hasten(struct lane *lane, int64_t mono_ms);

void lane_pause(struct lane *lane, const char *reason, bool by_fault, int64_t now_ms);
void lane_resume(struct lane *lane);
/* A person did something about the channel: whether it helped is seen by trying. */
void lane_acted(struct lane *lane, int64_t now_ms);
/* The fault parked this row. */
void lane_parked(struct lane *lane, int64_t row);
/* A person has mended the fault that paused it: resumed, and what the fault parked is
 * due again. */
void lane_mended(struct lane *lane, struct store *store, int64_t now_ms);

/* session.c: after the lane was given its channel: other options of the driver's may
 * mean another account, so what was remembered is forgotten. */
void lane_session_configure(struct lane *lane);
/* options: channel_digest when the session was made; one made under others is let go. */
void lane_session_take(struct lane *lane, const char *options, char **session);
void lane_session_forget(struct lane *lane);

void lane_touch(struct lane *lane, int64_t incident_row); /* 0: everything */

enum channel_state lane_state(const struct lane *lane, int64_t *since_ms);

#endif
