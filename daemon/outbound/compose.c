/* SPDX-License-Identifier: EUPL-1.2 */
/* The request of one delivery, from the message as it was written. */
#include "outbound/internal.h"

#include "base/memory.h"
#include "policy/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a delivery is that has not begun. */
static const struct delivery_step no_step;

struct delivery_input
delivery_input_for(const struct outbound *outbound, const struct lane *lane,
                   int64_t now_ms)
{
    struct delivery_input input = { .channel = lane->channel,
                                    .previous_ids = "",
                                    .step = &no_step,
                                    .session = lane->session,
                                    .catalogues = outbound->setting.catalogues,
                                    .n_catalogues = outbound->setting.n_catalogues,
                                    .organisation = outbound->setting.organisation,
                                    .contact = outbound->setting.contact,
                                    .page_url = outbound->setting.page_url,
                                    .now_ms = now_ms };

    return input;
}

enum {
    LATE_MS = 10 * MINUTES_MS /* what is read so long after it was written says so */
};

/* What the delivery stands in for; what was of one burst with it has no line of its own
 * where people read. */
static void
load_missed(struct outbound *outbound, const struct lane *lane,
            const struct outbound_row *row, struct flight_input *around)
{
    size_t n;
    size_t n_burst;

    missed_load(outbound, row, around->input.now_ms, &around->missed);
    n = around->missed.count;
    n_burst = !lane->driver->read_by_people
                  ? 0
                  : missed_take_burst(&around->missed, around->message,
                                      driver_hold_down_ms(lane->driver, lane->channel));
    around->oldest_of_burst =
        n_burst == 0 ? row->sequence : around->missed.sequences[n - n_burst];
}

static void
surroundings_load(struct outbound *outbound, const struct lane *lane,
                  const struct outbound_row *row, struct flight_input *around)
{
    struct store *store = outbound->store;
    struct delivery_input *input = &around->input;

    load_missed(outbound, lane, row, around);
    around->previous_ids = store_outbound_previous_ids(
        store, row->incident_row, row->channel, row->recipient, row->sequence);
    if (lane->driver->threads || lane->driver->edits) {
        store_outbound_thread(store, row, &around->first_remote_id,
                              &around->previous_remote_id);
    }
    input->previous =
        lane_catches_up(lane) ? store_outbound_last_said(store, row) : row->previous;
    input->previous_ids = around->previous_ids;
    input->first_remote_id = around->first_remote_id;
    input->previous_remote_id = around->previous_remote_id;
    input->missed = around->missed.count > 0 ? &around->missed : NULL;
    input->n_carried = &around->n_carried;
    input->late =
        row->late || (lane->driver->read_by_people &&
                      input->now_ms - around->message->written_at_ms >= LATE_MS);
}

bool
flight_input_load(struct outbound *outbound, struct flight *flight, int64_t now_ms,
                  struct flight_input *around)
{
    const struct outbound_row *row = &flight->rows.items[0];

    *around = (struct flight_input){ .input = delivery_input_for(outbound, flight->lane,
                                                                 now_ms) };
    around->message = written_message(outbound, flight->lane, row, now_ms);
    if (around->message == NULL) {
        return false;
    }
    around->input.message = around->message;
    around->input.recipient = row->recipient;
    around->input.delivery = row->row;
    around->input.attempt = row->attempts;
    around->input.in_doubt = row->doubt;
    around->input.begun_at_ms = row->created_at_ms;
    around->input.step = &flight->step;
    surroundings_load(outbound, flight->lane, row, around);
    around->input.kept_text = written_text(flight->lane, around->input.late);
    return true;
}

void
flight_input_clear(struct flight_input *around)
{
    missed_clear(&around->missed);
    free(around->previous_ids);
    free(around->first_remote_id);
    free(around->previous_remote_id);
}

int64_t
flight_input_carries_from(const struct flight_input *around)
{
    size_t n = around->n_carried < around->missed.count ? around->n_carried
                                                        : around->missed.count;

    return n == 0 ? around->oldest_of_burst
                  : around->missed.sequences[around->missed.count - n];
}

static void
fill_random(const struct outbound *outbound,
            unsigned char random[DELIVERY_RANDOM_BYTES])
{
    for (size_t i = 0; i < DELIVERY_RANDOM_BYTES; i += sizeof(uint64_t)) {
        uint64_t drawn = outbound->ports.random(outbound->ports.random_context);

        memcpy(random + i, &drawn, sizeof(drawn));
    }
}

enum status
flight_compose(struct outbound *outbound, struct flight *flight, int64_t now_ms,
               struct request *request, struct error *error)
{
    struct outbound_row *row = &flight->rows.items[0];
    const struct lane *lane = flight->lane;
    struct flight_input around;
    enum status status;

    if (!flight_input_load(outbound, flight, now_ms, &around)) {
        flight_input_clear(&around);
        return error_set(error, STATUS_NOT_FOUND,
                         "the message of this delivery cannot be read");
    }
    memcpy(row->message_id, around.message->id, sizeof(row->message_id));
    memcpy(row->incident_id, around.message->incident_id, sizeof(row->incident_id));
    flight_first_step(&around.input, flight);
    fill_random(outbound, around.random);
    around.input.random = around.random;
    status = lane->driver->compose(&around.input, request, error);
    driver_fill_request(lane->driver, lane->channel, request);
    flight->carries_from = flight_input_carries_from(&around);
    flight_input_clear(&around);
    return status;
}

/* An incident that never was, for a marked test: its mode is what marks it. */
static void
test_incident(const struct outbound *outbound, struct incident *incident,
              int64_t now_ms)
{
    struct facts *facts = &incident->facts;

    string_replace(&incident->source, "budkavle");
    string_replace(&incident->incident, "TEST");
    memcpy(incident->id, "test", sizeof("test"));
    incident->exists = true;
    incident->updated_at_ms = now_ms;
    facts->mode = MODE_TEST;
    facts->kind = KIND_POWER;
    facts->status = INCIDENT_CONFIRMED;
    facts->started_at_ms = now_ms;
    facts->places = memory_alloc(sizeof(*facts->places));
    facts->n_places = 1;
    facts->places[0].name = string_copy(outbound->setting.organisation);
    facts->has = FIELD_BIT(FIELD_MODE) | FIELD_BIT(FIELD_KIND) |
                 FIELD_BIT(FIELD_STATUS) | FIELD_BIT(FIELD_STARTED_AT) |
                 FIELD_BIT(FIELD_PLACES);
}

/* Caller frees; NULL: nobody. */
static char *
test_recipient(const struct lane *lane)
{
    const char *named = channel_setting(lane->channel, "test_to");
    const struct strings *recipients = lane->driver->recipients == NULL
                                           ? NULL
                                           : lane->driver->recipients(lane->channel);

    if (named == NULL && lane->driver->test_recipient != NULL) {
        return lane->driver->test_recipient(lane->channel);
    }
    if (named == NULL && recipients != NULL && recipients->count > 0) {
        named = recipients->items[0];
    }
    return string_copy(named);
}

enum status
test_compose(struct outbound *outbound, const struct lane *lane, int64_t now_ms,
             struct request *request, struct error *error)
{
    struct delivery_input input = delivery_input_for(outbound, lane, now_ms);
    struct incident incident = { 0 };
    struct message message = { 0 };
    struct delivery_step step = { 0 };
    struct outcome outcome = { 0 };
    unsigned char random[DELIVERY_RANDOM_BYTES];
    char *recipient;
    enum status status;

    if (lane->driver->compose == NULL && lane->driver->test == NULL) {
        return error_set(
            error, STATUS_REFUSED,
            "channel \"%s\" shows everything there is and has no room for a "
            "test message; look at its pages instead",
            lane->name);
    }
    test_incident(outbound, &incident, now_ms);
    message_make(&incident, NOTICE_FIRST, HOURS_MS, NULL, now_ms, &message);
    snprintf(message.id, sizeof(message.id), "m_test_%lld", (long long)now_ms);
    recipient = test_recipient(lane);
    input.recipient = recipient;
    fill_random(outbound, random);
    input.random = random;
    input.message = &message;
    input.begun_at_ms = now_ms;
    input.step = &step;
    input.attempt = 1;
    input.is_test = true;
    if (lane->driver->list_option != NULL && input.recipient == NULL) {
        status =
            error_set(error, STATUS_REFUSED,
                      "channel \"%s\" has only a list of recipients, and a test is "
                      "not sent to all of them: give one address as %s",
                      lane->name,
                      lane->driver->test_recipient == NULL ? "test_to"
                                                           : "test_subscription_file");
    } else {
        if (lane->driver->next_step != NULL) {
            (void)lane->driver->next_step(&input, NULL, &step, &outcome);
        }
        status = lane->driver->compose != NULL
                     ? lane->driver->compose(&input, request, error)
                     : lane->driver->test(&input, request, error);
        driver_fill_request(lane->driver, lane->channel, request);
    }
    free(recipient);
    free(step.note);
    message_clear(&message);
    incident_clear(&incident);
    return status;
}
