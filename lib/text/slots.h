/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a sentence of a catalogue can ask for: the slots, and the conditions that have
 * no text of their own. One table, used by the parser and by what fills them in.
 */
#ifndef BUDKAVLE_TEXT_SLOTS_H
#define BUDKAVLE_TEXT_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slot {
    SLOT_ORG,
    SLOT_PLACES,
    SLOT_IN_PLACES,
    SLOT_ALL_PLACES,
    SLOT_START,
    SLOT_AT_START,
    SLOT_ENDED,
    SLOT_AT_ENDED,
    SLOT_AT_ETR,
    SLOT_ETR_PASSED,
    SLOT_OLD_ETR,
    SLOT_NEXT,
    SLOT_PROMISED,
    SLOT_WRITTEN,
    SLOT_PERIOD,
    SLOT_OLD_PERIOD,
    SLOT_WORK,
    SLOT_CAUSE,
    SLOT_REASON,
    SLOT_BASIS,
    SLOT_CREW,
    SLOT_CUSTOMERS,
    SLOT_RESTORED,
    SLOT_RESTORED_CUSTOMERS,
    SLOT_REMAINING,
    SLOT_FIRST_ADVICE,
    SLOT_ADVICE,
    SLOT_NOTE,
    SLOT_URL,
    SLOT_MERGED_URL,
    SLOT_CONTACT,
    SLOT_TROUBLE,
    SLOT_TROUBLE_OVER,
    SLOT_MEANING,
    SLOT_REMEDY,
    SLOT_WAITING,
    SLOT_END,
    SLOT_END_PASSED,
    SLOT_DANGER,
    SLOT_DANGER_HOW,
    SLOT_DANGER_OVER,
    SLOT_DANGER_AFTER,
    SLOT_SAID_AT,
    SLOT_MISTAKE,
    SLOT_RIGHT_STATE,
    SLOT_WHY,
    SLOT_INCIDENTS,
    SLOT_NEW_INCIDENTS,
    SLOT_ENDED_INCIDENTS,
    SLOT_LARGEST,
    SLOT_EVERY,
    SLOT_FLAG_PLACE,
    SLOT_FLAG_REPLY,
    SLOT_FLAG_LATE,
    SLOT_FLAG_CAUSE_UNKNOWN,
    SLOT_FLAG_EXERCISE,
    SLOT_FLAG_TEST,
    SLOT_FLAG_AGAIN,
    SLOT_FLAG_SUSPECTED,
    SLOT_FLAG_PLAN,
    SLOT_FLAG_CALLED_OFF,
    SLOT_FLAG_STILL,
    SLOT_FLAG_FURTHER,
    SLOT_COUNT
};

struct slot_row {
    const char *name;
    bool is_flag; /* only a condition */
    bool is_time; /* its value holds a clock time */
};

extern const struct slot_row slot_rows[SLOT_COUNT];

_Static_assert(SLOT_COUNT <= 64, "sets of slots are 64 bits wide");
#define SLOT_BIT(slot) (UINT64_C(1) << (unsigned)(slot))

/* The slot or condition of that name, or -1. */
int slot_find(const char *name, size_t len);

/* True when a slot of the set has a clock time in its value. */
bool slots_have_time(uint64_t slots);

/* The values of one text; NULL: not known. A flag that is set holds "". */
struct slot_values {
    char *items[SLOT_COUNT];
    const char *kind; /* whose forms {kind.…} takes, e.g. "power"; borrowed */
};
void slot_values_clear(struct slot_values *values);
/* Takes over value, which may be NULL. */
void slot_values_set(struct slot_values *values, enum slot slot, char *value);
void slot_values_set_flag(struct slot_values *values, enum slot slot, bool on);

#endif
