/* SPDX-License-Identifier: EUPL-1.2 */
/* The name that was probably meant. */
#include "config/suggest.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_NAME = 40,
    MAX_DISTANCE = 2 /* edits between what was written and what was meant */
};

/* Levenshtein's distance; MAX_NAME for names that are too long to be compared. */
static size_t
distance(const char *a, const char *b)
{
    size_t row[MAX_NAME + 1];
    size_t len_a = strlen(a);
    size_t len_b = strlen(b);

    if (len_a >= MAX_NAME || len_b >= MAX_NAME) {
        return MAX_NAME;
    }
    for (size_t j = 0; j <= len_b; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= len_a; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= len_b; j++) {
            size_t best = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);

            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[len_b];
}

struct closest {
    const char *name;
    size_t distance;
};

static void
consider(struct closest *closest, const char *name, const char *candidate)
{
    size_t d = distance(name, candidate);

    if (d < closest->distance) {
        *closest = (struct closest){ candidate, d };
    }
}

static void
consider_all(struct closest *closest, const char *name,
             const struct option_spec *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        consider(closest, name, options[i].name);
    }
}

static bool
add_closest(const struct closest *closest, struct buffer *out)
{
    if (closest->name != NULL) {
        buffer_addf(out, ": did you mean \"%s\"?", closest->name);
    }
    return closest->name != NULL;
}

void
suggest_section(const char *name, struct buffer *out)
{
    struct closest closest = { NULL, MAX_DISTANCE + 1 };

    for (size_t i = 1; i < n_section_specs; i++) {
        consider(&closest, name, section_specs[i].name);
    }
    if (add_closest(&closest, out)) {
        return;
    }
    for (size_t i = 1; i < n_section_specs; i++) {
        buffer_addf(out, "%s%s", i == 1 ? "; there are " : ", ", section_specs[i].name);
    }
}

void
suggest_option(const struct drivers *drivers, const char *section, const char *name,
               struct buffer *out)
{
    const struct section_spec *spec = section_spec_find(section);
    struct closest closest = { NULL, MAX_DISTANCE + 1 };
    bool is_channel = strcmp(section, "channel") == 0;

    if (spec == NULL) {
        return;
    }
    consider_all(&closest, name, spec->options, spec->n_options);
    for (size_t i = 0; is_channel && i < drivers->count; i++) {
        consider_all(&closest, name, drivers->items[i].options,
                     drivers->items[i].n_options);
    }
    if (add_closest(&closest, out) || is_channel) {
        return;
    }
    for (size_t i = 0; i < spec->n_options; i++) {
        buffer_addf(out, "%s%s", i == 0 ? "; there are " : ", ", spec->options[i].name);
    }
}
