/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a correction is about: of the fields that a person sets right, those of which
 * something else was said. What was never said, or reads the same, is not wrong.
 */
#ifndef BUDKAVLE_POLICY_CORRECTION_H
#define BUDKAVLE_POLICY_CORRECTION_H

#include "model/event.h"

/* FIELD_BITs among `named` that were said in `said` and read otherwise in `now`. */
uint32_t correction_wrong(const struct facts *said, const struct facts *now,
                          uint32_t named);

/* Whether people read the same of the field in both; or nothing. */
bool correction_reads_alike(const struct facts *a, const struct facts *b,
                            enum event_field field);

/* The notice that says the whole picture to who heard nothing wrong. */
enum notice correction_plain_notice(const struct facts *facts);

#endif
