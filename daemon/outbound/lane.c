/* SPDX-License-Identifier: EUPL-1.2 */
/* The state of one channel while the daemon runs. */
#include "outbound/lane.h"

#include "base/memory.h"

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
    strings_clear(&lane->parked_causes);
    memset(lane, 0, sizeof(*lane));
}

/* The share of a limit that only urgent ones may use. */
static int64_t
reserve_of(int64_t limit)
{
    return limit / 5;
}

size_t
lane_room(struct lane *lane, enum priority priority, int64_t now_ms)
{
    int64_t most = lane->channel->concurrency > 0 ? lane->channel->concurrency
                                                  : lane->driver->concurrency;
    int64_t room, tokens;

    if (priority != PRIORITY_URGENT) {
        most -= reserve_of(most);
    }
    room = most - lane->in_flight;
    tokens = bucket_available(&lane->bucket, &lane->channel->rate, now_ms);
    if (priority != PRIORITY_URGENT && lane->channel->rate.count > 0) {
        tokens -= reserve_of(lane->channel->rate.count);
    }
    if (tokens < room) {
        room = tokens;
    }
    return room > 0 ? (size_t)room : 0;
}

int64_t
lane_rate_wait_ms(struct lane *lane, int64_t now_ms)
{
    const struct rate *rate = &lane->channel->rate;

    return bucket_wait_ms(&lane->bucket, rate, 1 + reserve_of(rate->count), now_ms);
}

void
lane_started(struct lane *lane, size_t n)
{
    lane->in_flight += (int64_t)n;
    bucket_take(&lane->bucket, &lane->channel->rate, (int64_t)n);
}

bool
lane_succeeded(struct lane *lane, int64_t now_ms)
{
    /* What an earlier life put off is due when the peer is first reached in this one. */
    bool was_down = lane->failures > 0 || lane->unproven;

    lane->failures = 0;
    lane->unproven = false;
    lane->untried = false;
    lane->down_since_ms = TIME_NONE;
    lane->last_success_ms = now_ms;
    string_replace(&lane->last_error, NULL);
    return was_down;
}

void
lane_failed(struct lane *lane, const char *detail, int64_t now_ms)
{
    lane->untried = false;
    string_replace(&lane->last_error, detail);
    if (lane->failures++ == 0) {
        lane->down_since_ms = now_ms;
        lane->probe_at_ms = now_ms + LANE_PROBE_FIRST_MS;
    }
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
    lane->redirects = 0;
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

bool
lane_probe_due(const struct lane *lane, int64_t now_ms)
{
    return lane->failures > 0 && lane->in_flight == 0 && now_ms >= lane->probe_at_ms;
}

void
lane_probed(struct lane *lane, int64_t now_ms)
{
    int64_t wait = LANE_PROBE_FIRST_MS;

    for (int64_t i = 1; i < lane->failures && wait < LANE_PROBE_MOST_MS; i++) {
        wait *= 2;
    }
    if (wait > LANE_PROBE_MOST_MS) {
        wait = LANE_PROBE_MOST_MS;
    }
    lane->probe_at_ms = now_ms + wait;
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
