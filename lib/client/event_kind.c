/* SPDX-License-Identifier: EUPL-1.2 */
/* Told by what no JSON has: a "<" at its beginning, or two objects with a line feed but
 * no comma between them. */
#include "client/event_kind.h"

#include <stdbool.h>
#include <string.h>

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_xml(const char *events, size_t len)
{
    static const char byte_order_mark[] = { '\xef', '\xbb', '\xbf' };
    size_t i = 0;

    if (len >= sizeof(byte_order_mark) &&
        memcmp(events, byte_order_mark, sizeof(byte_order_mark)) == 0)
        i = sizeof(byte_order_mark);
    while (i < len && is_space(events[i]))
        i++;
    return i < len && events[i] == '<';
}

static bool
is_lines(const char *events, size_t len)
{
    bool after_object = false;
    bool after_feed = false;
    size_t i;

    for (i = 0; i < len; i++) {
        if (events[i] == '{' && after_object && after_feed)
            return true;
        after_feed = events[i] == '\n' || (after_feed && is_space(events[i]));
        after_object = events[i] == '}' || (after_object && is_space(events[i]));
    }
    return false;
}

const char *
event_kind(const char *events, size_t len)
{
    if (is_xml(events, len))
        return "application/cap+xml";
    return is_lines(events, len) ? "application/x-ndjson" : "application/json";
}
