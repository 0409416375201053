/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How each type of member of a request or reply becomes the bytes of a field, and back
 * from bytes that are not trusted. Which members there are is wire.c's.
 */
#ifndef BUDKAVLE_CODEC_WIRE_TYPES_H
#define BUDKAVLE_CODEC_WIRE_TYPES_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_FIELD_HEADER_BYTES = 5 /* tag and length */
};

/* The bytes of one field. */
struct wire_piece {
    const char *data;
    size_t len;
};

/*
 * put appends the member's fields. get fills the member in, or returns false when the
 * bytes are no such value; limit is the row's: an enum is below it, bytes are at most as
 * many (0: any number).
 */
struct wire_type {
    void (*put)(struct buffer *out, unsigned char tag, const void *member);
    bool (*get)(struct wire_piece piece, void *member, size_t limit);
    bool always;  /* stands in every frame */
    bool repeats; /* may stand more than once */
};

/* uint64_t, int64_t, an enum, bool, char *, struct strings, struct buffer; wire_files
 * is for struct request itself. */
extern const struct wire_type wire_unsigned, wire_signed, wire_enum, wire_bool,
    wire_string, wire_list, wire_bytes, wire_files;

/* Little-endian. */
void wire_put_number(char *out, uint64_t number, size_t n_bytes);
uint64_t wire_get_number(const char *data, size_t n_bytes);

#endif
