/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How many of a summary's places its short text names.
 */
#ifndef BUDKAVLE_TEXT_SUMMARY_H
#define BUDKAVLE_TEXT_SUMMARY_H

#include "text/compose.h"

/* Counted from the first; the least of all languages. */
size_t text_summary_named(struct catalogue *const *catalogues, size_t n,
                          const struct message *message,
                          const struct compose_context *context);

#endif
