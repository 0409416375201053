/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The webhook driver: each message as JSON to one address, signed as Standard Webhooks
 * asks, so that the receiver can prove where it came from and know a repeat.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/cloud_event.h"
#include "channel/http_outcome.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/notice_body.h"
#include "channel/signature.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 16,
};

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "Where messages are posted: an https:// address, or http:// together with "
             "allow_http." },
    { .name = "secret_file",
      .type = OPTION_FILE_SECRET,
      .doc =
          "File with the secret that signs (whsec_ and the base64 of 24 to 64 bytes); "
          "while it is being changed, the new and the old one, a line each. Without "
          "it nothing is signed." },
    { .name = "form",
      .type = OPTION_CHOICE,
      .default_text = "standard",
      .choices = "standard|cloudevents|cloudevents-binary",
      .doc =
          "The envelope: that of Standard Webhooks, or a CloudEvent, whole in the body "
          "or with its attributes in headers; the signature is the same." },
    { .name = "event_source",
      .type = OPTION_STRING,
      .doc =
          "The source of CloudEvents: an address or a path; page_url, else /budkavle." },
    { .name = "event_type_prefix",
      .type = OPTION_STRING,
      .default_text = "budkavle.",
      .doc =
          "What stands before the type of a CloudEvent, such as your domain the other "
          "way round: \"se.example.\"." },
};

/* As they are written in the option `form`. */
static const char standard_form[] = "standard";
static const char binary_form[] = "cloudevents-binary";
static const char default_source[] = "/budkavle";
static const char default_prefix[] = "budkavle.";

static const char *
setting_or(const struct channel *channel, const char *name, const char *otherwise)
{
    const char *given = channel_setting(channel, name);
    return given == NULL ? otherwise : given;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *url = channel_setting(channel, "url");
    const char *secret = channel_secret(channel, "secret_file");
    enum status status = http_url_check("url", url, error);
    if (status == STATUS_OK && secret != NULL)
        status = signature_check(secret, error);
    if (status == STATUS_OK)
        status = cloud_event_source_check(
            "event_source", setting_or(channel, "event_source", default_source), error);
    if (status == STATUS_OK)
        status = cloud_event_source_check(
            "event_type_prefix",
            setting_or(channel, "event_type_prefix", default_prefix), error);
    return status;
}

static const char *
subject_of(const struct message *message)
{
    if (notice_is_alarm(message->notice))
        return message->alarm.subject;
    return notice_is_summary(message->notice) ? NULL : message->incident;
}

static void
post_cloud_event(const struct delivery_input *input, const char *time, bool is_binary,
                 struct request *request)
{
    const struct channel *channel = input->channel;
    const char *page = input->page_url == NULL ? default_source : input->page_url;
    char *type =
        string_format("%s%s", setting_or(channel, "event_type_prefix", default_prefix),
                      notice_type(input));
    const struct cloud_event event = { .id = input->message->id,
                                       .source =
                                           setting_or(channel, "event_source", page),
                                       .type = type,
                                       .time = time,
                                       .subject = subject_of(input->message) };
    const char *url = channel_setting(channel, "url");
    if (is_binary) {
        json_post(request, url, notice_data(input));
        cloud_event_headers(&event, request);
    } else {
        json_post_as(request, url, CLOUD_EVENT_TYPE,
                     cloud_event_wrap(&event, notice_data(input)));
    }
    free(type);
}

static void
post_body(const struct delivery_input *input, struct request *request)
{
    const char *form = setting_or(input->channel, "form", standard_form);
    char time[TIMESTAMP_SIZE];
    timestamp_format_seconds(input->message->written_at_ms, time);
    if (strcmp(form, standard_form) == 0)
        json_post(request, channel_setting(input->channel, "url"), notice_body(input));
    else
        post_cloud_event(input, time, strcmp(form, binary_form) == 0, request);
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    (void)error;
    const char *secret = channel_secret(input->channel, "secret_file");
    int64_t timestamp = input->now_ms / SECONDS_MS;
    post_body(input, request);
    request_header(request, "webhook-id", "%s", input->message->id);
    request_header(request, "webhook-timestamp", "%lld", (long long)timestamp);
    if (secret != NULL) {
        char *list =
            signature_format(secret, input->message->id, timestamp, &request->body);
        request_header(request, "webhook-signature", "%s", list);
        free(list);
    }
    return STATUS_OK;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    (void)has_recipient;
    http_outcome(reply, now_ms, outcome);
    /* The address is wrong or given up: no other message fares better there. */
    if (reply->result == REPLY_ANSWERED && (reply->code == 404 || reply->code == 410))
        outcome->kind = OUTCOME_CREDENTIALS;
}

const struct driver driver_webhook = {
    .name = "webhook",
    .summary = "JSON posted to an address of yours, signed (Standard Webhooks)",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_EACH,
    .read_by_people = false,
    .idempotent = true,
    .wait_headers = "`Retry-After`",
    .concurrency = CONCURRENCY,
    .retry_floor_ms = 1 * SECONDS_MS,
    .check = check,
    .compose = compose,
    .show = notice_body_show,
    .classify = classify,
};
