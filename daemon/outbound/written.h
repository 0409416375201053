/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a lane wrote last: the message as its readers needed it, and its text. A message
 * to a list is read from the store, recast and put into words once for all who were told
 * the same before, not for each of them. Internal to outbound/.
 */
#ifndef BUDKAVLE_OUTBOUND_WRITTEN_H
#define BUDKAVLE_OUTBOUND_WRITTEN_H

#include "channel/kept_text.h"
#include "model/message.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    /* Texts say when things are by the minute and "today" by the day, so that a moment
     * makes no difference to a reader; what is older is written anew. */
    WRITTEN_KEPT_MS = 1000
};

/* Valid when zeroed: nothing is kept. */
struct written {
    int64_t message_row;   /* which message; 0: nothing is kept */
    int64_t corrects_from; /* of a correction: what it corrects (message.correction) */
    bool heard;            /* its readers have heard that */
    int64_t told_before;   /* the message they were told before (store/told.h) */
    int64_t at_ms;         /* when it was written, wall clock */
    struct message message;
    bool text_is_late; /* the text in `text` says when it was written */
    struct kept_text text;
};

void written_clear(struct written *written);

struct lane;
struct outbound;
struct outbound_row;

/* The row's message as its reader needs it. Borrowed: until the next one of the lane.
 * NULL: it cannot be read. */
const struct message *written_message(struct outbound *outbound, struct lane *lane,
                                      const struct outbound_row *row, int64_t now_ms);

/* Where the text of that message is kept. Borrowed like the message. */
struct kept_text *written_text(struct lane *lane, bool late);

#endif
