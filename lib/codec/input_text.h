/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Outside bytes to UTF-8 text: byte order marks, UTF-16, and where in the text a byte
 * stands. It knows nothing of JSON.
 */
#ifndef BUDKAVLE_CODEC_INPUT_TEXT_H
#define BUDKAVLE_CODEC_INPUT_TEXT_H

#include "base/buffer.h"
#include "base/status.h"

#include <stddef.h>

/* Text without a byte order mark. text may borrow from the bytes it was made of. */
struct input_text {
    const char *text;
    size_t len;
    struct buffer converted; /* what text points to when it came as UTF-16 */
};

/*
 * STATUS_INVALID when the bytes are UTF-16 with half a character. UTF-8 is not checked
 * here: see input_text_check. Clear it in either case.
 */
enum status input_text_decode(const char *data, size_t len, struct input_text *out,
                              struct error *error);
void input_text_clear(struct input_text *text);

/* STATUS_INVALID when there are bytes that are not UTF-8; the sentence says where. */
enum status input_text_check(const struct input_text *text, struct error *error);

/* Where an offset stands: line and column, in characters, both from 1. */
struct input_place {
    size_t offset, line, column;
};
#define INPUT_PLACE_START ((struct input_place){ 0, 1, 1 })

/* Moves on to offset, which is not before the place; costs the distance. */
void input_place_move(struct input_place *place, const char *text, size_t offset);

#endif
