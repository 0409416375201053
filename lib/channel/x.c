/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The x driver: posts through the API of X, version 2, which bills each of them, and more
 * for one with a web address. It knows no repeats, but takes no text twice.
 */
#include "channel/drivers.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/http_wait.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"
#include "channel/oauth1.h"
#include "channel/outcome.h"
#include "channel/reply_rule.h"
#include "channel/x_text.h"
#include "text/fit.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://api.x.com"

/* What was paid for a month is used up: nothing but the next month, or a person, helps. */
#define USAGE_CAP_REST_MS (24 * HOURS_MS)

enum {
    CONCURRENCY = 2,
    ID_MAX_BYTES = 24,
};

enum step {
    STEP_BEGIN,
    STEP_SAY,      /* with threads, an answer to the post before */
    STEP_SAY_ALONE /* that may not be answered, or is gone */
};

static const struct option_spec options[] = {
    { .name = "consumer_key_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the application's API key." },
    { .name = "consumer_secret_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the application's API key secret." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the account's access token, made when the application was "
             "allowed to read and write." },
    { .name = "token_secret_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the account's access token secret." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "The address of the API." },
    { .name = "language",
      .type = OPTION_STRING,
      .doc = "The language of the posts, one of languages; the first of them." },
    { .name = "max_characters",
      .type = OPTION_INTEGER,
      .default_text = "280",
      .min = FIT_LEAST,
      .max = X_CHARACTERS_MOST,
      .doc = "How many weighted characters a post of the account may have; an address "
             "counts as 23." },
    { .name = "links",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc =
          "Posts lead to the incident's page. A post with an address costs more than "
          "ten times as much as one without." },
    { .name = "threads",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc = "A later post of an incident answers the one before it. X lets most "
             "accounts answer only where they were mentioned, so that is tried and "
             "done without." },
};

static const struct reply_rule rules[] = {
    { 401, NULL, OUTCOME_CREDENTIALS,
      "the four keys are not of one application and account, or were revoked, or this "
      "computer's clock is wrong" },
    { 402, NULL, OUTCOME_CREDENTIALS,
      "the developer account has no credits left; fill it up" },
    { 403, "duplicate", OUTCOME_REFUSED, "X takes no text twice" },
    { 403, "permission", OUTCOME_CREDENTIALS,
      "allow the application to read and write, then make a new access token" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "the account or the application may not post; log in and see why" },
    { 404, NULL, OUTCOME_CREDENTIALS, "url should be " DEFAULT_URL },
    { 429, "usage cap", OUTCOME_RETRY,
      "what the developer account pays for is used up; raise its limit" },
    { 429, NULL, OUTCOME_RETRY, NULL },
};

static bool
is_id(const char *id)
{
    size_t len = id == NULL ? 0 : strspn(id, "0123456789");
    return len > 0 && len <= ID_MAX_BYTES && id[len] == '\0';
}

/* "Forbidden: You are not allowed to …", of problem details (RFC 9457). */
static char *
read_words(const struct reply *reply)
{
    char *title = json_reply_text(reply, "title");
    char *detail = json_reply_text(reply, "detail");
    if (detail == NULL)
        detail = json_reply_text_at(reply, "/errors/0/message");
    char *words = title != NULL && detail != NULL && strcmp(title, detail) != 0
                      ? string_format("%s: %s", title, detail)
                      : string_copy(detail != NULL ? detail : title);
    free(title);
    free(detail);
    return words;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .remote_id = "/data/id",
    .is_remote_id = is_id,
    .waits = { { WAIT_HEADER_MOMENT, "x-rate-limit-reset" } },
    .n_waits = 1,
};

/* --- What the answers mean -------------------------------------------------------- */

static bool
says(const struct reply *reply, const char *phrase)
{
    char *words = read_words(reply);
    bool is_said = words != NULL && strcasestr(words, phrase) != NULL;
    free(words);
    return is_said;
}

/* The limits of a day have headers of their own; the one that is reached counts. */
static int64_t
day_wait_ms(const struct reply *reply, int64_t now_ms)
{
    static const char *const limits[][2] = {
        { "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset" },
        { "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset" },
    };
    int64_t wait_ms = -1;
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
        const char *remaining = reply_header(reply, limits[i][0]);
        int64_t reset_ms = remaining != NULL && strcmp(remaining, "0") == 0
                               ? http_reset_wait(reply, limits[i][1], now_ms)
                               : -1;
        if (reset_ms > wait_ms)
            wait_ms = reset_ms;
    }
    return wait_ms;
}

/* Said when the account is asked for (200), as a test does; what a post's own answer is
 * (201) shows by itself. */
static bool
may_only_read(const struct reply *reply)
{
    const char *level = reply_header(reply, "x-access-level");
    return reply->code == 200 && level != NULL && strcmp(level, "read") == 0;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    reply_table_outcome(&replies, reply, has_recipient, now_ms, outcome);
    if (outcome->kind == OUTCOME_DELIVERED && may_only_read(reply)) {
        outcome_set(outcome, OUTCOME_CREDENTIALS,
                    "the access token may only read; allow the application to read and "
                    "write, then make a new access token");
    } else if (outcome->kind == OUTCOME_RETRY && reply->code == 429) {
        int64_t day_ms =
            says(reply, "usage cap") ? USAGE_CAP_REST_MS : day_wait_ms(reply, now_ms);
        if (day_ms > outcome->retry_after_ms)
            outcome->retry_after_ms = day_ms;
    }
}

/* --- What is asked ---------------------------------------------------------------- */

static const char *
base_of(const struct channel *channel)
{
    const char *url = channel_setting(channel, "url");
    return url == NULL ? DEFAULT_URL : url;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    static const char *const secrets[] = { "consumer_key_file", "consumer_secret_file",
                                           "token_file", "token_secret_file" };
    enum status status = http_base_check("url", base_of(channel), error);
    for (size_t i = 0; i < ARRAY_COUNT(secrets) && status == STATUS_OK; i++)
        status =
            http_secret_check(secrets[i], channel_secret(channel, secrets[i]), error);
    return status;
}

/* Never twice the same within a second: of the message, the step and the moment. */
static void
sign(const struct delivery_input *input, const char *url, struct request *request)
{
    const struct channel *channel = input->channel;
    const struct oauth1_keys keys = {
        .consumer_key = channel_secret(channel, "consumer_key_file"),
        .consumer_secret = channel_secret(channel, "consumer_secret_file"),
        .token = channel_secret(channel, "token_file"),
        .token_secret = channel_secret(channel, "token_secret_file"),
    };
    char nonce[SHA256_HEX_SIZE];
    char *unique = string_format("%s %s %lld %d", channel->name, input->message->id,
                                 (long long)input->now_ms, input->step->number);
    sha256_hex(unique, strlen(unique), nonce);
    const struct oauth1_request signed_part = { .method = request->method,
                                                .url = url,
                                                .nonce = nonce,
                                                .timestamp_s =
                                                    input->now_ms / SECONDS_MS };
    char *header = oauth1_header(&keys, &signed_part);
    request_header(request, "Authorization", "%s", header);
    free(header);
    free(unique);
}

static const char *
answered_post(const struct delivery_input *input)
{
    const char *threads = channel_setting(input->channel, "threads");
    return input->step->number == STEP_SAY && threads != NULL &&
                   strcmp(threads, "true") == 0 && is_id(input->previous_remote_id)
               ? input->previous_remote_id
               : NULL;
}

static enum status
compose_post(const struct delivery_input *input, const char *url,
             struct request *request, struct error *error)
{
    char *text = x_text(input, error);
    if (text == NULL)
        return STATUS_INVALID;
    json_t *body = json_pack("{s:s}", "text", text);
    const char *answered = answered_post(input);
    if (answered != NULL)
        json_object_set_new(body, "reply",
                            json_pack("{s:s}", "in_reply_to_tweet_id", answered));
    json_post(request, url, body);
    free(text);
    return STATUS_OK;
}

/* A test says nothing to anybody: it asks whose the keys are. */
static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    char *url = http_url_join(base_of(input->channel),
                              input->is_test ? "/2/users/me" : "/2/tweets");
    enum status status = STATUS_OK;
    if (input->is_test)
        http_request(request, "GET", string_copy(url));
    else
        status = compose_post(input, url, request, error);
    if (status == STATUS_OK) {
        request->recent_connection = true;
        sign(input, url, request);
    }
    free(url);
    return status;
}

/* The answer to a post was refused for what it answers: it is said alone. */
static bool
may_not_answer(const struct delivery_input *input, const struct reply *reply,
               const struct outcome *outcome)
{
    static const char *const phrases[] = { "reply", "conversation", "deleted",
                                           "not visible" };
    bool is_meant = false;
    if (answered_post(input) == NULL || reply->result != REPLY_ANSWERED ||
        outcome->kind == OUTCOME_DELIVERED ||
        (reply->code != 400 && reply->code != 403))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(phrases); i++)
        is_meant = is_meant || says(reply, phrases[i]);
    return is_meant;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    if (reply == NULL) {
        step->number = STEP_SAY;
        return true;
    }
    /* The same text is there already: an earlier attempt arrived. */
    if (input->in_doubt && reply->result == REPLY_ANSWERED && reply->code == 403 &&
        says(reply, "duplicate")) {
        outcome_set(outcome, OUTCOME_DELIVERED, NULL);
        return false;
    }
    if (!may_not_answer(input, reply, outcome))
        return false;
    step->number = STEP_SAY_ALONE;
    return true;
}

const struct driver driver_x = {
    .name = "x",
    .summary = "posts of an account on X",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .threads = true,
    .wait_headers = "`Retry-After`, `x-rate-limit-reset`",
    .inbound = "answers to the posts",
    .concurrency = CONCURRENCY,
    .length = x_length,
    .check = check,
    .compose = compose,
    .show = x_show,
    .next_step = next_step,
    .classify = classify,
};
