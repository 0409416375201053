/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Facts as the store keeps them: every field, private ones too, read back exactly. Not
 * for outside readers: see shape.h.
 */
#ifndef BUDKAVLE_CODEC_FACTS_RECORD_H
#define BUDKAVLE_CODEC_FACTS_RECORD_H

#include "base/status.h"
#include "model/event.h"

#include <jansson.h>

/* A new reference. */
json_t *facts_record_format(const struct facts *facts);

/* Replaces *facts. Unless STATUS_OK they are empty; the sentence names the field. */
enum status facts_record_parse(json_t *record, struct facts *facts,
                               struct error *error);

/* One int64_t in a record. STATUS_INVALID when it is missing or no integer. */
enum status record_integer_parse(json_t *record, const char *key, int64_t *out,
                                 struct error *error);

#endif
