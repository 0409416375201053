/* SPDX-License-Identifier: EUPL-1.2 */
/* When a message may go to a channel: each rule that makes it wait has its say here. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "policy/rest.h"
#include "store/told.h"

bool
pipeline_has_heard(struct pipeline *pipeline, int64_t incident_row, const char *channel)
{
    int64_t keys[64] = { incident_row };
    size_t n = 1;

    for (size_t i = 0; i < n; i++) {
        if (store_told_may_have(pipeline->store, keys[i], channel)) {
            return true;
        }
        n += store_incidents_merged_into(pipeline->store, keys[i], keys + n,
                                         ARRAY_COUNT(keys) - n);
    }
    return false;
}

static struct rest_standing
standing_of(const struct speech *speech, const struct incident *incident,
            const struct rest_rule *rule, const char *channel)
{
    struct store *store = speech->pipeline->store;
    struct channel_told told;
    struct rest_standing standing = { .rests_until_ms = TIME_NONE };

    if (store_told_get(store, incident->row, channel, &told)) {
        standing.rests_until_ms = told.rests_until_ms;
    }
    /* Deliveries are looked for only where the answer matters. */
    if (rule->short_interruption_ms > 0 ||
        (rule->hold_down_ms > 0 && !status_is_open(incident->facts.status))) {
        standing.told = pipeline_has_heard(speech->pipeline, incident->row, channel);
    }
    return standing;
}

/* Until when the burst may go on, and the interruption may still turn out short. */
static int64_t
resting_until(const struct speech *speech, const struct incident *incident,
              const struct message *message, const char *name)
{
    const struct channel *channel = config_channel(speech->pipeline->config, name);
    const struct driver *driver = channel == NULL ? NULL : driver_find(channel->driver);
    struct rest_rule rule;
    struct rest_standing standing;

    if (driver == NULL) {
        return speech->now_ms;
    }
    rule = (struct rest_rule){ driver_hold_down_ms(driver, channel),
                               driver_short_interruption_ms(driver, channel) };
    standing = standing_of(speech, incident, &rule, name);
    return rest_until(incident, message, &rule, &standing, speech->now_ms);
}

struct rest
pipeline_rest(const struct speech *speech, const struct incident *incident,
              const struct message *message, const char *channel)
{
    struct rest rest = { .until_ms =
                             resting_until(speech, incident, message, channel) };

    if (speech->holding) {
        rest.hold = HOLD_APPROVAL; /* a second person decides; nothing else does */
    } else if (pipeline_storm_holds(speech, incident, message, channel)) {
        rest.hold = HOLD_STORM;
    }
    return rest;
}

void
pipeline_rest_note(const struct speech *speech, const struct incident *incident,
                   const struct message *message, const char *channel,
                   const struct rest *rest)
{
    struct pipeline *pipeline = speech->pipeline;
    const struct facts *facts = &message->facts;
    struct channel_told told;
    bool rested;

    store_told_get(pipeline->store, incident->row, channel, &told);
    rested = told.rests_until_ms != TIME_NONE && told.rests_until_ms > speech->now_ms;
    told.etr_at_ms = facts_has(facts, FIELD_ETR) ? facts->etr.at_ms : TIME_NONE;
    if (rest->until_ms <= speech->now_ms) {
        if (rested && rest->hold == HOLD_NONE) {
            outbound_end_rest(pipeline->outbound, incident->row, channel,
                              speech->now_ms);
            told.rests_until_ms = TIME_NONE;
        }
    } else if (!rested) {
        told.rests_until_ms = rest->until_ms;
    }
    store_told_set(pipeline->store, incident->row, channel, &told);
}
