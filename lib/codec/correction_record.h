/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a message takes back, as the store keeps it in the message's record.
 */
#ifndef BUDKAVLE_CODEC_CORRECTION_RECORD_H
#define BUDKAVLE_CODEC_CORRECTION_RECORD_H

#include "base/status.h"
#include "model/message.h"

#include <jansson.h>

/* A new reference. */
json_t *correction_record_format(const struct correction *correction);

/* NULL: a message that takes nothing back. The sentence names what is missing. */
enum status correction_record_parse(json_t *record, struct correction *correction,
                                    struct error *error);

#endif
