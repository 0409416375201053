/* SPDX-License-Identifier: EUPL-1.2 */
/* The connections that stand as long as their channels are configured. */
#include "daemon.h"

#include "base/memory.h"
#include "channel/driver.h"
#include "sender/standing.h"

#include <stdlib.h>

void
daemon_stand(struct daemon *daemon, const struct config *config)
{
    struct request *requests =
        memory_array(config->n_channels + 1, sizeof(requests[0]));
    size_t n = 0;

    for (size_t i = 0; i < config->n_channels; i++) {
        const struct channel *channel = &config->channels[i];
        const struct driver *driver = driver_find(channel->driver);

        if (driver != NULL && driver->stand != NULL) {
            requests[n].id = STANDING_ID;
            driver->stand(channel, config->organisation, &requests[n]);
            driver_fill_request(driver, channel, &requests[n]);
            n++;
        }
    }
    senders_stand(daemon->senders, requests, n);
    for (size_t i = 0; i < n; i++) {
        request_clear(&requests[i]);
    }
    free(requests);
}
