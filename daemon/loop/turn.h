/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A turn: what arrives in one round of the loop shares one transaction. Who changes the
 * store joins the turn; when everything that was active in this round has run, the
 * turn is committed once, and everybody who joined is told. Nobody waits for company.
 */
#ifndef BUDKAVLE_LOOP_TURN_H
#define BUDKAVLE_LOOP_TURN_H

#include "base/status.h"
#include "loop/loop.h"

struct turn;

/* commit does the work at the end of a turn and returns what to tell the joined. */
struct turn *turn_new(struct loop *loop,
                      enum status (*commit)(void *context, struct error *error),
                      void *context);
void turn_free(struct turn *turn); /* callbacks that wait are not run */

/*
 * Makes sure that this round ends with a commit; on_committed (may be NULL) runs after
 * it, in order of joining, with its status. What it joins itself is the next turn's.
 */
void turn_join(struct turn *turn,
               void (*on_committed)(void *context, enum status status,
                                    const struct error *error),
               void *context);

#endif
