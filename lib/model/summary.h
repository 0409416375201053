/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A summary: what a channel in storm mode says instead of a notice for each incident.
 * Plain data; policy/storm.h says when there is one, and a message carries it.
 */
#ifndef BUDKAVLE_MODEL_SUMMARY_H
#define BUDKAVLE_MODEL_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All incidents at one place: no place is named twice. */
struct summary_place {
    char *name; /* "": the place is not known */
    int64_t customers;
    int64_t incidents; /* open ones; 0: all that was there is over */
    bool is_due;       /* has a large incident that was not named here before */
};

struct summary {
    int64_t since_ms; /* when the channel went into storm mode */
    int64_t every_ms; /* how often a summary comes */
    int64_t open;     /* incidents */
    int64_t customers;
    int64_t fresh, ended;         /* incidents, since the summary that arrived last */
    struct summary_place *places; /* those that are due first; then by customers */
    size_t n_places;
    int64_t n_more;  /* places that are not in the list */
    bool is_further; /* names only what the one before it had no room for */
};

void summary_clear(struct summary *summary);
/* A zeroed place at the end of the list. */
struct summary_place *summary_place_add(struct summary *summary);
/* Puts the places in their order and keeps the first `most`; those that are due stay. */
void summary_sort(struct summary *summary, size_t most);

#endif
