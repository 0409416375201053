/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For a gateway that knows no repeats: after an answer that did not come, its own list of
 * what was sent is asked before anything is sent again. The steps of that.
 */
#ifndef BUDKAVLE_CHANNEL_SMS_LOOK_H
#define BUDKAVLE_CHANNEL_SMS_LOOK_H

#include "channel/driver.h"

/* delivery_step.number */
enum sms_step {
    SMS_BEGIN,
    SMS_LOOK, /* in doubt: was it sent already? */
    SMS_SEND
};

/* Names of members in the gateway's list. */
struct sms_list {
    const char *items; /* the list in the body's object */
    const char *id, *to, *text, *direction;
    const char *outgoing; /* how the direction of what we sent begins */
};

enum {
    /* The gateway's clock and ours may differ by so much. */
    SMS_CLOCKS_DIFFER_MS = 5 * 60 * 1000
};

/* driver.next_step with this list. Where the list cannot be had for good, the message is
 * sent, perhaps twice, rather than not at all. */
bool sms_look_next_step(const struct sms_list *list, const struct delivery_input *input,
                        const struct reply *reply, struct delivery_step *step,
                        struct outcome *outcome);

#endif
