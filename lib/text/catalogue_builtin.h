/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The catalogues that are part of the program: the build makes the table from the files
 * of lib/text/catalogues, so that a language is one file.
 */
#ifndef BUDKAVLE_TEXT_CATALOGUE_BUILTIN_H
#define BUDKAVLE_TEXT_CATALOGUE_BUILTIN_H

#include <stddef.h>

struct catalogue_builtin {
    const char *language; /* NULL: the row behind the last */
    const char *file_name;
    const char *text;
};

extern const struct catalogue_builtin catalogue_builtins[];

#endif
