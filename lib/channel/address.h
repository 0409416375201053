/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mail addresses and host names as they may stand in a command of SMTP: libcurl sends
 * what it is given, a line break included, so nothing unchecked goes there.
 */
#ifndef BUDKAVLE_CHANNEL_ADDRESS_H
#define BUDKAVLE_CHANNEL_ADDRESS_H

#include "base/status.h"

#include <stdbool.h>

/*
 * STATUS_INVALID unless address is local@domain as every relay takes it: a dot-atom in
 * ASCII (RFC 5322, 3.4.1) and a host name. The sentence does not name an option.
 */
enum status address_check(const char *address, struct error *error);

/* What stands behind the "@"; borrowed from a checked address. */
const char *address_domain(const char *address);

/* True for a host name of letters, digits, hyphens and dots (RFC 1123, 2.1). */
bool address_is_host_name(const char *name);

#endif
