/* SPDX-License-Identifier: EUPL-1.2 */
/* When there is something to say. The making of the message stands in message.c. */
#include "policy/notice.h"

#include "base/memory.h"
#include "model/danger.h"
#include "policy/estimate.h"
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
        [INCIDENT_PLANNED] = NOTICE_NONE, /* the times decide: planned_moved, planned_started */
        [INCIDENT_SUSPECTED] = NOTICE_FIRST,
        [INCIDENT_CONFIRMED] = NOTICE_FIRST,
        [INCIDENT_PARTLY_RESTORED] = NOTICE_PARTLY_RESTORED,
        [INCIDENT_RESTORED] = NOTICE_PLANNED_ENDED,
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

int64_t
notice_said_end(const struct said *said)
{
    bool begun = said->planned_stage == NOTICE_PLANNED_STARTED;

    if (!said->anything || (said->etr_at_ms == TIME_NONE && !begun))
        return TIME_NONE;
    if (said->etr_at_ms == TIME_NONE)
        return said->planned_to_ms != 0 ? said->planned_to_ms : TIME_NONE;
    return said->etr_at_ms;
}

/* The status asks for nothing: what an open incident's news are worth. */
static enum notice
open_news(const struct incident *incident, int64_t etr_tolerance_ms)
{
    const struct facts *facts = &incident->facts;
    const struct said *said = &incident->said;
    int64_t said_end_ms = notice_said_end(said);

    if (facts_has(facts, FIELD_ETR)) {
        if (said_end_ms == TIME_NONE)
            return NOTICE_ETR_SET;
        if (estimate_moved(said_end_ms, facts->etr.at_ms, etr_tolerance_ms))
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

/* Rows: whether such advice was said. Columns: what holds now, next to that. */
enum danger_now {
    DANGER_NOW_NONE,
    DANGER_NOW_THE_SAME,
    DANGER_NOW_ANOTHER,
    DANGER_NOW_COUNT
};
static const enum notice danger_table[2][DANGER_NOW_COUNT] = {
    [false] = { NOTICE_NONE, NOTICE_NONE, NOTICE_DANGER },
    [true] = { NOTICE_DANGER_OVER, NOTICE_NONE, NOTICE_DANGER },
};

/* What advice that concerns life and health asks for. */
static enum notice
danger_news(const struct incident *incident, int64_t now_ms)
{
    int64_t said = incident->said.anything ? incident->said.danger : 0;
    int64_t danger = danger_in_force(&incident->facts, now_ms);
    enum danger_now now = DANGER_NOW_ANOTHER;

    if (danger == 0)
        now = DANGER_NOW_NONE;
    else if (danger == said)
        now = DANGER_NOW_THE_SAME;
    return danger_table[said != 0][now];
}

/* These say what holds of such advice, or that it no longer does, themselves; anything
 * else gives way to it. */
static bool
says_danger_itself(enum notice notice)
{
    static const bool says[NOTICE_COUNT] = {
        [NOTICE_RESTORED] = true,        [NOTICE_FALSE_ALARM] = true,
        [NOTICE_PLANNED_STARTED] = true, [NOTICE_PLANNED_ENDED] = true,
        [NOTICE_PLANNED_OFF] = true,     [NOTICE_MERGED] = true,
    };

    return says[notice];
}

enum notice
notice_whole(const struct incident *incident, int64_t now_ms)
{
    enum incident_status status = incident->facts.status;
    enum notice notice =
        planned_word(incident, notice_for_status(false, status, status), now_ms);

    return danger_in_force(&incident->facts, now_ms) != 0 && !says_danger_itself(notice)
               ? NOTICE_DANGER
               : notice;
}

/* The status is as it was said. */
static enum notice
further_news(const struct incident *incident, const struct change *change,
             int64_t etr_tolerance_ms, int64_t now_ms)
{
    bool is_planned = incident->facts.status == INCIDENT_PLANNED;
    enum notice notice = NOTICE_NONE;

    if (is_planned || incident->said.planned_stage == NOTICE_PLANNED_STARTED)
        notice = planned_news(incident);
    if (notice == NOTICE_NONE && !is_planned)
        notice = open_news(incident, etr_tolerance_ms);
    /* What was said had to say that the place is not known; or what people are to do is
     * another now. */
    if (notice == NOTICE_NONE && ((change->supplied & FIELD_BIT(FIELD_PLACES)) != 0 ||
                                  (change->changed & FIELD_BIT(FIELD_ADVICE)) != 0))
        notice = notice_whole(incident, now_ms);
    return notice;
}

static enum notice
news(const struct incident *incident, const struct change *change,
     int64_t etr_tolerance_ms, int64_t now_ms)
{
    enum incident_status status = incident->facts.status;
    bool over = status == INCIDENT_RESTORED || status == INCIDENT_CANCELLED;
    bool from_nothing = !incident->said.anything || (incident->said.merged && !over);
    enum notice danger = danger_news(incident, now_ms);
    enum notice notice =
        notice_for_status(!from_nothing, incident->said.status, status);

    notice = planned_word(incident, notice, now_ms);
    if (danger != NOTICE_NONE && !says_danger_itself(notice))
        return danger;
    if (notice != NOTICE_NONE || over)
        return notice;
    return further_news(incident, change, etr_tolerance_ms, now_ms);
}

static struct verdict
late_verdict(const struct incident *incident, const struct change *change,
             int64_t now_ms)
{
    enum incident_status status = incident->facts.status;
    enum notice danger = danger_news(incident, now_ms);
    enum notice notice = NOTICE_NONE;

    /* The newest word on the status, however late it came: nobody may be left with
     * "the power is off" when it is back. */
    if ((change->filled & change->changed & FIELD_BIT(FIELD_STATUS)) != 0)
        notice = planned_word(
            incident,
            notice_for_status(incident->said.anything, incident->said.status, status),
            now_ms);
    else if (incident->said.anything && (change->supplied & FIRST_LACKED) != 0)
        notice = notice_whole(incident, now_ms);
    /* Nor with water that is not safe to drink. */
    if (danger != NOTICE_NONE && !says_danger_itself(notice))
        notice = danger;
    if (notice != NOTICE_NONE)
        return say(notice);
    return silent("newer events were received before it");
}

static struct verdict
merged_verdict(const struct incident *incident, const struct change *change,
               int64_t now_ms)
{
    enum notice danger = danger_news(incident, now_ms);

    if (incident->said.anything && !incident->said.merged && !change->late)
        return say(NOTICE_MERGED);
    /* Those who were told of a danger here are told here what becomes of it. */
    if (incident->said.anything && danger != NOTICE_NONE)
        return say(danger);
    return silent("the incident is part of another one");
}

struct verdict
notice_decide(const struct incident *incident, const struct change *change,
              int64_t etr_tolerance_ms, int64_t now_ms)
{
    struct verdict verdict = { .notice = NOTICE_NONE };

    if (!incident->exists)
        return silent("kind or status is not known yet");
    /* Part of something that nobody has told us of yet: until then it speaks itself. */
    if (incident_is_merged(incident) && incident->merged_into_row != 0)
        return merged_verdict(incident, change, now_ms);
    if (change->late && !change->came_to_exist)
        verdict = late_verdict(incident, change, now_ms);
    else
        verdict = say(news(incident, change, etr_tolerance_ms, now_ms));

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
        notice == NOTICE_FALSE_ALARM || notice == NOTICE_CORRECTION ||
        notice == NOTICE_DANGER || notice == NOTICE_DANGER_OVER)
        return PRIORITY_URGENT;
    if (severity == SEVERITY_MINOR || notice_is_of_plan(notice) ||
        facts->status == INCIDENT_PLANNED)
        return PRIORITY_BULK;
    return PRIORITY_NORMAL;
}
