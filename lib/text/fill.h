/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Puts values into a short phrase with slots, such as "{day} kl. {clock}". In a single
 * pass: a value that looks like a slot stays as it is.
 */
#ifndef BUDKAVLE_TEXT_FILL_H
#define BUDKAVLE_TEXT_FILL_H

#include <stddef.h>

struct fill {
    const char *name;
    const char *value;
};

/* A slot that no value is given for is left out. Caller frees. */
char *fill_phrase(const char *phrase, const struct fill *values, size_t n);

#endif
