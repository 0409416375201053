/* SPDX-License-Identifier: EUPL-1.2 */
/* Looks at the first bytes and lines only: what they hold is for the parsers. */
#include "codec/event_lines.h"

#include "codec/event_json.h"
#include "codec/input_text.h"
#include "codec/json_scan.h"

#include <stdint.h>
#include <string.h>

bool
event_line_next(const char *text, size_t len, size_t *offset, struct event_line *line)
{
    while (*offset < len) {
        const char *feed = memchr(text + *offset, '\n', len - *offset);
        size_t end = feed == NULL ? len : (size_t)(feed - text);

        line->number++;
        line->from = json_skip_space(text, end, *offset);
        line->to = end;
        while (line->to > line->from && json_is_space(text[line->to - 1]))
            line->to--;
        *offset = end + 1;
        if (line->to > line->from)
            return true;
    }
    return false;
}

bool
event_lines_are(const char *text, size_t len)
{
    struct event_line first = { 0 };
    struct event_line second;
    size_t offset = 0;

    if (!event_line_next(text, len, &offset, &first) || text[first.from] == '[')
        return false;
    second = first;
    if (!event_line_next(text, len, &offset, &second))
        return false;
    if (json_value_end(text + first.from, first.to - first.from) != SIZE_MAX)
        return true;
    return text[second.from] == '{' && strchr("{[:,", text[first.to - 1]) == NULL;
}

bool
events_look_like_lines(const char *data, size_t len)
{
    struct input_text input;
    bool lines = input_text_decode(data, len, &input, NULL) == STATUS_OK &&
                 event_lines_are(input.text, input.len);

    input_text_clear(&input);
    return lines;
}

bool
event_text_is_xml(const char *text, size_t len)
{
    size_t i = 0;

    while (i < len && strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0')
        i++;
    return i < len && text[i] == '<';
}

bool
events_look_like_xml(const char *data, size_t len)
{
    struct input_text input;
    bool is_xml = input_text_decode(data, len, &input, NULL) == STATUS_OK &&
                  event_text_is_xml(input.text, input.len);

    input_text_clear(&input);
    return is_xml;
}
