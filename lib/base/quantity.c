/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Durations, sizes and rates, text to number and back.
 */
#include "base/quantity.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const int64_t longest_duration_ms = 3653 * DAYS_MS;

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit duration_units[] = {
    { "", SECONDS_MS },
    { "ms", 1 },
    { "msec", 1 },
    { "s", SECONDS_MS },
    { "sec", SECONDS_MS },
    { "second", SECONDS_MS },
    { "seconds", SECONDS_MS },
    { "m", MINUTES_MS },
    { "min", MINUTES_MS },
    { "minute", MINUTES_MS },
    { "minutes", MINUTES_MS },
    { "h", HOURS_MS },
    { "hr", HOURS_MS },
    { "hour", HOURS_MS },
    { "hours", HOURS_MS },
    { "d", DAYS_MS },
    { "day", DAYS_MS },
    { "days", DAYS_MS },
    { "w", 7 * DAYS_MS },
    { "week", 7 * DAYS_MS },
    { "weeks", 7 * DAYS_MS },
};

static const struct unit size_units[] = {
    { "", 1 },
    { "K", INT64_C(1) << 10 },
    { "M", INT64_C(1) << 20 },
    { "G", INT64_C(1) << 30 },
    { "T", INT64_C(1) << 40 },
};

static void
skip_spaces(const char **at)
{
    *at += strspn(*at, " \t");
}

/* At least one digit; false also when the number does not fit. */
static bool
read_number(const char **at, int64_t *value)
{
    if (**at < '0' || **at > '9') {
        return false;
    }
    *value = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        if (__builtin_mul_overflow(*value, INT64_C(10), value) ||
            __builtin_add_overflow(*value, (int64_t)(**at - '0'), value)) {
            return false;
        }
    }
    return true;
}

/* The factor of the letters at *at; 0 when they are no unit. */
static int64_t
read_unit(const char **at, const struct unit *units, size_t n_units)
{
    size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    for (size_t i = 0; i < n_units; i++) {
        if (strlen(units[i].name) == len && strncmp(units[i].name, *at, len) == 0) {
            *at += len;
            return units[i].factor;
        }
    }
    return 0;
}

/* "30min" and the blanks around it, added to *total. */
static bool
read_term(const char **at, int64_t *total)
{
    int64_t value;

    if (!read_number(at, &value)) {
        return false;
    }
    skip_spaces(at);
    int64_t factor = read_unit(at, duration_units, ARRAY_COUNT(duration_units));
    skip_spaces(at);
    return factor != 0 && !__builtin_mul_overflow(value, factor, &value) &&
           !__builtin_add_overflow(*total, value, total) &&
           *total <= longest_duration_ms;
}

bool
duration_parse(const char *text, int64_t *duration_ms)
{
    int64_t total = 0;

    skip_spaces(&text);
    do {
        if (!read_term(&text, &total)) {
            return false;
        }
    } while (*text != '\0');
    *duration_ms = total;
    return true;
}

bool
size_parse(const char *text, int64_t *bytes)
{
    int64_t value;

    if (!read_number(&text, &value)) {
        return false;
    }
    int64_t factor = read_unit(&text, size_units, ARRAY_COUNT(size_units));
    if (factor == 0 || *text != '\0' || __builtin_mul_overflow(value, factor, &value)) {
        return false;
    }
    *bytes = value;
    return true;
}

/* The largest binary unit that the size has at least one of. */
static int
binary_unit(int64_t bytes, int64_t *factor)
{
    int unit = 0;

    for (*factor = 1; unit < 4 && bytes / *factor >= 1024; unit++) {
        *factor *= 1024;
    }
    return unit;
}

const char *
size_format(int64_t bytes, char out[SIZE_TEXT_SIZE])
{
    static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB" };
    int64_t factor;
    int unit = binary_unit(bytes, &factor);
    long long whole = bytes / factor;

    /* One decimal, cut off, where it tells something. */
    if (unit > 0 && whole < 10 && bytes % factor >= factor / 10) {
        (void)snprintf(out, SIZE_TEXT_SIZE, "%lld.%lld %s", whole,
                       (long long)(bytes % factor * 10 / factor), names[unit]);
    } else {
        (void)snprintf(out, SIZE_TEXT_SIZE, "%lld %s", whole, names[unit]);
    }
    return out;
}

const char *
size_format_exact(int64_t bytes, char out[SIZE_TEXT_SIZE])
{
    static const char *const names[] = { "", "K", "M", "G" };
    size_t unit = 0;

    while (bytes > 0 && bytes % 1024 == 0 && unit + 1 < ARRAY_COUNT(names)) {
        bytes /= 1024;
        unit++;
    }
    (void)snprintf(out, SIZE_TEXT_SIZE, "%lld%s", (long long)bytes, names[unit]);
    return out;
}

bool
rate_parse(const char *text, struct rate *rate)
{
    struct rate parsed = { 0 };

    if (!read_number(&text, &parsed.count) || parsed.count == 0 || *text != '/') {
        return false;
    }
    text++;
    if (*text >= '0' && *text <= '9') {
        if (!duration_parse(text, &parsed.period_ms)) {
            return false;
        }
    } else {
        parsed.period_ms = *text == '\0' ? 0
                                         : read_unit(&text, duration_units,
                                                     ARRAY_COUNT(duration_units));
        if (*text != '\0') {
            return false;
        }
    }
    if (parsed.period_ms <= 0) {
        return false;
    }
    *rate = parsed;
    return true;
}

/* "3 h 5 min", or "3 h" when nothing is left. */
static void
format_pair(char out[DURATION_SIZE], int64_t large, const char *large_name,
            int64_t small, const char *small_name)
{
    if (small == 0) {
        (void)snprintf(out, DURATION_SIZE, "%lld %s", (long long)large, large_name);
        return;
    }
    (void)snprintf(out, DURATION_SIZE, "%lld %s %lld %s", (long long)large, large_name,
                   (long long)small, small_name);
}

const char *
duration_format(int64_t duration_ms, char out[DURATION_SIZE])
{
    int64_t ms = duration_ms < 0 ? 0 : duration_ms;

    if (ms > 0 && ms < SECONDS_MS) {
        format_pair(out, ms, "ms", 0, "");
    } else if (ms < MINUTES_MS) {
        format_pair(out, ms / SECONDS_MS, "s", 0, "");
    } else if (ms < HOURS_MS) {
        format_pair(out, ms / MINUTES_MS, "min", 0, "");
    } else if (ms < DAYS_MS) {
        format_pair(out, ms / HOURS_MS, "h", ms % HOURS_MS / MINUTES_MS, "min");
    } else {
        format_pair(out, ms / DAYS_MS, "d", ms % DAYS_MS / HOURS_MS, "h");
    }
    return out;
}

const char *
duration_format_exact(int64_t duration_ms, char out[DURATION_SIZE])
{
    static const struct unit units[] = { { "d", DAYS_MS },
                                         { "h", HOURS_MS },
                                         { "min", MINUTES_MS },
                                         { "s", SECONDS_MS },
                                         { "ms", 1 } };
    int64_t rest = duration_ms < 0 ? 0 : duration_ms;
    size_t len = 0;

    (void)snprintf(out, DURATION_SIZE, "0");
    for (size_t i = 0; i < ARRAY_COUNT(units) && len < DURATION_SIZE; i++) {
        int64_t n = rest / units[i].factor;

        rest %= units[i].factor;
        if (n == 0) {
            continue;
        }
        int written = snprintf(out + len, DURATION_SIZE - len, "%s%lld%s",
                               len > 0 ? " " : "", (long long)n, units[i].name);
        len += written > 0 ? (size_t)written : 0;
    }
    return out;
}
