/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * GET /v1/stream: server-sent events. A listener is a call that is not answered to its
 * end; one that does not read is cut off, so that it costs a bounded amount of memory.
 */
#include "api/instance.h"

#include "base/memory.h"

#include <event2/buffer.h>
#include <stdlib.h>

enum {
    BACKLOG_MAX_BYTES = 1024 * 1024
};

int64_t stream_comment_ms = 30 * SECONDS_MS;

struct listener {
    struct listener *next;
    struct call *call; /* owned */
};

struct stream {
    struct listener *first;
    struct loop_timer *comment; /* runs only while somebody listens */
};

static void
send_text(const struct call *call, const char *text, size_t len)
{
    struct evbuffer *chunk = evbuffer_new();

    if (chunk == NULL || evbuffer_add(chunk, text, len) != 0) {
        fatal("api: memory is out");
    }
    evhttp_send_reply_chunk(call->request, chunk);
    evbuffer_free(chunk);
}

static void
send_to_all(struct stream *stream, const struct buffer *text)
{
    for (struct listener *listener = stream->first; listener != NULL;
         listener = listener->next) {
        struct peer *peer = listener->call->peer;

        if (peer->cut) {
            continue;
        }
        if (peer_backlog(peer) + text->len > BACKLOG_MAX_BYTES) {
            peer_cut(peer);
        } else {
            send_text(listener->call, text->data, text->len);
        }
    }
}

static void
on_comment(void *context)
{
    static const char comment[] = ":\n\n";
    struct stream *stream = context;
    struct buffer text = { 0 };

    buffer_add(&text, comment);
    send_to_all(stream, &text);
    buffer_clear(&text);
    if (stream->first != NULL) {
        loop_timer_set(stream->comment, stream_comment_ms);
    }
}

struct stream *
stream_new(struct loop *loop)
{
    struct stream *stream = memory_alloc(sizeof(*stream));

    stream->comment = loop_timer_new(loop, on_comment, stream);
    return stream;
}

bool
stream_has_listeners(const struct stream *stream)
{
    return stream->first != NULL;
}

static void
remove_listener(struct stream *stream, const struct call *call)
{
    struct listener **link = &stream->first;

    while (*link != NULL && (*link)->call != call) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        struct listener *gone = *link;

        *link = gone->next;
        free(gone);
    }
    if (stream->first == NULL) {
        loop_timer_stop(stream->comment);
    }
}

static void
on_left(struct call *call)
{
    remove_listener(call_stream(call), call);
    call_free(call);
}

static void
on_ended(struct evhttp_request *request, void *context)
{
    (void)request;
    peer_answered(context);
}

void
stream_end(struct stream *stream)
{
    while (stream->first != NULL) {
        struct call *call = stream->first->call;
        struct evhttp_request *request = call->request;
        struct peer *peer = call->peer;

        remove_listener(stream, call);
        call_free(call);
        evhttp_request_set_on_complete_cb(request, on_ended, peer);
        peer_set_state(peer, PEER_SENDING);
        evhttp_send_reply_end(request);
    }
}

void
stream_free(struct stream *stream)
{
    if (stream == NULL) {
        return;
    }
    while (stream->first != NULL) {
        remove_listener(stream, stream->first->call);
    }
    loop_timer_free(stream->comment);
    free(stream);
}

void
stream_publish(struct stream *stream, const char *name, const char *line)
{
    struct buffer text = { 0 };

    buffer_addf(&text, "event: %s\ndata: %s\n\n", name, line);
    send_to_all(stream, &text);
    buffer_clear(&text);
}

void
handle_stream(struct call *call)
{
    static const char greeting[] = ": listening\n\n";
    struct stream *stream = call_stream(call);
    struct evkeyvalq *headers = evhttp_request_get_output_headers(call->request);
    struct listener *listener = memory_alloc(sizeof(*listener));

    listener->call = call;
    listener->next = stream->first;
    stream->first = listener;
    call->on_left = on_left;
    evhttp_add_header(headers, "Content-Type", "text/event-stream");
    evhttp_add_header(headers, "Cache-Control", "no-store");
    peer_set_state(call->peer, PEER_STREAM);
    evhttp_send_reply_start(call->request, 200, "OK");
    send_text(call, greeting, sizeof(greeting) - 1);
    if (!loop_timer_is_set(stream->comment)) {
        loop_timer_set(stream->comment, stream_comment_ms);
    }
}
