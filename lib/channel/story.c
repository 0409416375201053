/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From answer to answer through a story.
 */
#include "channel/story.h"

#include <string.h>

static bool
go_to(struct delivery_step *step, enum story_step next)
{
    step->number = (int)next;
    return true;
}

bool
story_begin(const struct story *story, const struct delivery_input *input,
            struct delivery_step *step)
{
    bool has_first = input->first_remote_id != NULL && !input->is_test;
    return go_to(step, story->edits && has_first ? STORY_EDIT : STORY_SAY);
}

const char *
story_answered(const struct story *story, const struct delivery_input *input)
{
    if (!story->threads || input->is_test)
        return NULL;
    if (input->step->number == STORY_SAY)
        return input->first_remote_id;
    return input->step->number == STORY_SAY_PREVIOUS ? input->previous_remote_id : NULL;
}

static bool
is_gone(const struct story *story, const struct reply *reply,
        const struct outcome *outcome)
{
    if (reply->result != REPLY_ANSWERED)
        return false;
    if (story->is_gone != NULL)
        return story->is_gone(reply, outcome);
    return reply->code == 404 || reply->code == 410;
}

/* An old message that the peer fails to edit again and again holds the news up so often. */
enum {
    EDIT_ATTEMPTS = 3
};

static bool
after_edit(const struct story *story, const struct delivery_input *input,
           const struct reply *reply, struct delivery_step *step,
           struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_UNKNOWN)
        outcome->kind = OUTCOME_TRANSPORT;
    bool is_refused_long = outcome->kind == OUTCOME_RETRY &&
                           outcome->retry_after_ms < 0 &&
                           input->attempt >= EDIT_ATTEMPTS;
    return (outcome->kind == OUTCOME_DELIVERED || outcome->kind == OUTCOME_REFUSED ||
            is_refused_long || is_gone(story, reply, outcome)) &&
           go_to(step, STORY_SAY);
}

/* The message that was to be answered is gone: the one before it, else none. */
static bool
after_say(const struct story *story, const struct delivery_input *input,
          const struct reply *reply, struct delivery_step *step,
          const struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_DELIVERED || story_answered(story, input) == NULL ||
        !is_gone(story, reply, outcome))
        return false;
    bool has_other = step->number == STORY_SAY && input->previous_remote_id != NULL &&
                     strcmp(input->first_remote_id, input->previous_remote_id) != 0;
    return go_to(step, has_other ? STORY_SAY_PREVIOUS : STORY_SAY_ALONE);
}

bool
story_next_step(const struct story *story, const struct delivery_input *input,
                const struct reply *reply, struct delivery_step *step,
                struct outcome *outcome)
{
    switch ((enum story_step)step->number) {
    case STORY_BEGIN:
        return story_begin(story, input, step);
    case STORY_EDIT:
        return after_edit(story, input, reply, step, outcome);
    case STORY_SAY:
    case STORY_SAY_PREVIOUS:
        return after_say(story, input, reply, step, outcome);
    case STORY_SAY_ALONE:
    case STORY_OWN:
        break;
    }
    return false;
}
