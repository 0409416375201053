/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The addresses of a name without blocking the loop: getaddrinfo(3) may wait for name
 * servers, so it runs in a thread of its own.
 */
#ifndef BUDKAVLE_SENDER_RESOLVE_H
#define BUDKAVLE_SENDER_RESOLVE_H

#include "loop/loop.h"

#include <netdb.h>

struct resolve;

/* on_done is called once, from the loop, with the addresses (taken: freeaddrinfo) or with
 * NULL and why; free the object then. */
struct resolve *resolve_start(struct loop *loop, const char *host, int port,
                              void (*on_done)(void *context,
                                              struct addrinfo *found_take,
                                              const char *reason),
                              void *context);
/* Gives up on it, if it is not done. NULL is allowed. */
void resolve_free(struct resolve *resolve);

#endif
