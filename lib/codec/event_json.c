/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A batch of events: how it is cut into events, what an event is beside its fields, and
 * what comes of it when there are faults. Limits hold before anything is parsed, and
 * each event is parsed once.
 */
#include "codec/event_json.h"

#include "base/memory.h"
#include "codec/cap_event.h"
#include "codec/event_fields.h"
#include "codec/event_lines.h"
#include "codec/event_syntax.h"
#include "codec/input_text.h"
#include "codec/json_scan.h"
#include "codec/reader.h"

#include <stdlib.h>
#include <string.h>

struct batch {
    const char *source;
    const struct cap_kinds *cap_kinds;
    int64_t received_at_ms;
    const char *text;
    size_t len;
    struct input_place place; /* of the newest fault in the syntax */
    struct reader reader;
    struct events *events;
    enum status worst;
};

/* Of two failures the one that waiting may mend wins: a half-written file is waited for. */
static void
batch_failed(struct batch *batch, enum status status)
{
    static const int weights[STATUS_COUNT] = {
        [STATUS_REFUSED] = 1,
        [STATUS_LIMIT] = 2,
        [STATUS_INVALID] = 3,
    };

    if (weights[status] > weights[batch->worst])
        batch->worst = status;
}

/* A fault of the whole input, or of the event being read. */
static void
batch_fault(struct batch *batch, enum status status, const char *problem)
{
    reader_fault(&batch->reader, "%s", problem);
    batch_failed(batch, status);
}

/* Nobody mends a thousand faults at once, and reading on costs the daemon's time. */
static bool
has_enough_faults(const struct batch *batch)
{
    const struct faults *faults = batch->reader.faults;

    return faults->count + faults->dropped >= EVENT_BATCH_MAX_FAULTS;
}

static bool
read_id(struct reader *reader, json_t *value, void *out)
{
    return reader_string(reader, value, ID_MAX_CHARACTERS, out);
}

static bool
read_revision(struct reader *reader, json_t *value, void *out)
{
    struct event *event = out;

    event->has_revision = reader_integer(reader, value, &event->revision);
    return event->has_revision;
}

static const struct reader_member order_members[] = {
    { "incident", true, read_id, offsetof(struct event, incident) },
    { "event_id", false, read_id, offsetof(struct event, event_id) },
    { "revision", false, read_revision, 0 },
    { "at", false, reader_time_member, offsetof(struct event, at_ms) },
};

static void
read_fields(struct reader *reader, json_t *root, struct event *event)
{
    const char *name;
    json_t *value;

    json_object_foreach(root, name, value)
    {
        size_t mark = reader_enter_key(reader, name);

        event_field_read(reader, name, value, event);
        if (event->facts.merge_into != NULL && strcmp(name, "merge_into") == 0 &&
            string_equal(json_string_value(json_object_get(root, "incident")),
                         event->facts.merge_into))
            reader_fault(reader, "is the incident itself; it names the other one that "
                                 "this one is part of");
        reader_leave(reader, mark);
    }
}

/* A clock that is days ahead must not keep every later event out. */
static void
check_time(struct event *event)
{
    char at[TIMESTAMP_SIZE], received[TIMESTAMP_SIZE];

    if (event->at_ms <= event->received_at_ms + DAYS_MS)
        return;
    event->warning = string_format(
        "at: %s is more than 24 h ahead; the event is ordered by the time of receipt, "
        "%s",
        timestamp_format(event->at_ms, at),
        timestamp_format(event->received_at_ms, received));
    event->at_ms = event->received_at_ms;
}

static void
make_body(json_t *root, struct event *event)
{
    event->body = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
    if (event->body == NULL)
        fatal("event: a parsed event cannot be written");
    sha256_hex(event->body, strlen(event->body), event->digest);
    if (event->event_id == NULL)
        event->event_id = string_copy(event->digest);
}

static void
read_event(struct batch *batch, json_t *root)
{
    struct reader *reader = &batch->reader;
    struct event event = { 0 };

    event.at_ms = event.received_at_ms = batch->received_at_ms;
    reader_clean(reader, root);
    reader_members(reader, root, order_members, ARRAY_COUNT(order_members), &event);
    read_fields(reader, root, &event);
    if (reader->n_faults > 0)
        batch_failed(batch, STATUS_REFUSED);
    if (batch->worst != STATUS_OK) {
        event_clear(&event);
        return;
    }
    event.source = string_copy(batch->source);
    check_time(&event);
    make_body(root, &event);
    *events_add(batch->events) = event;
}

static bool
check_size(struct batch *batch, size_t len)
{
    if (len <= EVENT_MAX_BYTES)
        return true;
    reader_fault(&batch->reader,
                 "the event has %zu bytes; at most %d (256 KiB) are allowed", len,
                 (int)EVENT_MAX_BYTES);
    batch_failed(batch, STATUS_LIMIT);
    return false;
}

/* True when it is small and flat enough to be parsed. */
static bool
check_limits(struct batch *batch, const char *text, size_t len)
{
    size_t depth;

    if (!check_size(batch, len))
        return false;
    depth = json_depth(text, len);
    if (depth > EVENT_MAX_DEPTH) {
        reader_fault(&batch->reader,
                     "the event is nested %zu levels deep; at most %d are allowed",
                     depth, (int)EVENT_MAX_DEPTH);
        batch_failed(batch, STATUS_LIMIT);
        return false;
    }
    return true;
}

static void
begin_event(struct batch *batch, size_t line)
{
    batch->reader.event++;
    batch->reader.line = line;
    batch->reader.n_faults = 0;
}

/* The text from..to, without white space around it, is one event. */
static void
take_event(struct batch *batch, size_t from, size_t to, size_t line)
{
    const char *text = batch->text + from;
    json_error_t error;
    json_t *root;

    while (to > from && json_is_space(batch->text[to - 1]))
        to--;
    begin_event(batch, line);
    if (!check_limits(batch, text, to - from))
        return;
    root =
        json_loadb(text, to - from,
                   JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
    if (root == NULL) {
        input_place_move(&batch->place, batch->text, from);
        batch_failed(batch,
                     event_syntax_fault(&batch->reader, text, &batch->place, &error));
        return;
    }
    if (json_is_object(root)) {
        read_event(batch, root);
    } else {
        reader_refuse(&batch->reader, root, "an event, which is a JSON object");
        batch_failed(batch, STATUS_REFUSED);
    }
    json_decref(root);
}

/* What follows the element that ended at end. Returns whether there is one more. */
static bool
is_list_going_on(struct batch *batch, size_t end)
{
    size_t after = json_skip_space(batch->text, batch->len, end + 1);

    if (batch->text[end] == ',')
        return true;
    if (batch->text[end] == '}')
        batch_fault(batch, STATUS_INVALID,
                    "a comma or ] is expected after the event; found }");
    else if (after < batch->len)
        batch_fault(batch, STATUS_INVALID, "there is more after the end of the list");
    return false;
}

static void
parse_list(struct batch *batch, size_t start)
{
    size_t offset = json_skip_space(batch->text, batch->len, start + 1);
    bool going_on = true;

    if (offset < batch->len && batch->text[offset] == ']') {
        batch_fault(batch, STATUS_INVALID, "the list is empty; there is no event");
        return;
    }
    while (going_on) {
        size_t end;

        offset = json_skip_space(batch->text, batch->len, offset);
        end = json_element_end(batch->text, batch->len, offset);
        if (end == SIZE_MAX) {
            begin_event(batch, 0);
            batch_fault(batch, STATUS_INVALID,
                        "the text ends before the list of events is closed with ]; it "
                        "is cut off");
            return;
        }
        if (end == offset) {
            begin_event(batch, 0);
            batch_fault(batch, STATUS_INVALID,
                        "there is no event here; a comma is too many");
        } else {
            take_event(batch, offset, end, 0);
        }
        going_on = is_list_going_on(batch, end) && !has_enough_faults(batch);
        offset = end + 1;
    }
}

static void
parse_lines(struct batch *batch)
{
    struct event_line line = { 0 };
    size_t offset = 0;

    while (!has_enough_faults(batch) &&
           event_line_next(batch->text, batch->len, &offset, &line))
        take_event(batch, line.from, line.to, line.number);
}

static void
parse_batch(struct batch *batch)
{
    size_t start = json_skip_space(batch->text, batch->len, 0);

    if (start == batch->len)
        batch_fault(batch, STATUS_INVALID, "there is no event; the text is empty");
    else if (batch->text[start] == '[')
        parse_list(batch, start);
    else if (event_lines_are(batch->text, batch->len))
        parse_lines(batch);
    else
        take_event(batch, start, batch->len, 0);
}

/* It may be late, or a copy of long ago: the sender is told, and who looks at it. */
static void
warn_expired(struct event *event, int64_t expires_ms)
{
    char at[TIMESTAMP_SIZE], *warning;

    if (expires_ms == TIME_NONE || expires_ms > event->received_at_ms)
        return;
    warning = string_format("expires: %s had passed when the alert came; it is taken "
                            "all the same%s%s",
                            timestamp_format(expires_ms, at),
                            event->warning == NULL ? "" : "; ",
                            event->warning == NULL ? "" : event->warning);
    free(event->warning);
    event->warning = warning;
}

static void
parse_alert(struct batch *batch)
{
    struct cap_reading reading = { 0 };
    enum status status;

    begin_event(batch, 0);
    if (!check_size(batch, batch->len))
        return;
    status = cap_event_read(batch->text, batch->len, batch->cap_kinds, &batch->reader,
                            &reading);
    if (status != STATUS_OK)
        batch_failed(batch, status);
    else
        read_event(batch, reading.event);
    if (batch->events->count > 0) {
        struct event *event = &batch->events->items[0];

        event->references = reading.references;
        reading.references = (struct strings){ 0 };
        warn_expired(event, reading.expires_ms);
    }
    strings_clear(&reading.references);
    json_decref(reading.event);
}

enum status
events_parse(const char *data, size_t len, const char *source, int64_t received_at_ms,
             struct events *events, struct faults *faults)
{
    static const struct cap_kinds no_words = { .otherwise = KIND_OTHER };

    return events_parse_with(data, len, source, &no_words, received_at_ms, events,
                             faults);
}

enum status
events_parse_with(const char *data, size_t len, const char *source,
                  const struct cap_kinds *cap_kinds, int64_t received_at_ms,
                  struct events *events, struct faults *faults)
{
    struct batch batch = {
        .source = source,
        .cap_kinds = cap_kinds,
        .received_at_ms = received_at_ms,
        .place = INPUT_PLACE_START,
        .reader = { .faults = faults },
        .events = events,
    };
    struct input_text input;
    struct error error = { "" };

    if (input_text_decode(data, len, &input, &error) != STATUS_OK ||
        input_text_check(&input, &error) != STATUS_OK) {
        batch_fault(&batch, STATUS_INVALID, error.text);
    } else {
        batch.text = input.text;
        batch.len = input.len;
        if (event_text_is_xml(input.text, input.len))
            parse_alert(&batch);
        else
            parse_batch(&batch);
    }
    if (batch.worst != STATUS_OK)
        events_clear(events);
    buffer_clear(&batch.reader.path);
    input_text_clear(&input);
    return batch.worst;
}
