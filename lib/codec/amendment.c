/* SPDX-License-Identifier: EUPL-1.2 */
/* Which fields may be corrected, and the event that does it. */
#include "codec/amendment.h"

#include "base/memory.h"
#include "codec/event_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Whose the incident is, whom it is for, and what it is part of are no words that were
 * said: an event of the source changes them. */
#define NOT_CORRECTED                                                                  \
    (FIELD_BIT(FIELD_MODE) | FIELD_BIT(FIELD_AUDIENCE) | FIELD_BIT(FIELD_MERGE_INTO))

static void
list_fields(struct buffer *out)
{
    for (int field = 0; field < FIELD_COUNT; field++) {
        if ((NOT_CORRECTED & FIELD_BIT(field)) == 0)
            buffer_addf(out, "%s%s", out->len > 0 ? ", " : "",
                        name_of(&field_names, field));
    }
}

static bool
check_names(json_t *patch, struct faults *faults)
{
    struct buffer list = { 0 };
    size_t before = faults->count;
    const char *name;
    json_t *value;

    list_fields(&list);
    json_object_foreach(patch, name, value)
    {
        int field = name_find(&field_names, name);

        if (field < 0 || (NOT_CORRECTED & FIELD_BIT(field)) != 0)
            faults_add(faults, 0, 0, name, "it cannot be corrected; what can: %s",
                       list.data);
        else if (json_is_null(value) && (field == FIELD_KIND || field == FIELD_STATUS))
            faults_add(faults, 0, 0, name,
                       "it cannot be taken away; give the right value, or retract the "
                       "incident");
    }
    if (json_object_size(patch) == 0)
        faults_add(faults, 0, 0, "patch",
                   "it names no field; give at least one with its right value: %s",
                   list.data);
    buffer_clear(&list);
    return faults->count == before;
}

static char *
event_text(json_t *event, const struct amendment_identity *identity)
{
    char at[TIMESTAMP_SIZE];

    json_object_set_new(event, "incident", json_string(identity->incident));
    json_object_set_new(event, "event_id", json_string(identity->event_id));
    json_object_set_new(event, "at",
                        json_string(timestamp_format(identity->order.at_ms, at)));
    if (identity->order.has_revision)
        json_object_set_new(event, "revision", json_integer(identity->order.revision));
    return json_dumps(event, JSON_COMPACT);
}

static enum status
parse_event(json_t *event, const struct amendment_identity *identity, int64_t now_ms,
            struct events *events, struct faults *faults)
{
    char *text = event_text(event, identity);
    enum status status =
        events_parse(text, strlen(text), identity->source, now_ms, events, faults);

    free(text);
    if (status != STATUS_OK)
        return STATUS_REFUSED;
    /* A clock that was ahead must not make this event an old one. */
    events->items[0].at_ms = identity->order.at_ms;
    return STATUS_OK;
}

static enum status
check_status(const struct event *event, struct faults *faults)
{
    if ((event->named & FIELD_BIT(FIELD_STATUS)) == 0 ||
        event->facts.status != INCIDENT_CANCELLED)
        return STATUS_OK;
    faults_add(
        faults, 0, 0, "status",
        "an incident that never was is taken back with retract, which says so to "
        "everybody who heard of it");
    return STATUS_REFUSED;
}

enum status
amendment_parse(const char *patch, const struct amendment_identity *identity,
                int64_t now_ms, struct events *events, struct faults *faults)
{
    json_t *event =
        patch == NULL
            ? json_pack("{s:s}", "status", name_of(&status_names, INCIDENT_CANCELLED))
            : json_loads(patch, JSON_REJECT_DUPLICATES, NULL);
    enum status status = STATUS_OK;

    if (!json_is_object(event)) {
        faults_add(faults, 0, 0, "patch", "it is no JSON object of fields");
        status = STATUS_REFUSED;
    } else if (patch != NULL && !check_names(event, faults)) {
        status = STATUS_REFUSED;
    }
    if (status == STATUS_OK)
        status = parse_event(event, identity, now_ms, events, faults);
    if (status == STATUS_OK && patch != NULL)
        status = check_status(&events->items[0], faults);
    json_decref(event);
    return status;
}
