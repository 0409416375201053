/* SPDX-License-Identifier: EUPL-1.2 */
/* Replies become outcomes, and outcomes become states of rows: one table decides. */
#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/retry.h"

#include <stdlib.h>
#include <string.h>

void
outbound_landing_add(struct outbound *outbound, struct flight *flight,
                     struct reply *reply, const struct outcome *outcome)
{
    struct landing *landing;

    outbound->landings = memory_resize(outbound->landings, outbound->n_landings + 1,
                                       sizeof(*outbound->landings));
    landing = &outbound->landings[outbound->n_landings++];
    memset(landing, 0, sizeof(*landing));
    landing->flight = flight;
    if (reply != NULL) {
        landing->reply = *reply;
        memset(reply, 0, sizeof(*reply));
    }
    if (outcome != NULL) {
        landing->has_outcome = true;
        landing->outcome = *outcome;
        landing->outcome.remote_id = string_copy(outcome->remote_id);
        landing->outcome.detail = string_copy(outcome->detail);
        landing->outcome.session = string_copy(outcome->session);
    }
}

void
outbound_on_reply(struct outbound *outbound, struct reply *reply)
{
    struct flight *flight = outbound_flight_end(outbound, reply->id);

    if (flight == NULL) {
        log_warning("outbound: a reply came to no request id=%llu",
                    (unsigned long long)reply->id);
        reply_clear(reply);
        return;
    }
    outbound_landing_add(outbound, flight, reply, NULL);
}

/* The limits of the channel: its own options, else its driver's, else the priority's. */
static struct retry_limits
limits_for(const struct lane *lane, enum priority priority)
{
    struct retry_limits limits = retry_limits_for(priority);

    if (lane->driver != NULL && lane->driver->retry_floor_ms > 0) {
        limits.floor_ms = lane->driver->retry_floor_ms;
    }
    if (lane->channel != NULL && lane->channel->retry_floor_ms > 0) {
        limits.floor_ms = lane->channel->retry_floor_ms;
    }
    if (lane->channel != NULL && lane->channel->retry_cap_ms > 0) {
        limits.cap_ms = lane->channel->retry_cap_ms;
    }
    if (limits.cap_ms < limits.floor_ms) {
        limits.cap_ms = limits.floor_ms;
    }
    return limits;
}

static int64_t
next_attempt_ms(struct outbound *outbound, const struct lane *lane,
                const struct outbound_row *row, int64_t retry_after_ms, int64_t now_ms)
{
    struct retry_limits limits = limits_for(lane, row->priority);
    uint64_t random = outbound->ports.random(outbound->ports.random_context);

    return now_ms + retry_delay_ms(&limits, row->priority, row->attempts,
                                   retry_after_ms, random);
}

/* An unknown outcome: sent again with the same identity, or left to a person (D4). */
static enum delivery_state
settle_unknown(struct outbound *outbound, const struct lane *lane,
               const struct outbound_row *row, const char *detail, int64_t now_ms)
{
    bool park = lane->channel != NULL && lane->channel->on_unknown == ON_UNKNOWN_PARK;

    if (lane->driver != NULL && lane->driver->idempotent) {
        park = false;
    }
    if (park) {
        store_outbound_conclude(outbound->store, row->row, DELIVERY_PARKED, NULL,
                                detail, now_ms);
        return DELIVERY_PARKED;
    }
    store_outbound_resend(outbound->store, row->row,
                          next_attempt_ms(outbound, lane, row, -1, now_ms));
    return DELIVERY_UNKNOWN;
}

/* The state that an outcome leads to. */
static enum delivery_state
state_after(enum outcome_kind kind)
{
    switch (kind) {
    case OUTCOME_DELIVERED:
        return DELIVERY_DELIVERED;
    case OUTCOME_RETRY:
    case OUTCOME_TRANSPORT:
        return DELIVERY_PENDING;
    case OUTCOME_UNKNOWN:
        return DELIVERY_UNKNOWN;
    case OUTCOME_UNDELIVERABLE:
        return DELIVERY_UNDELIVERABLE;
    case OUTCOME_REFUSED:
    case OUTCOME_CREDENTIALS:
    case OUTCOME_KIND_COUNT:
        break;
    }
    return DELIVERY_PARKED;
}

void
outbound_tell(struct outbound *outbound, struct outbound_rows *rows, int64_t now_ms)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct outbound_row *row = &rows->items[i];
        const struct outcome outcome = { .kind = OUTCOME_KIND_COUNT,
                                         .retry_after_ms = -1,
                                         .detail = row->last_error };

        outbound->ports.concluded(outbound->ports.context, row, &outcome, row->state,
                                  now_ms);
    }
    outbound_rows_clear(rows);
}

/*
 * What the row was to cover: said with it when it is delivered, as far as its text had
 * room; as dead as it is at an address that takes nothing. In all other states it goes
 * on waiting for it.
 */
static void
conclude_covered(struct outbound *outbound, const struct outbound_row *row,
                 int64_t carries_from, enum delivery_state state, const char *detail,
                 int64_t now_ms)
{
    struct outbound_rows concluded = { 0 };

    if (state == DELIVERY_DELIVERED) {
        store_outbound_uncover(outbound->store, row->row, carries_from);
        store_outbound_conclude_covered(outbound->store, row->row, DELIVERY_COVERED,
                                        NULL, now_ms, &concluded);
    } else if (state == DELIVERY_UNDELIVERABLE) {
        store_outbound_conclude_covered(outbound->store, row->row, state, detail,
                                        now_ms, &concluded);
    }
    outbound_tell(outbound, &concluded, now_ms);
}

/* It is not tried again, for it is not said any more. Where the newest word catches up,
 * the claim of that sees to it. */
static bool
take_back_failed(struct outbound *outbound, const struct lane *lane,
                 const struct outbound_row *row, int64_t now_ms)
{
    struct outbound_rows taken_back = { 0 };
    bool done =
        lane->channel != NULL && lane->driver->render == NULL &&
        !lane_catches_up(lane) &&
        store_outbound_take_back_failed(outbound->store, row, now_ms, &taken_back);

    /* The row itself is told by who asks. */
    for (size_t i = 0; i < taken_back.count; i++) {
        const struct outbound_row *other = &taken_back.items[i];
        const struct outcome outcome = { .kind = OUTCOME_KIND_COUNT,
                                         .retry_after_ms = -1,
                                         .detail = other->last_error };

        if (other->row != row->row) {
            outbound->ports.concluded(outbound->ports.context, other, &outcome,
                                      other->state, now_ms);
        }
    }
    outbound_rows_clear(&taken_back);
    return done;
}

static enum delivery_state
conclude_row(struct outbound *outbound, const struct flight *flight,
             const struct outbound_row *row, const struct outcome *outcome,
             int64_t now_ms)
{
    enum delivery_state state = state_after(outcome->kind);
    struct lane *lane = flight->lane;

    if (state == DELIVERY_UNKNOWN) {
        store_outbound_unknown(outbound->store, row->row, outcome->detail, now_ms);
    }
    if ((state == DELIVERY_PENDING || state == DELIVERY_UNKNOWN) &&
        take_back_failed(outbound, lane, row, now_ms)) {
        return DELIVERY_CANCELLED;
    }
    if (state == DELIVERY_PENDING) {
        int64_t due =
            next_attempt_ms(outbound, lane, row, outcome->retry_after_ms, now_ms);

        store_outbound_again(outbound->store, row->row, due,
                             outcome->kind == OUTCOME_TRANSPORT, outcome->detail,
                             now_ms);
    } else if (state == DELIVERY_UNKNOWN) {
        state = settle_unknown(outbound, lane, row, outcome->detail, now_ms);
    } else {
        conclude_covered(outbound, row, flight->carries_from, state, outcome->detail,
                         now_ms);
        store_outbound_conclude(outbound->store, row->row, state, outcome->remote_id,
                                outcome->detail, now_ms);
    }
    if (state == DELIVERY_PARKED) {
        lane->parked_changed = true;
    }
    if (outcome->kind == OUTCOME_CREDENTIALS) {
        lane_parked(lane, row->row);
    }
    left_note(outbound, lane, row, outcome, now_ms);
    return state;
}

/* A part of a large rendering was written: the next part goes out with this turn. */
static bool
goes_on(struct outbound *outbound, struct landing *landing, int64_t now_ms)
{
    struct flight *flight = landing->flight;

    if (landing->judged || !rendering_has_more(flight) ||
        flight->lane->driver == NULL || flight->lane->driver->render == NULL) {
        return false;
    }
    landing_classify(landing, now_ms);
    landing->has_outcome = true;
    if (landing->outcome.kind != OUTCOME_DELIVERED) {
        return false;
    }
    landing->flight = NULL;
    outbound_claimed_add(outbound, flight);
    return true;
}

static void
record(struct outbound *outbound, struct landing *landing, int64_t now_ms)
{
    const struct flight *flight = landing->flight;

    if (flight == NULL || goes_on(outbound, landing, now_ms) ||
        flight_next_step(outbound, landing, now_ms)) {
        return;
    }
    if (!landing->judged) {
        landing_judge(outbound, landing, now_ms);
        landing->judged = true;
    }
    for (size_t i = 0; i < flight->rows.count; i++) {
        const struct outbound_row *row = &flight->rows.items[i];
        enum delivery_state state =
            conclude_row(outbound, flight, row, &landing->outcome, now_ms);

        outbound->ports.concluded(outbound->ports.context, row, &landing->outcome,
                                  state, now_ms);
    }
}

void
outbound_record(struct outbound *outbound, int64_t now_ms)
{
    for (size_t i = 0; i < outbound->n_landings; i++) {
        record(outbound, &outbound->landings[i], now_ms);
    }
}

void
outbound_landings_clear(struct outbound *outbound)
{
    for (size_t i = 0; i < outbound->n_landings; i++) {
        struct landing *landing = &outbound->landings[i];

        flight_free(landing->flight);
        reply_clear(&landing->reply);
        outcome_clear(&landing->outcome);
    }
    outbound->n_landings = 0;
}

struct recovery {
    struct outbound *outbound;
    int64_t now_ms;
};

static bool
settle_recovered(void *context, const struct outbound_row *row)
{
    const struct recovery *recovery = context;
    struct lane *lane = outbound_lane(recovery->outbound, row->channel);

    if (lane != NULL &&
        take_back_failed(recovery->outbound, lane, row, recovery->now_ms)) {
        return true;
    }
    if (lane != NULL) {
        bool park = lane->channel != NULL && !lane->driver->idempotent &&
                    lane->channel->on_unknown == ON_UNKNOWN_PARK;

        if (park) {
            store_outbound_conclude(
                recovery->outbound->store, row->row, DELIVERY_PARKED, NULL,
                "the daemon ended while this was under way", recovery->now_ms);
        } else {
            store_outbound_resend(recovery->outbound->store, row->row,
                                  recovery->now_ms);
        }
    }
    return true;
}

void
outbound_recover(struct outbound *outbound, int64_t now_ms)
{
    struct recovery recovery = { outbound, now_ms };
    int64_t n = store_outbound_recover(outbound->store, now_ms);

    if (n > 0) {
        log_info(
            "outbound: %lld deliveries were under way when the daemon ended; their "
            "outcome is unknown",
            (long long)n);
    }
    store_outbound_unknown_list(outbound->store, settle_recovered, &recovery);
}
