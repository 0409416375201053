/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The description of a configuration option: one row carries type, range, default and
 * its sentence of documentation. The parser, its checks and the manual are made from
 * these rows. Drivers describe their own options with the same rows.
 */
#ifndef BUDKAVLE_MODEL_OPTION_H
#define BUDKAVLE_MODEL_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_STRING,
    OPTION_STRINGS, /* { "a", "b" } */
    OPTION_BOOL,
    OPTION_INTEGER,  /* min..max */
    OPTION_DURATION, /* min..max in ms */
    OPTION_SIZE,     /* bytes */
    OPTION_RATE,
    OPTION_CHOICE,      /* one of choices, separated by '|' */
    OPTION_PATH,        /* absolute */
    OPTION_FILE_SECRET, /* a file whose content is the value; never shown */
    OPTION_FILE_LIST,   /* a file of lines, read by its user; relative to the
                           configuration's folder */
    OPTION_MODE,        /* octal file mode */
    OPTION_COMMAND /* { "/absolute/path", "argument" }: a program that can be executed */
};

struct option_spec {
    const char *name;
    enum option_type type;
    const char *default_text; /* as it would be written; NULL: absent, or see doc */
    const char *choices;      /* for OPTION_CHOICE */
    int64_t min, max;         /* both 0: no range */
    bool required;
    const char *doc; /* one sentence */
};

#endif
