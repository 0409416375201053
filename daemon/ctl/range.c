/* SPDX-License-Identifier: EUPL-1.2 */
/* Thresholds of monitoring plugins. */
#include "ctl/range.h"

#include "base/memory.h"
#include "base/quantity.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECOND_MS = 1000
};

static bool
parse_bound(const char *text, int64_t *bound_s)
{
    int64_t duration_ms;

    if (!duration_parse(text, &duration_ms)) {
        return false;
    }
    *bound_s = duration_ms / SECOND_MS;
    return true;
}

/* What stands before the colon: nothing, "~", or a number. */
static bool
parse_from(const char *text, size_t len, int64_t *from_s)
{
    char *from = string_copy(text);
    bool good = true;

    from[len] = '\0';
    if (strcmp(from, "~") == 0) {
        *from_s = INT64_MIN;
    } else if (len > 0) {
        good = parse_bound(from, from_s);
    }
    free(from);
    return good;
}

bool
range_parse(const char *text, struct range *range)
{
    const char *colon;

    *range = (struct range){ .from_s = 0, .to_s = INT64_MAX };
    if (text[0] == '@') {
        range->is_inverted = true;
        text++;
    }
    colon = strchr(text, ':');
    if (colon != NULL) {
        if (!parse_from(text, (size_t)(colon - text), &range->from_s)) {
            return false;
        }
        text = colon + 1;
        if (text[0] == '\0') {
            return true;
        }
    }
    return parse_bound(text, &range->to_s) && range->from_s <= range->to_s;
}

bool
range_alerts(const struct range *range, int64_t value_s)
{
    bool is_inside = value_s >= range->from_s && value_s <= range->to_s;

    return is_inside == range->is_inverted;
}

void
range_add(struct buffer *out, const struct range *range)
{
    if (range->is_inverted) {
        buffer_add_char(out, '@');
    }
    if (range->from_s == INT64_MIN) {
        buffer_add(out, "~:");
    } else if (range->from_s != 0 || range->to_s == INT64_MAX) {
        buffer_addf(out, "%lld:", (long long)range->from_s);
    }
    if (range->to_s != INT64_MAX) {
        buffer_addf(out, "%lld", (long long)range->to_s);
    }
}
