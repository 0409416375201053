/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The gotify driver: notifications through a Gotify server of one's own.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/push_note.h"
#include "channel/reply_rule.h"

#include <stdlib.h>

enum {
    CONCURRENCY = 4,
    CHARACTERS = 8000, /* the server has no limit, who reads it has */
};

/* 0: in the list only; to 3: an icon; to 7: a sound; from 8: on top of everything. */
static const int priorities[PUSH_LEVEL_COUNT] = {
    [PUSH_TEST] = 0, [PUSH_QUIET] = 2,   [PUSH_NORMAL] = 5,
    [PUSH_HIGH] = 8, [PUSH_DANGER] = 10,
};

static const struct option_spec options[] = {
    { .name = "url",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The address of the Gotify server, such as https://push.example.se." },
    { .name = "token_file",
      .type = OPTION_FILE_SECRET,
      .required = true,
      .doc = "File with the token of an application on that server." },
    PUSH_OPTIONS,
};

static const struct reply_rule rules[] = {
    { 401, NULL, OUTCOME_CREDENTIALS,
      "token_file should hold the token of an application, not that of a client" },
    { 403, NULL, OUTCOME_CREDENTIALS,
      "token_file should hold the token of an application, not that of a client" },
    { 404, NULL, OUTCOME_CREDENTIALS, "url should be the address of a Gotify server" },
    { 405, NULL, OUTCOME_CREDENTIALS, "url should be the address of a Gotify server" },
};

static const struct reply_table replies = {
    .rules = rules,
    .n_rules = ARRAY_COUNT(rules),
    .words = "/errorDescription",
    .remote_id = "/id",
};

static const struct push_form form = {
    .rule = { .unit = LENGTH_CODE_POINTS, .most = CHARACTERS },
};

static void
length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = form.rule;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    enum status status = http_base_check("url", channel_setting(channel, "url"), error);
    if (status == STATUS_OK)
        status = http_secret_check("token_file", channel_secret(channel, "token_file"),
                                   error);
    return status == STATUS_OK ? push_check(channel, &form, error) : status;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    push_note_show(input, &form, shown);
}

/* The body is plain text: what stands in a name is no Markdown. */
static json_t *
extras_of(const struct push_note *note)
{
    json_t *extras =
        json_pack("{s:{s:s}}", "client::display", "contentType", "text/plain");
    if (note->url != NULL)
        json_object_set_new(extras, "client::notification",
                            json_pack("{s:{s:s}}", "click", "url", note->url));
    return extras;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    struct push_note note = { 0 };
    enum status status = push_note_fill(input, &form, &note, error);
    if (status == STATUS_OK) {
        char *url = http_url_join(channel_setting(input->channel, "url"), "/message");
        json_post(request, url,
                  json_pack("{s:s, s:s, s:i, s:o}", "title", note.title, "message",
                            note.body, "priority", priorities[note.level], "extras",
                            extras_of(&note)));
        request_header(request, "X-Gotify-Key", "%s",
                       channel_secret(input->channel, "token_file"));
        request->recent_connection = true;
        free(url);
    }
    push_note_clear(&note);
    return status;
}

const struct driver driver_gotify = {
    .name = "gotify",
    .summary = "notifications through a Gotify server of your own",
    .sender = SENDER_HTTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .idempotent = false,
    .wait_headers = "`Retry-After`",
    .concurrency = CONCURRENCY,
    .length = length,
    .check = check,
    .compose = compose,
    .show = show,
    .replies = &replies,
};
