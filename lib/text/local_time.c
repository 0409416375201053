/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Clock times and days in words, through the phrases of a catalogue.
 */
#include "text/local_time.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "text/fill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char zone_folder[] = "/usr/share/zoneinfo";
/* Every compiled zone file begins so (RFC 8536). */
static const char zone_magic[] = "TZif";

enum {
    NUMBER_SIZE = 16,
    TM_YEAR_BASE = 1900,
    TRANSITION_STEP_S = 900, /* zones change by multiples of a quarter of an hour */
    TRANSITION_STEPS = 100
};

/* A relative path of plain names: nothing that leaves the folder of zones. */
static bool
is_zone_name(const char *zone)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/";

    return zone[0] != '\0' && zone[0] != '/' && zone[strspn(zone, allowed)] == '\0';
}

static bool
is_zone_file(const char *path)
{
    char magic[sizeof(zone_magic) - 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info;
    bool found;

    if (fd < 0) {
        return false;
    }
    found = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
            read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
            memcmp(magic, zone_magic, sizeof(magic)) == 0;
    close(fd);
    return found;
}

enum status
local_zone_set(const char *zone, struct error *error)
{
    const char *folder = getenv("TZDIR");
    char *path;
    bool found;

    if (!folder || folder[0] == '\0') {
        folder = zone_folder;
    }
    path = string_format("%s/%s", folder, zone);
    found = is_zone_name(zone) && is_zone_file(path);
    free(path);
    if (!found) {
        return error_set(error, STATUS_INVALID,
                         "timezone: \"%s\" is not among the zones in %s; one is for "
                         "example Europe/Stockholm",
                         zone, folder);
    }
    if (setenv("TZ", zone, 1) != 0) {
        return error_set(error, STATUS_IO, "timezone: TZ cannot be set: %s",
                         strerror(errno));
    }
    tzset();
    return STATUS_OK;
}

/* Seconds since the epoch, rounded down also before it. */
static time_t
whole_seconds(int64_t time_ms)
{
    int64_t seconds = time_ms / SECONDS_MS;

    return (time_t)(time_ms % SECONDS_MS < 0 ? seconds - 1 : seconds);
}

static struct tm
broken_down(time_t seconds)
{
    struct tm local = { 0 };

    /* Fails only for years beyond an int; the events' end in 2100. */
    if (!localtime_r(&seconds, &local)) {
        local = (struct tm){ .tm_mday = 1 };
    }
    return local;
}

static bool
same_date(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_yday == b->tm_yday;
}

bool
local_same_day(int64_t a_ms, int64_t b_ms)
{
    struct tm a = broken_down(whole_seconds(a_ms));
    struct tm b = broken_down(whole_seconds(b_ms));

    return same_date(&a, &b);
}

/*
 * Midnight read with or without summer time; where that hour does not exist on the day
 * the next moment that does.
 */
static time_t
day_start_as(const struct tm *day, int is_summer_time)
{
    struct tm midnight = { .tm_year = day->tm_year,
                           .tm_mon = day->tm_mon,
                           .tm_mday = day->tm_mday,
                           .tm_isdst = is_summer_time };
    time_t start = mktime(&midnight);

    for (int i = 0; i < TRANSITION_STEPS; i++) {
        struct tm reached = broken_down(start);
        if (same_date(&reached, day)) {
            break;
        }
        start += TRANSITION_STEP_S;
    }
    return start;
}

int64_t
local_day_start(int64_t time_ms)
{
    struct tm day = broken_down(whole_seconds(time_ms));
    time_t standard = day_start_as(&day, -1);
    time_t summer = day_start_as(&day, 1);

    return (int64_t)(summer < standard ? summer : standard) * SECONDS_MS;
}

static const char *
name_of_number(const struct catalogue *catalogue, const char *family, bool short_names,
               int number)
{
    char *key = string_format("%s%s.%d", family, short_names ? "_short" : "", number);
    const char *name = catalogue_phrase(catalogue, key);

    free(key);
    return name;
}

/* In the night in which summer time ends an hour is lived through twice. */
static bool
comes_twice(const struct tm *local)
{
    struct tm other = *local;
    struct tm reached;

    other.tm_isdst = local->tm_isdst > 0 ? 0 : 1;
    reached = broken_down(mktime(&other));
    return reached.tm_isdst != local->tm_isdst && same_date(&reached, local) &&
           reached.tm_hour == local->tm_hour && reached.tm_min == local->tm_min;
}

/* Which of the two it is goes with the time, or a promise of one for the other would
 * seem to be one for now. */
static char *
clock_text(const struct catalogue *catalogue, const struct tm *local)
{
    char hour[NUMBER_SIZE];
    char minute[NUMBER_SIZE];
    char *clock, *text;

    snprintf(hour, sizeof(hour), "%02d", local->tm_hour);
    snprintf(minute, sizeof(minute), "%02d", local->tm_min);
    clock = fill_phrase(catalogue_phrase(catalogue, "time.clock"),
                        (struct fill[]){ { "hour", hour }, { "minute", minute } }, 2);
    if (!comes_twice(local)) {
        return clock;
    }
    text = fill_phrase(catalogue_phrase(catalogue, local->tm_isdst > 0 ? "time.summer"
                                                                       : "time.winter"),
                       (struct fill[]){ { "clock", clock } }, 1);
    free(clock);
    return text;
}

static char *
day_text(const struct catalogue *catalogue, const struct tm *local,
         struct local_style style)
{
    struct tm now = broken_down(whole_seconds(style.now_ms));
    char day[NUMBER_SIZE];
    char year[NUMBER_SIZE];
    int weekday = local->tm_wday == 0 ? 7 : local->tm_wday;
    const struct fill values[] = {
        { "weekday", name_of_number(catalogue, "weekday", style.short_names, weekday) },
        { "day", day },
        { "month",
          name_of_number(catalogue, "month", style.short_names, local->tm_mon + 1) },
        { "year", year },
    };

    snprintf(day, sizeof(day), "%d", local->tm_mday);
    snprintf(year, sizeof(year), "%d", local->tm_year + TM_YEAR_BASE);
    return fill_phrase(catalogue_phrase(catalogue, local->tm_year == now.tm_year
                                                       ? "time.day"
                                                       : "time.day_year"),
                       values, ARRAY_COUNT(values));
}

/* The moment through the phrase, whose slots are {day} and {clock}. */
static char *
moment_text(const struct catalogue *catalogue, const char *phrase, time_t seconds,
            struct local_style style)
{
    struct tm local = broken_down(seconds);
    char *clock = clock_text(catalogue, &local);
    char *day = day_text(catalogue, &local, style);
    char *text = fill_phrase(catalogue_phrase(catalogue, phrase),
                             (struct fill[]){ { "day", day }, { "clock", clock } }, 2);

    free(clock);
    free(day);
    return text;
}

char *
local_time_styled(const struct catalogue *catalogue, int64_t time_ms,
                  struct local_style style)
{
    bool today = local_same_day(time_ms, style.now_ms);

    return moment_text(catalogue, today ? "time.today" : "time.other_day",
                       whole_seconds(time_ms), style);
}

char *
local_time_at_styled(const struct catalogue *catalogue, int64_t time_ms,
                     struct local_style style)
{
    bool today = local_same_day(time_ms, style.now_ms);

    return moment_text(catalogue, today ? "time.at_today" : "time.at_other_day",
                       whole_seconds(time_ms), style);
}

char *
local_period_styled(const struct catalogue *catalogue, int64_t from_ms, int64_t to_ms,
                    struct local_style style)
{
    bool one_day = local_same_day(from_ms, to_ms);
    struct tm from_local = broken_down(whole_seconds(from_ms));
    struct tm to_local = broken_down(whole_seconds(to_ms));
    char *day = day_text(catalogue, &from_local, style);
    char *from = one_day ? clock_text(catalogue, &from_local)
                         : moment_text(catalogue, "time.other_day",
                                       whole_seconds(from_ms), style);
    char *to =
        one_day ? clock_text(catalogue, &to_local)
                : moment_text(catalogue, "time.other_day", whole_seconds(to_ms), style);
    char *text = fill_phrase(
        catalogue_phrase(catalogue, one_day ? "period.one_day" : "period.days"),
        (struct fill[]){ { "day", day }, { "from", from }, { "to", to } }, 3);

    free(day);
    free(from);
    free(to);
    return text;
}

char *
local_time_text(const struct catalogue *catalogue, int64_t time_ms, int64_t now_ms)
{
    return local_time_styled(catalogue, time_ms, (struct local_style){ now_ms, false });
}

char *
local_time_at_text(const struct catalogue *catalogue, int64_t time_ms, int64_t now_ms)
{
    return local_time_at_styled(catalogue, time_ms,
                                (struct local_style){ now_ms, false });
}

char *
local_period_text(const struct catalogue *catalogue, int64_t from_ms, int64_t to_ms,
                  int64_t now_ms)
{
    return local_period_styled(catalogue, from_ms, to_ms,
                               (struct local_style){ now_ms, false });
}

char *
local_day_text(const struct catalogue *catalogue, int64_t time_ms, int64_t now_ms)
{
    struct tm local = broken_down(whole_seconds(time_ms));

    return day_text(catalogue, &local, (struct local_style){ now_ms, false });
}

char *
local_clock_text(const struct catalogue *catalogue, int64_t time_ms)
{
    struct tm local = broken_down(whole_seconds(time_ms));

    return clock_text(catalogue, &local);
}

const char *
local_timestamp(int64_t time_ms, char out[TIMESTAMP_SIZE])
{
    struct tm local = broken_down(whole_seconds(time_ms));
    int offset = (int)(local.tm_gmtoff / 60);
    unsigned minutes = (unsigned)(offset < 0 ? -offset : offset);
    size_t len = strftime(out, TIMESTAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &local);

    (void)snprintf(out + len, TIMESTAMP_SIZE - len, "%c%02u:%02u",
                   offset > 0 ? '+' : '-', minutes / 60 % 24, minutes % 60);
    return out;
}
