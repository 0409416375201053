/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the store to the values of the model and back. */
#include "outbound/rows.h"

#include "base/log.h"
#include "base/memory.h"
#include "codec/record.h"
#include "policy/promise.h"

#include <stdlib.h>
#include <string.h>

enum status
incident_from_row(const struct incident_row *row, struct incident *incident,
                  struct error *error)
{
    enum status status;

    incident_clear(incident);
    status = incident_record_parse(row->record, incident, error);
    if (status != STATUS_OK) {
        error_prefix(error, "incident %s", row->id);
        return status;
    }
    incident->row = row->row;
    memcpy(incident->id, row->id, sizeof(incident->id));
    string_replace(&incident->source, row->source);
    string_replace(&incident->incident, row->incident);
    return STATUS_OK;
}

/* Of what is still waited for. */
static int64_t
incident_lapses(const struct incident *incident)
{
    bool over =
        incident->facts.status == INCIDENT_CANCELLED ||
        (incident->facts.status == INCIDENT_RESTORED && incident->said.danger == 0);

    return incident_is_merged(incident) || over ? 0 : incident->said.lapses;
}

void
incident_save(struct store *store, struct incident *incident)
{
    struct promise promise = promise_next(incident);
    struct incident_row row = { .row = incident->row,
                                .source = incident->source,
                                .incident = incident->incident,
                                .record = incident_record_format(incident),
                                .exists = incident->exists,
                                .status = incident->facts.status,
                                .mode = incident->facts.mode,
                                .merged = incident_is_merged(incident),
                                .sequence = incident->sequence,
                                .created_at_ms = incident->created_at_ms,
                                .updated_at_ms = incident->updated_at_ms,
                                .exists_since_ms = incident->exists_since_ms,
                                .closed_at_ms = incident->closed_at_ms,
                                .next_check_ms = incident->next_check_ms,
                                .promise_at_ms = promise.at_ms,
                                .promise_made_ms = promise.made_ms,
                                .lapses = incident_lapses(incident) };

    memcpy(row.id, incident->id, sizeof(row.id));
    store_incident_save(store, &row);
    incident->row = row.row;
    memcpy(incident->id, row.id, sizeof(incident->id));
    free(row.record);
}

enum status
message_from_row(const struct message_row *row, struct message *message,
                 struct error *error)
{
    enum status status;

    message_clear(message);
    status = message_record_parse(row->record, message, error);
    if (status != STATUS_OK) {
        error_prefix(error, "message %s", row->id);
        return status;
    }
    message->row = row->row;
    memcpy(message->id, row->id, sizeof(message->id));
    memcpy(message->incident_id, row->incident_id, sizeof(message->incident_id));
    message->incident_row = row->incident_row;
    message->sequence = row->sequence;
    message->notice = row->notice;
    message->priority = row->priority;
    message->written_at_ms = row->written_at_ms;
    string_replace(&message->source, row->source);
    string_replace(&message->incident, row->incident);
    return STATUS_OK;
}

void
message_save(struct store *store, struct message *message)
{
    struct message_row row = { .incident_row = message->incident_row,
                               .sequence = message->sequence,
                               .notice = message->notice,
                               .priority = message->priority,
                               .written_at_ms = message->written_at_ms,
                               .wrong_from = message->correction.from,
                               .record = message_record_format(message) };

    store_message_add(store, &row);
    message->row = row.row;
    memcpy(message->id, row.id, sizeof(message->id));
    free(row.record);
}

bool
message_load(struct store *store, int64_t key, struct message *message)
{
    struct message_row row = { 0 };
    struct error error = { 0 };
    bool found = store_message_get(store, key, &row);

    if (found && message_from_row(&row, message, &error) != STATUS_OK) {
        log_error("outbound: %s", error.text);
        found = false;
    }
    message_row_clear(&row);
    return found;
}
