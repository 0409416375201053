/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The bluesky driver: the first message of an incident is a post, and each later one
 * answers the one before it. A post stands under a key of our own, so that it is never
 * there twice; the session is kept between deliveries.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/bluesky_post.h"
#include "channel/bluesky_record.h"
#include "channel/bluesky_steps.h"
#include "channel/bluesky_thread.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"
#include "channel/reply_rule.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 4,
};

#define WRONG_URL "url should be the address of the server (PDS) where the account is"

static const struct option_spec options[] = {
    { .name = "identifier",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The account's handle, such as drift.example.se, or its DID." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with an app password of the account, made under Settings, Privacy "
             "and security." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = "https://bsky.social",
      .doc = "The server (PDS) where the account is." },
    { .name = "language",
      .type = OPTION_STRING,
      .doc = "The language of the posts, one of languages; the first of them." },
    { .name = "card",
      .type = OPTION_BOOL,
      .default_text = "true",
      .doc =
          "Below a post is a card that leads to the incident's page, and the text has "
          "no address; false: the text has the address, as far as there is room." },
};

static const struct reply_rule rules[] = {
    { 200, NULL, OUTCOME_CREDENTIALS,
      "the account is not active; log in to it and see why" },
    { 0, "AuthFactorTokenRequired", OUTCOME_CREDENTIALS,
      "the account asks for a code by mail; put an app password into password_file, not "
      "the account's own" },
    { 0, "AccountTakedown", OUTCOME_CREDENTIALS,
      "the account has been taken down; log in to it and see why" },
    { 0, "AccountSuspended", OUTCOME_CREDENTIALS,
      "the account is suspended; log in to it and see why" },
    { 0, "AccountDeactivated", OUTCOME_CREDENTIALS,
      "the account is deactivated; log in to it and activate it" },
    { 0, "RepoDeactivated", OUTCOME_CREDENTIALS,
      "the account is deactivated; log in to it and activate it" },
    /* The steps below go on from these. */
    { 0, "ExpiredToken", OUTCOME_RETRY, NULL },
    { 0, "InvalidToken", OUTCOME_RETRY, NULL },
    { 0, "AuthMissing", OUTCOME_RETRY, NULL },
    { 400, NULL, OUTCOME_REFUSED, NULL }, /* InvalidRequest, InvalidSwap … */
    { 401, NULL, OUTCOME_CREDENTIALS,
      "identifier, or the app password in password_file, is not that of the account; "
      "make a new app password" },
    { 403, NULL, OUTCOME_CREDENTIALS, "the account may not post; log in and see why" },
    { 404, NULL, OUTCOME_CREDENTIALS, WRONG_URL },
    { 405, NULL, OUTCOME_CREDENTIALS, WRONG_URL },
    { 429, NULL, OUTCOME_RETRY, NULL },
};

/* "ExpiredToken: Token has expired"; of an account that is not active why. */
static char *
read_words(const struct reply *reply)
{
    char *name = json_reply_text(reply, reply->code / 100 == 2 ? "status" : "error");
    char *message = reply->code / 100 == 2 ? NULL : json_reply_text(reply, "message");
    char *words = name != NULL && message != NULL
                      ? string_format("%s: %s", name, message)
                      : string_copy(name != NULL ? name : message);
    free(name);
    free(message);
    return words;
}

static char *
read_remote_id(const struct reply *reply)
{
    json_t *body = json_reply(reply);
    char *id = bluesky_post_text(body);
    json_decref(body);
    return id;
}

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .read_words = read_words,
    .ok_member = "/active",
    .read_remote_id = read_remote_id,
    .waits = { { WAIT_HEADER_MOMENT, "RateLimit-Reset" } },
    .n_waits = 1,
};

/* What is not of this kind of server is no yes: a web page under a wrong address. */
static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    reply_table_outcome(&replies, reply, has_recipient, now_ms, outcome);
    if (outcome->kind != OUTCOME_DELIVERED)
        return;
    json_t *body = json_reply(reply);
    if (!json_is_object(body))
        outcome_set(outcome, OUTCOME_CREDENTIALS,
                    "%lld, but the answer is not that of a Bluesky server; " WRONG_URL,
                    (long long)reply->code);
    json_decref(body);
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *url = channel_setting(channel, "url");
    const char *identifier = channel_setting(channel, "identifier");
    enum status status = url == NULL ? STATUS_OK : http_base_check("url", url, error);
    if (status == STATUS_OK &&
        (identifier[0] == '@' || strpbrk(identifier, " /") != NULL ||
         (strchr(identifier, '.') == NULL && !bluesky_is_did(identifier))))
        status = error_set(error, STATUS_INVALID,
                           "identifier is \"%s\"; the account's handle without \"@\", "
                           "such as drift.example.se, or its DID is needed",
                           identifier);
    if (status == STATUS_OK)
        status = http_secret_check("password_file",
                                   channel_secret(channel, "password_file"), error);
    return status;
}

/* Where there is no session, whatever the step, one is made first. */
static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const struct channel *channel = input->channel;
    const int number = input->step->number;
    enum status status = STATUS_OK;
    struct bluesky_session session;
    bool has_session = bluesky_session_parse(input->session, &session);
    switch (has_session ? (enum bluesky_step)number : BLUESKY_SESSION) {
    case BLUESKY_BEGIN:
    case BLUESKY_SESSION:
    case BLUESKY_SESSION_ANEW:
        bluesky_session_create(channel, request);
        break;
    case BLUESKY_REFRESH:
        bluesky_session_refresh(channel, &session, request);
        break;
    case BLUESKY_LOOK_OWN:
        bluesky_look_own(input, &session, request);
        break;
    case BLUESKY_LOOK_PARENT:
        bluesky_look(channel, input->previous_remote_id, request);
        break;
    case BLUESKY_LOOK_FIRST:
        bluesky_look(channel, input->first_remote_id, request);
        break;
    case BLUESKY_LOOK_ROOT:
        bluesky_look_root(channel, input->step->note, request);
        break;
    case BLUESKY_SAY:
    case BLUESKY_SAY_REFRESHED:
    case BLUESKY_SAY_ANEW:
        status = bluesky_put(input, &session, request, error);
        break;
    }
    bluesky_session_clear(&session);
    if (status == STATUS_OK && request->url == NULL)
        status = error_set(error, STATUS_INVALID,
                           "the post that is to be answered is not known any more; "
                           "retry the delivery");
    return status;
}

const struct driver driver_bluesky = {
    .name = "bluesky",
    .summary = "posts of a Bluesky account, a thread for each incident",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = true,
    .threads = true,
    .wait_headers = "`Retry-After`, `RateLimit-Reset`",
    .inbound = "answers to the posts",
    .concurrency = CONCURRENCY,
    .length = bluesky_length,
    .check = check,
    .compose = compose,
    .show = bluesky_show,
    .next_step = bluesky_next_step,
    .classify = classify,
};
