/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two bodies of an e-mail, plain text and HTML: every language below the other.
 */
#ifndef BUDKAVLE_CHANNEL_EMAIL_BODY_H
#define BUDKAVLE_CHANNEL_EMAIL_BODY_H

#include "channel/rich.h"

void email_body_plain(const struct rich *languages, size_t n, struct buffer *out);
void email_body_html(const struct rich *languages, size_t n, const char *subject,
                     struct buffer *out);

#endif
