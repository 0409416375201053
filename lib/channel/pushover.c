/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pushover driver: notifications to a user or a group of Pushover. Danger to life and
 * health is repeated there until somebody has acknowledged it, and no longer than it
 * lasts.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/http_request.h"
#include "channel/push_note.h"
#include "channel/reply_rule.h"
#include "model/danger.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://api.pushover.net"

/* After an error of theirs no sooner than this. */
#define LEAST_WAIT_MS (5 * SECONDS_MS)
/* 365 days, as long as the vendor keeps anything. */
#define TTL_MOST_MS (365 * DAYS_MS)

enum {
    CONCURRENCY = 2, /* as many as the vendor wants */
    CHARACTERS = 1024,
    URL_BYTES = 512,
    KEY_LETTERS = 30,
    EMERGENCY = 2,
    REPEAT_S = 60, /* how often an emergency is repeated */
};

enum step {
    STEP_BEGIN,
    STEP_CANCEL, /* what was repeated until now is repeated no more */
    STEP_SAY
};

static const int priorities[PUSH_LEVEL_COUNT] = {
    [PUSH_TEST] = -2, [PUSH_QUIET] = -1,         [PUSH_NORMAL] = 0,
    [PUSH_HIGH] = 1,  [PUSH_DANGER] = EMERGENCY,
};

static const struct option_spec options[] = {
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the API token of an application." },
    { .name = "user_key_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the key of the user or group who gets the notifications." },
    { .name = "test_user_key_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the key of the user who gets a test; without it the two keys "
             "above are tried, and nobody gets anything." },
    { .name = "url",
      .type = OPTION_STRING,
      .default_text = DEFAULT_URL,
      .doc = "The address of the vendor's API." },
    { .name = "emergency",
      .type = OPTION_DURATION,
      .default_text = "1h",
      .min = 0,
      .max = 3 * HOURS_MS,
      .doc = "How long danger to life and health is repeated, once a minute, until "
             "somebody acknowledges it; 0s: it is said once." },
    { .name = "ttl",
      .type = OPTION_DURATION,
      .min = MINUTES_MS,
      .max = TTL_MOST_MS,
      .doc = "After how long a notification is taken off people's devices; never." },
    PUSH_OPTIONS,
};

static const struct push_form form = {
    .rule = { .unit = LENGTH_CODE_POINTS, .most = CHARACTERS },
    .url_bytes = URL_BYTES,
};

static const struct reply_rule rules[] = {
    { 0, "token is invalid", OUTCOME_CREDENTIALS,
      "token_file should hold the API token of an application" },
    { 0, "no active devices", OUTCOME_CREDENTIALS,
      "the user has no device left; log in to the app on one" },
    { 0, "user identifier", OUTCOME_CREDENTIALS,
      "user_key_file should hold the key of a user or group" },
    { 0, "user key is invalid", OUTCOME_CREDENTIALS,
      "user_key_file should hold the key of a user or group" },
    { 401, NULL, OUTCOME_CREDENTIALS,
      "token_file should hold the API token of an application" },
    { 404, NULL, OUTCOME_CREDENTIALS, "url should be " DEFAULT_URL },
    { 405, NULL, OUTCOME_CREDENTIALS, "url should be " DEFAULT_URL },
    { 429, NULL, OUTCOME_RETRY,
      "the application's messages of this month are used up; buy more" },
};

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .words = "/errors/0",
    .ok_member = "/status",
    .remote_id = "/request",
    .waits = { { WAIT_HEADER_MOMENT, "X-Limit-App-Reset" } },
    .n_waits = 1,
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = form.rule;
}

static const char *
base_of(const struct channel *channel)
{
    const char *url = channel_setting(channel, "url");
    return url == NULL ? DEFAULT_URL : url;
}

static enum status
check_key(const struct channel *channel, const char *option, struct error *error)
{
    const char *key = channel_secret(channel, option);
    size_t len = 0;
    if (key == NULL)
        return STATUS_OK;
    while (isalnum((unsigned char)key[len]) && (unsigned char)key[len] < 0x80)
        len++;
    if (len == KEY_LETTERS && key[len] == '\0')
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s: the file does not hold %d letters and digits, as every token "
                     "and key of Pushover's is; the key alone, on one line, is needed",
                     option, (int)KEY_LETTERS);
}

static enum status
check(const struct channel *channel, struct error *error)
{
    static const char *const keys[] = { "token_file", "user_key_file",
                                        "test_user_key_file" };
    enum status status = http_base_check("url", base_of(channel), error);
    for (size_t i = 0; i < ARRAY_COUNT(keys) && status == STATUS_OK; i++)
        status = check_key(channel, keys[i], error);
    return status == STATUS_OK ? push_check(channel, &form, error) : status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    push_note_show(input, &form, shown);
}

/* An option that is a duration, in seconds; the configuration has checked it. */
static int64_t
seconds_of(const struct channel *channel, const char *option, int64_t otherwise_ms)
{
    const char *text = channel_setting(channel, option);
    int64_t value_ms = otherwise_ms;
    if (text != NULL && !duration_parse(text, &value_ms))
        value_ms = otherwise_ms;
    return value_ms / SECONDS_MS;
}

static void
add_number(struct buffer *out, const char *name, int64_t value)
{
    char *text = string_format("%lld", (long long)value);
    form_add(out, name, text);
    free(text);
}

static void
add_priority(const struct delivery_input *input, enum push_level level,
             struct buffer *out)
{
    int64_t expire_s = seconds_of(input->channel, "emergency", HOURS_MS);
    int64_t ttl_s = seconds_of(input->channel, "ttl", 0);
    bool is_repeated = level == PUSH_DANGER && expire_s >= REPEAT_S;
    char *story = push_story(input);
    add_number(out, "priority",
               is_repeated || level != PUSH_DANGER ? priorities[level]
                                                   : priorities[PUSH_HIGH]);
    if (is_repeated) {
        add_number(out, "retry", REPEAT_S);
        add_number(out, "expire", expire_s);
        form_add(out, "tags", story);
    } else if (ttl_s > 0) {
        add_number(out, "ttl", ttl_s);
    }
    free(story);
}

static void
compose_form(const struct delivery_input *input, const char *path, struct buffer *out,
             struct request *request)
{
    http_request(request, "POST", http_url_join(base_of(input->channel), path));
    form_add(out, "token", channel_secret(input->channel, "token_file"));
    request_form(request, out);
    request->recent_connection = true;
}

static enum status
compose_note(const struct delivery_input *input, const char *user,
             struct request *request, struct error *error)
{
    struct buffer out = { 0 };
    struct push_note note = { 0 };
    enum status status = push_note_fill(input, &form, &note, error);
    if (status == STATUS_OK) {
        form_add(&out, "user", user);
        form_add(&out, "title", note.title);
        form_add(&out, "message", note.body);
        form_add(&out, "url", note.url);
        form_add(&out, "url_title", note.url == NULL ? NULL : note.link_title);
        add_number(&out, "timestamp", input->message->written_at_ms / SECONDS_MS);
        add_priority(input, note.level, &out);
        compose_form(input, "/1/messages.json", &out, request);
    }
    push_note_clear(&note);
    return status;
}

static void
compose_cancel(const struct delivery_input *input, struct request *request)
{
    struct buffer out = { 0 };
    char *story = push_story(input);
    char *path = string_format("/1/receipts/cancel_by_tag/%s.json", story);
    compose_form(input, path, &out, request);
    free(path);
    free(story);
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const char *user = channel_secret(input->channel, "user_key_file");
    const char *tester = channel_secret(input->channel, "test_user_key_file");
    struct buffer out = { 0 };
    if (input->is_test && tester == NULL) {
        form_add(&out, "user", user);
        compose_form(input, "/1/users/validate.json", &out, request);
        return STATUS_OK;
    }
    if (input->step->number == STEP_CANCEL) {
        compose_cancel(input, request);
        return STATUS_OK;
    }
    return compose_note(input, input->is_test ? tester : user, request, error);
}

/* Something of this incident may still be repeated, and is over, or said anew. */
static bool
has_to_cancel(const struct delivery_input *input)
{
    const struct message *message = input->message;
    return !input->is_test && message->incident_id[0] != '\0' &&
           message->old_danger != 0 &&
           (push_level_of(input) == PUSH_DANGER ||
            danger_in_force(&message->facts, message->written_at_ms) == 0);
}

/* What cannot be cancelled does not keep the news back; asking twice is harmless. */
static bool
after_cancel(struct delivery_step *step, struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_UNKNOWN)
        outcome->kind = OUTCOME_TRANSPORT;
    step->number = STEP_SAY;
    return outcome->kind == OUTCOME_DELIVERED || outcome->kind == OUTCOME_REFUSED;
}

static bool
next_step(const struct delivery_input *input, const struct reply *reply,
          struct delivery_step *step, struct outcome *outcome)
{
    (void)reply;
    switch ((enum step)step->number) {
    case STEP_BEGIN:
        step->number = has_to_cancel(input) ? STEP_CANCEL : STEP_SAY;
        return true;
    case STEP_CANCEL:
        return after_cancel(step, outcome);
    case STEP_SAY:
        break;
    }
    return false;
}

const struct driver driver_pushover = {
    .name = "pushover",
    .summary = "notifications to a user or a group of Pushover",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .wait_headers = "`Retry-After`, `X-Limit-App-Reset`",
    .concurrency = CONCURRENCY,
    .retry_floor_ms = LEAST_WAIT_MS,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .next_step = next_step,
    .replies = &replies,
};
