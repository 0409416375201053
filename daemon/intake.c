/* SPDX-License-Identifier: EUPL-1.2 */
/* The daemon's spools, and what they ask of the store and the pipeline. */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "store/incidents.h"

#include <stdlib.h>
#include <string.h>

static int64_t
on_deaths(void *context, const char *source, const char *name)
{
    struct daemon *daemon = context;
    int64_t deaths = store_file_deaths(daemon->store, source, name);

    return store_failed(daemon->store) ? DEATHS_UNKNOWN : deaths;
}

static void
on_parsing(void *context, const char *source, const char *name)
{
    struct daemon *daemon = context;

    if (name != NULL) {
        parse_mark_set(daemon->parse_mark, source, name);
    } else {
        parse_mark_clear(daemon->parse_mark);
    }
}

static bool
on_known(void *context, const char *source, const char *name, const char *sha256)
{
    struct daemon *daemon = context;

    return store_file_known(daemon->store, source, name, sha256);
}

static enum status
on_take(void *context, const char *source, const char *name, const char *sha256,
        struct events *events, struct faults *faults)
{
    struct daemon *daemon = context;
    struct submit_results results = { 0 };
    int64_t now_ms = clock_wall_ms();
    enum status status;

    room_look(daemon);
    status = pipeline_take(daemon->pipeline, events, now_ms, &results, faults);
    if (status == STATUS_OK) {
        store_file_add(daemon->store, source, name, sha256, now_ms);
        pipeline_note_words(daemon->pipeline, events, &results, NULL, -1, now_ms);
    } else if (status == STATUS_IO) {
        status = STATUS_FULL;
    }
    submit_results_clear(&results);
    return status;
}

static void
on_survived(void *context, const char *source, const char *name)
{
    struct daemon *daemon = context;

    store_begin(daemon->store);
    store_file_survived(daemon->store, source, name);
}

static void
on_refused(void *context, const char *source, const char *name,
           const struct faults *faults)
{
    struct daemon *daemon = context;
    struct buffer why = { 0 };
    const struct log_field fields[] = {
        { "SOURCE", source },
        { "FILE", name },
        { "RESULT", "refused" },
    };

    faults_format(faults, &why);
    for (size_t i = 0; i < why.len; i++) {
        if (why.data[i] == '\n') {
            why.data[i] = ' '; /* one line in the log */
        }
    }
    log_fields(LOG_LEVEL_WARNING, LOG_KIND_EVENT_REFUSED, fields, ARRAY_COUNT(fields),
               "intake: file refused: %.300s", why.len > 0 ? why.data : "");
    buffer_clear(&why);
    pipeline_count_refused(daemon->pipeline, source);
}

enum status
intake_recover(struct daemon *daemon, struct error *error)
{
    char *path = string_format("%s/parsing", daemon->config->state_dir);
    enum status status = parse_mark_open(path, &daemon->parse_mark, error);
    const char *source, *name;

    free(path);
    if (status != STATUS_OK ||
        !parse_mark_standing(daemon->parse_mark, &source, &name)) {
        return status;
    }
    log_warning("intake: the daemon ended while it parsed a file; it is tried again "
                "later, alone source=%s file=%s",
                source, name);
    store_file_died(daemon->store, source, name);
    status = store_commit(daemon->store, error);
    /* Only what is counted is wiped. */
    if (status == STATUS_OK) {
        parse_mark_clear(daemon->parse_mark);
    }
    return status;
}

static enum status
open_one(struct daemon *daemon, const struct spool_config *config, struct error *error)
{
    struct spool_settings settings = { .source = config->name,
                                       .path = config->path,
                                       .settle_ms = config->settle_ms,
                                       .keep_ms = config->keep_ms,
                                       .cap_kinds = &config->cap_kinds };
    struct spool_ports ports = { .context = daemon,
                                 .deaths = on_deaths,
                                 .parsing = on_parsing,
                                 .known = on_known,
                                 .take = on_take,
                                 .survived = on_survived,
                                 .refused = on_refused };
    struct intake intake = { .name = string_copy(config->name),
                             .path = string_copy(config->path),
                             .settle_ms = config->settle_ms,
                             .lost_since_ms = TIME_NONE,
                             .keep_ms = config->keep_ms };
    enum status status =
        spool_open(daemon->loop, daemon->turn, &settings, &ports, &intake.spool, error);

    cap_kinds_copy(&intake.cap_kinds, &config->cap_kinds);
    if (status != STATUS_OK) {
        error_prefix(error, "spool \"%s\"", config->name);
        free(intake.name);
        free(intake.path);
        cap_kinds_clear(&intake.cap_kinds);
        return status;
    }
    daemon->intakes =
        memory_resize(daemon->intakes, daemon->n_intakes + 1, sizeof(intake));
    daemon->intakes[daemon->n_intakes++] = intake;
    return STATUS_OK;
}

static void
close_one(struct daemon *daemon, size_t index)
{
    struct intake *intake = &daemon->intakes[index];

    spool_close(intake->spool);
    free(intake->name);
    free(intake->path);
    cap_kinds_clear(&intake->cap_kinds);
    *intake = daemon->intakes[--daemon->n_intakes];
}

static bool
is_same(const struct intake *intake, const struct spool_config *config)
{
    return strcmp(intake->name, config->name) == 0 &&
           strcmp(intake->path, config->path) == 0 &&
           intake->settle_ms == config->settle_ms &&
           intake->keep_ms == config->keep_ms &&
           cap_kinds_equal(&intake->cap_kinds, &config->cap_kinds);
}

static const struct spool_config *
find_config(const struct config *config, const struct intake *intake)
{
    for (size_t i = 0; i < config->n_spools; i++) {
        if (is_same(intake, &config->spools[i])) {
            return &config->spools[i];
        }
    }
    return NULL;
}

static bool
is_open(const struct daemon *daemon, const struct spool_config *config)
{
    for (size_t i = 0; i < daemon->n_intakes; i++) {
        if (is_same(&daemon->intakes[i], config)) {
            return true;
        }
    }
    return false;
}

enum status
intake_open_missing(struct daemon *daemon, const struct config *config,
                    struct error *error)
{
    size_t n_before = daemon->n_intakes;

    if (daemon->safe_mode != NULL) {
        return STATUS_OK; /* files stay where they are */
    }
    for (size_t i = 0; i < config->n_spools; i++) {
        enum status status = STATUS_OK;

        if (!is_open(daemon, &config->spools[i])) {
            status = open_one(daemon, &config->spools[i], error);
        }
        if (status != STATUS_OK) {
            while (daemon->n_intakes > n_before) {
                close_one(daemon, daemon->n_intakes - 1);
            }
            return status;
        }
    }
    return STATUS_OK;
}

void
intake_close_others(struct daemon *daemon, const struct config *config)
{
    for (size_t i = daemon->n_intakes; i > 0; i--) {
        if (find_config(config, &daemon->intakes[i - 1]) == NULL) {
            if (pipeline_trouble(daemon->pipeline, ALARM_SPOOL,
                                 daemon->intakes[i - 1].name, NULL)) {
                turn_join(daemon->turn, NULL, NULL);
            }
            close_one(daemon, i - 1);
        }
    }
}

void
intake_stop(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->n_intakes; i++) {
        spool_stop(daemon->intakes[i].spool);
    }
}

void
intake_room(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->n_intakes; i++) {
        spool_room(daemon->intakes[i].spool);
    }
}

void
intake_close(struct daemon *daemon)
{
    while (daemon->n_intakes > 0) {
        close_one(daemon, daemon->n_intakes - 1);
    }
    free(daemon->intakes);
    daemon->intakes = NULL;
}
