/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parts of the driver for a gateway that is described in the configuration: its
 * options, what is filled in where, what its answers mean, and its delivery reports.
 * Internal to sms_http*.c.
 */
#ifndef BUDKAVLE_CHANNEL_SMS_HTTP_H
#define BUDKAVLE_CHANNEL_SMS_HTTP_H

#include "channel/driver.h"
#include "channel/report.h"

/* sms_http_check.c */
enum status sms_http_check(const struct channel *channel, struct error *error);
/* Whether {name} is in the body or in one of the headers. */
bool sms_http_fills_in(const struct channel *channel, const char *name);

/* sms_http_reply.c */
void sms_http_classify(const struct channel *channel, const struct reply *reply,
                       bool has_recipient, int64_t now_ms, struct outcome *outcome);
enum status sms_http_report(const struct report_call *call,
                            struct delivery_report *report, struct error *error);

#endif
