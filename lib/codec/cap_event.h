/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An alert of CAP 1.2 as an event: what it says in the words of the event format, so
 * that it passes the same gate as every event. docs/events.md has the table.
 */
#ifndef BUDKAVLE_CODEC_CAP_EVENT_H
#define BUDKAVLE_CODEC_CAP_EVENT_H

#include "base/status.h"
#include "base/strings.h"
#include "codec/cap_document.h"
#include "codec/reader.h"
#include "model/cap.h"

struct cap_reading {
    json_t *event;             /* the event as JSON; a new reference */
    struct strings references; /* identifiers of earlier messages that it refers to */
    int64_t expires_ms;        /* of the first <info>; TIME_NONE: it says none */
};

/*
 * text: UTF-8. Unless STATUS_OK there are faults, and *reading is empty: STATUS_INVALID:
 * not XML, or cut off; STATUS_LIMIT; STATUS_REFUSED: breaks a rule of CAP 1.2, or is
 * nothing that can be an event (a draft, an acknowledgement).
 */
enum status cap_event_read(const char *text, size_t len, const struct cap_kinds *kinds,
                           struct reader *reader, struct cap_reading *reading);

/* --- Parts of it, each in a file of its own ---------------------------------------- */

/* cap_places.c: the areas of an <info> as a list of places; a new reference, NULL: it
 * has none. */
json_t *cap_places(const struct cap_element *info);

/* cap_kind.c: the kind of incident that the event of an <info> is. is_named: a word says
 * so; else it is what is taken otherwise. */
enum incident_kind cap_kind_of(const struct cap_element *info,
                               const struct cap_kinds *kinds, bool *is_named);

/* cap_own.c: whether the alert carries parameters of our own vocabulary. Then it is the
 * whole picture, and what they do not say is cleared. */
bool cap_is_own(const struct cap_element *alert);
/* Sets what they say, and clears what they do not, in the event. */
void cap_own_read(const struct cap_element *alert, json_t *event);

/* cap_texts.c: the texts for people of every <info>, by language; a new reference, NULL:
 * there are none. cap_parameter_texts: those of a parameter. */
json_t *cap_texts(const struct cap_element *alert);
json_t *cap_parameter_texts(const struct cap_element *alert, const char *name);

/* The value of the block (<parameter>, <eventCode>) of that name; NULL: none. */
char *cap_value(const struct cap_element *parent, const char *block, const char *name);

#endif
