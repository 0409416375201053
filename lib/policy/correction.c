/* SPDX-License-Identifier: EUPL-1.2 */
/* Field by field: what was said of it, and whether the same is said now. */
#include "policy/correction.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "policy/notice.h"

#include <string.h>

static bool
places_alike(const struct facts *a, const struct facts *b)
{
    if (a->n_places != b->n_places) {
        return false;
    }
    for (size_t i = 0; i < a->n_places; i++) {
        if (!string_equal(a->places[i].name, b->places[i].name)) {
            return false;
        }
    }
    return true;
}

/* People read hours and minutes. */
static bool
minutes_alike(int64_t a_ms, int64_t b_ms)
{
    return a_ms / MINUTES_MS == b_ms / MINUTES_MS;
}

static bool
started_alike(const struct facts *a, const struct facts *b)
{
    return minutes_alike(a->started_at_ms, b->started_at_ms);
}

static bool
ended_alike(const struct facts *a, const struct facts *b)
{
    return minutes_alike(a->ended_at_ms, b->ended_at_ms);
}

static bool
etr_alike(const struct facts *a, const struct facts *b)
{
    return minutes_alike(a->etr.at_ms, b->etr.at_ms);
}

static bool
planned_alike(const struct facts *a, const struct facts *b)
{
    return minutes_alike(a->planned.from_ms, b->planned.from_ms) &&
           minutes_alike(a->planned.to_ms, b->planned.to_ms);
}

static bool
places_said(const struct facts *facts)
{
    return facts->n_places > 0;
}

/* 0 customers means that nobody knows. */
static bool
customers_said(const struct facts *facts)
{
    return facts->customers_affected > 0;
}

/* "Another cause" is not said, unless in words. */
static bool
cause_said(const struct facts *facts)
{
    return facts->cause.text.texts.count > 0 ||
           (facts->cause.code != CAUSE_UNKNOWN && facts->cause.code != CAUSE_OTHER);
}

static bool
advice_said(const struct facts *facts)
{
    return facts->advice.count > 0;
}

/* Fields without a row are not told. Functions that are not there: every value is said,
 * and reads alike when it is the same. */
static const struct {
    bool is_told;
    bool (*said)(const struct facts *facts);
    bool (*alike)(const struct facts *a, const struct facts *b);
} fields[FIELD_COUNT] = {
    [FIELD_KIND] = { true, NULL, NULL },
    [FIELD_STATUS] = { true, NULL, NULL },
    [FIELD_PLACES] = { true, places_said, places_alike },
    [FIELD_CUSTOMERS_AFFECTED] = { true, customers_said, NULL },
    [FIELD_STARTED_AT] = { true, NULL, started_alike },
    [FIELD_ENDED_AT] = { true, NULL, ended_alike },
    [FIELD_ETR] = { true, NULL, etr_alike },
    [FIELD_PLANNED] = { true, NULL, planned_alike },
    [FIELD_CAUSE] = { true, cause_said, NULL },
    [FIELD_ADVICE] = { true, advice_said, NULL },
    [FIELD_NOTE] = { true, NULL, NULL },
};

static bool
is_said(const struct facts *facts, enum event_field field)
{
    return facts_has(facts, field) &&
           (fields[field].said == NULL || fields[field].said(facts));
}

bool
correction_reads_alike(const struct facts *a, const struct facts *b,
                       enum event_field field)
{
    if (!is_said(a, field) || !is_said(b, field)) {
        return is_said(a, field) == is_said(b, field);
    }
    return fields[field].alike != NULL ? fields[field].alike(a, b)
                                       : facts_field_equal(a, b, field);
}

uint32_t
correction_wrong(const struct facts *said, const struct facts *now, uint32_t named)
{
    uint32_t wrong = 0;

    for (int i = 0; i < FIELD_COUNT; i++) {
        enum event_field field = (enum event_field)i;

        if ((named & FIELD_BIT(i)) != 0 && fields[i].is_told && is_said(said, field) &&
            !correction_reads_alike(said, now, field)) {
            wrong |= FIELD_BIT(i);
        }
    }
    return wrong;
}

enum notice
correction_plain_notice(const struct facts *facts)
{
    return notice_for_status(false, facts->status, facts->status);
}
