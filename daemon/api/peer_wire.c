/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Callbacks on a connection's buffers: they tell when a request begins, when its header
 * is whole, and when evhttp has written an error page of its own, which is HTML.
 */
#include "api/internal.h"
#include "api/peers.h"

#include "base/memory.h"
#include "codec/event_json.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    AHEAD_MAX_BYTES = 64 * 1024, /* sent while an answer is still on its way */
    STATUS_LINE_BYTES = 12,      /* "HTTP/1.1 413" */
    PIECES_MAX = 8
};

/* evhttp finds a body too large when it has read it; its length is known before. */
static void
read_line(struct peer *peer)
{
    static const char name[] = "content-length:";
    size_t len =
        peer->line_bytes < PEER_LINE_BYTES ? peer->line_bytes : PEER_LINE_BYTES - 1;

    peer->line[len] = '\0';
    if (strncasecmp(peer->line, name, sizeof(name) - 1) == 0) {
        const char *value = peer->line + sizeof(name) - 1;

        value += strspn(value, " \t");
        /* What is no number is evhttp's to refuse. */
        peer->has_large_body = value[0] >= '0' && value[0] <= '9' &&
                               strtoull(value, NULL, 10) > EVENT_BATCH_MAX_BYTES;
    }
}

/* True when the empty line behind the header is among these bytes. */
static bool
header_ends(struct peer *peer, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\n') {
            if (peer->line_bytes == 0) {
                return true;
            }
            read_line(peer);
            peer->line_bytes = 0;
        } else if (data[i] != '\r') {
            if (peer->line_bytes < PEER_LINE_BYTES) {
                peer->line[peer->line_bytes] = data[i];
            }
            peer->line_bytes++;
        }
    }
    return false;
}

static void
read_header(struct peer *peer, struct evbuffer *input, size_t n_added)
{
    struct evbuffer_iovec pieces[PIECES_MAX];
    struct evbuffer_ptr at;
    size_t len = evbuffer_get_length(input);
    int n = 0;

    if (evbuffer_ptr_set(input, &at, len - n_added, EVBUFFER_PTR_SET) == 0) {
        n = evbuffer_peek(input, -1, &at, pieces, PIECES_MAX);
    }
    for (int i = 0; i < n && i < PIECES_MAX; i++) {
        if (header_ends(peer, pieces[i].iov_base, pieces[i].iov_len)) {
            peer_set_state(peer, PEER_BODY);
            if (peer->has_large_body) {
                peer_refuse_body(peer);
            }
            return;
        }
    }
}

static void
on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
    struct peer *peer = context;

    if (info->n_added == 0 || peer->cut) {
        return;
    }
    switch (peer->state) {
    case PEER_NEW:
    case PEER_IDLE:
        peer_begin(peer);
        read_header(peer, input, info->n_added);
        break;
    case PEER_HEADER:
        read_header(peer, input, info->n_added);
        break;
    case PEER_WAITING:
    case PEER_SENDING:
    case PEER_STREAM:
        if (evbuffer_get_length(input) > AHEAD_MAX_BYTES) {
            peer_cut(peer);
        }
        break;
    case PEER_BODY:
    case PEER_STATE_COUNT:
        break;
    }
}

static void
on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *context)
{
    struct peer *peer = context;

    (void)output;
    if (info->n_added > 0 && (peer->state == PEER_HEADER || peer->state == PEER_BODY)) {
        peer->spoken = true;
        event_active(peer->soon, EV_TIMEOUT, 0);
    }
}

static const char *
evhttp_problem(long code)
{
    static const struct {
        long code;
        const char *detail;
    } known[] = {
        { 413, PEER_BODY_TOO_LARGE },
        { 417, "the only expectation that is met is 100-continue" },
        { 501, "the method is not known; GET and POST are" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        if (known[i].code == code) {
            return known[i].detail;
        }
    }
    return "this is not a well-formed HTTP/1.1 request, or its header is larger than "
           "16 KiB";
}

/* evhttp closes the connection behind its own errors. */
void
peer_replace_page(struct peer *peer)
{
    struct evbuffer *output = bufferevent_get_output(peer->bufferevent);
    char line[STATUS_LINE_BYTES + 1] = "";
    struct buffer answer = { 0 };
    long code;

    peer->spoken = false;
    if (peer->is_refused) {
        peer_cut(peer); /* the answer has gone out before */
        return;
    }
    evbuffer_copyout(output, line, STATUS_LINE_BYTES);
    code = strncmp(line, "HTTP/1.", 7) == 0 ? strtol(line + 9, NULL, 10) : 0;
    if (code < 400) {
        return; /* 100 Continue */
    }
    problem_write(&answer, (int)code, evhttp_problem(code), -1);
    /* A bufferevent's output can be drawn from at its front by the bufferevent only. */
    evbuffer_unfreeze(output, 1);
    evbuffer_drain(output, evbuffer_get_length(output));
    evbuffer_freeze(output, 1);
    peer_set_state(peer, PEER_SENDING);
    evbuffer_add(output, answer.data, answer.len);
    buffer_clear(&answer);
}

void
peer_watch(struct peer *peer)
{
    evbuffer_add_cb(bufferevent_get_input(peer->bufferevent), on_input, peer);
    evbuffer_add_cb(bufferevent_get_output(peer->bufferevent), on_output, peer);
}

void
peer_unwatch(struct peer *peer)
{
    evbuffer_remove_cb(bufferevent_get_input(peer->bufferevent), on_input, peer);
    evbuffer_remove_cb(bufferevent_get_output(peer->bufferevent), on_output, peer);
}
