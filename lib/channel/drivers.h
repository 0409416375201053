/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The drivers there are, for the registry alone; everybody else asks driver_find.
 */
#ifndef BUDKAVLE_CHANNEL_DRIVERS_H
#define BUDKAVLE_CHANNEL_DRIVERS_H

#include "channel/driver.h"

extern const struct driver driver_page;
extern const struct driver driver_cap;
extern const struct driver driver_email;
extern const struct driver driver_46elks;
extern const struct driver driver_twilio;
extern const struct driver driver_kannel;
extern const struct driver driver_smstools;
extern const struct driver driver_sms_http;
extern const struct driver driver_mastodon;
extern const struct driver driver_bluesky;
extern const struct driver driver_x;
extern const struct driver driver_slack;
extern const struct driver driver_teams;
extern const struct driver driver_discord;
extern const struct driver driver_telegram;
extern const struct driver driver_matrix;
extern const struct driver driver_mattermost;
extern const struct driver driver_rocketchat;
extern const struct driver driver_signal;
extern const struct driver driver_webpush;
extern const struct driver driver_ntfy;
extern const struct driver driver_gotify;
extern const struct driver driver_pushover;
extern const struct driver driver_webhook;
extern const struct driver driver_mqtt;
extern const struct driver driver_exec;
extern const struct driver driver_syslog;

#endif
