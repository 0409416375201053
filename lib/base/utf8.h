/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * UTF-8 text: validity, normalisation (NFC), counting and safe cutting. Uses utf8proc.
 */
#ifndef BUDKAVLE_BASE_UTF8_H
#define BUDKAVLE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool utf8_is_valid(const char *text, size_t len);

/*
 * Reads one code point at text[*offset] and moves *offset behind it. text must be valid
 * UTF-8. Returns -1 at the end.
 */
int32_t utf8_next(const char *text, size_t len, size_t *offset);

/* Writes the code point's bytes to out (at least 4 bytes), returns how many. */
size_t utf8_encode(int32_t code_point, char *out);

/* The text in NFC, the caller's to free(). text must be valid UTF-8. */
char *utf8_normalise(const char *text);

/* True when there is a control character (Cc) other than those in `except`. */
bool utf8_has_control(const char *text, size_t len, const char *except);

bool utf8_is_letter(int32_t code_point); /* Unicode category L* */
/* There are letters, and all that have a case are capitals. */
bool utf8_is_capitals(const char *text);

size_t utf8_count_code_points(const char *text);
size_t utf8_count_graphemes(const char *text);

/* How many bytes from text on are what people see as one character (a grapheme cluster
 * of UAX #29); 0 at the end. */
size_t utf8_grapheme(const char *text, size_t len);
/* text[0..len), one grapheme, is shown as an emoji: a pictograph of its own plane or
 * one asked to be shown so, a flag, a keycap. */
bool utf8_is_emoji(const char *text, size_t len);

/* The text with case differences removed (for comparing names); caller frees. */
char *utf8_casefold(const char *text);

/* The base letters of the text: é to e, ł as it is when it has none; caller frees. */
char *utf8_strip_marks(const char *text);

/* The text without what could make it read otherwise than it was written: control and
 * format characters (Cc but the line feed, Cf such as bidirectional overrides), other
 * line ends, and invalid bytes; caller frees. */
char *utf8_strip_format(const char *text);

/* Largest n <= max_bytes such that text[0..n) ends at a code point's end. */
size_t utf8_cut(const char *text, size_t max_bytes);

/*
 * The text as it may stand in a log line, a terminal or an error sentence: control and
 * format characters (Cc, Cf) and invalid bytes as \xNN, at most max_bytes and then
 * "…". Caller frees.
 */
char *utf8_printable(const char *text, size_t len, size_t max_bytes);

#endif
