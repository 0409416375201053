/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The escaping that everything from outside passes on its way into HTML or XML.
 */
#include "channel/markup.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

struct code_range {
    int32_t first, last;
};

/*
 * Beyond ASCII: controls (Cc), format characters (Cf, Unicode 15) and noncharacters
 * that XML 1.0 excludes. Overrides and isolates could make a text read otherwise than
 * it was written; invisible ones could hide a difference between two names.
 */
static const struct code_range left_out[] = {
    { 0x7F, 0x9F },       { 0xAD, 0xAD },       { 0x600, 0x605 },
    { 0x61C, 0x61C },     { 0x6DD, 0x6DD },     { 0x70F, 0x70F },
    { 0x890, 0x891 },     { 0x8E2, 0x8E2 },     { 0x180E, 0x180E },
    { 0x200B, 0x200F },   { 0x2028, 0x202E },   { 0x2060, 0x206F },
    { 0xFEFF, 0xFEFF },   { 0xFFF9, 0xFFFB },   { 0xFFFE, 0xFFFF },
    { 0x110BD, 0x110BD }, { 0x110CD, 0x110CD }, { 0x13430, 0x1343F },
    { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0001, 0xE007F },
};

static bool
is_left_out(int32_t code_point)
{
    for (size_t i = 0; i < ARRAY_COUNT(left_out); i++) {
        if (code_point < left_out[i].first)
            return false;
        if (code_point <= left_out[i].last)
            return true;
    }
    return false;
}

static void
put_ascii(struct buffer *out, unsigned char c)
{
    static const char *const references[128] = { ['&'] = "&amp;",
                                                 ['<'] = "&lt;",
                                                 ['>'] = "&gt;",
                                                 ['"'] = "&quot;",
                                                 ['\''] = "&#39;" };

    if (references[c] != NULL)
        buffer_add(out, references[c]);
    else if (c == '\t')
        buffer_add_char(out, ' ');
    else if (c == '\n' || (c >= ' ' && c != 0x7F))
        buffer_add_char(out, (char)c);
}

static size_t
plain_run(const char *text, size_t len, size_t start)
{
    size_t end = start;

    while (end < len && (unsigned char)text[end] >= ' ' &&
           (unsigned char)text[end] < 0x7F && strchr("&<>\"'", text[end]) == NULL)
        end++;
    return end - start;
}

/* Text that is not UTF-8: what is ASCII is kept, the rest cannot be known. */
static void
put_broken(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x80)
            put_ascii(out, (unsigned char)text[i]);
        else
            buffer_add(out, "\xEF\xBF\xBD");
    }
}

static void
put_run(struct buffer *out, const char *text, size_t len)
{
    size_t offset = 0;

    if (!utf8_is_valid(text, len)) {
        put_broken(out, text, len);
        return;
    }
    while (offset < len) {
        size_t run = plain_run(text, len, offset);
        size_t start = offset + run;

        buffer_append(out, text + offset, run);
        offset = start;
        if (offset == len)
            break;
        int32_t code_point = utf8_next(text, len, &offset);
        if (code_point < 0x80)
            put_ascii(out, (unsigned char)code_point);
        else if (!is_left_out(code_point))
            buffer_append(out, text + start, offset - start);
    }
}

void
markup_text(struct buffer *out, const char *text)
{
    if (text != NULL)
        put_run(out, text, strlen(text));
}

void
markup_element(struct buffer *out, const char *tag, const char *text)
{
    buffer_addf(out, "<%s>", tag);
    markup_text(out, text);
    buffer_addf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void
markup_attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_addf(out, " %s=\"", name);
    markup_text(out, value);
    buffer_add_char(out, '"');
}

void
markup_link(struct buffer *out, const char *href, const char *text)
{
    buffer_add(out, "<a");
    markup_attribute(out, "href", href);
    buffer_add_char(out, '>');
    markup_text(out, text);
    buffer_add(out, "</a>");
}

void
markup_time(struct buffer *out, int64_t time_ms, const char *text)
{
    char stamp[TIMESTAMP_SIZE];

    buffer_addf(out, "<time datetime=\"%s\">",
                timestamp_format_seconds(time_ms, stamp));
    markup_text(out, text);
    buffer_add(out, "</time>");
}

static void
put_paragraph(struct buffer *out, const char *text, size_t len)
{
    buffer_add(out, "<p>");
    while (len > 0) {
        const char *line_end = memchr(text, '\n', len);
        size_t n = line_end == NULL ? len : (size_t)(line_end - text);

        put_run(out, text, n);
        if (line_end == NULL)
            break;
        buffer_add(out, "<br>");
        text += n + 1;
        len -= n + 1;
    }
    buffer_add(out, "</p>\n");
}

void
markup_paragraphs(struct buffer *out, const char *text)
{
    if (text == NULL)
        return;
    text += strspn(text, "\n");
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        size_t kept = len;

        while (kept > 0 && text[kept - 1] == '\n')
            kept--;
        put_paragraph(out, text, kept);
        text += len;
        text += strspn(text, "\n");
    }
}
