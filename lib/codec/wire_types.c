/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One pair of functions for each type of member: to bytes, and from hostile bytes.
 */
#include "codec/wire_types.h"

#include "base/memory.h"
#include "model/request.h"

#include <string.h>

enum {
    NUMBER_BYTES = 8
};

void
wire_put_number(char *out, uint64_t number, size_t n_bytes)
{
    size_t i;

    for (i = 0; i < n_bytes; i++)
        out[i] = (char)(unsigned char)(number >> (8 * i) & 0xFF);
}

uint64_t
wire_get_number(const char *data, size_t n_bytes)
{
    uint64_t number = 0;
    size_t i;

    for (i = n_bytes; i > 0; i--)
        number = number << 8 | (unsigned char)data[i - 1];
    return number;
}

/* A length that does not fit makes a frame that is too long, and is taken back. */
static void
put_piece_header(struct buffer *out, unsigned char tag, size_t len)
{
    char header[WIRE_FIELD_HEADER_BYTES];

    header[0] = (char)tag;
    wire_put_number(header + 1, len, WIRE_FIELD_HEADER_BYTES - 1);
    buffer_append(out, header, sizeof(header));
}

static void
put_piece(struct buffer *out, unsigned char tag, const void *data, size_t len)
{
    put_piece_header(out, tag, len);
    if (len > 0)
        buffer_append(out, data, len);
}

static void
put_wide(struct buffer *out, unsigned char tag, uint64_t number)
{
    char bytes[NUMBER_BYTES];

    wire_put_number(bytes, number, sizeof(bytes));
    put_piece(out, tag, bytes, sizeof(bytes));
}

static void
put_unsigned(struct buffer *out, unsigned char tag, const void *member)
{
    const uint64_t *number = member;

    put_wide(out, tag, *number);
}

static bool
get_unsigned(struct wire_piece piece, void *member, size_t limit)
{
    uint64_t *number = member;

    (void)limit;
    if (piece.len != NUMBER_BYTES)
        return false;
    *number = wire_get_number(piece.data, piece.len);
    return true;
}

static void
put_signed(struct buffer *out, unsigned char tag, const void *member)
{
    const int64_t *number = member;

    put_wide(out, tag, (uint64_t)*number);
}

static bool
get_signed(struct wire_piece piece, void *member, size_t limit)
{
    uint64_t bits = 0;

    if (!get_unsigned(piece, &bits, limit))
        return false;
    memcpy(member, &bits, sizeof(bits));
    return true;
}

static void
put_enum(struct buffer *out, unsigned char tag, const void *member)
{
    const unsigned *number = member;

    put_wide(out, tag, *number);
}

static bool
get_enum(struct wire_piece piece, void *member, size_t limit)
{
    unsigned *number = member;
    uint64_t bits = 0;

    if (!get_unsigned(piece, &bits, limit) || bits >= limit)
        return false;
    *number = (unsigned)bits;
    return true;
}

static void
put_bool(struct buffer *out, unsigned char tag, const void *member)
{
    const bool *value = member;

    put_piece(out, tag, *value ? "\1" : "\0", 1);
}

static bool
get_bool(struct wire_piece piece, void *member, size_t limit)
{
    bool *value = member;

    (void)limit;
    if (piece.len != 1 || (unsigned char)piece.data[0] > 1)
        return false;
    *value = piece.data[0] == 1;
    return true;
}

/* NULL is left out. */
static void
put_string(struct buffer *out, unsigned char tag, const void *member)
{
    char *const *text = member;

    if (*text != NULL)
        put_piece(out, tag, *text, strlen(*text));
}

static bool
get_string(struct wire_piece piece, void *member, size_t limit)
{
    char **text = member;

    (void)limit;
    if (piece.len > 0 && memchr(piece.data, '\0', piece.len) != NULL)
        return false;
    *text = string_copy_n(piece.data, piece.len);
    return true;
}

static void
put_strings(struct buffer *out, unsigned char tag, const void *member)
{
    const struct strings *list = member;
    size_t i;

    for (i = 0; i < list->count; i++)
        put_string(out, tag, &list->items[i]);
}

static bool
get_strings(struct wire_piece piece, void *member, size_t limit)
{
    char *text = NULL;

    if (!get_string(piece, &text, limit))
        return false;
    strings_take(member, text);
    return true;
}

static void
put_bytes(struct buffer *out, unsigned char tag, const void *member)
{
    const struct buffer *bytes = member;

    if (bytes->len > 0)
        put_piece(out, tag, bytes->data, bytes->len);
}

static bool
get_bytes(struct wire_piece piece, void *member, size_t limit)
{
    if (limit > 0 && piece.len > limit)
        return false;
    buffer_append(member, piece.data, piece.len);
    return true;
}

/* The files and their number are two members of the request, so it is the member. A
 * field holds one file: its name, a NUL and the content. */
static void
put_files(struct buffer *out, unsigned char tag, const void *member)
{
    const struct request *request = member;
    size_t i;

    for (i = 0; i < request->n_files; i++) {
        const struct request_file *file = &request->files[i];
        size_t name_bytes = strlen(file->name) + 1;

        put_piece_header(out, tag, name_bytes + file->content.len);
        buffer_append(out, file->name, name_bytes);
        if (file->content.len > 0)
            buffer_append(out, file->content.data, file->content.len);
    }
}

static bool
get_file(struct wire_piece piece, void *member, size_t limit)
{
    struct request *request = member;
    struct request_file *file;
    size_t name_bytes = strnlen(piece.data, piece.len) + 1;

    (void)limit;
    if (name_bytes == 1 || name_bytes > piece.len)
        return false;
    request->files =
        memory_grow(request->files, request->n_files, sizeof(*request->files));
    file = &request->files[request->n_files++];
    *file = (struct request_file){ 0 };
    file->name = string_copy(piece.data);
    buffer_append(&file->content, piece.data + name_bytes, piece.len - name_bytes);
    return true;
}

const struct wire_type wire_unsigned = { put_unsigned, get_unsigned, true, false };
const struct wire_type wire_signed = { put_signed, get_signed, true, false };
const struct wire_type wire_enum = { put_enum, get_enum, true, false };
const struct wire_type wire_bool = { put_bool, get_bool, true, false };
const struct wire_type wire_string = { put_string, get_string, false, false };
const struct wire_type wire_list = { put_strings, get_strings, false, true };
const struct wire_type wire_bytes = { put_bytes, get_bytes, false, false };
const struct wire_type wire_files = { put_files, get_file, false, true };
