/* SPDX-License-Identifier: EUPL-1.2 */
/* What is told of the daemon's own trouble, and when. */
#include "policy/alarm.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *const word_items[ALARM_WORD_COUNT] = {
    [ALARM_RAISED] = "raised",
    [ALARM_REPEATED] = "repeated",
    [ALARM_OVER] = "over",
};
const struct names alarm_word_names = { word_items, ALARM_WORD_COUNT };

/* How the kinds differ; a row of zeroes: one alarm a subject, over at once. */
static const struct {
    bool by_cause;    /* one alarm for each cause */
    bool counts;      /* a number that grows: no repeat and no end */
    bool grows;       /* over many incidents: a word about more of them is no new one */
    bool must_settle; /* over when it has stayed away for as long as `repeat` */
} kinds[ALARM_KIND_COUNT] = {
    [ALARM_PARKED] = { .by_cause = true },
    [ALARM_UNDELIVERABLE] = { .counts = true },
    [ALARM_DISK_LOW] = { .must_settle = true },
    [ALARM_DISK_CRITICAL] = { .must_settle = true },
    [ALARM_SPOOL] = { .must_settle = true },
    [ALARM_REPORTS] = { .must_settle = true },
    [ALARM_PROMISE_NEAR] = { .grows = true },
    [ALARM_LAPSED] = { .grows = true },
};

struct alarm_condition *
alarm_conditions_add(struct alarm_conditions *conditions, enum alarm_kind kind,
                     const char *subject, const char *cause)
{
    struct alarm_condition *condition;

    conditions->items = memory_resize(conditions->items, conditions->count + 1,
                                      sizeof(*conditions->items));
    condition = &conditions->items[conditions->count++];
    *condition = (struct alarm_condition){ .kind = kind,
                                           .presence = ALARM_PRESENT,
                                           .subject = string_copy(subject),
                                           .cause = string_copy(cause),
                                           .since_ms = TIME_NONE,
                                           .acted_at_ms = TIME_NONE };
    return condition;
}

void
alarm_conditions_clear(struct alarm_conditions *conditions)
{
    for (size_t i = 0; i < conditions->count; i++) {
        free(conditions->items[i].subject);
        free(conditions->items[i].cause);
    }
    free(conditions->items);
    *conditions = (struct alarm_conditions){ 0 };
}

static bool
is_about(const struct alarm *alarm, enum alarm_kind kind, const char *subject,
         const char *cause)
{
    return alarm->kind == kind && strcmp(alarm->subject, subject) == 0 &&
           (!kinds[kind].by_cause || strcmp(alarm->cause, cause) == 0);
}

const struct alarm *
alarms_find(const struct alarms *alarms, enum alarm_kind kind, const char *subject,
            const char *cause)
{
    for (size_t i = 0; i < alarms->count; i++) {
        if (is_about(&alarms->items[i], kind, subject, cause)) {
            return &alarms->items[i];
        }
    }
    return NULL;
}

/* A decision under way. */
struct deciding {
    struct alarms *alarms;
    const struct alarm_conditions *conditions;
    int64_t repeat_ms, now_ms;
    alarm_port *tell;
    void *context;
    struct alarm_decision decision;
};

static const struct alarm_condition *
condition_of(const struct deciding *deciding, const struct alarm *alarm)
{
    for (size_t i = 0; i < deciding->conditions->count; i++) {
        const struct alarm_condition *condition = &deciding->conditions->items[i];

        if (is_about(alarm, condition->kind, condition->subject, condition->cause)) {
            return condition;
        }
    }
    return NULL;
}

/* The pause that a fault made says what was parked by it, too. */
static bool
is_told_by_pause(const struct deciding *deciding,
                 const struct alarm_condition *condition)
{
    const struct alarm *pause = NULL;

    if (condition->kind == ALARM_PARKED) {
        pause =
            alarms_find(deciding->alarms, ALARM_CHANNEL_PAUSED, condition->subject, "");
    }
    return pause != NULL && pause->ended_at_ms == TIME_NONE &&
           strcmp(pause->cause, condition->cause) == 0;
}

static void
begin(struct deciding *deciding, const struct alarm_condition *condition)
{
    struct alarm *alarm = alarms_add(deciding->alarms);

    *alarm = (struct alarm){ .kind = condition->kind,
                             .subject = string_copy(condition->subject),
                             .cause = string_copy(condition->cause),
                             .raised_at_ms = condition->since_ms != TIME_NONE
                                                 ? condition->since_ms
                                                 : deciding->now_ms,
                             .told_at_ms = TIME_NONE,
                             .ended_at_ms = TIME_NONE,
                             .waiting = condition->waiting };
    deciding->decision.changed = true;
}

static void
wake(struct deciding *deciding, int64_t at_ms)
{
    if (at_ms < deciding->decision.next_ms) {
        deciding->decision.next_ms = at_ms;
    }
}

static void
say(struct deciding *deciding, struct alarm *alarm, enum alarm_word word)
{
    alarm->told_at_ms = deciding->now_ms;
    alarm->times++;
    deciding->tell(deciding->context, word, alarm);
    deciding->decision.changed = true;
}

/* Numbers: what is new since the last word, at most one word a day. */
static void
decide_number(struct deciding *deciding, struct alarm *alarm,
              const struct alarm_condition *condition)
{
    int64_t count = condition != NULL ? condition->count : 0;
    int64_t fresh, due_ms;

    if (count < alarm->counted) {
        alarm->counted = count; /* old rows have been cleared away */
        deciding->decision.changed = true;
    }
    fresh = count - alarm->counted;
    if (fresh == 0) {
        return;
    }
    if (alarm->told_at_ms != TIME_NONE && alarm->raised_at_ms <= alarm->told_at_ms) {
        alarm->raised_at_ms = deciding->now_ms;
        deciding->decision.changed = true;
    }
    due_ms = alarm->raised_at_ms + ALARM_GATHER_MS;
    if (alarm->told_at_ms != TIME_NONE &&
        alarm->told_at_ms + ALARM_COUNTED_EVERY_MS > due_ms) {
        due_ms = alarm->told_at_ms + ALARM_COUNTED_EVERY_MS;
    }
    if (deciding->now_ms < due_ms) {
        wake(deciding, due_ms);
        return;
    }
    string_replace(&alarm->cause, condition->cause);
    alarm->counted = fresh;
    say(deciding, alarm, ALARM_RAISED);
    alarm->counted = count;
}

/* True while the alarm is to be kept. */
static bool
decide_gone(struct deciding *deciding, struct alarm *alarm)
{
    int64_t settle_ms = kinds[alarm->kind].must_settle ? deciding->repeat_ms : 0;

    if (alarm->ended_at_ms == TIME_NONE) {
        alarm->ended_at_ms = deciding->now_ms;
        deciding->decision.changed = true;
    }
    if (deciding->now_ms < alarm->ended_at_ms + settle_ms) {
        wake(deciding, alarm->ended_at_ms + settle_ms);
        return true;
    }
    if (alarm->told_at_ms != TIME_NONE) {
        deciding->tell(deciding->context, ALARM_OVER, alarm);
    }
    deciding->decision.changed = true;
    return false;
}

static void
take_in(struct deciding *deciding, struct alarm *alarm,
        const struct alarm_condition *condition)
{
    alarm->waiting = condition->waiting;
    if (condition->presence != ALARM_PRESENT) {
        return;
    }
    if (alarm->ended_at_ms != TIME_NONE) {
        alarm->ended_at_ms = TIME_NONE;
        deciding->decision.changed = true;
    }
    if (strcmp(alarm->cause, condition->cause) != 0) {
        string_replace(&alarm->cause, condition->cause);
        deciding->decision.changed = true;
    }
}

/* Somebody tried to mend it after the last word, and it is there again. */
static bool
is_anew(const struct alarm *alarm, const struct alarm_condition *condition)
{
    return condition->presence == ALARM_PRESENT &&
           condition->acted_at_ms != TIME_NONE &&
           condition->acted_at_ms > alarm->told_at_ms;
}

static void
decide_there(struct deciding *deciding, struct alarm *alarm,
             const struct alarm_condition *condition)
{
    take_in(deciding, alarm, condition);
    if (alarm->ended_at_ms != TIME_NONE) {
        return; /* settling, and nothing is known of it yet */
    }
    if (alarm->told_at_ms == TIME_NONE) {
        say(deciding, alarm, ALARM_RAISED);
    } else if (is_anew(alarm, condition)) {
        if (!kinds[alarm->kind].grows) {
            alarm->raised_at_ms = deciding->now_ms;
        }
        say(deciding, alarm, ALARM_RAISED);
    } else if (deciding->now_ms >= alarm->told_at_ms + deciding->repeat_ms) {
        say(deciding, alarm, ALARM_REPEATED);
    }
    wake(deciding, alarm->told_at_ms + deciding->repeat_ms);
}

/* True while the alarm is to be kept. */
static bool
decide(struct deciding *deciding, struct alarm *alarm)
{
    const struct alarm_condition *condition = condition_of(deciding, alarm);

    /* What an earlier clock says lies ahead did not happen later than now. */
    if (alarm->told_at_ms != TIME_NONE && alarm->told_at_ms > deciding->now_ms) {
        alarm->told_at_ms = deciding->now_ms;
        deciding->decision.changed = true;
    }
    if (alarm->ended_at_ms != TIME_NONE && alarm->ended_at_ms > deciding->now_ms) {
        alarm->ended_at_ms = deciding->now_ms;
        deciding->decision.changed = true;
    }
    if (kinds[alarm->kind].counts) {
        decide_number(deciding, alarm, condition);
        return true;
    }
    if (condition == NULL || condition->presence == ALARM_GONE ||
        is_told_by_pause(deciding, condition)) {
        return decide_gone(deciding, alarm);
    }
    decide_there(deciding, alarm, condition);
    return true;
}

struct alarm_decision
alarms_decide(struct alarms *alarms, const struct alarm_conditions *conditions,
              int64_t repeat_ms, int64_t now_ms, alarm_port *tell, void *context)
{
    struct deciding deciding = { .alarms = alarms,
                                 .conditions = conditions,
                                 .repeat_ms = repeat_ms,
                                 .now_ms = now_ms,
                                 .tell = tell,
                                 .context = context,
                                 .decision = { .next_ms = TIME_NEVER } };

    for (size_t i = 0; i < conditions->count; i++) {
        const struct alarm_condition *condition = &conditions->items[i];

        if (condition->presence == ALARM_PRESENT &&
            alarms_find(alarms, condition->kind, condition->subject,
                        condition->cause) == NULL &&
            !is_told_by_pause(&deciding, condition)) {
            begin(&deciding, condition);
        }
    }
    for (size_t i = 0; i < alarms->count;) {
        if (decide(&deciding, &alarms->items[i])) {
            i++;
        } else {
            alarms_drop(alarms, i);
        }
    }
    return deciding.decision;
}

bool
alarm_is_active(const struct alarm *alarm, int64_t now_ms)
{
    if (kinds[alarm->kind].counts) {
        return alarm->told_at_ms != TIME_NONE &&
               now_ms - alarm->told_at_ms < ALARM_COUNTED_EVERY_MS;
    }
    return true;
}
