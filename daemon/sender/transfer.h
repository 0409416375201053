/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What one libcurl transfer needs whatever its protocol: the options that protect it,
 * the address guard, and the meaning of its failure. Uses libcurl; knows no loop.
 */
#ifndef BUDKAVLE_SENDER_TRANSFER_H
#define BUDKAVLE_SENDER_TRANSFER_H

#include "model/request.h"

#include <curl/curl.h>
#include <stdbool.h>

enum {
    TRANSFER_DEFAULT_LIMIT_MS = 30000, /* when the request names no timeout */
    TRANSFER_CONNECT_LIMIT_MS = 10000,
    TRANSFER_HOST_SIZE = 256
};

/* Written by libcurl's callbacks while the transfer runs; must outlive it. */
struct transfer {
    bool is_guarded;
    bool is_begun; /* a request was about to be written to a connection */
    char blocked_address[64];
    char error[CURL_ERROR_SIZE];
    char host[TRANSFER_HOST_SIZE]; /* of the URL, for sentences */
};

/* Guarded transfers never share connections with others: the guard looks at addresses
 * when a connection is made. Behind a proxy, which the configuration names and which
 * does the connecting, addresses are not known here. */
bool transfer_is_guarded(const struct request *request);

/*
 * Sets on easy, just made or reset, what every protocol has in common. False when the
 * request cannot be carried out; reply then says why.
 */
bool transfer_prepare(struct transfer *transfer, CURL *easy,
                      const struct request *request, const char *protocols,
                      struct reply *reply);

/* The result and the detail of a transfer that ended with code, which is not CURLE_OK
 * and for which no answer speaks. */
void transfer_failed(const struct transfer *transfer, CURL *easy, CURLcode code,
                     const struct request *request, struct reply *reply);

/* Puts result and the sentence into reply. */
void reply_fail(struct reply *reply, enum reply_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For the callbacks that collect an answer's lines, each with its CR LF: keeps the
 * line in headers if there is room (REPLY_HEADERS_MAX, REPLY_HEADER_BYTES). */
enum {
    REPLY_HEADERS_MAX = 64,
    REPLY_HEADER_BYTES = 16 * 1024
};
bool reply_keep_line(struct reply *reply, size_t *n_bytes, const char *line,
                     size_t len);

#endif
