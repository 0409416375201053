/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Incidents and messages as the store keeps them: JSON text of our own, complete, read
 * back exactly. Not for outside readers: see shape.h.
 */
#ifndef BUDKAVLE_CODEC_RECORD_H
#define BUDKAVLE_CODEC_RECORD_H

#include "base/status.h"
#include "model/message.h"

/* Everything but row, id, source and incident, which have columns. Caller frees. */
char *incident_record_format(const struct incident *incident);
/* Fills everything but row, id, source and incident. STATUS_INVALID if it is damaged. */
enum status incident_record_parse(const char *text, struct incident *incident,
                                  struct error *error);

/* Everything but row, id, incident_row, sequence, notice, priority, written_at_ms,
 * incident_id, source and incident, which have columns. */
char *message_record_format(const struct message *message);
enum status message_record_parse(const char *text, struct message *message,
                                 struct error *error);

#endif
