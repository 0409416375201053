/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Telephone numbers: those of recipients, in E.164, and the senders that a text message
 * may show. A number is a person's: sentences and details never show one whole.
 */
#ifndef BUDKAVLE_CHANNEL_PHONE_H
#define BUDKAVLE_CHANNEL_PHONE_H

#include "base/status.h"

/* STATUS_INVALID unless the number is "+", a country code and in all 7 to 15 digits
 * (ITU-T E.164). The sentence does not name an option. */
enum status phone_check(const char *number, struct error *error);

/* STATUS_INVALID unless it is such a number, a short number of 3 to 6 digits, or a name
 * of at most 11 letters, digits and spaces with a letter in it (3GPP TS 23.038 in the
 * address field of TS 23.040). The sentence names the option. */
enum status phone_sender_check(const char *option, const char *sender,
                               struct error *error);

/* The text with "…" for each run of seven digits or more, with or without separators and
 * a "+" before it. Caller frees. */
char *phone_hide(const char *text);

#endif
