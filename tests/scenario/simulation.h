/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Long runs of the real pipeline against peers with moods: days pass in seconds, replies
 * take their time, and after every turn the promises of the queue are checked.
 */
#ifndef BUDKAVLE_SCENARIO_SIMULATION_H
#define BUDKAVLE_SCENARIO_SIMULATION_H

#include "world.h"

/* How a peer answers. */
enum mood {
    MOOD_WELL,      /* 204 or 250, soon */
    MOOD_DEAD,      /* nobody listens */
    MOOD_SILENT,    /* takes the request and says nothing until the time-out */
    MOOD_FLAKY,     /* now this, now that */
    MOOD_BUSY,      /* 503 without a word about when */
    MOOD_THROTTLED, /* 429 with Retry-After */
    MOOD_COUNT
};

/* A request under way, and when its answer comes. */
struct pending {
    char *channel;
    uint64_t id;
    int64_t answer_at_ms; /* monotonic */
    enum mood mood;
};

/* One request that left. */
struct departure {
    int64_t at_ms; /* monotonic */
    char channel;  /* the first letter of its name */
};

struct simulation {
    struct world world;
    uint64_t random;
    enum mood moods[128]; /* by the first letter of the channel's name */
    struct pending *pending;
    size_t n_pending;
    struct departure *departures;
    size_t n_departures;
    int64_t n_turns, n_idle; /* turns; those that did nothing */
    size_t n_events;
};

/* Ends the program with a sentence. */
void simulation_failed(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));
uint64_t simulation_random(struct simulation *simulation, uint64_t below);
int64_t simulation_mono_ms(const struct simulation *simulation);

void simulation_begin(struct simulation *simulation, const char *config, uint64_t seed);
void simulation_end(struct simulation *simulation);
/* A confirmed outage with a number of its own and this severity. */
void simulation_event(struct simulation *simulation, const char *severity);
/* Runs turns, as the daemon's loop does, until the monotonic time; checks each. */
void simulation_run(struct simulation *simulation, int64_t until_ms);
/* Deliveries of the channel in this state. */
int64_t simulation_count(const struct simulation *simulation, const char *channel,
                         enum delivery_state state);

#endif
