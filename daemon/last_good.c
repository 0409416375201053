/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The last good configuration. A machine that boots after a bad edit would otherwise have
 * a daemon that ends with 78, and nobody told of an outage. So what is in force is kept in
 * the state folder, and a start whose configuration does not load goes on with that, and
 * says so everywhere until a reload succeeds.
 */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEEP_AGAIN_MS = 30 * 1000
};

/* Where the copy would be: as it is written now, else where systemd has the state, else
 * where it is without an option. Caller frees. */
static char *
find_state_dir(const char *config_file, const struct driver_options *drivers, size_t n)
{
    char *folder = config_written_state_dir(config_file, drivers, n);
    const char *given = getenv("STATE_DIRECTORY"); /* its folders have ":" in between */

    if (folder == NULL && given != NULL && given[0] == '/') {
        folder = string_copy_n(given, strcspn(given, ":"));
    }
    return folder != NULL ? folder : string_copy("/var/lib/budkavle");
}

/* Another daemon's copy, or one whose database is away, is none to start on: what is
 * known of incidents would be missing. */
static enum status
check_place(const struct config *config, const char *folder, struct error *error)
{
    char *database = string_format("%s/budkavle.db", folder);
    enum status status = STATUS_OK;

    if (!string_equal(config->state_dir, folder)) {
        status = error_set(error, STATUS_REFUSED,
                           "the copy in %s is of a daemon whose state_dir is %s",
                           folder, config->state_dir);
    } else if (access(database, F_OK) != 0) {
        status =
            error_set(error, STATUS_REFUSED, "there is a copy, and no %s", database);
    }
    free(database);
    return status;
}

static enum status
load_copy(struct daemon *daemon, const struct config_copy *copy, const char *folder,
          struct error *error)
{
    struct faults faults = { 0 };
    enum status status = STATUS_OK;

    if (!string_equal(copy->file, daemon->config_file)) {
        return error_set(error, STATUS_REFUSED, "the copy in %s is of %s", folder,
                         copy->file);
    }
    status = daemon_load_config(copy->file, copy, &daemon->config, &faults);
    if (status != STATUS_OK) {
        char *fault = daemon_first_fault(copy->file, &faults);

        error_set(error, status, "the copy in %s does not load either: %s", folder,
                  fault);
        free(fault);
    }
    faults_clear(&faults);
    return status == STATUS_OK ? check_place(daemon->config, folder, error) : status;
}

enum status
last_good_load(struct daemon *daemon, const struct faults *faults, struct error *error)
{
    size_t n;
    struct driver_options *drivers = daemon_drivers(&n);
    char *folder = find_state_dir(daemon->config_file, drivers, n);
    struct config_copy copy;
    enum status status = copy_load(&copy, folder, error);

    if (status == STATUS_OK) {
        status = load_copy(daemon, &copy, folder, error);
    }
    if (status == STATUS_OK) {
        status =
            config_may_stand_in(daemon->config, daemon->config_file, drivers, n, error);
    }
    if (status == STATUS_OK) {
        daemon->last_good.why = daemon_first_fault(daemon->config_file, faults);
    } else {
        config_free(daemon->config);
        daemon->config = NULL;
    }
    copy_clear(&copy);
    free(folder);
    free(drivers);
    return status;
}

/* --- Keeping ---------------------------------------------------------------------- */

/* Whether what is in force is the copy already; then it is in force since then. */
static bool
is_kept(struct config *config)
{
    struct config_copy copy;
    struct error error = { 0 };
    bool same = copy_load(&copy, config->state_dir, &error) == STATUS_OK &&
                copy_equal(&copy, &config->copy);

    if (same) {
        config->copy.since_ms = copy.since_ms;
    }
    copy_clear(&copy);
    return same;
}

void
last_good_keep(struct daemon *daemon)
{
    struct config *config = daemon->config;
    struct error error = { 0 };

    if (daemon->last_good.why != NULL) {
        return; /* it is the copy */
    }
    daemon->last_good.tried_ms = clock_mono_ms();
    if (!is_kept(config)) {
        config->copy.since_ms = clock_wall_ms();
        if (copy_save(&config->copy, config->state_dir, &error) != STATUS_OK) {
            /* An older one would bring back what was changed on purpose. */
            copy_remove(config->state_dir);
            if (daemon->last_good.not_kept == NULL) {
                log_warning("config: no copy for a start after a bad edit: %s",
                            error.text);
            }
            string_replace(&daemon->last_good.not_kept, error.text);
            return;
        }
    }
    string_replace(&daemon->last_good.not_kept, NULL);
}

void
last_good_keep_again(struct daemon *daemon)
{
    if (daemon->last_good.not_kept != NULL &&
        clock_mono_ms() - daemon->last_good.tried_ms >= KEEP_AGAIN_MS) {
        last_good_keep(daemon);
    }
}

void
last_good_reloaded(struct daemon *daemon, const char *fault)
{
    bool was_copy = daemon->last_good.why != NULL;

    if (fault != NULL) {
        if (was_copy) {
            string_replace(&daemon->last_good.why, fault);
        }
        return;
    }
    string_replace(&daemon->last_good.why, NULL);
    last_good_keep(daemon);
    if (was_copy) {
        last_good_tell(daemon);
    }
}

/* --- Telling ---------------------------------------------------------------------- */

/* "running on the configuration of 2026-11-24 10:02, because …". Caller frees. */
static char *
sentence(const struct daemon *daemon)
{
    char since[TIMESTAMP_SIZE];

    local_timestamp(daemon->config->copy.since_ms, since);
    return string_format("running on the configuration of %.10s %.5s, because it does "
                         "not load as it is written now: %s",
                         since, since + 11, daemon->last_good.why);
}

void
last_good_tell(struct daemon *daemon)
{
    char *text = NULL;

    pipeline_trouble(daemon->pipeline, ALARM_CONFIGURATION, "", daemon->last_good.why);
    if (daemon->last_good.why == NULL) {
        return;
    }
    text = sentence(daemon);
    log_fields(LOG_LEVEL_ERROR, LOG_KIND_CONFIG, NULL, 0,
               "config: %s; mend it, then budkavle reload", text);
    free(text);
}

void
last_good_add_notes(const struct daemon *daemon, struct daemon_report *report)
{
    const struct last_good *last_good = &daemon->last_good;

    report->configuration_ms = daemon->config->copy.since_ms;
    report->configuration_why = string_copy(last_good->why);
    if (last_good->why != NULL) {
        strings_take(&report->notes, sentence(daemon));
    }
    if (last_good->not_kept != NULL) {
        strings_take(&report->notes,
                     string_format("no copy of the configuration is kept, so a start "
                                   "after a bad edit would fail: %s",
                                   last_good->not_kept));
    }
}
