/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The discord driver: messages through a webhook. The first of an incident is edited so
 * that it says what is known now; later ones follow it, for a webhook cannot answer.
 */
#include "channel/drivers.h"

#include "base/memory.h"
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
    CONCURRENCY = 2,
    /* Discord's limits, in characters. */
    CONTENT_MOST = 2000,
    EMBEDS_MOST = 6000, /* all embeds of a message */
    FIELDS_MOST = 25,
    FIELD_NAME_MOST = 256,
    FIELD_VALUE_MOST = 1024,
    FLAG_SUPPRESS_EMBEDS = 4,
    UNKNOWN_MESSAGE = 10008,
    ID_MAX_DIGITS = 20,
};

static const struct option_spec options[] = {
    { .name = "webhook_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the webhook's address, which is itself a secret." },
    { .name = "thread_id",
      .type = OPTION_STRING,
      .doc = "The id of a thread of the webhook's channel, or of a post of a forum; "
             "without it the channel itself." },
    { .name = "languages", .type = OPTION_STRINGS, .doc = CHAT_LANGUAGES_DOC },
};

#define NEW_WEBHOOK "make a new webhook in the channel's settings, under Integrations"

static const struct reply_rule rules[] = {
    { 400, "thread_name or thread_id", OUTCOME_CREDENTIALS,
      "the webhook is a forum's: give the id of one of its posts as thread_id" },
    { 401, NULL, OUTCOME_CREDENTIALS, NEW_WEBHOOK },
    { 403, NULL, OUTCOME_CREDENTIALS, NEW_WEBHOOK },
    { 404, "Unknown Channel", OUTCOME_CREDENTIALS,
      "the thread of thread_id is gone; give another" },
    { 404, NULL, OUTCOME_CREDENTIALS, "the webhook is gone; " NEW_WEBHOOK },
    { 410, NULL, OUTCOME_CREDENTIALS, "the webhook is gone; " NEW_WEBHOOK },
    { 429, NULL, OUTCOME_RETRY, NULL },
};

static char *
read_words(const struct reply *reply)
{
    char *message = json_reply_text(reply, "message");
    return message != NULL ? message : http_reply_words(reply);
}

/* A snowflake: digits alone. */
static bool
is_remote_id(const char *id)
{
    size_t len = strlen(id);
    return len > 0 && len <= ID_MAX_DIGITS && strspn(id, "0123456789") == len;
}

/* Where a limit is met they give two times, the body's the more exact. */
static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .remote_id = "/id",
    .is_remote_id = is_remote_id,
    .waits = { { WAIT_BODY_SECONDS, "/retry_after" },
               { WAIT_HEADER_SECONDS, "X-RateLimit-Reset-After" },
               { WAIT_HEADER_MOMENT, "X-RateLimit-Reset" } },
    .n_waits = 3,
};

/* Of a 404 the body says what is not there: after that of a webhook it is not asked again.
 * Without a word it is the message, for the next request asks for the webhook alone. */
static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    (void)outcome;
    if (reply->code != 404)
        return false;
    json_t *body = json_reply(reply);
    const json_t *code = json_at(body, "/code");
    bool is = !json_is_integer(code) || json_integer_value(code) == UNKNOWN_MESSAGE;
    json_decref(body);
    return is;
}

static const struct story story = { .edits = true, .is_gone = is_gone };

static const struct length_rule characters = { .unit = LENGTH_UTF16 };

static void
write_content(const struct chat_part *part, struct buffer *out)
{
    chat_markdown(&chat_discord, part, true, out);
}

static const struct chat_form form = {
    .rule = { .unit = LENGTH_UTF16, .most = CONTENT_MOST },
    .write = write_content,
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = form.rule;
}

/* …/webhooks/ID/TOKEN, with or without a query. */
static enum status
check_webhook(const char *url, struct error *error)
{
    static const char folder[] = "/webhooks/";
    const char *found = strstr(url, folder);
    const char *id = found == NULL ? "" : found + sizeof folder - 1;
    size_t n = strspn(id, "0123456789");
    if (n > 0 && id[n] == '/' && strcspn(id + n + 1, "/?") > 0 &&
        strchr(id + n + 1, '/') == NULL)
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID,
        "webhook_file: the file's address is not one of a webhook; "
        "https://discord.com/api/webhooks/ID/TOKEN is needed, with nothing "
        "behind the token");
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *thread = channel_setting(channel, "thread_id");
    enum status status = chat_address_check(channel, NULL, error);
    if (status == STATUS_OK)
        status = check_webhook(chat_webhook(channel), error);
    if (status == STATUS_OK && thread != NULL && !is_remote_id(thread))
        status = error_set(error, STATUS_INVALID,
                           "thread_id is \"%s\"; digits alone are needed, as \"Copy "
                           "thread ID\" gives them",
                           thread);
    return status == STATUS_OK
               ? delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &form.rule, error)
               : status;
}

/* The webhook's address, the message in it (NULL: a new one), and the query; what query
 * the address itself has is not used. Without wait=true nobody would hear of a loss. */
static char *
url_of(const struct channel *channel, const char *message)
{
    const char *webhook = chat_webhook(channel);
    struct buffer url = { 0 };
    buffer_append(&url, webhook, strcspn(webhook, "?"));
    if (message != NULL)
        buffer_addf(&url, "/messages/%s", message);
    buffer_add_char(&url, '?');
    form_add(&url, "wait", message == NULL ? "true" : NULL);
    form_add(&url, "thread_id", channel_setting(channel, "thread_id"));
    if (url.data[url.len - 1] == '?')
        url.data[--url.len] = '\0';
    return buffer_take(&url);
}

/* NULL when it is longer than a field may be. */
static json_t *
field_of(const struct fact_row *row, int64_t *room)
{
    struct buffer name = { 0 }, value = { 0 };
    char *text = fact_row_text(row);
    json_t *field = NULL;
    chat_escape(&chat_discord, row->label, &name);
    chat_escape(&chat_discord, text, &value);
    int64_t n_name = length_units(&characters, name.data);
    int64_t n_value = length_units(&characters, value.data);
    if (n_name <= FIELD_NAME_MOST && n_value <= FIELD_VALUE_MOST &&
        n_name + n_value <= *room) {
        field = json_pack("{s:s, s:s, s:b}", "name", name.data, "value", value.data,
                          "inline", 1);
        *room -= n_name + n_value;
    }
    buffer_clear(&name);
    buffer_clear(&value);
    free(text);
    return field;
}

/* One for each language: the facts; none where there are no facts. */
static json_t *
embeds_of(const struct chat_parts *parts)
{
    json_t *embeds = json_array();
    int64_t room = EMBEDS_MOST;
    for (size_t i = 0; i < parts->count; i++) {
        const struct fact_rows *facts = &parts->items[i].rich.facts;
        json_t *fields = json_array();
        for (size_t j = 0; j < facts->count && j < FIELDS_MOST; j++) {
            json_t *field = field_of(&facts->items[j], &room);
            if (field != NULL)
                json_array_append_new(fields, field);
        }
        if (json_array_size(fields) > 0)
            json_array_append_new(embeds, json_pack("{s:O}", "fields", fields));
        json_decref(fields);
    }
    return embeds;
}

/* Said again in an edit, which would else call people anew. Embeds of ours are shown;
 * where there are none, no preview of an address is either. */
static json_t *
body_of(const struct chat_parts *parts)
{
    char *content = chat_parts_text(&form, parts);
    json_t *embeds = embeds_of(parts);
    int flags = json_array_size(embeds) == 0 ? FLAG_SUPPRESS_EMBEDS : 0;
    json_t *body = json_pack("{s:s, s:o, s:{s:[]}, s:i}", "content", content, "embeds",
                             embeds, "allowed_mentions", "parse", "flags", flags);
    free(content);
    return body;
}

static enum status
compose(const struct delivery_input *given, struct request *request,
        struct error *error)
{
    const struct delivery_input input = chat_own_ids(given, is_remote_id);
    bool is_edit = input.step->number == STORY_EDIT;
    struct chat_parts parts = { 0 };
    enum status status = chat_parts_fill(
        &form, &input, is_edit ? DELIVERY_TEXT_BARE : DELIVERY_TEXT_WHOLE, &parts,
        error);
    request->recent_connection = true;
    if (status == STATUS_OK)
        json_request(request, is_edit ? "PATCH" : "POST",
                     url_of(input.channel, is_edit ? input.first_remote_id : NULL),
                     body_of(&parts));
    chat_parts_clear(&parts);
    return status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    chat_parts_show(&form, input, shown);
}

static bool
next_step(const struct delivery_input *given, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    const struct delivery_input input = chat_own_ids(given, is_remote_id);
    return story_next_step(&story, &input, reply, step, outcome);
}

const struct driver driver_discord = {
    .name = "discord",
    .summary = "messages in a Discord channel, through a webhook",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .edits = true,
    .wait_headers = "`Retry-After`, `retry_after`, `X-RateLimit-Reset-After`, "
                    "`X-RateLimit-Reset`",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
