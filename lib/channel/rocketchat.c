/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rocketchat driver. With a token the messages of an incident are a thread under the
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
    CHARACTERS = 5000, /* Message_MaxAllowedSize of a server as it is delivered */
};

static const struct option_spec options[] = {
    { .name = "webhook_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the address of an incoming integration, which is itself a "
             "secret; else url, user_id, token_file and room." },
    { .name = "url",
      .type = OPTION_STRING,
      .doc = "The server, such as https://chat.example.se." },
    { .name = "user_id",
      .type = OPTION_STRING,
      .doc = "The id that was shown with the access token." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .doc =
          "File with the personal access token of an account that is a member of the "
          "room." },
    { .name = "room", .type = OPTION_STRING, .doc = "The room: #name, or its id." },
    { .name = "max_characters",
      .type = OPTION_INTEGER,
      .default_text = "5000",
      .min = CHAT_LEAST_CHARACTERS,
      .max = CHAT_MOST_CHARACTERS,
      .doc = "How many characters the server takes in a message." },
    { .name = "languages", .type = OPTION_STRINGS, .doc = CHAT_LANGUAGES_DOC },
};

static const char *const with_token[] = { "token_file", "url", "user_id", "room",
                                          NULL };

#define NEW_WEBHOOK                                                                    \
    "the integration is gone or turned off; make a new one under Administration, "     \
    "Integrations"

/* A no may come under 200 too: the rows without a code are for both. */
static const struct reply_rule rules[] = {
    { 0, "too-many-requests", OUTCOME_RETRY, NULL },
    { 0, "too many requests", OUTCOME_RETRY, NULL },
    { 0, "Invalid integration", OUTCOME_CREDENTIALS, NEW_WEBHOOK },
    { 0, "integration is disabled", OUTCOME_CREDENTIALS, NEW_WEBHOOK },
    { 0, "must be logged in", OUTCOME_CREDENTIALS,
      "user_id or the token is not valid; make a new token for the account" },
    { 0, "message-size-exceeded", OUTCOME_REFUSED,
      "set max_characters to what the server takes (Message_MaxAllowedSize)" },
    { 0, "invalid-channel", OUTCOME_REFUSED, "room should be #name or an id" },
    { 0, "error-invalid-room", OUTCOME_REFUSED, "room should be #name or an id" },
    { 0, "room-not-found", OUTCOME_REFUSED, "room should be #name or an id" },
    { 0, "archived", OUTCOME_REFUSED, "the room is archived" },
    { 401, NULL, OUTCOME_CREDENTIALS,
      "user_id or the token is not valid; make a new token for the account" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the account may not write there; make it a member of the room" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "the integration is gone, or url is not a Rocket.Chat server" },
    { 410, NULL, OUTCOME_CREDENTIALS, NEW_WEBHOOK },
};

static char *
read_words(const struct reply *reply)
{
    char *words = json_reply_text(reply, "error");
    if (words == NULL)
        words = json_reply_text(reply, "message");
    return words != NULL ? words : http_reply_words(reply);
}

/* "ROOM MESSAGE": an edit needs both. */
static bool
is_remote_id(const char *id)
{
    char *room = NULL;
    const char *message = chat_id_parts(id, &room);
    bool is_one = message != NULL && http_is_word(message) && http_is_word(room);
    free(room);
    return is_one;
}

static char *
read_remote_id(const struct reply *reply)
{
    return chat_id_read(reply, "/message/rid", "/message/_id");
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .ok_member = "/success",
    .read_remote_id = read_remote_id,
    .is_remote_id = is_remote_id,
    .waits = { { WAIT_HEADER_MOMENT, "X-RateLimit-Reset" } },
    .n_waits = 1,
};

static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    static const char *const words[] = {
        "No message found",   "error-invalid-message", "invalid-tmid",
        "message.tmid",       "does not match where",  "error-message-not-found",
        "threads not enabled"
    };
    const char *detail = outcome->detail == NULL ? "" : outcome->detail;
    bool is = reply->code == 404;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        is = is || strcasestr(detail, words[i]) != NULL;
    return is;
}

static const struct story story_of_api = { .edits = true,
                                           .threads = true,
                                           .is_gone = is_gone };

/* A message is one text: attachments would stay as they were when it is edited. */
static void
write_part(const struct chat_part *part, struct buffer *out)
{
    chat_markdown(&chat_rocketchat, part, false, out);
}

static const struct chat_form form = {
    .rule = { .unit = LENGTH_UTF16, .most = CHARACTERS },
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
    const char *user = channel_setting(channel, "user_id");
    const char *room = channel_setting(channel, "room");
    enum status status = http_base_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK && !http_is_word(user))
        status =
            error_set(error, STATUS_INVALID,
                      "user_id is \"%s\"; the id is needed that was shown with the "
                      "token, letters and digits alone",
                      user);
    if (status == STATUS_OK && room[0] != '#' && !http_is_word(room))
        status = error_set(error, STATUS_INVALID,
                           "room is \"%s\"; #name is needed, or the room's id, letters "
                           "and digits alone",
                           room);
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

static bool
has_name(const char *room)
{
    return room[0] == '#';
}

static char *
api_url(const struct channel *channel, const char *method)
{
    char *path = string_format("/api/v1/%s", method);
    char *url = http_url_join(channel_setting(channel, "url"), path);
    free(path);
    return url;
}

/* Is the room there, and does the account see it? */
static void
compose_test(const struct channel *channel, struct request *request)
{
    const char *room = channel_setting(channel, "room");
    struct buffer method = { 0 };
    buffer_add(&method, "rooms.info?");
    form_add(&method, has_name(room) ? "roomName" : "roomId",
             has_name(room) ? room + 1 : room);
    http_request(request, "GET", api_url(channel, method.data));
    buffer_clear(&method);
}

static void
compose_edit(const struct delivery_input *input, const char *text,
             struct request *request)
{
    char *room = NULL;
    const char *message = chat_id_parts(input->first_remote_id, &room);
    json_request(
        request, "POST", api_url(input->channel, "chat.update"),
        json_pack("{s:s, s:s, s:s}", "roomId", room, "msgId", message, "text", text));
    free(room);
}

/* What everybody in the room is to see is shown there as well as in the thread. */
static void
compose_post(const struct delivery_input *input, const char *text,
             struct request *request)
{
    const char *room = channel_setting(input->channel, "room");
    char *answered_room = NULL;
    const char *answered =
        chat_id_parts(story_answered(&story_of_api, input), &answered_room);
    json_t *body = json_pack("{s:s, s:s, s:b}", has_name(room) ? "channel" : "roomId",
                             room, "text", text, "parseUrls", 0);
    if (answered != NULL) {
        json_object_set_new(body, "tmid", json_string(answered));
        json_object_set_new(body, "tshow", json_boolean(chat_is_for_all(input)));
    }
    json_request(request, "POST", api_url(input->channel, "chat.postMessage"), body);
    free(answered_room);
}

static enum status
compose_message(const struct delivery_input *input, struct request *request,
                struct error *error)
{
    char *text = chat_delivery_text(&form, input, error);
    if (text == NULL)
        return STATUS_INVALID;
    if (chat_webhook(input->channel) != NULL)
        json_post(request, chat_webhook(input->channel),
                  json_pack("{s:s, s:b}", "text", text, "parseUrls", 0));
    else if (input->step->number == STORY_EDIT)
        compose_edit(input, text, request);
    else
        compose_post(input, text, request);
    free(text);
    return STATUS_OK;
}

static enum status
compose(const struct delivery_input *given, struct request *request,
        struct error *error)
{
    const struct delivery_input input = chat_own_ids(given, is_remote_id);
    const struct channel *channel = input.channel;
    bool has_account = chat_webhook(channel) == NULL;
    enum status status = STATUS_OK;
    request->recent_connection = true;
    if (input.is_test && has_account)
        compose_test(channel, request);
    else
        status = compose_message(&input, request, error);
    if (status == STATUS_OK && has_account) {
        request_header(request, "X-User-Id", "%s", channel_setting(channel, "user_id"));
        request_header(request, "X-Auth-Token", "%s",
                       channel_secret(channel, "token_file"));
    }
    return status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    const struct chat_form own = chat_form_of(&form, input->channel);
    chat_parts_show(&own, input, shown);
}

static bool
next_step(const struct delivery_input *given, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    const struct delivery_input input = chat_own_ids(given, is_remote_id);
    return story_next_step(chat_story(input.channel, &story_of_api), &input, reply,
                           step, outcome);
}

const struct driver driver_rocketchat = {
    .name = "rocketchat",
    .summary = "messages in a Rocket.Chat room, a thread for each incident",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .threads = true,
    .edits = true,
    .wait_headers = "`Retry-After`, `X-RateLimit-Reset`",
    .inbound = "answers in the thread",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
