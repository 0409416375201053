/* SPDX-License-Identifier: EUPL-1.2 */
/* How the daemon is: the report, and the line of it that systemd is told. */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/status_line.h"
#include "service/service.h"

enum {
    STATUS_EVERY_MS = 1000,         /* at most, while things change */
    STATUS_DEGRADED_MS = 30 * 1000, /* ages in the line move on */
    STATUS_WAITING_MS = 60 * 1000   /* something waits: it may become trouble */
};

static void
add_spool_notes(const struct daemon *daemon, struct daemon_report *report)
{
    for (size_t i = 0; i < daemon->n_intakes; i++) {
        struct spool_state state = { 0 };

        spool_state(daemon->intakes[i].spool, &state);
        if (state.trouble != NULL) {
            strings_take(
                &report->notes,
                string_format("spool %s: %s", daemon->intakes[i].name, state.trouble));
        }
    }
}

void
daemon_report_fill(struct daemon *daemon, struct daemon_report *report)
{
    int64_t now_ms = clock_wall_ms();

    pipeline_report(daemon->pipeline, report, now_ms);
    last_good_add_notes(daemon, report);
    safe_mode_add_note(daemon, report);
    add_spool_notes(daemon, report);
    daemon_confine_notes(daemon, &report->notes);
    if (daemon->room.trouble != NULL) {
        strings_add(&report->notes, daemon->room.trouble);
    }
    if (daemon->reload_trouble != NULL) {
        strings_take(&report->notes,
                     string_format("the last reload was refused (%s); the earlier "
                                   "configuration is in force",
                                   daemon->reload_trouble));
    }
    status_line(report, now_ms);
}

void
daemon_on_status(void *context)
{
    struct daemon *daemon = context;
    struct daemon_report report = { 0 };

    daemon->status_is_soon = false;
    last_good_keep_again(daemon);
    daemon_report_fill(daemon, &report);
    service_status(report.line);
    if (report.ok != !daemon->degraded) {
        daemon->degraded = !report.ok;
        log_fields(report.ok ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING, LOG_KIND_STATUS,
                   NULL, 0, "status: %s", report.line);
    }
    if (!report.ok) {
        loop_timer_set(daemon->status, STATUS_DEGRADED_MS);
    } else if (report.waiting > 0 || report.waiting_events > 0) {
        loop_timer_set(daemon->status, STATUS_WAITING_MS);
    }
    daemon_report_clear(&report);
}

void
daemon_status_soon(struct daemon *daemon)
{
    if (!daemon->status_is_soon) {
        daemon->status_is_soon = true;
        loop_timer_set(daemon->status, STATUS_EVERY_MS);
    }
}
