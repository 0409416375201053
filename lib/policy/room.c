/* SPDX-License-Identifier: EUPL-1.2 */
/* Room on the disk: levels, and the reserve. */
#include "policy/room.h"

#include "base/memory.h"
#include "base/quantity.h"

static int64_t
with_margin(int64_t bytes)
{
    return bytes + bytes / 8;
}

static enum room_level
level_at(enum room_level before, const struct room_limits *limits, int64_t beside_bytes)
{
    const int64_t below[ROOM_LEVEL_COUNT] = {
        [ROOM_LOW] = limits->low_bytes, [ROOM_CRITICAL] = limits->critical_bytes
    };

    for (int level = ROOM_CRITICAL; level > ROOM_ENOUGH; level--) {
        int64_t limit =
            before >= (enum room_level)level ? with_margin(below[level]) : below[level];

        if (beside_bytes < limit) {
            return (enum room_level)level;
        }
    }
    return ROOM_ENOUGH;
}

/* A reserve that was given up because the disk was full is not made of the space that
 * it left. */
static int64_t
enough_to_make(const struct room *room, const struct room_limits *limits)
{
    int64_t enough = with_margin(limits->critical_bytes);
    int64_t other = room->spent ? limits->reserve_bytes / 4 : 0;

    return enough > other ? enough : other;
}

enum room_step
room_assess(struct room *room, const struct room_limits *limits, int64_t free_bytes)
{
    int64_t beside_bytes = free_bytes - (room->has_reserve ? 0 : limits->reserve_bytes);

    room->free_bytes = free_bytes;
    room->level = level_at(room->level, limits, beside_bytes);
    if (limits->reserve_bytes == 0) {
        room->spent = false;
    } else if (room->spent) {
        room->level = ROOM_CRITICAL;
    }
    if (room->has_reserve) {
        return free_bytes < limits->critical_bytes / 4 ? ROOM_RELEASE : ROOM_LEAVE;
    }
    return limits->reserve_bytes > 0 && beside_bytes >= enough_to_make(room, limits)
               ? ROOM_MAKE
               : ROOM_LEAVE;
}

void
room_made(struct room *room)
{
    room->has_reserve = true;
    room->spent = false;
}

void
room_released(struct room *room)
{
    room->has_reserve = false;
    room->spent = true;
    room->level = ROOM_CRITICAL;
}

enum priority
room_least(const struct room *room)
{
    static const enum priority least[ROOM_LEVEL_COUNT] = {
        [ROOM_ENOUGH] = PRIORITY_BULK,
        [ROOM_LOW] = PRIORITY_NORMAL,
        [ROOM_CRITICAL] = PRIORITY_URGENT,
    };

    return least[room->level];
}

char *
room_words(const struct room *room, const struct room_limits *limits,
           const char *folder)
{
    static const char *const taken[ROOM_LEVEL_COUNT] = {
        [ROOM_LOW] = "planned work and minor news are not taken",
        [ROOM_CRITICAL] = "only what is urgent is taken",
    };
    bool is_low = room->level == ROOM_LOW;
    char free_text[SIZE_TEXT_SIZE];
    char limit_text[SIZE_TEXT_SIZE];

    if (room->level == ROOM_ENOUGH) {
        return NULL;
    }
    size_format(room->free_bytes, free_text);
    size_format(is_low ? limits->low_bytes : limits->critical_bytes, limit_text);
    if (room->spent) {
        return string_format("the disk of %s has %s free and the reserve is given up "
                             "(disk_critical is %s): %s; make room on it",
                             folder, free_text, limit_text, taken[room->level]);
    }
    return string_format("the disk of %s has %s free, too little for %s (%s): %s; make "
                         "room on it",
                         folder, free_text, is_low ? "disk_low" : "disk_critical",
                         limit_text, taken[room->level]);
}
