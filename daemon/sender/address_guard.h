/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which addresses a request may not reach unless its channel says allow_private: what
 * is private, local, reserved or multicast. Looks at resolved addresses, so that no
 * spelling of a URL and no name server can go around it.
 */
#ifndef BUDKAVLE_SENDER_ADDRESS_GUARD_H
#define BUDKAVLE_SENDER_ADDRESS_GUARD_H

#include <stdbool.h>

struct sockaddr;

/* True also for every address family but IPv4 and IPv6. */
bool address_is_guarded(const struct sockaddr *address);

/* The same for an address as text, as inet_pton(3) reads it (a scope such as %eth0 and
 * the brackets of a URL are allowed); true when it is none. */
bool address_text_is_guarded(const char *text);

/* True when text is an address rather than a name. */
bool address_text_is_valid(const char *text);

#endif
