/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The smstools driver: text messages as files for SMS Server Tools (smsd), which sends
 * them through modems. A file's name comes from the delivery, so that a repeat takes the
 * place of what smsd has not fetched yet.
 */
#include "channel/drivers.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/quantity.h"
#include "base/timestamp.h"
#include "channel/delivery_token.h"
#include "channel/outcome.h"
#include "channel/phone.h"
#include "channel/recipients.h"
#include "channel/report.h"
#include "channel/sms.h"
#include "text/gsm7.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 4,
    QUEUE_MAX_BYTES = 64,
    NUMBER_HASH_DIGITS = 12
};

static const struct option_spec options[] = {
    { .name = "directory",
      .type = OPTION_PATH,
      .required = true,
      .doc = "The folder that smsd fetches from: outgoing in its configuration." },
    { .name = "queue",
      .type = OPTION_STRING,
      .doc =
          "The queue (provider) of smsd's that the text messages leave by; smsd's own "
          "choice." },
    { .name = "validity",
      .type = OPTION_DURATION,
      .default_text = "4h",
      .min = 5 * MINUTES_MS,
      .max = 30 * DAYS_MS,
      .doc = "How long the network may try to deliver a text message." },
    { .name = "reports",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc = "Status reports are asked for from the network." },
    { .name = "token_key_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with a key of at least 32 characters (openssl rand -hex 32) that "
             "proves which delivery the event handler reports about; without it none "
             "are taken." },
    SMS_OPTIONS_BUT_FROM,
};

/* --- Options ---------------------------------------------------------------------- */

static bool
is_true(const struct channel *channel, const char *option)
{
    const char *value = channel_setting(channel, option);
    return value != NULL && strcmp(value, "true") == 0;
}

static enum status
check_queue(const char *queue, struct error *error)
{
    bool is_word = queue == NULL || queue[0] != '\0';
    for (const char *c = queue; c != NULL && *c != '\0' && is_word; c++)
        is_word = *c > ' ' && *c < 0x7f;
    if (is_word && (queue == NULL || strlen(queue) <= QUEUE_MAX_BYTES))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "queue is \"%s\"; the name of a queue in smsd's configuration is "
                     "needed: at most %d letters and digits without spaces",
                     queue, (int)QUEUE_MAX_BYTES);
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *keys = channel_secret(channel, "token_key_file");
    enum status status = check_queue(channel_setting(channel, "queue"), error);
    if (status == STATUS_OK && keys != NULL)
        status = delivery_token_check_keys(keys, "token_key_file", error);
    if (status == STATUS_OK && keys == NULL && is_true(channel, "reports"))
        return error_set(error, STATUS_INVALID,
                         "reports needs token_key_file beside it: a file with a key as "
                         "openssl rand -hex 32 makes it");
    return status == STATUS_OK ? sms_check(channel, error) : status;
}

/* --- The file --------------------------------------------------------------------- */

static void
add_validity(const struct channel *channel, struct buffer *out)
{
    const char *text = channel_setting(channel, "validity");
    int64_t validity_ms = 0;
    if (duration_parse(text == NULL ? "4h" : text, &validity_ms))
        buffer_addf(out, "Validity: %lld min\n", (long long)(validity_ms / MINUTES_MS));
}

/* With Alphabet: UTF-8, which smsd has since 3.1.16, nothing is dropped: it sends UCS-2
 * where a letter needs it. */
static void
write_file(const struct delivery_input *input, const char *text, struct buffer *out)
{
    const struct channel *channel = input->channel;
    const char *queue = channel_setting(channel, "queue");
    char *token = report_token(input);
    buffer_addf(out, "To: %s\nAlphabet: UTF-8\nAutosplit: 3\n",
                input->recipient + strspn(input->recipient, "+"));
    if (input->message->priority == PRIORITY_URGENT)
        buffer_add(out, "Priority: High\n");
    if (queue != NULL)
        buffer_addf(out, "Queue: %s\n", queue);
    add_validity(channel, out);
    buffer_addf(out, "Report: %s\n", is_true(channel, "reports") ? "yes" : "no");
    if (token != NULL)
        buffer_addf(out, "X-Delivery: %s\n", token);
    buffer_addf(out, "\n%s", text);
    free(token);
}

/* Only letters, digits, "-" and "_": the message's id is one of ours. */
static char *
file_name(const struct delivery_input *input)
{
    if (input->delivery == 0)
        return string_format("budkavle-%s", input->message->id);
    return string_format("budkavle-%s-%lld", input->message->id,
                         (long long)input->delivery);
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    char *text = sms_text(input, error);
    if (text == NULL)
        return STATUS_INVALID;
    request->sender = SENDER_FILES;
    request->files_shared = true;
    string_replace(&request->directory, channel_setting(input->channel, "directory"));
    request->files = memory_array(1, sizeof *request->files);
    request->n_files = 1;
    request->files[0].name = file_name(input);
    write_file(input, text, &request->files[0].content);
    free(text);
    return STATUS_OK;
}

/* --- What comes of it ------------------------------------------------------------- */

enum {
    CODE_NOT_ALLOWED = 403, /* as the files sender answers */
};

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    const char *detail = reply->detail == NULL ? "" : reply->detail;
    (void)channel;
    (void)has_recipient;
    (void)now_ms;
    if (reply->result == REPLY_ANSWERED)
        outcome_set(outcome, OUTCOME_DELIVERED, NULL);
    else if (reply->code == CODE_NOT_ALLOWED)
        outcome_set(
            outcome, OUTCOME_CREDENTIALS,
            "%s; directory should be smsd's outgoing folder, which the daemon's "
            "user may write",
            detail);
    else if (reply->result == REPLY_NOT_SENT)
        outcome_set(outcome, OUTCOME_TRANSPORT, "%s", detail);
    else
        (void)outcome_without_answer(reply, outcome);
}

/* --- Reports ---------------------------------------------------------------------- */

/*
 * What names a text message in the network's status report: the modem's number for it,
 * which is one of 256, and its recipient, whose number does not stand in the id. Caller
 * frees; NULL: it says neither.
 */
static char *
network_id(const struct report_call *call, const char *number)
{
    const char *keys = channel_secret(call->channel, "token_key_file");
    const char *id = form_value(call->fields, "message_id");
    unsigned char code[SHA256_BYTES];
    if (keys == NULL || id == NULL || number == NULL || strlen(id) > 10 ||
        id[strspn(id, "0123456789")] != '\0' || id[0] == '\0')
        return NULL;
    number += strspn(number, "+");
    hmac_sha256(keys, strlen(keys), number, strlen(number), code);
    return string_format("%s-%02x%02x%02x%02x", id, code[0], code[1], code[2], code[3]);
}

/* "Status: 0,Ok,short message received by the SME": 3GPP TS 23.040, 9.2.3.15. */
static enum report_state
state_of_status(const char *status)
{
    char *end = NULL;
    long code = strtol(status, &end, 10);
    if (end == status || code < 0 || code > 0xff)
        return REPORT_NONE;
    if (code < 0x20)
        return code <= 2 ? REPORT_DELIVERED : REPORT_FAILED;
    if (code < 0x40)
        return REPORT_PENDING; /* the network goes on trying */
    return REPORT_FAILED;
}

static enum status
read_status(const struct report_call *call, struct delivery_report *report,
            struct error *error)
{
    const char *status = form_value(call->fields, "status");
    report->state = status == NULL ? REPORT_NONE : state_of_status(status);
    report->remote_id = network_id(call, form_value(call->fields, "from"));
    if (report->state == REPORT_NONE || report->remote_id == NULL)
        return error_set(error, STATUS_INVALID,
                         "the status report has no From, Message_id or Status as smsd "
                         "writes them");
    if (report->state == REPORT_FAILED)
        report_set_reason(report, status);
    return STATUS_OK;
}

/* smsd's event handler, as `budkavle report` hands it on. */
static enum status
read_report(const struct report_call *call, struct delivery_report *report,
            struct error *error)
{
    static const struct report_word words[] = {
        { "SENT", REPORT_PENDING },
        { "FAILED", REPORT_FAILED },
        { "REPORT", REPORT_PENDING },
    };
    enum status status =
        report_read_word(call, "event", words, ARRAY_COUNT(words), report, error);
    if (status != STATUS_OK)
        return status;
    if (strcmp(form_value(call->fields, "event"), "REPORT") == 0)
        return read_status(call, report, error);
    free(report->token);
    report->token = string_copy(form_value(call->fields, "x_delivery"));
    if (report->token == NULL)
        return error_set(
            error, STATUS_INVALID,
            "the file has no X-Delivery: it is not of this channel, or was "
            "made before token_key_file was set");
    report->remote_id = network_id(call, form_value(call->fields, "to"));
    if (report->state == REPORT_FAILED)
        report_set_reason(report, form_value(call->fields, "fail_reason"));
    return STATUS_OK;
}

const struct driver driver_smstools = {
    .name = "smstools",
    .summary = "text messages (SMS) as files for SMS Server Tools",
    .sender = SENDER_FILES,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .concurrency = CONCURRENCY,
    .list_option = "to_file",
    .length = sms_length,
    .check = check,
    .compose = compose,
    .show = sms_show,
    .recipients = recipients_named,
    .check_recipient = phone_check,
    .classify = classify,
    .report = read_report,
};
