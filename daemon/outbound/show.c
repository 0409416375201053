/* SPDX-License-Identifier: EUPL-1.2 */
/* What a channel's reader would get of a message, and what he got last. */
#include "outbound/internal.h"

#include "base/memory.h"
#include "channel/shown.h"
#include "outbound/rows.h"

static void
show(const struct outbound *outbound, const struct lane *lane,
     const struct message *message, int64_t now_ms, struct shown *shown)
{
    struct delivery_input input = delivery_input_for(outbound, lane, now_ms);
    const struct strings *recipients = lane->driver->recipients != NULL
                                           ? lane->driver->recipients(lane->channel)
                                           : NULL;

    if (recipients != NULL && recipients->count > 0) {
        input.recipient = recipients->items[0];
    }
    input.message = message;
    driver_show(lane->driver, &input, shown);
}

bool
outbound_show(struct outbound *outbound, const char *channel,
              const struct message *message, int64_t now_ms, struct shown *shown)
{
    const struct lane *lane = outbound_lane(outbound, channel);

    shown_clear(shown);
    if (lane == NULL || lane->channel == NULL) {
        return false;
    }
    show(outbound, lane, message, now_ms, shown);
    return true;
}

static bool
keep_row(void *context, const struct message_row *row)
{
    int64_t *key = context;

    *key = row->row;
    return false;
}

bool
outbound_show_last(struct outbound *outbound, const char *channel, int64_t incident_row,
                   struct shown *shown, int64_t *written_at_ms)
{
    const struct message_filter filter = { .incident_row = incident_row,
                                           .channel = channel,
                                           .state = DELIVERY_DELIVERED,
                                           .newest_first = true,
                                           .limit = 1 };
    struct message message = { 0 };
    int64_t key = 0;
    bool found;

    shown_clear(shown);
    store_messages_list(outbound->store, &filter, keep_row, &key);
    found = key != 0 && message_load(outbound->store, key, &message) &&
            outbound_show(outbound, channel, &message, message.written_at_ms, shown);
    *written_at_ms = found ? message.written_at_ms : TIME_NONE;
    message_clear(&message);
    return found;
}
