/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Prints the options of the configuration as a part of a manual page, from the tables
 * that the daemon itself reads by. usage: config_manual
 */
#include "channel/driver.h"
#include "config/config.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
    size_t n;
    const struct driver *const *drivers = drivers_all(&n);
    struct driver_options *options = memory_array(n, sizeof(*options));
    struct buffer rows = { 0 };
    bool written;

    for (size_t i = 0; i < n; i++) {
        options[i] = (struct driver_options){ .driver = drivers[i]->name,
                                              .options = drivers[i]->options,
                                              .n_options = drivers[i]->n_options,
                                              .check = drivers[i]->check,
                                              .no_effect = drivers[i]->no_effect };
    }
    config_manual(options, n, &rows);
    written = fwrite(rows.data, 1, rows.len, stdout) == rows.len && fflush(stdout) == 0;
    buffer_clear(&rows);
    free(options);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
