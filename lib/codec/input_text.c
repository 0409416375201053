/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Byte order marks and UTF-16 as Windows programs write them, and positions in text.
 */
#include "codec/input_text.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static unsigned
unit_at(const unsigned char *bytes, bool big_endian)
{
    return big_endian ? (unsigned)bytes[0] << 8 | bytes[1]
                      : (unsigned)bytes[1] << 8 | bytes[0];
}

static bool
is_high_surrogate(unsigned unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool
is_low_surrogate(unsigned unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Adds the character at offset; returns the bytes it took, 0 when it is not one. */
static size_t
add_character(const unsigned char *bytes, size_t len, bool big_endian,
              struct buffer *out)
{
    char encoded[4];
    unsigned low, unit;

    if (len < 2)
        return 0;
    unit = unit_at(bytes, big_endian);
    if (is_low_surrogate(unit))
        return 0;
    if (!is_high_surrogate(unit)) {
        buffer_append(out, encoded, utf8_encode((int32_t)unit, encoded));
        return 2;
    }
    if (len < 4)
        return 0;
    low = unit_at(bytes + 2, big_endian);
    if (!is_low_surrogate(low))
        return 0;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    buffer_append(out, encoded, utf8_encode((int32_t)unit, encoded));
    return 4;
}

static enum status
decode_utf16(const char *data, size_t len, bool big_endian, struct input_text *out,
             struct error *error)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t offset = 2;

    buffer_reserve(&out->converted, len);
    while (offset < len) {
        size_t taken =
            add_character(bytes + offset, len - offset, big_endian, &out->converted);

        if (taken == 0)
            return error_set(error, STATUS_INVALID,
                             "byte %zu: half a UTF-16 character; the text is cut off "
                             "or not UTF-16 as its byte order mark says",
                             offset + 1);
        offset += taken;
    }
    out->text = out->converted.data == NULL ? "" : out->converted.data;
    out->len = out->converted.len;
    return STATUS_OK;
}

enum status
input_text_decode(const char *data, size_t len, struct input_text *out,
                  struct error *error)
{
    memset(out, 0, sizeof(*out));
    out->text = "";
    if (len >= 2 && memcmp(data, "\xff\xfe", 2) == 0)
        return decode_utf16(data, len, false, out, error);
    if (len >= 2 && memcmp(data, "\xfe\xff", 2) == 0)
        return decode_utf16(data, len, true, out, error);
    if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3;
        len -= 3;
    }
    if (len > 0) {
        out->text = data;
        out->len = len;
    }
    return STATUS_OK;
}

void
input_text_clear(struct input_text *text)
{
    buffer_clear(&text->converted);
    text->text = "";
    text->len = 0;
}

/* How many bytes from the start are UTF-8, character by character. */
static size_t
valid_prefix(const char *text, size_t len)
{
    size_t end = 0;

    while (end < len) {
        size_t width = 1;

        while (width <= 4 && end + width <= len && !utf8_is_valid(text + end, width))
            width++;
        if (width > 4 || end + width > len)
            break;
        end += width;
    }
    return end;
}

enum status
input_text_check(const struct input_text *text, struct error *error)
{
    struct input_place place = INPUT_PLACE_START;
    size_t end;

    if (utf8_is_valid(text->text, text->len))
        return STATUS_OK;
    end = valid_prefix(text->text, text->len);
    input_place_move(&place, text->text, end);
    return error_set(error, STATUS_INVALID,
                     "line %zu, column %zu: byte 0x%02X is not UTF-8; the text is cut "
                     "off or in another encoding, such as ISO 8859-1",
                     place.line, place.column,
                     (unsigned)(unsigned char)text->text[end]);
}

void
input_place_move(struct input_place *place, const char *text, size_t offset)
{
    for (; place->offset < offset; place->offset++) {
        char c = text[place->offset];

        if (c == '\n') {
            place->line++;
            place->column = 1;
        } else if (((unsigned char)c & 0xC0) != 0x80) {
            place->column++;
        }
    }
}
