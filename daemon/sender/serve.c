/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sender's loop that carries out one request after the other.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "codec/wire.h"
#include "loop/loop.h"
#include "sender/frames.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

static bool
write_all(int fd, const struct buffer *bytes)
{
    size_t n_written = 0;
    while (n_written < bytes->len) {
        const ssize_t n = write(fd, bytes->data + n_written, bytes->len - n_written);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        n_written += n > 0 ? (size_t)n : 0;
    }
    return true;
}

enum serve_end {
    SERVE_ON,
    SERVE_LAST, /* this was the last reply */
    SERVE_BROKEN
};

static enum serve_end
serve_frame(const char *frame, size_t len, struct buffer *out,
            bool (*handle)(void *context, const struct request *request,
                           struct reply *reply),
            void *context)
{
    struct request request = { 0 };
    struct error error = { 0 };
    if (wire_get_request(frame, len, &request, &error) != STATUS_OK) {
        log_error("sender: a request from the core cannot be read: %s", error.text);
        return SERVE_BROKEN;
    }
    struct reply reply = { 0 };
    const int64_t start_ms = clock_mono_ms();
    const bool is_last = !handle(context, &request, &reply);
    reply.id = request.id;
    reply.duration_ms = clock_mono_ms() - start_ms;
    (void)wire_put_reply(out, &reply); /* replies are small */
    reply_clear(&reply);
    request_clear(&request);
    return is_last ? SERVE_LAST : SERVE_ON;
}

int
serve_one_by_one(int fd,
                 bool (*handle)(void *context, const struct request *request,
                                struct reply *reply),
                 void *context)
{
    struct frames frames = { 0 };
    struct buffer out = { 0 };
    enum serve_end end = SERVE_ON;
    while (end == SERVE_ON) {
        const char *frame = NULL;
        size_t len = 0;
        const enum frames_take taken = frames_take(&frames, &frame, &len);
        if (taken == FRAMES_PARTIAL && frames_fill(&frames, fd) == FRAMES_END) {
            break;
        }
        if (taken == FRAMES_BROKEN) {
            log_error("sender: the core wrote what is no request");
            end = SERVE_BROKEN;
        }
        if (taken == FRAMES_WHOLE) {
            buffer_reset(&out);
            end = serve_frame(frame, len, &out, handle, context);
            if (!write_all(fd, &out)) {
                end = SERVE_BROKEN;
            }
        }
    }
    buffer_clear(&out);
    frames_clear(&frames);
    return end == SERVE_BROKEN ? 1 : 0;
}
