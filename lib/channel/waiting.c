/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a channel waits, from its options, its driver and its readers.
 */
#include "channel/driver.h"

#define PEOPLE_HOLD_DOWN_MS (10 * SECONDS_MS)
/* The reference: an estimate that moves more is a notice to people. */
#define PEOPLE_ETR_TOLERANCE_MS (15 * MINUTES_MS)

int64_t
driver_hold_down_ms(const struct driver *driver, const struct channel *channel)
{
    if (driver->render != NULL)
        return 0;
    if (channel->hold_down_ms >= 0)
        return channel->hold_down_ms;
    if (driver->hold_down_ms > 0)
        return driver->hold_down_ms;
    return driver->read_by_people ? PEOPLE_HOLD_DOWN_MS : 0;
}

int64_t
driver_short_interruption_ms(const struct driver *driver, const struct channel *channel)
{
    return driver->render != NULL ? 0 : channel->short_interruption_ms;
}

int64_t
driver_etr_tolerance_ms(const struct driver *driver, const struct channel *channel)
{
    if (channel->etr_tolerance_ms >= 0)
        return channel->etr_tolerance_ms;
    if (driver->etr_tolerance_ms > 0)
        return driver->etr_tolerance_ms;
    return driver->read_by_people ? PEOPLE_ETR_TOLERANCE_MS : 0;
}
