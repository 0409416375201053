/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sender's loop that carries out one request after the other.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "codec/wire.h"
#include "loop/loop.h"
#include "sender/frames.h"
#include "sender/main.h"

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

static enum status
serve_frame(const char *frame, size_t len, struct buffer *out,
            bool (*handle)(void *context, const struct request *request,
                           struct reply *reply),
            void *context)
{
    struct request request = { 0 };
    struct error error = { 0 };
    const enum status status = wire_get_request(frame, len, &request, &error);
    if (status != STATUS_OK) {
        log_error("sender: a request from the core cannot be read: %s", error.text);
        return status;
    }
    struct reply reply = { 0 };
    const int64_t start_ms = clock_mono_ms();
    const bool may_stay = handle(context, &request, &reply);
    reply.id = request.id;
    reply.duration_ms = clock_mono_ms() - start_ms;
    (void)wire_put_reply(out, &reply); /* replies are small */
    if (!may_stay) {
        (void)wire_put_reply(out, &(struct reply){ .id = SENDER_REPLACE_ID });
    }
    reply_clear(&reply);
    request_clear(&request);
    return STATUS_OK;
}

int
serve_one_by_one(int fd,
                 bool (*handle)(void *context, const struct request *request,
                                struct reply *reply),
                 void *context)
{
    struct frames frames = { 0 };
    struct buffer out = { 0 };
    int exit_code = 0;
    while (exit_code == 0) {
        const char *frame = NULL;
        size_t len = 0;
        const enum frames_take taken = frames_take(&frames, &frame, &len);
        if (taken == FRAMES_PARTIAL && frames_fill(&frames, fd) == FRAMES_END) {
            break;
        }
        if (taken == FRAMES_BROKEN) {
            log_error("sender: the core wrote what is no request");
            exit_code = 1;
        }
        if (taken == FRAMES_WHOLE) {
            buffer_reset(&out);
            if (serve_frame(frame, len, &out, handle, context) != STATUS_OK ||
                !write_all(fd, &out)) {
                exit_code = 1;
            }
        }
    }
    buffer_clear(&out);
    frames_clear(&frames);
    return exit_code;
}
