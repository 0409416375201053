/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Promises about to pass, in words for those who are to keep them: source, number, mark
 * (an exercise, staff only), place, and what passes when.
 */
#ifndef BUDKAVLE_TEXT_PROMISE_TEXT_H
#define BUDKAVLE_TEXT_PROMISE_TEXT_H

#include "model/incident.h"
#include "text/catalogue.h"

/* "oms TB-1 Täby: the estimate 17:30"; form is what follows "alarm.promise." in the
 * catalogue. One line, printable. Caller frees. */
char *promise_text(const struct catalogue *catalogue, const struct incident *incident,
                   const char *form, int64_t at_ms, int64_t now_ms);

/* The lines, and how many more there are. Caller frees. */
char *promise_list_text(const struct catalogue *catalogue, const struct strings *lines,
                        int64_t more);

#endif
