/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Storm mode at the end of a turn. Everything that the turn made for a channel that gets
 * summaries was held; now it is decided at once, so that the largest incidents go first
 * whatever order they came in. What is urgent was never held.
 */
#include "pipeline_storm.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/driver.h"

#include <stdlib.h>

struct storm_rule
storm_rule_of(const struct config *config)
{
    const struct storm_config *storm = &config->storm;

    return (struct storm_rule){ .count = storm->messages.count,
                                .period_ms = storm->messages.period_ms,
                                .every_ms = storm->every_ms,
                                .quiet_ms = storm->quiet_ms,
                                .large = storm->large,
                                .least_incidents = storm->least_incidents };
}

static bool
catches_up(const struct channel *channel, const struct driver *driver)
{
    return (channel->backlog < 0 ? driver->backlog : (enum backlog)channel->backlog) ==
           BACKLOG_CATCH_UP;
}

bool
storm_is_for(const struct pipeline *pipeline, const char *name)
{
    const struct storm_config *storm = &pipeline->config->storm;
    const struct channel *channel =
        storm->is_on ? config_channel(pipeline->config, name) : NULL;
    const struct driver *driver = channel == NULL ? NULL : driver_find(channel->driver);

    if (driver == NULL || driver->compose == NULL) {
        return false;
    }
    return storm->channels.count > 0
               ? strings_has(&storm->channels, name)
               : channel->live && driver->read_by_people && catches_up(channel, driver);
}

/* --- A message is made ------------------------------------------------------------ */

/* That nothing is new is no news in a storm: the summary says so of all of them. */
static enum storm_class
class_of(const struct speech *speech, const struct incident *incident,
         enum notice notice, const char *channel)
{
    const struct pipeline *pipeline = speech->pipeline;
    const struct facts *facts = &incident->facts;

    if (facts->status == INCIDENT_PLANNED) {
        return STORM_PLANNED;
    }
    if (notice == NOTICE_LAPSED || !facts_has(facts, FIELD_CUSTOMERS_AFFECTED) ||
        facts->customers_affected < pipeline->config->storm.large) {
        return STORM_SMALL;
    }
    return (store_storm_named(pipeline->store, channel, incident->row) &
            STORM_OWN_WORD) != 0
               ? STORM_BEGUN
               : STORM_LARGE;
}

bool
pipeline_storm_holds(const struct speech *speech, const struct incident *incident,
                     const struct message *message, const char *channel)
{
    struct store *store = speech->pipeline->store;
    struct storm_wait wait = { .incident_row = incident->row,
                               .message_row = message->row,
                               .sequence = message->sequence };
    bool is_held = message->priority != PRIORITY_URGENT;

    if (!storm_is_for(speech->pipeline, channel)) {
        return false;
    }
    if (notice_takes_back(message->notice)) {
        return false; /* goes to those who heard it, and takes nobody's room */
    }
    wait.class = class_of(speech, incident, message->notice, channel);
    if (facts_has(&incident->facts, FIELD_CUSTOMERS_AFFECTED)) {
        wait.customers = incident->facts.customers_affected;
    }
    store_storm_wait(store, channel, &wait, is_held);
    if (is_held) {
        store_storm_demand(store, channel, speech->now_ms);
    }
    return is_held;
}

void
pipeline_storm_let_by(struct pipeline *pipeline, const struct message *message,
                      const char *channel)
{
    const struct storm_wait wait = { .incident_row = message->incident_row,
                                     .message_row = message->row,
                                     .sequence = message->sequence,
                                     .class = STORM_LARGE };

    if (storm_is_for(pipeline, channel)) {
        store_storm_wait_drop(pipeline->store, channel, message->incident_row, true);
        store_storm_wait(pipeline->store, channel, &wait, false);
    }
}

/* --- The end of the turn ---------------------------------------------------------- */

void
storm_word_note(struct pipeline *pipeline, const char *channel, int64_t message_row,
                int64_t incident_row, bool is_summary, int64_t now_ms)
{
    const struct storm_word_row word = { .message_row = message_row,
                                         .incident_row = incident_row,
                                         .is_summary = is_summary,
                                         .made_at_ms = now_ms };

    store_storm_word_add(pipeline->store, channel, &word);
}

int64_t
storm_room_now(struct pipeline *pipeline, const char *channel, int64_t next_ms,
               int64_t now_ms)
{
    struct storm_rule rule = storm_rule_of(pipeline->config);
    struct storm_word *words;
    size_t n = store_storm_words(pipeline->store, channel, now_ms - rule.period_ms,
                                 now_ms, &words);
    int64_t room = storm_room(&rule, words, n, next_ms, now_ms);

    free(words);
    return room;
}

static void
release(struct pipeline *pipeline, const char *channel, const struct storm_wait *wait,
        bool is_held, int64_t now_ms)
{
    store_storm_release(pipeline->store, channel, wait);
    store_storm_wait_drop(pipeline->store, channel, wait->incident_row, is_held);
    store_storm_name(pipeline->store, channel, wait->incident_row, STORM_OWN_WORD);
    storm_word_note(pipeline, channel, wait->message_row, wait->incident_row, false,
                    now_ms);
}

/* What is urgent goes whatever the rate says; what is held before it is said by it. */
static void
let_urgent_by(struct pipeline *pipeline, const char *channel, int64_t now_ms)
{
    struct storm_waits waits = { 0 };

    store_storm_waits(pipeline->store, channel, false, &waits);
    for (size_t i = 0; i < waits.count; i++) {
        release(pipeline, channel, &waits.items[i], false, now_ms);
    }
    store_storm_waits_clear(&waits);
}

static void
begin_storm(struct pipeline *pipeline, const char *channel,
            const struct storm_rule *rule, const struct storm_word *words, size_t n,
            int64_t now_ms)
{
    struct storm_row storm = { .channel = string_copy(channel),
                               .since_ms = now_ms,
                               .told_at_ms = TIME_NONE,
                               .last_ms = TIME_NONE };

    storm.next_ms = storm_first_summary(
        rule, words, n, store_storm_last_summary(pipeline->store, channel), now_ms);
    store_storm_save(pipeline->store, &storm);
    log_info("storm: more to say than the rate allows; one running summary from now "
             "on channel=%s",
             channel);
    storm_row_clear(&storm);
}

static struct storm_state
state_of(const struct pipeline *pipeline, const char *channel,
         const struct storm_row *storm)
{
    const struct driver *driver =
        driver_find(config_channel(pipeline->config, channel)->driver);

    return (struct storm_state){ .is_storm = storm->channel != NULL,
                                 .next_ms = storm->next_ms,
                                 .is_short = driver->length != NULL };
}

/* Room comes when a word leaves the span of the rate. */
static void
wake_for_room(struct pipeline *pipeline, const struct storm_rule *rule,
              const struct storm_word *words, size_t n, int64_t now_ms)
{
    for (size_t i = 0; i < n; i++) {
        int64_t at_ms = words[i].at_ms + rule->period_ms;

        if (at_ms > now_ms && at_ms < pipeline->storm_wait_ms) {
            pipeline->storm_wait_ms = at_ms;
        }
    }
}

static void
decide(struct pipeline *pipeline, const char *channel, int64_t now_ms)
{
    struct storm_rule rule = storm_rule_of(pipeline->config);
    struct storm_row storm = { 0 };
    struct storm_waits waits = { 0 };
    struct storm_decision decision;
    struct storm_state state;
    struct storm_word *words;
    size_t n;

    let_urgent_by(pipeline, channel, now_ms);
    store_storm_find(pipeline->store, channel, &storm);
    store_storm_waits(pipeline->store, channel, true, &waits);
    n = store_storm_words(pipeline->store, channel, now_ms - rule.period_ms, now_ms,
                          &words);
    state = state_of(pipeline, channel, &storm);
    decision = storm_decide(&rule, &state, words, n, waits.items, waits.count, now_ms);
    for (size_t i = 0; i < decision.n_go; i++) {
        release(pipeline, channel, &waits.items[i], true, now_ms);
    }
    if (decision.enters) {
        begin_storm(pipeline, channel, &rule, words, n, now_ms);
    }
    if (decision.enters || state.is_storm) {
        store_storm_waits_drop(pipeline->store, channel, STORM_SMALL);
    }
    if (decision.n_go < waits.count) {
        wake_for_room(pipeline, &rule, words, n, now_ms);
    }
    free(words);
    store_storm_waits_clear(&waits);
    storm_row_clear(&storm);
}

/* --- Summaries -------------------------------------------------------------------- */

/* A time that no rule makes was made while the clock was ahead. */
static bool
is_due(const struct pipeline *pipeline, int64_t next_ms, int64_t now_ms)
{
    return next_ms <= now_ms ||
           (next_ms != TIME_NEVER &&
            next_ms > now_ms + pipeline->config->storm.every_ms + STORM_GATHER_MS);
}

static void
say_summary_if_due(struct pipeline *pipeline, struct storm_row *storm, int64_t now_ms)
{
    struct storm_rule rule = storm_rule_of(pipeline->config);
    int64_t busy_ms;
    bool is_over;

    if (!is_due(pipeline, storm->next_ms, now_ms) ||
        !storm_is_for(pipeline, storm->channel)) {
        return;
    }
    busy_ms = store_storm_busy(pipeline->store, storm->channel, storm_busy_count(&rule),
                               now_ms);
    is_over = storm->incident_row != 0 && storm_is_over(&rule, busy_ms, now_ms);
    storm_say_summary(pipeline, storm, is_over, now_ms);
    store_storm_prune(pipeline->store, storm->channel,
                      now_ms - rule.period_ms - rule.quiet_ms - HOURS_MS);
}

static void
say_summaries(struct pipeline *pipeline, int64_t now_ms)
{
    struct storm_rows storms = { 0 };

    if (!is_due(pipeline, store_storm_next(pipeline->store), now_ms)) {
        return;
    }
    store_storms(pipeline->store, &storms);
    for (size_t i = 0; i < storms.count; i++) {
        say_summary_if_due(pipeline, &storms.items[i], now_ms);
    }
    storm_rows_clear(&storms);
}

static void
add_channel(void *context, const char *channel)
{
    strings_add(context, channel);
}

void
pipeline_storm_tell(struct pipeline *pipeline, int64_t now_ms)
{
    struct strings waiting = { 0 };

    pipeline->storm_wait_ms = TIME_NEVER;
    storm_settle_lists(pipeline, now_ms);
    if (pipeline->config->storm.is_on) {
        store_storm_waiting_channels(pipeline->store, add_channel, &waiting);
        for (size_t i = 0; i < waiting.count; i++) {
            if (storm_is_for(pipeline, waiting.items[i])) {
                decide(pipeline, waiting.items[i], now_ms);
            }
        }
        strings_clear(&waiting);
        say_summaries(pipeline, now_ms);
    }
    storm_sweep(pipeline, now_ms);
}

int64_t
pipeline_storm_wake(struct pipeline *pipeline, int64_t now_ms)
{
    int64_t next_ms;

    if (!pipeline->config->storm.is_on) {
        return TIME_NEVER;
    }
    next_ms = store_storm_next(pipeline->store);
    if (is_due(pipeline, next_ms, now_ms)) {
        return now_ms;
    }
    return next_ms < pipeline->storm_wait_ms ? next_ms : pipeline->storm_wait_ms;
}
