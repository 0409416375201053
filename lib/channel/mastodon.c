/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mastodon driver: the first message of an incident is a post; the later ones answer
 * it, and it is edited so that it says what is known now.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/delivery_text.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"
#include "channel/mastodon_post.h"
#include "channel/reply_rule.h"
#include "channel/shown.h"
#include "channel/story.h"
#include "text/fit.h"

#include <stdlib.h>
#include <string.h>

enum {
    CONCURRENCY = 4,
    CHARACTERS = 500,
    CHARACTERS_MOST = 100000,
    LINK_CHARACTERS = 23, /* whatever an address is long */
};

/* The server knows a repeat by its key for an hour; asked a little before that ends. */
#define KEY_HOLDS_MS (50 * MINUTES_MS)

/* The rare ones, before the story goes on. */
enum step {
    STEP_ACCOUNT = STORY_OWN, /* in doubt, and the key is forgotten: who are we? */
    STEP_LOOK                 /* is it among our newest posts? */
};

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The server where the account is, such as https://social.example.se." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the access token of an application that may write posts "
             "(write:statuses)." },
    { .name = "visibility",
      .type = OPTION_CHOICE,
      .choices = "public|unlisted|private|direct",
      .default_text = "public",
      .doc = "Who sees the first post of an incident; where that is public, the later "
             "ones are unlisted." },
    { .name = "max_characters",
      .type = OPTION_INTEGER,
      .default_text = "500",
      .min = FIT_LEAST,
      .max = CHARACTERS_MOST,
      .doc = "How many characters the server takes in a post; an address counts as "
             "23." },
    { .name = "languages",
      .type = OPTION_STRINGS,
      .doc = "The languages of a post, one below the other; the first of languages "
             "alone." },
};

static const struct reply_rule rules[] = {
    { 401, NULL, OUTCOME_CREDENTIALS,
      "the token in token_file is not valid; make a new one under Development in the "
      "account's settings" },
    { 403, "scope", OUTCOME_CREDENTIALS,
      "the token may not write; give its application the scope write:statuses" },
    { 403, NULL, OUTCOME_CREDENTIALS, "the account may not post; log in and see why" },
    { 404, NULL, OUTCOME_CREDENTIALS,
      "url should be the address of a Mastodon server" },
    { 410, NULL, OUTCOME_CREDENTIALS,
      "url should be the address of a Mastodon server" },
    { 422, "character limit", OUTCOME_REFUSED,
      "set max_characters to what the server takes" },
    { 429, NULL, OUTCOME_RETRY, NULL },
};

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .words = "/error",
    .remote_id = "/id",
    .is_remote_id = mastodon_is_id,
    .waits = { { WAIT_HEADER_MOMENT, "X-RateLimit-Reset" } },
    .n_waits = 1,
};

static const struct story story = { .edits = true, .threads = true };

static void
length(const struct channel *channel, struct length_rule *rule)
{
    const char *most = channel_setting(channel, "max_characters");
    *rule = (struct length_rule){
        .unit = LENGTH_GRAPHEMES,
        .most = most == NULL ? CHARACTERS : strtoll(most, NULL, 10),
        .link = LINK_CHARACTERS,
    };
}

static enum status
check(const struct channel *channel, struct error *error)
{
    struct length_rule rule;
    length(channel, &rule);
    enum status status = http_base_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK)
        status = http_secret_check("token_file", channel_secret(channel, "token_file"),
                                   error);
    if (status == STATUS_OK)
        status = delivery_languages_check(channel_setting_list(channel, "languages"),
                                          &rule, error);
    return status;
}

static char *
text_of(const struct delivery_input *input, enum delivery_text_form form,
        struct error *error)
{
    struct length_rule rule;
    length(input->channel, &rule);
    char *text = delivery_text(input, channel_setting_list(input->channel, "languages"),
                               &rule, form, error);
    if (text != NULL)
        mastodon_address_nobody(&text);
    return text;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    struct length_rule rule;
    length(input->channel, &rule);
    delivery_text_show(input, channel_setting_list(input->channel, "languages"), &rule,
                       shown);
    for (size_t i = 0; i < shown->count; i++)
        mastodon_address_nobody(&shown->items[i].text);
}

static const char *
language_of(const struct delivery_input *input)
{
    const struct strings *languages = channel_setting_list(input->channel, "languages");
    return languages != NULL && languages->count > 0
               ? languages->items[0]
               : catalogue_language(input->catalogues[0]);
}

/* A test is seen by the account alone; what continues a thread fills no public list. */
static const char *
visibility_of(const struct delivery_input *input)
{
    const char *visibility = channel_setting(input->channel, "visibility");
    if (input->is_test)
        return "direct";
    if (visibility == NULL)
        visibility = "public";
    return story_answered(&story, input) != NULL && strcmp(visibility, "public") == 0
               ? "unlisted"
               : visibility;
}

static enum status
compose_edit(const struct delivery_input *input, struct request *request,
             struct error *error)
{
    struct buffer form = { 0 };
    char *text = text_of(input, DELIVERY_TEXT_BARE, error);
    if (text == NULL)
        return STATUS_INVALID;
    http_request(request, "PUT",
                 mastodon_url(input, "/api/v1/statuses/%s", input->first_remote_id));
    form_add(&form, "status", text);
    form_add(&form, "language", language_of(input));
    request_form(request, &form);
    free(text);
    return STATUS_OK;
}

static enum status
compose_post(const struct delivery_input *input, struct request *request,
             struct error *error)
{
    struct buffer form = { 0 };
    char *text = text_of(input, DELIVERY_TEXT_WHOLE, error);
    if (text == NULL)
        return STATUS_INVALID;
    http_request(request, "POST", mastodon_url(input, "/api/v1/statuses"));
    request_header(request, "Idempotency-Key", "%s.%s", input->message->id,
                   input->channel->name);
    form_add(&form, "status", text);
    form_add(&form, "visibility", visibility_of(input));
    form_add(&form, "language", language_of(input));
    form_add(&form, "in_reply_to_id", story_answered(&story, input));
    request_form(request, &form);
    free(text);
    return STATUS_OK;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    enum status status = STATUS_OK;
    switch (input->step->number) {
    case STEP_ACCOUNT:
        http_request(request, "GET",
                     mastodon_url(input, "/api/v1/accounts/verify_credentials"));
        break;
    case STEP_LOOK:
        http_request(request, "GET",
                     mastodon_url(input, "/api/v1/accounts/%s/statuses?limit=40",
                                  input->step->note));
        break;
    case STORY_EDIT:
        status = compose_edit(input, request, error);
        break;
    default:
        status = compose_post(input, request, error);
        break;
    }
    if (status == STATUS_OK)
        request_bearer(request, channel_secret(input->channel, "token_file"));
    return status;
}

/* The number of our account, to look at its posts. A token that may only write cannot
 * ask: then it is said, perhaps twice. */
static bool
after_account(const struct delivery_input *input, const struct reply *reply,
              struct delivery_step *step, const struct outcome *outcome)
{
    if (outcome->kind != OUTCOME_DELIVERED)
        return reply->code == 403 && story_begin(&story, input, step);
    free(step->note);
    step->note = json_reply_text(reply, "id");
    if (!mastodon_is_id(step->note))
        return story_begin(&story, input, step);
    step->number = STEP_LOOK;
    return true;
}

/* Found: delivered, with the post's id. Its text is compared as it would be now, and
 * without what depends on the time. */
static bool
after_look(const struct delivery_input *input, const struct reply *reply,
           struct delivery_step *step, struct outcome *outcome)
{
    static const enum delivery_text_form forms[] = { DELIVERY_TEXT_WHOLE,
                                                     DELIVERY_TEXT_BARE };
    if (outcome->kind != OUTCOME_DELIVERED)
        return reply->code == 403 && story_begin(&story, input, step);
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        char *text = text_of(input, forms[i], NULL);
        char *id =
            text == NULL ? NULL : mastodon_find_post(reply, text, input->begun_at_ms);
        free(text);
        if (id != NULL) {
            if (forms[i] == DELIVERY_TEXT_BARE && input->n_carried != NULL)
                *input->n_carried = 0;
            outcome->remote_id = id;
            return false;
        }
    }
    if (input->n_carried != NULL)
        *input->n_carried = 0;
    return story_begin(&story, input, step);
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    switch (step->number) {
    case STORY_BEGIN:
        if (!input->in_doubt || input->now_ms - input->begun_at_ms < KEY_HOLDS_MS)
            break;
        step->number = STEP_ACCOUNT;
        return true;
    case STEP_ACCOUNT:
        return after_account(input, reply, step, outcome);
    case STEP_LOOK:
        return after_look(input, reply, step, outcome);
    default:
        break;
    }
    return story_next_step(&story, input, reply, step, outcome);
}

const struct driver driver_mastodon = {
    .name = "mastodon",
    .summary = "posts of a Mastodon account, a thread for each incident",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .inbound = "answers to the posts",
    .idempotent = true,
    .threads = true,
    .edits = true,
    .wait_headers = "`Retry-After`, `X-RateLimit-Reset`",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
