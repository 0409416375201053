/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the JSON parser says about broken text, in the words of a control room.
 */
#ifndef BUDKAVLE_CODEC_EVENT_SYNTAX_H
#define BUDKAVLE_CODEC_EVENT_SYNTAX_H

#include "base/status.h"
#include "codec/input_text.h"
#include "codec/reader.h"

#include <jansson.h>

/*
 * Adds the fault that the parser found in text, an event that begins at start of the
 * whole input. STATUS_INVALID; or STATUS_REFUSED for what more bytes would not mend,
 * such as a field that stands twice.
 */
enum status event_syntax_fault(struct reader *reader, const char *text,
                               const struct input_place *start,
                               const json_error_t *error);

#endif
