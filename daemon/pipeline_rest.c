/* SPDX-License-Identifier: EUPL-1.2 */
/* When a message may go to a channel: each rule that makes it wait has its say here. */
#include "pipeline_internal.h"

struct rest
pipeline_rest(const struct speech *speech, const struct incident *incident,
              const struct message *message, const char *channel)
{
    struct rest rest = { .until_ms = speech->now_ms };

    if (speech->holding) {
        rest.hold = HOLD_APPROVAL; /* a second person decides; nothing else does */
        return rest;
    }

    (void)incident;
    (void)message;
    (void)channel;
    return rest;
}
