/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Durations, sizes and rates as they are written in the configuration.
 */
#ifndef BUDKAVLE_BASE_QUANTITY_H
#define BUDKAVLE_BASE_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A duration as systemd.time(7) writes it: "500ms", "2s", "1h 30min", "90d"; units
 * ms s sec m min h hr d day(s) w week(s); a bare number is seconds; "0" is zero. False
 * when the text is none, negative, or above ten years.
 */
bool duration_parse(const char *text, int64_t *duration_ms);

/* A size in bytes: "512", "64K", "64M", "1G" (powers of 1024). */
bool size_parse(const char *text, int64_t *bytes);

enum {
    SIZE_TEXT_SIZE = 32
};

/* A size for a person: "512 B", "180 MiB", "1.5 GiB". */
const char *size_format(int64_t bytes, char out[SIZE_TEXT_SIZE]);

/* The same as size_parse reads it, exactly: "512", "64M". */
const char *size_format_exact(int64_t bytes, char out[SIZE_TEXT_SIZE]);

/* A rate such as "300/5min" or "10/s": count events in each period. */
struct rate {
    int64_t count; /* 0: no limit */
    int64_t period_ms;
};
bool rate_parse(const char *text, struct rate *rate);

enum {
    DURATION_SIZE = 32
};

/* A duration for a person: "14 s", "14 min", "3 h 5 min", "2 d 4 h". */
const char *duration_format(int64_t duration_ms, char out[DURATION_SIZE]);

/* The same as duration_parse reads it, exactly: "1h 30min", "500ms". */
const char *duration_format_exact(int64_t duration_ms, char out[DURATION_SIZE]);

#endif
