/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parsers of the times to wait that HTTP answers name.
 */
#include "channel/http_wait.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/json_reply.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Beyond any clamp that follows, and far from overflow when added to a clock. */
#define RETRY_AFTER_MAX_S INT64_C(1000000000000)

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

/* An HTTP-date in any of its three forms. */
static bool
parse_date(const char *value, int64_t now_ms, int64_t *time_ms)
{
    for (size_t i = 0; i < ARRAY_COUNT(date_forms); i++) {
        struct date_fields fields;
        if (match_form(date_forms[i], value, &fields) &&
            fields_to_time(&fields, now_ms, time_ms))
            return true;
    }
    return false;
}

int64_t
retry_after_parse(const char *value, int64_t now_ms)
{
    int64_t time_ms;
    if (value == NULL || *value == '\0')
        return -1;
    if (isdigit((unsigned char)*value))
        return seconds_to_wait(value);
    if (!parse_date(value, now_ms, &time_ms))
        return -1;
    return time_ms > now_ms ? time_ms - now_ms : 0;
}

/* Seconds since 1970, perhaps with decimals, which are passed over. */
static bool
parse_epoch(const char *value, int64_t *time_ms)
{
    size_t n_digits = strspn(value, "0123456789");
    if (n_digits == 0 || n_digits > 12)
        return false;
    if (value[n_digits] == '.' &&
        value[n_digits + 1 + strspn(value + n_digits + 1, "0123456789")] == '\0')
        n_digits += strlen(value + n_digits);
    if (value[n_digits] != '\0')
        return false;
    *time_ms = 0;
    for (const char *c = value; isdigit((unsigned char)*c); c++)
        *time_ms = *time_ms * 10 + (*c - '0');
    *time_ms *= SECONDS_MS;
    return true;
}

int64_t
http_reset_wait(const struct reply *reply, const char *header, int64_t now_ms)
{
    const char *value = reply_header(reply, header);
    const char *date = reply_header(reply, "Date");
    int64_t reset_ms, their_now_ms;
    if (value == NULL ||
        (!timestamp_parse(value, &reset_ms) && !parse_epoch(value, &reset_ms)))
        return -1;
    if (date == NULL || !parse_date(date, now_ms, &their_now_ms))
        their_now_ms = now_ms;
    return reset_ms > their_now_ms ? reset_ms - their_now_ms : 0;
}

/* A day; no vendor's limit is longer, and the queue would not wait longer anyhow. */
static int64_t
clamp_wait(double wait_ms)
{
    if (!(wait_ms >= 0))
        return -1;
    return wait_ms >= (double)(24 * HOURS_MS) ? 24 * HOURS_MS : (int64_t)ceil(wait_ms);
}

int64_t
http_seconds_wait(const struct reply *reply, const char *header)
{
    const char *value = reply_header(reply, header);
    if (value == NULL || value[0] == '\0' ||
        value[strspn(value, "0123456789.")] != '\0')
        return -1;
    return clamp_wait(strtod(value, NULL) * SECONDS_MS);
}

int64_t
json_wait(const struct reply *reply, const char *pointer, int64_t unit_ms)
{
    json_t *body = json_reply(reply);
    const json_t *value = json_at(body, pointer);
    int64_t wait_ms = json_is_number(value)
                          ? clamp_wait(json_number_value(value) * (double)unit_ms)
                          : -1;
    json_decref(body);
    return wait_ms;
}
