/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The kannel driver: text messages through a Kannel gateway of one's own. Everything
 * stands in headers and body of a POST, so that neither password nor number is part of
 * an address, which proxies and servers log.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/http_request.h"
#include "channel/phone.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "channel/report.h"
#include "channel/sms.h"
#include "text/gsm7.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Kannel user's guide, "Delivery reports": the events are bits of a mask. */
enum dlr {
    DLR_DELIVERED = 1,
    DLR_FAILED = 2,
    DLR_QUEUED = 4,
    DLR_ACCEPTED = 8,
    DLR_REJECTED = 16,
    DLR_ALL = 31
};

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The address of Kannel's smsbox, such as "
             "http://127.0.0.1:13013/cgi-bin/sendsms." },
    { .name = "username",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The username of the sendsms-user group in Kannel's configuration." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the password of that group." },
    { .name = "smsc",
      .type = OPTION_STRING,
      .doc = "The smsc-id that the text messages leave by; Kannel's own choice." },
    SMS_OPTIONS,
    REPORT_OPTIONS,
};

static const struct reply_rule rules[] = {
    { 403, "Authorization failed", OUTCOME_CREDENTIALS,
      "username and the password in password_file should be those of a sendsms-user "
      "that may come from this address" },
    { 403, "Not routable", OUTCOME_UNDELIVERABLE,
      "no smsc of Kannel's takes this number" },
    { 0, "white- and/or black-lists", OUTCOME_UNDELIVERABLE, NULL },
    { 400, "Sender missing", OUTCOME_CREDENTIALS, "set from" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "url should be the address of smsbox, with the path /cgi-bin/sendsms" },
    { 503, "Temporal failure", OUTCOME_RETRY, NULL },
    { 500, "Sending failed", OUTCOME_RETRY, NULL },
};

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
};

static bool
is_header_word(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return false;
    }
    return text[0] != '\0';
}

static enum status
check_word(const struct channel *channel, const char *option, struct error *error)
{
    const char *value = channel_setting(channel, option);
    if (value == NULL || is_header_word(value))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s is \"%s\"; letters and digits without spaces are needed",
                     option, value);
}

/* Kannel fills in what stands behind a "%". */
static enum status
check_report(const struct channel *channel, struct error *error)
{
    const char *url = channel_setting(channel, "report_url");
    if (url != NULL && strchr(url, '%') != NULL)
        return error_set(
            error, STATUS_INVALID,
            "report_url is \"%s\"; it must not have a \"%%\", behind which "
            "Kannel puts words of its own",
            url);
    return report_check(channel, error);
}

static enum status
check(const struct channel *channel, struct error *error)
{
    enum status status = http_url_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK)
        status = check_word(channel, "username", error);
    if (status == STATUS_OK)
        status = check_word(channel, "smsc", error);
    if (status == STATUS_OK)
        status = http_secret_check("password_file",
                                   channel_secret(channel, "password_file"), error);
    if (status == STATUS_OK)
        status = check_report(channel, error);
    return status == STATUS_OK ? sms_check(channel, error) : status;
}

/* %d: what became of it, %A: what the operator's exchange said, %F: its id for it. */
static void
ask_for_reports(const struct delivery_input *input, struct request *request)
{
    char *address = report_address(input);
    if (address != NULL) {
        request_header(request, "X-Kannel-DLR-Mask", "%d", DLR_ALL);
        request_header(request, "X-Kannel-DLR-Url", "%s&t=%%d&a=%%A&f=%%F", address);
    }
    free(address);
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const struct channel *channel = input->channel;
    const char *smsc = channel_setting(channel, "smsc");
    char *text = sms_text(input, error);
    if (text == NULL)
        return STATUS_INVALID;
    http_request(request, "POST", string_copy(channel_setting(channel, "url")));
    request_header(request, "Content-Type", "text/plain; charset=UTF-8");
    request_header(request, "X-Kannel-Username", "%s",
                   channel_setting(channel, "username"));
    request_header(request, "X-Kannel-Password", "%s",
                   channel_secret(channel, "password_file"));
    request_header(request, "X-Kannel-From", "%s", channel_setting(channel, "from"));
    request_header(request, "X-Kannel-To", "%s", input->recipient);
    request_header(request, "X-Kannel-Coding", "%d", gsm7_length(text) < 0 ? 2 : 0);
    if (smsc != NULL)
        request_header(request, "X-Kannel-SMSC", "%s", smsc);
    ask_for_reports(input, request);
    buffer_add(&request->body, text);
    request->recent_connection = true;
    free(text);
    return STATUS_OK;
}

/* SMPP 3.4, 5.1.3: the number itself is at fault. */
static bool
says_gone(const char *reply)
{
    return strstr(reply, "0x0000000b") != NULL;
}

static enum status
report(const struct report_call *call, struct delivery_report *report,
       struct error *error)
{
    static const struct report_word words[] = {
        { "1", REPORT_DELIVERED }, { "2", REPORT_FAILED },  { "4", REPORT_PENDING },
        { "8", REPORT_PENDING },   { "16", REPORT_FAILED },
    };
    const char *reply = form_value(call->fields, "a");
    const char *id = form_value(call->fields, "f");
    enum status status =
        report_read_word(call, "t", words, ARRAY_COUNT(words), report, error);
    if (status != STATUS_OK)
        return status;
    /* The token is always sent along: an exchange's id can be guessed. */
    if (report->token != NULL && id != NULL && id[0] != '\0')
        report->remote_id = string_copy(id);
    if (report->state == REPORT_FAILED && reply != NULL) {
        report_set_reason(report, reply);
        report->gone = says_gone(reply);
    }
    return STATUS_OK;
}

const struct driver driver_kannel = {
    .name = "kannel",
    .summary = "text messages (SMS) through a Kannel gateway of your own",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .inbound = "text messages to a number",
    .idempotent = false,
    .concurrency = SMS_CONCURRENCY,
    .list_option = "to_file",
    .length = sms_length,
    .check = check,
    .compose = compose,
    .show = sms_show,
    .recipients = recipients_named,
    .check_recipient = phone_check,
    .replies = &replies,
    .report = report,
};
