/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The telegram driver: messages of a bot in a channel, a group, or the chats of a list.
 * The first message of an incident is edited so that it says what is known now, and later
 * ones answer it. The bot's token is part of every address, so no address may be told.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/delivery_text.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"
#include "channel/push_note.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "channel/story.h"
#include "channel/telegram_chat.h"
#include "channel/telegram_text.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://api.telegram.org"

enum {
    CONCURRENCY = 4,
    UTF16_UNITS = 4096, /* of the text that is seen, without its markup */
};

static const struct option_spec options[] = {
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the bot's token, as @BotFather gave it." },
    { .name = "to",
      .type = OPTION_STRINGS,
      .doc = "The chats: @name of a channel or group, or a chat's number." },
    { .name = "to_file",
      .type = OPTION_FILE_LIST,
      .doc = "A file of chats instead of to: one number or @name a line." },
    { .name = "test_to",
      .type = OPTION_STRING,
      .doc = "The chat that a test is said in; without it only the token is tried, and "
             "that the bot may write to the first of to." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "The address of the Bot API, the vendor's or a server of one's own." },
    { .name = "languages",
      .type = OPTION_STRINGS,
      .doc = "The languages of a message, one below the other; the first of languages "
             "alone." },
};

#define CHAT_HINT                                                                      \
    "add the bot to the chat in to, in a channel as an administrator who may post"

static const struct reply_rule rules[] = {
    { 200, "the bot is left", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 200, "the bot is kicked", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 200, "the bot is restricted", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 200, "may not post", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 400, "message is not modified", OUTCOME_DELIVERED, NULL },
    { 400, "chat not found", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 400, "chat_write_forbidden", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 400, "rights", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 400, "member list is inaccessible", OUTCOME_CREDENTIALS, CHAT_HINT },
    { 401, NULL, OUTCOME_CREDENTIALS,
      "the token in token_file is not valid; ask @BotFather for it" },
    { 403, NULL, OUTCOME_CREDENTIALS, CHAT_HINT },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "the token in token_file is not one of a bot, or url is not the Bot API" },
};

/* What the answer to a test says of the bot in the chat; else the vendor's words. */
static char *
read_words(const struct reply *reply)
{
    char *words = json_reply_text(reply, "description");
    char *status = words == NULL ? json_reply_text_at(reply, "/result/status") : NULL;
    json_t *body = status == NULL ? NULL : json_reply(reply);
    if (status != NULL)
        words = string_format("the bot is %s%s", status,
                              json_is_false(json_at(body, "/result/can_post_messages"))
                                  ? " and may not post"
                                  : "");
    json_decref(body);
    free(status);
    return words;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .ok_member = "/ok",
    .read_remote_id = telegram_remote_id,
    .waits = { { WAIT_BODY_SECONDS, "/parameters/retry_after" } },
    .n_waits = 1,
};

/* An answer to what is gone is sent all the same, without it. */
static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    (void)reply;
    (void)outcome;
    return false;
}

static const struct story story = { .edits = true, .is_gone = is_gone };

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = (struct length_rule){ .unit = LENGTH_UTF16, .most = UTF16_UNITS };
}

static const char *
base_of(const struct channel *channel)
{
    const char *url = channel_setting(channel, "url");
    return url == NULL ? DEFAULT_URL : url;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    struct length_rule rule;
    length(channel, &rule);
    enum status status = http_base_check("url", base_of(channel), error);
    if (status == STATUS_OK)
        status = telegram_token_check(channel_secret(channel, "token_file"), error);
    if (status == STATUS_OK)
        status = recipients_check(channel, telegram_chat_check, "@nordan_drift", error);
    if (status == STATUS_OK)
        status = delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &rule, error);
    return status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    struct length_rule rule;
    length(input->channel, &rule);
    delivery_text_show(input, channel_setting_list(input->channel, "languages"), &rule,
                       shown);
}

static void
post(const struct delivery_input *input, const char *method, json_t *body_take,
     struct request *request)
{
    char *path = string_format("/bot%s/%s",
                               channel_secret(input->channel, "token_file"), method);
    char *url = http_url_join(base_of(input->channel), path);
    json_post(request, url, body_take);
    request->recent_connection = true;
    free(url);
    free(path);
}

/* What the bot is in the chat, and may do there: nobody sees the question. */
static void
compose_question(const struct delivery_input *input, struct request *request)
{
    const char *token = channel_secret(input->channel, "token_file");
    json_t *body = json_object();
    json_object_set_new(body, "chat_id", telegram_chat_json(input->recipient));
    /* The token begins with the bot's own number. */
    json_object_set_new(body, "user_id", json_integer(strtoll(token, NULL, 10)));
    post(input, "getChatMember", body, request);
}

/* Chat, text and how it is shown; NULL: see the sentence. */
static json_t *
message_of(const struct delivery_input *input, const char *chat,
           enum delivery_text_form form, struct error *error)
{
    struct length_rule rule;
    length(input->channel, &rule);
    char *text = telegram_text(input, &rule, form, error);
    if (text == NULL)
        return NULL;
    json_t *body = json_object();
    json_object_set_new(body, "chat_id", telegram_chat_json(chat));
    json_object_set_new(body, "text", json_string(text));
    json_object_set_new(body, "parse_mode", json_string("HTML"));
    json_object_set_new(body, "link_preview_options",
                        json_pack("{s:b}", "is_disabled", 1));
    free(text);
    return body;
}

static enum status
compose_edit(const struct delivery_input *input, const char *chat,
             struct request *request, struct error *error)
{
    json_t *body = message_of(input, chat, DELIVERY_TEXT_BARE, error);
    if (body == NULL)
        return STATUS_INVALID;
    json_object_set_new(body, "message_id",
                        json_integer(telegram_message_number(input->first_remote_id)));
    post(input, "editMessageText", body, request);
    return STATUS_OK;
}

static enum status
compose_message(const struct delivery_input *input, const char *chat,
                struct request *request, struct error *error)
{
    json_t *body = message_of(input, chat, DELIVERY_TEXT_WHOLE, error);
    const char *answered = telegram_answered(input, chat);
    if (body == NULL)
        return STATUS_INVALID;
    if (answered != NULL)
        json_object_set_new(body, "reply_parameters",
                            json_pack("{s:I, s:b}", "message_id",
                                      (json_int_t)telegram_message_number(answered),
                                      "allow_sending_without_reply", 1));
    json_object_set_new(body, "disable_notification",
                        json_boolean(push_level_of(input) <= PUSH_QUIET));
    post(input, "sendMessage", body, request);
    return STATUS_OK;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    /* A line of to_file comes here unchecked. */
    enum status status =
        input->recipient == NULL
            ? error_set(error, STATUS_INVALID, "the message has no chat to go to")
            : telegram_chat_check(input->recipient, error);
    if (status != STATUS_OK)
        return status;
    if (input->is_test && channel_setting(input->channel, "test_to") == NULL) {
        compose_question(input, request);
        return STATUS_OK;
    }
    char *chat = telegram_chat(input);
    status = input->step->number == STORY_EDIT
                 ? compose_edit(input, chat, request, error)
                 : compose_message(input, chat, request, error);
    free(chat);
    return status;
}

/* A group that became a supergroup has another number: the same is said there. */
static bool
follow(const struct delivery_input *input, const struct reply *reply,
       struct delivery_step *step, struct outcome *outcome)
{
    char *new_chat = reply->code == 400 && step->note == NULL
                         ? json_reply_text_at(reply, "/parameters/migrate_to_chat_id")
                         : NULL;
    if (new_chat == NULL || telegram_chat_check(new_chat, NULL) != STATUS_OK) {
        free(new_chat);
        return false;
    }
    telegram_remember(input, new_chat, outcome);
    step->note = new_chat;
    step->number = STORY_SAY;
    return true;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    if (step->number == STORY_BEGIN && !telegram_can_edit(input)) {
        step->number = STORY_SAY;
        return true;
    }
    if (reply != NULL && reply->result == REPLY_ANSWERED &&
        follow(input, reply, step, outcome))
        return true;
    if (story_next_step(&story, input, reply, step, outcome))
        return true;
    if (outcome->kind == OUTCOME_DELIVERED)
        telegram_tell_migration(input, outcome);
    return false;
}

/* The refusal is about this chat, not about the bot. */
static bool
is_of_chat(const struct reply *reply)
{
    return reply->result == REPLY_ANSWERED &&
           (reply->code == 400 || reply->code == 403);
}

/* Whose chat it is has thrown the bot out, or is no more. Who never wrote to the bot may
 * do so yet. */
static bool
has_left(const struct outcome *outcome)
{
    static const char *const words[] = { "blocked", "kicked", "deactivated",
                                         "not a member" };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcasestr(outcome->detail, words[i]) != NULL)
            return true;
    }
    return false;
}

/* A server of one's own may quote the address that was asked. */
static void
hide_token(const struct channel *channel, struct outcome *outcome)
{
    const char *token = channel_secret(channel, "token_file");
    if (token == NULL || outcome->detail == NULL ||
        strstr(outcome->detail, token) == NULL)
        return;
    free(outcome->detail);
    outcome->detail =
        string_copy("the answer quotes the bot's token, and is not shown");
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    bool is_one_of_several = recipients_are_several(channel, has_recipient);
    reply_table_outcome(&replies, reply, is_one_of_several, now_ms, outcome);
    if (outcome->kind == OUTCOME_CREDENTIALS && is_of_chat(reply) &&
        is_one_of_several) {
        outcome->kind = OUTCOME_UNDELIVERABLE;
        outcome->gone = has_left(outcome);
    }
    hide_token(channel, outcome);
}

const struct driver driver_telegram = {
    .name = "telegram",
    .summary = "messages of a Telegram bot in channels, groups and chats",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .threads = true,
    .edits = true,
    .wait_headers = "`Retry-After`, `retry_after`",
    .inbound = "messages to the bot",
    .concurrency = CONCURRENCY,
    .list_option = "to_file",
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .recipients = recipients_named,
    .check_recipient = telegram_chat_check,
    .classify = classify,
};
