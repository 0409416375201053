/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mark of the file that is being parsed: one record of a fixed size in a file of its
 * own, written before a file is parsed and wiped afterwards. What the kernel was given
 * outlives the process, so a mark that stands at the next start names exactly the file
 * whose parsing the process died of. Nothing is synced: a power cut is no fault of a
 * parser.
 */
#ifndef BUDKAVLE_SOURCES_PARSE_MARK_H
#define BUDKAVLE_SOURCES_PARSE_MARK_H

#include "base/status.h"

#include <stdbool.h>

struct parse_mark;

/* Opens or makes the file (0600). STATUS_IO; then *mark is NULL. */
enum status parse_mark_open(const char *path, struct parse_mark **mark,
                            struct error *error);
/* Leaves the file as it is. NULL is allowed. */
void parse_mark_close(struct parse_mark *mark);

/* What stood in it when it was opened, until the first set or clear; borrowed. */
bool parse_mark_standing(const struct parse_mark *mark, const char **source,
                         const char **name);

/* Failures are logged once and go no further: the count of deaths is then one short. */
void parse_mark_set(struct parse_mark *mark, const char *source, const char *name);
void parse_mark_clear(struct parse_mark *mark);

#endif
