/* SPDX-License-Identifier: EUPL-1.2 */
/* What the answers and the delivery reports of a gateway mean, as the configuration says
 * it. */
#include "channel/sms_http.h"

#include "base/memory.h"
#include "channel/http_outcome.h"
#include "channel/http_wait.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"
#include "channel/pattern.h"
#include "channel/phone.h"
#include "channel/recipients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Answers ---------------------------------------------------------------------- */

static bool
is_success_code(const struct channel *channel, int64_t code)
{
    const struct strings *codes = channel_setting_list(channel, "success_codes");
    char text[24];
    if (codes == NULL || codes->count == 0)
        return code / 100 == 2;
    (void)snprintf(text, sizeof text, "%lld", (long long)code);
    return strings_has(codes, text);
}

static bool
body_matches(const struct channel *channel, const char *option,
             const struct reply *reply)
{
    return pattern_is_in(channel_setting(channel, option), reply->body.data,
                         reply->body.len);
}

/* The gateway's words, without numbers; caller frees; never NULL. */
static char *
words_of(const struct reply *reply)
{
    char *words = http_reply_words(reply);
    char *hidden = words == NULL ? string_copy("no words of use") : phone_hide(words);
    free(words);
    return hidden;
}

/* The kind by the body's words, the gravest first; OUTCOME_KIND_COUNT: they say
 * nothing. */
static enum outcome_kind
kind_by_words(const struct channel *channel, const struct reply *reply)
{
    static const struct {
        const char *option;
        enum outcome_kind kind;
    } patterns[] = {
        { "credentials_regex", OUTCOME_CREDENTIALS },
        { "permanent_regex", OUTCOME_UNDELIVERABLE },
        { "retry_regex", OUTCOME_RETRY },
    };
    for (size_t i = 0; i < ARRAY_COUNT(patterns); i++) {
        if (body_matches(channel, patterns[i].option, reply))
            return patterns[i].kind;
    }
    return OUTCOME_KIND_COUNT;
}

static void
set_kind(enum outcome_kind kind, const struct reply *reply, bool one_of_several,
         int64_t now_ms, struct outcome *outcome)
{
    const char *wish = reply_header(reply, "Retry-After");
    char *words = words_of(reply);
    if (kind == OUTCOME_UNDELIVERABLE && !one_of_several)
        kind = OUTCOME_REFUSED;
    outcome_set(outcome, kind, "%lld: %s", (long long)reply->code, words);
    if (wish != NULL)
        outcome->retry_after_ms = retry_after_parse(wish, now_ms);
    free(words);
}

static char *
id_of(const struct channel *channel, const struct reply *reply)
{
    const char *pointer = channel_setting(channel, "id_pointer");
    const char *pattern = channel_setting(channel, "id_regex");
    if (pointer != NULL)
        return json_reply_text_at(reply, pointer);
    return pattern == NULL ? NULL
                           : pattern_find(pattern, reply->body.data, reply->body.len);
}

static void
take_as_delivered(const struct channel *channel, const struct reply *reply,
                  struct outcome *outcome)
{
    outcome_set(outcome, OUTCOME_DELIVERED, NULL);
    outcome->remote_id = id_of(channel, reply);
}

/* A code that says yes over a body that does not: whether it was sent, only a person can
 * find out; what is sent again by itself might be sent again and again. */
static void
refuse_unlike_success(const struct reply *reply, struct outcome *outcome)
{
    char *words = words_of(reply);
    outcome_set(outcome, OUTCOME_REFUSED,
                "%lld: %s; the answer should match success_regex",
                (long long)reply->code, words);
    free(words);
}

void
sms_http_classify(const struct channel *channel, const struct reply *reply,
                  bool has_recipient, int64_t now_ms, struct outcome *outcome)
{
    const char *success = channel_setting(channel, "success_regex");
    http_outcome(reply, now_ms, outcome);
    if (reply->result != REPLY_ANSWERED)
        return;
    enum outcome_kind kind = kind_by_words(channel, reply);
    if (kind != OUTCOME_KIND_COUNT)
        set_kind(kind, reply, recipients_are_several(channel, has_recipient), now_ms,
                 outcome);
    else if (is_success_code(channel, reply->code)) {
        if (success == NULL || body_matches(channel, "success_regex", reply))
            take_as_delivered(channel, reply, outcome);
        else
            refuse_unlike_success(reply, outcome);
    } else if (outcome->kind == OUTCOME_DELIVERED)
        set_kind(OUTCOME_REFUSED, reply, false, now_ms, outcome);
    else
        set_kind(outcome->kind, reply, false, now_ms, outcome);
}

/* --- Reports ---------------------------------------------------------------------- */

/* A field of the form, or what a JSON pointer points at in the body; caller frees. */
static char *
field_of(const struct report_call *call, const json_t *body, const char *option)
{
    const char *field = channel_setting(call->channel, option);
    const json_t *value = NULL;
    if (field == NULL)
        return NULL;
    if (field[0] != '/')
        return string_copy(form_value(call->fields, field));
    value = body == NULL ? NULL : json_at(body, field);
    if (json_is_integer(value))
        return string_format("%lld", (long long)json_integer_value(value));
    return string_copy(json_string_value(value));
}

static enum report_state
state_of(const struct channel *channel, const char *word)
{
    const struct strings *delivered = channel_setting_list(channel, "report_delivered");
    const struct strings *failed = channel_setting_list(channel, "report_failed");
    if (delivered != NULL && strings_has(delivered, word))
        return REPORT_DELIVERED;
    if (failed != NULL && strings_has(failed, word))
        return REPORT_FAILED;
    return REPORT_PENDING;
}

enum status
sms_http_report(const struct report_call *call, struct delivery_report *report,
                struct error *error)
{
    const char *option = channel_setting(call->channel, "report_state");
    const char *token = form_value(call->fields, REPORT_TOKEN_FIELD);
    if (option == NULL)
        return error_set(error, STATUS_REFUSED,
                         "the channel takes no delivery reports: it has no "
                         "report_state");
    json_t *body = call->body->len == 0
                       ? NULL
                       : json_loadb(call->body->data, call->body->len, 0, NULL);
    char *word = field_of(call, body, "report_state");
    char *reason = field_of(call, body, "report_reason");
    report->token =
        token != NULL ? string_copy(token) : field_of(call, body, "report_reference");
    report->remote_id = field_of(call, body, "report_id");
    if (word != NULL)
        report->state = state_of(call->channel, word);
    if (report->state == REPORT_FAILED)
        report_set_reason(report, reason);
    json_decref(body);
    free(reason);
    bool has_word = word != NULL;
    free(word);
    return has_word ? STATUS_OK
                    : error_set(error, STATUS_INVALID,
                                "the report has no field %s, which report_state names",
                                option);
}
