/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * RFC 3339 text and milliseconds. The days are counted as in "Low-Level Date
 * Algorithms" (Howard Hinnant), because timegm depends on nothing we need.
 */
#include "base/timestamp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
    FIRST_YEAR = 2000,
    LAST_YEAR = 2100
};

struct civil {
    int year, month, day, hour, minute, second, millisecond;
    int offset_minutes;
};

static int64_t
days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static void
civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
        365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

static int
days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Reads n digits; -1 when they are not there. */
static int
digits(const char **at, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++, (*at)++) {
        if (**at < '0' || **at > '9') {
            return -1;
        }
        value = value * 10 + (**at - '0');
    }
    return value;
}

static bool
one_of(const char **at, const char *set)
{
    if (**at == '\0' || strchr(set, **at) == NULL) {
        return false;
    }
    (*at)++;
    return true;
}

static bool
parse_date(const char **at, struct civil *civil)
{
    civil->year = digits(at, 4);
    if (!one_of(at, "-")) {
        return false;
    }
    civil->month = digits(at, 2);
    if (!one_of(at, "-")) {
        return false;
    }
    civil->day = digits(at, 2);
    return civil->year >= FIRST_YEAR && civil->year <= LAST_YEAR && civil->month >= 1 &&
           civil->month <= 12 && civil->day >= 1 &&
           civil->day <= days_in_month(civil->year, civil->month);
}

static bool
parse_fraction(const char **at, struct civil *civil)
{
    int weight = 100;

    if (!one_of(at, ".")) {
        return true;
    }
    if (**at < '0' || **at > '9') {
        return false;
    }
    for (; **at >= '0' && **at <= '9'; (*at)++, weight /= 10) {
        civil->millisecond += (**at - '0') * weight;
    }
    return true;
}

static bool
parse_clock(const char **at, struct civil *civil)
{
    civil->hour = digits(at, 2);
    if (!one_of(at, ":")) {
        return false;
    }
    civil->minute = digits(at, 2);
    if (!one_of(at, ":")) {
        return false;
    }
    civil->second = digits(at, 2);
    return civil->hour >= 0 && civil->hour <= 23 && civil->minute >= 0 &&
           civil->minute <= 59 && civil->second >= 0 && civil->second <= 60 &&
           parse_fraction(at, civil);
}

static bool
parse_offset(const char **at, struct civil *civil)
{
    if (one_of(at, "Zz")) {
        return true;
    }
    int sign = **at == '-' ? -1 : 1;
    if (!one_of(at, "+-")) {
        return false;
    }
    int hours = digits(at, 2);
    if (!one_of(at, ":")) {
        return false;
    }
    int minutes = digits(at, 2);
    civil->offset_minutes = sign * (hours * 60 + minutes);
    return hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59;
}

bool
timestamp_parse(const char *text, int64_t *time_ms)
{
    struct civil civil = { 0 };
    const char *at = text;

    if (!parse_date(&at, &civil) || !one_of(&at, "Tt") || !parse_clock(&at, &civil) ||
        !parse_offset(&at, &civil) || *at != '\0') {
        return false;
    }
    bool leap_second = civil.second == 60;
    int64_t seconds = days_from_civil(civil.year, civil.month, civil.day) * 86400 +
                      civil.hour * INT64_C(3600) + civil.minute * INT64_C(60) +
                      civil.second - leap_second - civil.offset_minutes * INT64_C(60);

    /* Leap seconds end a day in UTC, whatever the offset; and the offset may carry the
     * time out of the years that timestamp_format's readers accept. */
    if ((leap_second && seconds % 86400 != 86399) ||
        seconds < days_from_civil(FIRST_YEAR, 1, 1) * 86400 ||
        seconds >= days_from_civil(LAST_YEAR + 1, 1, 1) * 86400) {
        return false;
    }
    *time_ms = seconds * SECONDS_MS + civil.millisecond;
    return true;
}

static const char *
format(int64_t time_ms, bool fraction, char out[TIMESTAMP_SIZE])
{
    int64_t year, month, day;
    int64_t days = time_ms / DAYS_MS - (time_ms % DAYS_MS < 0);
    int64_t rest = (time_ms % DAYS_MS + DAYS_MS) % DAYS_MS;
    char part[8] = "";

    if (time_ms == TIME_NONE || time_ms == TIME_NEVER) {
        (void)snprintf(out, TIMESTAMP_SIZE, "%s",
                       time_ms == TIME_NONE ? "none" : "never");
        return out;
    }
    civil_from_days(days, &year, &month, &day);
    if (fraction && rest % SECONDS_MS != 0) {
        (void)snprintf(part, sizeof(part), ".%03d", (int)(rest % SECONDS_MS));
    }
    (void)snprintf(out, TIMESTAMP_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02d%sZ",
                   (long long)year, (int)month, (int)day, (int)(rest / HOURS_MS),
                   (int)(rest / MINUTES_MS % 60), (int)(rest / SECONDS_MS % 60), part);
    return out;
}

const char *
timestamp_format(int64_t time_ms, char out[TIMESTAMP_SIZE])
{
    return format(time_ms, true, out);
}

const char *
timestamp_format_seconds(int64_t time_ms, char out[TIMESTAMP_SIZE])
{
    return format(time_ms, false, out);
}
