/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What Twilio reports of a text message (status callbacks), and the proof that it is
 * Twilio who does: X-Twilio-Signature over the address and the fields.
 */
#ifndef BUDKAVLE_CHANNEL_TWILIO_REPORT_H
#define BUDKAVLE_CHANNEL_TWILIO_REPORT_H

#include "channel/report.h"

/* driver.report */
enum status twilio_report(const struct report_call *call,
                          struct delivery_report *report, struct error *error);

/* Whether the signature is that of the auth token over this address, as the gateway was
 * given it, with or without its port, and the call's fields. */
bool twilio_is_signed(const struct report_call *call, const char *address,
                      const char *auth_token, const char *signature);

/* The secret that reports are signed with: auth_token_file, else password_file. */
const char *twilio_auth_token(const struct channel *channel);

#endif
