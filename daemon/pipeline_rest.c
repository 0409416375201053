/* SPDX-License-Identifier: EUPL-1.2 */
/* When a message may go to a channel: each rule that makes it wait has its say here. */
#include "pipeline_internal.h"

struct rest
pipeline_rest(const struct speech *speech, const struct incident *incident,
              const struct message *message, const char *channel)
{
    struct rest rest = { .until_ms = speech->now_ms };

    if (rest.hold == HOLD_NONE &&
        pipeline_storm_holds(speech, incident, message, channel)) {
        rest.hold = HOLD_STORM;
    }
    return rest;
}
