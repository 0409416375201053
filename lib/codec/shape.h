/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The shapes that others read: incidents, messages and texts as JSON, with the event
 * format's field names. Only fields that are meant to be public are written; premises
 * never are. Unknown or cleared fields are absent. Times are RFC 3339 UTC.
 */
#ifndef BUDKAVLE_CODEC_SHAPE_H
#define BUDKAVLE_CODEC_SHAPE_H

#include "model/fault.h"
#include "model/message.h"

#include <jansson.h>

/* All return a new reference. */
json_t *facts_shape(const struct facts *facts);

/* id, source, incident, sequence, updated_at, revision, at, and the facts; merged_into
 * (a public id) when it has one. */
json_t *incident_shape(const struct incident *incident, const char *merged_into_id);

/* The incident as it stood when the message was written. */
json_t *message_incident_shape(const struct message *message);

/* message (id), incident (id), sequence, notice, written_at, next_word_at. */
json_t *message_shape(const struct message *message);

/* wrong (names of fields), was (their values), said_at, reason. */
json_t *correction_shape(const struct correction *correction);

/* kind, subject and cause (unless empty), since, told_at, times, waiting (unless 0). */
json_t *alarm_shape(const struct alarm *alarm);

/* {"sv": {"title": …, "short": …, "long": …}, …} */
json_t *texts_shape(const struct texts *texts);

/* [{"event": 1, "line": 1, "field": …, "problem": …}, …]; zero numbers left out. */
json_t *faults_shape(const struct faults *faults);

/* time_ms as a JSON string; NULL for TIME_NONE and TIME_NEVER, which json_object_set_new
 * refuses without harm. */
json_t *time_shape(int64_t time_ms);

#endif
