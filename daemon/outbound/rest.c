/* SPDX-License-Identifier: EUPL-1.2 */
/* What rests on a channel: it goes at once, or is not said at all. */
#include "outbound/internal.h"

#include "store/told.h"

void
outbound_end_rest(struct outbound *outbound, int64_t incident_row, const char *channel,
                  int64_t now_ms)
{
    store_rest_end(outbound->store, incident_row, channel, now_ms);
}

void
outbound_cancel_rest(struct outbound *outbound, int64_t incident_row,
                     const char *channel, const char *reason, int64_t now_ms)
{
    struct outbound_rows cancelled = { 0 };

    store_rest_cancel(outbound->store, incident_row, channel, reason, now_ms,
                      &cancelled);
    outbound_tell(outbound, &cancelled, now_ms);
}
