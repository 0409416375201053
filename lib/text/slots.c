/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of slots.
 */
#include "text/slots.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

const struct slot_row slot_rows[SLOT_COUNT] = {
    [SLOT_ORG] = { "org", false, false },
    [SLOT_PLACES] = { "places", false, false },
    [SLOT_IN_PLACES] = { "in_places", false, false },
    [SLOT_ALL_PLACES] = { "all_places", false, false },
    [SLOT_START] = { "start", false, true },
    [SLOT_AT_START] = { "at_start", false, true },
    [SLOT_ENDED] = { "ended", false, true },
    [SLOT_AT_ENDED] = { "at_ended", false, true },
    [SLOT_AT_ETR] = { "at_etr", false, true },
    [SLOT_ETR_PASSED] = { "etr_passed", false, true },
    [SLOT_OLD_ETR] = { "old_etr", false, true },
    [SLOT_NEXT] = { "next", false, true },
    [SLOT_PROMISED] = { "promised", false, true },
    [SLOT_WRITTEN] = { "written", false, true },
    [SLOT_PERIOD] = { "period", false, true },
    [SLOT_OLD_PERIOD] = { "old_period", false, true },
    [SLOT_WORK] = { "work", false, false },
    [SLOT_CAUSE] = { "cause", false, false },
    [SLOT_REASON] = { "reason", false, false },
    [SLOT_BASIS] = { "basis", false, false },
    [SLOT_CREW] = { "crew", false, false },
    [SLOT_CUSTOMERS] = { "customers", false, false },
    [SLOT_RESTORED] = { "restored", false, false },
    [SLOT_RESTORED_CUSTOMERS] = { "restored_customers", false, false },
    [SLOT_REMAINING] = { "remaining", false, false },
    [SLOT_FIRST_ADVICE] = { "first_advice", false, false },
    [SLOT_ADVICE] = { "advice", false, false },
    [SLOT_NOTE] = { "note", false, false },
    [SLOT_URL] = { "url", false, false },
    [SLOT_MERGED_URL] = { "merged_url", false, false },
    [SLOT_CONTACT] = { "contact", false, false },
    [SLOT_TROUBLE] = { "trouble", false, false },
    [SLOT_TROUBLE_OVER] = { "trouble_over", false, false },
    [SLOT_MEANING] = { "meaning", false, false },
    [SLOT_REMEDY] = { "remedy", false, false },
    [SLOT_WAITING] = { "waiting", false, false },
    [SLOT_END] = { "end", false, true },
    [SLOT_END_PASSED] = { "end_passed", false, true },
    [SLOT_DANGER] = { "danger", false, false },
    [SLOT_DANGER_HOW] = { "danger_how", false, false },
    [SLOT_DANGER_OVER] = { "danger_over", false, false },
    [SLOT_DANGER_AFTER] = { "danger_after", false, false },
    [SLOT_SAID_AT] = { "said_at", false, true },
    [SLOT_MISTAKE] = { "mistake", false, false },
    [SLOT_RIGHT_STATE] = { "right_state", false, false },
    [SLOT_WHY] = { "why", false, false },
    [SLOT_INCIDENTS] = { "incidents", false, false },
    [SLOT_NEW_INCIDENTS] = { "new_incidents", false, false },
    [SLOT_ENDED_INCIDENTS] = { "ended_incidents", false, false },
    [SLOT_LARGEST] = { "largest", false, false },
    [SLOT_EVERY] = { "every", false, false },
    [SLOT_FLAG_PLACE] = { "place", true, false },
    [SLOT_FLAG_REPLY] = { "reply", true, false },
    [SLOT_FLAG_LATE] = { "late", true, false },
    [SLOT_FLAG_CAUSE_UNKNOWN] = { "cause_unknown", true, false },
    [SLOT_FLAG_EXERCISE] = { "exercise", true, false },
    [SLOT_FLAG_TEST] = { "test", true, false },
    [SLOT_FLAG_AGAIN] = { "again", true, false },
    [SLOT_FLAG_SUSPECTED] = { "suspected", true, false },
    [SLOT_FLAG_PLAN] = { "plan", true, false },
    [SLOT_FLAG_CALLED_OFF] = { "called_off", true, false },
    [SLOT_FLAG_STILL] = { "still", true, false },
    [SLOT_FLAG_FURTHER] = { "further", true, false },
};

int
slot_find(const char *name, size_t len)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        if (strlen(slot_rows[i].name) == len &&
            memcmp(slot_rows[i].name, name, len) == 0) {
            return i;
        }
    }
    return -1;
}

bool
slots_have_time(uint64_t slots)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        if (slot_rows[i].is_time && slots & SLOT_BIT(i)) {
            return true;
        }
    }
    return false;
}

void
slot_values_clear(struct slot_values *values)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        free(values->items[i]);
    }
    *values = (struct slot_values){ 0 };
}

void
slot_values_set(struct slot_values *values, enum slot slot, char *value)
{
    free(values->items[slot]);
    values->items[slot] = value;
}

void
slot_values_set_flag(struct slot_values *values, enum slot slot, bool on)
{
    slot_values_set(values, slot, on ? string_copy("") : NULL);
}
