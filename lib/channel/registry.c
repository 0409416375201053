/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The registry: one row for each driver, in the order of the documentation.
 */
#include "channel/drivers.h"

#include "base/memory.h"

#include <string.h>

static const struct driver *const drivers[] = {
    &driver_page,     &driver_webhook, &driver_email,
    &driver_mastodon, &driver_46elks,  &driver_kannel,
};

const struct driver *
driver_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(drivers); i++) {
        if (strcmp(drivers[i]->name, name) == 0)
            return drivers[i];
    }
    return NULL;
}

const struct driver *const *
drivers_all(size_t *count)
{
    *count = ARRAY_COUNT(drivers);
    return drivers;
}
