/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cuts a stream of bytes from a file descriptor into the frames of codec/wire.h. Both
 * ends of a sender's socketpair read with it.
 */
#ifndef BUDKAVLE_SENDER_FRAMES_H
#define BUDKAVLE_SENDER_FRAMES_H

#include "base/buffer.h"

/* Valid when zeroed. */
struct frames {
    struct buffer bytes;
    size_t n_taken; /* bytes at the front that were handed out */
};

enum frames_fill {
    FRAMES_FILLED,
    FRAMES_WAIT, /* nothing to read now */
    FRAMES_END   /* end of file, or the file descriptor failed */
};

enum frames_take {
    FRAMES_WHOLE,
    FRAMES_PARTIAL, /* more bytes are needed */
    FRAMES_BROKEN   /* what comes is no frame */
};

void frames_clear(struct frames *frames);

/* Reads once. */
enum frames_fill frames_fill(struct frames *frames, int fd);

/* The next frame, header included; *frame is valid until the next fill. */
enum frames_take frames_take(struct frames *frames, const char **frame, size_t *len);

#endif
