/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes Internet messages: header lines, dates and bodies.
 */
#include "channel/mime.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LINE_BYTES = 76,         /* RFC 2047: a line with an encoded word has no more */
    ENCODED_WORD_BYTES = 75, /* RFC 2047, 2 */
    LONG_WORD_BYTES = 60,    /* a longer word is encoded, because that can be split */
    QP_LINE_BYTES = 75,      /* and the "=" of a soft line break */
};

static const char word_open[] = "=?UTF-8?Q?";
static const char word_close[] = "?=";

static bool
is_printable_ascii(char c)
{
    return c >= ' ' && c < 0x7f;
}

/* The text without what may not stand in a header; caller frees. */
static char *
header_text(const char *text)
{
    bool valid = utf8_is_valid(text, strlen(text));
    char *clean = string_copy(text);
    for (char *c = clean; *c != '\0'; c++) {
        bool control = (unsigned char)*c < ' ' || *c == 0x7f;
        bool broken = !valid && (unsigned char)*c >= 0x80;
        if (control)
            *c = ' ';
        else if (broken)
            *c = '?';
    }
    char *readable = utf8_strip_format(clean);
    free(clean);
    return readable;
}

/* A text that a header can carry as it is: words that are not too long to fold, one
 * space between them, nothing that looks like an encoded word. */
static bool
is_plain(const char *text)
{
    size_t word = 0;
    bool after_space = true;
    for (const char *c = text; *c != '\0'; c++) {
        if (!is_printable_ascii(*c) || (*c == ' ' && after_space))
            return false;
        after_space = *c == ' ';
        word = after_space ? 0 : word + 1;
        if (word > LONG_WORD_BYTES)
            return false;
    }
    return !(after_space && *text != '\0') && strstr(text, "=?") == NULL;
}

static size_t
column_of(const struct buffer *out, size_t line_start)
{
    return out->len - line_start;
}

static void
fold(struct buffer *out, size_t *line_start)
{
    buffer_add(out, "\r\n");
    *line_start = out->len;
    buffer_add_char(out, ' ');
}

/* Adds words separated by single spaces, folded. `more` bytes must fit behind them. */
static void
add_folded(struct buffer *out, size_t *line_start, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        bool starts_line = column_of(out, *line_start) == 1;
        if (!starts_line && column_of(out, *line_start) + 1 + len > LINE_BYTES) {
            fold(out, line_start);
            starts_line = true;
        }
        if (!starts_line)
            buffer_add_char(out, ' ');
        buffer_append(out, text, len);
        text += len;
        text += strspn(text, " ");
    }
}

/* The bytes that one code point takes in the Q encoding; out has room for 12. */
static size_t
encode_q(const char *bytes, size_t n, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == ' ') {
            out[len++] = '_';
        } else if (c < 0x80 && (isalnum(c) || strchr("!*+-/", c) != NULL)) {
            out[len++] = (char)c; /* what RFC 2047, 5 (3) allows everywhere */
        } else {
            out[len++] = '=';
            out[len++] = hex[c >> 4];
            out[len++] = hex[c & 15];
        }
    }
    return len;
}

/* Encoded words, each whole in itself: no code point is split between two. */
static void
add_encoded(struct buffer *out, size_t *line_start, const char *text)
{
    const size_t frame = sizeof word_open - 1 + sizeof word_close - 1;
    size_t len = strlen(text), offset = 0;
    buffer_add_char(out, ' ');
    while (offset < len) {
        if (column_of(out, *line_start) + frame + 12 > LINE_BYTES)
            fold(out, line_start);
        size_t room = LINE_BYTES - column_of(out, *line_start);
        room = room < ENCODED_WORD_BYTES ? room : ENCODED_WORD_BYTES;
        size_t used = frame;
        buffer_add(out, word_open);
        while (offset < len) {
            char code[12];
            size_t start = offset;
            utf8_next(text, len, &offset);
            size_t n = encode_q(text + start, offset - start, code);
            if (used + n > room) {
                offset = start;
                break;
            }
            buffer_append(out, code, n);
            used += n;
        }
        buffer_add(out, word_close);
        if (offset < len)
            fold(out, line_start);
    }
}

static size_t
start_header(struct buffer *out, const char *name)
{
    size_t line_start = out->len;
    buffer_addf(out, "%s:", name);
    return line_start;
}

void
mime_header(struct buffer *out, const char *name, const char *value)
{
    size_t line_start = start_header(out, name);
    char *clean = header_text(value);
    /* However long the first word is: programs that look for it take a first line without
     * one for an empty header. */
    size_t first = strcspn(clean, " ");
    buffer_addf(out, " %.*s", (int)first, clean);
    add_folded(out, &line_start, clean + first + strspn(clean + first, " "));
    buffer_add(out, "\r\n");
    free(clean);
}

void
mime_header_text(struct buffer *out, const char *name, const char *text)
{
    size_t line_start = start_header(out, name);
    char *clean = header_text(text);
    if (is_plain(clean))
        add_folded(out, &line_start, clean);
    else
        add_encoded(out, &line_start, clean);
    buffer_add(out, "\r\n");
    free(clean);
}

/* A name of plain words needs no quotes; other ASCII is a quoted string (RFC 5322,
 * 3.2.4), and what is not ASCII is encoded. */
static void
add_display(struct buffer *out, size_t *line_start, const char *display)
{
    if (!is_plain(display)) {
        add_encoded(out, line_start, display);
        return;
    }
    if (strpbrk(display, "()<>[]:;@\\,.\"") == NULL) {
        add_folded(out, line_start, display);
        return;
    }
    struct buffer quoted = { 0 };
    buffer_add_char(&quoted, '"');
    for (const char *c = display; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            buffer_add_char(&quoted, '\\');
        buffer_add_char(&quoted, *c);
    }
    buffer_add_char(&quoted, '"');
    add_folded(out, line_start, quoted.data);
    buffer_clear(&quoted);
}

void
mime_header_mailbox(struct buffer *out, const char *name, const char *display,
                    const char *address)
{
    size_t line_start = start_header(out, name);
    char *clean = header_text(display == NULL ? "" : display);
    char *angle = string_format("<%s>", address);
    if (*clean != '\0')
        add_display(out, &line_start, clean);
    add_folded(out, &line_start, angle);
    buffer_add(out, "\r\n");
    free(angle);
    free(clean);
}

const char *
mime_date(int64_t time_ms, char out[MIME_DATE_SIZE])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t seconds = (time_t)(time_ms / SECONDS_MS);
    struct tm when;
    gmtime_r(&seconds, &when);
    (void)snprintf(out, MIME_DATE_SIZE, "%.3s, %d %.3s %04d %02d:%02d:%02d +0000",
                   days + (size_t)when.tm_wday * 3, when.tm_mday,
                   months + (size_t)when.tm_mon * 3, when.tm_year + 1900, when.tm_hour,
                   when.tm_min, when.tm_sec);
    return out;
}

/* A blank at the end of a line, "." or "From " at its start, and "=" are what mail
 * programs on the way change or lose. */
static bool
must_encode(const char *c, bool line_starts)
{
    if (*c == ' ' || *c == '\t')
        return c[1] == '\n' || c[1] == '\0' || (c[1] == '\r' && c[2] == '\n');
    if (line_starts && (*c == '.' || strncmp(c, "From ", 5) == 0))
        return true;
    return *c == '=' || !is_printable_ascii(*c);
}

/* One byte of the text, and a soft line break where the line is full. */
static void
put_quoted(struct buffer *out, const char *c, size_t *column)
{
    bool encode = must_encode(c, *column == 0);
    if (*column + (encode ? 3 : 1) > QP_LINE_BYTES) {
        buffer_add(out, "=\r\n");
        *column = 0;
        encode = must_encode(c, true);
    }
    if (encode)
        buffer_addf(out, "=%02X", (unsigned)(unsigned char)*c);
    else
        buffer_add_char(out, *c);
    *column += encode ? 3 : 1;
}

void
mime_quoted_printable(struct buffer *out, const char *text)
{
    size_t column = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\r' && c[1] == '\n')
            continue;
        if (*c == '\n') {
            buffer_add(out, "\r\n");
            column = 0;
        } else {
            put_quoted(out, c, &column);
        }
    }
    if (column > 0)
        buffer_add(out, "\r\n");
}

void
mime_part(struct buffer *out, const char *boundary, const char *type, const char *text)
{
    buffer_addf(out, "--%s\r\n", boundary);
    buffer_addf(out, "Content-Type: %s; charset=utf-8\r\n", type);
    buffer_add(out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    mime_quoted_printable(out, text);
    /* The CRLF before the next boundary belongs to the boundary (RFC 2046, 5.1.1). */
    buffer_add(out, "\r\n");
}

void
mime_parts_end(struct buffer *out, const char *boundary)
{
    buffer_addf(out, "--%s--\r\n", boundary);
}
