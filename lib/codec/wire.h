/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests and replies as bytes between the core and its senders. A frame is a 4-byte
 * length (little-endian, of what follows) and fields of (1-byte tag, 4-byte length,
 * bytes). Both ends are the same program, and neither trusts the other's bytes.
 */
#ifndef BUDKAVLE_CODEC_WIRE_H
#define BUDKAVLE_CODEC_WIRE_H

#include "base/buffer.h"
#include "base/status.h"
#include "model/request.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    WIRE_HEADER_BYTES = 4,
    WIRE_MAX_FRAME = 64 * 1024 * 1024
};

/* False, and nothing appended, when the frame would be longer than WIRE_MAX_FRAME. */
bool wire_put_request(struct buffer *out, const struct request *request);
bool wire_put_reply(struct buffer *out, const struct reply *reply);

/*
 * Size of the frame at the start of data, header included; 0 when fewer than
 * WIRE_HEADER_BYTES are there; SIZE_MAX when it is longer than WIRE_MAX_FRAME.
 */
size_t wire_frame_size(const char *data, size_t len);

/*
 * One whole frame, header included, into a zeroed or cleared struct. STATUS_INVALID if
 * it is not one; the struct is cleared then. What the fields mean (paths, header lines)
 * is for the sender to check.
 */
enum status wire_get_request(const char *frame, size_t len, struct request *request,
                             struct error *error);
enum status wire_get_reply(const char *frame, size_t len, struct reply *reply,
                           struct error *error);

#endif
