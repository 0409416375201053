/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A push subscription as a browser gives it (the Push API's PushSubscription, as JSON),
 * and as a recipient of a delivery. The address in it is a secret between browser, site
 * and push service, so that no sentence quotes it.
 */
#ifndef BUDKAVLE_CHANNEL_SUBSCRIPTION_H
#define BUDKAVLE_CHANNEL_SUBSCRIPTION_H

#include "base/p256.h"
#include "base/status.h"
#include "channel/push_encryption.h"

/* Strings are owned. Valid when zeroed. */
struct subscription {
    char *endpoint; /* where messages are posted */
    unsigned char browser_public[P256_PUBLIC_BYTES];
    unsigned char auth[PUSH_AUTH_BYTES];
    char *language; /* "sv"; NULL: not said */
};
void subscription_clear(struct subscription *subscription);

/*
 * {"endpoint": …, "keys": {"p256dh": …, "auth": …}, "language"?: …}; what else a browser
 * says is passed over. STATUS_INVALID with what is wrong.
 */
enum status subscription_parse(const char *text, struct subscription *subscription,
                               struct error *error);

/* As it is written always, so that two lines that say the same are one recipient; caller
 * frees. */
char *subscription_format(const struct subscription *subscription);

/* scheme://host[:port] of the address, as an origin is written (RFC 6454); caller
 * frees. */
char *subscription_origin(const char *endpoint);

#endif
