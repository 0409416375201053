/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The long runs. usage: simulate wakes|clock|dead_channel|throttled|ageing [SIZE]
 * Prints one line with what was counted.
 */
#include "simulation.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const severities[] = { "minor", "moderate", "severe", "extreme",
                                          "unknown" };

/* h: web hook, g: another one, m: mail, p: page. */
static const char config_all[] =
    "organisation = \"Nordan\"\n"
    "languages = { \"sv\", \"en\" }\n"
    "timezone = \"Europe/Stockholm\"\n"
    "state_dir = \"@DIR@/state\"\n"
    "socket { path = \"@DIR@/run.sock\" }\n"
    "spool \"oms\" { path = \"@DIR@/spool\" }\n"
    "channel \"hook\" { driver = \"webhook\" url = \"https://h.example/\""
    " concurrency = 5 rate = \"20/s\" }\n"
    "channel \"good\" { driver = \"webhook\" url = \"https://g.example/\""
    " concurrency = 10 }\n"
    "channel \"mail\" { driver = \"email\" relay = \"smtp://m.example:25\""
    " from = \"a@example.se\" to = { \"b@example.se\", \"c@example.se\" }"
    " rate = \"30/1min\" }\n"
    "route \"all\" { channels = { \"hook\", \"good\", \"mail\" } }\n";

/* The page is written anew as a whole at every word: for runs with few incidents. */
static const char config_page[] =
    "channel \"page\" { driver = \"page\" directory = \"@DIR@/page\" }\n"
    "route \"page\" { channels = { \"page\" } }\n";

static void
change_moods(struct simulation *simulation)
{
    static const char letters[] = "hgmp";

    for (size_t i = 0; i < strlen(letters); i++) {
        simulation->moods[(unsigned char)letters[i]] =
            (enum mood)simulation_random(simulation, MOOD_COUNT);
    }
}

static void
all_well(struct simulation *simulation)
{
    memset(simulation->moods, 0, sizeof(simulation->moods));
}

static void
expect_all_delivered(struct simulation *simulation)
{
    static const char *const channels[] = { "hook", "good", "mail", "page" };

    for (size_t i = 0; i < ARRAY_COUNT(channels); i++) {
        int64_t waiting =
            simulation_count(simulation, channels[i], DELIVERY_PENDING) +
            simulation_count(simulation, channels[i], DELIVERY_IN_FLIGHT) +
            simulation_count(simulation, channels[i], DELIVERY_UNKNOWN);

        if (waiting > 0) {
            simulation_failed("%lld deliveries still wait on %s", (long long)waiting,
                              channels[i]);
        }
    }
}

/* No span of the period saw more departures than the rate. */
static void
expect_rate(const struct simulation *simulation, char channel, int64_t count,
            int64_t period_ms)
{
    int64_t *times = memory_array(simulation->n_departures + 1, sizeof(*times));
    int64_t n = 0;

    for (size_t i = 0; i < simulation->n_departures; i++) {
        if (simulation->departures[i].channel == channel) {
            times[n++] = simulation->departures[i].at_ms;
            if (n > count && times[n - 1] - times[n - 1 - count] < period_ms) {
                simulation_failed("more than %lld in %lld ms left on %c",
                                  (long long)count, (long long)period_ms, channel);
            }
        }
    }
    free(times);
}

static void
begin_with_page(struct simulation *simulation, uint64_t seed)
{
    char *config = string_format("%s%s", config_all, config_page);

    simulation_begin(simulation, config, seed);
    free(config);
}

/* Moods change at random: the queue never sleeps past something it could send, never
 * wakes for nothing, keeps its rates, and everything arrives in the end. */
static void
run_wakes(int64_t size)
{
    struct simulation simulation;

    begin_with_page(&simulation, 20261123);
    for (int64_t i = 0; i < size; i++) {
        if (i % 5 == 0) {
            change_moods(&simulation);
        }
        for (uint64_t n = simulation_random(&simulation, 6); n > 0; n--) {
            simulation_event(&simulation,
                             severities[simulation_random(&simulation, 5)]);
        }
        simulation_run(&simulation,
                       simulation_mono_ms(&simulation) +
                           (int64_t)simulation_random(&simulation, 5 * MINUTES_MS));
    }
    all_well(&simulation);
    simulation_run(&simulation, simulation_mono_ms(&simulation) + 2 * HOURS_MS);
    expect_all_delivered(&simulation);
    expect_rate(&simulation, 'h', 20, 1000);
    expect_rate(&simulation, 'm', 30, MINUTES_MS);
    printf("wakes: %zu events, %zu requests, %lld turns, %lld of them for nothing\n",
           simulation.n_events, simulation.n_departures, (long long)simulation.n_turns,
           (long long)simulation.n_idle);
    simulation_end(&simulation);
}

static bool
check_wait(void *context, const struct outbound_row *row)
{
    const struct simulation *simulation = context;
    int64_t wait = row->due_at_ms - simulation->world.now_ms;

    if (row->state == DELIVERY_PENDING && wait > 15 * MINUTES_MS) {
        simulation_failed("delivery %lld on %s waits %lld s", (long long)row->row,
                          row->channel, (long long)(wait / 1000));
    }
    return true;
}

/* No mood with Retry-After, so the caps are those of D7. */
static void
change_moods_without_pauses(struct simulation *simulation)
{
    change_moods(simulation);
    for (size_t i = 0; i < ARRAY_COUNT(simulation->moods); i++) {
        if (simulation->moods[i] > MOOD_SILENT) {
            simulation->moods[i] = MOOD_DEAD;
        }
    }
}

/* Away from the right time, and back to it the next time; returns how far away. */
static int64_t
set_clock(struct simulation *simulation, int64_t ahead, bool forward)
{
    static const int64_t steps[] = { 3650 * DAYS_MS, HOURS_MS, 60 * DAYS_MS,
                                     40 * SECONDS_MS };
    int64_t step = steps[simulation_random(simulation, ARRAY_COUNT(steps))];

    if (ahead != 0) {
        step = -ahead;
    } else if (!forward) {
        step = -step;
    }
    simulation->world.now_ms += step;
    simulation->world.ahead_ms += step;
    return ahead + step;
}

/* The wall clock jumps about: nothing waits longer than its cap, nothing spins, and the
 * windows in memory do not notice. */
static void
run_clock(int64_t size)
{
    const struct outbound_filter waiting = { .state = DELIVERY_PENDING,
                                             .limit = 1000000 };
    struct simulation simulation;
    int64_t ahead = 0;

    begin_with_page(&simulation, 20261124);
    for (int64_t i = 0; i < size; i++) {
        change_moods_without_pauses(&simulation);
        for (int n = 0; n < 4; n++) {
            simulation_event(&simulation,
                             severities[simulation_random(&simulation, 5)]);
        }
        simulation_run(&simulation,
                       simulation_mono_ms(&simulation) +
                           (int64_t)simulation_random(&simulation, 10 * MINUTES_MS));
        ahead = set_clock(&simulation, ahead, i % 4 == 0);
        /* As when it is set after a turn, before the daemon goes to sleep. */
        if (pipeline_next_wake(simulation.world.pipeline, simulation.world.now_ms) >
            simulation.world.now_ms) {
            simulation_failed("a clock that was set is slept over");
        }
        simulation_run(&simulation, simulation_mono_ms(&simulation));
        store_outbound_list(simulation.world.store, &waiting, check_wait, &simulation);
    }
    all_well(&simulation);
    simulation_run(&simulation, simulation_mono_ms(&simulation) + HOURS_MS);
    expect_all_delivered(&simulation);
    expect_rate(&simulation, 'h', 20, 1000);
    printf(
        "clock: %lld jumps, %zu events, %zu requests, %lld turns, %lld for nothing\n",
        (long long)size, simulation.n_events, simulation.n_departures,
        (long long)simulation.n_turns, (long long)simulation.n_idle);
    simulation_end(&simulation);
}

/* How many requests left on the channel from that moment on. */
static int64_t
departed_since(const struct simulation *simulation, char channel, int64_t since_ms)
{
    int64_t n = 0;

    for (size_t i = 0; i < simulation->n_departures; i++) {
        n += simulation->departures[i].channel == channel &&
             simulation->departures[i].at_ms >= since_ms;
    }
    return n;
}

/* Most requests in any one second. */
static int64_t
busiest_second(const struct simulation *simulation, char channel, int64_t since_ms,
               int64_t until_ms)
{
    int64_t most = 0, n = 0;
    size_t first = 0;

    for (size_t i = 0; i < simulation->n_departures; i++) {
        const struct departure *one = &simulation->departures[i];

        if (one->channel != channel || one->at_ms < since_ms ||
            one->at_ms >= until_ms) {
            continue;
        }
        n++;
        for (; simulation->departures[first].at_ms <= one->at_ms - 1000; first++) {
            n -= simulation->departures[first].channel == channel &&
                 simulation->departures[first].at_ms >= since_ms;
        }
        most = n > most ? n : most;
    }
    return most;
}

/* One channel is dead for three days while its queue grows: it is asked by single probes,
 * the other channels do not notice, and when it is back no second exceeds its rate. */
static void
run_dead_channel(int64_t size)
{
    struct simulation simulation;
    int64_t dead_ms = 72 * HOURS_MS;
    int64_t asked, took, back;

    simulation_begin(&simulation, config_all, 20261125);
    simulation.moods['h'] = MOOD_DEAD;
    for (int64_t i = 0; i < size; i++) {
        simulation_event(&simulation, severities[i % 5]);
        simulation_run(&simulation, dead_ms * (i + 1) / size);
    }
    if (simulation_count(&simulation, "good", DELIVERY_DELIVERED) < size - 1) {
        simulation_failed("the healthy channel had to wait");
    }
    asked = departed_since(&simulation, 'h', 0);
    back = simulation_mono_ms(&simulation);
    all_well(&simulation);
    while (simulation_count(&simulation, "hook", DELIVERY_DELIVERED) < size &&
           simulation_mono_ms(&simulation) < back + size * 100 + HOURS_MS) {
        simulation_run(&simulation, simulation_mono_ms(&simulation) + 1000);
    }
    took = simulation_mono_ms(&simulation) - back;
    expect_rate(&simulation, 'h', 20, 1000);
    if (simulation_count(&simulation, "hook", DELIVERY_DELIVERED) != size) {
        simulation_failed(
            "%lld of %lld were delivered in %lld s",
            (long long)simulation_count(&simulation, "hook", DELIVERY_DELIVERED),
            (long long)size, (long long)(took / 1000));
    }
    /* A probe a minute, and what it took to open. */
    if (asked > dead_ms / MINUTES_MS + 100) {
        simulation_failed("%lld requests went to a dead channel", (long long)asked);
    }
    printf(
        "dead_channel: %lld messages, %lld probes in 72 h, then delivered in %lld s, "
        "at most %lld in a second, %lld in the first minute of it\n",
        (long long)size, (long long)asked, (long long)(took / 1000),
        (long long)busiest_second(&simulation, 'h', back, INT64_MAX),
        (long long)busiest_second(&simulation, 'h', back, back + 61000));
    simulation_end(&simulation);
}

/* A peer asks for pauses: one request each pause finds out, not one each message. */
static void
run_throttled(int64_t size)
{
    struct simulation simulation;
    int64_t asked;

    simulation_begin(&simulation, config_all, 20261126);
    simulation.moods['g'] = MOOD_THROTTLED;
    for (int64_t i = 0; i < size; i++) {
        simulation_event(&simulation, "minor");
    }
    simulation_run(&simulation, HOURS_MS);
    asked = departed_since(&simulation, 'g', 0);
    /* A pause is a minute on average, and the first requests left together. */
    if (asked > 10 + 120) {
        simulation_failed("%lld requests in an hour of pauses", (long long)asked);
    }
    all_well(&simulation);
    simulation_run(&simulation, 3 * HOURS_MS);
    expect_all_delivered(&simulation);
    printf("throttled: %lld messages wait, %lld requests in an hour of pauses\n",
           (long long)size, (long long)asked);
    simulation_end(&simulation);
}

/* Bulk waits behind a stream of normal messages that fills the rate: after a quarter of
 * an hour it gets its turns, and the normal ones keep theirs. */
static void
run_ageing(int64_t size)
{
    static const char config_slow[] =
        "organisation = \"Nordan\"\nlanguages = { \"sv\" }\n"
        "timezone = \"Europe/Stockholm\"\nstate_dir = \"@DIR@/state\"\n"
        "socket { path = \"@DIR@/run.sock\" }\nspool \"oms\" { path = \"@DIR@/spool\" }\n"
        "channel \"hook\" { driver = \"webhook\" url = \"https://h.example/\""
        " rate = \"10/1min\" }\n"
        "route \"all\" { channels = { \"hook\" } }\n";
    struct simulation simulation;
    struct outbound_row row = { 0 };
    int64_t bulk_early = 0, bulk = 0, normal = 0;

    simulation_begin(&simulation, config_slow, 20261127);
    for (int64_t i = 0; i < size; i++) {
        simulation_event(&simulation, "minor");
    }
    /* Ten a minute may leave, of which two are kept for urgent ones; eight come. */
    for (int64_t minute = 0; minute < 60; minute++) {
        for (int n = 0; n < 8; n++) {
            simulation_event(&simulation, "moderate");
        }
        simulation_run(&simulation, (minute + 1) * MINUTES_MS);
    }
    for (int64_t key = 1; store_outbound_get(simulation.world.store, key, &row);
         key++) {
        if (row.state == DELIVERY_DELIVERED) {
            bool is_bulk = row.priority == PRIORITY_BULK;
            bool is_early = row.concluded_at_ms - row.created_at_ms < 15 * MINUTES_MS;

            bulk += is_bulk;
            bulk_early += is_bulk && is_early;
            normal += !is_bulk;
        }
    }
    outbound_row_clear(&row);
    if (bulk - bulk_early < 100 || normal < 200) {
        simulation_failed("%lld aged bulk and %lld normal ones left in an hour",
                          (long long)(bulk - bulk_early), (long long)normal);
    }
    printf("ageing: of %lld bulk %lld left, %lld of them before a quarter of an hour; "
           "of 480 normal ones %lld\n",
           (long long)size, (long long)bulk, (long long)bulk_early, (long long)normal);
    simulation_end(&simulation);
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
    static const struct {
        const char *name;
        void (*run)(int64_t size);
        int64_t size;
    } runs[] = {
        { "wakes", run_wakes, 50 },
        { "clock", run_clock, 30 },
        { "dead_channel", run_dead_channel, 300 },
        { "throttled", run_throttled, 300 },
        { "ageing", run_ageing, 400 },
    };

    if (getenv("SCENARIO_LOG") == NULL) {
        log_set_sink(no_log, NULL);
    }
    for (size_t i = 0; argc > 1 && i < ARRAY_COUNT(runs); i++) {
        if (strcmp(argv[1], runs[i].name) == 0) {
            runs[i].run(argc > 2 ? strtoll(argv[2], NULL, 10) : runs[i].size);
            return 0;
        }
    }
    fprintf(stderr,
            "usage: simulate wakes|clock|dead_channel|throttled|ageing [SIZE]\n");
    return 2;
}
