/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A pass: stage by stage, incident by incident, piece by piece. An incident's deliveries
 * are all looked at before the first is removed: one that is unfinished saves them all.
 */
#include "store/retention.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/log.h"
#include "store/retention_rows.h"

#include <string.h>

enum {
    PARTS_DEEP_MOST = 16
};

static void
put_down(struct retention *retention)
{
    retention->incident = 0;
    retention->seen_row = 0;
    retention->seen = false;
}

/* The next incident of the stage, if it may be touched; false at the end. */
static bool
take_up(struct store *store, struct retention *retention, int64_t before_ms)
{
    int64_t row;

    put_down(retention);
    if (!retention_next(store, retention->stage, before_ms, &retention->closed_ms,
                        &retention->row)) {
        return false;
    }
    row = retention->row;
    if (retention->stage == RETAIN_INCIDENTS) {
        if (retention_belongs_to_open(store, row, before_ms)) {
            return true;
        }
        /* What was told as part of it goes first. */
        for (int i = 0; i < PARTS_DEEP_MOST; i++) {
            int64_t part = retention_part_of(store, row);

            row = part != 0 ? part : row;
        }
    }
    retention->incident = row;
    return true;
}

/* True when all of its deliveries were looked at and are finished. It may have been
 * reopened since the last piece. */
static bool
look_at(struct store *store, struct retention *retention, int64_t before_ms,
        int64_t max_rows)
{
    bool more = false;

    if (!retention_is_over(store, retention->incident, before_ms) ||
        (!retention->seen &&
         !retention_are_finished(store, retention->incident, &retention->seen_row,
                                 max_rows, &more))) {
        put_down(retention);
        return false;
    }
    if (retention->seen) {
        return true;
    }
    retention->seen = !more;
    return false;
}

static void
step_bodies(struct store *store, struct retention *retention, int64_t before_ms,
            int64_t max_rows)
{
    (void)before_ms;
    if (!retention_empty_bodies(store, retention->incident, max_rows)) {
        retention_note_bodies(store, retention->incident);
        put_down(retention);
    }
}

static void
step_deliveries(struct store *store, struct retention *retention, int64_t before_ms,
                int64_t max_rows)
{
    if (look_at(store, retention, before_ms, max_rows) &&
        !retention_remove_deliveries(store, retention->incident, max_rows, true)) {
        retention_note_deliveries(store, retention->incident);
        put_down(retention);
    }
}

static void
step_incident(struct store *store, struct retention *retention, int64_t before_ms,
              int64_t max_rows)
{
    if (look_at(store, retention, before_ms, max_rows) &&
        !retention_remove_deliveries(store, retention->incident, max_rows, false) &&
        !retention_remove_rest(store, retention->incident, max_rows)) {
        bool was_part = retention->incident != retention->row;

        retention->n_removed++;
        if (was_part) { /* the whole has its turn again */
            retention->row--;
        }
        put_down(retention);
    }
}

/* False when the stage is over. */
static bool
step_incidents(struct store *store, struct retention *retention, int64_t before_ms,
               int64_t max_rows)
{
    static void (*const steps[])(struct store * store, struct retention * retention,
                                 int64_t before_ms, int64_t max_rows) = {
        [RETAIN_BODIES] = step_bodies,
        [RETAIN_DELIVERIES] = step_deliveries,
        [RETAIN_INCIDENTS] = step_incident,
    };

    if (retention->incident == 0) {
        return take_up(store, retention, before_ms);
    }
    steps[retention->stage](store, retention, before_ms, max_rows);
    return true;
}

static bool
step(struct store *store, struct retention *retention,
     const struct retention_limits *limits, int64_t max_rows)
{
    switch (retention->stage) {
    case RETAIN_BODIES:
        return step_incidents(store, retention, limits->bodies_ms, max_rows);
    case RETAIN_DELIVERIES:
        return step_incidents(store, retention, limits->deliveries_ms, max_rows);
    case RETAIN_INCIDENTS:
        return step_incidents(store, retention, limits->incidents_ms, max_rows);
    case RETAIN_FILES:
        return retention_remove_files(store, limits->incidents_ms, max_rows);
    case RETAIN_ACTIONS:
        return store_log_cut(store, limits->incidents_ms, max_rows);
    case RETENTION_STAGE_COUNT:
        break;
    }
    return false;
}

bool
store_retain(struct store *store, struct retention *retention,
             const struct retention_limits *limits, int64_t max_rows)
{
    if (step(store, retention, limits, max_rows) && !store->failed) {
        return true;
    }
    put_down(retention);
    retention->stage++;
    retention->closed_ms = 0;
    retention->row = 0;
    if (retention->stage < RETENTION_STAGE_COUNT && !store->failed) {
        return true;
    }
    memset(retention, 0, sizeof(*retention));
    return false;
}
