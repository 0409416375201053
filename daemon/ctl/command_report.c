/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What SMS Server Tools tells its event handler of a text message, handed on as a delivery
 * report: the event, and the header of the message's file (without its text).
 */
#include "base/memory.h"
#include "ctl/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_MAX_BYTES =
        4 * 1024 /* what a request line has room for, when it is escaped */
};

/* Events that say nothing of what was sent: the handler is called for them too. */
static const char *const passed_over[] = { "RECEIVED", "CALL", "USSD" };

/* name=value of a form, both escaped; names in small letters with "_" for "-". */
static void
add_field(struct buffer *form, const char *name, size_t name_len, const char *value,
          size_t value_len)
{
    char *small = string_copy_n(name, name_len);
    char *text = string_copy_n(value, value_len);

    for (char *c = small; *c != '\0'; c++) {
        if (*c == '-') {
            *c = '_';
        } else if (*c >= 'A' && *c <= 'Z') {
            *c |= 0x20;
        }
    }
    query_add(form, small, text);
    free(small);
    free(text);
}

/* The lines up to the first empty one. A status report has more behind it, which is told
 * too: it is no person's text. */
static void
add_lines(struct buffer *form, const char *text, bool whole)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\r\n");
        const char *colon = memchr(text, ':', len);

        if (len == 0 && !whole) {
            return;
        }
        if (colon != NULL) {
            const char *value = colon + 1 + strspn(colon + 1, " \t");
            size_t gone = (size_t)(value - text);

            add_field(form, text, (size_t)(colon - text), value,
                      gone < len ? len - gone : 0);
        }
        text += len;
        text += *text == '\r' ? 1 : 0;
        text += *text == '\n' ? 1 : 0;
    }
}

static bool
is_passed_over(const char *event)
{
    for (size_t i = 0; i < ARRAY_COUNT(passed_over); i++) {
        if (strcmp(passed_over[i], event) == 0) {
            return true;
        }
    }
    return false;
}

int
command_report(struct session *session, int argc, char **argv)
{
    struct buffer path = { 0 };
    struct buffer content = { 0 };
    json_t *answer = NULL;
    int exit_code;

    if (argc < 4 || argc > 5) {
        return usage_fault(
            session,
            "give a channel, an event, the file of the text message, and "
            "its id if there is one",
            NULL);
    }
    if (is_passed_over(argv[2])) {
        return CTL_OK;
    }
    if (!read_input(argv[3], &content)) {
        return CTL_FAILED;
    }
    if (content.len > HEADER_MAX_BYTES) {
        content.data[HEADER_MAX_BYTES] = '\0';
    }
    buffer_add(&path, "/v1/channels/");
    path_add(&path, argv[1]);
    buffer_add(&path, "/report");
    query_add(&path, "event", argv[2]);
    if (argc == 5) {
        query_add(&path, "message_id", argv[4]);
    }
    add_lines(&path, content.data == NULL ? "" : content.data,
              strcmp(argv[2], "REPORT") == 0);
    exit_code = session_call(session, "POST", path.data, "", &answer);
    json_decref(answer);
    buffer_clear(&content);
    buffer_clear(&path);
    return exit_code;
}
