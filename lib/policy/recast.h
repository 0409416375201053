/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message as its reader needs it: what changed since the message that reader was given
 * last, whatever other channels heard in between, and "we said" with what was said here.
 */
#ifndef BUDKAVLE_POLICY_RECAST_H
#define BUDKAVLE_POLICY_RECAST_H

#include "model/message.h"

/* So long before the newest at least, a message is of the same burst. */
#define RECAST_BURST_MS (60 * SECONDS_MS)

/* True for notices that tell how an incident stands; others (what takes back, hands on
 * or warns) are said as they were written. */
bool recast_is_about_state(enum notice notice);

/*
 * Makes of the newest message the notice that follows on `told`, the newest one that was
 * delivered before it in its order (NULL: nothing was). An estimate that moved by more
 * than etr_tolerance_ms is a new time.
 */
void message_recast(struct message *newest, const struct message *told,
                    int64_t etr_tolerance_ms);

/*
 * True when what the earlier message said is in the newest as it was recast: both tell
 * how the incident stands, and lie at most so far apart (at least RECAST_BURST_MS).
 */
bool recast_carries(const struct message *newest, const struct message *earlier,
                    int64_t hold_down_ms);

#endif
