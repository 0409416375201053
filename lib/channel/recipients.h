/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The recipients of a channel that addresses persons: `to`, or a list in `to_file`, the
 * same for every such driver.
 */
#ifndef BUDKAVLE_CHANNEL_RECIPIENTS_H
#define BUDKAVLE_CHANNEL_RECIPIENTS_H

#include "base/status.h"
#include "model/channel.h"

/* One address; the sentence does not name an option. */
typedef enum status recipient_check(const char *recipient, struct error *error);

/*
 * STATUS_INVALID unless there is one of to and to_file, every address of to passes check
 * and none is there twice, letter case aside; test_to is checked too, where it is given.
 * example is an address as it should be.
 */
enum status recipients_check(const struct channel *channel, recipient_check *check,
                             const char *example, struct error *error);

/* The addresses of to; NULL: a list. Borrowed. */
const struct strings *recipients_named(const struct channel *channel);

/* The recipient was one of several: it alone is refused, and the others get theirs. */
bool recipients_are_several(const struct channel *channel, bool has_recipient);

#endif
