/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The teams driver: an Adaptive Card through a workflow of Microsoft Teams, which tells no
 * id; every message stands by itself.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/chat_address.h"
#include "channel/chat_text.h"
#include "channel/http_outcome.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/reply_rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 1,
    /* A card may have 28 KB; what is around the parts has less than one of them. */
    CARD_MOST_BYTES = 27 * 1024,
    /* What a connection may do: 4 a second, 60 in 30 s, 100 an hour, 150 in two hours, 1800
     * a day. One limit that keeps within all of them. */
    MESSAGES_AN_HOUR = 60,
};

static const struct option_spec options[] = {
    { .name = "webhook_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the address of a workflow that begins when a Teams webhook "
             "request is received; it is itself a secret." },
    { .name = "languages", .type = OPTION_STRINGS, .doc = CHAT_LANGUAGES_DOC },
};

#define NEW_WORKFLOW                                                                   \
    "the workflow is off or gone, or its owner left; turn it on, or make a new one"

/* A workflow can say yes and hide Teams' no in the body. */
static const struct reply_rule rules[] = {
    { 200, "HTTP error 401", OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 200, "HTTP error 403", OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 200, "HTTP error 404", OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 200, "HTTP error 410", OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 200, "HTTP error 408", OUTCOME_RETRY, NULL },
    { 200, "HTTP error 425", OUTCOME_RETRY, NULL },
    { 200, "HTTP error 429", OUTCOME_RETRY, NULL },
    { 200, "HTTP error 4", OUTCOME_REFUSED, NULL },
    { 200, "HTTP error", OUTCOME_RETRY, NULL },
    { 400, "TriggerIsNotEnabled", OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 400, "trigger is not enabled", OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 401, NULL, OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 403, NULL, OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 404, NULL, OUTCOME_CREDENTIALS, NEW_WORKFLOW },
    { 410, NULL, OUTCOME_CREDENTIALS, NEW_WORKFLOW },
};

/* "HTTP error 429", wherever in the body it stands. */
static char *
find_http_error(const struct reply *reply)
{
    static const char words[] = "HTTP error ";
    const size_t len = sizeof words - 1;
    const char *body = reply->body.data;
    const char *found = body == NULL ? NULL : memmem(body, reply->body.len, words, len);
    if (found == NULL)
        return NULL;
    return string_format("%s%.*s", words, (int)strspn(found + len, "0123456789"),
                         found + len);
}

static char *
read_words(const struct reply *reply)
{
    char *words = find_http_error(reply);
    char *code = words != NULL ? NULL : json_reply_text_at(reply, "/error/code");
    char *message = words != NULL ? NULL : json_reply_text_at(reply, "/error/message");
    if (words == NULL && message != NULL && code != NULL)
        words = string_format("%s: %s", code, message);
    else if (words == NULL && (message != NULL || code != NULL))
        words = string_copy(message != NULL ? message : code);
    free(code);
    free(message);
    return words != NULL ? words : http_reply_words(reply);
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
};

/* Takes nothing; lines of one paragraph stand close together. */
static void
add_line(json_t *body, const char *line, size_t len, bool is_first)
{
    struct buffer text = { 0 };
    char *plain = string_copy_n(line, len);
    chat_escape(&chat_teams, plain, &text);
    json_t *block = json_pack("{s:s, s:s, s:b}", "type", "TextBlock", "text",
                              text.data == NULL ? "" : text.data, "wrap", 1);
    if (!is_first)
        json_object_set_new(block, "spacing", json_string("None"));
    json_array_append_new(body, block);
    buffer_clear(&text);
    free(plain);
}

/* A block for each line: within one, line feeds mean different things to different
 * programs. */
static void
add_text(json_t *body, const char *text)
{
    bool is_first = true;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        if (len > 0)
            add_line(body, text, len, is_first);
        is_first = len == 0;
        text += len + (text[len] != '\0' ? 1 : 0);
    }
}

static void
add_heading(json_t *body, const char *text, const char *member, const char *value)
{
    add_line(body, text, strlen(text), true);
    json_t *block = json_array_get(body, json_array_size(body) - 1);
    json_object_set_new(block, "weight", json_string("Bolder"));
    json_object_set_new(block, member, json_string(value));
}

static void
add_facts(json_t *body, const struct fact_rows *rows)
{
    json_t *facts = json_array();
    for (size_t i = 0; i < rows->count; i++) {
        struct buffer title = { 0 }, value = { 0 };
        char *text = fact_row_text(&rows->items[i]);
        chat_escape(&chat_teams, rows->items[i].label, &title);
        chat_escape(&chat_teams, text, &value);
        json_array_append_new(
            facts, json_pack("{s:s, s:s}", "title", title.data, "value", value.data));
        buffer_clear(&title);
        buffer_clear(&value);
        free(text);
    }
    if (rows->count > 0)
        json_array_append_new(
            body, json_pack("{s:s, s:O}", "type", "FactSet", "facts", facts));
    json_decref(facts);
}

static void
add_part(json_t *body, const struct chat_part *part)
{
    const struct rich *rich = &part->rich;
    if (rich->banner != NULL)
        add_heading(body, rich->banner, "color", "Attention");
    if (part->with_title)
        add_heading(body, rich->title, "size", "Medium");
    add_text(body, rich->text);
    if (part->with_facts)
        add_facts(body, &rich->facts);
}

static json_t *
action_of(const struct rich *rich)
{
    return json_pack("{s:s, s:s, s:s}", "type", "Action.OpenUrl", "title", rich->url,
                     "url", rich->url);
}

/* What a part takes of the card's bytes. */
static void
write_part(const struct chat_part *part, struct buffer *out)
{
    json_t *body = json_array();
    add_part(body, part);
    if (part->rich.url != NULL)
        json_array_append_new(body, action_of(&part->rich));
    json_bytes(body, out);
    json_decref(body);
}

static const struct chat_form form = {
    .rule = { .unit = LENGTH_BYTES, .most = CARD_MOST_BYTES },
    .write = write_part,
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = form.rule;
}

/* Addresses of the connectors that Teams had before take no cards, and are being shut
 * down. */
static bool
is_connector(const char *url)
{
    const char *host = strstr(url, "://");
    size_t len = host == NULL ? 0 : strcspn(host + 3, "/?:");
    static const char domain[] = ".webhook.office.com";
    const size_t n = sizeof domain - 1;
    return len > n && strncasecmp(host + 3 + len - n, domain, n) == 0;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    enum status status = chat_address_check(channel, NULL, error);
    if (status == STATUS_OK && is_connector(chat_webhook(channel)))
        status =
            error_set(error, STATUS_INVALID,
                      "webhook_file: the address is one of an Office 365 connector "
                      "(webhook.office.com), which Microsoft retired; make a "
                      "workflow with the trigger \"When a Teams webhook request is "
                      "received\" and give its address");
    return status == STATUS_OK
               ? delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &form.rule, error)
               : status;
}

static json_t *
card_of(const struct chat_parts *parts)
{
    json_t *body = json_array(), *actions = json_array();
    for (size_t i = 0; i < parts->count; i++) {
        add_part(body, &parts->items[i]);
        if (parts->items[i].rich.url != NULL)
            json_array_append_new(actions, action_of(&parts->items[i].rich));
    }
    json_t *card = json_pack("{s:s, s:s, s:s, s:o, s:{s:s}}", "$schema",
                             "http://adaptivecards.io/schemas/adaptive-card.json",
                             "type", "AdaptiveCard", "version", "1.4", "body", body,
                             "msteams", "width", "Full");
    if (json_array_size(actions) > 0)
        json_object_set(card, "actions", actions);
    json_decref(actions);
    return card;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    struct chat_parts parts = { 0 };
    enum status status =
        chat_parts_fill(&form, input, DELIVERY_TEXT_WHOLE, &parts, error);
    request->recent_connection = true;
    if (status == STATUS_OK)
        json_post(request, chat_webhook(input->channel),
                  json_pack("{s:s, s:[{s:s, s:n, s:o}]}", "type", "message",
                            "attachments", "contentType",
                            "application/vnd.microsoft.card.adaptive", "contentUrl",
                            "content", card_of(&parts)));
    chat_parts_clear(&parts);
    return status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    chat_parts_show(&form, input, shown);
}

const struct driver driver_teams = {
    .name = "teams",
    .summary = "cards in a Microsoft Teams channel, through a workflow",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .wait_headers = "`Retry-After`",
    .concurrency = CONCURRENCY,
    .rate = { .count = MESSAGES_AN_HOUR, .period_ms = HOURS_MS },
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .replies = &replies,
};
