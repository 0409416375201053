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
    int64_t mono_ms = outbound_moment(outbound, 0).mono_ms;

    lane_started(lane, rows->count, mono_ms);
    for (size_t i = 0; i < rows->count; i++) {
        struct flight *flight = flight_new(lane);

        flight->started_ms = mono_ms;
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

/* Up to max of the priority that were due at due_by_ms already, in the way of the
 * channel's backlog. */
static size_t
claim_some(struct outbound *outbound, struct lane *lane, enum priority priority,
           int64_t due_by_ms, size_t max, int64_t now_ms)
{
    struct outbound_rows rows = { 0 };
    struct outbound_rows taken_back = { 0 };
    size_t n;

    if (max == 0) {
        return 0;
    }
    if (lane_catches_up(lane)) {
        store_outbound_claim_newest(outbound->store, lane->name, priority,
                                    outbound->owner, due_by_ms, now_ms, lease_ms(lane),
                                    max, &rows, &taken_back);
        outbound_tell(outbound, &taken_back, now_ms);
    } else {
        store_outbound_claim(outbound->store, lane->name, priority, outbound->owner,
                             due_by_ms, now_ms, lease_ms(lane), max, &rows);
    }
    left_leave_out(outbound, &rows, now_ms);
    n = rows.count;
    if (n > 0) {
        lane->probed_row = rows.items[0].row;
    }
    take_rows(outbound, lane, &rows);
    return n;
}

/* Bulk that has been due for a quarter of an hour takes turns with normal ones, half of
 * the room each; what one does not use is the other's, and the rest is younger bulk's. */
static size_t
claim_in_turns(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    int64_t mono_ms = outbound_moment(outbound, now_ms).mono_ms;
    size_t room = lane_room(lane, PRIORITY_NORMAL, mono_ms);
    size_t aged = (room + (lane->bulk_turn ? 1 : 0)) / 2;
    size_t n =
        claim_some(outbound, lane, PRIORITY_BULK, now_ms - BULK_AGES_MS, aged, now_ms);

    if (room % 2 != 0) {
        lane->bulk_turn = !lane->bulk_turn;
    }
    n += claim_some(outbound, lane, PRIORITY_NORMAL, now_ms, room - n, now_ms);
    n += claim_some(outbound, lane, PRIORITY_BULK, now_ms, room - n, now_ms);
    return n;
}

static size_t
claim_due(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    int64_t mono_ms = outbound_moment(outbound, now_ms).mono_ms;
    size_t room = lane_room(lane, PRIORITY_URGENT, mono_ms);
    size_t n = claim_some(outbound, lane, PRIORITY_URGENT, now_ms, room, now_ms);

    return n + claim_in_turns(outbound, lane, now_ms);
}

/* The most urgent row that waits for the peer, due or not; another one than the last
 * time, for it may be that very message on which the peer chokes. */
static void
claim_probe(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    int64_t last = lane->probed_row;

    if (lane_room(lane, PRIORITY_URGENT, outbound_moment(outbound, now_ms).mono_ms) ==
        0) {
        return;
    }
    store_outbound_wake_one(outbound->store, lane->name, last, now_ms);
    if (claim_due(outbound, lane, now_ms) == 0 && last != 0) {
        store_outbound_wake_one(outbound->store, lane->name, 0, now_ms);
        claim_due(outbound, lane, now_ms);
    }
}

/* The channel delivers again: what waits for that is due, batch by batch. */
static void
wake_rows(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    bool shows_all = lane->driver->render != NULL;
    int64_t most = shows_all ? INT64_MAX : WAKE_BATCH;

    if (!lane->waking) {
        return;
    }
    lane->woken = store_outbound_wake(outbound->store, lane->name, now_ms, most) < most;
    outbound->more = outbound->more || !lane->woken;
}

static bool
rendering_is_due(struct outbound *outbound, struct lane *lane, struct moment now)
{
    if (outbound->setting.hold_pages ||
        lane_room(lane, PRIORITY_URGENT, now.mono_ms) == 0) {
        return false;
    }
    if (lane_is_probing(lane)) {
        store_outbound_wake(outbound->store, lane->name, now.wall_ms, INT64_MAX);
    } else if (lane->in_flight > 0 || now.mono_ms < lane->render_urgent_at_ms) {
        return false;
    } else if (now.mono_ms < lane->render_at_ms) {
        return store_outbound_due(outbound->store, lane->name, PRIORITY_URGENT) <=
               now.wall_ms;
    }
    return lane->all_touched || lane->n_touched > 0 ||
           now.wall_ms >= lane->next_day_ms ||
           store_outbound_next_due(outbound->store, lane->name) <= now.wall_ms;
}

static void
claim_rendering(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    struct moment now = outbound_moment(outbound, now_ms);
    struct flight *flight;

    if (!rendering_is_due(outbound, lane, now)) {
        return;
    }
    flight = flight_new(lane);
    flight->is_render = true;
    flight->started_ms = now.mono_ms;
    store_outbound_claim_all(outbound->store, lane->name, outbound->owner, now_ms,
                             lease_ms(lane), &flight->rows);
    lane_started(lane, 1, now.mono_ms);
    lane->render_at_ms = now.mono_ms + RENDER_MIN_MS;
    lane->render_urgent_at_ms = lane->render_at_ms;
    outbound_claimed_add(outbound, flight);
}

static bool
may_expand(struct outbound *outbound, int64_t key)
{
    struct outbound_row row = { 0 };
    bool may = !outbound->spare || (store_outbound_get(outbound->store, key, &row) &&
                                    row.priority == PRIORITY_URGENT);

    outbound_row_clear(&row);
    return may;
}

/* Most urgent first. */
static void
expand_lists(struct outbound *outbound, int64_t now_ms)
{
    int64_t keys[EXPAND_ROWS];
    size_t n = store_expandable(outbound->store, keys, EXPAND_ROWS, now_ms);

    for (size_t i = 0; i < n; i++) {
        if (!may_expand(outbound, keys[i])) {
            return;
        }
        if (store_expand(outbound->store, keys[i], EXPAND_BATCH, now_ms)) {
            outbound->more = true;
        }
    }
    if (n == EXPAND_ROWS) {
        outbound->more = true;
    }
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
outbound_spare(struct outbound *outbound, bool spare)
{
    outbound->spare = spare;
}

void
outbound_claim(struct outbound *outbound, int64_t now_ms)
{
    outbound->more = !outbound->spare && lists_work(outbound);
    outbound_notice_clock(outbound, now_ms);
    expand_lists(outbound, now_ms);
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        struct lane *lane = outbound->lanes[i];

        if (lane->channel == NULL || lane->paused) {
            continue;
        }
        clamp_rows(outbound, lane, now_ms);
        wake_rows(outbound, lane, now_ms);
        if (lane->driver->render != NULL) {
            claim_rendering(outbound, lane, now_ms);
        } else if (lane_is_probing(lane)) {
            claim_probe(outbound, lane, now_ms);
        } else {
            claim_due(outbound, lane, now_ms);
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
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        outbound->lanes[i]->woken = false;
    }
    for (size_t i = 0; i < outbound->n_claimed; i++) {
        struct flight *flight = outbound->claimed[i];

        if (flight->has_pages) {
            put_off_rendering(outbound, flight);
            continue;
        }
        if (flight->has_stepped) {
            flight_put_off_steps(outbound, flight);
            continue;
        }
        flight->lane->in_flight -= flight->is_render ? 1 : (int64_t)flight->rows.count;
        flight_free(flight);
    }
    outbound->n_claimed = 0;
    outbound_pauses_end(outbound, false);
    lists_restart(outbound);
}
