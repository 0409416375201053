/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is wrong with channels, as conditions for alarms: paused by a fault, out of reach
 * for long, redirected, with parked rows, dead addresses, or a list that is not usable.
 * A pause by an operator is no trouble.
 */
#ifndef BUDKAVLE_OUTBOUND_TROUBLE_H
#define BUDKAVLE_OUTBOUND_TROUBLE_H

#include "outbound/outbound.h"
#include "policy/alarm.h"

enum {
    TROUBLE_DOWN_MS = 30 * 60 * 1000, /* out of reach for so long is worth an alarm */
    TROUBLE_REDIRECTS = 10,           /* in a row */
    TROUBLE_CAUSES_MOST = 8,          /* of parked rows, a channel: so many alarms */
    TROUBLE_CAUSES_READ = 64
};

/* Inside a transaction, after outbound_record. Returns when a channel that is out of
 * reach will have been so for long; TIME_NEVER. */
int64_t outbound_troubles(struct outbound *outbound, int64_t now_ms,
                          struct alarm_conditions *conditions);

/* Rows were parked, retried or cancelled, or a transaction was lost: their causes are
 * read anew. */
void outbound_parked_changed(struct outbound *outbound);

#endif
