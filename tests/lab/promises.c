/* SPDX-License-Identifier: EUPL-1.2 */
/* Noting what is acknowledged, and holding a later life to it. */
#include "promises.h"

#include "base/memory.h"
#include "channel/driver.h"
#include "database_state.h"
#include "store/incidents.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status __real_pipeline_take(struct pipeline *pipeline, struct events *events,
                                 int64_t now_ms, struct submit_results *results,
                                 struct faults *faults);
enum status __wrap_pipeline_take(struct pipeline *pipeline, struct events *events,
                                 int64_t now_ms, struct submit_results *results,
                                 struct faults *faults);
enum status __real_pipeline_commit(struct pipeline *pipeline, int64_t now_ms,
                                   bool claiming, struct error *error);
enum status __wrap_pipeline_commit(struct pipeline *pipeline, int64_t now_ms,
                                   bool claiming, struct error *error);

/* Beyond every story's own time. */
static const int64_t later_ms = INT64_C(1795439100000) + INT64_C(14) * 24 * 3600 * 1000;
static const int64_t patience_ms = INT64_C(2) * 24 * 3600 * 1000;

static struct promises *noted;

void
promises_note_in(struct promises *promises)
{
    noted = promises;
}

static void
note(const char *source, const char *event_id)
{
    int len = snprintf(noted->text + noted->len, PROMISES_SIZE - noted->len, "%s\t%s\n",
                       source, event_id);

    if (len < 0 || noted->len + (size_t)len >= PROMISES_SIZE) {
        fprintf(stderr, "promises: a story is longer than was thought\n");
        _Exit(3);
    }
    noted->len += (size_t)len;
}

enum status
__wrap_pipeline_take(struct pipeline *pipeline, struct events *events, int64_t now_ms,
                     struct submit_results *results, struct faults *faults)
{
    size_t before = results->count;
    char source[64] = "";
    enum status status;

    if (events->count > 0) {
        (void)snprintf(source, sizeof(source), "%s", events->items[0].source);
    }
    status = __real_pipeline_take(pipeline, events, now_ms, results, faults);
    for (size_t i = before; noted != NULL && status == STATUS_OK && i < results->count;
         i++) {
        note(source, results->items[i].event_id);
    }
    return status;
}

enum status
__wrap_pipeline_commit(struct pipeline *pipeline, int64_t now_ms, bool claiming,
                       struct error *error)
{
    enum status status = __real_pipeline_commit(pipeline, now_ms, claiming, error);

    if (noted != NULL && status == STATUS_OK) {
        noted->kept = noted->len;
    } else if (noted != NULL) {
        noted->len = noted->kept;
    }
    return status;
}

/* --- Afterwards ------------------------------------------------------------------- */

static size_t
count_lost(struct store *store, const struct promises *promises)
{
    char *text = string_copy_n(promises->text, promises->kept);
    size_t lost = 0;
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct event_known known;
        char *event_id = strchr(line, '\t');

        *event_id++ = '\0';
        if (!store_event_find(store, line, event_id, &known)) {
            fprintf(stderr, "acknowledged, and not in the store: %s of %s\n", event_id,
                    line);
            lost++;
        }
    }
    free(text);
    return lost;
}

static void
answer_everything(struct world *world)
{
    for (size_t i = 0; i < world->config->n_channels; i++) {
        const struct driver *driver = driver_find(world->config->channels[i].driver);
        const char *name = world->config->channels[i].name;
        struct error error = { 0 };

        world_habit(world, name, driver->sender == SENDER_SMTP ? "250" : "204");
        (void)pipeline_pause(world->pipeline, name, false, 0, later_ms, &error);
    }
    world_advance(world, later_ms + patience_ms);
}

static bool
all_delivered(struct world *world)
{
    for (size_t i = 0; i < world->config->n_channels; i++) {
        struct channel_counts counts;
        const char *name = world->config->channels[i].name;

        store_outbound_counts(world->store, name, &counts);
        if (counts.states[DELIVERY_PENDING] + counts.states[DELIVERY_IN_FLIGHT] +
                counts.states[DELIVERY_UNKNOWN] >
            0) {
            fprintf(stderr, "not delivered in the end: %s has %lld pending\n", name,
                    (long long)counts.states[DELIVERY_PENDING]);
            return false;
        }
    }
    return true;
}

bool
promises_are_kept(const struct promises *promises, const char *config_text)
{
    char *path = string_format("%s/state/budkavle.db", getenv("SCENARIO_FOLDER"));
    char why[600];
    struct world world;
    uint64_t digest;
    bool good;

    world_begin(&world, config_text, later_ms);
    good = count_lost(world.store, promises) == 0;
    answer_everything(&world);
    good = all_delivered(&world) && good;
    world_end(&world);
    if (!database_is_whole(path, &digest, why, sizeof(why))) {
        fprintf(stderr, "%s\n", why);
        good = false;
    }
    free(path);
    return good;
}
