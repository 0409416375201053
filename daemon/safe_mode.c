/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Safe mode. An empty store in the place of a damaged one would take the next event of a
 * known incident for the first of a new one. So none is taken until a person decides;
 * what was set aside, what waits in the spools and what is asked stays at hand.
 */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "store/incidents.h"
#include "store/rescue.h"

#include <stdlib.h>

static const char cure[] =
    "restore a backup (stop the daemon, then budkavled --restore FILE), or accept the "
    "loss with budkavle begin-anew --reason \"...\"";

/* A database that was set aside is one of the troubles that people are told of. */
void
safe_mode_tell(const struct daemon *daemon)
{
    pipeline_trouble(daemon->pipeline, ALARM_DATABASE_SET_ASIDE, "", daemon->safe_mode);
    if (daemon->safe_mode == NULL) {
        return;
    }
    log_fields(LOG_LEVEL_ERROR, LOG_KIND_ALARM, NULL, 0, "daemon: safe mode: %s; %s",
               daemon->safe_mode, cure);
}

enum status
safe_mode_open_store(struct daemon *daemon, struct error *error)
{
    char *path = string_format("%s/budkavle.db", daemon->config->state_dir);
    enum status status =
        store_open_or_rescue(path, clock_wall_ms(), &daemon->store, error);

    free(path);
    if (status == STATUS_OK) {
        daemon->safe_mode = store_safe_mode(daemon->store);
    }
    return status;
}

bool
safe_mode_refuses(const struct daemon *daemon, struct faults *faults)
{
    if (daemon->safe_mode == NULL) {
        return false;
    }
    faults_add(
        faults, 0, 0, "",
        "safe mode: %s; no event is taken until an operator decides, and nothing "
        "of this was kept: send it again later",
        daemon->safe_mode);
    return true;
}

void
safe_mode_add_note(const struct daemon *daemon, struct daemon_report *report)
{
    if (daemon->safe_mode != NULL) {
        strings_take(&report->notes,
                     string_format("safe mode, no event is taken: %s; %s",
                                   daemon->safe_mode, cure));
    }
}

/* The decision is on disk: spools are taken and pages written anew. */
static void
on_decided(void *context, enum status status, const struct error *failure)
{
    struct daemon *daemon = context;
    struct error error = { 0 };

    (void)failure;
    if (status != STATUS_OK || daemon->safe_mode == NULL) {
        return;
    }
    free(daemon->safe_mode);
    daemon->safe_mode = NULL;
    pipeline_trouble(daemon->pipeline, ALARM_DATABASE_SET_ASIDE, "", NULL);
    if (intake_open_missing(daemon, daemon->config, &error) != STATUS_OK ||
        pipeline_configure(daemon->pipeline, daemon->config, clock_wall_ms(), &error) !=
            STATUS_OK) {
        /* As at any start that finds a spool closed: the next one says the same. */
        log_error("daemon: %s", error.text);
        daemon->exit_code = EXIT_STORE;
        loop_stop(daemon->loop);
        return;
    }
    turn_join(daemon->turn, NULL, NULL);
}

enum status
safe_mode_begin_anew(void *context, const char *reason, uid_t uid, struct error *error)
{
    struct daemon *daemon = context;

    if (daemon->safe_mode == NULL) {
        return error_set(error, STATUS_CONFLICT,
                         "the daemon is not in safe mode: no database was set aside");
    }
    store_begin(daemon->store);
    store_safe_mode_end(daemon->store);
    store_action_add(daemon->store, clock_wall_ms(), (int64_t)uid, "begin-anew", 0, 0,
                     NULL, reason);
    log_fields(LOG_LEVEL_NOTICE, LOG_KIND_ALARM, NULL, 0,
               "daemon: uid %lu ends safe mode and begins anew", (unsigned long)uid);
    turn_join(daemon->turn, on_decided, daemon);
    return STATUS_OK;
}
