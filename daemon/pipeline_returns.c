/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What comes back of deliveries: readers who leave by the link in a mail, and mails that
 * could not be delivered. Both name the delivery by a token that only who had the mail
 * can have. Whom it is about stays in the store: the log has the delivery's number.
 */
#include "pipeline_internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/delivery_token.h"
#include "channel/driver.h"
#include "policy/bounce.h"
#include "store/left.h"

#include <stdlib.h>
#include <string.h>

void
returned_clear(struct returned *returned)
{
    free(returned->channel);
    *returned = (struct returned){ 0 };
}

/* The channel and the delivery that the token is of; false: none that is known. A test's
 * is not checked, for nothing comes of it. */
static bool
find_delivery(struct pipeline *pipeline, const char *token, struct outbound_row *row,
              const struct channel **channel)
{
    int64_t number = delivery_token_number(token);
    const char *keys = NULL;

    if (number <= 0 || !store_outbound_get(pipeline->store, number, row) ||
        row->recipient == NULL) {
        return number == 0;
    }
    *channel = config_channel(pipeline->config, row->channel);
    if (*channel != NULL) {
        keys = channel_secret(*channel, "token_key_file");
    }
    const struct token_subject subject = { .channel = row->channel,
                                           .delivery = row->row,
                                           .recipient = row->recipient };

    return keys != NULL && delivery_token_is_valid(keys, &subject, token);
}

static bool
is_list(const struct channel *channel)
{
    const struct driver *driver = driver_find(channel->driver);

    return driver != NULL && driver->list_option != NULL &&
           channel_setting(channel, driver->list_option) != NULL;
}

static void
note(struct pipeline *pipeline, const struct outbound_row *row, const char *result,
     const char *why, struct returned *returned)
{
    struct pipeline_news *news = news_add(pipeline, NEWS_RETURNED, NULL);

    returned->delivery = row->row;
    returned->channel = string_copy(row->channel);
    returned->result = result;
    returned->why = why;
    if (news != NULL) {
        news->channel = string_copy(row->channel);
        news->delivery = row->row;
        news->result = result;
        news->why = string_copy(why);
    }
}

static void
leave(struct pipeline *pipeline, const struct outbound_row *row,
      const struct departure *why, int64_t now_ms, struct returned *returned)
{
    struct departure departure = *why;

    departure.channel = row->channel;
    departure.recipient = row->recipient;
    returned->left = store_left_add(pipeline->store, &departure, now_ms);
}

enum status
pipeline_unsubscribe(struct pipeline *pipeline, const char *text, int64_t uid,
                     int64_t now_ms, struct returned *returned, struct error *error)
{
    const struct departure departure = { .reason = LEFT_UNSUBSCRIBED, .uid = uid };
    struct outbound_row row = { 0 };
    const struct channel *channel = NULL;
    char token[DELIVERY_TOKEN_SIZE];
    enum status status = STATUS_OK;

    if (!delivery_token_find(text, token) ||
        !find_delivery(pipeline, token, &row, &channel)) {
        status = error_set(error, STATUS_NOT_FOUND,
                           "there is no mail with this token (any more); the link of a "
                           "newer mail would be right");
    } else if (channel == NULL) {
        returned->why = "the token is that of a test, which is no delivery";
    } else if (!is_list(channel)) {
        status = error_set(error, STATUS_REFUSED,
                           "channel \"%s\" has no list to leave: the configuration "
                           "names its recipients in to, and there they are taken out",
                           row.channel);
    } else {
        store_begin(pipeline->store);
        leave(pipeline, &row, &departure, now_ms, returned);
        note(pipeline, &row, "unsubscribed", NULL, returned);
    }
    outbound_row_clear(&row);
    return status;
}

/* --- Mails that came back --------------------------------------------------------- */

static void
drop(struct returned *returned, const char *why)
{
    log_info("pipeline: a mail that came back is dropped: %s", why);
    returned->why = why;
}

/* A complaint may come to another address, and tells the one it went out with. */
static bool
find_token(const struct mail_report *report, const char *address,
           char token[DELIVERY_TOKEN_SIZE])
{
    return delivery_token_find(address, token) ||
           (report->kind == MAIL_REPORT_COMPLAINT &&
            delivery_token_find(report->original_from, token));
}

static void
take(struct pipeline *pipeline, const struct outbound_row *row,
     const struct channel *channel, enum bounce bounce, int64_t uid, int64_t now_ms,
     struct returned *returned)
{
    static const struct departure departures[BOUNCE_COUNT] = {
        [BOUNCE_GONE] = { .reason = LEFT_GONE, .detail = "a mail came back" },
        [BOUNCE_COMPLAINT] = { .reason = LEFT_UNSUBSCRIBED, .detail = "a complaint" },
    };
    struct departure departure = departures[bounce];
    const char *why = NULL;

    store_begin(pipeline->store);
    if (departure.detail == NULL) {
        why = "another mail may arrive";
    } else if (!is_list(channel)) {
        why = "the configuration names this recipient in to; take it out there";
    } else {
        departure.uid = bounce == BOUNCE_COMPLAINT ? uid : ACT_BY_DAEMON;
        leave(pipeline, row, &departure, now_ms, returned);
    }
    note(pipeline, row, bounce_name(bounce), why, returned);
}

void
pipeline_bounce(struct pipeline *pipeline, const struct mail_report *report,
                const char *address, int64_t uid, int64_t now_ms,
                struct returned *returned)
{
    enum bounce bounce = bounce_of(report);
    char token[DELIVERY_TOKEN_SIZE];
    struct outbound_row row = { 0 };
    const struct channel *channel = NULL;

    if (bounce == BOUNCE_NOTHING) {
        drop(returned,
             report->is_automatic ? "an automatic reply" : "it reports no failure");
    } else if (!find_token(report, address, token)) {
        drop(returned, "there is no token in the address that it came to");
    } else if (!find_delivery(pipeline, token, &row, &channel)) {
        drop(returned, "the token in its address is of no mail that is known");
    } else if (channel == NULL) {
        drop(returned, "it is about a test");
    } else {
        take(pipeline, &row, channel, bounce, uid, now_ms, returned);
    }
    outbound_row_clear(&row);
}

char *
pipeline_leave_page(const struct pipeline *pipeline, enum leave_page page)
{
    return leave_page(page, pipeline->catalogues, pipeline->n_catalogues,
                      pipeline->config->organisation, pipeline->config->contact);
}
