/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The webhook driver: each message as JSON to one address, signed as Standard Webhooks
 * asks, so that the receiver can prove where it came from and know a repeat.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_outcome.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/notice_body.h"
#include "channel/signature.h"

#include <stdlib.h>

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
};

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *url = channel_setting(channel, "url");
    const char *secret = channel_secret(channel, "secret_file");
    enum status status = http_url_check("url", url, error);
    if (status == STATUS_OK && secret != NULL)
        status = signature_check(secret, error);
    return status;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    (void)error;
    const char *secret = channel_secret(input->channel, "secret_file");
    int64_t timestamp = input->now_ms / SECONDS_MS;
    json_post(request, channel_setting(input->channel, "url"), notice_body(input));
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
