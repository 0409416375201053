/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A plugin for Nagios and its kin, by the Monitoring Plugins Development Guidelines:
 * one line with performance data on stdout, and an exit code of four.
 */
#include "base/memory.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "ctl/range.h"
#include "ctl/session.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum check_code {
    CHECK_OK,
    CHECK_WARNING,
    CHECK_CRITICAL,
    CHECK_UNKNOWN
};

enum {
    TIMEOUT_S = 10, /* the guidelines' */
    TIMEOUT_MOST_S = 3600,
    LINE_MOST_BYTES = 1000,
    SECOND_MS = 1000
};

struct check {
    struct range warning, critical; /* of the oldest delivery that waits */
    unsigned timeout_s;
    const char *channel; /* NULL: all */
};

static const char *const code_words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

/* --- The line --------------------------------------------------------------------- */

/* "|" begins performance data, and what follows a line feed is another output. */
static int
answer(enum check_code code, const char *text, const char *performance)
{
    char *line = utf8_printable(text, strlen(text), LINE_MOST_BYTES);

    for (char *bar = line; (bar = strchr(bar, '|')) != NULL;) {
        *bar = '/';
    }
    printf("BUDKAVLE %s - %s%s%s\n", code_words[code], line,
           performance != NULL ? " | " : "", performance != NULL ? performance : "");
    free(line);
    return (int)code;
}

static int
unknown(const char *problem, const char *argument)
{
    struct buffer text = { 0 };
    int code;

    buffer_addf(&text,
                "%s \"%s\"; usage: budkavle check [-w AGE] [-c AGE] [-t SECONDS] "
                "[--channel NAME]",
                problem, argument);
    code = answer(CHECK_UNKNOWN, text.data, NULL);
    buffer_clear(&text);
    return code;
}

/* What waits, what needs a person, and how old the oldest is; of all or of a channel. */
static void
add_performance(struct buffer *out, const struct check *check, const json_t *shape)
{
    buffer_addf(out, "waiting=%lld;;;0 parked=%lld;;;0 oldest=%llds;",
                number_of(shape, "waiting"), number_of(shape, "parked"),
                number_of(shape, "oldest_seconds"));
    range_add(out, &check->warning);
    buffer_add_char(out, ';');
    range_add(out, &check->critical);
    buffer_add(out, ";0");
}

/* --- What it amounts to ----------------------------------------------------------- */

static enum check_code
worse(enum check_code a, enum check_code b)
{
    return a > b ? a : b;
}

static enum check_code
judge_age(const struct check *check, const json_t *shape)
{
    int64_t oldest_s = number_of(shape, "oldest_seconds");

    if (range_alerts(&check->critical, oldest_s)) {
        return CHECK_CRITICAL;
    }
    return range_alerts(&check->warning, oldest_s) ? CHECK_WARNING : CHECK_OK;
}

/* True when such an alarm goes on; subject NULL: about whatever. */
static bool
has_alarm(const json_t *status, const char *kind, const char *subject)
{
    const json_t *alarm;
    size_t i;

    json_array_foreach(json_object_get(status, "alarms"), i, alarm)
    {
        if (strcmp(text_of(alarm, "kind"), kind) == 0 &&
            (subject == NULL || strcmp(text_of(alarm, "subject"), subject) == 0)) {
            return true;
        }
    }
    return false;
}

static size_t
count_up(const json_t *channels)
{
    const json_t *channel;
    size_t i, n_up = 0;

    json_array_foreach(channels, i, channel)
    {
        n_up += strcmp(text_of(channel, "state"), "up") == 0 ? 1 : 0;
    }
    return n_up;
}

static int
check_all(const struct check *check, const json_t *status)
{
    const json_t *channels = json_object_get(status, "channels");
    size_t n_channels = json_array_size(channels);
    size_t n_up = count_up(channels);
    enum check_code code = judge_age(check, status);
    struct buffer performance = { 0 };

    if (!json_is_true(json_object_get(status, "ok"))) {
        code = worse(code, CHECK_WARNING);
    }
    /* Nothing gets out, or nothing is taken. */
    if ((n_up == 0 && n_channels > 0) ||
        has_alarm(status, "database_set_aside", NULL) ||
        has_alarm(status, "disk_critical", NULL)) {
        code = CHECK_CRITICAL;
    }
    add_performance(&performance, check, status);
    buffer_addf(&performance, " channels_up=%zu;;;0;%zu", n_up, n_channels);
    answer(code, text_of(status, "line"), performance.data);
    buffer_clear(&performance);
    return (int)code;
}

static void
describe_channel(struct buffer *out, const json_t *channel)
{
    char oldest[DURATION_SIZE];
    const char *error = text_of(channel, "last_error");
    const char *state = text_of(channel, "state");

    buffer_addf(out, "%s is %s", text_of(channel, "name"), state);
    if (strcmp(state, "up") != 0 && error[0] != '\0') {
        buffer_addf(out, " (%s)", error);
    }
    buffer_addf(out, ", %lld waiting", number_of(channel, "waiting"));
    if (number_of(channel, "oldest_seconds") > 0) {
        buffer_addf(
            out, ", oldest %s",
            duration_format(number_of(channel, "oldest_seconds") * SECOND_MS, oldest));
    }
    if (number_of(channel, "parked") > 0) {
        buffer_addf(out, ", %lld parked", number_of(channel, "parked"));
    }
}

static int
check_channel(const struct check *check, const json_t *status, const json_t *channel)
{
    const char *name = text_of(channel, "name");
    enum check_code code = judge_age(check, channel);
    struct buffer text = { 0 };
    struct buffer performance = { 0 };

    if (strcmp(text_of(channel, "state"), "up") != 0 ||
        number_of(channel, "parked") > 0) {
        code = worse(code, CHECK_WARNING);
    }
    if (has_alarm(status, "channel_paused", name) ||
        has_alarm(status, "channel_down", name)) {
        code = CHECK_CRITICAL;
    }
    describe_channel(&text, channel);
    add_performance(&performance, check, channel);
    answer(code, text.data, performance.data);
    buffer_clear(&text);
    buffer_clear(&performance);
    return (int)code;
}

static int
check_status(const struct check *check, const json_t *status)
{
    const json_t *channel;
    size_t i;

    if (!json_is_object(status)) {
        return answer(CHECK_UNKNOWN, "what answers on the socket is not budkavled",
                      NULL);
    }
    if (check->channel == NULL) {
        return check_all(check, status);
    }
    json_array_foreach(json_object_get(status, "channels"), i, channel)
    {
        if (strcmp(text_of(channel, "name"), check->channel) == 0) {
            return check_channel(check, status, channel);
        }
    }
    return unknown("there is no channel", check->channel);
}

/* --- Asking ----------------------------------------------------------------------- */

/* The guidelines: a service that does not answer in time is critical. */
static void
on_alarm(int signal)
{
    static const char line[] = "BUDKAVLE CRITICAL - no answer in time (-t)\n";
    ssize_t written = write(STDOUT_FILENO, line, sizeof(line) - 1);

    (void)signal;
    (void)written;
    _exit(CHECK_CRITICAL);
}

static int
explain_silence(const struct session *session)
{
    struct buffer text = { 0 };

    buffer_addf(&text, "the daemon does not answer on %s (%s)", session->socket,
                budkavle_error(session->client));
    answer(CHECK_CRITICAL, text.data, NULL);
    buffer_clear(&text);
    return CHECK_CRITICAL;
}

/* The socket's file may be closed to the user, or the role is missing. */
static int
explain_refusal(const struct session *session, const struct budkavle_answer *raw)
{
    return answer(
        CHECK_UNKNOWN,
        raw->status == 0
            ? budkavle_error(session->client)
            : "this user lacks the role read: see access in budkavled.conf(5)",
        NULL);
}

static bool
parse_timeout(const char *text, unsigned *timeout_s)
{
    char *end;
    long seconds = strtol(text, &end, 10);

    if (end == text || *end != '\0' || seconds < 1 || seconds > TIMEOUT_MOST_S) {
        return false;
    }
    *timeout_s = (unsigned)seconds;
    return true;
}

/* CHECK_OK, or CHECK_UNKNOWN after saying what is wrong. */
static int
parse_arguments(struct check *check, int argc, char **argv)
{
    static const struct option options[] = {
        { "warning", required_argument, NULL, 'w' },
        { "critical", required_argument, NULL, 'c' },
        { "timeout", required_argument, NULL, 't' },
        { "channel", required_argument, NULL, 'n' },
        { NULL, 0, NULL, 0 },
    };
    static const char ages[] = "an age is a range such as 300, 5min or 10:900, not";
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "w:c:t:", options, NULL)) != -1) {
        switch (option) {
        case 'w':
        case 'c':
            if (!range_parse(optarg,
                             option == 'w' ? &check->warning : &check->critical)) {
                return unknown(ages, optarg);
            }
            break;
        case 't':
            if (!parse_timeout(optarg, &check->timeout_s)) {
                return unknown("a timeout is 1 to 3600 seconds, not", optarg);
            }
            break;
        case 'n':
            check->channel = optarg;
            break;
        default:
            return unknown("unknown option, or one without its value:",
                           argv[optind - 1]);
        }
    }
    return optind == argc ? CHECK_OK : unknown("one argument too many:", argv[optind]);
}

int
command_check(struct session *session, int argc, char **argv)
{
    struct check check = { .warning = { .to_s = 300 },
                           .critical = { .to_s = 900 },
                           .timeout_s = TIMEOUT_S };
    struct budkavle_answer raw = { 0 };
    int code = parse_arguments(&check, argc, argv);
    json_t *status;

    if (code != CHECK_OK) {
        return code;
    }
    signal(SIGALRM, on_alarm);
    alarm(check.timeout_s);
    switch (budkavle_call(session->client, "GET", "/v1/status", NULL, NULL, 0, &raw)) {
    case BUDKAVLE_OK:
        status = json_loadb(raw.body, raw.body_len, 0, NULL);
        code = check_status(&check, status);
        json_decref(status);
        break;
    case BUDKAVLE_NOT_RUNNING:
        code = explain_silence(session);
        break;
    case BUDKAVLE_NOT_ALLOWED:
        code = explain_refusal(session, &raw);
        break;
    case BUDKAVLE_REFUSED:
    case BUDKAVLE_TRY_LATER:
    case BUDKAVLE_FAILED:
    case BUDKAVLE_UNDER_WAY:
        code = answer(CHECK_UNKNOWN, budkavle_error(session->client), NULL);
        break;
    }
    alarm(0);
    budkavle_answer_clear(&raw);
    return code;
}
