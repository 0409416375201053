/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Channels whose recipients are at many services, at addresses that the recipients gave
 * themselves: what one of them answers must not stop the others. Whose fault a refused key
 * is shows in what becomes of the rest.
 */
#include "outbound/internal.h"

#include "base/memory.h"

enum {
    KEY_MISMATCH = 403,
    MISMATCHES_MOST = 3, /* attempts at a subscription of another key */
    REFUSALS_TO_PAUSE = 20
};

static const struct outbound_row *
recipient_row(const struct landing *landing)
{
    const struct flight *flight = landing->flight;

    return flight->rows.count == 1 && flight->rows.items[0].recipient != NULL
               ? &flight->rows.items[0]
               : NULL;
}

bool
service_is_one_of_many(const struct landing *landing)
{
    const struct driver *driver = landing->flight->lane->driver;

    return driver != NULL && driver->many_services && recipient_row(landing) != NULL;
}

/* Others were reached with the same key since this delivery was made. */
static bool
reached_others(const struct lane *lane, const struct outbound_row *row)
{
    return lane->last_success_ms != TIME_NONE &&
           lane->last_success_ms >= row->created_at_ms;
}

void
service_judge(struct landing *landing)
{
    struct lane *lane = landing->flight->lane;
    struct outcome *outcome = &landing->outcome;
    const struct outbound_row *row = recipient_row(landing);

    if (!service_is_one_of_many(landing)) {
        return;
    }
    if (outcome->kind == OUTCOME_DELIVERED) {
        lane->key_refusals = 0;
    } else if (outcome->kind == OUTCOME_CREDENTIALS &&
               landing->reply.code == KEY_MISMATCH && row->attempts < MISMATCHES_MOST) {
        outcome->kind = OUTCOME_RETRY;
    } else if (outcome->kind == OUTCOME_CREDENTIALS &&
               landing->reply.code == KEY_MISMATCH && reached_others(lane, row)) {
        outcome->kind = OUTCOME_UNDELIVERABLE;
        outcome->gone = true;
    } else if (outcome->kind == OUTCOME_CREDENTIALS) {
        lane->key_refusals++;
    }
}

bool
service_fails_alone(const struct landing *landing)
{
    return service_is_one_of_many(landing) &&
           reached_others(landing->flight->lane, recipient_row(landing));
}

bool
service_pauses(const struct landing *landing)
{
    return !service_is_one_of_many(landing) ||
           landing->flight->lane->key_refusals >= REFUSALS_TO_PAUSE;
}
