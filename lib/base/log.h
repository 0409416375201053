/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The log: one line per thing that happened, "module: what happened key=value …", with
 * fields for the journal. Where lines go is set once by the process (stderr unless
 * told). Outside text must go through fields or utf8_printable(); fields are escaped
 * here. An error means that a person must act.
 */
#ifndef BUDKAVLE_BASE_LOG_H
#define BUDKAVLE_BASE_LOG_H

#include <stddef.h>

/* syslog's priorities. */
enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/* Kinds of log lines that tools search for; each has a fixed MESSAGE_ID. */
enum log_kind {
    LOG_KIND_NONE = 0,
    LOG_KIND_EVENT_ACCEPTED,
    LOG_KIND_EVENT_REFUSED,
    LOG_KIND_MESSAGE_MADE,
    LOG_KIND_DELIVERY_DONE,
    LOG_KIND_DELIVERY_FAILED,
    LOG_KIND_DELIVERY_PARKED,
    LOG_KIND_CHANNEL_STATE,
    LOG_KIND_CONFIG,
    LOG_KIND_ALARM,
    LOG_KIND_STATUS,
    LOG_KIND_COUNT
};

/* name: SOURCE, INCIDENT, EVENT, CHANNEL, DELIVERY, RESULT; the journal's field is
 * BUDKAVLE_ and name; on stderr it is written as lower-case name=value. */
struct log_field {
    const char *name;
    const char *value; /* NULL: the field is left out */
};

/* A sink gets the finished message (without fields), printable, and the fields. */
typedef void log_sink(void *context, enum log_level level, enum log_kind kind,
                      const char *message, const struct log_field *fields,
                      size_t n_fields);

void log_set_sink(log_sink *sink, void *context); /* NULL: stderr */
void log_set_level(enum log_level most_detailed); /* default LOG_LEVEL_INFO */

/* The MESSAGE_ID of a kind: 32 hexadecimal digits; NULL for LOG_KIND_NONE. */
const char *log_kind_id(enum log_kind kind);

/* Writes message and fields as one line "message name=value …" to out. For sinks. */
void log_format_line(char *out, size_t size, const char *message,
                     const struct log_field *fields, size_t n_fields);

void log_fields(enum log_level level, enum log_kind kind,
                const struct log_field *fields, size_t n_fields, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

#define log_error(...) log_fields(LOG_LEVEL_ERROR, LOG_KIND_NONE, NULL, 0, __VA_ARGS__)
#define log_warning(...)                                                               \
    log_fields(LOG_LEVEL_WARNING, LOG_KIND_NONE, NULL, 0, __VA_ARGS__)
#define log_info(...) log_fields(LOG_LEVEL_INFO, LOG_KIND_NONE, NULL, 0, __VA_ARGS__)
#define log_debug(...) log_fields(LOG_LEVEL_DEBUG, LOG_KIND_NONE, NULL, 0, __VA_ARGS__)

#endif
