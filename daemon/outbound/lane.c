/* SPDX-License-Identifier: EUPL-1.2 */
/* The state of one channel while the daemon runs. */
#include "outbound/lane.h"

#include "base/memory.h"
#include "policy/retry.h"

#include <stdlib.h>
#include <string.h>

void
lane_init(struct lane *lane, const char *name)
{
    memset(lane, 0, sizeof(*lane));
    lane->name = string_copy(name);
    lane->unproven = true;
    lane->untried = true;
    lane->mended_at_ms = TIME_NONE;
    lane->parked_changed = true;
    lane->down_since_ms = TIME_NONE;
    lane->paused_since_ms = TIME_NONE;
    lane->report_refused_at_ms = TIME_NONE;
    lane->last_success_ms = TIME_NONE;
}

void
lane_clear(struct lane *lane)
{
    free(lane->name);
    free(lane->pause_reason);
    free(lane->last_error);
    free(lane->touched);
    free(lane->parked);
    free(lane->list_trouble);
    lane_session_forget(lane);
    written_clear(&lane->written);
    strings_clear(&lane->parked_causes);
    memset(lane, 0, sizeof(*lane));
}

/* The share of a limit that only urgent ones may use. */
static int64_t
reserve_of(int64_t limit)
{
    return limit / 5;
}

static int64_t
limit_of(const struct lane *lane)
{
    return lane->channel->concurrency > 0 ? lane->channel->concurrency
                                          : lane->driver->concurrency;
}

static const struct rate *
rate_of(const struct lane *lane)
{
    return lane->channel->rate.count > 0 ? &lane->channel->rate : &lane->driver->rate;
}

/* Tokens that must be there for one of this priority to start. */
static int64_t
tokens_for(const struct lane *lane, enum priority priority)
{
    return priority == PRIORITY_URGENT ? 1 : 1 + reserve_of(rate_of(lane)->count);
}

/* Of `allowed` at once, how many more of this priority. */
static int64_t
places_left(const struct lane *lane, enum priority priority, int64_t allowed)
{
    if (priority != PRIORITY_URGENT) {
        allowed -= reserve_of(allowed);
    }
    return allowed - lane->in_flight;
}

size_t
lane_room(struct lane *lane, enum priority priority, int64_t mono_ms)
{
    int64_t room, tokens;

    if (lane->held_until_ms[priority] > mono_ms) {
        return 0;
    }
    room = places_left(lane, priority,
                       breaker_allows(&lane->breaker, limit_of(lane), mono_ms));
    tokens = bucket_available(&lane->bucket, rate_of(lane), mono_ms);
    if (tokens < INT64_MAX) {
        tokens -= tokens_for(lane, priority) - 1;
    }
    if (tokens < room) {
        room = tokens;
    }
    return room > 0 ? (size_t)room : 0;
}

int64_t
lane_start_ms(struct lane *lane, enum priority priority, int64_t mono_ms)
{
    int64_t start = breaker_opens_ms(&lane->breaker, mono_ms);
    int64_t tokens;

    if (lane->held_until_ms[priority] > start) {
        start = lane->held_until_ms[priority];
    }
    if (places_left(lane, priority,
                    breaker_allows(&lane->breaker, limit_of(lane), start)) <= 0) {
        return TIME_NEVER;
    }
    tokens = mono_ms + bucket_wait_ms(&lane->bucket, rate_of(lane),
                                      tokens_for(lane, priority), mono_ms);
    return tokens > start ? tokens : start;
}

void
lane_started(struct lane *lane, size_t n, int64_t mono_ms)
{
    if (n > 0) {
        lane->in_flight += (int64_t)n;
        bucket_take(&lane->bucket, rate_of(lane), (int64_t)n, mono_ms);
        breaker_started(&lane->breaker, mono_ms);
    }
}

bool
lane_is_probing(const struct lane *lane)
{
    return lane->breaker.state == BREAKER_OPEN;
}

void
lane_succeeded(struct lane *lane, int64_t started_ms, struct moment now)
{
    /* What an earlier life put off is due when the peer is first reached in this one. */
    lane->waking = lane->waking || lane->failures > 0 || lane->unproven;
    lane->failures = 0;
    lane->unproven = false;
    lane->untried = false;
    lane->refused_row = 0;
    lane->probed_row = 0;
    lane->redirects_in_row = 0;
    lane->down_since_ms = TIME_NONE;
    lane->last_success_ms = now.wall_ms;
    string_replace(&lane->last_error, NULL);
    if (lane->channel == NULL) {
        return;
    }
    breaker_succeeded(&lane->breaker, limit_of(lane), now.mono_ms);
    if (started_ms > lane->held_at_ms) {
        memset(lane->held_until_ms, 0, sizeof(lane->held_until_ms));
    }
}

void
lane_failed(struct lane *lane, const char *detail, bool broken, struct moment now)
{
    lane->untried = false;
    string_replace(&lane->last_error, detail);
    if (lane->failures++ == 0) {
        lane->down_since_ms = now.wall_ms;
    }
    if (broken) {
        breaker_failed(&lane->breaker, now.mono_ms);
    }
}

void
lane_hold(struct lane *lane, int64_t retry_after_ms, int64_t mono_ms)
{
    for (int p = PRIORITY_URGENT; p < PRIORITY_COUNT; p++) {
        int64_t until = mono_ms + retry_after_clamp((enum priority)p, retry_after_ms);

        if (until > lane->held_until_ms[p]) {
            lane->held_until_ms[p] = until;
        }
    }
    lane->held_at_ms = mono_ms;
    breaker_slow(&lane->breaker);
}

void
lane_hasten(struct lane *lane, int64_t mono_ms)
{
    memset(lane->held_until_ms, 0, sizeof(lane->held_until_ms));
    breaker_hasten(&lane->breaker, mono_ms);
}

void
lane_pause(struct lane *lane, const char *reason, bool by_fault, int64_t now_ms)
{
    if (!lane->paused) {
        lane->paused_since_ms = now_ms;
    }
    lane->paused = true;
    lane->untried = false;
    lane->paused_by_fault = by_fault;
    string_replace(&lane->pause_reason, reason);
}

void
lane_resume(struct lane *lane)
{
    lane->paused = false;
    lane->paused_by_fault = false;
    lane->paused_since_ms = TIME_NONE;
    string_replace(&lane->pause_reason, NULL);
}

void
lane_acted(struct lane *lane, int64_t now_ms)
{
    lane->untried = true;
    lane->mended_at_ms = now_ms;
    lane->redirects_in_row = 0;
}

void
lane_parked(struct lane *lane, int64_t row)
{
    lane->parked =
        memory_resize(lane->parked, lane->n_parked + 1, sizeof(*lane->parked));
    lane->parked[lane->n_parked++] = row;
}

void
lane_mended(struct lane *lane, struct store *store, int64_t now_ms)
{
    for (size_t i = 0; i < lane->n_parked; i++) {
        const struct outbound_selector one = { .row = lane->parked[i],
                                               .state = DELIVERY_PARKED };

        store_outbound_retry(store, &one, now_ms);
    }
    lane->n_parked = 0;
    lane->parked_changed = true;
    lane_resume(lane);
    lane_acted(lane, now_ms);
}

void
lane_touch(struct lane *lane, int64_t incident_row)
{
    if (incident_row == 0 || lane->n_touched == LANE_TOUCHED_MOST) {
        lane->all_touched = true;
        return;
    }
    if (lane->n_touched > 0 && lane->touched[lane->n_touched - 1] == incident_row) {
        return;
    }
    lane->touched =
        memory_resize(lane->touched, lane->n_touched + 1, sizeof(*lane->touched));
    lane->touched[lane->n_touched++] = incident_row;
}

enum channel_state
lane_state(const struct lane *lane, int64_t *since_ms)
{
    if (lane->paused) {
        *since_ms = lane->paused_since_ms;
        return CHANNEL_PAUSED;
    }
    if (lane->failures > 0) {
        *since_ms = lane->down_since_ms;
        return CHANNEL_DOWN;
    }
    *since_ms = TIME_NONE;
    return CHANNEL_UP;
}
