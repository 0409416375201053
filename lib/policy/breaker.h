/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A circuit breaker: how many transfers a channel may have under way, by what came of
 * the last ones. Closed: as many as the channel allows. After five failures in a row, or
 * when half of at least twenty attempts of the last minute failed, it opens: one probe
 * at a time, 5 s apart growing to 60 s. A success begins the ramp: a window of one, one
 * more after each full window of successes, half after a failure; closed again when the
 * window is as wide as the channel allows.
 *
 * Nygard, "Release It!" (2nd ed. 2018), 5.2; the ramp is TCP's congestion avoidance
 * (RFC 5681, 3.1) with whole windows. Times are of a monotonic clock. No row, no store:
 * what it holds back is not claimed, and does not count as an attempt.
 */
#ifndef BUDKAVLE_POLICY_BREAKER_H
#define BUDKAVLE_POLICY_BREAKER_H

#include <stdint.h>

enum {
    BREAKER_FAILURES = 5, /* in a row */
    BREAKER_SAMPLE = 20,  /* attempts in the span, of which half */
    BREAKER_SPAN_MS = 60 * 1000,
    BREAKER_SLOTS = 12, /* the span is counted in slots of 5 s */
    BREAKER_PROBE_FIRST_MS = 5 * 1000,
    BREAKER_PROBE_MOST_MS = 60 * 1000
};

enum breaker_state {
    BREAKER_CLOSED,
    BREAKER_OPEN,
    BREAKER_RAMP
};

/* Valid when zeroed: closed. */
struct breaker {
    enum breaker_state state;
    int64_t failures;    /* in a row */
    int64_t probes;      /* begun, less the successes since; sets their distance */
    int64_t probe_at_ms; /* while open */
    int64_t window;      /* while ramping */
    int64_t successes;   /* in this window */
    int64_t newest;      /* number of the newest slot since the clock's zero */
    struct {
        int64_t attempts, failures;
    } slots[BREAKER_SLOTS];
};

/* How many may be under way now, of the channel's `limit`. */
int64_t breaker_allows(const struct breaker *breaker, int64_t limit, int64_t now_ms);
/* When breaker_allows stops being 0 by itself; now_ms when it is not. */
int64_t breaker_opens_ms(const struct breaker *breaker, int64_t now_ms);

/* Attempts begin. */
void breaker_started(struct breaker *breaker, int64_t now_ms);
/* An attempt succeeded. */
void breaker_succeeded(struct breaker *breaker, int64_t limit, int64_t now_ms);
/* An attempt reached nobody. */
void breaker_failed(struct breaker *breaker, int64_t now_ms);
/* The peer answered and refused one message: it is there, but that proves no more. */
void breaker_answered(struct breaker *breaker, int64_t now_ms);
/* The peer asked for a pause: after it the ramp begins anew. */
void breaker_slow(struct breaker *breaker);
/* A person wants an attempt now. */
void breaker_hasten(struct breaker *breaker, int64_t now_ms);

#endif
