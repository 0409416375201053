/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Promises: every notice of an open incident says when the next word comes, and an
 * estimate is read as one. When such a time passes and nothing new was said, that is a
 * notice by itself (lapsed).
 */
#ifndef BUDKAVLE_POLICY_PROMISE_H
#define BUDKAVLE_POLICY_PROMISE_H

#include "model/incident.h"

/* So many lapsed notices follow each other without an event between; the last of them
 * promises no further word, for nobody is known to keep it. */
#define PROMISE_LAPSES_MOST 3

/* When the promise in force passes: the earlier of the promised word and an estimate
 * that was ahead when it was said; TIME_NEVER when nothing is promised. */
int64_t promise_due_at(const struct incident *incident);

/* The lapsed notice that is made now is the last of its row. */
bool promise_is_last(const struct incident *incident);

#endif
