/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a text of events is told: lines of one event each, XML, or one JSON value. Inside
 * the codec only; others ask events_look_like_lines() and events_look_like_xml().
 */
#ifndef BUDKAVLE_CODEC_EVENT_LINES_H
#define BUDKAVLE_CODEC_EVENT_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A line with content, without white space around it. */
struct event_line {
    size_t from, to;
    size_t number;
};

/* Moves line to the next one with content; begin with a zeroed one. False: no more. */
bool event_line_next(const char *text, size_t len, size_t *offset,
                     struct event_line *line);

/*
 * Lines, when the first one holds a whole value. If it holds a broken one, the second
 * tells: inside one value it cannot begin with { unless the first leads up to it.
 */
bool event_lines_are(const char *text, size_t len);

/* XML begins with "<", and no JSON does. */
bool event_text_is_xml(const char *text, size_t len);

#endif
