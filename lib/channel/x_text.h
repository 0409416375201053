/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a post on X says: within its weighted characters, without a web address that would
 * be paid for, and without addressing anybody.
 */
#ifndef BUDKAVLE_CHANNEL_X_TEXT_H
#define BUDKAVLE_CHANNEL_X_TEXT_H

#include "channel/driver.h"

enum {
    X_CHARACTERS = 280,
    X_CHARACTERS_MOST = 25000,
};

/* driver.length and driver.show. */
void x_length(const struct channel *channel, struct length_rule *rule);
void x_show(const struct delivery_input *input, struct shown *shown);

/* The text; an hour long the same at every attempt that is in doubt, for X knows a repeat
 * by its text alone. Caller frees; NULL: see the sentence. */
char *x_text(const struct delivery_input *input, struct error *error);

/* Leaves out each "@" that would make a name an account's, in place: X takes a wide one
 * for the same. */
void x_address_nobody(char *text);

#endif
