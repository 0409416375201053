/* SPDX-License-Identifier: EUPL-1.2 */
/* The enumerations of CAP 1.2 as they are written (OASIS CAP 1.2, 3.2), and the words of
 * a source. */
#include "model/cap.h"

#include "base/memory.h"

#include <string.h>

static const char *const statuses[] = {
    [CAP_ACTUAL] = "Actual", [CAP_EXERCISE] = "Exercise", [CAP_SYSTEM] = "System",
    [CAP_TEST] = "Test",     [CAP_DRAFT] = "Draft",
};
static const char *const messages[] = {
    [CAP_ALERT] = "Alert", [CAP_UPDATE] = "Update", [CAP_CANCEL] = "Cancel",
    [CAP_ACK] = "Ack",     [CAP_ERROR] = "Error",
};
static const char *const scopes[] = {
    [CAP_PUBLIC] = "Public",
    [CAP_RESTRICTED] = "Restricted",
    [CAP_PRIVATE] = "Private",
};
static const char *const categories[] = {
    "Geo",    "Met", "Safety",    "Security", "Rescue", "Fire",
    "Health", "Env", "Transport", "Infra",    "CBRNE",  "Other",
};
static const char *const responses[] = {
    [CAP_SHELTER] = "Shelter", [CAP_EVACUATE] = "Evacuate",  [CAP_PREPARE] = "Prepare",
    [CAP_EXECUTE] = "Execute", [CAP_AVOID] = "Avoid",        [CAP_MONITOR] = "Monitor",
    [CAP_ASSESS] = "Assess",   [CAP_ALL_CLEAR] = "AllClear", [CAP_NO_RESPONSE] = "None",
};
static const char *const urgencies[] = {
    [CAP_IMMEDIATE] = "Immediate",     [CAP_EXPECTED] = "Expected",
    [CAP_FUTURE] = "Future",           [CAP_PAST] = "Past",
    [CAP_URGENCY_UNKNOWN] = "Unknown",
};
static const char *const severities[] = {
    [SEVERITY_EXTREME] = "Extreme",   [SEVERITY_SEVERE] = "Severe",
    [SEVERITY_MODERATE] = "Moderate", [SEVERITY_MINOR] = "Minor",
    [SEVERITY_UNKNOWN] = "Unknown",
};
static const char *const certainties[] = {
    [CAP_OBSERVED] = "Observed",         [CAP_LIKELY] = "Likely",
    [CAP_POSSIBLE] = "Possible",         [CAP_UNLIKELY] = "Unlikely",
    [CAP_CERTAINTY_UNKNOWN] = "Unknown",
};

#define NAMES(table)                                                                   \
    {                                                                                  \
        table, (int)ARRAY_COUNT(table)                                                 \
    }

const struct names cap_status_names = NAMES(statuses);
const struct names cap_message_names = NAMES(messages);
const struct names cap_scope_names = NAMES(scopes);
const struct names cap_category_names = NAMES(categories);
const struct names cap_response_names = NAMES(responses);
const struct names cap_urgency_names = NAMES(urgencies);
const struct names cap_severity_names = NAMES(severities);
const struct names cap_certainty_names = NAMES(certainties);

void
cap_kinds_copy(struct cap_kinds *to, const struct cap_kinds *from)
{
    to->otherwise = from->otherwise;
    strings_copy(&to->words, &from->words);
}

void
cap_kinds_clear(struct cap_kinds *kinds)
{
    strings_clear(&kinds->words);
}

bool
cap_kinds_equal(const struct cap_kinds *a, const struct cap_kinds *b)
{
    return a->otherwise == b->otherwise && strings_equal(&a->words, &b->words);
}

bool
cap_kinds_word(const char *word, size_t *event_length, enum incident_kind *kind)
{
    const char *sign = strrchr(word, '=');
    int found = sign == NULL ? -1 : name_find(&kind_names, sign + 1);

    if (found < 0 || sign == word)
        return false;
    *event_length = (size_t)(sign - word);
    *kind = (enum incident_kind)found;
    return true;
}
