/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the store on their way into an answer. */
#include "api/rows.h"

#include "api/internal.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "codec/record.h"

#include <stdlib.h>
#include <string.h>

enum {
    READ_RETRY_S = 5,
    ECHO_MAX = 80 /* bytes of outside text in an error sentence */
};

void
rows_incident(const struct incident_row *row, struct incident *incident)
{
    struct error error = { 0 };

    incident_clear(incident);
    if (incident_record_parse(row->record, incident, &error) != STATUS_OK) {
        log_error("api: the record of incident %s is damaged: %s", row->id, error.text);
        incident_clear(incident);
        incident->sequence = row->sequence;
        incident->updated_at_ms = row->updated_at_ms;
    }
    incident->row = row->row;
    memcpy(incident->id, row->id, sizeof(incident->id));
    string_replace(&incident->source, row->source);
    string_replace(&incident->incident, row->incident);
}

void
rows_message(const struct message_row *row, struct message *message)
{
    struct error error = { 0 };

    message_clear(message);
    if (message_record_parse(row->record, message, &error) != STATUS_OK) {
        log_error("api: the record of message %s is damaged: %s", row->id, error.text);
        message_clear(message);
        message->next_word_at_ms = TIME_NONE;
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
}

json_t *
rows_text(const char *text)
{
    json_t *value = json_string(text);
    char *printable;

    if (text == NULL || value != NULL) {
        return value;
    }
    printable = utf8_printable(text, strlen(text), SIZE_MAX);
    value = json_string(printable);
    free(printable);
    return value;
}

/* --- Pages ------------------------------------------------------------------------ */

void
answer_page_begin(struct page *page, int64_t limit)
{
    *page = (struct page){ .rows = json_array(), .limit = limit };
}

bool
page_has_room(struct page *page)
{
    page->more = (int64_t)json_array_size(page->rows) >= page->limit;
    return !page->more;
}

void
answer_page_add(struct page *page, int64_t key, json_t *row)
{
    json_array_append_new(page->rows, row);
    page->last = key;
}

void
answer_page_end(struct page *page, const char *name, json_t *answer)
{
    json_object_set_new(answer, name, page->rows);
    json_object_set_new(answer, "next",
                        page->more ? page_cursor(page->last) : json_null());
    *page = (struct page){ 0 };
}

/* --- Answers ---------------------------------------------------------------------- */

static void
answer_unreadable(struct call *call)
{
    call_join(call); /* the failure is dealt with at the end of this turn */
    answer_retry_later(call,
                       "The database could not be read; the log says why. Ask again in "
                       "some seconds.",
                       READ_RETRY_S);
}

bool
rows_find_incident(struct call *call, const char *id, struct incident_row *row)
{
    struct error error = { 0 };
    char *printable;

    /* What the daemon's own alarms hang on is no incident. */
    if (store_incident_get_id(call_store(call), id, row) && !row->own) {
        return true;
    }
    if (store_failed(call_store(call))) {
        answer_unreadable(call);
        return false;
    }
    printable = utf8_printable(id, strlen(id), ECHO_MAX);
    error_set(&error, STATUS_NOT_FOUND,
              "There is no incident with the id \"%s\". Ids are the \"id\" of GET "
              "/v1/incidents; GET /v1/incidents?number= finds one by the sender's "
              "number.",
              printable);
    free(printable);
    answer_error(call, STATUS_NOT_FOUND, &error);
    return false;
}

void
answer_read(struct call *call, json_t *body)
{
    if (store_failed(call_store(call))) {
        json_decref(body);
        answer_unreadable(call);
        return;
    }
    answer_json(call, 200, body);
}
