/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Clock times and days as people say them, in the zone of the process (TZ). Never a
 * bare relative day: today is the clock time alone, other days carry their weekday and
 * date.
 */
#ifndef BUDKAVLE_TEXT_LOCAL_TIME_H
#define BUDKAVLE_TEXT_LOCAL_TIME_H

#include "base/status.h"
#include "base/timestamp.h"
#include "text/catalogue.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets the process's zone. A name that the system's zone files do not have is
 * STATUS_INVALID (glibc would silently take it for UTC).
 */
enum status local_zone_set(const char *zone, struct error *error);

/* "17.30" (sv), "17:30" (en); with the day in front unless it is now's day:
 * "tisdag 24 november kl. 17.30". Caller frees. */
char *local_time_text(const struct catalogue *catalogue, int64_t time_ms,
                      int64_t now_ms);

/* "tisdag 24 november", with the year when it is not now's. Caller frees. */
char *local_day_text(const struct catalogue *catalogue, int64_t time_ms,
                     int64_t now_ms);

/* "17.30". Caller frees. */
char *local_clock_text(const struct catalogue *catalogue, int64_t time_ms);

/* As local_time_text, with the word that goes in front: "kl. 17.30", "at 17:30", "on
 * Tuesday 24 November at 17:30". Caller frees. */
char *local_time_at_text(const struct catalogue *catalogue, int64_t time_ms,
                         int64_t now_ms);

/* "tisdag 24 november kl. 09.00-12.00", or from one day to another; always with the
 * day. Caller frees. */
char *local_period_text(const struct catalogue *catalogue, int64_t from_ms,
                        int64_t to_ms, int64_t now_ms);

/* How a time is written where there is little room: "tis 24 nov kl. 17.30". */
struct local_style {
    int64_t now_ms;
    bool short_names;
};
char *local_time_styled(const struct catalogue *catalogue, int64_t time_ms,
                        struct local_style style);
char *local_time_at_styled(const struct catalogue *catalogue, int64_t time_ms,
                           struct local_style style);
char *local_period_styled(const struct catalogue *catalogue, int64_t from_ms,
                          int64_t to_ms, struct local_style style);

/* "2026-11-23T17:30:00+01:00": RFC 3339 in the zone, whole seconds, rounded down. UTC is
 * -00:00, as CAP 1.2 has it (and RFC 3339, for a time without a place). */
const char *local_timestamp(int64_t time_ms, char out[TIMESTAMP_SIZE]);

bool local_same_day(int64_t a_ms, int64_t b_ms);
/* The first moment of the local day that time_ms lies in. */
int64_t local_day_start(int64_t time_ms);

#endif
