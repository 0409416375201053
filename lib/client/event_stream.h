/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Server-sent events (WHATWG HTML, "Server-sent events") out of pieces of a stream as
 * they arrive. Ids and retry times are not kept: a stream is read once.
 */
#ifndef BUDKAVLE_CLIENT_EVENT_STREAM_H
#define BUDKAVLE_CLIENT_EVENT_STREAM_H

#include "client/bytes.h"

struct event_stream {
    /* Called for every event; 0 ends the stream. name is "message" unless given. */
    int (*each)(void *context, const char *name, const char *data);
    void *context;
    struct bytes line, name, data;
    bool after_return; /* the last byte was CR: an LF behind it ends no line */
    bool has_data;
    bool begun; /* a byte order mark may stand before the first line only */
    bool stopped;
    bool out_of_memory;
};

/* False when it was stopped, or memory is out. */
bool event_stream_feed(struct event_stream *stream, const char *data, size_t len);
void event_stream_clear(struct event_stream *stream);

#endif
