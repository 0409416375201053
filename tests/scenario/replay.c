/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A real storm replayed at its own pace, on the real pipeline with a clock of its own.
 * usage: replay plain|storm [FILE] < EVENTS, one JSON event a line, oldest first.
 *
 * Counts what leaves on each channel, in the worst hour too, and how soon every incident
 * of 500 customers or more is named on the channels that people read, in a notice of its
 * own or in a summary; fails where storm mode does not keep what it promises. With FILE
 * each departure is a line there: seconds, channel, type, notice, incident.
 */
#include "world.h"

#include "base/log.h"
#include "base/memory.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LARGE = 500,
    MOST_PER_HOUR = 12,
    NAMED_WITHIN_MS = 10 * 60 * 1000
};

/* The two that people read; one of them as JSON, so that it can be looked into. */
static const char config_plain[] =
    "organisation = \"Nordan\"\nlanguages = { \"sv\", \"en\" }\n"
    "timezone = \"America/Los_Angeles\"\nstate_dir = \"@DIR@/state\"\n"
    "socket { path = \"@DIR@/run.sock\" }\nspool \"oms\" { path = \"@DIR@/spool\" }\n"
    "channel \"public\" { driver = \"webhook\" url = \"https://p.example/\""
    " backlog = \"catch_up\" concurrency = 5 }\n"
    "channel \"mail\" { driver = \"email\" relay = \"smtp://m.example:25\""
    " from = \"a@example.se\" to = { \"b@example.se\" } }\n"
    "channel \"bus\" { driver = \"webhook\" url = \"https://b.example/\""
    " concurrency = 20 }\n"
    "route \"all\" { channels = { \"public\", \"mail\", \"bus\" } }\n";
static const char config_storm[] = "storm { channels = { \"public\", \"mail\" } }\n";

struct large {
    char *number, *place;
    int64_t since_ms, named_ms; /* TIME_NONE: not named */
};

struct channel_log {
    const char *name;
    int64_t *times;
    size_t n;
};

struct replay {
    struct world world;
    struct large *large;
    size_t n_large;
    struct channel_log logs[3];
    FILE *file;
    int64_t n_turns;
};

/* --- What leaves ------------------------------------------------------------------ */

static void
name(struct large *large, int64_t now_ms)
{
    if (large->named_ms == TIME_NONE) {
        large->named_ms = now_ms;
    }
}

static void
note_names(struct replay *replay, const json_t *data)
{
    const char *number = json_string_value(
        json_object_get(json_object_get(data, "incident"), "incident"));
    const json_t *places = json_object_get(json_object_get(data, "summary"), "places");
    const json_t *place;
    size_t j;

    for (size_t i = 0; i < replay->n_large; i++) {
        if (number != NULL && strcmp(replay->large[i].number, number) == 0) {
            name(&replay->large[i], replay->world.now_ms);
        }
    }
    json_array_foreach(places, j, place)
    {
        const char *text = json_string_value(json_object_get(place, "name"));

        for (size_t i = 0; i < replay->n_large; i++) {
            if (strcmp(replay->large[i].place, text == NULL ? "" : text) == 0) {
                name(&replay->large[i], replay->world.now_ms);
            }
        }
    }
}

static void
note_departure(struct replay *replay, const struct tapped *tapped)
{
    json_t *body =
        json_loadb(tapped->request.body.data, tapped->request.body.len, 0, NULL);
    const json_t *data = json_object_get(body, "data");

    for (size_t i = 0; i < ARRAY_COUNT(replay->logs); i++) {
        struct channel_log *log = &replay->logs[i];

        if (strcmp(log->name, tapped->channel) == 0) {
            log->times = memory_resize(log->times, log->n + 1, sizeof(*log->times));
            log->times[log->n++] = replay->world.now_ms;
        }
    }
    if (strcmp(tapped->channel, "public") == 0) {
        note_names(replay, data);
    }
    if (replay->file != NULL) {
        const char *type = json_string_value(json_object_get(body, "type"));
        const char *notice = json_string_value(json_object_get(data, "notice"));
        const char *text = json_string_value(json_object_get(
            json_object_get(json_object_get(data, "texts"), "sv"), "short"));

        fprintf(replay->file, "%lld %s %s %s %s\n",
                (long long)(replay->world.now_ms / 1000), tapped->channel,
                type == NULL ? "-" : type, notice == NULL ? "-" : notice,
                text == NULL ? "-" : text);
    }
    json_decref(body);
}

static size_t
answer_all(struct replay *replay)
{
    struct world *world = &replay->world;
    size_t n = world->n_tapped;

    for (size_t i = 0; i < n; i++) {
        struct tapped *tapped = &world->tapped[i];
        struct reply reply = { .id = tapped->request.id, .result = REPLY_ANSWERED };

        reply.code = strcmp(tapped->channel, "mail") == 0 ? 250 : 204;
        note_departure(replay, tapped);
        pipeline_on_reply(world->pipeline, &reply);
        free(tapped->channel);
        request_clear(&tapped->request);
    }
    world->n_tapped = 0;
    return n;
}

static void
settle(struct replay *replay)
{
    struct world *world = &replay->world;
    struct error error = { 0 };

    do {
        replay->n_turns++;
        if (pipeline_commit(world->pipeline, world->now_ms, true, &error) !=
            STATUS_OK) {
            fprintf(stderr, "replay: %s\n", error.text);
            exit(1);
        }
    } while (answer_all(replay) > 0 ||
             pipeline_next_wake(world->pipeline, world->now_ms) <= world->now_ms);
}

static void
run_until(struct replay *replay, int64_t to_ms)
{
    struct world *world = &replay->world;
    int64_t next = pipeline_next_wake(world->pipeline, world->now_ms);

    while (next <= to_ms) {
        world->now_ms = next > world->now_ms ? next : world->now_ms;
        settle(replay);
        next = pipeline_next_wake(world->pipeline, world->now_ms);
    }
    world->now_ms = to_ms;
}

/* --- What comes in ---------------------------------------------------------------- */

static void
note_large(struct replay *replay, const json_t *event)
{
    const char *number = json_string_value(json_object_get(event, "incident"));
    const json_t *place = json_array_get(json_object_get(event, "places"), 0);
    const char *text = json_string_value(json_object_get(place, "name"));
    int64_t customers =
        json_integer_value(json_object_get(event, "customers_affected"));

    if (customers < LARGE) {
        return;
    }
    for (size_t i = 0; i < replay->n_large; i++) {
        if (strcmp(replay->large[i].number, number) == 0) {
            return;
        }
    }
    replay->large =
        memory_resize(replay->large, replay->n_large + 1, sizeof(*replay->large));
    replay->large[replay->n_large++] =
        (struct large){ .number = string_copy(number),
                        .place = string_copy(text == NULL ? "" : text),
                        .since_ms = replay->world.now_ms,
                        .named_ms = TIME_NONE };
}

static void
submit(struct replay *replay, struct buffer *batch)
{
    if (batch->len == 0) {
        return;
    }
    if (world_submit(&replay->world, "oms", batch->data) != STATUS_OK) {
        struct buffer why = { 0 };

        faults_format(&replay->world.faults, &why);
        fprintf(stderr, "replay: an event was refused: %s\n", why.data);
        exit(1);
    }
    answer_all(replay);
    settle(replay);
    buffer_reset(batch);
}

static int64_t
time_of(const json_t *event)
{
    int64_t at_ms = 0;

    timestamp_parse(json_string_value(json_object_get(event, "at")), &at_ms);
    return at_ms;
}

static int64_t
unfinished(const struct replay *replay)
{
    int64_t n = 0;

    for (size_t i = 0; i < ARRAY_COUNT(replay->logs); i++) {
        struct channel_counts counts;

        store_outbound_counts(replay->world.store, replay->logs[i].name, &counts);
        for (int state = 0; state <= DELIVERY_PARKED; state++) {
            n += counts.states[state];
        }
    }
    return n;
}

/* With a summary everything that was held is dealt with: nothing is missing then. */
static void
run_to_summary(struct replay *replay)
{
    for (int i = 0; i < 60 && unfinished(replay) > 0; i++) {
        run_until(replay, replay->world.now_ms + MINUTES_MS);
    }
}

static void
play(struct replay *replay)
{
    struct buffer batch = { 0 };
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        json_t *event = json_loads(line, 0, NULL);
        int64_t at_ms = time_of(event);

        if (at_ms > replay->world.now_ms) {
            submit(replay, &batch);
            run_until(replay, at_ms);
        }
        note_large(replay, event);
        buffer_add(&batch, line);
        json_decref(event);
    }
    submit(replay, &batch);
    run_until(replay, replay->world.now_ms + 2 * HOURS_MS);
    run_to_summary(replay);
    buffer_clear(&batch);
    free(line);
}

/* --- What is counted -------------------------------------------------------------- */

static int64_t
worst_hour(const struct channel_log *log)
{
    size_t first = 0;
    int64_t most = 0;

    for (size_t i = 0; i < log->n; i++) {
        while (log->times[i] - log->times[first] >= HOURS_MS) {
            first++;
        }
        most = (int64_t)(i - first + 1) > most ? (int64_t)(i - first + 1) : most;
    }
    return most;
}

static bool
report_names(const struct replay *replay)
{
    int64_t n_late = 0, n_never = 0, latest = 0;

    for (size_t i = 0; i < replay->n_large; i++) {
        const struct large *large = &replay->large[i];
        int64_t wait_ms = large->named_ms - large->since_ms;

        if (large->named_ms == TIME_NONE) {
            n_never++;
        } else {
            n_late += wait_ms > NAMED_WITHIN_MS;
            latest = wait_ms > latest ? wait_ms : latest;
        }
    }
    printf("large incidents: %zu, not named: %lld, named after more than 10 min: %lld, "
           "longest wait %lld s\n",
           replay->n_large, (long long)n_never, (long long)n_late,
           (long long)(latest / 1000));
    return n_late == 0 && n_never == 0;
}

static bool
report(const struct replay *replay, bool is_storm)
{
    static const enum delivery_state states[] = {
        DELIVERY_HELD,    DELIVERY_PENDING,   DELIVERY_IN_FLIGHT, DELIVERY_DELIVERED,
        DELIVERY_COVERED, DELIVERY_CANCELLED, DELIVERY_PARKED,    DELIVERY_UNDELIVERABLE
    };
    bool is_right = true;

    for (size_t i = 0; i < ARRAY_COUNT(replay->logs); i++) {
        const struct channel_log *log = &replay->logs[i];
        struct channel_counts counts;
        int64_t worst = worst_hour(log);

        store_outbound_counts(replay->world.store, log->name, &counts);
        printf("%s: %zu messages, at most %lld in an hour;", log->name, log->n,
               (long long)worst);
        for (size_t j = 0; j < ARRAY_COUNT(states); j++) {
            printf(" %s %lld", name_of(&delivery_state_names, (int)states[j]),
                   (long long)counts.states[states[j]]);
        }
        printf("\n");
        if (is_storm && strcmp(log->name, "bus") != 0) {
            is_right = is_right && worst <= MOST_PER_HOUR;
        }
    }
    printf("unfinished at the end: %lld\n", (long long)unfinished(replay));
    return (report_names(replay) || !is_storm) && is_right && unfinished(replay) == 0;
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
    struct replay replay = {
        .logs = { { "public", NULL, 0 }, { "mail", NULL, 0 }, { "bus", NULL, 0 } }
    };
    bool is_storm = argc > 1 && strcmp(argv[1], "storm") == 0;
    char *config = string_format("%s%s", config_plain, is_storm ? config_storm : "");
    clock_t start = clock();
    bool is_right;

    if (getenv("SCENARIO_LOG") == NULL) {
        log_set_sink(no_log, NULL);
    }
    if (argc > 2) {
        replay.file = fopen(argv[2], "we");
    }
    /* An hour before the first event of the recorded storm. */
    world_begin(&replay.world, config, INT64_C(1611640800000));
    play(&replay);
    is_right = report(&replay, is_storm);
    printf("%lld turns, %.1f s of processor time\n", (long long)replay.n_turns,
           (double)(clock() - start) / CLOCKS_PER_SEC);
    for (size_t i = 0; i < replay.n_large; i++) {
        free(replay.large[i].number);
        free(replay.large[i].place);
    }
    for (size_t i = 0; i < ARRAY_COUNT(replay.logs); i++) {
        free(replay.logs[i].times);
    }
    free(replay.large);
    free(config);
    if (replay.file != NULL) {
        fclose(replay.file);
    }
    world_end(&replay.world);
    return is_right ? 0 : 1;
}
