/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The messages that a catalogue is tried out with. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_TRIAL_MESSAGE_H
#define BUDKAVLE_TEXT_TRIAL_MESSAGE_H

#include "text/catalogue.h"

#include "model/message.h"

enum trial_sample {
    TRIAL_FULL,     /* all is known */
    TRIAL_BARE,     /* when it began, and when the next word comes */
    TRIAL_PASSED,   /* all is known, and the estimate has passed */
    TRIAL_EXERCISE, /* all is known, and nothing is for real */
    TRIAL_SAMPLE_COUNT
};
const char *trial_sample_name(enum trial_sample sample);

/* The moment at which the samples are read. */
int64_t trial_now_ms(void);

/* unsafe_water: of water that must not be drunk. Caller clears. */
void trial_message(const struct catalogue *catalogue, enum notice notice,
                   enum incident_kind kind, bool unsafe_water, enum trial_sample sample,
                   struct message *message);

#endif
