/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values on one line and of limited length.
 */
#include "text/shorten.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "text/gsm7.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char ellipsis[] = "...";

enum {
    MAX_BYTES_OF_CODE_POINT = 4
};

static bool
is_space(int32_t c)
{
    return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029;
}

/* Marks that change the direction of what follows could disguise a text. */
static bool
is_direction_mark(int32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0x200E || c == 0x200F;
}

char *
single_line(const char *text)
{
    struct buffer out = { 0 };
    size_t len = text ? strlen(text) : 0;
    size_t offset = 0;
    bool space = false;
    char *valid = NULL;

    if (len > 0 && !utf8_is_valid(text, len)) {
        valid = utf8_printable(text, len, len * MAX_BYTES_OF_CODE_POINT);
        text = valid;
        len = strlen(valid);
    }
    while (offset < len) {
        size_t from = offset;
        int32_t c = utf8_next(text, len, &offset);

        if (is_space(c)) {
            space = out.len > 0;
        } else if (!is_direction_mark(c)) {
            if (space) {
                buffer_add_char(&out, ' ');
            }
            space = false;
            buffer_append(&out, text + from, offset - from);
        }
    }
    free(valid);
    return out.len > 0 ? buffer_take(&out) : NULL;
}

static bool
fits(const char *text, size_t max_septets)
{
    char *folded = gsm7_fold(text);
    bool fit = gsm7_length(folded) <= (long)max_septets;

    free(folded);
    return fit;
}

/* Where the word that text[0..len) ends in begins to be left out: the length without
 * it, or 0 when it is the first. */
static size_t
without_last_word(const char *text, size_t len)
{
    while (len > 0 && text[len - 1] != ' ') {
        len--;
    }
    while (len > 0 && strchr(" ,;:-", text[len - 1])) {
        len--;
    }
    return len;
}

/* The longest beginning of one long word that fits. */
static char *
broken_word(const char *text, size_t max_septets)
{
    size_t len = utf8_cut(text, max_septets * MAX_BYTES_OF_CODE_POINT);
    char *cut = string_copy_n(text, len);

    while (len > 0 && !fits(cut, max_septets)) {
        len = utf8_cut(cut, len - 1);
        cut[len] = '\0';
    }
    return cut;
}

char *
shorten(const char *text, size_t max_septets)
{
    size_t room = max_septets - strlen(ellipsis);
    size_t len;
    char *cut;
    char *shortened;

    /* No character takes less than nothing: a text of very many bytes cannot fit, and
     * is not worth folding as a whole. */
    if (max_septets == 0 || (strlen(text) <= max_septets * MAX_BYTES_OF_CODE_POINT &&
                             fits(text, max_septets))) {
        return string_copy(text);
    }
    len = utf8_cut(text, max_septets * MAX_BYTES_OF_CODE_POINT);
    cut = string_copy_n(text, len);
    if (len == strlen(text) || text[len] != ' ') {
        len = without_last_word(cut, len);
    }
    cut[len] = '\0';
    while (len > 0 && !fits(cut, room)) {
        len = without_last_word(cut, len);
        cut[len] = '\0';
    }
    if (len == 0) {
        free(cut);
        cut = broken_word(text, room);
    }
    shortened = string_format("%s%s", cut, ellipsis);
    free(cut);
    return shortened;
}
