/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One request to the socket and what came of it. It knows HTTP and libcurl, not what is
 * asked for.
 */
#ifndef BUDKAVLE_CLIENT_EXCHANGE_H
#define BUDKAVLE_CLIENT_EXCHANGE_H

#include "budkavle/client.h"
#include "client/bytes.h"
#include "client/event_stream.h"
#include "client/flow.h"

#include <curl/curl.h>
#include <stdbool.h>

enum {
    CLIENT_ERROR_SIZE = 512
};

struct pending;

struct budkavle {
    char *path;
    CURL *curl;
    struct flow flow;
    struct pending *pending; /* what budkavle_begin began; NULL: nothing */
    long connect_ms, answer_ms;
    char error[CLIENT_ERROR_SIZE];
    char curl_error[CURL_ERROR_SIZE]; /* libcurl holds on to it */
};

/* What an exchange is made of, and where its answer goes. */
struct exchange {
    struct budkavle *client;
    const char *method, *path;
    const char *content_type; /* NULL: none */
    const void *body;
    size_t len;
    bool has_deadline;           /* the client's time for answers counts */
    struct event_stream *stream; /* NULL: the body is collected */
    /* A body of success in blocks, instead; 0 ends it. NULL: it is collected. */
    int (*each_block)(void *context, const void *data, size_t len);
    void *context;
    bool stopped;        /* by each_block */
    struct bytes answer; /* the caller's to clear */
    long status;         /* 0: no whole answer came */
    long retry_after_s;  /* -1: not said */
    bool out_of_memory;
    enum budkavle_result result; /* when it has ended */
    /* Internal: what libcurl holds on to until the end. */
    struct curl_slist *headers;
    struct bytes url;
};

/* Writes the client's sentence and returns result. */
enum budkavle_result client_fail(struct budkavle *client, enum budkavle_result result,
                                 const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Begins; what it borrows must stay until exchange_end. False: it could not begin, result
 * says why, and it has ended already.
 */
bool exchange_begin(struct exchange *exchange);
/* Goes on as far as it can without waiting. True when result is there. */
bool exchange_proceed(struct exchange *exchange);
/* Lets go of the connection, whether it is over or not. */
void exchange_end(struct exchange *exchange);

/* All of it, waiting. */
enum budkavle_result exchange_perform(struct exchange *exchange);

#endif
