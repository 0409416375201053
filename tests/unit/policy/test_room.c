/* SPDX-License-Identifier: EUPL-1.2 */
/* Room on the disk: what is taken at how much free space, and the reserve's life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/room.h"

#include <stdlib.h>
#include <string.h>

#define MIB (INT64_C(1024) * 1024)

static const struct room_limits limits = { .low_bytes = 1024 * MIB,
                                           .critical_bytes = 256 * MIB,
                                           .reserve_bytes = 64 * MIB };

static const struct {
    enum room_level before;
    int64_t free_mib;
    enum room_level after;
} cells[] = {
    { ROOM_ENOUGH, 4096, ROOM_ENOUGH },    { ROOM_ENOUGH, 1024, ROOM_ENOUGH },
    { ROOM_ENOUGH, 1023, ROOM_LOW },       { ROOM_ENOUGH, 256, ROOM_LOW },
    { ROOM_ENOUGH, 255, ROOM_CRITICAL },   { ROOM_ENOUGH, 0, ROOM_CRITICAL },
    { ROOM_LOW, 1024, ROOM_LOW },          { ROOM_LOW, 1151, ROOM_LOW },
    { ROOM_LOW, 1152, ROOM_ENOUGH },       { ROOM_LOW, 256, ROOM_LOW },
    { ROOM_LOW, 255, ROOM_CRITICAL },      { ROOM_CRITICAL, 256, ROOM_CRITICAL },
    { ROOM_CRITICAL, 287, ROOM_CRITICAL }, { ROOM_CRITICAL, 288, ROOM_LOW },
    { ROOM_CRITICAL, 1151, ROOM_LOW },     { ROOM_CRITICAL, 1152, ROOM_ENOUGH },
};

static void
test_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        struct room room = { .level = cells[i].before, .has_reserve = true };

        (void)room_assess(&room, &limits, cells[i].free_mib * MIB);
        if (room.level != cells[i].after) {
            fail_msg("cell %zu: level %d", i, (int)room.level);
        }
    }
}

static void
test_what_is_taken(void **state)
{
    struct room room = { .level = ROOM_ENOUGH };

    (void)state;
    assert_int_equal(room_least(&room), PRIORITY_BULK);
    room.level = ROOM_LOW;
    assert_int_equal(room_least(&room), PRIORITY_NORMAL);
    room.level = ROOM_CRITICAL;
    assert_int_equal(room_least(&room), PRIORITY_URGENT);
}

/* Making the reserve and giving it up takes and gives the space that is looked at, and
 * moves no level by it. */
static void
test_the_reserve_moves_no_level(void **state)
{
    struct room room = { 0 };
    int64_t free_bytes = (1024 + 64) * MIB;

    (void)state;
    assert_int_equal(room_assess(&room, &limits, free_bytes), ROOM_MAKE);
    assert_int_equal(room.level, ROOM_ENOUGH);
    room_made(&room);
    assert_int_equal(room_assess(&room, &limits, free_bytes - 64 * MIB), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_ENOUGH);
    room.has_reserve = false;
    assert_int_equal(room_assess(&room, &limits, free_bytes - 1), ROOM_MAKE);
    assert_int_equal(room.level, ROOM_LOW);
}

static void
test_life_of_the_reserve(void **state)
{
    struct room room = { 0 };

    (void)state;
    assert_int_equal(room_assess(&room, &limits, 200 * MIB), ROOM_LEAVE);
    assert_int_equal(room_assess(&room, &limits, (288 + 64) * MIB - 1), ROOM_LEAVE);
    assert_int_equal(room_assess(&room, &limits, (288 + 64) * MIB), ROOM_MAKE);
    room_made(&room);
    assert_int_equal(room_assess(&room, &limits, 64 * MIB), ROOM_LEAVE);
    assert_int_equal(room_assess(&room, &limits, 64 * MIB - 1), ROOM_RELEASE);
    room_released(&room);
    assert_false(room.has_reserve);
    /* The space it left makes it no better, and no other reserve. */
    assert_int_equal(room_assess(&room, &limits, 128 * MIB), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_CRITICAL);
    assert_int_equal(room_assess(&room, &limits, 8192 * MIB), ROOM_MAKE);
    assert_int_equal(room.level, ROOM_CRITICAL); /* until it stands */
    room_made(&room);
    assert_int_equal(room_assess(&room, &limits, 8128 * MIB), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_ENOUGH);
}

/* Without limits the store alone says that there is no room; then the reserve is not
 * made at once of what it left. */
static void
test_a_reserve_without_limits(void **state)
{
    const struct room_limits only = { .reserve_bytes = 64 * MIB };
    struct room room = { 0 };

    (void)state;
    assert_int_equal(room_assess(&room, &only, 64 * MIB), ROOM_MAKE);
    room_made(&room);
    assert_int_equal(room_assess(&room, &only, 0), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_ENOUGH);
    room_released(&room);
    assert_int_equal(room_assess(&room, &only, 64 * MIB), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_CRITICAL);
    assert_int_equal(room_assess(&room, &only, 80 * MIB), ROOM_MAKE);
}

static void
test_no_reserve(void **state)
{
    const struct room_limits none = { .low_bytes = 100, .critical_bytes = 10 };
    struct room room = { 0 };

    (void)state;
    assert_int_equal(room_assess(&room, &none, 1000), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_ENOUGH);
    assert_int_equal(room_assess(&room, &none, 0), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_CRITICAL);
    room_released(&room);
    assert_int_equal(room_assess(&room, &none, 1000), ROOM_LEAVE);
    assert_int_equal(room.level, ROOM_ENOUGH);
}

static void
expect_words(const struct room *room, const char *expected)
{
    char *words = room_words(room, &limits, "/var/lib/budkavle");

    assert_string_equal(words, expected);
    free(words);
}

static void
test_words(void **state)
{
    struct room room = { .has_reserve = true };

    (void)state;
    (void)room_assess(&room, &limits, 2048 * MIB);
    assert_null(room_words(&room, &limits, "/var/lib/budkavle"));
    (void)room_assess(&room, &limits, 700 * MIB);
    expect_words(&room,
                 "the disk of /var/lib/budkavle has 700 MiB free, too little for "
                 "disk_low (1 GiB): planned work and minor news are not taken; "
                 "make room on it");
    (void)room_assess(&room, &limits, 180 * MIB);
    expect_words(&room,
                 "the disk of /var/lib/budkavle has 180 MiB free, too little for "
                 "disk_critical (256 MiB): only what is urgent is taken; make "
                 "room on it");
    room_released(&room);
    expect_words(&room,
                 "the disk of /var/lib/budkavle has 180 MiB free and the reserve "
                 "is given up (disk_critical is 256 MiB): only what is urgent is "
                 "taken; make room on it");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_what_is_taken),
        cmocka_unit_test(test_the_reserve_moves_no_level),
        cmocka_unit_test(test_life_of_the_reserve),
        cmocka_unit_test(test_a_reserve_without_limits),
        cmocka_unit_test(test_no_reserve),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
