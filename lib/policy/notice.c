/* SPDX-License-Identifier: EUPL-1.2 */
/* When there is something to say. The making of the message stands in message.c. */
#include "policy/notice.h"

#include "base/memory.h"
#include "policy/planned.h"

/* Rows: what was said last, the first for nothing yet. Columns: the status now. */
enum {
    ROW_NOTHING_SAID = 0,
    ROW_COUNT = 1 + INCIDENT_STATUS_COUNT
};

#define ROW(status) (1 + (status))

static const enum notice status_table[ROW_COUNT][INCIDENT_STATUS_COUNT] = {
    [ROW_NOTHING_SAID] = {
        [INCIDENT_PLANNED] = NOTICE_PLANNED,
        [INCIDENT_SUSPECTED] = NOTICE_SUSPECTED,
        [INCIDENT_CONFIRMED] = NOTICE_FIRST,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_PARTLY_RESTORED,
        /* People who were in the dark get the end and its times. */
        [INCIDENT_RESTORED] = NOTICE_RESTORED,
        [INCIDENT_CANCELLED] = NOTICE_NONE,
    },
    [ROW(INCIDENT_PLANNED)] = {
        [INCIDENT_PLANNED] = NOTICE_NONE, /* the times decide: planned_moved */
        [INCIDENT_SUSPECTED] = NOTICE_FIRST,
        [INCIDENT_CONFIRMED] = NOTICE_FIRST,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_PARTLY_RESTORED,
        [INCIDENT_RESTORED] = NOTICE_RESTORED,
        [INCIDENT_CANCELLED] = NOTICE_PLANNED_OFF,
    },
    [ROW(INCIDENT_SUSPECTED)] = {
        [INCIDENT_PLANNED] = NOTICE_PLANNED,
        [INCIDENT_SUSPECTED] = NOTICE_NONE,
        [INCIDENT_CONFIRMED] = NOTICE_FIRST,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_PARTLY_RESTORED,
        [INCIDENT_RESTORED] = NOTICE_RESTORED,
        [INCIDENT_CANCELLED] = NOTICE_FALSE_ALARM,
    },
    [ROW(INCIDENT_CONFIRMED)] = {
        [INCIDENT_PLANNED] = NOTICE_PLANNED,
        [INCIDENT_SUSPECTED] = NOTICE_NONE,
        [INCIDENT_CONFIRMED] = NOTICE_NONE,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_PARTLY_RESTORED,
        [INCIDENT_RESTORED] = NOTICE_RESTORED,
        [INCIDENT_CANCELLED] = NOTICE_FALSE_ALARM,
    },
    [ROW(INCIDENT_PARTLY_RESTORED)] = {
        [INCIDENT_PLANNED] = NOTICE_PLANNED,
        /* It is worse again. */
        [INCIDENT_SUSPECTED] = NOTICE_REOPENED,
        [INCIDENT_CONFIRMED] = NOTICE_REOPENED,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_NONE,
        [INCIDENT_RESTORED] = NOTICE_RESTORED,
        [INCIDENT_CANCELLED] = NOTICE_FALSE_ALARM,
    },
    [ROW(INCIDENT_RESTORED)] = {
        [INCIDENT_PLANNED] = NOTICE_PLANNED,
        [INCIDENT_SUSPECTED] = NOTICE_REOPENED,
        [INCIDENT_CONFIRMED] = NOTICE_REOPENED,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_REOPENED,
        [INCIDENT_RESTORED] = NOTICE_NONE,
        [INCIDENT_CANCELLED] = NOTICE_FALSE_ALARM,
    },
    [ROW(INCIDENT_CANCELLED)] = {
        [INCIDENT_PLANNED] = NOTICE_PLANNED,
        [INCIDENT_SUSPECTED] = NOTICE_REOPENED,
        [INCIDENT_CONFIRMED] = NOTICE_REOPENED,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_REOPENED,
        [INCIDENT_RESTORED] = NOTICE_RESTORED,
        [INCIDENT_CANCELLED] = NOTICE_NONE,
    },
};

/* What a late event may supply so that it is worth a notice of its own. */
#define FIRST_LACKED                                                                   \
    (FIELD_BIT(FIELD_PLACES) | FIELD_BIT(FIELD_STARTED_AT) |                           \
     FIELD_BIT(FIELD_CUSTOMERS_AFFECTED))

enum notice
notice_for_status(bool said_anything, enum incident_status said,
                  enum incident_status now)
{
    return status_table[said_anything ? ROW((int)said) : ROW_NOTHING_SAID][now];
}

bool
notice_cause_is_known(const struct facts *facts)
{
    return facts_has(facts, FIELD_CAUSE) && facts->cause.code != CAUSE_UNKNOWN;
}

static bool
moved_more_than(int64_t a_ms, int64_t b_ms, int64_t tolerance_ms)
{
    return a_ms > b_ms ? a_ms - b_ms > tolerance_ms : b_ms - a_ms > tolerance_ms;
}

static struct verdict
say(enum notice notice)
{
    return (struct verdict){ .notice = notice };
}

static struct verdict
silent(const char *why)
{
    return (struct verdict){ .notice = NOTICE_NONE, .why = why };
}

/* The status asks for nothing: what an open incident's news are worth. */
static enum notice
open_news(const struct incident *incident)
{
    const struct facts *facts = &incident->facts;
    const struct said *said = &incident->said;

    if (facts_has(facts, FIELD_ETR)) {
        if (said->etr_at_ms == TIME_NONE)
            return NOTICE_ETR_SET;
        if (moved_more_than(facts->etr.at_ms, said->etr_at_ms, ETR_TOLERANCE_MS))
            return NOTICE_ETR_CHANGED;
    }
    return notice_cause_is_known(facts) && !said->cause ? NOTICE_CAUSE : NOTICE_NONE;
}

static enum notice
planned_news(const struct incident *incident)
{
    const struct planned *planned = &incident->facts.planned;
    const struct said *said = &incident->said;

    if (!facts_has(&incident->facts, FIELD_PLANNED) ||
        (planned->from_ms == said->planned_from_ms &&
         planned->to_ms == said->planned_to_ms))
        return NOTICE_NONE;
    /* Without an old time there is nothing that moved: the whole is said again. */
    if (said->planned_from_ms == 0 && said->planned_to_ms == 0)
        return NOTICE_PLANNED;
    return NOTICE_PLANNED_MOVED;
}

static enum notice
news(const struct incident *incident, const struct change *change)
{
    enum incident_status status = incident->facts.status;
    bool over = status == INCIDENT_RESTORED || status == INCIDENT_CANCELLED;
    bool from_nothing = !incident->said.anything || (incident->said.merged && !over);
    enum notice notice =
        notice_for_status(!from_nothing, incident->said.status, status);

    if (notice != NOTICE_NONE || over)
        return notice;
    notice = status == INCIDENT_PLANNED ? planned_news(incident) : open_news(incident);
    /* What was said had to say that the place is not known; or what people are to do is
     * another now: boil the water, or no longer. */
    if (notice == NOTICE_NONE && ((change->supplied & FIELD_BIT(FIELD_PLACES)) != 0 ||
                                  (change->changed & FIELD_BIT(FIELD_ADVICE)) != 0))
        notice = notice_for_status(false, status, status);
    return notice;
}

static struct verdict
late_verdict(const struct incident *incident, const struct change *change)
{
    enum incident_status status = incident->facts.status;
    enum notice notice = NOTICE_NONE;

    /* The newest word on the status, however late it came: nobody may be left with
     * "the power is off" when it is back. */
    if ((change->filled & change->changed & FIELD_BIT(FIELD_STATUS)) != 0)
        notice =
            notice_for_status(incident->said.anything, incident->said.status, status);
    else if (incident->said.anything && (change->supplied & FIRST_LACKED) != 0)
        notice = notice_for_status(false, status, status);
    if (notice != NOTICE_NONE)
        return say(notice);
    return silent("newer events were received before it");
}

static struct verdict
merged_verdict(const struct incident *incident, const struct change *change)
{
    if (!incident->said.anything || incident->said.merged || change->late)
        return silent("the incident is part of another one");
    return say(NOTICE_MERGED);
}

struct verdict
notice_decide(const struct incident *incident, const struct change *change,
              int64_t now_ms)
{
    struct verdict verdict = { .notice = NOTICE_NONE };

    if (!incident->exists)
        return silent("kind or status is not known yet");
    /* Part of something that nobody has told us of yet: until then it speaks itself. */
    if (incident_is_merged(incident) && incident->merged_into_row != 0)
        return merged_verdict(incident, change);
    if (change->late && !change->came_to_exist)
        verdict = late_verdict(incident, change);
    else
        verdict = say(news(incident, change));

    if (verdict.notice == NOTICE_NONE && verdict.why == NULL)
        return silent("nothing that the public needs to hear changed");
    if (planned_is_past(verdict.notice, &incident->facts, now_ms))
        return silent("the planned work was over more than an hour before");
    return verdict;
}

enum priority
notice_priority(enum notice notice, const struct facts *facts)
{
    enum severity severity =
        facts_has(facts, FIELD_SEVERITY) ? facts->severity : SEVERITY_UNKNOWN;

    /* A false alarm takes back what was said. */
    if (severity == SEVERITY_EXTREME || severity == SEVERITY_SEVERE ||
        notice == NOTICE_FALSE_ALARM || notice == NOTICE_CORRECTION)
        return PRIORITY_URGENT;
    if (severity == SEVERITY_MINOR || planned_is_about(notice) ||
        facts->status == INCIDENT_PLANNED)
        return PRIORITY_BULK;
    return PRIORITY_NORMAL;
}
