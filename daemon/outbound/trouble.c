/* SPDX-License-Identifier: EUPL-1.2 */
/* What is wrong with channels, as conditions for alarms. */
#include "outbound/trouble.h"

#include "base/memory.h"
#include "outbound/internal.h"
#include "store/alarms.h"

#include <stdlib.h>

/* What the checks of a lane share. */
struct look {
    struct outbound *outbound;
    struct lane *lane;
    struct channel_counts counts;
    int64_t waiting;
    int64_t now_ms;
    int64_t next_ms;
    struct alarm_conditions *conditions;
};

static struct alarm_condition *
add(struct look *look, enum alarm_kind kind, const char *cause)
{
    struct alarm_condition *condition =
        alarm_conditions_add(look->conditions, kind, look->lane->name, cause);

    condition->acted_at_ms = look->lane->mended_at_ms;
    condition->waiting = look->waiting;
    return condition;
}

/* Nothing has been tried there in this life of the daemon, or since a person mended it:
 * whether the trouble is still there is not known. Where nothing waits it is not tried,
 * and the person's word is taken. */
static bool
is_unsure(const struct look *look)
{
    const struct lane *lane = look->lane;

    return lane->untried && (lane->mended_at_ms == TIME_NONE || look->waiting > 0);
}

static void
look_at_pause(struct look *look)
{
    const struct lane *lane = look->lane;
    struct alarm_condition *condition;
    char *cause;

    if (lane->paused ? !lane->paused_by_fault : !is_unsure(look)) {
        return;
    }
    cause = store_parked_cause(lane->pause_reason);
    condition = add(look, ALARM_CHANNEL_PAUSED, cause);
    condition->presence = lane->paused ? ALARM_PRESENT : ALARM_UNSURE;
    condition->since_ms = lane->paused_since_ms;
    condition->waiting += (int64_t)lane->n_parked;
    free(cause);
}

static void
look_at_reach(struct look *look)
{
    const struct lane *lane = look->lane;
    int64_t long_ago_ms = lane->down_since_ms + TROUBLE_DOWN_MS;
    struct alarm_condition *condition;

    if (lane->paused || (lane->failures == 0 && !is_unsure(look))) {
        return;
    }
    condition =
        add(look, ALARM_CHANNEL_DOWN, lane->last_error == NULL ? "" : lane->last_error);
    if (lane->failures == 0 || look->now_ms < long_ago_ms) {
        condition->presence = ALARM_UNSURE;
    }
    if (lane->failures > 0) {
        condition->since_ms = lane->down_since_ms;
    }
    if (lane->failures > 0 && look->now_ms < long_ago_ms &&
        long_ago_ms < look->next_ms) {
        look->next_ms = long_ago_ms;
    }
}

static void
look_at_redirects(struct look *look)
{
    const struct lane *lane = look->lane;
    struct alarm_condition *condition;

    if (lane->redirects_in_row == 0 && !is_unsure(look)) {
        return;
    }
    condition =
        add(look, ALARM_REDIRECTS, lane->last_error == NULL ? "" : lane->last_error);
    if (lane->redirects_in_row < TROUBLE_REDIRECTS) {
        condition->presence = ALARM_UNSURE;
    }
}

/* Those that were told of before stay among the first, so that a new cause is not taken
 * for the end of another one. */
static void
read_causes(struct look *look)
{
    struct lane *lane = look->lane;
    struct strings found = { 0 }, kept = { 0 };

    store_parked_causes(look->outbound->store, lane->name, TROUBLE_CAUSES_READ, &found);
    for (size_t i = 0; i < lane->parked_causes.count; i++) {
        if (strings_has(&found, lane->parked_causes.items[i])) {
            strings_add(&kept, lane->parked_causes.items[i]);
        }
    }
    for (size_t i = 0; i < found.count && kept.count < TROUBLE_CAUSES_MOST; i++) {
        if (!strings_has(&kept, found.items[i])) {
            strings_add(&kept, found.items[i]);
        }
    }
    strings_clear(&found);
    strings_clear(&lane->parked_causes);
    lane->parked_causes = kept;
}

static void
look_at_parked(struct look *look)
{
    struct lane *lane = look->lane;
    int64_t n = look->counts.states[DELIVERY_PARKED];

    if (lane->parked_changed || n != lane->parked_seen) {
        read_causes(look);
        if (n > 0 && lane->parked_causes.count == 0) {
            strings_add(&lane->parked_causes, ""); /* parked without a word */
        }
        lane->parked_changed = false;
        lane->parked_seen = n;
    }
    for (size_t i = 0; n > 0 && i < lane->parked_causes.count; i++) {
        add(look, ALARM_PARKED, lane->parked_causes.items[i])->waiting = n;
    }
}

static void
look_at_dead(struct look *look)
{
    int64_t n = look->counts.states[DELIVERY_UNDELIVERABLE];

    if (n > 0) {
        add(look, ALARM_UNDELIVERABLE, "")->count = n;
    }
}

static void
look_at_list(struct look *look)
{
    if (look->lane->list_trouble != NULL) {
        add(look, ALARM_LIST, look->lane->list_trouble);
    }
}

static void
look_at_reports(struct look *look)
{
    int64_t until_ms;

    if (reports_fail(look->outbound, look->lane, look->now_ms, &until_ms)) {
        add(look, ALARM_REPORTS,
            "more than half of the last 20 delivery reports say that it failed");
    }
    if (until_ms < look->next_ms) {
        look->next_ms = until_ms;
    }
}

int64_t
outbound_troubles(struct outbound *outbound, int64_t now_ms,
                  struct alarm_conditions *conditions)
{
    struct look look = { .outbound = outbound,
                         .now_ms = now_ms,
                         .next_ms = TIME_NEVER,
                         .conditions = conditions };

    for (size_t i = 0; i < outbound->n_lanes; i++) {
        look.lane = outbound->lanes[i];
        store_outbound_counts(outbound->store, look.lane->name, &look.counts);
        look.waiting = look.counts.states[DELIVERY_HELD] +
                       look.counts.states[DELIVERY_PENDING] +
                       look.counts.states[DELIVERY_IN_FLIGHT] +
                       look.counts.states[DELIVERY_UNKNOWN];
        if (look.lane->channel != NULL) {
            look_at_pause(&look);
            look_at_reach(&look);
            look_at_redirects(&look);
            look_at_list(&look);
            look_at_reports(&look);
        }
        look_at_parked(&look);
        look_at_dead(&look);
    }
    return look.next_ms;
}

void
outbound_parked_changed(struct outbound *outbound)
{
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        outbound->lanes[i]->parked_changed = true;
    }
}
