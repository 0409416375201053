/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading: what was written, checked, becomes the value. */
#include "config/loading.h"

#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* In this order: routes name channels and sources, spools take the general keep. */
static const struct {
    const char *section;
    void (*build)(struct loading *loading, const struct section *section);
} builders[] = {
    { "access", build_access },
    { "spool", build_spool },
    { "channel", build_channel },
    { "route", build_route },
};

static void
build(struct loading *loading)
{
    build_general(loading);
    for (size_t i = 0; i < ARRAY_COUNT(builders); i++) {
        for (size_t j = 0; j < loading->source.n_sections; j++) {
            const struct section *section = &loading->source.sections[j];

            if (strcmp(section->name, builders[i].section) == 0) {
                builders[i].build(loading, section);
            }
        }
    }
    loading_message_channels(loading, source_find(&loading->source, "alarm"),
                             &loading->config->alarm_channels,
                             "shows incidents and has no room for an alarm");
    build_approve(loading);
    build_storm(loading);
}

/* Absolute, so that a secret is found again wherever the process stands. */
static char *
folder_of(const char *path)
{
    char *real = realpath(path, NULL);
    char *slash = real == NULL ? NULL : strrchr(real, '/');

    if (slash == NULL) {
        free(real);
        return string_copy(".");
    }
    slash[slash == real ? 1 : 0] = '\0';
    return real;
}

static enum status
load(const char *path, const struct config_copy *given, const struct drivers *drivers,
     struct config **config, struct faults *faults)
{
    struct loading loading = {
        .drivers = *drivers,
        .config = memory_alloc(sizeof(struct config)),
        .faults = faults,
        .folder = given != NULL ? string_copy(given->folder) : folder_of(path),
    };
    size_t faults_before = faults->count + faults->dropped;
    enum status status = STATUS_OK;

    loading.config->file = string_copy(path);
    loading.config->copy.file = string_copy(path);
    loading.config->copy.folder = string_copy(loading.folder);
    loading.source.given = given;
    loading.source.record = &loading.config->copy;
    source_load(&loading.source, path, &loading.drivers, faults);
    loading_check(&loading);
    /* What was not read would be missed everywhere. */
    if (!loading.source.is_broken) {
        build(&loading);
    }
    *config = loading.config;
    if (faults->count + faults->dropped > faults_before) {
        config_free(loading.config);
        *config = NULL;
        status = STATUS_INVALID;
    }
    source_clear(&loading.source);
    free(loading.folder);
    return status;
}

enum status
config_load(const char *path, const struct driver_options *drivers, size_t n_drivers,
            struct config **config, struct faults *faults)
{
    return load(path, NULL, &(const struct drivers){ drivers, n_drivers }, config,
                faults);
}

enum status
config_load_copy(const struct config_copy *copy, const struct driver_options *drivers,
                 size_t n_drivers, struct config **config, struct faults *faults)
{
    enum status status =
        load(copy->file, copy, &(const struct drivers){ drivers, n_drivers }, config,
             faults);

    if (status == STATUS_OK) {
        (*config)->copy.since_ms = copy->since_ms;
    }
    return status;
}

static void
access_clear(struct access *access)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        free(access->principals[role]);
        strings_clear(&access->names[role]);
    }
}

void
config_free(struct config *config)
{
    if (config == NULL) {
        return;
    }
    for (size_t i = 0; i < config->n_spools; i++) {
        free(config->spools[i].name);
        free(config->spools[i].path);
        cap_kinds_clear(&config->spools[i].cap_kinds);
    }
    for (size_t i = 0; i < config->n_channels; i++) {
        channel_clear(&config->channels[i]);
    }
    for (size_t i = 0; i < config->n_routes; i++) {
        route_clear(&config->routes[i]);
    }
    for (size_t i = 0; i < config->n_catalogues; i++) {
        catalogue_config_clear(&config->catalogues[i]);
    }
    free(config->catalogues);
    free(config->catalogue_dir);
    free(config->spools);
    free(config->channels);
    free(config->routes);
    access_clear(&config->access);
    free(config->socket.path);
    free(config->socket.group);
    free(config->socket.source);
    cap_kinds_clear(&config->socket.cap_kinds);
    strings_clear(&config->languages);
    strings_clear(&config->alarm_channels);
    strings_clear(&config->approve.free_text);
    strings_clear(&config->storm.channels);
    strings_clear(&config->warnings);
    copy_clear(&config->copy);
    free(config->file);
    free(config->organisation);
    free(config->timezone);
    free(config->state_dir);
    free(config->page_url);
    free(config->contact);
    free(config);
}

const struct channel *
config_channel(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->n_channels; i++) {
        if (string_equal(config->channels[i].name, name)) {
            return &config->channels[i];
        }
    }
    return NULL;
}

/* A problem in another file begins with that file's path: where it ends, or 0. */
static size_t
other_file_len(const char *path, const char *problem)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash + 1 - path);
    const char *end = NULL;

    if (strncmp(problem, path, folder) != 0 ||
        strncmp(problem + folder, "conf.d/", 7) != 0) {
        return 0;
    }
    end = strstr(problem, ".conf: ");
    return end == NULL ? 0 : (size_t)(end - problem) + 5;
}

void
config_faults_format(const char *path, const struct faults *faults, struct buffer *out)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        size_t len = other_file_len(path, fault->problem);
        const char *problem = len == 0 ? fault->problem : fault->problem + len + 2;

        if (len == 0 && fault->line == 0 && fault->field[0] == '\0') {
            buffer_addf(out, "%s\n", problem); /* about a file as a whole */
            continue;
        }
        if (len == 0) {
            buffer_add(out, path);
        } else {
            buffer_append(out, fault->problem, len);
        }
        if (fault->line > 0) {
            buffer_addf(out, ":%zu", fault->line);
        }
        buffer_addf(out, ": %s%s%s\n", fault->field,
                    fault->field[0] == '\0' ? "" : ": ", problem);
    }
    if (faults->dropped > 0) {
        buffer_addf(out, "and %zu more\n", faults->dropped);
    }
}
