/* SPDX-License-Identifier: EUPL-1.2 */
/* The rows of a new message: one for the channel, for each of its recipients, or for its
 * list. */
#include "outbound/internal.h"

#include "base/memory.h"

#include <string.h>

struct last_given {
    const char *channel;
    int64_t sequence;
};

static void
find_last_given(void *context, const char *channel, int64_t last_sequence)
{
    struct last_given *last = context;

    if (strcmp(channel, last->channel) == 0) {
        last->sequence = last_sequence;
    }
}

static int64_t
add_row(struct outbound *outbound, const struct outbound_row *like,
        const char *recipient, int64_t list)
{
    struct outbound_row row = *like;
    int64_t key;

    row.channel = string_copy(like->channel);
    row.recipient = string_copy(recipient);
    row.list = list;
    store_outbound_add(outbound->store, &row);
    key = row.row;
    outbound_row_clear(&row);
    return key;
}

/* What is taken back waits no longer. */
static void
take_back(struct outbound *outbound, const struct take_back *what, int64_t now_ms)
{
    struct outbound_rows taken_back = { 0 };

    store_outbound_take_back(outbound->store, what, now_ms, &taken_back);
    outbound_tell(outbound, &taken_back, now_ms);
}

/* A retraction that nobody has to hear is not said. */
static void
drop_unheard(struct outbound *outbound, const struct outbound_row *row, int64_t now_ms)
{
    struct outbound_rows taken_back = { 0 };

    store_outbound_drop_unheard(outbound->store, row, now_ms, &taken_back);
    outbound_tell(outbound, &taken_back, now_ms);
}

/* The rows to single recipients; how many. */
static size_t
add_recipients(struct outbound *outbound, const struct lane *lane,
               const struct outbound_row *like)
{
    const struct strings *recipients = NULL;
    struct outbound_row row = *like;

    if (lane->driver->recipients != NULL) {
        recipients = lane->driver->recipients(lane->channel);
    }
    if (recipients != NULL && recipients->count > OUTBOUND_BULK_ABOVE &&
        row.priority != PRIORITY_URGENT) {
        row.priority = PRIORITY_BULK;
    }
    for (size_t i = 0; recipients != NULL && i < recipients->count; i++) {
        add_row(outbound, &row, recipients->items[i], 0);
    }
    return recipients == NULL ? 0 : recipients->count;
}

size_t
outbound_add(struct outbound *outbound, const struct message_row *message,
             const char *channel, const struct rest *rest, int64_t now_ms)
{
    struct lane *lane = outbound_lane(outbound, channel);
    struct last_given last = { .channel = channel };
    struct outbound_row row = { .message_row = message->row,
                                .incident_row = message->incident_row,
                                .sequence = message->sequence,
                                .state = rest->hold == HOLD_NONE ? DELIVERY_PENDING
                                                                 : DELIVERY_HELD,
                                .hold = rest->hold,
                                .priority = message->priority,
                                .created_at_ms = now_ms,
                                .due_at_ms = rest->until_ms };
    const struct take_back what = { message->incident_row, channel, message->wrong_from,
                                    message->sequence };
    int64_t list = 0;
    size_t n = 0;
    bool is_given;

    if (lane == NULL || lane->channel == NULL) {
        return 0;
    }
    /* A channel that shows everything shows what is right from now on. */
    is_given = message->wrong_from > 0 && lane->driver->render == NULL &&
               store_outbound_was_given(outbound->store, &what);
    if (is_given) {
        take_back(outbound, &what, now_ms);
    }
    /* It goes to those who were given it, whoever stands on the list by now. */
    if ((is_given || notice_takes_back(message->notice)) &&
        lane->driver->recipients != NULL) {
        list = LIST_HEARERS;
    }
    store_incident_channels(outbound->store, message->incident_row, find_last_given,
                            &last);
    row.previous = last.sequence;
    row.channel = lane->name;
    if (list == 0) {
        n = add_recipients(outbound, lane, &row);
        list = lists_current(outbound, lane);
    }
    if (list != 0) {
        add_row(outbound, &row, NULL, list);
        n++;
    }
    /* What waits for a second person has not been given to anybody yet. */
    if (rest->hold != HOLD_APPROVAL) {
        store_incident_channel_set(outbound->store, message->incident_row, channel,
                                   message->sequence);
    }
    if (n == 0) {
        row.row = add_row(outbound, &row, NULL, 0);
        n++;
        if (is_given && notice_takes_back(message->notice)) {
            drop_unheard(outbound, &row, now_ms);
        }
    }
    return n;
}
