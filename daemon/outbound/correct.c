/* SPDX-License-Identifier: EUPL-1.2 */
/* A correction as its reader needs it. */
#include "outbound/internal.h"

#include "policy/correction.h"

void
correction_recast(struct outbound *outbound, const struct outbound_row *row,
                  struct message *message)
{
    if (message->notice == NOTICE_CORRECTION &&
        !store_outbound_has_heard(outbound->store, row, message->correction.from)) {
        message->notice = correction_plain_notice(&message->facts);
    }
}
