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

static bool
is_of_sender(const struct lane *lane, enum sender_kind sender)
{
    return lane->driver != NULL && lane->driver->sender == sender;
}

/* "Not now" about one recipient says nothing against the channel where a mail server says
 * it, unless it closes (421, RFC 5321, 4.2.1), and where there are many services; an HTTP gateway
 * says it of itself. */
static bool
is_about_recipient(const struct flight *flight, const struct landing *landing)
{
    if (service_is_one_of_many(landing)) {
        return true;
    }
    return flight->rows.count == 1 && flight->rows.items[0].recipient != NULL &&
           is_of_sender(flight->lane, SENDER_SMTP) && landing->reply.code != 421;
}

/* One redirect after the other means that the address has moved; what was not answered
 * says nothing of that. */
static void
count_redirects(struct lane *lane, const struct landing *landing)
{
    if (landing->reply.result != REPLY_ANSWERED || landing->reply.code == 0) {
        return;
    }
    if (is_of_sender(lane, SENDER_HTTP) && landing->reply.code / 100 == 3) {
        lane->redirects_in_row++;
    } else {
        lane->redirects_in_row = 0;
    }
}

/* "Not now", said by a peer that is there. With Retry-After the whole channel keeps the
 * pause. Without, it counts against the peer like silence, but a single message that
 * it chokes on does not: the same row again says nothing new. */
static bool
is_refused_by_all(struct flight *flight, const struct outcome *outcome, int64_t mono_ms)
{
    struct lane *lane = flight->lane;
    int64_t row = flight->rows.count > 0 ? flight->rows.items[0].row : 0;
    bool again = !flight->is_render && row != 0 && row == lane->refused_row;

    lane->refused_row = row;
    if (outcome->retry_after_ms > 0) {
        lane_hold(lane, outcome->retry_after_ms, mono_ms);
        return false;
    }
    return !again;
}

static void
fail_lane(struct lane *lane, const char *detail, bool broken, struct moment now)
{
    bool was_probing = lane_is_probing(lane);

    if (lane->failures == 0) {
        log_channel(lane, LOG_LEVEL_WARNING, "down", detail);
    }
    lane_failed(lane, detail, broken, now);
    if (!was_probing && lane_is_probing(lane)) {
        log_channel(lane, LOG_LEVEL_WARNING, "is tried by single probes", detail);
    }
}

/* What an outcome says of the channel as a whole. A refusal of one message or one
 * recipient says nothing against it. */
static void
judge_lane(struct flight *flight, const struct landing *landing, struct moment now)
{
    const struct outcome *outcome = &landing->outcome;
    struct lane *lane = flight->lane;

    count_redirects(lane, landing);
    switch (outcome->kind) {
    case OUTCOME_DELIVERED:
        if (lane->failures > 0) {
            log_channel(lane, LOG_LEVEL_NOTICE, "up again", NULL);
        }
        lane_succeeded(lane, flight->started_ms, now);
        string_replace(&lane->last_error,
                       outcome->detail); /* to be mended all the same */
        return;
    case OUTCOME_RETRY:
        if (is_about_recipient(flight, landing)) {
            breaker_answered(&lane->breaker, now.mono_ms);
        } else {
            fail_lane(lane, outcome->detail,
                      is_refused_by_all(flight, outcome, now.mono_ms), now);
        }
        return;
    case OUTCOME_TRANSPORT:
    case OUTCOME_UNKNOWN:
        if (service_fails_alone(landing)) {
            breaker_answered(&lane->breaker, now.mono_ms);
        } else {
            fail_lane(lane, outcome->detail, true, now);
        }
        return;
    case OUTCOME_CREDENTIALS:
        string_replace(&lane->last_error, outcome->detail);
        if (!service_pauses(landing)) {
            breaker_answered(&lane->breaker, now.mono_ms);
            return;
        }
        if (!lane->paused) {
            log_channel(lane, LOG_LEVEL_ERROR, "paused until a person acts",
                        outcome->detail);
        }
        lane_pause(lane, outcome->detail, true, now.wall_ms);
        return;
    case OUTCOME_REFUSED:
    case OUTCOME_UNDELIVERABLE:
        breaker_answered(&lane->breaker, now.mono_ms);
        return;
    case OUTCOME_KIND_COUNT:
        return;
    }
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
    driver_classify(lane->driver, lane->channel, &landing->reply, has_recipient, now_ms,
                    &landing->outcome);
}

/* What failed to be rendered is rendered again. */
static void
touch_again(struct flight *flight, int64_t mono_ms)
{
    struct lane *lane = flight->lane;

    for (size_t i = 0; i < flight->n_all_pages; i++) {
        lane_touch(lane, flight->pages[i]);
    }
    lane->all_touched = lane->all_touched || flight->n_all_pages == 0;
    lane->render_at_ms = mono_ms + LANE_RENDER_AGAIN_MS;
    lane->render_urgent_at_ms = lane->render_at_ms;
}

/* What a landing means for the lane: once, whatever becomes of the transaction. */
void
landing_judge(struct outbound *outbound, struct landing *landing, int64_t now_ms)
{
    struct moment now = outbound_moment(outbound, now_ms);
    struct flight *flight = landing->flight;

    landing_classify(landing, now_ms);
    service_judge(landing);
    lane_session_take(flight->lane, flight->options, &landing->outcome.session);
    flight->lane->in_flight--;
    judge_lane(flight, landing, now);
    if (flight->is_render && landing->outcome.kind != OUTCOME_DELIVERED) {
        touch_again(flight, now.mono_ms);
    }
    if (flight->done != NULL) {
        flight->done(flight->done_context, &landing->outcome);
    }
}
