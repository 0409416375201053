/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the end of an SMTP transaction with one recipient means (RFC 5321 reply codes,
 * RFC 3463 enhanced codes).
 */
#ifndef BUDKAVLE_CHANNEL_SMTP_OUTCOME_H
#define BUDKAVLE_CHANNEL_SMTP_OUTCOME_H

#include "model/request.h"

/* has_recipient: it was one of several, so that one dead address is that row's end.
 * remote_id becomes the relay's queue id when it tells one. Addresses in the relay's
 * words are left out of the detail. */
void smtp_outcome(const struct reply *reply, bool has_recipient,
                  struct outcome *outcome);

#endif
