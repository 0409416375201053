/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is asked of every sender process of a kind as long as it stands, whether or not
 * there is something to send: connections that are to be kept. A process that comes in
 * the place of another is asked the same.
 */
#ifndef BUDKAVLE_SENDER_STANDING_H
#define BUDKAVLE_SENDER_STANDING_H

#include "model/request.h"
#include "sender/outbox.h"

/* Its requests have this id, and their replies go nowhere. */
#define STANDING_ID (UINT64_MAX - 2)

struct standing_request {
    enum sender_kind kind;
    char *channel;
    struct buffer frame;
};

/* Valid when zeroed. */
struct standing {
    struct standing_request *items;
    size_t count;
};

void standing_clear(struct standing *standing);

/*
 * From now on these n requests stand and no others; they are encoded, and stay the
 * caller's. What a process of the kind that knew the old ones must be told is added to
 * news, kind by kind.
 */
void standing_replace(struct standing *standing, const struct request *requests,
                      size_t n, struct parcel_list news[SENDER_KIND_COUNT]);

bool standing_has(const struct standing *standing, enum sender_kind kind);
/* Adds all of the kind: what a new process must be told. */
void standing_add(const struct standing *standing, enum sender_kind kind,
                  struct parcel_list *list);
/* Takes them out of a list of requests that got no answer. */
void standing_drop(struct parcel_list *list);

#endif
