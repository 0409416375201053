/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Promises: every notice of an open incident says when the next word comes, an estimate
 * is read as one, and so is the time at which planned work is to be over. When such a
 * time passes and nothing new was said, that is a notice by itself (lapsed).
 */
#ifndef BUDKAVLE_POLICY_PROMISE_H
#define BUDKAVLE_POLICY_PROMISE_H

#include "model/incident.h"

/* So many lapsed notices follow each other without an event between; the last of them
 * promises no further word, for nobody is known to keep it; a time that it names is told
 * when it passes. */
#define PROMISE_LAPSES_MOST 3
/* said.lapses when a promise was passed over because nobody is there to hear of it. */
#define PROMISE_UNHEARD (PROMISE_LAPSES_MOST + 1)

/* What was promised for the moment. Of several for the same moment the last named. */
enum promise_kind {
    PROMISE_WORD,     /* the next word */
    PROMISE_END,      /* the end of planned work */
    PROMISE_ESTIMATE, /* the estimated time of restoration */
    PROMISE_KIND_COUNT
};
struct promise {
    enum promise_kind kind;
    int64_t at_ms;   /* TIME_NEVER: nothing is promised */
    int64_t made_ms; /* when it was said */
};

/*
 * The promise in force that passes first: the promised word, or an estimate or an end of
 * planned work that was ahead when it was said. An incident that is over promises
 * nothing, unless it left a danger behind.
 */
struct promise promise_next(const struct incident *incident);

/* When that is; TIME_NEVER when nothing is promised. */
int64_t promise_due_at(const struct incident *incident);

/* The lapsed notice that is made now is the last of its row. */
bool promise_is_last(const struct incident *incident);

#endif
