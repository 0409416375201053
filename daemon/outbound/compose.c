/* SPDX-License-Identifier: EUPL-1.2 */
/* The request of one delivery, from the message as it was written. */
#include "outbound/internal.h"

#include "base/memory.h"
#include "policy/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct delivery_input
input_for(const struct outbound *outbound, const struct lane *lane, int64_t now_ms)
{
    struct delivery_input input = { .channel = lane->channel,
                                    .previous_ids = "",
                                    .catalogues = outbound->setting.catalogues,
                                    .n_catalogues = outbound->setting.n_catalogues,
                                    .organisation = outbound->setting.organisation,
                                    .contact = outbound->setting.contact,
                                    .page_url = outbound->setting.page_url,
                                    .now_ms = now_ms };

    return input;
}

/* What every request of a channel carries, whatever the driver. */
static void
fill_common(const struct lane *lane, struct request *request)
{
    request->sender = lane->driver->sender;
    request->timeout_ms = lane->channel->timeout_ms;
    request->allow_private = request->allow_private || lane->channel->allow_private;
    request->allow_http = lane->channel->allow_http;
    string_replace(&request->proxy, lane->channel->proxy);
    string_replace(&request->ca_file, lane->channel->ca_file);
    string_replace(&request->ca_pem, lane->channel->ca_pem);
}

enum {
    LATE_MS = 10 * MINUTES_MS /* what is read so long after it was written says so */
};

/* What the delivery's input is made of, beside the message. */
struct surroundings {
    struct missed missed;
    char *previous_ids;
    size_t n_carried;
};

static void
surroundings_load(struct outbound *outbound, const struct lane *lane,
                  const struct outbound_row *row, const struct message *message,
                  struct surroundings *around, struct delivery_input *input)
{
    missed_load(outbound, row, input->now_ms, &around->missed);
    around->previous_ids =
        store_outbound_previous_ids(outbound->store, row->incident_row, row->channel,
                                    row->recipient, row->sequence);
    input->message = message;
    input->recipient = row->recipient;
    input->previous = lane_catches_up(lane)
                          ? store_outbound_last_said(outbound->store, row)
                          : row->previous;
    input->previous_ids = around->previous_ids;
    input->missed = around->missed.count > 0 ? &around->missed : NULL;
    input->n_carried = &around->n_carried;
    input->late = row->late || (lane->driver->read_by_people &&
                                input->now_ms - message->written_at_ms >= LATE_MS);
}

static void
surroundings_clear(struct surroundings *around)
{
    missed_clear(&around->missed);
    free(around->previous_ids);
}

/* The oldest sequence that the text carries; its own when it carries no other. */
static int64_t
carries_from(const struct surroundings *around, const struct outbound_row *row)
{
    size_t n = around->n_carried < around->missed.count ? around->n_carried
                                                        : around->missed.count;

    return n == 0 ? row->sequence : around->missed.sequences[around->missed.count - n];
}

enum status
flight_compose(struct outbound *outbound, struct flight *flight, int64_t now_ms,
               struct request *request, struct error *error)
{
    struct outbound_row *row = &flight->rows.items[0];
    const struct lane *lane = flight->lane;
    struct delivery_input input = input_for(outbound, lane, now_ms);
    struct message message = { 0 };
    struct surroundings around = { 0 };
    enum status status;

    if (!message_load(outbound->store, row->message_row, &message)) {
        message_clear(&message);
        return error_set(error, STATUS_NOT_FOUND,
                         "the message of this delivery cannot be read");
    }
    correction_recast(outbound, row, &message);
    memcpy(row->message_id, message.id, sizeof(row->message_id));
    memcpy(row->incident_id, message.incident_id, sizeof(row->incident_id));
    surroundings_load(outbound, lane, row, &message, &around, &input);
    status = lane->driver->compose(&input, request, error);
    fill_common(lane, request);
    flight->carries_from = carries_from(&around, row);
    surroundings_clear(&around);
    message_clear(&message);
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

enum status
test_compose(struct outbound *outbound, const struct lane *lane, int64_t now_ms,
             struct request *request, struct error *error)
{
    struct delivery_input input = input_for(outbound, lane, now_ms);
    struct incident incident = { 0 };
    struct message message = { 0 };
    const struct strings *recipients = NULL;
    enum status status;

    if (lane->driver->compose == NULL) {
        return error_set(
            error, STATUS_REFUSED,
            "channel \"%s\" shows everything there is and has no room for a "
            "test message; look at its pages instead",
            lane->name);
    }
    test_incident(outbound, &incident, now_ms);
    message_make(&incident, NOTICE_FIRST, HOURS_MS, NULL, now_ms, &message);
    snprintf(message.id, sizeof(message.id), "m_test_%lld", (long long)now_ms);
    if (lane->driver->recipients != NULL) {
        recipients = lane->driver->recipients(lane->channel);
        input.recipient =
            recipients != NULL && recipients->count > 0 ? recipients->items[0] : NULL;
    }
    input.message = &message;
    input.is_test = true;
    if (lane->driver->list_option != NULL && input.recipient == NULL) {
        status =
            error_set(error, STATUS_REFUSED,
                      "channel \"%s\" has only a list of recipients: a test is sent "
                      "to the first address of `to`, so give one",
                      lane->name);
    } else {
        status = lane->driver->compose(&input, request, error);
        fill_common(lane, request);
    }
    message_clear(&message);
    incident_clear(&incident);
    return status;
}
