/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The seam between the queue and the world: a request goes in, exactly one reply comes
 * out for it, later, with the request's id. In the daemon sender processes stand behind
 * it; tests put a fake there.
 */
#ifndef BUDKAVLE_SENDER_TRANSPORT_H
#define BUDKAVLE_SENDER_TRANSPORT_H

#include "model/request.h"

struct transport {
    void *context;
    /* Takes over the contents of *request and leaves it zeroed. Never fails and never
     * calls back before it returns: trouble comes as a reply. */
    void (*submit)(void *context, struct request *request);
};

#endif
