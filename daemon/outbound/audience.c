/* SPDX-License-Identifier: EUPL-1.2 */
/* Who would hear a message on a channel: how many, and in a form that can be compared. */
#include "outbound/internal.h"

#include "base/memory.h"

#include <stdlib.h>

int64_t
outbound_lists_read(const struct outbound *outbound)
{
    return outbound->n_lists_read;
}

void
outbound_audience(struct outbound *outbound, const char *channel,
                  struct outbound_audience *audience)
{
    struct lane *lane = outbound_lane(outbound, channel);
    const struct strings *recipients = NULL;
    struct buffer text = { 0 };
    int64_t list;

    *audience = (struct outbound_audience){ .persons = 0 };
    if (lane == NULL || lane->channel == NULL) {
        return;
    }
    buffer_addf(&text, "%s\n", lane->channel->driver);
    if (lane->driver->recipients != NULL) {
        recipients = lane->driver->recipients(lane->channel);
    }
    for (size_t i = 0; recipients != NULL && i < recipients->count; i++) {
        buffer_addf(&text, "%s\n", recipients->items[i]);
    }
    list = lists_current(outbound, lane);
    buffer_addf(&text, "%lld\n", (long long)list);
    audience->persons = recipients == NULL ? 0 : (int64_t)recipients->count;
    audience->is_unread = list == LIST_FIRST;
    if (list > 0) {
        audience->persons += store_list_size(outbound->store, list);
    }
    sha256_hex(text.data, text.len, audience->digest);
    buffer_clear(&text);
}
