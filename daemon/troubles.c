/* SPDX-License-Identifier: EUPL-1.2 */
/* What is wrong around the daemon, told as alarms: the disk, and lost spools. */
#include "daemon.h"

#include "base/memory.h"
#include "base/quantity.h"

#include <stdlib.h>

enum {
    LOST_MS = 30 * 1000 /* a folder that is mounted anew is away for a moment */
};

static void
report(struct daemon *daemon, enum alarm_kind kind, const char *subject,
       const char *cause)
{
    if (pipeline_trouble(daemon->pipeline, kind, subject, cause)) {
        turn_join(daemon->turn, NULL, NULL);
    }
}

/* The words have no numbers that move: what is free is in the status. */
static void
report_level(struct daemon *daemon, enum alarm_kind kind, bool is_there,
             int64_t limit_bytes)
{
    char limit[SIZE_TEXT_SIZE];
    char *cause = NULL;

    if (is_there) {
        cause =
            string_format("less than %s is free in %s", size_format(limit_bytes, limit),
                          daemon->config->state_dir);
    }
    report(daemon, kind, "", cause);
    free(cause);
}

void
troubles_of_room(struct daemon *daemon)
{
    const struct daemon_room *room = &daemon->room;

    if (daemon->pipeline == NULL) {
        return; /* told once it stands */
    }
    /* What is critical is low too: the one does not end because the other begins. */
    report_level(daemon, ALARM_DISK_LOW, room->room.level >= ROOM_LOW,
                 room->limits.low_bytes);
    report_level(daemon, ALARM_DISK_CRITICAL, room->room.level == ROOM_CRITICAL,
                 room->limits.critical_bytes);
}

static void
look_at_spool(struct daemon *daemon, struct intake *intake, int64_t now_ms)
{
    struct spool_state state = { 0 };

    spool_state(intake->spool, &state);
    if (state.lost == NULL) {
        intake->lost_since_ms = TIME_NONE;
        report(daemon, ALARM_SPOOL, intake->name, NULL);
        return;
    }
    if (intake->lost_since_ms == TIME_NONE) {
        intake->lost_since_ms = now_ms;
    }
    if (now_ms - intake->lost_since_ms >= LOST_MS) {
        report(daemon, ALARM_SPOOL, intake->name, state.lost);
    }
}

void
troubles_of_spools(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->n_intakes; i++) {
        look_at_spool(daemon, &daemon->intakes[i], clock_mono_ms());
    }
}
