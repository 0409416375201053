/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An incident: the newest known value of every field, when each was named, and what has
 * been said of it. Plain data; policy/incident.h changes it.
 */
#ifndef BUDKAVLE_MODEL_INCIDENT_H
#define BUDKAVLE_MODEL_INCIDENT_H

#include "model/event.h"

enum {
    PUBLIC_ID_SIZE = 40
};

/* The order of the event that last named a field. Zeroed: never named. */
struct stamp {
    bool named;
    bool has_revision;
    int64_t revision;
    int64_t at_ms;
    int64_t receipt; /* the store's number of the event: order of receipt */
};

/* What the public was told last; decides what is news. Valid when zeroed. */
struct said {
    bool anything;
    enum incident_status status;
    int64_t etr_at_ms; /* TIME_NONE: no estimate was said (0 while !anything) */
    bool cause;        /* a known cause was said */
    int64_t planned_from_ms, planned_to_ms; /* 0: none */
    enum notice planned_stage; /* newest of PLANNED, _3D, _1D, _1H, _STARTED; else NONE.
                                  _STARTED stays when the work has another status */
    bool merged;          /* that it is part of another one; nothing was said since */
    int64_t spoken_at_ms; /* when the newest word was written; TIME_NONE: never */
    int64_t next_word_at_ms; /* the promise in it; TIME_NONE: none */
    int64_t lapses;          /* promises that passed since the newest event */
    int64_t danger; /* DANGER_BITs that were said and not said to be over (danger.h) */
    bool rights;    /* the right to compensation was said, or its moment passed */
};

/* What is known and must not be said yet, for it takes two persons. Valid when
 * zeroed. */
struct withheld {
    bool note;             /* the sender's own words */
    struct strings advice; /* keys of facts.advice */
    bool asked;            /* a second person was asked for it as it is now */
};

struct incident {
    int64_t row;             /* the store's key; 0 before it is saved */
    char id[PUBLIC_ID_SIZE]; /* the daemon's own, permanent, safe in a URL */
    char *source;
    char *incident; /* the sender's own number */
    bool exists;    /* kind and status are known */
    struct facts facts;
    struct stamp stamps[FIELD_COUNT];
    struct stamp newest; /* of all its events */
    struct said said;
    struct withheld withheld;
    int64_t sequence;        /* messages so far */
    int64_t merged_into_row; /* 0: not merged, or the other is not known yet */
    int64_t created_at_ms, updated_at_ms;
    int64_t exists_since_ms; /* TIME_NONE until it exists */
    int64_t closed_at_ms;    /* when it became restored or cancelled; else TIME_NONE */
    int64_t confirmed_at_ms; /* since when it is confirmed without a break, by its
                                events; TIME_NONE: it is not */
    int64_t
        next_check_ms; /* when a notice about a moment may be due; else TIME_NEVER */
};

void incident_clear(struct incident *incident);
bool incident_is_merged(const struct incident *incident); /* facts.merge_into is set */

#endif
