/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A lane: what is known of one channel while the daemon runs. How many transfers are
 * under way, whether the peer was reached lately, whether a person or a credential
 * fault holds it. Internal to outbound/.
 */
#ifndef BUDKAVLE_OUTBOUND_LANE_H
#define BUDKAVLE_OUTBOUND_LANE_H

#include "channel/driver.h"
#include "model/report.h"
#include "policy/bucket.h"
#include "store/outbound.h"

enum {
    LANE_PROBE_FIRST_MS = 5 * 1000,
    LANE_PROBE_MOST_MS = 60 * 1000,
    LANE_TOUCHED_MOST = 20000 /* while nothing is rendered; then all are */
};

struct lane {
    char *name;
    const struct channel *channel; /* NULL: no longer configured */
    const struct driver *driver;   /* NULL with channel */
    int64_t in_flight;
    struct bucket bucket;
    bool paused;
    bool paused_by_fault; /* ends with a new configuration as well */
    int64_t *parked;      /* rows that the fault parked */
    size_t n_parked;
    char *pause_reason;
    int64_t failures; /* attempts in a row that reached nobody */
    int64_t down_since_ms;
    bool unproven; /* no success yet in this life of the daemon */
    /* What alarms are about (trouble.h): */
    bool untried;         /* no attempt ended since the start, or since it was mended */
    int64_t mended_at_ms; /* when a person last resumed or mended it; TIME_NONE */
    int64_t redirects;    /* answers in a row that point elsewhere */
    char *list_trouble;   /* why the list of recipients is not usable; NULL */
    struct strings parked_causes; /* as of parked_seen rows */
    int64_t parked_seen;
    bool parked_changed;
    int64_t paused_since_ms;
    int64_t probe_at_ms; /* while failures > 0 */
    int64_t last_success_ms;
    char *last_error;
    /* A channel that shows everything: */
    bool all_touched;
    int64_t *touched; /* incidents to be written anew though nothing is said */
    size_t n_touched;
    int64_t render_at_ms; /* not before */
    int64_t next_day_ms;  /* "ended today" changes by itself then */
};

void lane_init(struct lane *lane, const char *name);
void lane_clear(struct lane *lane);

/* How many more may start now, of this priority: the channel's concurrency and rate,
 * of which a fifth is kept for urgent ones (D9). */
size_t lane_room(struct lane *lane, enum priority priority, int64_t now_ms);
/* How long the rate alone holds the next one back; 0: it does not. */
int64_t lane_rate_wait_ms(struct lane *lane, int64_t now_ms);
void lane_started(struct lane *lane, size_t n);

/* An attempt has ended. lane_succeeded returns true when the peer had been out of
 * reach until now. */
bool lane_succeeded(struct lane *lane, int64_t now_ms);
void lane_failed(struct lane *lane, const char *detail, int64_t now_ms);

void lane_pause(struct lane *lane, const char *reason, bool by_fault, int64_t now_ms);
void lane_resume(struct lane *lane);
/* A person did something about the channel: whether it helped is seen by trying. */
void lane_acted(struct lane *lane, int64_t now_ms);
/* The fault parked this row. */
void lane_parked(struct lane *lane, int64_t row);
/* A person has mended the fault that paused it: resumed, and what the fault parked is
 * due again. */
void lane_mended(struct lane *lane, struct store *store, int64_t now_ms);

/* A failing channel is tried once at probe_at_ms even if no row is due. */
bool lane_probe_due(const struct lane *lane, int64_t now_ms);
void lane_probed(struct lane *lane, int64_t now_ms);

void lane_touch(struct lane *lane, int64_t incident_row); /* 0: everything */

enum channel_state lane_state(const struct lane *lane, int64_t *since_ms);

#endif
