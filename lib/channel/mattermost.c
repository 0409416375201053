/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mattermost driver. With a token the messages of an incident are a thread under the
 * first one, which is edited so that it says what is known now; a webhook is an address
 * alone, where every message stands by itself.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/chat_address.h"
#include "channel/chat_markdown.h"
#include "channel/http_outcome.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/reply_rule.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 4,
    CHARACTERS = 16383, /* more would be split into several posts */
};

/* delivery_step.note of a post that is not marked as urgent, for the server takes none
 * that is. */
#define NOT_MARKED "not marked"

static const struct option_spec options[] = {
    { .name = "webhook_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the address of an incoming webhook, which is itself a secret; "
             "else url, token_file and channel_id." },
    { .name = "url",
      .type = OPTION_STRING,
      .doc = "The server, such as https://chat.example.se." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the access token of a bot that is a member of the channel." },
    { .name = "channel_id",
      .type = OPTION_STRING,
      .doc = "The channel's id, 26 letters and digits; its name does not do." },
    { .name = "max_characters",
      .type = OPTION_INTEGER,
      .default_text = "16383",
      .min = CHAT_LEAST_CHARACTERS,
      .max = CHAT_MOST_CHARACTERS,
      .doc = "How many characters the server takes in a post." },
    { .name = "languages", .type = OPTION_STRINGS, .doc = CHAT_LANGUAGES_DOC },
};

static const char *const with_token[] = { "token_file", "url", "channel_id", NULL };

#define NEW_WEBHOOK                                                                    \
    "the webhook is gone or turned off; make a new one under Integrations"

/* The words end with the error's own name, which does not depend on a language. */
static const struct reply_rule rules[] = {
    { 400, "incoming_webhook.invalid", OUTCOME_CREDENTIALS, NEW_WEBHOOK },
    { 400, "incoming_webhook.parse", OUTCOME_REFUSED, NULL },
    { 400, "deleted.error", OUTCOME_REFUSED, "the channel is archived" },
    { 400, "message_length", OUTCOME_REFUSED,
      "set max_characters to what the server takes" },
    { 501, "incoming_webhook", OUTCOME_CREDENTIALS,
      "incoming webhooks are off on the server; turn them on" },
    { 403, "incoming_webhook", OUTCOME_CREDENTIALS,
      "the webhook may not post there; make a new one under Integrations" },
    { 404, "incoming_webhook", OUTCOME_CREDENTIALS, NEW_WEBHOOK },
    { 401, NULL, OUTCOME_CREDENTIALS,
      "the token in token_file is not valid; make a new one for the bot" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the bot may not post there; make it a member of the channel" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "the channel of channel_id is gone, or url is not a Mattermost server" },
    { 410, NULL, OUTCOME_CREDENTIALS, NEW_WEBHOOK },
};

static char *
read_words(const struct reply *reply)
{
    char *message = json_reply_text(reply, "message");
    char *name = json_reply_text(reply, "id");
    char *words = NULL;
    if (message != NULL && name != NULL)
        words = string_format("%s (%s)", message, name);
    else if (message != NULL)
        words = string_copy(message);
    free(message);
    free(name);
    return words != NULL ? words : http_reply_words(reply);
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .remote_id = "/id",
    .is_remote_id = http_is_word,
};

/* For a post that is no more the server says that nobody may edit it, and for one that
 * cannot be answered that root_id is wrong; it may be another channel's. */
static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    const char *detail = outcome->detail == NULL ? "" : outcome->detail;
    return reply->code == 403 || reply->code == 404 ||
           (reply->code == 400 && (strcasestr(detail, "root_id") != NULL ||
                                   strcasestr(detail, "RootId") != NULL));
}

static const struct story story_of_api = { .edits = true,
                                           .threads = true,
                                           .is_gone = is_gone };

static void
write_part(const struct chat_part *part, struct buffer *out)
{
    chat_markdown(&chat_mattermost, part, false, out);
}

static const struct chat_form form = {
    .rule = { .unit = LENGTH_CODE_POINTS, .most = CHARACTERS },
    .write = write_part,
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    *rule = chat_form_of(&form, channel).rule;
}

static enum status
check_account(const struct channel *channel, struct error *error)
{
    const char *id = channel_setting(channel, "channel_id");
    enum status status = http_base_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK && !http_is_word(id))
        status = error_set(error, STATUS_INVALID,
                           "channel_id is \"%s\"; the channel's id is needed, 26 "
                           "letters and digits: View Info in the channel's menu has it",
                           id);
    return status;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    struct length_rule rule;
    enum status status = chat_address_check(channel, with_token, error);
    length(channel, &rule);
    if (status == STATUS_OK && chat_webhook(channel) == NULL)
        status = check_account(channel, error);
    return status == STATUS_OK
               ? delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &rule, error)
               : status;
}

static char *
api_url(const struct channel *channel, const char *path, const char *id,
        const char *action)
{
    char *whole = string_format("/api/v4/%s%s%s", path, id, action);
    char *url = http_url_join(channel_setting(channel, "url"), whole);
    free(whole);
    return url;
}

/* {"priority": "urgent"}; NULL: it is not marked so. An answer cannot be. */
static json_t *
priority_of(const struct delivery_input *input)
{
    bool is_marked =
        input->message->priority == PRIORITY_URGENT && !input->is_test &&
        input->step->note == NULL &&
        story_answered(chat_story(input->channel, &story_of_api), input) == NULL;
    return is_marked ? json_pack("{s:s}", "priority", "urgent") : NULL;
}

static void
compose_webhook(const struct delivery_input *input, const char *text,
                struct request *request)
{
    json_t *body = json_pack("{s:s}", "text", text);
    json_t *priority = priority_of(input);
    if (priority != NULL)
        json_object_set_new(body, "priority", priority);
    json_post(request, chat_webhook(input->channel), body);
}

static void
compose_post(const struct delivery_input *input, const char *text,
             struct request *request)
{
    const struct channel *channel = input->channel;
    const char *root = story_answered(&story_of_api, input);
    json_t *body = json_pack("{s:s, s:s}", "channel_id",
                             channel_setting(channel, "channel_id"), "message", text);
    json_t *priority = priority_of(input);
    if (root != NULL)
        json_object_set_new(body, "root_id", json_string(root));
    if (priority != NULL)
        json_object_set_new(body, "metadata", json_pack("{s:o}", "priority", priority));
    json_request(request, "POST", api_url(channel, "posts", "", ""), body);
}

static void
compose_message(const struct delivery_input *input, const char *text,
                struct request *request)
{
    if (chat_webhook(input->channel) != NULL)
        compose_webhook(input, text, request);
    else if (input->step->number == STORY_EDIT)
        json_request(
            request, "PUT",
            api_url(input->channel, "posts/", input->first_remote_id, "/patch"),
            json_pack("{s:s}", "message", text));
    else
        compose_post(input, text, request);
}

static enum status
compose(const struct delivery_input *given, struct request *request,
        struct error *error)
{
    const struct delivery_input input = chat_own_ids(given, http_is_word);
    bool has_account = chat_webhook(input.channel) == NULL;
    request->recent_connection = true;
    if (input.is_test && has_account) {
        /* Is it there, and do we see it? */
        http_request(request, "GET",
                     api_url(input.channel, "channels/",
                             channel_setting(input.channel, "channel_id"), ""));
    } else {
        char *text = chat_delivery_text(&form, &input, error);
        if (text == NULL)
            return STATUS_INVALID;
        compose_message(&input, text, request);
        free(text);
    }
    if (has_account)
        request_bearer(request, channel_secret(input.channel, "token_file"));
    return STATUS_OK;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    const struct chat_form own = chat_form_of(&form, input->channel);
    chat_parts_show(&own, input, shown);
}

/* A server that marks nothing refuses what is marked: it is said once more, unmarked. */
static bool
is_for_the_mark(const struct delivery_input *input, const struct reply *reply,
                const struct outcome *outcome)
{
    return reply != NULL && reply->result == REPLY_ANSWERED && reply->code / 100 == 4 &&
           outcome->detail != NULL && strcasestr(outcome->detail, "priority") != NULL &&
           input->message->priority == PRIORITY_URGENT &&
           input->step->number != STORY_EDIT && input->step->note == NULL;
}

static bool
next_step(const struct delivery_input *given, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    const struct delivery_input input = chat_own_ids(given, http_is_word);
    if (is_for_the_mark(&input, reply, outcome)) {
        step->note = string_copy(NOT_MARKED);
        return true;
    }
    return story_next_step(chat_story(input.channel, &story_of_api), &input, reply,
                           step, outcome);
}

const struct driver driver_mattermost = {
    .name = "mattermost",
    .summary = "messages in a Mattermost channel, a thread for each incident",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .threads = true,
    .edits = true,
    .wait_headers = "`Retry-After`",
    .inbound = "answers in the thread",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
