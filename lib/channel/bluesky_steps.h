/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From request to request through a delivery to Bluesky: the session, what is answered,
 * the post, and the session once more when it was too old.
 */
#ifndef BUDKAVLE_CHANNEL_BLUESKY_STEPS_H
#define BUDKAVLE_CHANNEL_BLUESKY_STEPS_H

#include "channel/driver.h"

/* delivery_step.number. Most deliveries take two: look for what is answered, say it. */
enum bluesky_step {
    BLUESKY_BEGIN,
    BLUESKY_SESSION,
    BLUESKY_LOOK_OWN,    /* in doubt: is it there already? */
    BLUESKY_LOOK_PARENT, /* the last post: is it there, and what does it answer? */
    BLUESKY_LOOK_FIRST,  /* that is gone: the first post */
    BLUESKY_LOOK_ROOT,   /* the root of the last one's thread: is it there? */
    BLUESKY_SAY,
    BLUESKY_REFRESH, /* the session was too old */
    BLUESKY_SAY_REFRESHED,
    BLUESKY_SESSION_ANEW, /* the refresh token was too old as well */
    BLUESKY_SAY_ANEW
};

/* driver.next_step. */
bool bluesky_next_step(const struct delivery_input *input, const struct reply *reply,
                       struct delivery_step *step, struct outcome *outcome);

#endif
