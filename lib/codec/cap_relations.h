/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the elements of an alert ask of one another. Inside the codec only.
 */
#ifndef BUDKAVLE_CODEC_CAP_RELATIONS_H
#define BUDKAVLE_CODEC_CAP_RELATIONS_H

#include "codec/cap_document.h"
#include "codec/reader.h"

/* The alert's elements are there and have their forms. Adds a fault for each rule that
 * is broken between them. */
void cap_check_relations(const struct cap_element *alert, struct reader *reader);

#endif
