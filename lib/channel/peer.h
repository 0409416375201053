/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A peer named by host and port, as an option gives it: "broker.example.se",
 * "broker.example.se:8883" or "[2001:db8::1]:8883".
 */
#ifndef BUDKAVLE_CHANNEL_PEER_H
#define BUDKAVLE_CHANNEL_PEER_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct peer {
    const char *host; /* borrowed from the text and not ended; with brackets */
    size_t host_len;
    int port; /* 0: none is named */
};

enum peer_fault {
    PEER_WELL,
    PEER_NO_HOST, /* what stands there is no valid host */
    PEER_NO_PORT  /* what follows the colon is no number from 1 to 65535 */
};

/* Reads "HOST[:PORT]", the first len bytes of text. */
enum peer_fault peer_read(const char *text, size_t len, struct peer *peer);

/* STATUS_INVALID with a sentence that names the option and shows what would be right. */
enum status peer_parse(const char *option, const char *text, const char *example,
                       struct peer *peer, struct error *error);

/* localhost, 127.0.0.0/8 and ::1. */
bool peer_is_loopback(const struct peer *peer);

/* Is text a host name, an IPv4 address, or an IPv6 address in brackets? */
bool peer_is_host(const char *text);

#endif
