/* SPDX-License-Identifier: EUPL-1.2 */
/* What is due is claimed, inside the transaction; nothing leaves before its commit. */
#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/retry.h"

#include <stdlib.h>
#include <string.h>

void
outbound_claimed_add(struct outbound *outbound, struct flight *flight)
{
    outbound->claimed = memory_resize(outbound->claimed, outbound->n_claimed + 1,
                                      sizeof(struct flight *));
    outbound->claimed[outbound->n_claimed++] = flight;
}

/* One flight for each row: they are separate requests. */
static void
take_rows(struct outbound *outbound, struct lane *lane, struct outbound_rows *rows)
{
    lane_started(lane, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        struct flight *flight = flight_new(lane);

        flight->rows.items = memory_copy(&rows->items[i], sizeof(rows->items[i]));
        flight->rows.count = 1;
        outbound_claimed_add(outbound, flight);
    }
    free(rows->items); /* the rows themselves have moved */
    memset(rows, 0, sizeof(*rows));
}

static int64_t
lease_ms(const struct lane *lane)
{
    return lane->channel->timeout_ms + OUTBOUND_LEASE_SLACK_MS;
}

static void
claim_rows(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    struct outbound_rows rows = { 0 };
    size_t room;

    if (lane_probe_due(lane, now_ms) && !outbound->setting.hold_pages) {
        lane_probed(lane, now_ms);
        store_outbound_wake_one(outbound->store, lane->name, now_ms);
    }
    for (int p = PRIORITY_URGENT; p < PRIORITY_COUNT; p++) {
        room = lane_room(lane, (enum priority)p, now_ms);
        if (room > 0) {
            store_outbound_claim(outbound->store, lane->name, (enum priority)p,
                                 outbound->owner, now_ms, lease_ms(lane), room, &rows);
            take_rows(outbound, lane, &rows);
        }
    }
}

static bool
rendering_is_due(struct outbound *outbound, const struct lane *lane, int64_t now_ms)
{
    if (lane->in_flight > 0 || now_ms < lane->render_at_ms ||
        outbound->setting.hold_pages) {
        return false;
    }
    return lane->all_touched || lane->n_touched > 0 || now_ms >= lane->next_day_ms ||
           store_outbound_next_due(outbound->store, lane->name) <= now_ms;
}

static void
claim_rendering(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    struct flight *flight;

    if (lane_probe_due(lane, now_ms) && !outbound->setting.hold_pages) {
        lane_probed(lane, now_ms);
        store_outbound_wake(outbound->store, lane->name, now_ms);
    } else if (!rendering_is_due(outbound, lane, now_ms)) {
        return;
    }
    flight = flight_new(lane);
    flight->is_render = true;
    store_outbound_claim_all(outbound->store, lane->name, outbound->owner, now_ms,
                             lease_ms(lane), &flight->rows);
    lane->in_flight++;
    lane->render_at_ms = now_ms + RENDER_MIN_MS;
    outbound_claimed_add(outbound, flight);
}

static void
expand_lists(struct outbound *outbound, int64_t now_ms)
{
    int64_t keys[EXPAND_ROWS];
    size_t n = store_expandable(outbound->store, keys, EXPAND_ROWS);

    for (size_t i = 0; i < n; i++) {
        if (store_expand(outbound->store, keys[i], EXPAND_BATCH, now_ms)) {
            outbound->more = true;
        }
    }
    if (n == EXPAND_ROWS) {
        outbound->more = true;
    }
}

/* The clock was set back: what was put off by the earlier one is not put off. */
static void
notice_clock_step(struct outbound *outbound, int64_t now_ms)
{
    if (now_ms < outbound->last_now_ms - CLOCK_STEP_MS) {
        log_warning("outbound: the clock went back by %lld s",
                    (long long)((outbound->last_now_ms - now_ms) / SECONDS_MS));
        for (size_t i = 0; i < outbound->n_lanes; i++) {
            outbound->lanes[i]->render_at_ms = 0;
            outbound->lanes[i]->next_day_ms = 0;
            outbound->lanes[i]->probe_at_ms = now_ms;
        }
    }
    outbound->last_now_ms = now_ms;
}

/* No rule puts a row off by more than the longest Retry-After. */
static void
clamp_rows(struct outbound *outbound, const struct lane *lane, int64_t now_ms)
{
    int64_t due = store_outbound_next_due(outbound->store, lane->name);

    if (due != TIME_NEVER && due != retry_clamp_due(due, now_ms)) {
        store_outbound_clamp(outbound->store, lane->name, now_ms + DAYS_MS, now_ms);
    }
}

void
outbound_claim(struct outbound *outbound, int64_t now_ms)
{
    notice_clock_step(outbound, now_ms);
    outbound->more = lists_work(outbound);
    expand_lists(outbound, now_ms);
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        struct lane *lane = outbound->lanes[i];

        if (lane->channel == NULL || lane->paused) {
            continue;
        }
        clamp_rows(outbound, lane, now_ms);
        if (lane->driver->render != NULL) {
            claim_rendering(outbound, lane, now_ms);
        } else {
            claim_rows(outbound, lane, now_ms);
        }
    }
}

/* A rendering in the middle of its parts is under way in the store already: it begins
 * anew later. */
static void
put_off_rendering(struct outbound *outbound, struct flight *flight)
{
    struct outcome outcome = { .kind = OUTCOME_RETRY, .retry_after_ms = -1 };

    flight->n_pages = 0;
    flight->lane->all_touched = true;
    outbound_landing_add(outbound, flight, NULL, &outcome);
}

void
outbound_forget_claims(struct outbound *outbound)
{
    for (size_t i = 0; i < outbound->n_claimed; i++) {
        struct flight *flight = outbound->claimed[i];

        if (flight->has_pages) {
            put_off_rendering(outbound, flight);
            continue;
        }
        flight->lane->in_flight -= flight->is_render ? 1 : (int64_t)flight->rows.count;
        flight_free(flight);
    }
    outbound->n_claimed = 0;
    lists_restart(outbound);
}
