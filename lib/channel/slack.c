/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The slack driver. With a token the messages of an incident are a thread under the first
 * one, which is edited so that it says what is known now; a webhook is an address alone,
 * where every message stands by itself.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/chat_address.h"
#include "channel/http_outcome.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/reply_rule.h"
#include "channel/slack_blocks.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://slack.com/api"

enum {
    CONCURRENCY = 2,
    TIME_STAMP_DECIMALS = 6,
};

static const struct option_spec options[] = {
    { .name = "webhook_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the address of an incoming webhook, which is itself a secret; "
             "else token_file and channel_id." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the bot's token (xoxb-…), whose application may write messages "
             "(chat:write)." },
    { .name = "channel_id",
      .type = OPTION_STRING,
      .doc = "The channel's id, such as C0123456789; its name does not do." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "Where Slack's API is; for the token alone." },
    { .name = "languages", .type = OPTION_STRINGS, .doc = CHAT_LANGUAGES_DOC },
};

static const char *const with_token[] = { "token_file", "channel_id", NULL };

#define NEW_TOKEN                                                                      \
    "install the app anew under OAuth & Permissions and put the bot's token into "     \
    "token_file"
#define INVITE "invite the app into the channel (/invite @app)"

/* The API says no under 200, a webhook under the code, in one word of a line of text. */
static const struct reply_rule rules[] = {
    { 200, "invalid_auth", OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 200, "not_authed", OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 200, "token_revoked", OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 200, "token_expired", OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 200, "account_inactive", OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 200, "not_allowed_token_type", OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 200, "missing_scope", OUTCOME_CREDENTIALS,
      "give the app the scope chat:write and install it anew" },
    { 200, "no_permission", OUTCOME_CREDENTIALS,
      "give the app the scope chat:write and install it anew" },
    { 200, "org_login_required", OUTCOME_CREDENTIALS, "ask the workspace's owner" },
    { 200, "team_access_not_granted", OUTCOME_CREDENTIALS,
      "ask the workspace's owner" },
    { 200, "access_denied", OUTCOME_CREDENTIALS, "ask the workspace's owner" },
    { 200, "ekm_access_denied", OUTCOME_CREDENTIALS, "ask the workspace's owner" },
    { 200, "ratelimited", OUTCOME_RETRY, NULL },
    { 200, "rate_limited", OUTCOME_RETRY, NULL },
    { 200, "request_timeout", OUTCOME_RETRY, NULL },
    { 200, "service_unavailable", OUTCOME_RETRY, NULL },
    /* A part of the work may be done. */
    { 200, "internal_error", OUTCOME_UNKNOWN, NULL },
    { 200, "fatal_error", OUTCOME_UNKNOWN, NULL },
    { 200, "channel_not_found", OUTCOME_REFUSED,
      "channel_id should be an id that the app can see, such as C0123456789" },
    { 200, "not_in_channel", OUTCOME_REFUSED, INVITE },
    { 200, "is_archived", OUTCOME_REFUSED, "the channel is archived" },
    { 400, "invalid_token", OUTCOME_CREDENTIALS, "make a new webhook" },
    { 401, NULL, OUTCOME_CREDENTIALS, NEW_TOKEN },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the workspace does not let the app post there; ask its owner" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "the webhook or its channel is gone, or url is not Slack's API" },
    { 410, NULL, OUTCOME_CREDENTIALS,
      "the webhook's channel is archived; make a webhook for another" },
};

/* What the answer says: the API's word, else a webhook's line. */
static char *
read_words(const struct reply *reply)
{
    char *error = json_reply_text(reply, "error");
    return error != NULL ? error : http_reply_words(reply);
}

static bool
is_time_stamp(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return n > 0 && n <= 12 && text[n] == '.' &&
           strspn(text + n + 1, "0123456789") == TIME_STAMP_DECIMALS &&
           strlen(text) == n + 1 + TIME_STAMP_DECIMALS;
}

/* "CHANNEL TS": together they name a message. */
static bool
is_remote_id(const char *id)
{
    char *channel = NULL;
    const char *ts = chat_id_parts(id, &channel);
    bool is_one = ts != NULL && is_time_stamp(ts) && http_is_word(channel);
    free(channel);
    return is_one;
}

static char *
read_remote_id(const struct reply *reply)
{
    return chat_id_read(reply, "/channel", "/ts");
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .ok_member = "/ok",
    .read_remote_id = read_remote_id,
    .is_remote_id = is_remote_id,
};

/* The message that was to be edited or answered is no more, or takes no answers. */
static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    static const char *const errors[] = {
        "message_not_found",
        "thread_not_found",
        "invalid_thread_ts",
        "cannot_reply_to_message",
        "message_not_in_existing_thread",
        "restricted_action_thread_locked",
    };
    (void)outcome;
    char *error = json_reply_text(reply, "error");
    bool is = false;
    for (size_t i = 0; error != NULL && i < ARRAY_COUNT(errors); i++)
        is = is || strcmp(error, errors[i]) == 0;
    free(error);
    return is;
}

static const struct story story_of_api = { .edits = true,
                                           .threads = true,
                                           .is_gone = is_gone };

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = slack_form.rule;
}

static const char *
base_of(const struct channel *channel)
{
    const char *url = channel_setting(channel, "url");
    return url == NULL ? DEFAULT_URL : url;
}

static enum status
check_channel_id(const char *id, struct error *error)
{
    if (http_is_word(id) && (id[0] == 'C' || id[0] == 'G' || id[0] == 'D'))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "channel_id is \"%s\"; the channel's id is needed, such as "
                     "C0123456789: it stands at the end of the channel's details",
                     id);
}

static enum status
check(const struct channel *channel, struct error *error)
{
    enum status status = chat_address_check(channel, with_token, error);
    if (status == STATUS_OK && chat_webhook(channel) == NULL)
        status = check_channel_id(channel_setting(channel, "channel_id"), error);
    if (status == STATUS_OK)
        status = http_base_check("url", base_of(channel), error);
    return status == STATUS_OK
               ? delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &slack_form.rule, error)
               : status;
}

/* Into the channel where the message is, as Slack called it. */
static const char *
set_message(json_t *body, const char *remote_id, const char *member)
{
    char *channel = NULL;
    const char *ts = chat_id_parts(remote_id, &channel);
    if (ts != NULL) {
        json_object_set_new(body, "channel", json_string(channel));
        json_object_set_new(body, member, json_string(ts));
    }
    free(channel);
    return ts;
}

static void
set_previews_off(json_t *body)
{
    json_object_set_new(body, "unfurl_links", json_false());
    json_object_set_new(body, "unfurl_media", json_false());
}

/* What everybody in the channel is to see is shown there as well as in the thread. */
static const char *
address_message(const struct delivery_input *input, json_t *body)
{
    const char *channel = channel_setting(input->channel, "channel_id");
    const char *answered = story_answered(&story_of_api, input);
    if (input->step->number == STORY_EDIT) {
        set_message(body, input->first_remote_id, "ts");
        return "/chat.update";
    }
    set_previews_off(body);
    if (set_message(body, answered, "thread_ts") == NULL)
        json_object_set_new(body, "channel", json_string(channel));
    else if (chat_is_for_all(input))
        json_object_set_new(body, "reply_broadcast", json_true());
    return "/chat.postMessage";
}

static void
post_api(const struct delivery_input *input, const char *method, json_t *body_take,
         struct request *request)
{
    json_request(request, "POST", http_url_join(base_of(input->channel), method),
                 body_take);
    request_bearer(request, channel_secret(input->channel, "token_file"));
}

static enum status
compose(const struct delivery_input *given, struct request *request,
        struct error *error)
{
    const struct delivery_input input = chat_own_ids(given, is_remote_id);
    const char *webhook = chat_webhook(input.channel);
    bool is_edit = input.step->number == STORY_EDIT;
    struct chat_parts parts = { 0 };
    request->recent_connection = true;
    if (input.is_test && webhook == NULL) {
        post_api(&input, "/auth.test", json_object(), request);
        return STATUS_OK;
    }
    enum status status = chat_parts_fill(
        &slack_form, &input, is_edit ? DELIVERY_TEXT_BARE : DELIVERY_TEXT_WHOLE, &parts,
        error);
    if (status == STATUS_OK && webhook != NULL) {
        json_t *body = slack_body(&parts);
        set_previews_off(body);
        json_post(request, webhook, body);
    } else if (status == STATUS_OK) {
        json_t *body = slack_body(&parts);
        const char *method = address_message(&input, body);
        post_api(&input, method, body, request);
    }
    chat_parts_clear(&parts);
    return status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    chat_parts_show(&slack_form, input, shown);
}

static bool
next_step(const struct delivery_input *given, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    const struct delivery_input input = chat_own_ids(given, is_remote_id);
    return story_next_step(chat_story(input.channel, &story_of_api), &input, reply,
                           step, outcome);
}

const struct driver driver_slack = {
    .name = "slack",
    .summary = "messages in a Slack channel, a thread for each incident",
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
    .rate = { .count = 1, .period_ms = SECONDS_MS }, /* Slack takes so many a channel */
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
