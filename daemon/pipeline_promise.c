/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staff are warned before a promise passes, and told when one has: two alarms over all
 * incidents, each of which names the first few and counts the rest.
 *
 * promise_near lasts from the warning until an event takes the promise up, also when the
 * daemon has had to say by itself that nothing is new; `lapsed` takes its place when so
 * many passed that the public is promised no more.
 */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "policy/promise.h"
#include "store/promises.h"
#include "text/promise_text.h"

#include <stdlib.h>

enum {
    NAMED_MOST = 3,             /* incidents in an alarm */
    MANY = 200,                 /* from so many on a look costs something, so */
    MANY_EVERY_MS = 5 * 1000,   /* they are looked at so often, whatever changes */
    GATHER_LEAST_MS = 60 * 1000 /* between two words of an alarm that grows */
};

void
watching_clear(struct watching *watching)
{
    for (int i = 0; i < WATCHED_ALARMS; i++) {
        free(watching->alarms[i].cause);
    }
    *watching = (struct watching){ 0 };
}

void
pipeline_promises_changed(struct pipeline *pipeline)
{
    pipeline->watching.is_changed = true;
}

/* What passes, by what was promised; and after lapses. */
static const char *
form_of(const struct promise *promise, enum promise_group group)
{
    static const char *const forms[PROMISE_KIND_COUNT] = {
        [PROMISE_WORD] = "word",
        [PROMISE_END] = "end",
        [PROMISE_ESTIMATE] = "estimate",
    };

    switch (group) {
    case PROMISES_PASSED:
        return "word_after_lapse";
    case PROMISES_DROPPED:
        return "none_after_lapses";
    case PROMISES_NEAR:
    case PROMISE_GROUP_COUNT:
        break;
    }
    return forms[promise->kind];
}

static void
add_line(struct pipeline *pipeline, int64_t key, enum promise_group group,
         int64_t now_ms, struct strings *lines)
{
    struct incident_row row = { 0 };
    struct incident incident = { 0 };
    struct error error = { 0 };

    if (store_incident_get(pipeline->store, key, &row) &&
        incident_from_row(&row, &incident, &error) == STATUS_OK) {
        struct promise promise = promise_next(&incident);

        strings_take(lines,
                     promise_text(pipeline->catalogues[0], &incident,
                                  form_of(&promise, group), promise.at_ms, now_ms));
    }
    incident_clear(&incident);
    incident_row_clear(&row);
}

/* Names what there is room for, group by group. */
static void
name_some(struct pipeline *pipeline, const struct promise_watch *watch,
          const enum promise_group *groups, size_t n_groups, struct strings *lines)
{
    for (size_t i = 0; i < n_groups; i++) {
        int64_t keys[NAMED_MOST];
        size_t n = store_promises_first(pipeline->store, watch, groups[i], keys,
                                        NAMED_MOST - lines->count);

        for (size_t j = 0; j < n; j++) {
            add_line(pipeline, keys[j], groups[i], watch->now_ms, lines);
        }
    }
}

/* The two alarms, and which incidents each is about. */
static const struct {
    enum alarm_kind kind;
    enum promise_group groups[2];
    size_t n_groups;
} watched[WATCHED_ALARMS] = {
    { ALARM_PROMISE_NEAR, { PROMISES_NEAR, PROMISES_PASSED }, 2 },
    { ALARM_LAPSED, { PROMISES_DROPPED }, 1 },
};

static void
look_at(struct pipeline *pipeline, const struct promise_watch *watch,
        const struct promise_counts *counts, int which)
{
    struct watching *watching = &pipeline->watching;
    struct watched_alarm *alarm = &watching->alarms[which];
    struct strings lines = { 0 };
    int64_t count = 0;

    free(alarm->cause);
    *alarm = (struct watched_alarm){ .newest_ms = TIME_NONE };
    for (size_t i = 0; i < watched[which].n_groups; i++) {
        const struct promise_group_counts *group =
            &counts->groups[watched[which].groups[i]];

        count += group->count;
        alarm->newest_ms =
            group->newest_ms > alarm->newest_ms ? group->newest_ms : alarm->newest_ms;
    }
    watching->is_many = watching->is_many || count >= MANY;
    if (count > 0) {
        name_some(pipeline, watch, watched[which].groups, watched[which].n_groups,
                  &lines);
        alarm->cause = promise_list_text(pipeline->catalogues[0], &lines,
                                         count - (int64_t)lines.count);
    }
    strings_clear(&lines);
}

static void
look(struct pipeline *pipeline, int64_t now_ms)
{
    const struct promise_watch watch = {
        .now_ms = now_ms,
        .warning_ms = pipeline->config->alarm_promise_warning_ms,
        .lapses_most = PROMISE_LAPSES_MOST,
    };
    struct promise_counts counts;

    store_promises_count(pipeline->store, &watch, &counts);
    pipeline->watching.is_changed = false;
    pipeline->watching.is_many = false;
    pipeline->watching.looked_at_ms = now_ms;
    for (int which = 0; which < WATCHED_ALARMS; which++) {
        look_at(pipeline, &watch, &counts, which);
    }
    pipeline->watching.next_ms = counts.next_ms;
}

/* More came to it since it was told: they are told too, gathered over half the warning,
 * so that each is told before it passes. */
static void
note_growth(struct pipeline *pipeline, const struct watched_alarm *watched_alarm,
            int64_t now_ms, struct alarm_condition *condition, int64_t *next_ms)
{
    const struct alarm *alarm =
        alarms_find(&pipeline->alarming.alarms, condition->kind, "", "");
    int64_t gather_ms = pipeline->config->alarm_promise_warning_ms / 2;

    if (alarm == NULL || alarm->told_at_ms == TIME_NONE ||
        watched_alarm->newest_ms <= alarm->told_at_ms) {
        return;
    }
    gather_ms = gather_ms > GATHER_LEAST_MS ? gather_ms : GATHER_LEAST_MS;
    if (now_ms >= alarm->told_at_ms + gather_ms) {
        condition->acted_at_ms = watched_alarm->newest_ms;
    } else if (alarm->told_at_ms + gather_ms < *next_ms) {
        *next_ms = alarm->told_at_ms + gather_ms;
    }
}

/* When to look again. */
static int64_t
look_due(const struct watching *watching)
{
    int64_t due_ms = watching->is_changed ? watching->looked_at_ms : watching->next_ms;

    return watching->is_many && due_ms < watching->looked_at_ms + MANY_EVERY_MS
               ? watching->looked_at_ms + MANY_EVERY_MS
               : due_ms;
}

void
pipeline_watch_promises(struct pipeline *pipeline, int64_t now_ms,
                        struct alarm_conditions *conditions, int64_t *next_ms)
{
    struct watching *watching = &pipeline->watching;
    int64_t due_ms = look_due(watching);

    if (now_ms >= due_ms || now_ms < watching->looked_at_ms) {
        look(pipeline, now_ms);
        due_ms = look_due(watching);
    }
    *next_ms = due_ms < *next_ms ? due_ms : *next_ms;
    for (int which = 0; which < WATCHED_ALARMS; which++) {
        const struct watched_alarm *alarm = &watching->alarms[which];

        if (alarm->cause != NULL) {
            note_growth(
                pipeline, alarm, now_ms,
                alarm_conditions_add(conditions, watched[which].kind, "", alarm->cause),
                next_ms);
        }
    }
}
