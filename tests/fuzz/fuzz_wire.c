/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any bytes as a frame, and as the fields of a frame: what is taken is put again as the
 * same bytes each time.
 */
#include "fuzz.h"

#include "codec/wire.h"

#include <string.h>

static void
check_request(const char *frame, size_t len)
{
    struct buffer first = { 0 };
    struct buffer second = { 0 };
    struct request back = { 0 };
    struct request request = { 0 };

    if (wire_get_request(frame, len, &request, NULL) == STATUS_OK) {
        FUZZ_CHECK(wire_put_request(&first, &request));
        FUZZ_CHECK(first.len <= len);
        FUZZ_CHECK(wire_frame_size(first.data, first.len) == first.len);
        FUZZ_CHECK(wire_get_request(first.data, first.len, &back, NULL) == STATUS_OK);
        FUZZ_CHECK(wire_put_request(&second, &back));
        FUZZ_CHECK(second.len == first.len);
        FUZZ_CHECK(memcmp(first.data, second.data, first.len) == 0);
    }
    buffer_clear(&first);
    buffer_clear(&second);
    request_clear(&request);
    request_clear(&back);
}

static void
check_reply(const char *frame, size_t len)
{
    struct buffer first = { 0 };
    struct buffer second = { 0 };
    struct reply back = { 0 };
    struct reply reply = { 0 };

    if (wire_get_reply(frame, len, &reply, NULL) == STATUS_OK) {
        FUZZ_CHECK(wire_put_reply(&first, &reply));
        FUZZ_CHECK(first.len <= len);
        FUZZ_CHECK(wire_get_reply(first.data, first.len, &back, NULL) == STATUS_OK);
        FUZZ_CHECK(wire_put_reply(&second, &back));
        FUZZ_CHECK(second.len == first.len);
        FUZZ_CHECK(memcmp(first.data, second.data, first.len) == 0);
    }
    buffer_clear(&first);
    buffer_clear(&second);
    reply_clear(&reply);
    reply_clear(&back);
}

/* A mutation seldom keeps the length right, so the fields are tried with one that is. */
static void
check_fields(const uint8_t *data, size_t size)
{
    struct buffer frame = { 0 };
    char header[WIRE_HEADER_BYTES];
    size_t i;

    for (i = 0; i < sizeof(header); i++)
        header[i] = (char)(unsigned char)(size >> (8 * i) & 0xFF);
    buffer_append(&frame, header, sizeof(header));
    if (size > 0)
        buffer_append(&frame, data, size);
    check_request(frame.data, frame.len);
    check_reply(frame.data, frame.len);
    buffer_clear(&frame);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)wire_frame_size((const char *)data, size);
    check_request((const char *)data, size);
    check_reply((const char *)data, size);
    if (size >= WIRE_HEADER_BYTES)
        check_fields(data + WIRE_HEADER_BYTES, size - WIRE_HEADER_BYTES);
    return 0;
}
