/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * UTF-8 text, by way of utf8proc.
 */
#include "base/utf8.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    /* Unicode's stream-safe text format (UAX #15, D3): marks in one run. */
    MAX_MARKS = 30
};

static const char grapheme_joiner[] = "\xCD\x8F"; /* U+034F */

/* One code point at text; -1 and *size 1 when the byte begins none. */
static int32_t
decode(const char *text, size_t len, size_t *size)
{
    utf8proc_int32_t code_point = -1;
    utf8proc_ssize_t available = len > 4 ? 4 : (utf8proc_ssize_t)len;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text, available, &code_point);

    *size = used > 0 ? (size_t)used : 1;
    return used > 0 ? code_point : -1;
}

bool
utf8_is_valid(const char *text, size_t len)
{
    size_t size;

    for (size_t at = 0; at < len; at += size) {
        if (decode(text + at, len - at, &size) < 0) {
            return false;
        }
    }
    return true;
}

int32_t
utf8_next(const char *text, size_t len, size_t *offset)
{
    size_t size;

    if (*offset >= len) {
        return -1;
    }
    int32_t code_point = decode(text + *offset, len - *offset, &size);
    *offset += size;
    return code_point;
}

size_t
utf8_encode(int32_t code_point, char *out)
{
    utf8proc_ssize_t size = utf8proc_encode_char(code_point, (utf8proc_uint8_t *)out);

    return size > 0 ? (size_t)size : 0;
}

/*
 * The Stream-Safe Text Process (UAX #15, D4): a joiner after each 30 marks in a row.
 * Ordering marks is quadratic in the length of the run, and the text is a stranger's.
 */
static char *
stream_safe(const char *text)
{
    struct buffer out = { 0 };
    size_t len = strlen(text);
    size_t size;
    unsigned marks = 0;

    buffer_reserve(&out, len);
    for (size_t at = 0; at < len; at += size) {
        int32_t code_point = decode(text + at, len - at, &size);
        bool mark =
            code_point >= 0 && utf8proc_get_property(code_point)->combining_class != 0;

        marks = mark ? marks + 1 : 0;
        if (marks > MAX_MARKS) {
            buffer_add(&out, grapheme_joiner);
            marks = 1;
        }
        buffer_append(&out, text + at, size);
    }
    return buffer_take(&out);
}

static char *
mapped(const char *text, int options)
{
    utf8proc_uint8_t *out = NULL;
    char *safe = stream_safe(text);
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)safe, 0, &out,
                     (utf8proc_option_t)(UTF8PROC_NULLTERM | UTF8PROC_STABLE |
                                         UTF8PROC_COMPOSE | options));

    free(safe);
    if (len < 0) {
        fatal("utf8: a text cannot be normalised: %s", utf8proc_errmsg(len));
    }
    return (char *)out;
}

char *
utf8_normalise(const char *text)
{
    return mapped(text, 0);
}

char *
utf8_casefold(const char *text)
{
    return mapped(text, UTF8PROC_CASEFOLD);
}

char *
utf8_strip_marks(const char *text)
{
    return mapped(text, UTF8PROC_STRIPMARK);
}

bool
utf8_has_control(const char *text, size_t len, const char *except)
{
    size_t size;

    for (size_t at = 0; at < len; at += size) {
        int32_t code_point = decode(text + at, len - at, &size);

        if (code_point < 0 || utf8proc_category(code_point) != UTF8PROC_CATEGORY_CC) {
            continue;
        }
        /* strchr would find the NUL that ends `except`. */
        if (except == NULL || code_point == 0 || code_point > 0x7F ||
            strchr(except, (int)code_point) == NULL) {
            return true;
        }
    }
    return false;
}

bool
utf8_is_letter(int32_t code_point)
{
    utf8proc_category_t category =
        code_point < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(code_point);

    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool
utf8_is_capitals(const char *text)
{
    size_t len = strlen(text);
    size_t offset = 0;
    bool any = false;
    int32_t code_point;

    while ((code_point = utf8_next(text, len, &offset)) >= 0) {
        utf8proc_category_t category = utf8proc_category(code_point);

        if (category == UTF8PROC_CATEGORY_LL) {
            return false;
        }
        any = any || category == UTF8PROC_CATEGORY_LU;
    }
    return any;
}

size_t
utf8_count_code_points(const char *text)
{
    size_t len = strlen(text);
    size_t offset = 0;
    size_t count = 0;

    while (offset < len) {
        (void)utf8_next(text, len, &offset);
        count++;
    }
    return count;
}

static bool
is_ascii_at(const char *text, size_t len, size_t at)
{
    return at < len && (unsigned char)text[at] < 0x80;
}

size_t
utf8_grapheme(const char *text, size_t len)
{
    size_t end = 0;
    size_t offset = 0;
    utf8proc_int32_t before = -1;
    utf8proc_int32_t state = 0;

    /* Most text: ASCII before ASCII stands by itself, but for CR LF. */
    if (is_ascii_at(text, len, 0) && (len == 1 || is_ascii_at(text, len, 1)) &&
        text[0] != '\r') {
        return 1;
    }
    while (offset < len) {
        utf8proc_int32_t code_point = utf8_next(text, len, &offset);

        if (code_point < 0) {
            code_point = 0xFFFD;
        }
        if (before >= 0 &&
            utf8proc_grapheme_break_stateful(before, code_point, &state)) {
            break;
        }
        before = code_point;
        end = offset;
    }
    return end;
}

size_t
utf8_count_graphemes(const char *text)
{
    size_t len = strlen(text);
    size_t count = 0, size;

    for (size_t at = 0; (size = utf8_grapheme(text + at, len - at)) > 0; at += size) {
        count++;
    }
    return count;
}

enum {
    PICTOGRAPHS = 0x1F000, /* from here on they are shown as emoji by themselves */
    FIRST_FLAG_LETTER = 0x1F1E6,
    LAST_FLAG_LETTER = 0x1F1FF,
    FIRST_SKIN_TONE = 0x1F3FB,
    LAST_SKIN_TONE = 0x1F3FF,
    JOINER = 0x200D,
    KEYCAP = 0x20E3,
    AS_EMOJI = 0xFE0F,
};

static bool
makes_emoji(int32_t code_point)
{
    return code_point == JOINER || code_point == AS_EMOJI ||
           (code_point >= FIRST_SKIN_TONE && code_point <= LAST_SKIN_TONE);
}

bool
utf8_is_emoji(const char *text, size_t len)
{
    size_t offset = 0;
    int32_t first = utf8_next(text, len, &offset);
    bool is_pictograph = first >= 0 && utf8proc_get_property(first)->boundclass ==
                                           UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;

    if ((is_pictograph && first >= PICTOGRAPHS) ||
        (first >= FIRST_FLAG_LETTER && first <= LAST_FLAG_LETTER)) {
        return true;
    }
    while (offset < len) {
        int32_t code_point = utf8_next(text, len, &offset);

        if (code_point == KEYCAP || (is_pictograph && makes_emoji(code_point))) {
            return true;
        }
    }
    return false;
}

size_t
utf8_cut(const char *text, size_t max_bytes)
{
    size_t len = strnlen(text, max_bytes);

    if (len < max_bytes || text[len] == '\0') {
        return len;
    }
    while (len > 0 && ((unsigned char)text[len] & 0xC0U) == 0x80U) {
        len--;
    }
    return len;
}

static bool
is_printable(int32_t code_point)
{
    if (code_point < 0) {
        return false;
    }
    utf8proc_category_t category = utf8proc_category(code_point);
    return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF;
}

/* What ends a line where a line feed does not say so. */
static bool
is_line_end(int32_t code_point)
{
    return code_point == 0x2028 || code_point == 0x2029;
}

char *
utf8_strip_format(const char *text)
{
    struct buffer out = { 0 };
    size_t len = strlen(text), size;

    for (size_t at = 0; at < len; at += size) {
        int32_t code_point = decode(text + at, len - at, &size);

        if (code_point == '\n' ||
            (is_printable(code_point) && !is_line_end(code_point))) {
            buffer_append(&out, text + at, size);
        }
    }
    return buffer_take(&out);
}

char *
utf8_printable(const char *text, size_t len, size_t max_bytes)
{
    struct buffer out = { 0 };
    size_t size;

    for (size_t at = 0; at < len; at += size) {
        bool printable = is_printable(decode(text + at, len - at, &size));

        if (out.len + (printable ? size : 4 * size) > max_bytes) {
            buffer_add(&out, "…");
            break;
        }
        if (printable) {
            buffer_append(&out, text + at, size);
            continue;
        }
        for (size_t i = 0; i < size; i++) {
            buffer_addf(&out, "\\x%02X", (unsigned)(unsigned char)text[at + i]);
        }
    }
    return buffer_take(&out);
}
