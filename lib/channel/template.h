/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Texts with places to be filled in, such as "to={to}&text={text}", as a configuration
 * writes them for a service that has no driver of its own. What is filled in is encoded
 * for where it stands, so that no text can end what it stands in. Braces around anything
 * but a word of small letters stand for themselves.
 */
#ifndef BUDKAVLE_CHANNEL_TEMPLATE_H
#define BUDKAVLE_CHANNEL_TEMPLATE_H

#include "base/buffer.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum template_encoding {
    TEMPLATE_PERCENT, /* a form, a query, a path */
    TEMPLATE_JSON,    /* inside a JSON string */
    TEMPLATE_PLAIN,   /* as it is */
    TEMPLATE_HEADER   /* as it is, without control characters */
};

struct template_value {
    const char *name;
    const char *value; /* bytes without a NUL; NULL: nothing */
};

/* STATUS_INVALID when a place has none of the names. The sentence names option. */
enum status template_check(const char *option, const char *pattern,
                           const char *const *names, size_t n_names,
                           struct error *error);

/* Whether the place {name} is in the pattern. pattern may be NULL. */
bool template_has(const char *pattern, const char *name);

/* Adds the pattern with its places filled in; a place without a value stays empty. */
void template_fill(const char *pattern, enum template_encoding encoding,
                   const struct template_value *values, size_t n_values,
                   struct buffer *out);

#endif
