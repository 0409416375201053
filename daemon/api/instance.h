/* SPDX-License-Identifier: EUPL-1.2 */
/* What is behind struct api, for api.c, request.c and answer.c. Internal to api/. */
#ifndef BUDKAVLE_API_INSTANCE_H
#define BUDKAVLE_API_INSTANCE_H

#include "api/internal.h"
#include "api/peers.h"
#include "api/socket_file.h"

struct evconnlistener;

struct api {
    struct api *next;
    struct loop *loop;
    struct turn *turn;
    struct store *store;
    struct api_ports ports;
    char *source;
    struct cap_kinds cap_kinds; /* of the socket's alerts */
    struct socket_file file;
    struct evhttp *http;
    struct evhttp_bound_socket *bound; /* NULL once stopped */
    struct evconnlistener *listener;   /* of bound */
    struct peers *peers;
    struct stream *stream;
    struct transfer *transfer;       /* the backup under way; NULL */
    struct call *calls;              /* those not answered yet */
    struct loop_timer *accept_again; /* after file descriptors ran out */
    int spare_fd;                    /* given up to tell one client so */
    int64_t told_at_ms;              /* when the log was told that they ran out */
    bool stopping;
};

#endif
