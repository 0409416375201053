/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two bodies of an e-mail: the same words as plain text and as HTML, every
 * configured language after the other.
 */
#ifndef BUDKAVLE_CHANNEL_EMAIL_BODY_H
#define BUDKAVLE_CHANNEL_EMAIL_BODY_H

#include "channel/driver.h"

/* texts: one set for each catalogue, in their order. */
void email_body_plain(const struct delivery_input *input, const struct texts *texts,
                      struct buffer *out);
void email_body_html(const struct delivery_input *input, const struct texts *texts,
                     const char *subject, struct buffer *out);

#endif
