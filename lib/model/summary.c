/* SPDX-License-Identifier: EUPL-1.2 */
/* A summary as plain data. */
#include "model/summary.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void
summary_clear(struct summary *summary)
{
    for (size_t i = 0; i < summary->n_places; i++) {
        free(summary->places[i].name);
    }
    free(summary->places);
    *summary = (struct summary){ 0 };
}

struct summary_place *
summary_place_add(struct summary *summary)
{
    /* The room doubles: it is full when the count is a power of two. */
    if ((summary->n_places & (summary->n_places - 1)) == 0) {
        summary->places = memory_resize(
            summary->places, summary->n_places == 0 ? 1 : summary->n_places * 2,
            sizeof(*summary->places));
    }
    summary->places[summary->n_places] = (struct summary_place){ 0 };
    return &summary->places[summary->n_places++];
}

/* Due before not due, many customers before few, and always in one order. */
static int
compare_places(const void *a, const void *b)
{
    const struct summary_place *x = a;
    const struct summary_place *y = b;

    if (x->is_due != y->is_due) {
        return x->is_due ? -1 : 1;
    }
    if (x->customers != y->customers) {
        return x->customers > y->customers ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

void
summary_sort(struct summary *summary, size_t most)
{
    if (summary->n_places > 1) {
        qsort(summary->places, summary->n_places, sizeof(*summary->places),
              compare_places);
    }
    while (summary->n_places > most && !summary->places[summary->n_places - 1].is_due) {
        free(summary->places[--summary->n_places].name);
        summary->n_more++;
    }
}
