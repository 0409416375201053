/* SPDX-License-Identifier: EUPL-1.2 */
/* Incidents that turn out to be part of another one: whoever heard of the part hears the
 * end of the whole. */
#include "pipeline_internal.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHAIN_MOST = 16
}; /* parts of parts of … */

static bool
same_audience(const struct facts *a, const struct facts *b)
{
    enum audience x = facts_has(a, FIELD_AUDIENCE) ? a->audience : AUDIENCE_PUBLIC;
    enum audience y = facts_has(b, FIELD_AUDIENCE) ? b->audience : AUDIENCE_PUBLIC;
    enum event_mode m = facts_has(a, FIELD_MODE) ? a->mode : MODE_ACTUAL;
    enum event_mode n = facts_has(b, FIELD_MODE) ? b->mode : MODE_ACTUAL;

    return x == y && m == n;
}

/* Whoever heard of the part hears the end of the whole, unless the whole is not for
 * them: a matter for staff, or an exercise. */
static void
adopt_audience(struct pipeline *pipeline, const struct incident *part,
               const struct incident *whole)
{
    struct strings heard = { 0 };
    struct strings known = { 0 };

    if (!same_audience(&part->facts, &whole->facts)) {
        return;
    }
    store_incident_channel_names(pipeline->store, part->row, &heard);
    store_incident_channel_names(pipeline->store, whole->row, &known);
    for (size_t i = 0; i < heard.count; i++) {
        if (!strings_has(&known, heard.items[i])) {
            store_incident_channel_set(pipeline->store, whole->row, heard.items[i], 0);
        }
    }
    strings_clear(&heard);
    strings_clear(&known);
}

/* The incident that this one says it is part of, if it is known. */
static bool
find_whole(struct pipeline *pipeline, const char *source, const char *number,
           struct incident *whole)
{
    struct incident_row row = { 0 };
    struct error error = { 0 };
    bool found = store_incident_find(pipeline->store, source, number, &row) &&
                 incident_from_row(&row, whole, &error) == STATUS_OK;

    incident_row_clear(&row);
    return found;
}

bool
pipeline_merges_in_circle(struct pipeline *pipeline, const struct event *event)
{
    struct incident whole = { 0 };
    const char *number = event->facts.merge_into;
    bool circle = false;

    if (!facts_has(&event->facts, FIELD_MERGE_INTO)) {
        return false;
    }
    for (int i = 0; number != NULL && !circle && i < CHAIN_MOST; i++) {
        char *next;

        circle = strcmp(number, event->incident) == 0;
        next = string_copy(number);
        number = NULL;
        if (!circle && find_whole(pipeline, event->source, next, &whole) &&
            incident_is_merged(&whole)) {
            number = whole.facts.merge_into;
        }
        free(next);
    }
    incident_clear(&whole);
    return circle;
}

/* Up the chain: the hearers of a part hear the end of every whole above it. */
static void
adopt_upwards(struct pipeline *pipeline, const struct incident *part,
              int64_t *whole_row)
{
    struct incident whole = { 0 };
    char *number = string_copy(part->facts.merge_into);

    for (int i = 0; number != NULL && i < CHAIN_MOST; i++) {
        bool found = find_whole(pipeline, part->source, number, &whole);

        free(number);
        number = NULL;
        if (found) {
            *whole_row = *whole_row != 0 ? *whole_row : whole.row;
            adopt_audience(pipeline, part, &whole);
            number =
                incident_is_merged(&whole) ? string_copy(whole.facts.merge_into) : NULL;
        }
    }
    free(number);
    incident_clear(&whole);
}

void
pipeline_note_merge(struct pipeline *pipeline, struct incident *incident)
{
    const char *into = incident_is_merged(incident) ? incident->facts.merge_into : NULL;

    store_incident_merge(pipeline->store, incident->row, incident->source, into);
    incident->merged_into_row = 0;
    if (into != NULL) {
        adopt_upwards(pipeline, incident, &incident->merged_into_row);
    }
}

/* The part knows its whole now, and its hearers are the whole's. */
static void
adopt_part(struct pipeline *pipeline, int64_t part_row, const struct incident *whole)
{
    struct incident_row row = { 0 };
    struct incident part = { 0 };
    struct error error = { 0 };

    if (store_incident_get(pipeline->store, part_row, &row) &&
        incident_from_row(&row, &part, &error) == STATUS_OK) {
        part.merged_into_row = whole->row;
        incident_save(pipeline->store, &part);
        adopt_audience(pipeline, &part, whole);
    }
    incident_clear(&part);
    incident_row_clear(&row);
}

void
pipeline_adopt_parts(struct pipeline *pipeline, const struct incident *incident)
{
    int64_t parts[256];
    size_t n = store_incidents_merged_into(pipeline->store, incident->row, parts,
                                           ARRAY_COUNT(parts));

    for (size_t i = 0; i < n; i++) {
        adopt_part(pipeline, parts[i], incident);
    }
}
