/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A drill from a file of events: each becomes an exercise with a number of its own, so
 * that nothing real is touched. Internal to ctl/.
 */
#ifndef BUDKAVLE_CTL_EXERCISE_H
#define BUDKAVLE_CTL_EXERCISE_H

#include "base/buffer.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct exercise {
    const char
        *name;  /* stands before incident numbers and event ids; NULL: the date's */
    bool shift; /* all times move so that the newest event is of now */
    int64_t now_ms;
};

/*
 * Replaces the events (an object, an array, or one per line) by those of the exercise,
 * one per line. STATUS_INVALID: *error says which is no event.
 */
enum status exercise_make(const struct exercise *exercise, struct buffer *content,
                          struct error *error);

#endif
