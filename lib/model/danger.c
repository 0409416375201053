/* SPDX-License-Identifier: EUPL-1.2 */
/* Which advice concerns life and health, and whether it holds. */
#include "model/danger.h"

static const char *const danger_items[DANGER_COUNT] = {
    [DANGER_DO_NOT_DRINK] = "do_not_drink",
    [DANGER_BOIL_WATER] = "boil_water",
};
const struct names danger_names = { danger_items, DANGER_COUNT };

int64_t
danger_named(const struct facts *facts)
{
    int64_t named = 0;

    for (int i = 0; facts_has(facts, FIELD_ADVICE) && i < DANGER_COUNT; i++) {
        if (strings_has(&facts->advice, danger_items[i])) {
            named |= DANGER_BIT(i);
        }
    }
    return named;
}

int64_t
danger_in_force(const struct facts *facts, int64_t now_ms)
{
    bool is_ahead =
        facts->status == INCIDENT_PLANNED &&
        (!facts_has(facts, FIELD_PLANNED) || facts->planned.from_ms > now_ms);

    if (facts->status == INCIDENT_CANCELLED || is_ahead) {
        return 0;
    }
    return danger_named(facts);
}
