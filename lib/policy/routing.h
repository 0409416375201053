/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who hears: routes to channels. Nobody is the default audience. A condition that is
 * present and empty, or names what the incident lacks, matches nothing.
 */
#ifndef BUDKAVLE_POLICY_ROUTING_H
#define BUDKAVLE_POLICY_ROUTING_H

#include "model/channel.h"
#include "model/event.h"

/* True when every condition of the route holds. source is the event's source. */
bool route_matches(const struct route *route, const char *source,
                   const struct facts *facts);

/*
 * Adds the names of the channels of all matching routes to *channels, each once.
 * A mode other than actual reaches only channels with live = false, and a channel with
 * live = false takes exercises only. Returns one English clause that says why nobody
 * was reached when *channels is empty afterwards (static), else NULL.
 */
const char *routes_channels(const struct route *routes, size_t n_routes,
                            const struct channel *channels_config, size_t n_channels,
                            const char *source, const struct facts *facts,
                            struct strings *channels);

#endif
