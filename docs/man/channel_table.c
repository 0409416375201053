/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Prints what each kind of channel can do as a table for docs/channels/README.md, from
 * what the drivers say of themselves. usage: channel_table
 */
#include "channel/driver.h"

#include "base/memory.h"
#include "model/names.h"

#include <stdio.h>
#include <stdlib.h>

static char *
room_of(const struct driver *driver)
{
    struct channel channel = { 0 };
    struct length_rule rule;
    if (driver->length == NULL)
        return string_copy("no limit");
    driver->length(&channel, &rule);
    return string_format("%lld %s", (long long)rule.most,
                         name_of(&length_unit_names, (int)rule.unit));
}

static const char *
word(bool is_so)
{
    return is_so ? "yes" : "no";
}

int
main(void)
{
    size_t n;
    const struct driver *const *drivers = drivers_all(&n);
    puts("| Driver | Thread | Edits | Knows a repeat | Room for a text | Says when to "
         "come back | Where people could answer |\n|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < n; i++) {
        const struct driver *driver = drivers[i];
        char *room = room_of(driver);
        printf("| `%s` | %s | %s | %s | %s | %s | %s |\n", driver->name,
               word(driver->threads), word(driver->edits), word(driver->idempotent),
               room, driver->wait_headers == NULL ? "-" : driver->wait_headers,
               driver->inbound == NULL ? "-" : driver->inbound);
        free(room);
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
