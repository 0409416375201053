/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Replays recorded events through the real pipeline at their own pace, days in seconds,
 * and tells what left: one JSON object a line for each delivery to people, with what the
 * rules of plain language find in its texts. Every peer answers well and at once.
 *
 * usage: replay CONFIGURATION [HOURS] < EVENTS.ndjson > DELIVERIES.ndjson
 * The events stand in the order of their `at`. The last line counts what became of all.
 */
#include "replay.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/driver.h"
#include "codec/event_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BATCH_MOST = 500,    /* events that come in one file */
    TURNS_MOST = 100000, /* at one moment */
    REST_HOURS = 3       /* that are watched after the last event */
};

static void
give_up(const char *what, const char *why)
{
    fprintf(stderr, "replay: %s: %s\n", what, why);
    exit(1);
}

static const struct driver *
driver_of(const struct world *world, const char *channel)
{
    const struct channel *found = config_channel(world->config, channel);

    return found == NULL ? NULL : driver_find(found->driver);
}

static bool
is_for_people(const struct world *world, const char *channel)
{
    const struct driver *driver = driver_of(world, channel);

    return driver != NULL && driver->read_by_people;
}

/* --- Turns ------------------------------------------------------------------------ */

static int64_t
clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
turn(struct replay *replay)
{
    int64_t begin_us = clock_us();
    struct error error = { 0 };

    if (pipeline_commit(replay->world.pipeline, replay->world.now_ms, true, &error) !=
        STATUS_OK) {
        give_up("a turn could not be committed", error.text);
    }
    replay->n_turns++;
    if (clock_us() - begin_us > replay->longest_turn_us) {
        replay->longest_turn_us = clock_us() - begin_us;
    }
}

/* What a peer that is well says. */
static void
answer(struct replay *replay, const struct tapped *tapped)
{
    struct reply reply = { .id = tapped->request.id, .result = REPLY_ANSWERED };
    bool is_bare = !is_for_people(&replay->world, tapped->channel);

    switch (tapped->request.sender) {
    case SENDER_SMTP:
        reply.code = 250;
        break;
    case SENDER_FILES:
    case SENDER_MQTT:
        reply.code = 200;
        break;
    case SENDER_EXEC: /* a program that ended well */
        break;
    case SENDER_HTTP:
    case SENDER_KIND_COUNT:
        reply.code = is_bare ? 204 : 200;
        break;
    }
    if (reply.code == 200) {
        buffer_addf(&reply.body, "{\"id\":\"%" PRIu64 "\",\"status\":\"created\"}",
                    tapped->request.id);
    }
    pipeline_on_reply(replay->world.pipeline, &reply);
}

/* Machines are answered together; a delivery to people has a turn of its own, so that
 * what is told next is about it. */
static void
answer_all(struct replay *replay)
{
    struct world *world = &replay->world;
    struct tapped *left = world->tapped;
    size_t n = world->n_tapped;

    world->tapped = NULL;
    world->n_tapped = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_for_people(world, left[i].channel)) {
            answer(replay, &left[i]);
            replay->n_machine++;
        }
    }
    turn(replay);
    for (size_t i = 0; i < n; i++) {
        if (is_for_people(world, left[i].channel)) {
            answer(replay, &left[i]);
            replay->answered = left[i];
            turn(replay);
            memset(&replay->answered, 0, sizeof(replay->answered));
        }
        free(left[i].channel);
        request_clear(&left[i].request);
    }
    free(left);
}

static void
settle(struct replay *replay)
{
    struct world *world = &replay->world;

    for (int i = 0; i < TURNS_MOST; i++) {
        turn(replay);
        if (world->n_tapped > 0) {
            answer_all(replay);
        } else if (pipeline_next_wake(world->pipeline, world->now_ms) > world->now_ms) {
            return;
        }
    }
    give_up("the pipeline", "does not come to rest: something is due for ever");
}

static void
advance(struct replay *replay, int64_t to_ms)
{
    struct world *world = &replay->world;

    for (;;) {
        int64_t next = pipeline_next_wake(world->pipeline, world->now_ms);

        if (next > to_ms) {
            break;
        }
        world->now_ms = next > world->now_ms ? next : world->now_ms;
        settle(replay);
    }
    world->now_ms = to_ms > world->now_ms ? to_ms : world->now_ms;
}

static void
take(struct replay *replay, const struct buffer *lines)
{
    struct world *world = &replay->world;
    struct events events = { 0 };
    struct submit_results results = { 0 };
    struct faults faults = { 0 };
    struct buffer why = { 0 };

    if (events_parse(lines->data, lines->len, "oms", world->now_ms, &events, &faults) !=
            STATUS_OK ||
        pipeline_take(world->pipeline, &events, world->now_ms, &results, &faults) !=
            STATUS_OK) {
        faults_format(&faults, &why);
        give_up("events were refused", why.data);
    }
    replay->n_events += (int64_t)events.count;
    submit_results_clear(&results);
    events_clear(&events);
    settle(replay);
}

/* --- The recording ---------------------------------------------------------------- */

/* When the sender knew what stands in the line. */
static int64_t
at_of(const char *line)
{
    json_t *event = json_loads(line, 0, NULL);
    const char *at = json_string_value(json_object_get(event, "at"));
    int64_t at_ms = TIME_NONE;

    if (at == NULL || !timestamp_parse(at, &at_ms)) {
        give_up("an event without a time", line);
    }
    json_decref(event);
    return at_ms;
}

/* Plays the recording for so many hours of it; what is known at one time comes in
 * files. */
static void
play(struct replay *replay, int64_t hours)
{
    struct buffer batch = { 0 };
    int64_t begin_ms = TIME_NONE, batch_ms = TIME_NONE;
    size_t n = 0;
    char *line = NULL;
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0) {
        int64_t at_ms = at_of(line);

        begin_ms = begin_ms == TIME_NONE ? at_ms : begin_ms;
        if (at_ms >= begin_ms + hours * HOURS_MS) {
            break;
        }
        if (n > 0 && (at_ms != batch_ms || n == BATCH_MOST)) {
            take(replay, &batch);
            buffer_reset(&batch);
            n = 0;
        }
        if (at_ms != batch_ms) {
            advance(replay, at_ms);
            batch_ms = at_ms;
        }
        buffer_add(&batch, line);
        n++;
    }
    if (n > 0) {
        take(replay, &batch);
    }
    advance(replay, replay->world.now_ms + REST_HOURS * HOURS_MS);
    replay->played_until_ms = batch_ms;
    free(line);
    buffer_clear(&batch);
}

static char *
read_whole(const char *path)
{
    FILE *file = fopen(path, "re");
    struct buffer text = { 0 };
    char piece[4096];
    size_t n;

    if (file == NULL) {
        give_up(path, "cannot be read");
    }
    while ((n = fread(piece, 1, sizeof(piece), file)) > 0) {
        buffer_append(&text, piece, n);
    }
    fclose(file);
    return buffer_take(&text);
}

static void
no_log(void *context, enum log_level level, enum log_kind kind, const char *message,
       const struct log_field *fields, size_t n_fields)
{
    (void)context;
    (void)level;
    (void)kind;
    (void)message;
    (void)fields;
    (void)n_fields;
}

int
main(int argc, char **argv)
{
    /* Before the recording: 2021-01-26, 08:57 UTC. */
    static const int64_t begin_ms = INT64_C(1611651000000);
    struct replay replay = { 0 };
    struct error error = { 0 };
    char *config;

    if (argc < 2) {
        fprintf(stderr, "usage: replay CONFIGURATION [HOURS] < EVENTS > DELIVERIES\n");
        return 2;
    }
    if (getenv("SCENARIO_LOG") == NULL) {
        log_set_sink(no_log, NULL);
    }
    config = read_whole(argv[1]);
    world_begin(&replay.world, config, begin_ms);
    free(config);
    replay.world.news = replay_on_news;
    replay.catalogues =
        memory_array(replay.world.config->languages.count, sizeof(*replay.catalogues));
    for (size_t i = 0; i < replay.world.config->languages.count; i++) {
        if (catalogue_builtin(replay.world.config->languages.items[i],
                              &replay.catalogues[i], &error) != STATUS_OK) {
            give_up("a language", error.text);
        }
    }
    play(&replay, argc > 2 ? strtoll(argv[2], NULL, 10) : 24 * 365);
    replay_write_counts(&replay);
    for (size_t i = 0; i < replay.world.config->languages.count; i++) {
        catalogue_free(replay.catalogues[i]);
    }
    free(replay.catalogues);
    world_end(&replay.world);
    return 0;
}
