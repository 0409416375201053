/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A stream of bytes cut into frames.
 */
#include "sender/frames.h"

#include "codec/wire.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum {
    READ_BYTES = 64 * 1024,
    KEPT_BYTES = 1024 * 1024 /* more memory than this is given back when unused */
};

void
frames_clear(struct frames *frames)
{
    buffer_clear(&frames->bytes);
    *frames = (struct frames){ 0 };
}

static void
drop_taken(struct frames *frames)
{
    struct buffer *bytes = &frames->bytes;
    const size_t rest = bytes->len - frames->n_taken;
    if (rest == 0 && bytes->capacity > KEPT_BYTES) {
        buffer_clear(bytes);
    } else if (frames->n_taken > 0) {
        memmove(bytes->data, bytes->data + frames->n_taken, rest);
        bytes->len = rest;
    }
    frames->n_taken = 0;
}

enum frames_fill
frames_fill(struct frames *frames, int fd)
{
    drop_taken(frames);
    struct buffer *bytes = &frames->bytes;
    buffer_reserve(bytes, READ_BYTES);
    ssize_t n;
    do {
        n = read(fd, bytes->data + bytes->len, READ_BYTES);
    } while (n < 0 && errno == EINTR);
    if (n > 0) {
        bytes->len += (size_t)n;
        return FRAMES_FILLED;
    }
    return n < 0 && errno == EAGAIN ? FRAMES_WAIT : FRAMES_END;
}

enum frames_take
frames_take(struct frames *frames, const char **frame, size_t *len)
{
    const struct buffer *bytes = &frames->bytes;
    const size_t rest = bytes->len - frames->n_taken;
    if (rest < WIRE_HEADER_BYTES) {
        return FRAMES_PARTIAL;
    }
    const char *start = bytes->data + frames->n_taken;
    const size_t size = wire_frame_size(start, rest);
    if (size == SIZE_MAX) {
        return FRAMES_BROKEN;
    }
    if (size == 0 || size > rest) {
        return FRAMES_PARTIAL;
    }
    *frame = start;
    *len = size;
    frames->n_taken += size;
    return FRAMES_WHOLE;
}
