/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words in an event that a person wrote and readers get to see as they stand: note,
 * cause.text, etr.reason and planned.work, held to those rules of plain language that a
 * part of a text can break.
 */
#ifndef BUDKAVLE_TEXT_OWN_WORDS_H
#define BUDKAVLE_TEXT_OWN_WORDS_H

#include "model/event.h"
#include "text/plain.h"

/* Where words stand, such as "note" or "etr.reason.sv", and what was found. Borrowed. */
typedef void own_words_port(void *context, const char *field,
                            const struct plain_finding *finding);

/*
 * Calls each for every finding in what the event sets; returns how many stop a text.
 * Words without a language are judged as the first catalogue's, words in a language that
 * no catalogue has are said to nobody and not judged.
 */
size_t own_words_check(struct catalogue *const *catalogues, size_t n,
                       const char *page_url, const struct facts *facts,
                       own_words_port *each, void *context);

/* "note: E9: a sentence has 24 words; …; cause.text: E13: …", the stopping ones only when
 * stopping; NULL when there is nothing. Caller frees. */
char *own_words_sentence(struct catalogue *const *catalogues, size_t n,
                         const char *page_url, const struct facts *facts,
                         bool stopping);

#endif
