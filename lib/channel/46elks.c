/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The 46elks driver: text messages through the gateway of 46elks, one request for each
 * recipient. It knows no repeats, so after an answer that did not come its own list of
 * what was sent is asked first.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/phone.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "channel/report.h"
#include "channel/sms.h"
#include "channel/sms_look.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://api.46elks.com"

static const struct option_spec options[] = {
    { .name = "username",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The API username of the account (begins with u)." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the API password that belongs to username." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "The address of the gateway's API." },
    SMS_OPTIONS,
    REPORT_OPTIONS,
};

/* A refusal in plain text: of the number, of what is the account's, or of the message. */
static const struct reply_rule rules[] = {
    { 401, NULL, OUTCOME_CREDENTIALS,
      "username or the password in password_file is not that of the account" },
    { 402, NULL, OUTCOME_CREDENTIALS, "the account has no money left; fill it up" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the account may not send, most often because it has no money left; fill it up" },
    { 404, NULL, OUTCOME_CREDENTIALS, "url should be " DEFAULT_URL },
    { 400, "from", OUTCOME_CREDENTIALS,
      "set from to a name of at most 11 letters and digits or to a number of yours" },
    { 400, "sender", OUTCOME_CREDENTIALS,
      "set from to a name of at most 11 letters and digits or to a number of yours" },
    { 400, "credit", OUTCOME_CREDENTIALS, "the account has no money left; fill it up" },
    { 400, "balance", OUTCOME_CREDENTIALS,
      "the account has no money left; fill it up" },
    { 400, "number", OUTCOME_UNDELIVERABLE, NULL },
    { 400, "destination", OUTCOME_UNDELIVERABLE, NULL },
    { 400, "recipient", OUTCOME_UNDELIVERABLE, NULL },
    { 400, "receiver", OUTCOME_UNDELIVERABLE, NULL },
    { 400, "\"to\"", OUTCOME_UNDELIVERABLE, NULL },
};

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .remote_id = "/id",
};

static const char *
base_of(const struct channel *channel)
{
    const char *url = channel_setting(channel, "url");
    return url == NULL ? DEFAULT_URL : url;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *username = channel_setting(channel, "username");
    enum status status = http_base_check("url", base_of(channel), error);
    if (status == STATUS_OK && (username[0] == '\0' || strchr(username, ':') != NULL))
        status = error_set(error, STATUS_INVALID,
                           "username is \"%s\"; the API username of the account is "
                           "needed, without the password and without \":\"",
                           username);
    if (status == STATUS_OK)
        status = http_secret_check("password_file",
                                   channel_secret(channel, "password_file"), error);
    if (status == STATUS_OK)
        status = report_check(channel, error);
    return status == STATUS_OK ? sms_check(channel, error) : status;
}

/* What was sent to this number since the delivery began; the newest first. */
static void
compose_look(const struct delivery_input *input, struct request *request)
{
    char since[TIMESTAMP_SIZE];
    struct buffer url = { 0 };
    timestamp_format_seconds(input->begun_at_ms - SMS_CLOCKS_DIFFER_MS, since);
    since[strcspn(since, "Z")] = '\0'; /* their times have no zone and are in UTC */
    char *address = http_url_join(base_of(input->channel), "/a1/sms?");
    buffer_add(&url, address);
    form_add(&url, "to", input->recipient);
    form_add(&url, "end", since);
    form_add(&url, "limit", "100");
    http_request(request, "GET", buffer_take(&url));
    free(address);
}

static enum status
compose_send(const struct delivery_input *input, struct request *request,
             struct error *error)
{
    struct buffer form = { 0 };
    char *text = sms_text(input, error);
    if (text == NULL)
        return STATUS_INVALID;
    http_request(request, "POST", http_url_join(base_of(input->channel), "/a1/sms"));
    form_add(&form, "from", channel_setting(input->channel, "from"));
    form_add(&form, "to", input->recipient);
    form_add(&form, "message", text);
    form_add(&form, "dryrun", input->is_test ? "yes" : NULL);
    char *whendelivered = report_address(input);
    form_add(&form, "whendelivered", whendelivered);
    free(whendelivered);
    request_form(request, &form);
    free(text);
    return STATUS_OK;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    enum status status = STATUS_OK;
    if (input->step->number == SMS_LOOK)
        compose_look(input, request);
    else
        status = compose_send(input, request, error);
    if (status != STATUS_OK)
        return status;
    request->recent_connection = true;
    request_basic(request, channel_setting(input->channel, "username"),
                  channel_secret(input->channel, "password_file"));
    return STATUS_OK;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    static const struct sms_list list = { .items = "data",
                                          .id = "id",
                                          .to = "to",
                                          .text = "message",
                                          .direction = "direction",
                                          .outgoing = "outgoing" };
    return sms_look_next_step(&list, input, reply, step, outcome);
}

static enum status
report(const struct report_call *call, struct delivery_report *report,
       struct error *error)
{
    static const struct report_word words[] = {
        { "created", REPORT_PENDING },
        { "sent", REPORT_PENDING },
        { "delivered", REPORT_DELIVERED },
        { "failed", REPORT_FAILED },
    };
    enum status status =
        report_read_word(call, "status", words, ARRAY_COUNT(words), report, error);
    /* The token is always sent along: an id alone proves nothing. */
    if (status == STATUS_OK && report->token != NULL)
        report->remote_id = string_copy(form_value(call->fields, "id"));
    return status;
}

const struct driver driver_46elks = {
    .name = "46elks",
    .summary = "text messages (SMS) through 46elks",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .inbound = "text messages to a number",
    .idempotent = false,
    .wait_headers = "`Retry-After`",
    .concurrency = SMS_CONCURRENCY,
    .list_option = "to_file",
    .length = sms_length,
    .check = check,
    .compose = compose,
    .show = sms_show,
    .next_step = next_step,
    .recipients = recipients_named,
    .check_recipient = phone_check,
    .replies = &replies,
    .report = report,
};
