/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signal driver: messages to one group or person through a server of one's own that
 * speaks for a Signal account (signal-cli-rest-api). The first message of an incident is
 * edited so that it says what is known now; its id is the time at which it was sent.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/delivery_text.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/phone.h"
#include "channel/reply_rule.h"
#include "channel/shown.h"
#include "channel/story.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 1,   /* the account's keys change with every message */
    BYTES_MOST = 2000, /* what is longer becomes a file */
    TIMESTAMP_DIGITS = 15,
};

#define GROUP "group."

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The server that speaks for the account, such as http://127.0.0.1:8080." },
    { .name = "number",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The account's own number, with \"+\" and the country code." },
    { .name = "recipient",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The group, such as group.ckRzaEd4VmRz…, or a number; large groups are "
             "nothing for Signal." },
    { .name = "languages",
      .type = OPTION_STRINGS,
      .doc = "The languages of a message, one below the other; the first of languages "
             "alone." },
};

/* The server says 400 to almost everything that failed, also to what may work later. */
static const struct reply_rule rules[] = {
    { 400, "not registered", OUTCOME_CREDENTIALS,
      "register the account of number at the server, or link it" },
    { 400, "account does not exist", OUTCOME_CREDENTIALS,
      "register the account of number at the server, or link it" },
    { 400, "invalid account", OUTCOME_CREDENTIALS,
      "set number to the account's number" },
    { 400, "group not found", OUTCOME_CREDENTIALS,
      "set recipient to a group that the account is a member of" },
    { 400, "invalid group", OUTCOME_CREDENTIALS,
      "set recipient to a group that the account is a member of" },
    { 400, "not a group member", OUTCOME_CREDENTIALS,
      "let the account join the group" },
    { 400, NULL, OUTCOME_RETRY, NULL },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "url should be the address of signal-cli-rest-api" },
    { 429, NULL, OUTCOME_CREDENTIALS,
      "Signal wants to see a person: solve the captcha for the account at the server" },
};

static bool
is_timestamp(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return n > 0 && n <= TIMESTAMP_DIGITS && text[n] == '\0';
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .words = "/error",
    .remote_id = "/timestamp",
    .is_remote_id = is_timestamp,
};

/* A message that is gone, too old, or was edited too often is told from nothing else. */
static bool
is_gone(const struct reply *reply, const struct outcome *outcome)
{
    (void)outcome;
    return reply->code == 400;
}

static const struct story story = { .edits = true, .is_gone = is_gone };

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = (struct length_rule){ .unit = LENGTH_BYTES, .most = BYTES_MOST };
}

static enum status
check_recipient(const char *recipient, struct error *error)
{
    size_t len = strlen(GROUP);
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789+/=-_";
    if (strncmp(recipient, GROUP, len) == 0 && recipient[len] != '\0' &&
        recipient[len + strspn(recipient + len, letters)] == '\0')
        return STATUS_OK;
    if (phone_check(recipient, NULL) == STATUS_OK)
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID,
        "recipient is neither a group's id as the server lists it (group.…) "
        "nor a number with \"+\" and the country code");
}

static enum status
check(const struct channel *channel, struct error *error)
{
    struct length_rule rule;
    length(channel, &rule);
    enum status status = http_base_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK &&
        phone_check(channel_setting(channel, "number"), NULL) != STATUS_OK)
        status = error_set(error, STATUS_INVALID,
                           "number is no number with \"+\" and the country code");
    if (status == STATUS_OK)
        status = check_recipient(channel_setting(channel, "recipient"), error);
    return status == STATUS_OK
               ? delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &rule, error)
               : status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    struct length_rule rule;
    length(input->channel, &rule);
    delivery_text_show(input, channel_setting_list(input->channel, "languages"), &rule,
                       shown);
}

static json_t *
body_of(const struct delivery_input *input, const char *text)
{
    const struct channel *channel = input->channel;
    json_t *body = json_pack("{s:s, s:[s], s:s, s:s}", "number",
                             channel_setting(channel, "number"), "recipients",
                             channel_setting(channel, "recipient"), "message", text,
                             "text_mode", "normal");
    if (input->step->number == STORY_EDIT)
        json_object_set_new(body, "edit_timestamp",
                            json_integer(strtoll(input->first_remote_id, NULL, 10)));
    return body;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const char *base = channel_setting(input->channel, "url");
    bool is_edit = input->step->number == STORY_EDIT;
    struct length_rule rule;
    request->recent_connection = true;
    if (input->is_test) {
        http_request(request, "GET", http_url_join(base, "/v1/about"));
        return STATUS_OK;
    }
    length(input->channel, &rule);
    char *text =
        delivery_text(input, channel_setting_list(input->channel, "languages"), &rule,
                      is_edit ? DELIVERY_TEXT_BARE : DELIVERY_TEXT_WHOLE, error);
    if (text == NULL)
        return STATUS_INVALID;
    json_request(request, "POST", http_url_join(base, "/v2/send"),
                 body_of(input, text));
    free(text);
    return STATUS_OK;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    return story_next_step(&story, input, reply, step, outcome);
}

const struct driver driver_signal = {
    .name = "signal",
    .summary = "messages in a Signal group, through a server of your own",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .edits = true,
    .wait_headers = "`Retry-After`",
    .inbound = "messages in the group",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
