/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The exec driver: each message as JSON on the standard input of a program of one's own,
 * whose exit code says what became of it (sysexits.h).
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/notice_body.h"
#include "channel/outcome.h"
#include "channel/program.h"

#include <sysexits.h>

static const struct option_spec options[] = {
    { .name = "command",
      .type = OPTION_COMMAND,
      .required = true,
      .doc = "The program and its arguments, such as { \"/usr/local/lib/siren\", "
             "\"--zone\", \"3\" }: an absolute path, and no shell." },
    { .name = "unix_sockets",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc = "Whether the program may open Unix sockets, such as the system log's or "
             "D-Bus; it could then reach the daemon's own socket too." },
};

/* Any other code: it did not work, and may the next time. */
static const struct {
    int code;
    enum outcome_kind kind;
} meanings[] = {
    { EX_OK, OUTCOME_DELIVERED },          { EX_USAGE, OUTCOME_REFUSED },
    { EX_DATAERR, OUTCOME_REFUSED },       { EX_NOINPUT, OUTCOME_REFUSED },
    { EX_NOUSER, OUTCOME_REFUSED },        { EX_NOHOST, OUTCOME_REFUSED },
    { EX_UNAVAILABLE, OUTCOME_TRANSPORT }, { EX_SOFTWARE, OUTCOME_REFUSED },
    { EX_OSERR, OUTCOME_RETRY },           { EX_IOERR, OUTCOME_RETRY },
    { EX_TEMPFAIL, OUTCOME_RETRY },        { EX_PROTOCOL, OUTCOME_REFUSED },
    { EX_NOPERM, OUTCOME_CREDENTIALS },    { EX_CONFIG, OUTCOME_CREDENTIALS },
};

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const struct channel *channel = input->channel;
    const char *unix_sockets = channel_setting(channel, "unix_sockets");
    json_t *body = notice_body(input);
    (void)error;
    strings_copy(&request->arguments, channel_setting_list(channel, "command"));
    program_environment(input, request);
    request->allow_unix_sockets = string_equal(unix_sockets, "true");
    if (input->is_test)
        json_object_set_new(body, "test", json_true());
    notice_write(body, &request->body);
    buffer_add_char(&request->body, '\n');
    return STATUS_OK;
}

static enum outcome_kind
meaning_of(int64_t code)
{
    for (size_t i = 0; i < ARRAY_COUNT(meanings); i++) {
        if (meanings[i].code == code)
            return meanings[i].kind;
    }
    return OUTCOME_RETRY;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    (void)has_recipient;
    (void)now_ms;
    program_outcome(reply, meaning_of(reply->code), outcome);
}

const struct driver driver_exec = {
    .name = "exec",
    .summary = "a program of yours, which gets each message as JSON",
    .sender = SENDER_EXEC,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_EACH,
    .read_by_people = false,
    .idempotent = false,
    .concurrency = 1,
    .no_effect = program_no_effect,
    .compose = compose,
    .show = notice_body_show,
    .classify = classify,
};
