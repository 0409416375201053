/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The log, and its form on stderr.
 */
#include "base/log.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_MESSAGE_BYTES = 2000,
    MAX_VALUE_BYTES = 1000,
    MAX_LINE_BYTES = 4096
};

static struct {
    log_sink *sink;
    void *context;
    enum log_level level;
} log_state = { .level = LOG_LEVEL_INFO };

static const char *const kind_ids[LOG_KIND_COUNT] = {
    [LOG_KIND_NONE] = NULL,
    [LOG_KIND_EVENT_ACCEPTED] = "75d76c3002e34d37b5a3dc6f89826ffc",
    [LOG_KIND_EVENT_REFUSED] = "f8b257d390f84143a30d1650e5f94cec",
    [LOG_KIND_MESSAGE_MADE] = "4b82d5f4a67743878c3fbe79c046b98c",
    [LOG_KIND_DELIVERY_DONE] = "217fd2a9662946de9dac24338f79c9a3",
    [LOG_KIND_DELIVERY_FAILED] = "f16a8bc0f0cb4e178ba556761c1ea105",
    [LOG_KIND_DELIVERY_PARKED] = "5d13e80ecf174c64bada86badb7c35c6",
    [LOG_KIND_CHANNEL_STATE] = "9e8cc1b915da44c890d30da2b874ad31",
    [LOG_KIND_CONFIG] = "ccb1f75ca715492ba85c417cbab95bab",
    [LOG_KIND_ALARM] = "8d49d82e19ab4a2289466e7577c58ef8",
    [LOG_KIND_STATUS] = "30c8e842b5f44d698f70400425e91c62",
};

void
log_set_sink(log_sink *sink, void *context)
{
    log_state.sink = sink;
    log_state.context = context;
}

void
log_set_level(enum log_level most_detailed)
{
    log_state.level = most_detailed;
}

const char *
log_kind_id(enum log_kind kind)
{
    return (unsigned)kind < LOG_KIND_COUNT ? kind_ids[kind] : NULL;
}

/* A plain word needs no quotes and cannot be mistaken for another field. */
static bool
is_plain(const char *value)
{
    if (value[0] == '\0') {
        return false;
    }
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
        if (*at <= ' ' || *at == 0x7F || strchr("\"\\=", (char)*at) != NULL) {
            return false;
        }
    }
    return true;
}

static void
add_value(struct buffer *out, const char *value)
{
    struct buffer escaped = { 0 };
    bool plain = is_plain(value);

    /* Escaped before it is made printable: a backslash of the value is doubled, that of
     * a \xNN written by utf8_printable is not. */
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            buffer_add_char(&escaped, '\\');
        }
        buffer_add_char(&escaped, *at);
    }
    char *printable = utf8_printable(escaped.data, escaped.len, MAX_VALUE_BYTES);
    buffer_addf(out, plain ? "%s" : "\"%s\"", printable);
    free(printable);
    buffer_clear(&escaped);
}

void
log_format_line(char *out, size_t size, const char *message,
                const struct log_field *fields, size_t n_fields)
{
    struct buffer line = { 0 };

    if (size == 0) {
        return;
    }
    buffer_add(&line, message);
    for (size_t i = 0; i < n_fields; i++) {
        if (fields[i].value == NULL) {
            continue;
        }
        buffer_add_char(&line, ' ');
        for (const char *at = fields[i].name; *at != '\0'; at++) {
            buffer_add_char(&line, (char)tolower((unsigned char)*at));
        }
        buffer_add_char(&line, '=');
        add_value(&line, fields[i].value);
    }
    size_t len = line.data == NULL ? 0 : utf8_cut(line.data, size - 1);
    if (len > 0) {
        memcpy(out, line.data, len);
    }
    out[len] = '\0';
    buffer_clear(&line);
}

/* systemd reads a priority from the start of a line (sd-daemon(3)); a person would
 * only stumble over it. */
static bool
stderr_is_read_by_systemd(void)
{
    static int known = -1;

    if (known < 0) {
        known = getenv("JOURNAL_STREAM") != NULL && !isatty(STDERR_FILENO);
    }
    return known != 0;
}

static void
write_to_stderr(enum log_level level, const char *message,
                const struct log_field *fields, size_t n_fields)
{
    char line[MAX_LINE_BYTES + 8] = "";
    size_t len = 0;

    if (stderr_is_read_by_systemd()) {
        int written = snprintf(line, sizeof(line), "<%d>", (int)level);
        len = written > 0 ? (size_t)written : 0;
    }
    log_format_line(line + len, MAX_LINE_BYTES, message, fields, n_fields);
    len = strlen(line);
    line[len++] = '\n';

    /* One write for one line, so that lines of several processes do not mix. There is
     * nobody to tell when it fails. */
    for (size_t at = 0; at < len;) {
        ssize_t written = write(STDERR_FILENO, line + at, len - at);

        if (written < 0 && errno != EINTR) {
            break;
        }
        at += written > 0 ? (size_t)written : 0;
    }
}

void
log_fields(enum log_level level, enum log_kind kind, const struct log_field *fields,
           size_t n_fields, const char *format, ...)
{
    char text[MAX_MESSAGE_BYTES + 8];
    va_list arguments;

    if (level > log_state.level) {
        return;
    }
    int error_before = errno;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);

    char *message = utf8_printable(text, strlen(text), MAX_MESSAGE_BYTES);
    if (log_state.sink != NULL) {
        log_state.sink(log_state.context, level, kind, message, fields, n_fields);
    } else {
        write_to_stderr(level, message, fields, n_fields);
    }
    free(message);
    errno = error_before;
}
