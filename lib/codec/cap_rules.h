/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of CAP 1.2 (OASIS CAP 1.2, 3.2), as a table: which elements there are, in
 * which order, how often, and what they hold; and the rules between elements. The
 * official schema holds the first half of them, and less strictly.
 */
#ifndef BUDKAVLE_CODEC_CAP_RULES_H
#define BUDKAVLE_CODEC_CAP_RULES_H

#include "codec/cap_document.h"
#include "codec/reader.h"

/* Adds a fault for everything in the alert that breaks a rule, with its line. */
void cap_check(const struct cap_element *alert, struct reader *reader);

#endif
