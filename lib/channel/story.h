/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One incident is one story on a channel: its first message is edited so that it says
 * what is known now, and later ones answer it. The steps of that, for any driver whose
 * messages have ids of the channel's own: what is gone is done without.
 */
#ifndef BUDKAVLE_CHANNEL_STORY_H
#define BUDKAVLE_CHANNEL_STORY_H

#include "channel/driver.h"

/* delivery_step.number; a driver's own steps begin at STORY_OWN. */
enum story_step {
    STORY_BEGIN,
    STORY_EDIT,         /* the first message says what is new */
    STORY_SAY,          /* a message, which answers the first one */
    STORY_SAY_PREVIOUS, /* that is gone: it answers the last one */
    STORY_SAY_ALONE,    /* that is gone too */
    STORY_OWN
};

struct story {
    bool edits, threads;
    /* True when the answer means that the message to be edited or answered is no more.
     * NULL: 404 and 410 do. */
    bool (*is_gone)(const struct reply *reply, const struct outcome *outcome);
};

/* From where the story goes on, after steps of the driver's own; true always. */
bool story_begin(const struct story *story, const struct delivery_input *input,
                 struct delivery_step *step);

/* driver.next_step for a driver whose steps are those of a story alone. What cannot be
 * edited does not keep the news back, nor, from the third attempt on, does a peer that
 * fails to edit it; an edit without an answer has said nothing yet, so it is tried again. */
bool story_next_step(const struct story *story, const struct delivery_input *input,
                     const struct reply *reply, struct delivery_step *step,
                     struct outcome *outcome);

/* The channel's own id of the message that this step answers; NULL: none. */
const char *story_answered(const struct story *story,
                           const struct delivery_input *input);

#endif
