/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the names of spool files mean.
 */
#ifndef BUDKAVLE_SOURCES_FILE_NAME_H
#define BUDKAVLE_SOURCES_FILE_NAME_H

#include <stdbool.h>

enum {
    FILE_NAME_MAX_BYTES = 120
};

/* Names that senders give to what is not finished; left alone in drop/. */
bool file_name_is_unfinished(const char *name);

/* What is wrong with the name, or NULL: it is accepted. A constant sentence. */
const char *file_name_problem(const char *name);

/* A name under which a file with a bad name is kept, and shown; caller frees. */
char *file_name_escape(const char *name);

#endif
