/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads application/x-www-form-urlencoded text, as it stands in queries and in bodies
 * that come from outside (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).
 */
#ifndef BUDKAVLE_CHANNEL_FORM_H
#define BUDKAVLE_CHANNEL_FORM_H

#include <stdbool.h>
#include <stddef.h>

enum {
    FORM_FIELDS_MOST = 100
};

struct form_field {
    char *name, *value; /* decoded, UTF-8, without control characters but line ends */
};

/* In the order of the text. Valid when zeroed. */
struct form {
    struct form_field *items;
    size_t count;
};

/* Adds the fields of the text; false when it is not a form: a "%" without two digits, text
 * that is not UTF-8 or has control characters, or more fields than FORM_FIELDS_MOST. */
bool form_read(struct form *form, const char *text, size_t len);
void form_clear(struct form *form);

/* The value of the first field of that name, or NULL. Borrowed. */
const char *form_value(const struct form *form, const char *name);

#endif
