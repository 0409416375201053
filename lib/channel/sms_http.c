/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The sms_http driver: text messages through any gateway that takes an HTTP request, as
 * the configuration describes it.
 */
#include "channel/sms_http.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/drivers.h"
#include "channel/http_request.h"
#include "channel/phone.h"
#include "channel/recipients.h"
#include "channel/sms.h"
#include "channel/template.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The gateway's address; {to}, {from}, {text}, {id} and {report_url} are "
             "filled in behind the host, percent-encoded." },
    { .name = "method",
      .type = OPTION_CHOICE,
      .default_text = "POST",
      .choices = "POST|GET|PUT",
      .doc = "The method of the request." },
    { .name = "body",
      .type = OPTION_STRING,
      .doc = "The body, in which the same is filled in, and {username}, {password} and "
             "{token}; none with GET." },
    { .name = "encoding",
      .type = OPTION_CHOICE,
      .default_text = "form",
      .choices = "form|json|text",
      .doc = "What the body is, which says how what is filled in is encoded: a form, "
             "JSON (places stand inside strings), or plain text." },
    { .name = "content_type",
      .type = OPTION_STRING,
      .doc = "The body's Content-Type; that of its encoding." },
    { .name = "headers",
      .type = OPTION_STRINGS,
      .doc = "Headers of the request, each as \"Name: value\"; {from}, {to}, {id}, "
             "{report_url}, {username}, {password} and {token} are filled in." },
    { .name = "charset",
      .type = OPTION_CHOICE,
      .default_text = "utf-8",
      .choices = "utf-8|iso-8859-1",
      .doc = "What the text is written in." },
    { .name = "number_format",
      .type = OPTION_CHOICE,
      .default_text = "plus",
      .choices = "plus|digits|zeros",
      .doc = "How a number is written: +46701234567, 46701234567 or 0046701234567." },
    { .name = "username",
      .type = OPTION_STRING,
      .doc = "The user; with password_file it is sent as Basic credentials, unless "
             "{password} is filled in somewhere." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the password." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .doc =
          "File with a token, sent as Authorization: Bearer unless {token} is filled "
          "in somewhere." },
    { .name = "success_codes",
      .type = OPTION_STRINGS,
      .doc =
          "The codes of an answer that says yes, such as { \"200\", \"202\" }; every "
          "2xx." },
    { .name = "success_regex",
      .type = OPTION_STRING,
      .doc = "What the body of an answer that says yes must match." },
    { .name = "permanent_regex",
      .type = OPTION_STRING,
      .doc = "What the body matches when this number is refused for good." },
    { .name = "credentials_regex",
      .type = OPTION_STRING,
      .doc =
          "What the body matches when the account or its credentials are refused: the "
          "channel pauses." },
    { .name = "retry_regex",
      .type = OPTION_STRING,
      .doc = "What the body matches when it should be tried again later." },
    { .name = "id_pointer",
      .type = OPTION_STRING,
      .doc = "JSON pointer to the gateway's id of the text message in its answer, such "
             "as /messages/0/id." },
    { .name = "id_regex",
      .type = OPTION_STRING,
      .doc = "The id instead as the first group of a match in the body." },
    { .name = "report_state",
      .type = OPTION_STRING,
      .doc =
          "The field of a delivery report that says what became of the text message; "
          "a JSON pointer for reports in JSON." },
    { .name = "report_delivered",
      .type = OPTION_STRINGS,
      .doc = "Its words for delivered." },
    { .name = "report_failed",
      .type = OPTION_STRINGS,
      .doc = "Its words for failed; any other is on its way." },
    { .name = "report_reason",
      .type = OPTION_STRING,
      .doc = "The field that says why." },
    { .name = "report_reference",
      .type = OPTION_STRING,
      .doc = "The field in which the gateway gives {id} back, where it takes no "
             "{report_url} for each text message." },
    { .name = "report_id",
      .type = OPTION_STRING,
      .doc = "The field with the gateway's own id of the text message, where a report "
             "has nothing else that says which it is about." },
    { .name = "from",
      .type = OPTION_STRING,
      .doc = "What the text messages come from: a name of at most 11 letters and "
             "digits, or a number." },
    SMS_OPTIONS_BUT_FROM,
    REPORT_OPTIONS,
};

static bool
is_set_to(const struct channel *channel, const char *option, const char *value)
{
    const char *given = channel_setting(channel, option);
    return given != NULL && strcmp(given, value) == 0;
}

/* --- What is filled in ------------------------------------------------------------ */

/* Caller frees. */
static char *
format_number(const struct channel *channel, const char *number)
{
    const char *digits = number + strspn(number, "+");
    if (number[0] != '+' || is_set_to(channel, "number_format", "digits"))
        return string_copy(digits);
    if (is_set_to(channel, "number_format", "zeros"))
        return string_format("00%s", digits);
    return string_copy(number);
}

/* ISO 8859-1 has Unicode's first 256 characters; the euro sign is none of them. */
static char *
to_latin1(const char *text)
{
    struct buffer out = { 0 };
    size_t len = strlen(text), at = 0;
    int32_t c;
    while ((c = utf8_next(text, len, &at)) >= 0) {
        if (c == 0x20AC)
            buffer_add(&out, "EUR");
        else {
            const unsigned char byte = c < 0x100 ? (unsigned char)c : '?';
            buffer_append(&out, &byte, 1);
        }
    }
    return buffer_take(&out);
}

enum value {
    VALUE_TO,
    VALUE_FROM,
    VALUE_TEXT,
    VALUE_ID,
    VALUE_REPORT_URL,
    VALUE_USERNAME,
    VALUE_PASSWORD,
    VALUE_TOKEN,
    VALUE_COUNT
};

struct filling {
    struct template_value values[VALUE_COUNT];
    char *owned[VALUE_COUNT];
};

/* Of a gateway that gives it back in its reports: the proof of the delivery. */
static char *
id_of(const struct delivery_input *input)
{
    char *token = report_token(input);
    if (token != NULL)
        return token;
    return string_format("%s-%lld", input->message->id, (long long)input->delivery);
}

static void
filling_make(const struct delivery_input *input, char *text_take,
             struct filling *filling)
{
    const struct channel *channel = input->channel;
    const char *from = channel_setting(channel, "from");
    char **owned = filling->owned;
    *filling = (struct filling){ 0 };
    owned[VALUE_TO] = format_number(channel, input->recipient);
    owned[VALUE_FROM] = from == NULL ? NULL : format_number(channel, from);
    owned[VALUE_TEXT] = text_take;
    if (is_set_to(channel, "charset", "iso-8859-1")) {
        owned[VALUE_TEXT] = to_latin1(text_take);
        free(text_take);
    }
    owned[VALUE_ID] = id_of(input);
    owned[VALUE_REPORT_URL] = report_address(input);
    filling->values[VALUE_TO] = (struct template_value){ "to", owned[VALUE_TO] };
    filling->values[VALUE_FROM] = (struct template_value){ "from", owned[VALUE_FROM] };
    filling->values[VALUE_TEXT] = (struct template_value){ "text", owned[VALUE_TEXT] };
    filling->values[VALUE_ID] = (struct template_value){ "id", owned[VALUE_ID] };
    filling->values[VALUE_REPORT_URL] =
        (struct template_value){ "report_url", owned[VALUE_REPORT_URL] };
    filling->values[VALUE_USERNAME] =
        (struct template_value){ "username", channel_setting(channel, "username") };
    filling->values[VALUE_PASSWORD] =
        (struct template_value){ "password", channel_secret(channel, "password_file") };
    filling->values[VALUE_TOKEN] =
        (struct template_value){ "token", channel_secret(channel, "token_file") };
}

static void
filling_clear(struct filling *filling)
{
    for (size_t i = 0; i < VALUE_COUNT; i++)
        free(filling->owned[i]);
}

/* --- The request ------------------------------------------------------------------ */

static void
add_headers(const struct channel *channel, const struct filling *filling,
            struct request *request)
{
    const struct strings *headers = channel_setting_list(channel, "headers");
    for (size_t i = 0; headers != NULL && i < headers->count; i++) {
        struct buffer line = { 0 };
        template_fill(headers->items[i], TEMPLATE_HEADER, filling->values, VALUE_COUNT,
                      &line);
        strings_take(&request->headers, buffer_take(&line));
    }
}

static void
add_credentials(const struct channel *channel, struct request *request)
{
    const char *username = channel_setting(channel, "username");
    const char *password = channel_secret(channel, "password_file");
    const char *token = channel_secret(channel, "token_file");
    if (username != NULL && password != NULL && !sms_http_fills_in(channel, "password"))
        request_basic(request, username, password);
    else if (token != NULL && !sms_http_fills_in(channel, "token"))
        request_bearer(request, token);
}

static void
add_body(const struct channel *channel, const struct filling *filling,
         struct request *request)
{
    static const struct {
        const char *encoding, *content_type;
        enum template_encoding how;
    } encodings[] = {
        { "form", "application/x-www-form-urlencoded", TEMPLATE_PERCENT },
        { "json", "application/json", TEMPLATE_JSON },
        { "text", "text/plain", TEMPLATE_PLAIN },
    };
    const char *body = channel_setting(channel, "body");
    const char *given = channel_setting(channel, "content_type");
    size_t chosen = 0;
    if (body == NULL)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(encodings); i++) {
        if (is_set_to(channel, "encoding", encodings[i].encoding))
            chosen = i;
    }
    if (given != NULL)
        request_header(request, "Content-Type", "%s", given);
    else
        request_header(
            request, "Content-Type", "%s; charset=%s", encodings[chosen].content_type,
            is_set_to(channel, "charset", "iso-8859-1") ? "ISO-8859-1" : "UTF-8");
    template_fill(body, encodings[chosen].how, filling->values, VALUE_COUNT,
                  &request->body);
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const struct channel *channel = input->channel;
    const char *method = channel_setting(channel, "method");
    char *text = sms_text(input, error);
    struct filling filling;
    struct buffer url = { 0 };
    if (text == NULL)
        return STATUS_INVALID;
    filling_make(input, text, &filling);
    template_fill(channel_setting(channel, "url"), TEMPLATE_PERCENT, filling.values,
                  VALUE_COUNT, &url);
    http_request(request, method == NULL ? "POST" : method, buffer_take(&url));
    add_credentials(channel, request);
    add_headers(channel, &filling, request);
    add_body(channel, &filling, request);
    request->recent_connection = true;
    filling_clear(&filling);
    return STATUS_OK;
}

const struct driver driver_sms_http = {
    .name = "sms_http",
    .summary = "text messages (SMS) through any gateway with an HTTP interface",
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
    .check = sms_http_check,
    .compose = compose,
    .show = sms_show,
    .recipients = recipients_named,
    .check_recipient = phone_check,
    .classify = sms_http_classify,
    .report = sms_http_report,
};
