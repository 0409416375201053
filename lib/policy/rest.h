/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long a message rests before it goes to a channel, so that the events of one burst
 * become one notice (hold_down), and whether an interruption was so short that it is not
 * told at all (short_interruption).
 */
#ifndef BUDKAVLE_POLICY_REST_H
#define BUDKAVLE_POLICY_REST_H

#include "model/incident.h"
#include "model/message.h"

/* What the channel asks for. */
struct rest_rule {
    int64_t hold_down_ms;          /* 0: nothing rests */
    int64_t short_interruption_ms; /* 0: everything is told */
};

/* How the channel stands to the incident. */
struct rest_standing {
    bool told;              /* something was, or may have been, delivered there */
    int64_t rests_until_ms; /* when the oldest message that rests is due; TIME_NONE */
};

/* True for a message that waits for nothing: what is urgent, what takes back or hands
 * on, a word whose promised minute has come, and what is about the daemon itself. */
bool rest_is_needless(const struct message *message);

/*
 * When the message may go: now for one that does not rest, and for the end of what the
 * channel was told; else after the window that the oldest resting message opened, which
 * newer ones do not prolong, and not before the interruption has lasted long enough.
 */
int64_t rest_until(const struct incident *incident, const struct message *message,
                   const struct rest_rule *rule, const struct rest_standing *standing,
                   int64_t now_ms);

/*
 * True when the incident is over and lasted less than limit_ms; *lasted_ms is how long.
 * Never for planned work, nor for what is urgent; nor when it is not known how long it
 * lasted, because it was over when it was first heard of.
 */
bool rest_was_short(const struct incident *incident, int64_t limit_ms, int64_t now_ms,
                    int64_t *lasted_ms);

#endif
