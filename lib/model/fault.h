/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Faults of outside input: every one is collected, so that a sender can mend all at
 * once.
 */
#ifndef BUDKAVLE_MODEL_FAULT_H
#define BUDKAVLE_MODEL_FAULT_H

#include "base/buffer.h"

#include <stddef.h>

struct fault {
    size_t event;  /* number of the event in its batch, from 1; 0: the whole input */
    size_t line;   /* line in NDJSON or a configuration file, from 1; 0: none */
    char *field;   /* path such as "etr.at" or "places[2].name"; "" for the whole */
    char *problem; /* what was found and what is allowed */
};

struct faults {
    struct fault *items;
    size_t count;
    size_t dropped; /* faults beyond the first FAULTS_MAX, counted only */
};

enum {
    FAULTS_MAX = 100
};

void faults_add(struct faults *faults, size_t event, size_t line, const char *field,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
void faults_clear(struct faults *faults);

/* "event 3 (line 3): etr.at: "tomorrow" is not …", one line each, ended by LF. */
void faults_format(const struct faults *faults, struct buffer *out);

#endif
