/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One HTTP request and its reply as a libcurl transfer: the options that make it, the
 * callbacks that collect the answer within its limits, and its result.
 */
#ifndef BUDKAVLE_SENDER_HTTP_EXCHANGE_H
#define BUDKAVLE_SENDER_HTTP_EXCHANGE_H

#include "sender/transfer.h"

/* Valid when zeroed. */
struct http_exchange {
    struct request request; /* owned */
    struct reply reply;     /* owned */
    struct transfer transfer;
    struct curl_slist *header_lines;
    size_t n_header_bytes;   /* kept in the reply */
    size_t n_received_bytes; /* of headers, kept or not */
    bool is_body_full;
};

void http_exchange_clear(struct http_exchange *exchange);

/* Sets every option on easy, which was just made or reset. False when the request
 * cannot be carried out: the reply says why. */
bool http_exchange_prepare(struct http_exchange *exchange, CURL *easy);

/* Makes the reply whole after libcurl ended the transfer. */
void http_exchange_conclude(struct http_exchange *exchange, CURL *easy, CURLcode code);

#endif
