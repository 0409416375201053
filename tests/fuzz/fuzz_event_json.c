/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any bytes as a batch of events: it is taken or there are faults, and what is taken
 * has a canonical form that is taken again as the same event, and is stored and shown.
 */
#include "fuzz.h"

#include "base/memory.h"
#include "codec/event_json.h"
#include "codec/record.h"
#include "codec/shape.h"

#include <stdlib.h>
#include <string.h>

#define RECEIVED INT64_C(1795439100000)

static void
check_store(const struct event *event)
{
    struct incident incident = { 0 };
    struct incident back = { 0 };
    char *again, *record;

    facts_copy(&incident.facts, &event->facts);
    record = incident_record_format(&incident);
    FUZZ_CHECK(incident_record_parse(record, &back, NULL) == STATUS_OK);
    again = incident_record_format(&back);
    FUZZ_CHECK(strcmp(record, again) == 0);
    FUZZ_CHECK(facts_has(&back.facts, FIELD_PLACES) ==
               facts_has(&event->facts, FIELD_PLACES));
    json_decref(incident_shape(&back, NULL));
    free(again);
    free(record);
    incident_clear(&incident);
    incident_clear(&back);
}

/* Numbers may grow when they are written out, so a long form may be over the limit. */
static void
check_canonical_form(const struct event *event)
{
    struct events again = { 0 };
    struct faults faults = { 0 };

    if (strlen(event->body) > EVENT_MAX_BYTES)
        return;
    FUZZ_CHECK(events_parse(event->body, strlen(event->body), "fuzz", RECEIVED, &again,
                            &faults) == STATUS_OK);
    FUZZ_CHECK(again.count == 1);
    FUZZ_CHECK(strcmp(again.items[0].body, event->body) == 0);
    FUZZ_CHECK(strcmp(again.items[0].event_id, event->event_id) == 0);
    FUZZ_CHECK(strcmp(again.items[0].incident, event->incident) == 0);
    FUZZ_CHECK(again.items[0].named == event->named);
    FUZZ_CHECK(again.items[0].facts.has == event->facts.has);
    events_clear(&again);
    faults_clear(&faults);
}

static void
check_faults(const struct faults *faults)
{
    struct buffer text = { 0 };
    size_t i;

    FUZZ_CHECK(faults->count > 0);
    for (i = 0; i < faults->count; i++)
        FUZZ_CHECK(faults->items[i].problem[0] != '\0');
    faults_format(faults, &text);
    buffer_clear(&text);
    json_decref(faults_shape(faults));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct events events = { 0 };
    struct faults faults = { 0 };
    enum status status =
        events_parse((const char *)data, size, "fuzz", RECEIVED, &events, &faults);
    size_t i;

    (void)events_look_like_lines((const char *)data, size);
    if (status == STATUS_OK) {
        FUZZ_CHECK(events.count > 0 && faults.count == 0);
        for (i = 0; i < events.count; i++) {
            check_canonical_form(&events.items[i]);
            check_store(&events.items[i]);
        }
    } else {
        FUZZ_CHECK(status == STATUS_INVALID || status == STATUS_LIMIT ||
                   status == STATUS_REFUSED);
        FUZZ_CHECK(events.count == 0);
        check_faults(&faults);
    }
    events_clear(&events);
    faults_clear(&faults);
    return 0;
}
