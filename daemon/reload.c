/* SPDX-License-Identifier: EUPL-1.2 */
/* The configuration: loading it, and putting another one in force while all runs. */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "catalogues.h"
#include "channel/driver.h"
#include "service/service.h"

#include <stdlib.h>
#include <string.h>

struct driver_options *
daemon_drivers(size_t *n)
{
    const struct driver *const *drivers = drivers_all(n);
    struct driver_options *options = memory_array(*n, sizeof(*options));

    for (size_t i = 0; i < *n; i++) {
        options[i].driver = drivers[i]->name;
        options[i].options = drivers[i]->options;
        options[i].n_options = drivers[i]->n_options;
        options[i].check = drivers[i]->check;
        options[i].shows_everything = drivers[i]->render != NULL;
        options[i].no_effect = drivers[i]->no_effect;
    }
    return options;
}

enum status
daemon_load_config(const char *path, const struct config_copy *copy,
                   struct config **config, struct faults *faults)
{
    size_t n;
    struct driver_options *options = daemon_drivers(&n);
    enum status status = copy != NULL
                             ? config_load_copy(copy, options, n, config, faults)
                             : config_load(path, options, n, config, faults);

    if (status == STATUS_OK) {
        room_check(*config);
        status = catalogues_check(*config, faults);
    }
    if (status != STATUS_OK) {
        config_free(*config);
        *config = NULL;
    }
    free(options);
    return status;
}

char *
daemon_first_fault(const char *file, const struct faults *faults)
{
    struct buffer text = { 0 };
    size_t more = faults->count + faults->dropped - 1;
    char *end;

    config_faults_format(file, faults, &text);
    end = text.data == NULL ? NULL : strchr(text.data, '\n');
    if (end != NULL) {
        text.len = (size_t)(end - text.data);
        *end = '\0';
    }
    if (more > 0) {
        buffer_addf(&text, " (and %zu more)", more);
    }
    return buffer_take(&text);
}

static enum status
check_unchangeable(const struct daemon *daemon, const struct config *config,
                   struct faults *faults)
{
    if (!string_equal(daemon->config->state_dir, config->state_dir)) {
        faults_add(faults, 0, 0, "state_dir",
                   "cannot change from %s to %s while the daemon runs; restart it",
                   daemon->config->state_dir, config->state_dir);
    }
    if (!string_equal(daemon->config->socket.path, config->socket.path)) {
        faults_add(faults, 0, 0, "socket path",
                   "cannot change from %s to %s while the daemon runs; restart it",
                   daemon->config->socket.path, config->socket.path);
    }
    return faults->count > 0 ? STATUS_INVALID : STATUS_OK;
}

/* First what can fail, then what cannot: a configuration is in force whole or not. */
static enum status
put_in_force(struct daemon *daemon, struct config *config, struct faults *faults)
{
    struct config *old = daemon->config;
    struct error error = { 0 };
    struct api_settings settings;

    if (intake_open_missing(daemon, config, &error) != STATUS_OK ||
        pipeline_configure(daemon->pipeline, config, clock_wall_ms(), &error) !=
            STATUS_OK) {
        faults_add(faults, 0, 0, "", "%s", error.text);
        intake_close_others(daemon, old);
        config_free(config);
        return STATUS_INVALID;
    }
    daemon->config = config;
    intake_close_others(daemon, config);
    senders_resize(daemon->senders, daemon_smtp_processes(config));
    daemon_confine_senders(daemon, config);
    daemon_stand(daemon, config);
    settings = control_settings(daemon);
    api_configure(daemon->api, &settings);
    room_configure(daemon);
    config_free(old);
    return STATUS_OK;
}

void
daemon_log_warnings(const struct config *config)
{
    for (size_t i = 0; i < config->warnings.count; i++) {
        log_warning("config: %s", config->warnings.items[i]);
    }
}

enum status
daemon_reload(struct daemon *daemon, struct faults *faults)
{
    struct daemon_report report = { 0 };
    struct config *config = NULL;
    char *fault = NULL;
    enum status status;

    service_reloading(clock_mono_us());
    status = daemon_load_config(daemon->config_file, NULL, &config, faults);
    if (status == STATUS_OK) {
        status = check_unchangeable(daemon, config, faults);
        if (status == STATUS_OK) {
            daemon_log_warnings(config);
            status = put_in_force(daemon, config, faults);
        } else {
            config_free(config);
        }
    }
    if (status != STATUS_OK) {
        fault = daemon_first_fault(daemon->config_file, faults);
    }
    string_replace(&daemon->reload_trouble, fault);
    last_good_reloaded(daemon, fault);
    free(fault);
    log_fields(status == STATUS_OK ? LOG_LEVEL_NOTICE : LOG_LEVEL_ERROR,
               LOG_KIND_CONFIG, NULL, 0, "config: %s",
               status == STATUS_OK ? "reloaded"
                                   : "the reload was refused; the earlier "
                                     "configuration is in force");
    daemon_report_fill(daemon, &report);
    service_ready(report.line);
    daemon_report_clear(&report);
    turn_join(daemon->turn, NULL, NULL);
    return status;
}

void
daemon_on_hangup(void *context)
{
    const struct daemon *daemon = context;
    struct faults faults = { 0 };
    struct buffer text = { 0 };

    if (daemon->stopping) {
        return;
    }
    if (daemon_reload(context, &faults) != STATUS_OK) {
        faults_format(&faults, &text);
        log_error("config: %.400s", text.len > 0 ? text.data : "");
    }
    buffer_clear(&text);
    faults_clear(&faults);
}
