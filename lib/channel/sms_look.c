/* SPDX-License-Identifier: EUPL-1.2 */
/* Looks in a gateway's list for a text message that may have been sent. */
#include "channel/sms_look.h"

#include "channel/json_reply.h"
#include "channel/sms.h"

#include <stdlib.h>
#include <string.h>

static bool
is_ours(const struct sms_list *list, const struct delivery_input *input,
        const json_t *sent)
{
    const char *to = json_string_value(json_object_get(sent, list->to));
    const char *direction = json_string_value(json_object_get(sent, list->direction));
    const char *text = json_string_value(json_object_get(sent, list->text));
    return text != NULL && to != NULL && strcmp(to, input->recipient) == 0 &&
           (direction == NULL ||
            strncmp(direction, list->outgoing, strlen(list->outgoing)) == 0) &&
           sms_is_said(input, text);
}

/* The id of the text message in the list that is this delivery's; caller frees. */
static char *
find_sent(const struct sms_list *list, const struct delivery_input *input,
          const struct reply *reply)
{
    json_t *body = json_reply(reply);
    char *id = NULL;
    size_t i;
    json_t *sent;
    json_array_foreach(json_object_get(body, list->items), i, sent)
    {
        if (id == NULL && is_ours(list, input, sent))
            id = json_member_text(sent, list->id);
    }
    json_decref(body);
    return id;
}

static bool
after_look(const struct sms_list *list, const struct delivery_input *input,
           const struct reply *reply, struct delivery_step *step,
           struct outcome *outcome)
{
    char *id = NULL;
    switch (outcome->kind) {
    case OUTCOME_DELIVERED:
        id = find_sent(list, input, reply);
        if (id != NULL) {
            free(outcome->remote_id);
            outcome->remote_id = id;
            return false;
        }
        break;
    case OUTCOME_UNKNOWN:
        outcome->kind = OUTCOME_TRANSPORT; /* nothing was sent by asking */
        return false;
    case OUTCOME_RETRY:
    case OUTCOME_TRANSPORT:
    case OUTCOME_CREDENTIALS:
        return false;
    case OUTCOME_REFUSED:
    case OUTCOME_UNDELIVERABLE:
    case OUTCOME_KIND_COUNT:
        break;
    }
    step->number = SMS_SEND;
    return true;
}

bool
sms_look_next_step(const struct sms_list *list, const struct delivery_input *input,
                   const struct reply *reply, struct delivery_step *step,
                   struct outcome *outcome)
{
    switch ((enum sms_step)step->number) {
    case SMS_BEGIN:
        step->number = input->in_doubt ? SMS_LOOK : SMS_SEND;
        return true;
    case SMS_LOOK:
        return after_look(list, input, reply, step, outcome);
    case SMS_SEND:
        break;
    }
    return false;
}
