/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lines to fields, fields to events.
 */
#include "client/event_stream.h"

#include <string.h>

/* An event ends at an empty line; one without data is none. */
static void
end_event(struct event_stream *stream)
{
    const char *name = bytes_text(&stream->name);

    if (stream->has_data &&
        stream->each(stream->context, name[0] == '\0' ? "message" : name,
                     bytes_text(&stream->data)) == 0)
        stream->stopped = true;
    bytes_reset(&stream->name);
    bytes_reset(&stream->data);
    stream->has_data = false;
}

static void
add_bytes(struct event_stream *stream, struct bytes *to, const char *data, size_t len)
{
    if (!bytes_add(to, data, len))
        stream->out_of_memory = true;
}

/* Several data lines are one text with line feeds. */
static void
add_data(struct event_stream *stream, const char *value)
{
    if (stream->has_data)
        add_bytes(stream, &stream->data, "\n", 1);
    add_bytes(stream, &stream->data, value, strlen(value));
    stream->has_data = true;
}

static bool
is_field(const char *line, size_t name_len, const char *name)
{
    return name_len == strlen(name) && memcmp(line, name, name_len) == 0;
}

/* "name: value"; a line that begins with a colon is a comment, a sign of life. */
static void
take_field(struct event_stream *stream, const char *line)
{
    size_t name_len = strcspn(line, ":");
    const char *value = line + name_len;

    if (*value == ':')
        value++;
    if (*value == ' ')
        value++;
    if (is_field(line, name_len, "data")) {
        add_data(stream, value);
    } else if (is_field(line, name_len, "event")) {
        bytes_reset(&stream->name);
        add_bytes(stream, &stream->name, value, strlen(value));
    }
}

static void
end_line(struct event_stream *stream)
{
    const char *line = bytes_text(&stream->line);

    if (!stream->begun && strncmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3;
    stream->begun = true;
    if (line[0] == '\0')
        end_event(stream);
    else
        take_field(stream, line);
    bytes_reset(&stream->line);
}

bool
event_stream_feed(struct event_stream *stream, const char *data, size_t len)
{
    size_t at = 0;

    while (at < len && !stream->stopped && !stream->out_of_memory) {
        size_t n = 0;

        if (stream->after_return && data[at] == '\n')
            at++;
        stream->after_return = false;
        while (at + n < len && data[at + n] != '\n' && data[at + n] != '\r')
            n++;
        add_bytes(stream, &stream->line, data + at, n);
        at += n;
        if (at < len) {
            stream->after_return = data[at] == '\r';
            end_line(stream);
            at++;
        }
    }
    return !stream->stopped && !stream->out_of_memory;
}

void
event_stream_clear(struct event_stream *stream)
{
    bytes_clear(&stream->line);
    bytes_clear(&stream->name);
    bytes_clear(&stream->data);
}
