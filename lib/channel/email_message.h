/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The whole message that an e-mail delivery sends: header and both bodies.
 */
#ifndef BUDKAVLE_CHANNEL_EMAIL_MESSAGE_H
#define BUDKAVLE_CHANNEL_EMAIL_MESSAGE_H

#include "channel/driver.h"

/*
 * Writes the message for one recipient to out, CRLF lines. from and recipient have been
 * checked. Its Message-ID depends on message, recipient and from's host alone, so that a
 * repeat is known as one and answers find their thread.
 */
void email_message(const struct delivery_input *input, const char *from,
                   const char *recipient, struct buffer *out);

/* Subject and plain text of the same message. */
void email_show(const struct delivery_input *input, struct shown *shown);

#endif
