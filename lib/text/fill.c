/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filling the slots of a phrase.
 */
#include "text/fill.h"

#include "base/buffer.h"

#include <string.h>

static const char *
fill_find(const struct fill *values, size_t n, const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(values[i].name) == len && memcmp(values[i].name, name, len) == 0) {
            return values[i].value;
        }
    }
    return NULL;
}

char *
fill_phrase(const char *phrase, const struct fill *values, size_t n)
{
    struct buffer out = { 0 };

    while (*phrase != '\0') {
        const char *end = *phrase == '{' ? strchr(phrase, '}') : NULL;

        if (end) {
            buffer_add(&out,
                       fill_find(values, n, phrase + 1, (size_t)(end - phrase) - 1));
            phrase = end + 1;
        } else {
            buffer_add_char(&out, *phrase);
            phrase++;
        }
    }
    return buffer_take(&out);
}
