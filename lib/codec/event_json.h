/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Outside text to checked events: the only gate. JSON object, array of objects, or one
 * object per line (NDJSON), or one alert of CAP 1.2 (XML); told by the content, not by a
 * name. UTF-8 or UTF-16 byte order marks and CRLF are accepted.
 */
#ifndef BUDKAVLE_CODEC_EVENT_JSON_H
#define BUDKAVLE_CODEC_EVENT_JSON_H

#include "base/status.h"
#include "model/event.h"
#include "model/fault.h"

#include <stddef.h>

enum {
    EVENT_MAX_BYTES = 256 * 1024,
    EVENT_MAX_DEPTH = 16,
    EVENT_BATCH_MAX_BYTES = 8 * 1024 * 1024, /* a request; files may be larger */
    EVENT_BATCH_MAX_FAULTS = 1000,           /* what comes after is not read */
};

/*
 * Parses a whole batch, taken or refused whole. Every fault of every event is
 * collected, until there are EVENT_BATCH_MAX_FAULTS. STATUS_OK; STATUS_INVALID: not JSON or XML, empty, or cut off (a half-written
 * upload looks so); STATUS_LIMIT: too large or deep; STATUS_REFUSED: JSON or XML, but not events.
 * Unless STATUS_OK, *events is empty and *faults has at least one row.
 */
enum status events_parse(const char *data, size_t len, const char *source,
                         int64_t received_at_ms, struct events *events,
                         struct faults *faults);

/* The same, with what the events of the source's alerts are. */
struct cap_kinds;
enum status events_parse_with(const char *data, size_t len, const char *source,
                              const struct cap_kinds *cap_kinds, int64_t received_at_ms,
                              struct events *events, struct faults *faults);

/* True when data begins as XML does, which no JSON does. */
bool events_look_like_xml(const char *data, size_t len);

/* True when data looks like one event per line (more than one line with content). */
bool events_look_like_lines(const char *data, size_t len);

#endif
