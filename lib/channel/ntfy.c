/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The ntfy driver: notifications to everybody who follows a topic. The messages of an
 * incident have one sequence id, by which the server puts each in the place of the one
 * before; a server that does not know it shows them one after the other.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/push_note.h"
#include "channel/recipients.h"
#include "channel/reply_rule.h"
#include "model/danger.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://ntfy.sh"

/* The server names no time to come back: one request more every five seconds, and what
 * is counted by the day begins anew at midnight UTC. */
#define REQUESTS_WAIT_MS (5 * SECONDS_MS)
#define DAY_MS (24 * HOURS_MS)

enum {
    CONCURRENCY = 2,
    BODY_BYTES = 4096, /* more would become an attachment */
    TOPIC_MOST = 64,
};

static const int priorities[PUSH_LEVEL_COUNT] = {
    [PUSH_TEST] = 1, [PUSH_QUIET] = 2,  [PUSH_NORMAL] = 3,
    [PUSH_HIGH] = 4, [PUSH_DANGER] = 5,
};

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "The address of the ntfy server." },
    { .name = "topic",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The topic that readers follow: letters, digits, - and _." },
    { .name = "test_topic",
      .type = OPTION_STRING,
      .doc =
          "The topic that a test is published in; without it only the server and the "
          "login are tried." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with an access token (tk_…) that may write to the topic." },
    { .name = "username",
      .type = OPTION_STRING,
      .doc = "A user who may write to the topic, instead of a token." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the password of username." },
    PUSH_OPTIONS,
};

static const struct push_form form = {
    .rule = { .unit = LENGTH_BYTES, .most = BODY_BYTES },
};

static const struct reply_rule rules[] = {
    { 400, "topic", OUTCOME_CREDENTIALS, "set topic to one that the server allows" },
    { 401, NULL, OUTCOME_CREDENTIALS,
      "the token, or username and password, is not known to the server" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the login may not write to the topic; give it write access on the server" },
    { 404, NULL, OUTCOME_CREDENTIALS, "url should be the address of an ntfy server" },
    { 405, NULL, OUTCOME_CREDENTIALS, "url should be the address of an ntfy server" },
    { 429, "42908", OUTCOME_RETRY, "the messages of this day are used up" },
    { 429, "daily", OUTCOME_RETRY, "what the server gives for a day is used up" },
};

/* "42908 limit reached: …": the number says more than the code. */
static char *
read_words(const struct reply *reply)
{
    char *code = json_reply_text(reply, "code");
    char *words = json_reply_text(reply, "error");
    char *both = words == NULL ? NULL
                               : string_format("%s%s%s", code == NULL ? "" : code,
                                               code == NULL ? "" : " ", words);
    free(code);
    free(words);
    return both;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .remote_id = "/id",
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = form.rule;
}

static enum status
check_topic(const char *option, const char *topic, struct error *error)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t len = topic == NULL ? 0 : strspn(topic, letters);
    if (topic == NULL || (len > 0 && len <= TOPIC_MOST && topic[len] == '\0'))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s is \"%s\"; 1 to %d of a to z, A to Z, 0 to 9, - and _ are "
                     "needed, such as nordan-drift",
                     option, topic, (int)TOPIC_MOST);
}

/* A token, or a name and its password, or neither. */
static enum status
check_login(const struct channel *channel, struct error *error)
{
    const char *token = channel_secret(channel, "token_file");
    const char *password = channel_secret(channel, "password_file");
    const char *username = channel_setting(channel, "username");
    if (token != NULL && (username != NULL || password != NULL))
        return error_set(error, STATUS_INVALID,
                         "token_file and %s are both given; one way to log in is "
                         "enough",
                         username != NULL ? "username" : "password_file");
    if ((username == NULL) != (password == NULL))
        return error_set(error, STATUS_INVALID,
                         "%s is given without %s; a login needs both",
                         username != NULL ? "username" : "password_file",
                         username != NULL ? "password_file" : "username");
    if (username != NULL && (username[0] == '\0' || strchr(username, ':') != NULL))
        return error_set(error, STATUS_INVALID,
                         "username is \"%s\"; the name of a user of the server is "
                         "needed, without \":\"",
                         username);
    if (token != NULL)
        return http_secret_check("token_file", token, error);
    return password == NULL ? STATUS_OK
                            : http_secret_check("password_file", password, error);
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
    enum status status = http_base_check("url", base_of(channel), error);
    if (status == STATUS_OK)
        status = check_topic("topic", channel_setting(channel, "topic"), error);
    if (status == STATUS_OK)
        status =
            check_topic("test_topic", channel_setting(channel, "test_topic"), error);
    if (status == STATUS_OK)
        status = check_login(channel, error);
    return status == STATUS_OK ? push_check(channel, &form, error) : status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    push_note_show(input, &form, shown);
}

static void
add_login(const struct channel *channel, struct request *request)
{
    const char *token = channel_secret(channel, "token_file");
    const char *username = channel_setting(channel, "username");
    if (token != NULL)
        request_bearer(request, token);
    else if (username != NULL)
        request_basic(request, username, channel_secret(channel, "password_file"));
}

/* Names of emoji, which readers see in front of the title. */
static const char *
tag_of(const struct push_note *note, const struct facts *facts)
{
    static const char *const kinds[KIND_COUNT] = {
        [KIND_POWER] = "electric_plug",
        [KIND_WATER] = "potable_water",
        [KIND_SEWAGE] = "toilet",
        [KIND_HEATING] = "thermometer",
        [KIND_GAS] = "fire",
        [KIND_TELECOM] = "telephone_receiver",
        [KIND_TRANSPORT] = "bus",
        [KIND_OTHER] = "warning",
    };
    bool has_status = facts_has(facts, FIELD_STATUS);
    if (note->level == PUSH_DANGER)
        return "rotating_light";
    if (has_status && !status_is_open(facts->status))
        return facts->status == INCIDENT_PLANNED ? "construction" : "white_check_mark";
    return kinds[facts_has(facts, FIELD_KIND) ? facts->kind : KIND_OTHER];
}

static json_t *
body_of(const struct delivery_input *input, const struct push_note *note)
{
    const char *topic =
        channel_setting(input->channel, input->is_test ? "test_topic" : "topic");
    char *story = push_story(input);
    json_t *body =
        json_pack("{s:s, s:s, s:s, s:i, s:[s]}", "topic", topic, "title", note->title,
                  "message", note->body, "priority", priorities[note->level], "tags",
                  tag_of(note, &input->message->facts));
    if (note->url != NULL) {
        json_object_set_new(body, "click", json_string(note->url));
        json_object_set_new(body, "actions",
                            json_pack("[{s:s, s:s, s:s}]", "action", "view", "label",
                                      note->link_title, "url", note->url));
    }
    if (story != NULL)
        json_object_set_new(body, "sequence_id", json_string(story));
    free(story);
    return body;
}

static enum status
compose_note(const struct delivery_input *input, struct request *request,
             struct error *error)
{
    struct push_note note = { 0 };
    enum status status = push_note_fill(input, &form, &note, error);
    if (status == STATUS_OK) {
        char *url = http_url_join(base_of(input->channel), "/");
        json_post(request, url, body_of(input, &note));
        request->recent_connection = true;
        free(url);
    }
    push_note_clear(&note);
    return status;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    enum status status = STATUS_OK;
    if (input->is_test && channel_setting(input->channel, "test_topic") == NULL)
        http_request(request, "GET",
                     http_url_join(base_of(input->channel), "/v1/account"));
    else
        status = compose_note(input, request, error);
    if (status == STATUS_OK)
        add_login(input->channel, request);
    return status;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    reply_table_outcome(&replies, reply, recipients_are_several(channel, has_recipient),
                        now_ms, outcome);
    if (outcome->kind != OUTCOME_RETRY || reply->code != 429 ||
        outcome->retry_after_ms >= 0)
        return;
    bool is_daily = strstr(outcome->detail, "42908") != NULL ||
                    strstr(outcome->detail, "daily") != NULL;
    outcome->retry_after_ms = is_daily ? DAY_MS - now_ms % DAY_MS : REQUESTS_WAIT_MS;
}

const struct driver driver_ntfy = {
    .name = "ntfy",
    .summary = "notifications to everybody who follows a topic of an ntfy server",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .edits = true,
    .wait_headers = "`Retry-After`, `code`",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .classify = classify,
};
