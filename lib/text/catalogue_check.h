/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a catalogue must hold for the program to speak: every notice, every phrase, and
 * in each notice the source, the place and the time. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_CATALOGUE_CHECK_H
#define BUDKAVLE_TEXT_CATALOGUE_CHECK_H

#include "model/fault.h"

#include <stddef.h>

struct catalogue;

/* "file:line: problem", each once; line is counted as struct catalogue does. */
struct catalogue_faults {
    const struct catalogue *catalogue;
    struct faults *faults;
    size_t count;
};
void catalogue_fault(struct catalogue_faults *faults, size_t line, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

/* Sorts the phrases and adds a fault for everything that is missing or wrong; what is
 * missing is told with last_line. */
void catalogue_check(struct catalogue *catalogue, size_t last_line,
                     struct catalogue_faults *faults);

/* The parts of it that concern phrases (catalogue_phrases.c); they are found once they are
 * sorted, which tells of those that stand there twice. */
void catalogue_sort_phrases(struct catalogue *catalogue,
                            struct catalogue_faults *faults);
void catalogue_check_phrases(const struct catalogue *catalogue, size_t last_line,
                             struct catalogue_faults *faults);

#endif
