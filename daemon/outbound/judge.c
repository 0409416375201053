/* SPDX-License-Identifier: EUPL-1.2 */
/* What a reply means, and what it says of the channel as a whole. */
#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"

static void
log_channel(const struct lane *lane, enum log_level level, const char *what,
            const char *detail)
{
    const struct log_field fields[] = {
        { "CHANNEL", lane->name },
        { "RESULT", detail },
    };

    log_fields(level, LOG_KIND_CHANNEL_STATE, fields, ARRAY_COUNT(fields),
               "outbound: channel %s", what);
}

/* What an outcome says of the channel as a whole. A refusal of one message or one
 * recipient says nothing against it. */
static void
judge_lane(struct lane *lane, struct landing *landing, bool has_recipient,
           int64_t now_ms)
{
    const struct outcome *outcome = &landing->outcome;

    switch (outcome->kind) {
    case OUTCOME_DELIVERED:
        if (lane->failures > 0) {
            log_channel(lane, LOG_LEVEL_NOTICE, "up again", NULL);
        }
        landing->woke = lane_succeeded(lane, now_ms);
        return;
    case OUTCOME_RETRY:
        if (has_recipient) {
            return;
        }
        break;
    case OUTCOME_TRANSPORT:
    case OUTCOME_UNKNOWN:
        break;
    case OUTCOME_CREDENTIALS:
        if (!lane->paused) {
            log_channel(lane, LOG_LEVEL_ERROR, "paused until a person acts",
                        outcome->detail);
        }
        lane_pause(lane, outcome->detail, true, now_ms);
        string_replace(&lane->last_error, outcome->detail);
        return;
    case OUTCOME_REFUSED:
    case OUTCOME_UNDELIVERABLE:
    case OUTCOME_KIND_COUNT:
        return;
    }
    if (lane->failures == 0) {
        log_channel(lane, LOG_LEVEL_WARNING, "down", outcome->detail);
    }
    lane_failed(lane, outcome->detail, now_ms);
}

/* One redirect after the other means that the address has moved; what was not answered
 * says nothing of that. */
static void
count_redirect(struct lane *lane, const struct landing *landing)
{
    const struct reply *reply = &landing->reply;

    if (lane->driver == NULL || lane->driver->sender != SENDER_HTTP ||
        reply->result != REPLY_ANSWERED || reply->code == 0) {
        return;
    }
    lane->redirects = reply->code / 100 == 3 ? lane->redirects + 1 : 0;
}

void
landing_classify(struct landing *landing, int64_t now_ms)
{
    const struct flight *flight = landing->flight;
    const struct lane *lane = flight->lane;
    bool has_recipient = flight->rows.count == 1 && flight->rows.items[0].recipient;

    if (landing->has_outcome) {
        return;
    }
    landing->outcome.retry_after_ms = -1;
    if (lane->driver == NULL) {
        /* The channel left the configuration while this was under way. */
        if (landing->reply.result == REPLY_ANSWERED && landing->reply.code / 100 == 2) {
            landing->outcome.kind = OUTCOME_DELIVERED;
            return;
        }
        landing->outcome.kind = OUTCOME_UNKNOWN;
        landing->outcome.detail = string_copy("the channel is no longer configured");
        return;
    }
    lane->driver->classify(lane->channel, &landing->reply, has_recipient, now_ms,
                           &landing->outcome);
}

/* What failed to be rendered is rendered again. */
static void
touch_again(struct flight *flight, int64_t now_ms)
{
    struct lane *lane = flight->lane;

    for (size_t i = 0; i < flight->n_all_pages; i++) {
        lane_touch(lane, flight->pages[i]);
    }
    lane->all_touched = lane->all_touched || flight->n_all_pages == 0;
    lane->render_at_ms = now_ms + LANE_PROBE_FIRST_MS;
}

/* What a landing means for the lane: once, whatever becomes of the transaction. */
void
landing_judge(struct landing *landing, int64_t now_ms)
{
    struct flight *flight = landing->flight;
    struct lane *lane = flight->lane;
    bool has_recipient = flight->rows.count == 1 && flight->rows.items[0].recipient;

    landing_classify(landing, now_ms);
    lane->in_flight--;
    judge_lane(lane, landing, has_recipient, now_ms);
    count_redirect(lane, landing);
    if (flight->is_render && landing->outcome.kind != OUTCOME_DELIVERED) {
        touch_again(flight, now_ms);
    }
    if (flight->done != NULL) {
        flight->done(flight->done_context, &landing->outcome);
    }
}
