/* SPDX-License-Identifier: EUPL-1.2 */
/* send and preview: events go in, and what came or would come of them is shown. */
#include "base/memory.h"
#include "base/timestamp.h"
#include "codec/event_json.h"
#include "ctl/exercise.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/view.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    SEND_CHUNK_BYTES = 1024 * 1024, /* of events that come one a line */
    SEND_SHOWN = 20                 /* events told one by one */
};

struct sending {
    struct session *session;
    bool check;
    const char *override; /* why words that break a rule are sent; NULL */
    bool is_exercise;
    struct exercise exercise;
    struct buffer path;
    json_t *accepted; /* of all chunks */
    long line;        /* lines sent in earlier chunks */
    size_t sent, total;
};

static void
show_progress(const struct sending *sending)
{
    if (isatty(STDERR_FILENO) && sending->total > SEND_CHUNK_BYTES) {
        fprintf(stderr, "\r%3zu %%  %zu events on disk",
                sending->sent * 100 / sending->total,
                json_array_size(sending->accepted));
        if (sending->sent == sending->total) {
            fputc('\n', stderr);
        }
    }
}

/* The daemon's sentence for a rule of plain language begins with its code, "E9: ". */
static bool
is_about_words(const json_t *fault)
{
    const char *problem = text_of(fault, "problem");
    size_t digits = problem[0] == 'E' ? strspn(problem + 1, "0123456789") : 0;

    return digits > 0 && problem[digits + 1] == ':';
}

/* Words that a person wrote may be sent as they are, and somebody answers for them. */
static void
explain_override(const struct sending *sending, const struct budkavle_answer *answer)
{
    json_t *body = json_loadb(answer->body, answer->body_len, 0, NULL);
    const json_t *fault;
    bool found = false;
    size_t i;

    json_array_foreach(json_object_get(body, "faults"), i, fault)
    {
        found = found || is_about_words(fault);
    }
    json_decref(body);
    if (found && sending->override == NULL) {
        fputs("budkavle: mend the words, or send them as they are with --override "
              "REASON, which is kept with your uid\n",
              stderr);
    }
}

static const char *
content_type_of(const char *data, size_t len)
{
    if (events_look_like_xml(data, len)) {
        return "application/cap+xml";
    }
    return events_look_like_lines(data, len) ? "application/x-ndjson"
                                             : "application/json";
}

static int
send_chunk(struct sending *sending, const char *data, size_t len)
{
    struct session *session = sending->session;
    struct budkavle_answer answer = { 0 };
    enum budkavle_result result =
        budkavle_call(session->client, "POST", sending->path.data,
                      content_type_of(data, len), data, len, &answer);
    json_t *body;
    int exit_code = CTL_OK;

    if (result == BUDKAVLE_OK) {
        body = json_loadb(answer.body, answer.body_len, 0, NULL);
        json_array_extend(sending->accepted, json_object_get(body, "accepted"));
        json_decref(body);
    } else {
        exit_code = session_explain(session, result, &answer, sending->line);
        explain_override(sending, &answer);
        if (sending->line > 0 && !sending->check) {
            fprintf(stderr,
                    "budkavle: the %ld lines before are on disk; sending all again is "
                    "harmless\n",
                    sending->line);
        }
    }
    budkavle_answer_clear(&answer);
    return exit_code;
}

/* The end of the last whole line within the first `most` bytes; len if there is none. */
static size_t
chunk_size(const char *data, size_t len, size_t most)
{
    const char *end;

    if (len <= most) {
        return len;
    }
    end = memrchr(data, '\n', most);
    if (end == NULL) {
        end = memchr(data, '\n', len);
    }
    return end == NULL ? len : (size_t)(end - data) + 1;
}

static long
count_lines(const char *data, size_t len)
{
    long n = 0;

    for (size_t i = 0; i < len; i++) {
        n += data[i] == '\n';
    }
    return n;
}

static int
send_all(struct sending *sending, const struct buffer *content)
{
    bool lines = events_look_like_lines(content->data, content->len);
    size_t offset = 0;
    int exit_code = CTL_OK;

    sending->total = content->len;
    do {
        size_t rest = content->len - offset;
        size_t n =
            lines ? chunk_size(content->data + offset, rest, SEND_CHUNK_BYTES) : rest;

        exit_code = send_chunk(sending, content->data + offset, n);
        sending->line += count_lines(content->data + offset, n);
        offset += n;
        sending->sent = offset;
        show_progress(sending);
    } while (exit_code == CTL_OK && offset < content->len);
    return exit_code;
}

static void
show_one_by_one(const json_t *accepted)
{
    static const char *const headers[] = { "EVENT",  "INCIDENT", "ID",
                                           "RESULT", "MESSAGES", "WHY" };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *row;
    size_t i;

    json_array_foreach(accepted, i, row)
    {
        char messages[24];
        const char *why = text_of(row, "why"), *warning = text_of(row, "warning");
        char *remarks = string_format(
            "%s%s%s", why, why[0] != '\0' && warning[0] != '\0' ? "; " : "", warning);
        const char *const cells[] = {
            text_of(row, "event_id"),
            text_of(row, "incident"),
            text_of(row, "id"),
            text_of(row, "result"),
            messages,
            remarks,
        };

        snprintf(messages, sizeof(messages), "%lld", number_of(row, "messages"));
        table_add(table, cells);
        free(remarks);
    }
    table_print(table, "no events");
}

static void
show_summary(const json_t *accepted)
{
    static const char *const results[] = { "applied", "repeat", "outdated", "waiting",
                                           "held" };
    long long messages = 0;
    const json_t *row;
    size_t i;

    printf("%zu events are on disk:", json_array_size(accepted));
    for (size_t r = 0; r < ARRAY_COUNT(results); r++) {
        size_t n = 0;

        json_array_foreach(accepted, i, row)
        {
            n += strcmp(text_of(row, "result"), results[r]) == 0 ? 1 : 0;
        }
        if (n > 0) {
            printf(" %zu %s", n, results[r]);
        }
    }
    json_array_foreach(accepted, i, row)
    {
        messages += number_of(row, "messages");
    }
    printf("; %lld messages for channels\n", messages);
}

/* Whoever sent it may not release it. */
static void
show_held(const json_t *accepted)
{
    const json_t *row;
    size_t i;

    json_array_foreach(accepted, i, row)
    {
        if (text_of(row, "held")[0] != '\0') {
            printf("held: %s of incident %s waits for a second person, who reads it "
                   "with budkavle held\n",
                   text_of(row, "held"), text_of(row, "incident"));
        }
    }
}

static void
show_accepted(const struct sending *sending)
{
    if (sending->session->json) {
        json_t *whole = json_object();

        json_object_set(whole, "accepted", sending->accepted);
        json_dumpf(whole, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(whole);
    } else if (json_array_size(sending->accepted) <= SEND_SHOWN) {
        show_one_by_one(sending->accepted);
    } else {
        show_summary(sending->accepted);
    }
    if (!sending->session->json && !sending->check) {
        show_held(sending->accepted);
    }
}

/* False at an option that there is not. */
static bool
read_send_options(struct sending *sending, int argc, char **argv)
{
    static const struct option options[] = {
        { "check", no_argument, NULL, 'c' },
        { "override", required_argument, NULL, 'o' },
        { "exercise", no_argument, NULL, 'e' },
        { "name", required_argument, NULL, 'n' },
        { "shift", no_argument, NULL, 's' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "c", options, NULL)) != -1) {
        if (option == 'c') {
            sending->check = true;
        } else if (option == 'o') {
            sending->override = optarg;
        } else if (option == 'e') {
            sending->is_exercise = true;
        } else if (option == 'n') {
            sending->exercise.name = optarg;
        } else if (option == 's') {
            sending->exercise.shift = true;
        } else {
            return false;
        }
    }
    return true;
}

/* A person's words are judged; a program posts without plain=stop. */
static void
make_path(struct sending *sending)
{
    buffer_add(&sending->path, "/v1/events");
    query_add(&sending->path, "plain", "stop");
    if (sending->check) {
        query_add(&sending->path, "check", "1");
    }
    if (sending->override != NULL) {
        query_add(&sending->path, "override", sending->override);
    }
}

static int
send_content(struct sending *sending, struct buffer *content, const char *file)
{
    struct error error = { 0 };
    int exit_code;

    if (sending->is_exercise &&
        exercise_make(&sending->exercise, content, &error) != STATUS_OK) {
        fprintf(stderr, "budkavle: %s: %s\n", file, error.text);
        return CTL_FAILED;
    }
    make_path(sending);
    sending->accepted = json_array();
    exit_code = send_all(sending, content);
    if (exit_code == CTL_OK) {
        show_accepted(sending);
    }
    json_decref(sending->accepted);
    buffer_clear(&sending->path);
    return exit_code;
}

int
command_send(struct session *session, int argc, char **argv)
{
    struct sending sending = { .session = session };
    struct buffer content = { 0 };
    struct timespec now = { 0 };
    int exit_code = CTL_FAILED;

    clock_gettime(CLOCK_REALTIME, &now);
    sending.exercise.now_ms = (int64_t)now.tv_sec * SECONDS_MS;
    if (!read_send_options(&sending, argc, argv)) {
        return usage_fault(session, "unknown option", NULL);
    }
    if (argc - optind != 1) {
        return usage_fault(session, "give one file, or - for standard input", NULL);
    }
    if (!sending.is_exercise &&
        (sending.exercise.name != NULL || sending.exercise.shift)) {
        return usage_fault(session, "--name and --shift belong to --exercise", NULL);
    }
    if (read_input(argv[optind], &content)) {
        buffer_add(&content, "");
        exit_code = send_content(&sending, &content, argv[optind]);
    }
    buffer_clear(&content);
    return exit_code;
}

int
command_preview(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "diff", no_argument, NULL, 'd' },
        { NULL, 0, NULL, 0 },
    };
    struct buffer content = { 0 };
    json_t *answer = NULL;
    bool diff = false;
    int option, exit_code;

    while ((option = getopt_long(argc, argv, "d", options, NULL)) != -1) {
        if (option == '?') {
            return usage_fault(session, "unknown option", NULL);
        }
        diff = true;
    }
    if (argc - optind != 1) {
        return usage_fault(session, "give one file, or - for standard input", NULL);
    }
    if (!read_input(argv[optind], &content)) {
        buffer_clear(&content);
        return CTL_FAILED;
    }
    buffer_add(&content, "");
    exit_code = session_call(session, "POST", "/v1/preview", content.data, &answer);
    if (exit_code == CTL_OK && !session->json) {
        view_previews(answer, diff);
    }
    json_decref(answer);
    buffer_clear(&content);
    return exit_code;
}
