/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Events of senders that do not number incidents, but name the earlier messages about
 * them (CAP): which incident they are about is known to the store alone.
 */
#include "pipeline_internal.h"

#include "base/memory.h"

#include <stdlib.h>

/* The sender's number of the incident that the event was about; NULL: it is not known. */
static char *
incident_of(struct pipeline *pipeline, const char *source, const char *event_id)
{
    struct event_known known = { 0 };
    struct incident_row row = { 0 };
    char *incident = NULL;

    if (store_event_find(pipeline->store, source, event_id, &known) &&
        store_incident_get(pipeline->store, known.incident_row, &row)) {
        incident = string_copy(row.incident);
    }
    incident_row_clear(&row);
    return incident;
}

static void
warn_unknown(struct event *event)
{
    char *warning = string_format(
        "references: none of the messages that it names is known here; it is taken for "
        "incident \"%s\"%s%s",
        event->incident, event->warning == NULL ? "" : "; ",
        event->warning == NULL ? "" : event->warning);

    free(event->warning);
    event->warning = warning;
}

void
pipeline_refer(struct pipeline *pipeline, struct event *event)
{
    char *incident = NULL;

    for (size_t i = event->references.count; i > 0 && incident == NULL; i--) {
        incident = incident_of(pipeline, event->source, event->references.items[i - 1]);
    }
    if (incident != NULL) {
        string_replace(&event->incident, incident);
    } else if (event->references.count > 0) {
        warn_unknown(event);
    }
    free(incident);
}
