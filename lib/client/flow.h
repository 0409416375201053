/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libcurl driven without blocking, behind one descriptor: an epoll set that holds
 * libcurl's sockets and a timer, so that any event loop can wait for it.
 */
#ifndef BUDKAVLE_CLIENT_FLOW_H
#define BUDKAVLE_CLIENT_FLOW_H

#include <curl/curl.h>
#include <stdbool.h>

struct flow {
    CURLM *multi;
    int epoll, timer; /* descriptors; epoll is the one to wait for */
};

/* False when memory or descriptors are out; flow_close in either case. */
bool flow_open(struct flow *flow);
void flow_close(struct flow *flow); /* nothing may be under way */

/* False when memory is out. */
bool flow_start(struct flow *flow, CURL *easy);
/* Does what can be done now. True when the transfer has ended, with *code. */
bool flow_step(struct flow *flow, CURLcode *code);
void flow_end(struct flow *flow, CURL *easy);

#endif
