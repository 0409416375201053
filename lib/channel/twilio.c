/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The Twilio driver: text messages through Twilio, one request for each recipient. It
 * knows no repeats, so after an answer that did not come its own list of what was sent is
 * asked first.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/quantity.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"
#include "channel/phone.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "channel/sms.h"
#include "channel/sms_look.h"
#include "channel/twilio_report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://api.twilio.com"

enum {
    SID_LENGTH = 34, /* two letters and 32 hexadecimal digits */
    VALIDITY_MAX_S = 36000
};

static const struct option_spec options[] = {
    { .name = "account",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The account's SID (begins with AC)." },
    { .name = "username",
      .type = OPTION_STRING,
      .doc =
          "The SID of an API key (begins with SK) to send with; the account itself." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the account's auth token, or with the secret of the API key in "
             "username." },
    { .name = "auth_token_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the account's auth token, which delivery reports are signed "
             "with, where password_file has the secret of an API key." },
    { .name = "from",
      .type = OPTION_STRING,
      .doc = "A number of the account's, or a name of at most 11 letters and digits; "
             "this or messaging_service." },
    { .name = "messaging_service",
      .type = OPTION_STRING,
      .doc = "The SID of a messaging service (begins with MG), which chooses the "
             "sender." },
    { .name = "validity",
      .type = OPTION_DURATION,
      .default_text = "4h",
      .min = 1000,
      .max = VALIDITY_MAX_S * INT64_C(1000),
      .doc = "How long a text message may wait at Twilio before it is given up." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "The address of the API." },
    SMS_OPTIONS_BUT_FROM,
    REPORT_OPTIONS,
};

#define HINT_FROM                                                                      \
    "set from to a number of the account's that sends text messages, or "              \
    "messaging_service to a service of it"

/* By the numbers of https://www.twilio.com/docs/api/errors, which stand in front of the
 * words. */
static const struct reply_rule rules[] = {
    { 0, "20003", OUTCOME_CREDENTIALS,
      "account and the auth token in password_file should be those of one account, or "
      "username and password_file an API key and its secret" },
    { 0, "20005", OUTCOME_CREDENTIALS,
      "the account is not active; see to it at Twilio" },
    { 0, "20008", OUTCOME_CREDENTIALS,
      "these are test credentials, which send nothing; use the live ones" },
    { 0, "20404", OUTCOME_CREDENTIALS,
      "account should be the account's SID, and url " DEFAULT_URL },
    { 0, "20429", OUTCOME_RETRY, NULL },
    { 0, "21610", OUTCOME_UNDELIVERABLE, "the recipient said STOP" },
    { 0, "21211", OUTCOME_UNDELIVERABLE, NULL },
    { 0, "21614", OUTCOME_UNDELIVERABLE, NULL },
    { 0, "21612", OUTCOME_UNDELIVERABLE, NULL },
    { 0, "21265", OUTCOME_UNDELIVERABLE, NULL },
    { 0, "21635", OUTCOME_UNDELIVERABLE, NULL },
    { 0, "21408", OUTCOME_UNDELIVERABLE,
      "the country of this number is not allowed in the account's geographic "
      "permissions" },
    { 0, "21608", OUTCOME_UNDELIVERABLE,
      "a trial account sends to numbers that were verified there only" },
    { 0, "21611", OUTCOME_RETRY, NULL },
    { 0, "30001", OUTCOME_RETRY, NULL },
    { 0, "30002", OUTCOME_CREDENTIALS,
      "the account is suspended; see to it at Twilio" },
    { 0, "21617", OUTCOME_REFUSED, "set parts lower" },
    { 0, "21212", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21603", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21606", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21607", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21659", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21660", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21701", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21703", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21705", OUTCOME_CREDENTIALS, HINT_FROM },
    { 0, "21609", OUTCOME_CREDENTIALS, "report_url is not one that Twilio reaches" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "account should be the account's SID, and url " DEFAULT_URL },
};

/* "21211: The 'To' number is not a valid phone number." Caller frees. */
static char *
read_words(const struct reply *reply)
{
    char *code = json_reply_text(reply, "code");
    char *message = json_reply_text(reply, "message");
    char *words = NULL;
    if (code != NULL && message != NULL)
        words = string_format("%s: %s", code, message);
    else
        words = string_copy(code != NULL ? code : message);
    free(code);
    free(message);
    return words;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .remote_id = "/sid",
};

/* --- Options ---------------------------------------------------------------------- */

static const char *
base_of(const struct channel *channel)
{
    const char *url = channel_setting(channel, "url");
    return url == NULL ? DEFAULT_URL : url;
}

static enum status
check_sid(const struct channel *channel, const char *option, const char *prefix,
          struct error *error)
{
    const char *sid = channel_setting(channel, option);
    if (sid == NULL)
        return STATUS_OK;
    bool is_sid = strncmp(sid, prefix, 2) == 0 && strlen(sid) == SID_LENGTH;
    for (const char *c = sid; *c != '\0' && is_sid; c++)
        is_sid = isalnum((unsigned char)*c) != 0;
    if (is_sid)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s is \"%s\"; %s and 32 hexadecimal digits are needed", option,
                     sid, prefix);
}

static enum status
check_sender(const struct channel *channel, struct error *error)
{
    bool has_from = channel_setting(channel, "from") != NULL;
    bool has_service = channel_setting(channel, "messaging_service") != NULL;
    if (has_from == has_service)
        return error_set(error, STATUS_INVALID,
                         "%s of from and messaging_service is given; one is needed",
                         has_from ? "more than one" : "none");
    return STATUS_OK;
}

static enum status
check_secrets(const struct channel *channel, struct error *error)
{
    const char *token = channel_secret(channel, "auth_token_file");
    enum status status = http_secret_check(
        "password_file", channel_secret(channel, "password_file"), error);
    if (status == STATUS_OK && token != NULL)
        status = http_secret_check("auth_token_file", token, error);
    if (status == STATUS_OK && token == NULL &&
        channel_setting(channel, "username") != NULL &&
        channel_setting(channel, "report_url") != NULL)
        return error_set(error, STATUS_INVALID,
                         "report_url needs auth_token_file beside an API key in "
                         "username: reports are signed with the account's auth token");
    return status;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    enum status status = http_base_check("url", base_of(channel), error);
    if (status == STATUS_OK)
        status = check_sid(channel, "account", "AC", error);
    if (status == STATUS_OK)
        status = check_sid(channel, "username", "SK", error);
    if (status == STATUS_OK)
        status = check_sid(channel, "messaging_service", "MG", error);
    if (status == STATUS_OK)
        status = check_sender(channel, error);
    if (status == STATUS_OK)
        status = check_secrets(channel, error);
    if (status == STATUS_OK)
        status = report_check(channel, error);
    return status == STATUS_OK ? sms_check(channel, error) : status;
}

/* --- Requests --------------------------------------------------------------------- */

/* Caller frees. */
static char *
messages_url(const struct channel *channel)
{
    char *path = string_format("/2010-04-01/Accounts/%s/Messages.json",
                               channel_setting(channel, "account"));
    char *url = http_url_join(base_of(channel), path);
    free(path);
    return url;
}

/* What was sent to this number since the day on which the delivery began. */
static void
compose_look(const struct delivery_input *input, struct request *request)
{
    char since[TIMESTAMP_SIZE];
    struct buffer url = { 0 };
    char *address = messages_url(input->channel);
    timestamp_format_seconds(input->begun_at_ms - SMS_CLOCKS_DIFFER_MS, since);
    since[strcspn(since, "T")] = '\0';
    buffer_addf(&url, "%s?", address);
    form_add(&url, "To", input->recipient);
    form_add(&url, "DateSent>", since);
    form_add(&url, "PageSize", "100");
    http_request(request, "GET", buffer_take(&url));
    free(address);
}

static void
add_validity(const struct channel *channel, struct buffer *form)
{
    const char *text = channel_setting(channel, "validity");
    int64_t validity_ms = 0;
    if (!duration_parse(text == NULL ? "4h" : text, &validity_ms))
        return;
    char *seconds = string_format("%lld", (long long)(validity_ms / SECONDS_MS));
    form_add(form, "ValidityPeriod", seconds);
    free(seconds);
}

static enum status
compose_send(const struct delivery_input *input, struct request *request,
             struct error *error)
{
    const struct channel *channel = input->channel;
    struct buffer form = { 0 };
    char *text = sms_text(input, error);
    if (text == NULL)
        return STATUS_INVALID;
    char *callback = report_address(input);
    http_request(request, "POST", messages_url(channel));
    form_add(&form, "To", input->recipient);
    form_add(&form, "From", channel_setting(channel, "from"));
    form_add(&form, "MessagingServiceSid",
             channel_setting(channel, "messaging_service"));
    form_add(&form, "Body", text);
    form_add(&form, "StatusCallback", callback);
    add_validity(channel, &form);
    request_form(request, &form);
    free(callback);
    free(text);
    return STATUS_OK;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const char *username = channel_setting(input->channel, "username");
    enum status status = STATUS_OK;
    if (input->step->number == SMS_LOOK)
        compose_look(input, request);
    else
        status = compose_send(input, request, error);
    if (status != STATUS_OK)
        return status;
    request->recent_connection = true;
    request_basic(request,
                  username != NULL ? username
                                   : channel_setting(input->channel, "account"),
                  channel_secret(input->channel, "password_file"));
    return STATUS_OK;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    static const struct sms_list list = { .items = "messages",
                                          .id = "sid",
                                          .to = "to",
                                          .text = "body",
                                          .direction = "direction",
                                          .outgoing = "outbound" };
    return sms_look_next_step(&list, input, reply, step, outcome);
}

/* --- Answers ---------------------------------------------------------------------- */

/* The number is none, or its owner wants to hear no more. */
static bool
says_gone(const struct reply *reply)
{
    static const char *const codes[] = { "21211", "21614", "21610" };
    char *code = json_reply_text(reply, "code");
    bool is_gone = false;
    for (size_t i = 0; i < ARRAY_COUNT(codes) && code != NULL; i++)
        is_gone = is_gone || strcmp(codes[i], code) == 0;
    free(code);
    return is_gone;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    reply_table_outcome(&replies, reply, recipients_are_several(channel, has_recipient),
                        now_ms, outcome);
    outcome->gone = outcome->kind == OUTCOME_UNDELIVERABLE && says_gone(reply);
}

const struct driver driver_twilio = {
    .name = "twilio",
    .summary = "text messages (SMS) through Twilio",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
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
    .classify = classify,
    .report = twilio_report,
};
