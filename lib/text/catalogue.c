/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Looking things up in a catalogue.
 */
#include "text/catalogue.h"

#include "base/memory.h"
#include "text/fill.h"
#include "text/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_IN_GROUP = 3,
    DIGITS_SIZE = 24
};

void
catalogue_free(struct catalogue *catalogue)
{
    if (!catalogue) {
        return;
    }
    for (size_t i = 0; i < catalogue->n_phrases; i++) {
        free(catalogue->phrases[i].key);
        free(catalogue->phrases[i].text);
    }
    for (int i = 0; i < NOTICE_COUNT; i++) {
        sentences_clear(&catalogue->notices[i].titles);
        sentences_clear(&catalogue->notices[i].body);
    }
    free(catalogue->phrases);
    free(catalogue->language);
    free(catalogue->file_name);
    free(catalogue->local_file_name);
    free(catalogue);
}

const char *
catalogue_language(const struct catalogue *catalogue)
{
    return catalogue->language;
}

void
catalogue_add_place(const struct catalogue *catalogue, size_t line, struct buffer *out)
{
    bool is_local = line >= catalogue->local_first_line;

    buffer_addf(
        out, "%s:%zu: ", is_local ? catalogue->local_file_name : catalogue->file_name,
        is_local ? line - catalogue->local_first_line + 1 : line);
}

static int
compare_key(const void *key, const void *phrase)
{
    return strcmp(key, ((const struct phrase *)phrase)->key);
}

const char *
catalogue_phrase(const struct catalogue *catalogue, const char *key)
{
    const struct phrase *found = NULL;

    if (catalogue->n_phrases > 0) {
        found = bsearch(key, catalogue->phrases, catalogue->n_phrases,
                        sizeof(struct phrase), compare_key);
    }
    return found ? found->text : NULL;
}

/* "space" stands for itself in the file, where blanks at an end do not count. */
static const char *
group_separator(const struct catalogue *catalogue)
{
    const char *separator = catalogue_phrase(catalogue, "number.group");

    if (!separator) {
        return "";
    }
    return strcmp(separator, "space") == 0 ? " " : separator;
}

char *
catalogue_number(const struct catalogue *catalogue, int64_t n)
{
    struct buffer out = { 0 };
    char digits[DIGITS_SIZE];
    size_t len;

    snprintf(digits, sizeof(digits), "%" PRIu64,
             n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n);
    len = strlen(digits);
    if (n < 0) {
        buffer_add_char(&out, '-');
    }
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % DIGITS_IN_GROUP == 0) {
            buffer_add(&out, group_separator(catalogue));
        }
        buffer_add_char(&out, digits[i]);
    }
    return buffer_take(&out);
}

const char *
catalogue_value(const struct catalogue *catalogue, const char *family,
                const struct names *names, int value)
{
    const char *name = name_of(names, value);
    char *key = string_format("%s.%s", family, name);
    const char *phrase = catalogue_phrase(catalogue, key);

    free(key);
    return phrase != NULL ? phrase : name;
}

char *
catalogue_plural(const struct catalogue *catalogue, const char *key, int64_t n)
{
    char *full_key = string_format("%s.%s", key, n == 1 ? "one" : "other");
    const char *phrase = catalogue_phrase(catalogue, full_key);
    char *number = catalogue_number(catalogue, n);
    char *text =
        fill_phrase(phrase ? phrase : "{n}", (struct fill[]){ { "n", number } }, 1);

    free(number);
    free(full_key);
    return text;
}
