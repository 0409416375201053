/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Places in a row.
 */
#include "text/places.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "text/compose.h"
#include "text/fill.h"
#include "text/shorten.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Enough to find a place that is named twice, and cheap for thousands of places. */
    MAX_COMPARED = 64
};

static bool
is_among_first(const struct strings *names, const char *name)
{
    const struct strings first = {
        .items = names->items,
        .count = names->count < MAX_COMPARED ? names->count : MAX_COMPARED,
    };

    return strings_has(&first, name);
}

void
place_names(const struct facts *facts, struct strings *names)
{
    size_t n = facts_has(facts, FIELD_PLACES) ? facts->n_places : 0;

    for (size_t i = 0; i < n; i++) {
        char *name = single_line(facts->places[i].name);
        if (name && !is_among_first(names, name)) {
            strings_take(names, name);
        } else {
            free(name);
        }
    }
}

/* "A, B, C" of the first n. */
static void
add_names(const struct catalogue *catalogue, const struct strings *names, size_t n,
          size_t name_septets, struct buffer *out)
{
    for (size_t i = 0; i < n; i++) {
        char *name = shorten(names->items[i], name_septets);
        if (i > 0) {
            buffer_addf(out, "%s ", catalogue_phrase(catalogue, "places.comma"));
        }
        buffer_add(out, name);
        free(name);
    }
}

/* The first n_named by name, the others counted. */
static char *
list_of(const struct catalogue *catalogue, const struct strings *names, size_t n_named,
        size_t name_septets)
{
    struct buffer list = { 0 };
    size_t n_more = names->count - n_named;
    char *last;
    char *number;
    char *text;

    if (n_named == 0) {
        return NULL;
    }
    if (n_named == 1 && n_more == 0) {
        return shorten(names->items[0], name_septets);
    }
    add_names(catalogue, names, n_more > 0 ? n_named : n_named - 1, name_septets,
              &list);
    last = n_more > 0 ? NULL : shorten(names->items[n_named - 1], name_septets);
    number = catalogue_number(catalogue, (int64_t)n_more);
    text = fill_phrase(
        catalogue_phrase(catalogue, n_more == 0   ? "places.pair"
                                    : n_more == 1 ? "places.more.one"
                                                  : "places.more.other"),
        (struct fill[]){ { "list", list.data }, { "last", last }, { "n", number } }, 3);
    buffer_clear(&list);
    free(last);
    free(number);
    return text;
}

char *
place_list(const struct catalogue *catalogue, const struct strings *names,
           size_t max_named, size_t name_septets, size_t *named)
{
    size_t n_named = names->count < max_named ? names->count : max_named;
    char *text = list_of(catalogue, names, n_named, name_septets);
    char *longer;

    *named = n_named;
    if (n_named == 0 || names->count - n_named != 1) {
        return text;
    }
    /* To name the last one is better than to count it where it takes no more room. */
    longer = list_of(catalogue, names, n_named + 1, name_septets);
    if (utf8_count_code_points(longer) <= utf8_count_code_points(text)) {
        free(text);
        *named = n_named + 1;
        return longer;
    }
    free(longer);
    return text;
}

/* The length of the name without a house number: "Storgatan 4 B" is "Storgatan". */
static size_t
without_house_number(const char *name)
{
    size_t len = strlen(name);

    for (;;) {
        size_t word = len;
        while (word > 0 && name[word - 1] != ' ') {
            word--;
        }
        if (word == 0 || (len - word > 1 && !isdigit((unsigned char)name[word]))) {
            return len;
        }
        len = word - 1;
    }
}

static bool
has_ending(const char *name, const char *endings)
{
    char *street = string_copy_n(name, without_house_number(name));
    char *folded = utf8_casefold(street);
    size_t len = strlen(folded);
    bool found = false;

    while (*endings != '\0' && !found) {
        size_t n = strcspn(endings, " ");
        found = n > 0 && n <= len && memcmp(folded + len - n, endings, n) == 0;
        endings += n + strspn(endings + n, " ");
    }
    free(folded);
    free(street);
    return found;
}

char *
place_list_with_preposition(const struct catalogue *catalogue,
                            const struct strings *names, size_t n_named,
                            const char *list)
{
    const char *endings = catalogue_phrase(catalogue, "places.on_endings");
    size_t n_on = 0;

    for (size_t i = 0; i < n_named; i++) {
        n_on += has_ending(names->items[i], endings) ? 1 : 0;
    }
    return fill_phrase(catalogue_phrase(catalogue, n_on == 0         ? "places.in"
                                                   : n_on == n_named ? "places.on"
                                                                     : "places.mixed"),
                       (struct fill[]){ { "places", list } }, 1);
}

char *
text_places(const struct catalogue *catalogue, const struct facts *facts,
            size_t max_named)
{
    struct strings names = { 0 };
    size_t named;
    char *text;

    place_names(facts, &names);
    text = place_list(catalogue, &names, max_named > 0 ? max_named : 1, 0, &named);
    strings_clear(&names);
    return text;
}
