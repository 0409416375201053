/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What follows an answer: one function for each kind of step.
 */
#include "channel/bluesky_steps.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/bluesky_post.h"
#include "channel/bluesky_thread.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"

#include <stdlib.h>
#include <string.h>

/* A server that will not have a session that it has just made is left alone for so long:
 * it makes 300 a day. */
#define SESSION_REST_MS (15 * MINUTES_MS)

static bool
go_to(struct delivery_step *step, enum bluesky_step next)
{
    step->number = (int)next;
    return true;
}

/* From here on the note is this. */
static void
note_take(struct delivery_step *step, char *note)
{
    free(step->note);
    step->note = note;
}

/* Nothing was said by asking: whether the answer to that was lost is no matter. */
static void
settle_question(struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_UNKNOWN)
        outcome->kind = OUTCOME_TRANSPORT;
}

static bool
is_not_now(const struct outcome *outcome)
{
    return outcome->kind == OUTCOME_RETRY || outcome->kind == OUTCOME_TRANSPORT;
}

/* The access token, or the refresh token, does not hold any more; the code is 400 or
 * 401. */
static bool
is_token_refused(const struct reply *reply)
{
    static const char *const names[] = { "ExpiredToken", "InvalidToken",
                                         "AuthMissing" };
    if (reply->result != REPLY_ANSWERED || reply->code / 100 != 4)
        return false;
    char *name = json_reply_text(reply, "error");
    bool is_refused = false;
    for (size_t i = 0; name != NULL && i < ARRAY_COUNT(names); i++)
        is_refused = is_refused || strcmp(name, names[i]) == 0;
    free(name);
    return is_refused;
}

/* --- What is answered ------------------------------------------------------------- */

static bool
begin_to_answer(const struct delivery_input *input, struct delivery_step *step)
{
    if (bluesky_is_post(input->previous_remote_id))
        return go_to(step, BLUESKY_LOOK_PARENT);
    return go_to(step, bluesky_is_post(input->first_remote_id) ? BLUESKY_LOOK_FIRST
                                                               : BLUESKY_SAY);
}

static bool
begin_to_say(const struct delivery_input *input, struct delivery_step *step)
{
    return input->in_doubt ? go_to(step, BLUESKY_LOOK_OWN)
                           : begin_to_answer(input, step);
}

/* It is there: what it says counts, which may be less than would be said now. */
static bool
after_look_own(const struct delivery_input *input, const struct reply *reply,
               struct delivery_step *step, struct outcome *outcome)
{
    settle_question(outcome);
    if (is_not_now(outcome) && !bluesky_is_gone(reply))
        return false;
    if (outcome->kind != OUTCOME_DELIVERED)
        return begin_to_answer(input, step);
    char *said = bluesky_text_said(reply);
    char *ours = bluesky_text(input, NULL);
    if (input->n_carried != NULL && !string_equal(said, ours))
        *input->n_carried = 0;
    free(said);
    free(ours);
    return false;
}

static bool
after_parent_is_gone(const struct delivery_input *input, struct delivery_step *step)
{
    bool has_other = step->number == BLUESKY_LOOK_PARENT &&
                     bluesky_is_post(input->first_remote_id) &&
                     strcmp(input->first_remote_id, input->previous_remote_id) != 0;
    return go_to(step, has_other ? BLUESKY_LOOK_FIRST : BLUESKY_SAY);
}

/* A server that does not tell is taken by its silence to have what we know of. */
static bool
after_look(const struct delivery_input *input, const struct reply *reply,
           struct delivery_step *step, struct outcome *outcome)
{
    const char *asked = step->number == BLUESKY_LOOK_PARENT ? input->previous_remote_id
                                                            : input->first_remote_id;
    settle_question(outcome);
    if (bluesky_is_gone(reply))
        return after_parent_is_gone(input, step);
    if (is_not_now(outcome))
        return false;
    if (outcome->kind != OUTCOME_DELIVERED) {
        note_take(step, bluesky_thread_known(input));
        return go_to(step, BLUESKY_SAY);
    }
    note_take(step, bluesky_thread_note(reply, asked));
    char *root = bluesky_thread_root(step->note);
    bool is_root = strcmp(root, asked) == 0;
    free(root);
    return go_to(step, is_root ? BLUESKY_SAY : BLUESKY_LOOK_ROOT);
}

/* Where the first post is gone, a new thread begins. */
static bool
after_look_root(const struct reply *reply, struct delivery_step *step,
                struct outcome *outcome)
{
    settle_question(outcome);
    if (bluesky_is_gone(reply))
        note_take(step, NULL);
    else if (is_not_now(outcome))
        return false;
    return go_to(step, BLUESKY_SAY);
}

/* --- The session ------------------------------------------------------------------ */

/* Without a session nothing can be said to anybody: that is the channel's matter. */
static bool
after_session(const struct delivery_input *input, const struct reply *reply,
              struct delivery_step *step, struct outcome *outcome)
{
    settle_question(outcome);
    if (outcome->kind == OUTCOME_REFUSED)
        outcome->kind = OUTCOME_CREDENTIALS;
    if (outcome->kind != OUTCOME_DELIVERED)
        return false;
    char *session = bluesky_session_read(reply);
    if (session == NULL) {
        outcome_set(outcome, OUTCOME_CREDENTIALS,
                    "%lld, but without a session in the answer; url should be the "
                    "address of the server (PDS) where the account is",
                    (long long)reply->code);
        return false;
    }
    outcome->session = session;
    return step->number == BLUESKY_SESSION_ANEW ? go_to(step, BLUESKY_SAY_ANEW)
                                                : begin_to_say(input, step);
}

static bool
after_refresh(const struct reply *reply, struct delivery_step *step,
              struct outcome *outcome)
{
    char *session =
        outcome->kind == OUTCOME_DELIVERED ? bluesky_session_read(reply) : NULL;
    settle_question(outcome);
    if (session != NULL) {
        outcome->session = session;
        return go_to(step, BLUESKY_SAY_REFRESHED);
    }
    if (is_not_now(outcome) && !is_token_refused(reply))
        return false;
    return go_to(step, BLUESKY_SESSION_ANEW);
}

/* --- The post --------------------------------------------------------------------- */

static bool
after_say(const struct reply *reply, struct delivery_step *step,
          struct outcome *outcome)
{
    if (reply->result == REPLY_ANSWERED && reply->code / 100 == 2 &&
        outcome->kind != OUTCOME_DELIVERED)
        outcome_set(outcome, OUTCOME_DELIVERED, NULL); /* taken; not readable why */
    if (!is_token_refused(reply))
        return false;
    if (step->number == BLUESKY_SAY)
        return go_to(step, BLUESKY_REFRESH);
    if (step->number == BLUESKY_SAY_REFRESHED)
        return go_to(step, BLUESKY_SESSION_ANEW);
    outcome->kind = OUTCOME_RETRY;
    outcome->retry_after_ms = SESSION_REST_MS;
    return false;
}

static bool
is_session_step(const struct delivery_step *step)
{
    return step->number == BLUESKY_SESSION || step->number == BLUESKY_REFRESH ||
           step->number == BLUESKY_SESSION_ANEW;
}

/* The session was forgotten under way, so one was asked for instead of what the step
 * asks: the delivery begins anew under the options as they are now. */
static bool
has_lost_session(const struct delivery_step *step, const struct reply *reply,
                 struct outcome *outcome)
{
    char *session = is_session_step(step) ? NULL : bluesky_session_read(reply);
    if (session == NULL)
        return false;
    outcome_set(outcome, OUTCOME_RETRY,
                "the channel's options were changed while this was under way");
    outcome->session = session;
    return true;
}

/* A test asks for a session in any case: that is what it is about. */
static bool
begin(const struct delivery_input *input, struct delivery_step *step)
{
    struct bluesky_session session;
    bool has_session = bluesky_session_parse(input->session, &session);
    bluesky_session_clear(&session);
    return has_session && !input->is_test ? begin_to_say(input, step)
                                          : go_to(step, BLUESKY_SESSION);
}

bool
bluesky_next_step(const struct delivery_input *input, const struct reply *reply,
                  struct delivery_step *step, struct outcome *outcome)
{
    if (reply == NULL)
        return begin(input, step);
    if (has_lost_session(step, reply, outcome))
        return false;
    switch ((enum bluesky_step)step->number) {
    case BLUESKY_BEGIN:
        break;
    case BLUESKY_SESSION:
    case BLUESKY_SESSION_ANEW:
        return after_session(input, reply, step, outcome);
    case BLUESKY_LOOK_OWN:
        return after_look_own(input, reply, step, outcome);
    case BLUESKY_LOOK_PARENT:
    case BLUESKY_LOOK_FIRST:
        return after_look(input, reply, step, outcome);
    case BLUESKY_LOOK_ROOT:
        return after_look_root(reply, step, outcome);
    case BLUESKY_REFRESH:
        return after_refresh(reply, step, outcome);
    case BLUESKY_SAY:
    case BLUESKY_SAY_REFRESHED:
    case BLUESKY_SAY_ANEW:
        return after_say(reply, step, outcome);
    }
    return false;
}
