/* SPDX-License-Identifier: EUPL-1.2 */
/* What a reader needs to hear, given what that reader was told. */
#include "policy/recast.h"

#include "policy/estimate.h"
#include "policy/notice.h"
#include "policy/planned.h"

static const bool about_state[NOTICE_COUNT] = {
    [NOTICE_SUSPECTED] = true,     [NOTICE_FIRST] = true,
    [NOTICE_CAUSE] = true,         [NOTICE_ETR_SET] = true,
    [NOTICE_ETR_CHANGED] = true,   [NOTICE_PARTLY_RESTORED] = true,
    [NOTICE_RESTORED] = true,      [NOTICE_REOPENED] = true,
    [NOTICE_PLANNED] = true,       [NOTICE_PLANNED_3D] = true,
    [NOTICE_PLANNED_1D] = true,    [NOTICE_PLANNED_1H] = true,
    [NOTICE_PLANNED_MOVED] = true, [NOTICE_LAPSED] = true,
};

bool
recast_is_about_state(enum notice notice)
{
    return about_state[notice];
}

/* The whole picture, in the words for somebody who knows nothing of it. */
static enum notice
whole_picture(const struct message *message)
{
    return notice_for_status(false, message->facts.status, message->facts.status);
}

/* A reminder names its day by itself. */
static bool
is_reminder(enum notice notice)
{
    return notice == NOTICE_PLANNED_3D || notice == NOTICE_PLANNED_1D ||
           notice == NOTICE_PLANNED_1H;
}

static enum notice
follow_on_plan(const struct message *newest, const struct message *told)
{
    const struct planned *now = &newest->facts.planned;
    const struct planned *before = &told->facts.planned;

    if (!facts_has(&newest->facts, FIELD_PLANNED) ||
        !facts_has(&told->facts, FIELD_PLANNED))
        return is_reminder(newest->notice) ? newest->notice : NOTICE_PLANNED;
    if (now->from_ms != before->from_ms || now->to_ms != before->to_ms)
        return NOTICE_PLANNED_MOVED;
    return is_reminder(newest->notice) ? newest->notice : NOTICE_PLANNED;
}

static enum notice
follow_on_estimate(const struct message *newest, const struct message *told,
                   int64_t tolerance_ms)
{
    const struct facts *facts = &newest->facts;

    if (!facts_has(facts, FIELD_ETR))
        return NOTICE_NONE;
    if (!facts_has(&told->facts, FIELD_ETR))
        return NOTICE_ETR_SET;
    return estimate_moved(told->facts.etr.at_ms, facts->etr.at_ms, tolerance_ms)
               ? NOTICE_ETR_CHANGED
               : NOTICE_NONE;
}

/* The estimate is what the newest message is about, or a time that was told has come:
 * however little it moved, the time is the news. If it moved and moved back, the time
 * that was told holds. */
static enum notice
follow_on_small_move(const struct message *newest, const struct message *told)
{
    bool is_about_estimate = newest->notice == NOTICE_ETR_SET ||
                             newest->notice == NOTICE_ETR_CHANGED ||
                             newest->notice == NOTICE_LAPSED;
    enum notice notice =
        is_about_estimate ? follow_on_estimate(newest, told, 0) : NOTICE_NONE;

    if (notice == NOTICE_NONE && newest->notice == NOTICE_ETR_CHANGED &&
        facts_has(&newest->facts, FIELD_ETR))
        return NOTICE_ETR_SET;
    return notice;
}

/* Nothing that makes another notice: the newest one as it was written, unless it speaks
 * of something that this reader never heard of. */
static enum notice
as_written(const struct message *newest)
{
    bool stands_alone = newest->notice == NOTICE_LAPSED ||
                        newest->notice == NOTICE_CAUSE ||
                        newest->notice == NOTICE_ETR_SET;

    return stands_alone ? newest->notice : whole_picture(newest);
}

static enum notice
follow_on_open(const struct message *newest, const struct message *told,
               int64_t etr_tolerance_ms)
{
    enum notice notice = follow_on_estimate(newest, told, etr_tolerance_ms);

    if (notice != NOTICE_NONE)
        return notice;
    if (notice_cause_is_known(&newest->facts) && !notice_cause_is_known(&told->facts))
        return NOTICE_CAUSE;
    notice = follow_on_small_move(newest, told);
    return notice != NOTICE_NONE ? notice : as_written(newest);
}

static enum notice
follow_on(const struct message *newest, const struct message *told,
          int64_t etr_tolerance_ms)
{
    enum incident_status status = newest->facts.status;
    enum notice notice = notice_for_status(true, told->facts.status, status);

    if (notice == NOTICE_PLANNED && is_reminder(newest->notice))
        return newest->notice;
    if (notice != NOTICE_NONE)
        return notice;
    if (status == INCIDENT_PLANNED)
        return follow_on_plan(newest, told);
    if (!status_is_open(status) || told->notice == NOTICE_MERGED)
        return whole_picture(newest);
    return follow_on_open(newest, told, etr_tolerance_ms);
}

static enum notice
from_nothing(const struct message *newest)
{
    return is_reminder(newest->notice) ? newest->notice : whole_picture(newest);
}

static void
say_what_was_said(struct message *newest, const struct message *told)
{
    bool has_planned = facts_has(&told->facts, FIELD_PLANNED);

    newest->old_etr_at_ms =
        facts_has(&told->facts, FIELD_ETR) ? told->facts.etr.at_ms : TIME_NONE;
    newest->old_next_word_at_ms = told->next_word_at_ms;
    if (has_planned) {
        newest->old_planned_from_ms = told->facts.planned.from_ms;
        newest->old_planned_to_ms = told->facts.planned.to_ms;
    }
}

void
message_recast(struct message *newest, const struct message *told,
               int64_t etr_tolerance_ms)
{
    enum notice notice = NOTICE_NONE;

    if (notice_is_alarm(newest->notice))
        return;
    if (told != NULL)
        say_what_was_said(newest, told);
    if (!recast_is_about_state(newest->notice))
        return;
    if (told == NULL) {
        notice = from_nothing(newest);
        newest->old_etr_at_ms = TIME_NONE;
        newest->old_next_word_at_ms = TIME_NONE;
        newest->old_planned_from_ms = TIME_NONE;
        newest->old_planned_to_ms = TIME_NONE;
    } else {
        notice = follow_on(newest, told, etr_tolerance_ms);
    }
    /* A status that nobody is told of at first: it stays what it was. */
    if (notice != NOTICE_NONE)
        newest->notice = notice;
}

bool
recast_carries(const struct message *newest, const struct message *earlier,
               int64_t hold_down_ms)
{
    int64_t burst_ms = hold_down_ms > RECAST_BURST_MS ? hold_down_ms : RECAST_BURST_MS;

    return recast_is_about_state(newest->notice) &&
           recast_is_about_state(earlier->notice) &&
           newest->written_at_ms - earlier->written_at_ms <= burst_ms;
}
