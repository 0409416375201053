/* SPDX-License-Identifier: EUPL-1.2 */
/* What operators' pauses and resumes were before, until the turn is committed. */
#include "outbound/internal.h"

#include "base/memory.h"

#include <stdlib.h>

struct pause_before {
    struct lane *lane;
    bool paused, by_fault;
    int64_t since_ms;
    char *reason;
    size_t n_parked;
    bool became; /* paused by the operator; else resumed */
};

void
outbound_pause_note(struct outbound *outbound, struct lane *lane, bool becomes)
{
    outbound->pauses =
        memory_grow(outbound->pauses, outbound->n_pauses, sizeof(outbound->pauses[0]));
    outbound->pauses[outbound->n_pauses++] =
        (struct pause_before){ .lane = lane,
                               .paused = lane->paused,
                               .by_fault = lane->paused_by_fault,
                               .since_ms = lane->paused_since_ms,
                               .reason = string_copy(lane->pause_reason),
                               .n_parked = lane->n_parked,
                               .became = becomes };
}

/* A fault that paused the lane meanwhile stands: its rows are recorded again. */
static void
put_back(const struct pause_before *before)
{
    struct lane *lane = before->lane;

    if (lane->paused != before->became || lane->paused_by_fault) {
        return;
    }
    if (lane->n_parked < before->n_parked) {
        lane->n_parked = before->n_parked;
    }
    lane->paused = before->paused;
    lane->paused_by_fault = before->by_fault;
    lane->paused_since_ms = before->since_ms;
    string_replace(&lane->pause_reason, before->reason);
}

void
outbound_pauses_end(struct outbound *outbound, bool kept)
{
    for (size_t i = outbound->n_pauses; i > 0; i--) {
        struct pause_before *before = &outbound->pauses[i - 1];

        if (!kept) {
            put_back(before);
        }
        free(before->reason);
    }
    outbound->n_pauses = 0;
}
