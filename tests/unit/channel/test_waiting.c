/* SPDX-License-Identifier: EUPL-1.2 */
/* How a channel waits: its options, else its driver's, else by who reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/driver.h"

static struct channel
unset(void)
{
    return (struct channel){ .hold_down_ms = -1, .etr_tolerance_ms = -1 };
}

static void
test_by_who_reads_it(void **state)
{
    const struct driver people = { .read_by_people = true };
    const struct driver machine = { .read_by_people = false };
    struct channel channel = unset();

    (void)state;
    assert_int_equal(driver_hold_down_ms(&people, &channel), 10 * SECONDS_MS);
    assert_int_equal(driver_hold_down_ms(&machine, &channel), 0);
    assert_int_equal(driver_etr_tolerance_ms(&people, &channel), 15 * MINUTES_MS);
    assert_int_equal(driver_etr_tolerance_ms(&machine, &channel), 0);
    assert_int_equal(driver_short_interruption_ms(&people, &channel), 0);
}

static void
test_drivers_own(void **state)
{
    const struct driver driver = { .read_by_people = true,
                                   .hold_down_ms = 3,
                                   .etr_tolerance_ms = 4 };
    struct channel channel = unset();

    (void)state;
    assert_int_equal(driver_hold_down_ms(&driver, &channel), 3);
    assert_int_equal(driver_etr_tolerance_ms(&driver, &channel), 4);
    /* 0 that was asked for is 0. */
    channel.hold_down_ms = 0;
    channel.etr_tolerance_ms = 0;
    channel.short_interruption_ms = 7;
    assert_int_equal(driver_hold_down_ms(&driver, &channel), 0);
    assert_int_equal(driver_etr_tolerance_ms(&driver, &channel), 0);
    assert_int_equal(driver_short_interruption_ms(&driver, &channel), 7);
}

static void
test_page_shows_at_once(void **state)
{
    const struct driver *page = driver_find("page");
    struct channel channel = unset();

    (void)state;
    channel.hold_down_ms = 5;
    channel.short_interruption_ms = 5;
    assert_int_equal(driver_hold_down_ms(page, &channel), 0);
    assert_int_equal(driver_short_interruption_ms(page, &channel), 0);
    assert_int_equal(driver_etr_tolerance_ms(page, &channel), 15 * MINUTES_MS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_who_reads_it),
        cmocka_unit_test(test_drivers_own),
        cmocka_unit_test(test_page_shows_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
