/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The values of CAP 1.2 that have a form of their own: times, references, incidents,
 * positions. Text in, values out; false: it has not the form.
 */
#ifndef BUDKAVLE_CODEC_CAP_VALUES_H
#define BUDKAVLE_CODEC_CAP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"

/* "2026-11-23T09:10:00+01:00": whole seconds, and an offset in numbers. */
bool cap_time_parse(const char *text, int64_t *time_ms);

/* "sender,identifier,sent", one of the words of <references>. */
struct cap_reference {
    char *sender, *identifier;
    int64_t sent_ms;
};
bool cap_reference_parse(const char *text, struct cap_reference *reference);
void cap_reference_clear(struct cap_reference *reference);

/* Words separated by white space; one in quotation marks may hold some. */
void cap_words(const char *text, struct strings *words);

/* "63.39,13.05": latitude and longitude in degrees. */
struct cap_position {
    double latitude, longitude;
};
bool cap_position_parse(const char *text, struct cap_position *position);
bool cap_position_equal(struct cap_position a, struct cap_position b);

/* "63.39,13.05 12.5": a position and a radius in km. */
struct cap_circle {
    struct cap_position centre;
    double radius_km;
};
bool cap_circle_parse(const char *text, struct cap_circle *circle);

#endif
