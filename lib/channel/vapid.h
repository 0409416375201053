/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a push service knows who sends (RFC 8292, VAPID): a token signed with the key that
 * the browsers were given when they subscribed.
 */
#ifndef BUDKAVLE_CHANNEL_VAPID_H
#define BUDKAVLE_CHANNEL_VAPID_H

#include "base/p256.h"
#include "base/status.h"

#include <stdint.h>

/* STATUS_INVALID unless the text of the file is a private key. */
enum status vapid_key_check(const char *key, struct error *error);
/* STATUS_INVALID unless subject is mailto: or https:, and leads to somebody: push services
 * refuse localhost. */
enum status vapid_subject_check(const char *subject, struct error *error);

/* What stands in Authorization for messages to this endpoint: "vapid t=…, k=…". Caller
 * frees; NULL: the key is none. */
char *vapid_authorization(const char *key, const char *subject, const char *endpoint,
                          int64_t now_ms);

#endif
