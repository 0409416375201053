/* SPDX-License-Identifier: EUPL-1.2 */
/* The turns of a long run, and what must hold after each of them. */
#include "simulation.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IDLE_MOST = 2 /* turns in a row at one moment that may do nothing */
};

/* A Monday in November: 2026-11-23, 14:05 in Sweden. */
static const int64_t begin_ms = INT64_C(1795439100000);

void
simulation_failed(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

uint64_t
simulation_random(struct simulation *simulation, uint64_t below)
{
    simulation->random = simulation->random * UINT64_C(6364136223846793005) +
                         UINT64_C(1442695040888963407);
    return (simulation->random >> 33) % below;
}

int64_t
simulation_mono_ms(const struct simulation *simulation)
{
    return simulation->world.now_ms - simulation->world.ahead_ms - begin_ms;
}

void
simulation_begin(struct simulation *simulation, const char *config, uint64_t seed)
{
    memset(simulation, 0, sizeof(*simulation));
    world_begin(&simulation->world, config, begin_ms);
    simulation->random = seed;
    simulation->world.random = seed;
}

void
simulation_end(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->n_pending; i++) {
        free(simulation->pending[i].channel);
    }
    free(simulation->pending);
    free(simulation->departures);
    world_end(&simulation->world);
}

void
simulation_event(struct simulation *simulation, const char *severity)
{
    char *json = string_format("{\"incident\":\"N-%zu\",\"kind\":\"power\",\"status\":"
                               "\"confirmed\",\"customers\":100,\"severity\":\"%s\","
                               "\"next_word_at\":\"2099-01-01T00:00:00Z\","
                               "\"places\":[{\"name\":\"Lund\"}]}",
                               ++simulation->n_events, severity);
    struct buffer why = { 0 };

    if (world_submit(&simulation->world, "oms", json) != STATUS_OK) {
        faults_format(&simulation->world.faults, &why);
        simulation_failed("an event was refused: %s", why.data);
    }
    free(json);
}

int64_t
simulation_count(const struct simulation *simulation, const char *channel,
                 enum delivery_state state)
{
    struct channel_counts counts;

    store_outbound_counts(simulation->world.store, channel, &counts);
    return counts.states[state];
}

/* --- Peers ------------------------------------------------------------------------ */

static int64_t
answer_after_ms(struct simulation *simulation, enum mood mood)
{
    switch (mood) {
    case MOOD_DEAD:
        return 1;
    case MOOD_SILENT:
        return 30 * SECONDS_MS;
    case MOOD_WELL:
    case MOOD_FLAKY:
    case MOOD_BUSY:
    case MOOD_THROTTLED:
    case MOOD_COUNT:
        break;
    }
    return 5 + (int64_t)simulation_random(simulation, 200);
}

/* What left since the last look is noted, and its answer set. */
static size_t
take_departures(struct simulation *simulation)
{
    struct world *world = &simulation->world;
    size_t n = world->n_tapped;

    for (size_t i = 0; i < n; i++) {
        struct tapped *tapped = &world->tapped[i];
        enum mood mood = simulation->moods[(unsigned char)tapped->channel[0] % 128];
        int64_t now = simulation_mono_ms(simulation);

        simulation->pending =
            memory_resize(simulation->pending, simulation->n_pending + 1,
                          sizeof(*simulation->pending));
        simulation->pending[simulation->n_pending++] =
            (struct pending){ .channel = tapped->channel,
                              .id = tapped->request.id,
                              .mood = mood,
                              .answer_at_ms = now + answer_after_ms(simulation, mood) };
        if ((simulation->n_departures & (simulation->n_departures - 1)) == 0) {
            simulation->departures =
                memory_resize(simulation->departures, simulation->n_departures * 2 + 1,
                              sizeof(*simulation->departures));
        }
        simulation->departures[simulation->n_departures++] =
            (struct departure){ now, tapped->channel[0] };
        request_clear(&tapped->request);
    }
    world->n_tapped = 0;
    return n;
}

/* The status code that a peer of this mood answers. */
static int64_t
code_of(struct simulation *simulation, char channel, enum mood mood)
{
    static const int64_t flaky[] = { 204, 204, 204, 500, 503, 302, 422 };
    static const int64_t flaky_mail[] = { 250, 250, 250, 421 };

    switch (mood) {
    case MOOD_FLAKY:
        return channel == 'm'
                   ? flaky_mail[simulation_random(simulation, ARRAY_COUNT(flaky_mail))]
                   : flaky[simulation_random(simulation, ARRAY_COUNT(flaky))];
    case MOOD_BUSY:
        return channel == 'm' ? 421 : 503;
    case MOOD_THROTTLED:
        return channel == 'm' ? 421 : 429;
    case MOOD_WELL:
    case MOOD_DEAD:
    case MOOD_SILENT:
    case MOOD_COUNT:
        break;
    }
    return channel == 'm' ? 250 : channel == 'p' ? 200 : 204;
}

static void
fill_answer(struct simulation *simulation, const struct pending *pending,
            struct reply *reply)
{
    enum mood mood = pending->mood;

    if (mood == MOOD_FLAKY && simulation_random(simulation, 4) == 0) {
        mood = simulation_random(simulation, 2) == 0 ? MOOD_DEAD : MOOD_SILENT;
    }
    reply->id = pending->id;
    if (mood == MOOD_DEAD || mood == MOOD_SILENT) {
        reply->result = mood == MOOD_DEAD ? REPLY_NOT_SENT : REPLY_UNKNOWN;
        return;
    }
    reply->result = REPLY_ANSWERED;
    reply->code = code_of(simulation, pending->channel[0], mood);
    if (reply->code == 429) {
        strings_take(&reply->headers,
                     string_format("Retry-After: %d",
                                   1 + (int)simulation_random(simulation, 120)));
    }
}

static size_t
give_answers(struct simulation *simulation)
{
    int64_t now = simulation_mono_ms(simulation);
    size_t n = 0;

    for (size_t i = 0; i < simulation->n_pending;) {
        struct pending pending = simulation->pending[i];
        struct reply reply = { 0 };

        if (pending.answer_at_ms > now) {
            i++;
            continue;
        }
        fill_answer(simulation, &pending, &reply);
        pipeline_on_reply(simulation->world.pipeline, &reply);
        free(pending.channel);
        simulation->pending[i] = simulation->pending[--simulation->n_pending];
        n++;
    }
    return n;
}

static int64_t
next_answer_ms(const struct simulation *simulation)
{
    int64_t next = TIME_NEVER;

    for (size_t i = 0; i < simulation->n_pending; i++) {
        if (simulation->pending[i].answer_at_ms < next) {
            next = simulation->pending[i].answer_at_ms;
        }
    }
    return next;
}

/* --- Turns ------------------------------------------------------------------------ */

static size_t
turn(struct simulation *simulation)
{
    struct world *world = &simulation->world;
    struct error error = { 0 };

    simulation->n_turns++;
    if (pipeline_commit(world->pipeline, world->now_ms, true, &error) != STATUS_OK) {
        simulation_failed("a turn could not be committed: %s", error.text);
    }
    return take_departures(simulation);
}

/* Everything that is due now is done; what does nothing is not done again and again. */
static void
settle(struct simulation *simulation)
{
    struct world *world = &simulation->world;
    int idle = 0;

    do {
        size_t n = give_answers(simulation);

        n += turn(simulation);
        idle = n == 0 ? idle + 1 : 0;
        simulation->n_idle += n == 0;
        if (idle > IDLE_MOST) {
            simulation_failed("after %lld turns it wakes and wakes, and does nothing",
                              (long long)simulation->n_turns);
        }
    } while (pipeline_next_wake(world->pipeline, world->now_ms) <= world->now_ms);
}

/* Between now and the next wake nothing may be claimable: a turn in between is idle. */
static void
check_nothing_slept_over(struct simulation *simulation, int64_t next_ms)
{
    struct world *world = &simulation->world;
    int64_t now_ms = simulation_mono_ms(simulation);

    if (next_ms - now_ms < 2 || simulation_random(simulation, 4) != 0) {
        return;
    }
    world->now_ms +=
        1 + (int64_t)simulation_random(simulation, (uint64_t)(next_ms - now_ms - 1));
    if (turn(simulation) > 0) {
        simulation_failed("something left %lld ms before the next wake",
                          (long long)(next_ms - simulation_mono_ms(simulation)));
    }
}

void
simulation_run(struct simulation *simulation, int64_t until_ms)
{
    struct world *world = &simulation->world;

    settle(simulation);
    for (;;) {
        int64_t wake = pipeline_next_wake(world->pipeline, world->now_ms);
        int64_t next =
            wake == TIME_NEVER ? TIME_NEVER : wake - world->ahead_ms - begin_ms;
        int64_t answer = next_answer_ms(simulation);

        next = answer < next ? answer : next;
        if (next > until_ms) {
            break;
        }
        check_nothing_slept_over(simulation, next);
        if (next > simulation_mono_ms(simulation)) {
            world->now_ms = next + world->ahead_ms + begin_ms;
        }
        settle(simulation);
    }
    world->now_ms = until_ms + world->ahead_ms + begin_ms;
}
