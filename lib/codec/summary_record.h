/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A summary as the store keeps it, and as others read it.
 */
#ifndef BUDKAVLE_CODEC_SUMMARY_RECORD_H
#define BUDKAVLE_CODEC_SUMMARY_RECORD_H

#include "base/status.h"
#include "model/message.h"

#include <jansson.h>

/* A new reference. */
json_t *summary_record_format(const struct summary *summary);
/* NULL: there is none. STATUS_INVALID when it is damaged; the sentence names the member. */
enum status summary_record_parse(json_t *record, struct summary *summary,
                                 struct error *error);

/* For outside readers: since, incidents, customers, new, ended, places (name, incidents,
 * customers), more_places, further, over, next_word_at. A new reference. */
json_t *summary_shape(const struct message *message);

#endif
