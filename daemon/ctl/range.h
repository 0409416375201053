/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A threshold as monitoring plugins write it: a range of seconds outside of which there
 * is something to tell (Monitoring Plugins Development Guidelines, "Threshold and
 * Ranges").
 */
#ifndef BUDKAVLE_CTL_RANGE_H
#define BUDKAVLE_CTL_RANGE_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct range {
    int64_t from_s, to_s; /* both belong to it; INT64_MIN and INT64_MAX: no end */
    bool is_inverted;     /* "@": there is something to tell inside of it */
};

/*
 * "[@][FROM:][TO]": FROM is 0 when it is not given and no end when it is "~", TO without
 * anything is no end. Each is a number of seconds, or a duration such as "5min" (a
 * fraction of a second is dropped). False when the text is none, or FROM is above TO.
 */
bool range_parse(const char *text, struct range *range);

/* True when the value is to be told of. */
bool range_alerts(const struct range *range, int64_t value_s);

/* The range in seconds, as performance data has it. */
void range_add(struct buffer *out, const struct range *range);

#endif
