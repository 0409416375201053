/* SPDX-License-Identifier: EUPL-1.2 */
/* The circuit breaker. */
#include "policy/breaker.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    SLOT_MS = BREAKER_SPAN_MS / BREAKER_SLOTS
};

static void
count(struct breaker *breaker, int64_t failures, int64_t now_ms)
{
    int64_t number = now_ms / SLOT_MS;

    if (number - breaker->newest >= BREAKER_SLOTS) {
        memset(breaker->slots, 0, sizeof(breaker->slots));
        breaker->newest = number;
    }
    while (breaker->newest < number) {
        breaker->newest++;
        memset(&breaker->slots[breaker->newest % BREAKER_SLOTS], 0,
               sizeof(breaker->slots[0]));
    }
    breaker->slots[breaker->newest % BREAKER_SLOTS].attempts++;
    breaker->slots[breaker->newest % BREAKER_SLOTS].failures += failures;
}

static bool
half_failed(const struct breaker *breaker)
{
    int64_t attempts = 0, failures = 0;

    for (size_t i = 0; i < BREAKER_SLOTS; i++) {
        attempts += breaker->slots[i].attempts;
        failures += breaker->slots[i].failures;
    }
    return attempts >= BREAKER_SAMPLE && failures * 2 >= attempts;
}

/* After so many probes. */
static int64_t
probe_wait_ms(int64_t probes)
{
    int64_t wait = BREAKER_PROBE_FIRST_MS;

    for (int64_t i = 0; i < probes && wait < BREAKER_PROBE_MOST_MS; i++) {
        wait *= 2;
    }
    return wait < BREAKER_PROBE_MOST_MS ? wait : BREAKER_PROBE_MOST_MS;
}

int64_t
breaker_allows(const struct breaker *breaker, int64_t limit, int64_t now_ms)
{
    switch (breaker->state) {
    case BREAKER_CLOSED:
        break;
    case BREAKER_OPEN:
        return now_ms >= breaker->probe_at_ms ? 1 : 0;
    case BREAKER_RAMP:
        return breaker->window < limit ? breaker->window : limit;
    }
    return limit;
}

int64_t
breaker_opens_ms(const struct breaker *breaker, int64_t now_ms)
{
    return breaker->state == BREAKER_OPEN && breaker->probe_at_ms > now_ms
               ? breaker->probe_at_ms
               : now_ms;
}

void
breaker_started(struct breaker *breaker, int64_t now_ms)
{
    if (breaker->state == BREAKER_OPEN) {
        breaker->probes++;
        breaker->probe_at_ms = now_ms + probe_wait_ms(breaker->probes);
    }
}

static void
forget(struct breaker *breaker)
{
    breaker->failures = 0;
    memset(breaker->slots, 0, sizeof(breaker->slots));
}

static void
ramp(struct breaker *breaker)
{
    forget(breaker);
    breaker->state = BREAKER_RAMP;
    breaker->window = 1;
    breaker->successes = 0;
}

void
breaker_succeeded(struct breaker *breaker, int64_t limit, int64_t now_ms)
{
    count(breaker, 0, now_ms);
    breaker->failures = 0;
    switch (breaker->state) {
    case BREAKER_CLOSED:
        return;
    case BREAKER_OPEN:
        ramp(breaker);
        break;
    case BREAKER_RAMP:
        break;
    }
    /* Trust comes back step by step: the next probes are nearer again. */
    breaker->probes -= breaker->probes > 0;
    if (++breaker->successes >= breaker->window) {
        breaker->successes = 0;
        breaker->window++;
    }
    if (breaker->window >= limit) {
        breaker->state = BREAKER_CLOSED;
        breaker->probes = 0;
    }
}

void
breaker_failed(struct breaker *breaker, int64_t now_ms)
{
    count(breaker, 1, now_ms);
    breaker->failures++;
    if (breaker->state == BREAKER_OPEN) {
        /* A probe that took its time, or one that was begun before it opened. */
        breaker->probe_at_ms = now_ms + probe_wait_ms(breaker->probes);
        return;
    }
    if (breaker->failures >= BREAKER_FAILURES || half_failed(breaker)) {
        forget(breaker);
        breaker->state = BREAKER_OPEN;
        breaker->probe_at_ms = now_ms + probe_wait_ms(breaker->probes);
    } else if (breaker->state == BREAKER_RAMP) {
        breaker->window = breaker->window > 1 ? breaker->window / 2 : 1;
        breaker->successes = 0;
    }
}

void
breaker_answered(struct breaker *breaker, int64_t now_ms)
{
    count(breaker, 0, now_ms);
    if (breaker->state != BREAKER_OPEN) {
        breaker->failures = 0;
    }
}

void
breaker_slow(struct breaker *breaker)
{
    if (breaker->state != BREAKER_OPEN) {
        ramp(breaker);
    }
}

void
breaker_hasten(struct breaker *breaker, int64_t now_ms)
{
    if (breaker->state == BREAKER_OPEN && breaker->probe_at_ms > now_ms) {
        breaker->probe_at_ms = now_ms;
    }
}
