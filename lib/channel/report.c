/* SPDX-License-Identifier: EUPL-1.2 */
/* What reading delivery reports, and asking for them, has in common. */
#include "channel/report.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/delivery_token.h"
#include "channel/driver.h"
#include "channel/http_request.h"
#include "channel/outcome.h"
#include "channel/phone.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    URL_MAX_BYTES = 400,
    WORD_SHOWN_BYTES = 40
};

void
delivery_report_clear(struct delivery_report *report)
{
    free(report->token);
    free(report->remote_id);
    free(report->reason);
    *report = (struct delivery_report){ 0 };
}

const char *
report_header(const struct report_call *call, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < call->headers->count; i++) {
        const char *line = call->headers->items[i];
        if (strncasecmp(line, name, len) == 0 && line[len] == ':')
            return line + len + 1 + strspn(line + len + 1, " \t");
    }
    return NULL;
}

enum status
report_check(const struct channel *channel, struct error *error)
{
    const char *url = channel_setting(channel, "report_url");
    const char *keys = channel_secret(channel, "token_key_file");
    enum status status = STATUS_OK;
    if (keys != NULL)
        status = delivery_token_check_keys(keys, "token_key_file", error);
    if (url == NULL || status != STATUS_OK)
        return status;
    if (strlen(url) > URL_MAX_BYTES)
        return error_set(error, STATUS_INVALID,
                         "report_url has %zu bytes; at most %d are right", strlen(url),
                         (int)URL_MAX_BYTES);
    if (keys == NULL)
        return error_set(
            error, STATUS_INVALID,
            "report_url needs token_key_file beside it: a file with a key "
            "as openssl rand -hex 32 makes it, which proves which delivery "
            "a report is about");
    return http_url_check("report_url", url, error);
}

char *
report_token(const struct delivery_input *input)
{
    const char *keys = channel_secret(input->channel, "token_key_file");
    const struct token_subject subject = {
        .channel = input->channel->name,
        .delivery = input->delivery,
        .recipient = input->recipient == NULL ? "" : input->recipient,
    };
    char token[DELIVERY_TOKEN_SIZE];
    if (keys == NULL || input->delivery == 0)
        return NULL;
    delivery_token_format(keys, &subject, token);
    return string_copy(token);
}

char *
report_address(const struct delivery_input *input)
{
    const char *url = channel_setting(input->channel, "report_url");
    char *token = url == NULL ? NULL : report_token(input);
    char *address = NULL;
    if (token != NULL)
        address = string_format("%s%c" REPORT_TOKEN_FIELD "=%s", url,
                                strchr(url, '?') == NULL ? '?' : '&', token);
    free(token);
    return address;
}

enum status
report_read_word(const struct report_call *call, const char *field,
                 const struct report_word *words, size_t n_words,
                 struct delivery_report *report, struct error *error)
{
    const char *word = form_value(call->fields, field);
    if (word == NULL)
        return error_set(error, STATUS_INVALID, "the report has no field %s", field);
    for (size_t i = 0; i < n_words; i++) {
        if (strcasecmp(words[i].word, word) == 0) {
            report->state = words[i].state;
            report->token = string_copy(form_value(call->fields, REPORT_TOKEN_FIELD));
            return STATUS_OK;
        }
    }
    struct buffer known = { 0 };
    for (size_t i = 0; i < n_words; i++)
        buffer_addf(&known, "%s%s", i == 0 ? "" : ", ", words[i].word);
    char *shown = utf8_printable(word, strlen(word), WORD_SHOWN_BYTES);
    error_set(error, STATUS_INVALID,
              "the report's field %s is \"%s\"; known words are %s", field, shown,
              known.data == NULL ? "none" : known.data);
    free(shown);
    buffer_clear(&known);
    return STATUS_INVALID;
}

void
report_set_reason(struct delivery_report *report, const char *reason)
{
    free(report->reason);
    report->reason = NULL;
    if (reason == NULL || reason[0] == '\0')
        return;
    char *printable = utf8_printable(reason, strlen(reason), OUTCOME_DETAIL_BYTES);
    report->reason = phone_hide(printable);
    free(printable);
}
