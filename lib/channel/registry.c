/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The registry: one row for each driver, in the order of the documentation; and what is
 * asked of any of them.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "channel/secrets.h"

#include <string.h>

static const struct driver *const drivers[] = {
    &driver_page,       &driver_cap,        &driver_email,    &driver_46elks,
    &driver_twilio,     &driver_kannel,     &driver_smstools, &driver_sms_http,
    &driver_mastodon,   &driver_bluesky,    &driver_x,        &driver_slack,
    &driver_teams,      &driver_discord,    &driver_telegram, &driver_matrix,
    &driver_mattermost, &driver_rocketchat, &driver_signal,   &driver_webpush,
    &driver_ntfy,       &driver_gotify,     &driver_pushover, &driver_webhook,
    &driver_mqtt,       &driver_exec,       &driver_syslog,
};

void
driver_fill_request(const struct driver *driver, const struct channel *channel,
                    struct request *request)
{
    request->sender = driver->sender;
    request->timeout_ms = channel->timeout_ms;
    request->allow_private = request->allow_private || channel->allow_private;
    request->allow_http = channel->allow_http;
    string_replace(&request->channel, channel->name);
    string_replace(&request->proxy, channel->proxy);
    string_replace(&request->ca_file, channel->ca_file);
    string_replace(&request->ca_pem, channel->ca_pem);
}

const struct driver *
driver_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(drivers); i++) {
        if (strcmp(drivers[i]->name, name) == 0)
            return drivers[i];
    }
    return NULL;
}

void
driver_classify(const struct driver *driver, const struct channel *channel,
                const struct reply *reply, bool has_recipient, int64_t now_ms,
                struct outcome *outcome)
{
    struct reply clean = *reply;
    struct buffer detail = { 0 }, clean_detail = { 0 };
    buffer_add(&detail, reply->detail == NULL ? "" : reply->detail);
    clean.body = (struct buffer){ 0 };
    if (!secrets_hide(channel, &reply->body, &clean.body))
        clean.body = reply->body;
    if (secrets_hide(channel, &detail, &clean_detail))
        clean.detail = clean_detail.data;
    if (driver->classify != NULL)
        driver->classify(channel, &clean, has_recipient, now_ms, outcome);
    else
        reply_table_outcome(driver->replies, &clean,
                            recipients_are_several(channel, has_recipient), now_ms,
                            outcome);
    if (clean.body.data != reply->body.data)
        buffer_clear(&clean.body);
    buffer_clear(&clean_detail);
    buffer_clear(&detail);
}

const struct driver *const *
drivers_all(size_t *count)
{
    *count = ARRAY_COUNT(drivers);
    return drivers;
}
