/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The GSM 03.38 alphabet as tables, and the folding of other text into it.
 */
#include "text/gsm7.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1: septets of each ASCII character, a row of
 * 16 a line; 0: not in the alphabet … */
/* clang-format off */
static const unsigned char ascii_septets[0x80] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 1,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 0,
};
/* clang-format on */
/* … and what stands outside ASCII. */
static const int32_t other_basic[] = {
    0x00A3, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x00D8, 0x00F8,
    0x00C5, 0x00E5, 0x0394, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8, 0x03A3,
    0x0398, 0x039E, 0x00C6, 0x00E6, 0x00DF, 0x00C9, 0x00A4, 0x00A1, 0x00C4, 0x00D6,
    0x00D1, 0x00DC, 0x00A7, 0x00BF, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
};
enum {
    EURO_SIGN = 0x20AC
};

/* Ranges whose every character has the same plain form. */
struct replacement {
    int32_t first, last;
    const char *text;
};

static const struct replacement replacements[] = {
    { 0x0009, 0x0009, " " },   { 0x0060, 0x0060, "'" },   { 0x00A0, 0x00A0, " " },
    { 0x00AB, 0x00AB, "\"" },  { 0x00AD, 0x00AD, "" },    { 0x00B0, 0x00B0, "" },
    { 0x00B2, 0x00B2, "2" },   { 0x00B3, 0x00B3, "3" },   { 0x00B4, 0x00B4, "'" },
    { 0x00B7, 0x00B7, "." },   { 0x00B9, 0x00B9, "1" },   { 0x00BB, 0x00BB, "\"" },
    { 0x00BC, 0x00BC, "1/4" }, { 0x00BD, 0x00BD, "1/2" }, { 0x00BE, 0x00BE, "3/4" },
    { 0x00D0, 0x00D0, "D" },   { 0x00D7, 0x00D7, "x" },   { 0x00DE, 0x00DE, "Th" },
    { 0x00F0, 0x00F0, "d" },   { 0x00FE, 0x00FE, "th" },  { 0x0110, 0x0110, "D" },
    { 0x0111, 0x0111, "d" },   { 0x0126, 0x0126, "H" },   { 0x0127, 0x0127, "h" },
    { 0x0131, 0x0131, "i" },   { 0x0141, 0x0141, "L" },   { 0x0142, 0x0142, "l" },
    { 0x014A, 0x014A, "N" },   { 0x014B, 0x014B, "n" },   { 0x0152, 0x0152, "OE" },
    { 0x0153, 0x0153, "oe" },  { 0x0166, 0x0166, "T" },   { 0x0167, 0x0167, "t" },
    { 0x0300, 0x036F, "" },    { 0x1E9E, 0x1E9E, "SS" },  { 0x2000, 0x200A, " " },
    { 0x200B, 0x200F, "" },    { 0x2010, 0x2015, "-" },   { 0x2018, 0x201B, "'" },
    { 0x201C, 0x201F, "\"" },  { 0x2022, 0x2022, "-" },   { 0x2026, 0x2026, "..." },
    { 0x2028, 0x2029, " " },   { 0x202A, 0x202E, "" },    { 0x202F, 0x202F, " " },
    { 0x2032, 0x2032, "'" },   { 0x2033, 0x2033, "\"" },  { 0x2039, 0x203A, "'" },
    { 0x2060, 0x206F, "" },    { 0x2116, 0x2116, "nr" },  { 0x2192, 0x2192, "->" },
    { 0x2212, 0x2212, "-" },   { 0x205F, 0x205F, " " },   { 0x3000, 0x3000, " " },
    { 0xFE00, 0xFE0F, "" },    { 0xFEFF, 0xFEFF, "" },
};

int
gsm7_septets(int32_t c)
{
    if (c >= 0 && c < 0x80) {
        return ascii_septets[c];
    }
    if (c == EURO_SIGN) {
        return 2;
    }
    for (size_t i = 0; i < ARRAY_COUNT(other_basic); i++) {
        if (other_basic[i] == c) {
            return 1;
        }
    }
    return 0;
}

long
gsm7_length(const char *text)
{
    size_t len = strlen(text);
    size_t offset = 0;
    long septets = 0;

    if (!utf8_is_valid(text, len)) {
        return -1;
    }
    while (offset < len) {
        int n = gsm7_septets(utf8_next(text, len, &offset));
        if (n == 0) {
            return -1;
        }
        septets += n;
    }
    return septets;
}

static const char *
replacement_find(int32_t c)
{
    for (size_t i = 0; i < ARRAY_COUNT(replacements); i++) {
        if (c >= replacements[i].first && c <= replacements[i].last) {
            return replacements[i].text;
        }
    }
    return NULL;
}

/* The base letter where the character is a letter with marks that the alphabet lacks. */
static void
fold_by_base_letter(const char *character, size_t len, struct buffer *out)
{
    char *one = string_copy_n(character, len);
    char *base = utf8_strip_marks(one);

    if (base[0] != '\0' && gsm7_length(base) > 0) {
        buffer_add(out, base);
    } else {
        buffer_add_char(out, '?');
    }
    free(base);
    free(one);
}

static void
fold_code_point(const char *text, size_t from, size_t to, int32_t c, struct buffer *out)
{
    const char *replacement;

    if (gsm7_septets(c) > 0) {
        buffer_append(out, text + from, to - from);
        return;
    }
    replacement = replacement_find(c);
    if (replacement) {
        buffer_add(out, replacement);
        return;
    }
    fold_by_base_letter(text + from, to - from, out);
}

char *
gsm7_fold(const char *text)
{
    struct buffer out = { 0 };
    size_t offset = 0;
    size_t len = strlen(text);
    char *normal;

    if (gsm7_length(text) >= 0) {
        return string_copy(text);
    }
    /* What is not text at all still must not stop a warning from being sent. */
    normal = utf8_is_valid(text, len) ? utf8_normalise(text)
                                      : utf8_printable(text, len, len * 4);
    len = strlen(normal);
    while (offset < len) {
        size_t from = offset;
        int32_t c = utf8_next(normal, len, &offset);
        fold_code_point(normal, from, offset, c, &out);
    }
    free(normal);
    return buffer_take(&out);
}

static size_t
count_question_marks(const char *text)
{
    size_t n = 0;

    while ((text = strchr(text, '?')) != NULL) {
        text++;
        n++;
    }
    return n;
}

bool
gsm7_can_say(const char *text)
{
    char *folded = gsm7_fold(text);
    bool can = count_question_marks(folded) == count_question_marks(text);

    free(folded);
    return can;
}
