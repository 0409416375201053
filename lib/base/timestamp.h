/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Points in time: milliseconds since 1970-01-01T00:00:00Z. Nothing here reads a clock.
 */
#ifndef BUDKAVLE_BASE_TIMESTAMP_H
#define BUDKAVLE_BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_NONE INT64_MIN /* no time */
#define TIME_NEVER INT64_MAX

#define SECONDS_MS INT64_C(1000)
#define MINUTES_MS INT64_C(60000)
#define HOURS_MS INT64_C(3600000)
#define DAYS_MS INT64_C(86400000)

enum {
    TIMESTAMP_SIZE = 32
};

/* One moment by both clocks: waits and windows go by the monotonic one, which does not
 * jump; what is stored, shown or compared with the outside goes by the wall clock. */
struct moment {
    int64_t mono_ms, wall_ms;
};

/*
 * Parses RFC 3339 with an offset or Z, years 2000 to 2100 (fractions are cut to
 * milliseconds; lower-case t and z and a leap second are accepted, the latter as the
 * second before). The whole text must match. False otherwise.
 */
bool timestamp_parse(const char *text, int64_t *time_ms);

/* RFC 3339 in UTC with Z; milliseconds are written only when they are not zero. */
const char *timestamp_format(int64_t time_ms, char out[TIMESTAMP_SIZE]);

/* As timestamp_format, and always without a fraction. */
const char *timestamp_format_seconds(int64_t time_ms, char out[TIMESTAMP_SIZE]);

#endif
