/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The drivers there are, for the registry alone; everybody else asks driver_find.
 */
#ifndef BUDKAVLE_CHANNEL_DRIVERS_H
#define BUDKAVLE_CHANNEL_DRIVERS_H

#include "channel/driver.h"

extern const struct driver driver_page;
extern const struct driver driver_webhook;
extern const struct driver driver_email;
extern const struct driver driver_mastodon;
extern const struct driver driver_46elks;
extern const struct driver driver_kannel;
extern const struct driver driver_cap;

#endif
