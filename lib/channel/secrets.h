/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a peer says is shown to people and logged, and some peers repeat what they were
 * asked: an address that is itself a secret, or a token. It goes no further than here.
 */
#ifndef BUDKAVLE_CHANNEL_SECRETS_H
#define BUDKAVLE_CHANNEL_SECRETS_H

#include "base/buffer.h"
#include "model/channel.h"

enum {
    /* Shorter pieces of a secret are words that others say as well, such as those that
     * an address has in common with every other one of the vendor. */
    SECRET_LEAST_BYTES = 16
};

/*
 * True when the text has a piece of one of the channel's secrets in it: *out is then the
 * text with "…" for each. The pieces of a secret are what stands between the slashes,
 * signs and spaces of an address or a list. Else *out is left alone.
 */
bool secrets_hide(const struct channel *channel, const struct buffer *text,
                  struct buffer *out);

#endif
