/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which promises are about to pass, and which have, counted over all incidents: cheap
 * with many thousands open, for only those near are read.
 */
#ifndef BUDKAVLE_STORE_PROMISES_H
#define BUDKAVLE_STORE_PROMISES_H

#include "store/store.h"

#include <stddef.h>

/* Incidents by what became of their promise. */
enum promise_group {
    PROMISES_NEAR,    /* it passes within its warning */
    PROMISES_PASSED,  /* one passed, another is in force, and no event came */
    PROMISES_DROPPED, /* so many passed that nothing is promised any more */
    PROMISE_GROUP_COUNT
};

/* What is asked for. */
struct promise_watch {
    int64_t now_ms;
    int64_t
        warning_ms; /* so long before; at most a third of the promise's own length */
    int64_t lapses_most; /* so many lapses drop a promise; more: nobody hears of it */
};

struct promise_group_counts {
    int64_t count;
    int64_t newest_ms; /* when the newest of them came to be one; TIME_NONE: none */
};
struct promise_counts {
    struct promise_group_counts groups[PROMISE_GROUP_COUNT];
    int64_t next_ms; /* when another may be near; TIME_NEVER */
};
void store_promises_count(struct store *store, const struct promise_watch *watch,
                          struct promise_counts *counts);

/* Keys of those that pass first, or that were dropped longest ago. */
size_t store_promises_first(struct store *store, const struct promise_watch *watch,
                            enum promise_group group, int64_t *keys, size_t max);

#endif
