/* SPDX-License-Identifier: EUPL-1.2 */
/* The outbound queue's life, its hand-over to the senders, and what is next. */
#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct lane *
outbound_lane(struct outbound *outbound, const char *channel)
{
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        if (strcmp(outbound->lanes[i]->name, channel) == 0) {
            return outbound->lanes[i];
        }
    }
    return NULL;
}

static struct lane *
lane_of(struct outbound *outbound, const char *channel)
{
    struct lane *lane = outbound_lane(outbound, channel);

    if (lane == NULL) {
        lane = memory_alloc(sizeof(*lane));
        lane_init(lane, channel);
        outbound->lanes = memory_resize(outbound->lanes, outbound->n_lanes + 1,
                                        sizeof(struct lane *));
        outbound->lanes[outbound->n_lanes++] = lane;
    }
    return lane;
}

struct outbound *
outbound_new(struct store *store, const struct outbound_setting *setting,
             const struct outbound_ports *ports, const char *owner)
{
    struct outbound *outbound = memory_alloc(sizeof(*outbound));

    outbound->store = store;
    outbound->ports = *ports;
    outbound->owner = string_copy(owner);
    outbound->next_request = 1;
    outbound->setting = *setting;
    return outbound;
}

struct flight *
flight_new(struct lane *lane)
{
    struct flight *flight = memory_alloc(sizeof(*flight));

    flight->lane = lane;
    memcpy(flight->options, lane->session_options, sizeof(flight->options));
    return flight;
}

void
flight_free(struct flight *flight)
{
    if (flight == NULL) {
        return;
    }
    outbound_rows_clear(&flight->rows);
    free(flight->pages);
    free(flight->step.note);
    free(flight);
}

uint64_t
outbound_flight_begin(struct outbound *outbound, struct flight *flight)
{
    flight->id = outbound->next_request++;
    outbound->flights = memory_resize(outbound->flights, outbound->n_flights + 1,
                                      sizeof(struct flight *));
    outbound->flights[outbound->n_flights++] = flight;
    return flight->id;
}

struct flight *
outbound_flight_end(struct outbound *outbound, uint64_t id)
{
    for (size_t i = 0; i < outbound->n_flights; i++) {
        struct flight *flight = outbound->flights[i];

        if (flight->id == id) {
            outbound->flights[i] = outbound->flights[--outbound->n_flights];
            return flight;
        }
    }
    return NULL;
}

void
outbound_free(struct outbound *outbound)
{
    if (outbound == NULL) {
        return;
    }
    lists_free(outbound);
    outbound_forget_claims(outbound);
    outbound_landings_clear(outbound);
    for (size_t i = 0; i < outbound->n_flights; i++) {
        flight_free(outbound->flights[i]);
    }
    free(outbound->flights);
    free(outbound->pauses);
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        lane_clear(outbound->lanes[i]);
        free(outbound->lanes[i]);
    }
    free(outbound->lanes);
    free(outbound->claimed);
    free(outbound->landings);
    free(outbound->owner);
    free(outbound);
}

static void
add_lane_with_rows(void *context, const char *channel)
{
    lane_of(context, channel);
}

static void
lane_configure(struct outbound *outbound, struct lane *lane,
               const struct channel *channel, int64_t now_ms)
{
    struct store *store = outbound->store;
    char *name = string_format("paused:%s", lane->name);
    char *reason = store_note_find(store, name);

    lane->channel = channel;
    lane->driver = driver_find(channel->driver);
    written_clear(&lane->written);
    lane_session_configure(lane);
    if (reason != NULL && reason[0] != '\0') {
        lane_pause(lane, reason, false, now_ms);
    } else if (lane->paused_by_fault) {
        outbound_pause_note(outbound, lane, false);
        lane_mended(lane, store, now_ms);
    }
    lane_touch(lane, 0);
    free(reason);
    free(name);
}

/* A new configuration may have mended what is wrong. */
static void
probe_soon(struct outbound *outbound)
{
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        breaker_hasten(&outbound->lanes[i]->breaker,
                       outbound_moment(outbound, 0).mono_ms);
    }
}

void
outbound_configure(struct outbound *outbound, const struct outbound_setting *setting,
                   int64_t now_ms)
{
    outbound->setting = *setting;
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        outbound->lanes[i]->channel = NULL;
        outbound->lanes[i]->driver = NULL;
    }
    for (size_t i = 0; i < setting->n_channels; i++) {
        lane_configure(outbound, lane_of(outbound, setting->channels[i].name),
                       &setting->channels[i], now_ms);
    }
    store_outbound_channels(outbound->store, add_lane_with_rows, outbound);
    probe_soon(outbound);
    lists_configure(outbound, now_ms);
}

/* --- Hand-over -------------------------------------------------------------------- */

/* An attempt of which no answer came was taken after all, the gateway's report says: it
 * is not sent again. */
static bool
is_said(const struct flight *flight)
{
    const struct outbound_row *row = flight->is_render ? NULL : &flight->rows.items[0];

    return row != NULL && row->doubt &&
           (row->reported == REPORT_PENDING || row->reported == REPORT_DELIVERED);
}

static void
land_said(struct outbound *outbound, struct flight *flight)
{
    const struct outcome outcome = { .kind = OUTCOME_DELIVERED,
                                     .retry_after_ms = -1,
                                     .remote_id = flight->rows.items[0].remote_id };

    outbound_landing_add(outbound, flight, NULL, &outcome);
}

static void
hand_over(struct outbound *outbound, struct flight *flight, int64_t now_ms)
{
    struct request request = { 0 };
    struct error error = { 0 };
    enum status status;

    status = flight->is_render
                 ? rendering_compose(outbound, flight, now_ms, &request, &error)
                 : flight_compose(outbound, flight, now_ms, &request, &error);
    if (status != STATUS_OK) {
        struct outcome outcome = { .kind = OUTCOME_REFUSED,
                                   .retry_after_ms = -1,
                                   .detail = string_copy(error.text) };

        outbound_landing_add(outbound, flight, NULL, &outcome);
        outcome_clear(&outcome);
        request_clear(&request);
        return;
    }
    if (is_said(flight)) {
        land_said(outbound, flight);
        request_clear(&request);
        return;
    }
    request.id = outbound_flight_begin(outbound, flight);
    outbound->ports.submit(outbound->ports.submit_context, &request);
}

void
outbound_hand_over(struct outbound *outbound, int64_t now_ms)
{
    size_t n = outbound->n_claimed;

    outbound_landings_clear(outbound);
    outbound_pauses_end(outbound, true);
    outbound->n_claimed = 0;
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        struct lane *lane = outbound->lanes[i];

        lane->waking = lane->waking && !lane->woken;
        lane->woken = false;
    }
    for (size_t i = 0; i < n; i++) {
        hand_over(outbound, outbound->claimed[i], now_ms);
    }
}

enum status
outbound_test(struct outbound *outbound, const char *channel, int64_t now_ms,
              void (*done)(void *context, const struct outcome *outcome), void *context,
              struct error *error)
{
    struct lane *lane = outbound_lane(outbound, channel);
    struct request request = { 0 };
    struct flight *flight;
    enum status status;

    if (lane == NULL || lane->channel == NULL) {
        return error_set(error, STATUS_NOT_FOUND, "there is no channel \"%s\"",
                         channel);
    }
    status = test_compose(outbound, lane, now_ms, &request, error);
    if (status != STATUS_OK) {
        request_clear(&request);
        return status;
    }
    flight = flight_new(lane);
    flight->started_ms = outbound_moment(outbound, now_ms).mono_ms;
    flight->done = done;
    flight->done_context = context;
    request.id = outbound_flight_begin(outbound, flight);
    lane->in_flight++;
    outbound->ports.submit(outbound->ports.submit_context, &request);
    return STATUS_OK;
}

/* --- What is next ----------------------------------------------------------------- */

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The moment of the monotonic clock, by the wall clock. */
static int64_t
wall_of(int64_t mono_ms, struct moment now)
{
    return mono_ms == TIME_NEVER ? TIME_NEVER : now.wall_ms + mono_ms - now.mono_ms;
}

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When a row of the priority is to be tried by what is known of the row itself. */
static int64_t
row_wake(struct outbound *outbound, const struct lane *lane, enum priority priority,
         int64_t now_ms)
{
    if (lane_is_probing(lane) &&
        store_outbound_waits_for_peer(outbound->store, lane->name, priority)) {
        return now_ms;
    }
    return store_outbound_due(outbound->store, lane->name, priority);
}

/* When the lane's page is to be rendered next; TIME_NEVER while one is under way. */
static int64_t
next_rendering(struct outbound *outbound, struct lane *lane, struct moment now)
{
    int64_t urgent = row_wake(outbound, lane, PRIORITY_URGENT, now.wall_ms);
    int64_t due = lane->next_day_ms;

    if (lane->in_flight > 0) {
        return TIME_NEVER;
    }
    for (int p = PRIORITY_NORMAL; p < PRIORITY_COUNT; p++) {
        due = earlier(due, row_wake(outbound, lane, (enum priority)p, now.wall_ms));
    }
    if (lane->all_touched || lane->n_touched > 0) {
        due = now.wall_ms;
    }
    if (!lane_is_probing(lane)) {
        urgent = later(urgent, wall_of(lane->render_urgent_at_ms, now));
        due = later(due, wall_of(lane->render_at_ms, now));
    }
    return later(earlier(urgent, due),
                 wall_of(lane_start_ms(lane, PRIORITY_URGENT, now.mono_ms), now));
}

/* When the lane has something to start; TIME_NEVER while replies decide that. */
static int64_t
lane_next_wake(struct outbound *outbound, struct lane *lane, struct moment now)
{
    int64_t next = TIME_NEVER;

    if (lane->channel == NULL || lane->paused) {
        return TIME_NEVER;
    }
    if (lane->driver->render != NULL) {
        return outbound->setting.hold_pages ? TIME_NEVER
                                            : next_rendering(outbound, lane, now);
    }
    for (int p = PRIORITY_URGENT; p < PRIORITY_COUNT; p++) {
        int64_t start =
            wall_of(lane_start_ms(lane, (enum priority)p, now.mono_ms), now);

        if (start != TIME_NEVER) {
            next = earlier(next, later(start, row_wake(outbound, lane, (enum priority)p,
                                                       now.wall_ms)));
        }
    }
    return next;
}

int64_t
outbound_next_wake(struct outbound *outbound, int64_t now_ms)
{
    /* Due times say nothing by a clock that was set after the last turn saw them. */
    bool at_once = outbound->more || outbound->n_landings > 0 ||
                   outbound_clock_was_set(outbound, now_ms);
    int64_t next = at_once ? now_ms : store_next_expandable(outbound->store, now_ms);
    struct moment now = outbound_moment(outbound, now_ms);

    for (size_t i = 0; i < outbound->n_lanes; i++) {
        next = earlier(next, lane_next_wake(outbound, outbound->lanes[i], now));
    }
    return next;
}

size_t
outbound_in_flight(const struct outbound *outbound)
{
    return outbound->n_flights + outbound->n_claimed;
}

void
outbound_touch(struct outbound *outbound, int64_t incident_row)
{
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        struct lane *lane = outbound->lanes[i];

        if (lane->driver != NULL && lane->driver->render != NULL) {
            lane_touch(lane, incident_row);
        }
    }
}
