/* SPDX-License-Identifier: EUPL-1.2 */
/* Deliveries that take several requests: the driver says which is next. */
#include "outbound/internal.h"

#include "base/memory.h"

void
flight_first_step(const struct delivery_input *input, struct flight *flight)
{
    const struct driver *driver = flight->lane->driver;
    struct outcome outcome = { 0 };

    if (flight->has_stepped || driver->next_step == NULL) {
        return;
    }
    flight->stepper = driver;
    (void)driver->next_step(input, NULL, &flight->step, &outcome);
}

/* What another driver has begun means nothing to this one. */
static bool
has_changed_driver(struct landing *landing)
{
    if (landing->flight->stepper == landing->flight->lane->driver) {
        return false;
    }
    outcome_clear(&landing->outcome);
    landing->outcome.kind = OUTCOME_RETRY;
    landing->outcome.retry_after_ms = -1;
    landing->outcome.detail =
        string_copy("the channel's driver was changed while this was under way");
    landing->has_outcome = true;
    return true;
}

bool
flight_next_step(struct outbound *outbound, struct landing *landing, int64_t now_ms)
{
    struct flight *flight = landing->flight;
    struct flight_input around;
    bool follows = false;

    if (landing->has_outcome || flight->stepper == NULL ||
        has_changed_driver(landing)) {
        return false;
    }
    landing_classify(landing, now_ms);
    landing->has_outcome = true;
    if (flight_input_load(outbound, flight, now_ms, &around)) {
        follows = flight->stepper->next_step(&around.input, &landing->reply,
                                             &flight->step, &landing->outcome);
        if (!follows && around.n_carried > 0) {
            flight->carries_from = flight_input_carries_from(&around);
        }
    }
    flight_input_clear(&around);
    lane_session_take(flight->lane, flight->options, &landing->outcome.session);
    if (!follows) {
        return false;
    }
    flight->has_stepped = true;
    landing->flight = NULL;
    outbound_claimed_add(outbound, flight);
    return true;
}

void
flight_put_off_steps(struct outbound *outbound, struct flight *flight)
{
    struct outcome outcome = { .kind = OUTCOME_RETRY, .retry_after_ms = -1 };

    outbound_landing_add(outbound, flight, NULL, &outcome);
}
