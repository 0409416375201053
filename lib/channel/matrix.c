/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The matrix driver: the messages of an incident are a thread in a room; the first of
 * them is replaced by what is known now.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/delivery_text.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/matrix_event.h"
#include "channel/outcome.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "channel/story.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 4,
    ID_MAX_BYTES = 255,
};

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The address of the homeserver, such as https://matrix.example.se." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the access token of an account that is in the room." },
    { .name = "room_id",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The room's internal id, such as !abc:example.se." },
    { .name = "test_room_id",
      .type = OPTION_STRING,
      .doc = "The room that a test is said in; without it only the login is tried, and "
             "that the account is in the room." },
    { .name = "languages",
      .type = OPTION_STRINGS,
      .doc = "The languages of a message, one below the other; the first of languages "
             "alone." },
};

static const struct reply_rule rules[] = {
    { 0, "M_LIMIT_EXCEEDED", OUTCOME_RETRY, NULL },
    { 0, "M_TOO_LARGE", OUTCOME_REFUSED, NULL },
    { 401, NULL, OUTCOME_CREDENTIALS,
      "the token in token_file is not valid; log the account in anew and put its token "
      "there" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the account may not write in the room; let it join, and let it send messages" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "url should be the address of a homeserver, and room_id a room there" },
    { 405, NULL, OUTCOME_CREDENTIALS, "url should be the address of a homeserver" },
};

/* "M_FORBIDDEN: …": the name says more than the words. */
static char *
read_words(const struct reply *reply)
{
    char *name = json_reply_text(reply, "errcode");
    char *words = json_reply_text(reply, "error");
    char *both = name == NULL ? string_copy(words)
                              : string_format("%s%s%s", name, words == NULL ? "" : ": ",
                                              words == NULL ? "" : words);
    free(name);
    free(words);
    return both;
}

static bool
is_event_id(const char *id)
{
    size_t len = strlen(id);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)id[i] <= ' ' || (unsigned char)id[i] >= 0x7f)
            return false;
    }
    return id[0] == '$' && len > 1 && len <= ID_MAX_BYTES;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .remote_id = "/event_id",
    .is_remote_id = is_event_id,
    .waits = { { WAIT_BODY_MILLISECONDS, "/retry_after_ms" } },
    .n_waits = 1,
};

/* A relation to an event that the server does not have, or does not allow, is a bad
 * request to some and not found to others. */
static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    return (reply->code == 400 && outcome->kind == OUTCOME_REFUSED) ||
           reply->code == 404;
}

static const struct story story = {
    .edits = true,
    .threads = true,
    .is_gone = is_gone,
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = matrix_room_of_text;
}

static enum status
check_room(const char *option, const char *room, struct error *error)
{
    size_t len = room == NULL ? 0 : strlen(room);
    bool is_good = room == NULL || (room[0] == '!' && len > 1 && len <= ID_MAX_BYTES &&
                                    strcspn(room, " \t\r\n/") == len);
    if (is_good)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s is \"%s\"; the internal id of the room, which begins with "
                     "\"!\", is needed: !abc:example.se",
                     option, room);
}

static enum status
check(const struct channel *channel, struct error *error)
{
    enum status status = http_base_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK)
        status = http_secret_check("token_file", channel_secret(channel, "token_file"),
                                   error);
    if (status == STATUS_OK)
        status = check_room("room_id", channel_setting(channel, "room_id"), error);
    if (status == STATUS_OK)
        status =
            check_room("test_room_id", channel_setting(channel, "test_room_id"), error);
    if (status == STATUS_OK)
        status = delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &matrix_room_of_text, error);
    return status;
}

/* The server knows a repeat by it: one for each thing that a delivery may say. */
static char *
transaction_of(const struct delivery_input *input)
{
    static const char *const suffixes[STORY_OWN] = {
        [STORY_EDIT] = ".edit",
        [STORY_SAY_PREVIOUS] = ".answer",
        [STORY_SAY_ALONE] = ".alone",
    };
    const char *suffix = suffixes[input->step->number];
    return string_format("%s.%s%s", input->message->id, input->channel->name,
                         suffix == NULL ? "" : suffix);
}

static char *
url_of(const struct delivery_input *input, const char *room)
{
    struct buffer path = { 0 };
    char *transaction = transaction_of(input);
    buffer_add(&path, "/_matrix/client/v3/rooms/");
    http_percent_add(&path, room);
    buffer_add(&path, "/send/m.room.message/");
    http_percent_add(&path, transaction);
    char *url = http_url_join(channel_setting(input->channel, "url"), path.data);
    buffer_clear(&path);
    free(transaction);
    return url;
}

static json_t *
event_reference(const char *event_id)
{
    return json_pack("{s:s}", "event_id", event_id);
}

/* What the message hangs on; NULL: nothing. Programs that know no threads show it as an
 * answer to the newest message. */
static json_t *
relation_of(const struct delivery_input *input)
{
    const char *answered = story_answered(&story, input);
    const char *newest =
        input->previous_remote_id != NULL ? input->previous_remote_id : answered;
    if (input->step->number == STORY_EDIT)
        return json_pack("{s:s, s:s}", "rel_type", "m.replace", "event_id",
                         input->first_remote_id);
    if (answered == NULL)
        return NULL;
    if (input->step->number == STORY_SAY_PREVIOUS)
        return json_pack("{s:o}", "m.in_reply_to", event_reference(answered));
    return json_pack("{s:s, s:s, s:b, s:o}", "rel_type", "m.thread", "event_id",
                     answered, "is_falling_back", 1, "m.in_reply_to",
                     event_reference(newest));
}

static enum status
compose_event(const struct delivery_input *input, const char *room,
              struct request *request, struct error *error)
{
    const bool is_edit = input->step->number == STORY_EDIT;
    const bool is_answer = story_answered(&story, input) != NULL;
    json_t *event = matrix_event(input,
                                 is_edit     ? MATRIX_EVENT_EDIT
                                 : is_answer ? MATRIX_EVENT_ANSWER
                                             : MATRIX_EVENT_FIRST,
                                 error);
    json_t *relation = relation_of(input);
    if (event == NULL) {
        json_decref(relation);
        return STATUS_INVALID;
    }
    if (relation != NULL)
        json_object_set_new(event, "m.relates_to", relation);
    char *url = url_of(input, room);
    json_post(request, url, event);
    string_replace(&request->method, "PUT");
    free(url);
    return STATUS_OK;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const char *room = channel_setting(input->channel, "room_id");
    enum status status = STATUS_OK;
    if (input->is_test)
        room = channel_setting(input->channel, "test_room_id");
    if (room != NULL)
        status = compose_event(input, room, request, error);
    else
        http_request(request, "GET",
                     http_url_join(channel_setting(input->channel, "url"),
                                   "/_matrix/client/v3/joined_rooms"));
    if (status == STATUS_OK)
        request_bearer(request, channel_secret(input->channel, "token_file"));
    return status;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    return story_next_step(&story, input, reply, step, outcome);
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    delivery_text_show(input, channel_setting_list(input->channel, "languages"),
                       &matrix_room_of_text, shown);
}

/* The answer lists the rooms that the account is in, and this is not among them. */
static bool
is_not_joined(const struct channel *channel, const struct reply *reply)
{
    json_t *body = json_reply(reply);
    const json_t *rooms = json_object_get(body, "joined_rooms");
    const char *wanted = channel_setting(channel, "room_id");
    bool is_joined = !json_is_array(rooms);
    for (size_t i = 0; i < json_array_size(rooms) && !is_joined; i++) {
        const char *room = json_string_value(json_array_get(rooms, i));
        is_joined = room != NULL && strcmp(room, wanted) == 0;
    }
    json_decref(body);
    return !is_joined;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    reply_table_outcome(&replies, reply, recipients_are_several(channel, has_recipient),
                        now_ms, outcome);
    if (outcome->kind == OUTCOME_DELIVERED && is_not_joined(channel, reply))
        outcome_set(outcome, OUTCOME_CREDENTIALS,
                    "the login works, but the account is not in the room room_id; "
                    "invite it there and accept the invitation");
}

const struct driver driver_matrix = {
    .name = "matrix",
    .summary = "messages in a Matrix room, a thread for each incident",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = true,
    .threads = true,
    .edits = true,
    .wait_headers = "`Retry-After`, `retry_after_ms`",
    .inbound = "messages in the room",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .classify = classify,
};
