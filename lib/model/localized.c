/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A text in one or several languages.
 */
#include "model/event.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The place of the language in the list; count when it has none. */
static size_t
language_index(const struct localized *text, const char *language)
{
    size_t i = 0;

    while (i < text->languages.count &&
           !string_equal(text->languages.items[i], language)) {
        i++;
    }
    return i;
}

/* Words in "en" do for "en-GB" (RFC 4647, lookup). */
static size_t
variety_index(const struct localized *text, const char *language)
{
    char *shorter = string_copy(language);
    size_t i = text->texts.count;
    char *dash;

    while (i == text->texts.count && (dash = strrchr(shorter, '-')) != NULL) {
        *dash = '\0';
        i = language_index(text, shorter);
    }
    free(shorter);
    return i;
}

const char *
localized_find(const struct localized *text, const char *language)
{
    size_t i = language_index(text, language);

    if (i == text->texts.count && language != NULL && strchr(language, '-') != NULL) {
        i = variety_index(text, language);
    }
    if (i == text->texts.count) {
        i = language_index(text, "");
    }
    if (i == text->texts.count) {
        i = 0;
    }
    return text->texts.count > 0 ? text->texts.items[i] : NULL;
}

void
localized_add(struct localized *text, const char *language, const char *value)
{
    strings_add(&text->languages, language == NULL ? "" : language);
    strings_add(&text->texts, value);
}

void
localized_clear(struct localized *text)
{
    strings_clear(&text->languages);
    strings_clear(&text->texts);
}

void
localized_copy(struct localized *to, const struct localized *from)
{
    strings_copy(&to->languages, &from->languages);
    strings_copy(&to->texts, &from->texts);
}

bool
localized_equal(const struct localized *a, const struct localized *b)
{
    if (a->languages.count != b->languages.count) {
        return false;
    }
    for (size_t i = 0; i < a->languages.count; i++) {
        size_t j = language_index(b, a->languages.items[i]);

        if (j == b->languages.count ||
            !string_equal(a->texts.items[i], b->texts.items[j])) {
            return false;
        }
    }
    return true;
}
