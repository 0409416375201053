/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The meaning of HTTP status codes for a delivery, and the parser of Retry-After.
 */
#include "channel/http_outcome.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "channel/outcome.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    EXCERPT_BYTES = 120,
};

/* Beyond any clamp that follows, and far from overflow when added to a clock. */
#define RETRY_AFTER_MAX_S INT64_C(1000000000000)

struct code_row {
    int64_t code;
    enum outcome_kind kind;
    const char *name; /* RFC 9110 and RFC 6585 */
};

/* Codes whose class does not say enough, and the names of those that are met often. */
static const struct code_row codes[] = {
    { 301, OUTCOME_RETRY, "Moved Permanently" },
    { 302, OUTCOME_RETRY, "Found" },
    { 303, OUTCOME_RETRY, "See Other" },
    { 307, OUTCOME_RETRY, "Temporary Redirect" },
    { 308, OUTCOME_RETRY, "Permanent Redirect" },
    { 400, OUTCOME_REFUSED, "Bad Request" },
    { 401, OUTCOME_CREDENTIALS, "Unauthorized" },
    { 402, OUTCOME_CREDENTIALS, "Payment Required" },
    { 403, OUTCOME_CREDENTIALS, "Forbidden" },
    { 404, OUTCOME_REFUSED, "Not Found" },
    { 405, OUTCOME_REFUSED, "Method Not Allowed" },
    { 406, OUTCOME_REFUSED, "Not Acceptable" },
    { 407, OUTCOME_CREDENTIALS, "Proxy Authentication Required" },
    { 408, OUTCOME_RETRY, "Request Timeout" },
    { 409, OUTCOME_REFUSED, "Conflict" },
    { 410, OUTCOME_REFUSED, "Gone" },
    { 413, OUTCOME_REFUSED, "Content Too Large" },
    { 415, OUTCOME_REFUSED, "Unsupported Media Type" },
    { 421, OUTCOME_RETRY, "Misdirected Request" },
    { 422, OUTCOME_REFUSED, "Unprocessable Content" },
    { 423, OUTCOME_RETRY, "Locked" },
    { 425, OUTCOME_RETRY, "Too Early" },
    { 429, OUTCOME_RETRY, "Too Many Requests" },
    { 500, OUTCOME_RETRY, "Internal Server Error" },
    { 501, OUTCOME_RETRY, "Not Implemented" },
    { 502, OUTCOME_RETRY, "Bad Gateway" },
    { 503, OUTCOME_RETRY, "Service Unavailable" },
    { 504, OUTCOME_RETRY, "Gateway Timeout" },
    { 507, OUTCOME_RETRY, "Insufficient Storage" },
};

/* The rest, by the hundreds. */
static const enum outcome_kind classes[] = {
    [2] = OUTCOME_DELIVERED,
    [3] = OUTCOME_RETRY,
    [4] = OUTCOME_REFUSED,
    [5] = OUTCOME_RETRY,
};

static const struct code_row *
find_code(int64_t code)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if (codes[i].code == code)
            return &codes[i];
    }
    return NULL;
}

/* What a refusal for good says in its body helps the person who must mend it; web pages
 * and binary answers do not. Caller frees; NULL: nothing of use. */
static char *
excerpt_of(const struct reply *reply)
{
    const char *text = reply->body.data;
    size_t len = reply->body.len;
    while (len > 0 && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    if (len == 0 || *text == '<' || !utf8_is_valid(text, len))
        return NULL;
    const char *end = memchr(text, '\n', len);
    return utf8_printable(text, end == NULL ? len : (size_t)(end - text),
                          EXCERPT_BYTES);
}

static void
set_answered(struct outcome *outcome, enum outcome_kind kind, const char *name,
             const struct reply *reply)
{
    char *excerpt = kind == OUTCOME_REFUSED ? excerpt_of(reply) : NULL;
    outcome_set(outcome, kind, "%lld%s%s%s%s", (long long)reply->code,
                name == NULL ? "" : " ", name == NULL ? "" : name,
                excerpt == NULL ? "" : ": ", excerpt == NULL ? "" : excerpt);
    free(excerpt);
}

void
http_outcome(const struct reply *reply, int64_t now_ms, struct outcome *outcome)
{
    if (outcome_without_answer(reply, outcome))
        return;
    if (reply->code < 200 || reply->code > 599) {
        /* The request went out and what came back is not HTTP as we know it. */
        outcome_set(outcome, OUTCOME_UNKNOWN, "an answer with the status code %lld",
                    (long long)reply->code);
        return;
    }
    const struct code_row *row = find_code(reply->code);
    enum outcome_kind kind = row == NULL ? classes[reply->code / 100] : row->kind;
    if (kind == OUTCOME_DELIVERED) {
        outcome_set(outcome, kind, NULL);
        return;
    }
    set_answered(outcome, kind, row == NULL ? NULL : row->name, reply);
    if (kind == OUTCOME_RETRY)
        outcome->retry_after_ms =
            retry_after_parse(reply_header(reply, "Retry-After"), now_ms);
}

/* RFC 9110, 5.6.7, written as strftime(3) does: IMF-fixdate, RFC 850, asctime. strptime
 * itself depends on the locale and reads more than these. */
static const char *const date_forms[] = {
    "%a, %d %b %Y %H:%M:%S GMT",
    "%a, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
};

/* The numbers of a date, each under its letter in the pattern. */
struct date_fields {
    int of['z' + 1];
};

static bool
read_digits(const char **text, int n, int *value)
{
    *value = 0;
    for (int i = 0; i < n; i++, (*text)++) {
        if (!isdigit((unsigned char)**text))
            return false;
        *value = *value * 10 + (**text - '0');
    }
    return true;
}

static bool
read_month(const char **text, int *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (strncmp(*text, names + (size_t)i * 3, 3) == 0) {
            *month = i;
            *text += 3;
            return true;
        }
    }
    return false;
}

static bool
read_field(const char **text, char letter, struct date_fields *fields)
{
    int *value = &fields->of[(unsigned char)letter];
    switch (letter) {
    case 'a': /* the name of the day says nothing that the date does not */
        while (isalpha((unsigned char)**text))
            (*text)++;
        return true;
    case 'b':
        return read_month(text, value);
    case 'e': /* padded with a space */
        if (**text != ' ')
            return read_digits(text, 2, value);
        (*text)++;
        return read_digits(text, 1, value);
    case 'Y':
        return read_digits(text, 4, value);
    default:
        return read_digits(text, 2, value);
    }
}

static bool
match_form(const char *form, const char *text, struct date_fields *fields)
{
    memset(fields, 0, sizeof *fields);
    for (; *form != '\0'; form++) {
        if (*form == '%') {
            form++;
            if (!read_field(&text, *form, fields))
                return false;
        } else if (*text++ != *form) {
            return false;
        }
    }
    return *text == '\0';
}

/* A year of two digits is the last one with that ending that is not more than 50 years
 * ahead (RFC 9110, 5.6.7). */
static int
full_year(int two_digits, int64_t now_ms)
{
    time_t now = (time_t)(now_ms / SECONDS_MS);
    struct tm today;
    gmtime_r(&now, &today);
    int latest = today.tm_year + 1900 + 50;
    return latest - ((latest - two_digits) % 100 + 100) % 100;
}

static bool
fields_to_time(const struct date_fields *fields, int64_t now_ms, int64_t *time_ms)
{
    int day = fields->of['d'] + fields->of['e']; /* a form has one of the two */
    int year =
        fields->of['Y'] != 0 ? fields->of['Y'] : full_year(fields->of['y'], now_ms);
    int second = fields->of['S'] == 60 ? 59 : fields->of['S']; /* a leap second */
    if (fields->of['H'] > 23 || fields->of['M'] > 59 || second > 59)
        return false;
    struct tm when = { .tm_year = year - 1900,
                       .tm_mon = fields->of['b'],
                       .tm_mday = day,
                       .tm_hour = fields->of['H'],
                       .tm_min = fields->of['M'],
                       .tm_sec = second };
    time_t seconds = timegm(&when);
    if (when.tm_mday != day)
        return false; /* 31 February */
    *time_ms = (int64_t)seconds * SECONDS_MS;
    return true;
}

static int64_t
seconds_to_wait(const char *digits)
{
    int64_t seconds = 0;
    for (; isdigit((unsigned char)*digits); digits++) {
        seconds = seconds * 10 + (*digits - '0');
        if (seconds > RETRY_AFTER_MAX_S)
            seconds = RETRY_AFTER_MAX_S;
    }
    return *digits == '\0' ? seconds * SECONDS_MS : -1;
}

int64_t
retry_after_parse(const char *value, int64_t now_ms)
{
    if (value == NULL || *value == '\0')
        return -1;
    if (isdigit((unsigned char)*value))
        return seconds_to_wait(value);
    for (size_t i = 0; i < ARRAY_COUNT(date_forms); i++) {
        struct date_fields fields;
        int64_t time_ms;
        if (match_form(date_forms[i], value, &fields) &&
            fields_to_time(&fields, now_ms, &time_ms))
            return time_ms > now_ms ? time_ms - now_ms : 0;
    }
    return -1;
}
