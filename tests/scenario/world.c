/* SPDX-License-Identifier: EUPL-1.2 */
/* The world of a story: store, pipeline, clock. */
#include "world.h"

#include "base/memory.h"
#include "channel/driver.h"
#include "codec/event_json.h"
#include "text/local_time.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STEPS_MOST = 100000
};

static void
give_up(const char *what, const char *why)
{
    fprintf(stderr, "world: %s: %s\n", what, why);
    exit(2);
}

static uint64_t
draw(void *context)
{
    struct world *world = context;

    /* Knuth's MMIX generator: the same story draws the same numbers. */
    world->random =
        world->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return world->random;
}

static int64_t
read_mono(void *context)
{
    const struct world *world = context;

    return world->now_ms - world->ahead_ms;
}

static void
pass_on(void *context, const struct pipeline_news *news)
{
    struct world *world = context;

    if (world->news != NULL) {
        world->news(world, news);
    }
}

static char *
replaced(const char *text, const char *mark, const char *value)
{
    struct buffer out = { 0 };
    const char *at;

    while ((at = strstr(text, mark)) != NULL) {
        buffer_append(&out, text, (size_t)(at - text));
        buffer_add(&out, value);
        text = at + strlen(mark);
    }
    buffer_add(&out, text);
    return buffer_take(&out);
}

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        give_up(path, "cannot be written");
    }
}

static struct config *
load_config(const struct world *world, struct faults *faults)
{
    char *path = string_format("%s/budkavle.conf", world->folder);
    char *text = replaced(world->config_text, "@DIR@", world->folder);
    struct config *config = NULL;
    size_t n;
    const struct driver *const *drivers = drivers_all(&n);
    struct driver_options *options = memory_array(n, sizeof(*options));

    write_file(path, text);
    for (size_t i = 0; i < n; i++) {
        options[i] = (struct driver_options){
            drivers[i]->name,  drivers[i]->options,        drivers[i]->n_options,
            drivers[i]->check, drivers[i]->render != NULL, drivers[i]->no_effect
        };
    }
    config_load(path, options, n, &config, faults);
    free(options);
    free(path);
    free(text);
    return config;
}

static void
begin_life(struct world *world)
{
    char *path = string_format("%s/state/budkavle.db", world->folder);
    struct pipeline_ports ports = { .context = world,
                                    .transport = { world, world_tap },
                                    .random = draw,
                                    .mono_ms = read_mono,
                                    .news = pass_on };
    struct error error = { 0 };

    if (store_open(path, world->now_ms, &world->store, &error) != STATUS_OK ||
        pipeline_new(world->store, world->config, &ports, world->now_ms,
                     &world->pipeline, &error) != STATUS_OK) {
        give_up("a life cannot begin", error.text);
    }
    free(path);
    world_settle(world);
}

/* SCENARIO_FOLDER: a place of the caller's, with what an earlier world left there. It
 * is not removed at the end. */
static char *
make_folder(void)
{
    char template[] = "/tmp/budkavle-story.XXXXXX";
    const char *given = getenv("SCENARIO_FOLDER");

    if (given == NULL && mkdtemp(template) == NULL) {
        give_up(template, "cannot be made");
    }
    return string_copy(given != NULL ? given : template);
}

void
world_begin(struct world *world, const char *config_text, int64_t now_ms)
{
    struct faults faults = { 0 };
    struct buffer text = { 0 };
    char *state;

    memset(world, 0, sizeof(*world));
    world->folder = make_folder();
    world->config_text = string_copy(config_text);
    world->now_ms = now_ms;
    state = string_format("%s/state", world->folder);
    mkdir(state, 0700);
    free(state);
    world->config = load_config(world, &faults);
    if (world->config == NULL) {
        faults_format(&faults, &text);
        give_up("the configuration has faults", text.data);
    }
    local_zone_set(world->config->timezone, NULL);
    begin_life(world);
}

static void
end_life(struct world *world)
{
    store_close(world->store);
    world->store = NULL;
}

static void
remove_folder(const char *folder)
{
    static const char *const names[] = { "state/budkavle.db",
                                         "state/budkavle.db-wal",
                                         "state/budkavle.db-shm",
                                         "budkavle.conf",
                                         "list.txt",
                                         "state",
                                         "" };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        char *path = string_format("%s/%s", folder, names[i]);

        remove(path);
        free(path);
    }
}

void
world_end(struct world *world)
{
    pipeline_free(world->pipeline);
    end_life(world);
    config_free(world->config);
    for (size_t i = 0; i < world->n_tapped; i++) {
        free(world->tapped[i].channel);
        request_clear(&world->tapped[i].request);
    }
    free(world->tapped);
    for (size_t i = 0; i < world->n_habits; i++) {
        free(world->habits[i].channel);
        free(world->habits[i].answer);
    }
    free(world->habits);
    submit_results_clear(&world->results);
    faults_clear(&world->faults);
    if (getenv("SCENARIO_FOLDER") == NULL) {
        remove_folder(world->folder);
    }
    free(world->folder);
    free(world->config_text);
}

bool
world_reload(struct world *world, const char *config_text)
{
    char *old_text = world->config_text;
    struct faults faults = { 0 };
    struct error error = { 0 };
    struct config *config;

    world->config_text = string_copy(config_text);
    config = load_config(world, &faults);
    faults_clear(&faults);
    if (config == NULL || pipeline_configure(world->pipeline, config, world->now_ms,
                                             &error) != STATUS_OK) {
        config_free(config);
        free(world->config_text);
        world->config_text = old_text;
        return false;
    }
    config_free(world->config);
    world->config = config;
    free(old_text);
    world_settle(world);
    return true;
}

static bool
answer_by_habit(struct world *world)
{
    for (size_t i = 0; i < world->n_habits; i++) {
        const struct habit *habit = &world->habits[i];

        if (strcmp(habit->answer, "nothing") != 0 &&
            world_reply(world, habit->channel, habit->answer)) {
            return true;
        }
    }
    return false;
}

static void
limit_files(rlim_t max_bytes)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_FSIZE, &limit) == 0) {
        limit.rlim_cur = max_bytes;
        (void)setrlimit(RLIMIT_FSIZE, &limit);
    }
}

/* A disk that is full is one on which no file may be written to. */
static enum status
commit(struct world *world, struct error *error)
{
    enum status status;

    if (!world->disk_is_full) {
        return pipeline_commit(world->pipeline, world->now_ms, true, error);
    }
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(0);
    status = pipeline_commit(world->pipeline, world->now_ms, true, error);
    limit_files(RLIM_INFINITY);
    return status;
}

void
world_settle(struct world *world)
{
    for (int i = 0; i < STEPS_MOST; i++) {
        struct error error = { 0 };
        enum status status = commit(world, &error);
        bool answered;

        if (status == STATUS_FULL && world->disk_is_full) {
            return; /* it is tried again with the next step */
        }
        if (status != STATUS_OK) {
            give_up("a turn could not be committed", error.text);
        }
        answered = answer_by_habit(world);
        if (!answered &&
            pipeline_next_wake(world->pipeline, world->now_ms) > world->now_ms) {
            return;
        }
    }
    give_up("the world", "does not come to rest: something is due for ever");
}

void
world_advance(struct world *world, int64_t to_ms)
{
    for (int i = 0; i < STEPS_MOST; i++) {
        int64_t next = pipeline_next_wake(world->pipeline, world->now_ms);

        if (next > to_ms || world->disk_is_full) {
            world->now_ms = to_ms;
            world_settle(world);
            return;
        }
        world->now_ms = next > world->now_ms ? next : world->now_ms;
        world_settle(world);
    }
    give_up("the world", "wakes too often");
}

void
world_set_clock(struct world *world, int64_t step_ms)
{
    world->now_ms += step_ms;
    world->ahead_ms += step_ms;
    world_settle(world);
}

void
world_crash(struct world *world)
{
    for (size_t i = 0; i < world->n_tapped; i++) {
        world->tapped[i].answered = true; /* nobody hears the answer any more */
    }
    pipeline_free(world->pipeline);
    world->pipeline = NULL;
    end_life(world);
    begin_life(world);
}

enum status
world_submit(struct world *world, const char *source, const char *json)
{
    struct events events = { 0 };
    enum status status;

    submit_results_clear(&world->results);
    faults_clear(&world->faults);
    status = events_parse(json, strlen(json), source, world->now_ms, &events,
                          &world->faults);
    for (size_t i = 0; i < events.count; i++) {
        events.items[i].has_uid = world->has_uid;
        events.items[i].uid = world->uid;
    }
    if (status == STATUS_OK) {
        status = pipeline_take(world->pipeline, &events, world->now_ms, &world->results,
                               &world->faults);
    }
    events_clear(&events);
    world_settle(world);
    return status;
}
