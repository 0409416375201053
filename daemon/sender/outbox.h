/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests on their way to a sender process, as frames in order. Knows which are with
 * the sender, wholly or partly, and which are not. Does no waiting.
 */
#ifndef BUDKAVLE_SENDER_OUTBOX_H
#define BUDKAVLE_SENDER_OUTBOX_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct parcel {
    struct parcel *next;
    uint64_t id;
    int64_t timeout_ms;   /* how long the sender may take for it */
    int64_t answer_by_ms; /* monotonic; set when a sender is given it */
    struct buffer frame;  /* freed once it is written */
};

/* First in, first out. Valid when zeroed. */
struct parcel_list {
    struct parcel *first, *last;
    size_t count;
};

void parcel_list_add(struct parcel_list *list, struct parcel *parcel);
struct parcel *parcel_list_take_first(struct parcel_list *list); /* NULL: empty */
/* The one with the id, taken out; NULL when there is none. */
struct parcel *parcel_list_take(struct parcel_list *list, uint64_t id);
/* Everything of `from` goes before everything of `list`. */
void parcel_list_prepend(struct parcel_list *list, struct parcel_list *from);
void parcel_list_clear(struct parcel_list *list);
void parcel_free(struct parcel *parcel);

/* Valid when zeroed. */
struct outbox {
    struct parcel_list unwritten; /* the first one perhaps partly */
    size_t n_written;             /* bytes of the first */
    struct parcel_list written;   /* wholly; an answer is due */
};

enum outbox_write {
    OUTBOX_EMPTY, /* everything is written */
    OUTBOX_WAIT,  /* the socket takes no more now */
    OUTBOX_BROKEN /* the sender does not read any more */
};

enum outbox_write outbox_write(struct outbox *outbox, int fd);

#endif
