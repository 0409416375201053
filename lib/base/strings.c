/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A list of owned strings.
 */
#include "base/strings.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void
strings_take(struct strings *list, char *text)
{
    list->items = memory_grow(list->items, list->count, sizeof(*list->items));
    list->items[list->count++] = text;
}

void
strings_add(struct strings *list, const char *text)
{
    strings_take(list, string_copy(text));
}

void
strings_copy(struct strings *to, const struct strings *from)
{
    if (to == from) {
        return;
    }
    strings_clear(to);
    for (size_t i = 0; i < from->count; i++) {
        strings_add(to, from->items[i]);
    }
}

void
strings_clear(struct strings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct strings){ 0 };
}

bool
strings_has(const struct strings *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (string_equal(list->items[i], text)) {
            return true;
        }
    }
    return false;
}

bool
strings_equal(const struct strings *a, const struct strings *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!string_equal(a->items[i], b->items[i])) {
            return false;
        }
    }
    return true;
}
