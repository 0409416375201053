/* SPDX-License-Identifier: EUPL-1.2 */
/* Calls to the socket, and what their answers mean for a person and for a script. */
#include "ctl/session.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

long long
number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void
escape(struct buffer *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.') {
            buffer_add_char(out, *p);
        } else {
            buffer_addf(out, "%%%02X", c);
        }
    }
}

void
query_add(struct buffer *path, const char *name, const char *value)
{
    buffer_add_char(path, strchr(path->data, '?') == NULL ? '?' : '&');
    buffer_add(path, name);
    buffer_add_char(path, '=');
    escape(path, value);
}

void
path_add(struct buffer *path, const char *segment)
{
    escape(path, segment);
}

static void
print_printable(FILE *out, const char *text)
{
    char *printable = utf8_printable(text, strlen(text), 2000);

    fputs(printable, out);
    free(printable);
}

static void
explain_fault(const json_t *fault, long line_offset)
{
    long long event = number_of(fault, "event");
    long long line = number_of(fault, "line");

    fputs("  ", stderr);
    if (line > 0) {
        fprintf(stderr, "line %lld: ", line + line_offset);
    } else if (event > 0) {
        fprintf(stderr, "event %lld: ", event);
    }
    if (text_of(fault, "field")[0] != '\0') {
        print_printable(stderr, text_of(fault, "field"));
        fputs(": ", stderr);
    }
    print_printable(stderr, text_of(fault, "problem"));
    fputc('\n', stderr);
}

static void
explain_problem(const json_t *problem, long line_offset)
{
    const json_t *faults = json_object_get(problem, "faults");
    const char *detail = text_of(problem, "detail");
    const json_t *fault;
    size_t i;

    fputs("budkavle: ", stderr);
    print_printable(stderr, detail[0] != '\0' ? detail : text_of(problem, "title"));
    fputc('\n', stderr);
    json_array_foreach(faults, i, fault)
    {
        explain_fault(fault, line_offset);
    }
}

static int
exit_code_of(enum budkavle_result result)
{
    switch (result) {
    case BUDKAVLE_OK:
        return CTL_OK;
    case BUDKAVLE_REFUSED:
    case BUDKAVLE_FAILED:
    case BUDKAVLE_UNDER_WAY:
        return CTL_FAILED;
    case BUDKAVLE_NOT_ALLOWED:
        return CTL_NOT_ALLOWED;
    case BUDKAVLE_TRY_LATER:
        return CTL_TRY_LATER;
    case BUDKAVLE_NOT_RUNNING:
        return CTL_NOT_RUNNING;
    }
    return CTL_FAILED;
}

int
session_explain(struct session *session, enum budkavle_result result,
                const struct budkavle_answer *answer, long line_offset)
{
    json_t *problem = answer->body == NULL
                          ? NULL
                          : json_loadb(answer->body, answer->body_len, 0, NULL);

    if (result == BUDKAVLE_NOT_RUNNING) {
        fprintf(
            stderr,
            "budkavle: the daemon does not answer on %s (%s); see: systemctl status "
            "budkavled\n",
            session->socket, budkavle_error(session->client));
    } else if (json_is_object(problem)) {
        explain_problem(problem, line_offset);
    } else {
        fprintf(stderr, "budkavle: %s\n", budkavle_error(session->client));
    }
    if (result == BUDKAVLE_FAILED && answer->status == 0) {
        fputs("budkavle: whether it took effect is not known; doing it again "
              "is harmless\n",
              stderr);
        result = BUDKAVLE_TRY_LATER;
    }
    if (result == BUDKAVLE_TRY_LATER && answer->retry_after_s >= 0) {
        fprintf(stderr, "budkavle: try again in %ld s\n", answer->retry_after_s);
    }
    if (session->json && json_is_object(problem)) {
        json_dumpf(problem, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(problem);
    return exit_code_of(result);
}

int
session_call(struct session *session, const char *method, const char *path,
             const char *body, json_t **answer)
{
    struct budkavle_answer raw = { 0 };
    enum budkavle_result result =
        budkavle_call(session->client, method, path, NULL, body,
                      body != NULL ? strlen(body) : 0, &raw);
    int exit_code = CTL_OK;

    *answer = NULL;
    if (result != BUDKAVLE_OK) {
        exit_code = session_explain(session, result, &raw, 0);
    } else {
        *answer = json_loadb(raw.body, raw.body_len, 0, NULL);
        if (session->json && *answer != NULL) {
            json_dumpf(*answer, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
            putchar('\n');
        }
    }
    budkavle_answer_clear(&raw);
    return exit_code;
}

int
session_get(struct session *session, const char *path, json_t **answer)
{
    int exit_code = session_call(session, "GET", path, NULL, answer);

    if (exit_code == CTL_OK && *answer == NULL) {
        fprintf(stderr, "budkavle: the daemon's answer to %s is not JSON\n", path);
        exit_code = CTL_FAILED;
    }
    return exit_code;
}

/* By the sender's number, which several sources may use. */
static char *
id_by_number(const json_t *answer, const char *given, int *exit_code)
{
    const json_t *incidents = json_object_get(answer, "incidents");
    const json_t *incident;
    size_t i;

    *exit_code = CTL_FAILED;
    if (json_array_size(incidents) == 1) {
        *exit_code = CTL_OK;
        return string_copy(text_of(json_array_get(incidents, 0), "id"));
    }
    if (json_array_size(incidents) == 0) {
        fprintf(
            stderr,
            "budkavle: there is no incident \"%s\"; budkavle incidents lists them\n",
            given);
        return NULL;
    }
    fprintf(stderr,
            "budkavle: several sources have an incident \"%s\"; name one by id:\n",
            given);
    json_array_foreach(incidents, i, incident)
    {
        fprintf(stderr, "  %s  (source %s)\n", text_of(incident, "id"),
                text_of(incident, "source"));
    }
    return NULL;
}

char *
session_incident_id(struct session *session, const char *given, int *exit_code)
{
    struct buffer path = { 0 };
    json_t *answer = NULL;
    bool json = session->json;
    char *id = NULL;

    *exit_code = CTL_OK;
    if (strncmp(given, "i_", 2) == 0) {
        return string_copy(given);
    }
    buffer_add(&path, "/v1/incidents");
    query_add(&path, "number", given);
    session->json = false;
    *exit_code = session_get(session, path.data, &answer);
    session->json = json;
    if (*exit_code == CTL_OK) {
        id = id_by_number(answer, given, exit_code);
    }
    json_decref(answer);
    buffer_clear(&path);
    return id;
}

bool
read_input(const char *name, struct buffer *content)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
    char block[65536];
    size_t n;
    bool good;

    if (file == NULL) {
        fprintf(stderr, "budkavle: %s cannot be opened: %s\n", name, strerror(errno));
        return false;
    }
    while ((n = fread(block, 1, sizeof(block), file)) > 0) {
        buffer_append(content, block, n);
    }
    good = ferror(file) == 0;
    if (!good) {
        fprintf(stderr, "budkavle: %s cannot be read: %s\n", name, strerror(errno));
    }
    if (file != stdin) {
        fclose(file);
    }
    return good;
}
