/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Removing what is over and old: the bodies of events, records of deliveries, whole
 * incidents, names of files that were taken. In bounded pieces, one a turn, so that a
 * million rows of one incident delay nobody. What is open, unfinished or parked stays,
 * whatever its age. The pages that become free are used again; the file does not shrink.
 */
#ifndef BUDKAVLE_STORE_RETENTION_H
#define BUDKAVLE_STORE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/* What closed before these moments (or was taken, or done) is old. */
struct retention_limits {
    int64_t bodies_ms;     /* bodies of events; identity and digest stay */
    int64_t deliveries_ms; /* records of deliveries; their counts stay */
    int64_t incidents_ms;  /* everything else of an incident, and names of files */
};

enum retention_stage {
    RETAIN_BODIES,
    RETAIN_DELIVERIES,
    RETAIN_INCIDENTS,
    RETAIN_FILES,
    RETAIN_ACTIONS,
    RETENTION_STAGE_COUNT
};

/* How far a pass has come. Zeroed: at its beginning. What a crash forgets of it is found
 * again. */
struct retention {
    enum retention_stage stage;
    /* The last incident looked at, by the order of closing: */
    int64_t closed_ms, row;
    int64_t incident;  /* under way; 0: none */
    int64_t seen_row;  /* its deliveries up to here are finished */
    bool seen;         /* all are */
    int64_t n_removed; /* incidents, in this pass */
};

/*
 * One piece, inside the running transaction: at most max_rows rows are read or removed.
 * False when the pass is over; then it stands at the beginning again.
 */
bool store_retain(struct store *store, struct retention *retention,
                  const struct retention_limits *limits, int64_t max_rows);

/* The latest end of an incident that was removed; TIME_NONE. */
int64_t store_forgotten_ms(struct store *store);

#endif
