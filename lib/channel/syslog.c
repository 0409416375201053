/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The syslog driver: the short text as one line in the system's log or on a log server,
 * written by logger(1).
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/notice_body.h"
#include "channel/peer.h"
#include "channel/program.h"
#include "channel/shown.h"

#include <stdlib.h>
#include <string.h>

enum {
    PORT_MAX = 65535,
};

static const struct option_spec options[] = {
    { .name = "facility",
      .type = OPTION_CHOICE,
      .choices = "local0|local1|local2|local3|local4|local5|local6|local7|daemon|user|"
                 "auth|authpriv|cron|ftp|lpr|mail|news|syslog|uucp",
      .default_text = "local0",
      .doc = "The facility of every line; its severity follows the incident's." },
    { .name = "server",
      .type = OPTION_STRING,
      .doc = "A log server, as a name or an address; without it the socket of this "
             "machine's log." },
    { .name = "port",
      .type = OPTION_INTEGER,
      .default_text = "514",
      .min = 1,
      .max = PORT_MAX,
      .doc = "The port of server." },
    { .name = "transport",
      .type = OPTION_CHOICE,
      .choices = "udp|tcp",
      .default_text = "udp",
      .doc = "How server is reached; over udp nobody knows whether a line arrives." },
    { .name = "format",
      .type = OPTION_CHOICE,
      .choices = "rfc5424|classic",
      .doc =
          "rfc5424 (with the incident, its status and its kind as structured data) for "
          "a server; classic, which the readers of /dev/log expect, for the socket." },
    { .name = "sd_id",
      .type = OPTION_STRING,
      .default_text = "budkavle@32473",
      .doc =
          "The name of the structured data: NAME@NUMBER with your private enterprise "
          "number; 32473 is the one for examples." },
    { .name = "language",
      .type = OPTION_STRING,
      .doc = "The language of the lines; the first of languages." },
    { .name = "socket",
      .type = OPTION_PATH,
      .default_text = "/dev/log",
      .doc = "The socket of this machine's log." },
    { .name = "logger",
      .type = OPTION_PATH,
      .default_text = "/usr/bin/logger",
      .doc = "The program logger(1)." },
};

/* As loud as the incident is. "emerg" is for the machine's own end: it is written on every
 * terminal. */
static const char *const levels[SEVERITY_COUNT] = {
    [SEVERITY_EXTREME] = "alert",   [SEVERITY_SEVERE] = "crit",
    [SEVERITY_MODERATE] = "err",    [SEVERITY_MINOR] = "warning",
    [SEVERITY_UNKNOWN] = "warning",
};

static const char *
setting_or(const struct channel *channel, const char *name, const char *otherwise)
{
    const char *value = channel_setting(channel, name);
    return value == NULL ? otherwise : value;
}

static bool
is_rfc5424(const struct channel *channel)
{
    const char *format = channel_setting(channel, "format");
    return format == NULL ? channel_setting(channel, "server") != NULL
                          : strcmp(format, "rfc5424") == 0;
}

/* RFC 5424, 6.3.2: visible ASCII but these, up to 32, with a number behind "@". */
static bool
is_sd_id(const char *text)
{
    size_t len = strlen(text);
    const char *at = strchr(text, '@');
    if (len == 0 || len > 32 || at == text || at == NULL || at[1] == '\0' ||
        strspn(at + 1, "0123456789.") != strlen(at + 1))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~' || strchr("=]\"", text[i]) != NULL)
            return false;
    }
    return true;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    static const char *const of_server[] = { "port", "transport" };
    const char *server = channel_setting(channel, "server");
    const char *sd_id = channel_setting(channel, "sd_id");
    for (size_t i = 0; i < ARRAY_COUNT(of_server) && server == NULL; i++) {
        const char *value = channel_setting(channel, of_server[i]);
        if (value != NULL && strcmp(value, i == 0 ? "514" : "udp") != 0)
            return error_set(error, STATUS_INVALID,
                             "%s is given without server; name the server, or leave "
                             "%s out for this machine's log",
                             of_server[i], of_server[i]);
    }
    if (server != NULL && !peer_is_host(server))
        return error_set(error, STATUS_INVALID,
                         "server is \"%s\", which is neither a host name nor an "
                         "address; log.example.se, 192.0.2.7 or [2001:db8::7] would be "
                         "right, and a number belongs in port",
                         server);
    if (sd_id != NULL && !is_sd_id(sd_id))
        return error_set(error, STATUS_INVALID,
                         "sd_id is \"%s\", which is not NAME@NUMBER of at most 32 "
                         "characters, such as outage@32473",
                         sd_id);
    return STATUS_OK;
}

static const char *
level_of(const struct delivery_input *input)
{
    const struct message *message = input->message;
    const struct facts *facts = &message->facts;
    if (input->is_test)
        return "info";
    if (!notice_goes_on(message) || notice_is_of_plan(message->notice))
        return "notice";
    if (notice_is_alarm(message->notice))
        return "err";
    if (notice_is_summary(message->notice))
        return "warning";
    return levels[facts_has(facts, FIELD_SEVERITY) ? facts->severity
                                                   : SEVERITY_UNKNOWN];
}

/* On one line, whatever stands in it; caller frees. */
static char *
line_of(const struct delivery_input *input)
{
    const char *language = channel_setting(input->channel, "language");
    struct compose_context context = delivery_context(input);
    struct texts texts = { 0 };
    const struct text_set *set = NULL;
    char *line;
    texts_compose(input->catalogues, input->n_catalogues, input->message, &context,
                  &texts);
    if (language != NULL)
        set = texts_find(&texts, language);
    line = string_copy((set == NULL ? &texts.items[0] : set)->short_text);
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ')
            *c = ' ';
    }
    texts_clear(&texts);
    return line;
}

static void
add_option(struct strings *arguments, const char *name, const char *value)
{
    strings_add(arguments, name);
    strings_add(arguments, value);
}

static void
add_data(struct strings *arguments, const char *name, const char *value)
{
    if (value[0] != '\0') {
        strings_add(arguments, "--sd-param");
        strings_take(arguments, string_format("%s=\"%s\"", name, value));
    }
}

/* The values are ids and names of this program: nothing in them needs escaping. */
static void
add_structured_data(const struct delivery_input *input, struct strings *arguments)
{
    const struct message *message = input->message;
    const struct facts *facts = &message->facts;
    strings_add(arguments, "--rfc5424");
    add_option(arguments, "--msgid", name_of(&notice_names, (int)message->notice));
    add_option(arguments, "--sd-id",
               setting_or(input->channel, "sd_id", "budkavle@32473"));
    add_data(arguments, "message", message->id);
    if (notice_is_alarm(message->notice) || notice_is_summary(message->notice))
        return;
    add_data(arguments, "incident", message->incident_id);
    add_data(arguments, "status", name_of(&status_names, (int)facts->status));
    add_data(arguments, "kind", name_of(&kind_names, (int)facts->kind));
}

/* logger takes an IPv6 address without its brackets. */
static void
add_server(const struct channel *channel, const char *server, struct strings *arguments)
{
    size_t len = strlen(server);
    char *host =
        server[0] == '[' ? string_copy_n(server + 1, len - 2) : string_copy(server);
    const char *transport = setting_or(channel, "transport", "udp");
    add_option(arguments, "--server", host);
    add_option(arguments, "--port", setting_or(channel, "port", "514"));
    strings_add(arguments, strcmp(transport, "tcp") == 0 ? "--tcp" : "--udp");
    free(host);
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const struct channel *channel = input->channel;
    const char *server = channel_setting(channel, "server");
    struct strings *arguments = &request->arguments;
    char *line = line_of(input);
    (void)error;
    strings_add(arguments, setting_or(channel, "logger", "/usr/bin/logger"));
    add_option(arguments, "--tag", "budkavle");
    strings_add(arguments, "--priority");
    strings_take(arguments,
                 string_format("%s.%s", setting_or(channel, "facility", "local0"),
                               level_of(input)));
    add_option(arguments, "--size", "4096"); /* its own limit is 1024, data included */
    if (server != NULL) {
        add_server(channel, server, arguments);
    } else {
        add_option(arguments, "--socket", setting_or(channel, "socket", "/dev/log"));
        strings_add(arguments,
                    "--socket-errors=on"); /* else it is silent and ends well */
        request->allow_unix_sockets = true;
    }
    if (is_rfc5424(channel))
        add_structured_data(input, arguments);
    else if (server != NULL)
        strings_add(arguments, "--rfc3164");
    program_environment(input, request);
    buffer_addf(&request->body, "%s\n", line);
    free(line);
    return STATUS_OK;
}

static void
show(const struct delivery_input *input, struct shown *shown)
{
    static const struct length_rule one_text_message = { .unit = LENGTH_GSM7,
                                                         .most = 1 };
    const char *language = channel_setting(input->channel, "language");
    shown_add(shown, "short",
              language == NULL ? catalogue_language(input->catalogues[0]) : language,
              line_of(input), &one_text_message);
}

/* logger complains of what it could not send and may end well all the same. */
static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)channel;
    (void)has_recipient;
    (void)now_ms;
    bool has_complained = reply->detail != NULL && reply->detail[0] != '\0';
    program_outcome(reply,
                    reply->code == 0 && !has_complained ? OUTCOME_DELIVERED
                                                        : OUTCOME_TRANSPORT,
                    outcome);
}

const struct driver driver_syslog = {
    .name = "syslog",
    .summary = "lines in the system's log or on a log server",
    .sender = SENDER_EXEC,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_EACH,
    .read_by_people = false,
    .idempotent = false,
    .concurrency = 1,
    .no_effect = program_no_effect,
    .check = check,
    .compose = compose,
    .show = show,
    .classify = classify,
};
