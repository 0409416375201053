/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Room on the disk (D10): what is taken at how much free space, and when the reserve is
 * made and given up. A function of the numbers; daemon/room.c reads them and acts.
 *
 * What counts is the space beside the reserve: free space while the reserve stands, less
 * what it would take while it does not. So making it and giving it up moves no level.
 */
#ifndef BUDKAVLE_POLICY_ROOM_H
#define BUDKAVLE_POLICY_ROOM_H

#include "model/names.h"

#include <stdbool.h>
#include <stdint.h>

enum room_level {
    ROOM_ENOUGH,
    ROOM_LOW,      /* bulk is refused */
    ROOM_CRITICAL, /* only what is urgent is taken */
    ROOM_LEVEL_COUNT
};

struct room_limits {
    int64_t low_bytes, critical_bytes; /* 0: that level does not exist */
    int64_t reserve_bytes;             /* 0: no reserve */
};

/* Valid when zeroed: enough room, no reserve yet. */
struct room {
    enum room_level level;
    bool has_reserve;
    bool spent;         /* the reserve was given up: critical until it stands again */
    int64_t free_bytes; /* as last assessed */
};

enum room_step {
    ROOM_LEAVE,
    ROOM_MAKE,   /* there is room for the reserve */
    ROOM_RELEASE /* the reserve must go, or what is urgent finds no room */
};

/*
 * Sets the level for this much free space and says what to do with the reserve. A level
 * is left when there is an eighth more than its limit. room->has_reserve is the
 * caller's: false begins, room_made and room_released change it.
 */
enum room_step room_assess(struct room *room, const struct room_limits *limits,
                           int64_t free_bytes);
void room_made(struct room *room);
void room_released(struct room *room);

/* The least urgent priority that is taken. */
enum priority room_least(const struct room *room);

/* What is wrong, in one clause: which limit, how much is free; caller frees. NULL: there
 * is room enough. */
char *room_words(const struct room *room, const struct room_limits *limits,
                 const char *folder);

#endif
